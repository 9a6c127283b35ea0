package store_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"parvis/store"
	"parvis/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// on runs a test on both engines.
func on(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.Postgres(t))
	})
}

// migrated makes a database with the present schema and opens it.
func migrated(t *testing.T, url string) *store.DB {
	t.Helper()
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return open(t, store.Options{URL: url})
}

func open(t *testing.T, o store.Options) *store.DB {
	t.Helper()
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

func sqliteFile(url string) string { return strings.TrimPrefix(url, "sqlite:") }

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
