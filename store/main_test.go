package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/store"
	"parvis/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := pool.drop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// engines make a new, empty database each.
var engines = map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}

// on runs a test on both engines.
func on(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	for name, newURL := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newURL(t))
		})
	}
}

// databases are PostgreSQL databases with the present schema, lent to one test after the other.
type databases struct {
	mu    sync.Mutex
	free  []string
	drops []func() error
}

var pool databases

func (d *databases) lend(t *testing.T) string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.free) == 0 {
		at, drop, err := storetest.CreatePostgres()
		if err != nil {
			t.Fatal(err)
		}
		d.drops = append(d.drops, drop)
		if err := store.Migrate(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		d.free = append(d.free, at)
	}
	at := d.free[0]
	d.free = d.free[1:]
	t.Cleanup(func() {
		if err := storetest.EmptyPostgres(at); err != nil {
			t.Error(err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.free = append(d.free, at)
	})
	return at
}

func (d *databases) drop() error {
	var errs []error
	for _, drop := range d.drops {
		errs = append(errs, drop())
	}
	return errors.Join(errs...)
}

// withSchema makes a database with the present schema.
func withSchema(t *testing.T, engine string) (url string) {
	t.Helper()
	if engine == "postgres" && storetest.HasPostgres(t) {
		return pool.lend(t)
	}
	url = storetest.SQLite(t)
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(strings.TrimPrefix(url, "sqlite:"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return url
}

// migrated is an SQLite file with the present schema, to be copied: migrating one for each test is most of what the tests
// cost where races are detected.
var migrated = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "parvis-test-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "schema.db")
	if err := store.Migrate(context.Background(), "sqlite:"+file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// onSchema runs a test on both engines, each with the present schema.
func onSchema(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, withSchema(t, engine))
		})
	}
}

func nine() time.Time { return storetest.Nine }

func open(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	if o.Now == nil {
		o.Now = nine
	}
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// watching runs the reader of changes until the test ends.
func watching(t *testing.T, db *store.DB) *store.DB {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- db.Watch(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("watch: %v", err)
		}
	})
	return db
}
