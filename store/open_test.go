package store_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

func TestADatabaseThatCannotBeOpenedSaysWhy(t *testing.T) {
	for url, want := range map[string]string{
		"mysql://x":       "begins with postgres:// or",
		"sqlite:":         "name a file",
		"sqlite::memory:": "name a file",
		"sqlite:" + t.TempDir() + "/missing/x.db":     "make it first",
		"postgres://u:secret@127.0.0.1:port/x":        "",
		"postgres://u:secret@127.0.0.1:1/x?sslmode=x": "",
	} {
		for name, err := range map[string]error{"open": opened(t, url), "migrate": store.Migrate(t.Context(), url)} {
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s %s: %v", name, url, err)
			}
		}
	}
}

func TestADatabaseThatIsDownIsOpenedAndSaysSoAtEachQuestion(t *testing.T) {
	db := open(t, store.Options{URL: "postgres://u:secret@127.0.0.1:1/x"})
	if err := db.Ping(t.Context()); !fault.HasCode(err, fault.CodeDatabaseUnavailable) {
		t.Errorf("ping: %v", err)
	}
	if _, _, err := db.SchemaCurrent(t.Context()); !fault.HasCode(err, fault.CodeDatabaseUnavailable) {
		t.Errorf("schema: %v", err)
	}
	if err := store.Migrate(t.Context(), "postgres://u:secret@127.0.0.1:1/x"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("migrate: %v", err)
	}
}

func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("Dear Sir or Madam. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, "sqlite:"+path); err == nil {
		t.Error("a letter was opened as a database")
	}
}

func TestAServerThatRefusesUsIsNotWaitedFor(t *testing.T) {
	onSchema(t, func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil || u.Scheme == "sqlite" {
			return
		}
		u.Path = "/a_database_that_is_not_there"
		if err := opened(t, u.String()); err == nil {
			t.Error("a database that is not there was opened")
		}
	})
}

func opened(t *testing.T, url string) error {
	db, err := store.Open(t.Context(), store.Options{URL: url})
	if err == nil {
		_ = db.Close()
	}
	return err
}

func TestASQLiteFileIsItsOwnersAlone(t *testing.T) {
	url := storetest.SQLite(t)
	open(t, store.Options{URL: url})
	info, err := os.Stat(strings.TrimPrefix(url, "sqlite:"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		registry := prometheus.NewRegistry()
		for range 2 { // closing gives the metrics' names back
			db := open(t, store.Options{URL: url, Metrics: registry})
			r := storetest.Room(storetest.NewID())
			if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := registry.Gather(); err != nil {
				t.Error(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Admit(t.Context(), storetest.Admission(r), nil); !fault.Is(err, fault.Unavailable) {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestACallersOwnCancellationIsNoFault(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := db.Room(gone, "aaa-bbbb-ccc")
		if !errors.Is(err, context.Canceled) || fault.Is(err, fault.Unavailable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhoHoldsARowTooLongMakesOthersUnavailableNotStuck(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		holder, err := look(t, url).BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = holder.Rollback() }()
		if _, err := holder.ExecContext(t.Context(), "UPDATE rooms SET name = 'held'"); err != nil {
			t.Fatal(err)
		}
		_, err = db.UpdateRoom(t.Context(), r.ID, func(*rooms.Room) ([]event.Event, error) { return nil, nil })
		if !fault.HasCode(err, fault.CodeDatabaseUnavailable) || fault.Of(err).RetryAfter == 0 {
			t.Errorf("got %v", err)
		}
		if _, err := db.Room(t.Context(), r.Slug); err != nil {
			t.Errorf("readers go on: %v", err)
		}
	})
}
