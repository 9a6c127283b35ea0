package store_test

import (
	"sync"
	"testing"

	"parvis/store"
)

func TestMigrationsRunUpTwiceDownToNothingAndUpAgain(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		for range 2 {
			if err := store.Migrate(t.Context(), url); err != nil {
				t.Fatalf("up: %v", err)
			}
		}
		if err := store.MigrateDown(t.Context(), url, 0); err != nil {
			t.Fatalf("down: %v", err)
		}
		if have, want, err := store.SchemaVersion(t.Context(), url); have != 0 || want == 0 || err != nil {
			t.Errorf("after going down: have %d, want %d, %v", have, want, err)
		}
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatalf("up again: %v", err)
		}
	})
}

func TestSeveralMayMigrateAtOnce(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := store.Migrate(t.Context(), url); err != nil {
					t.Errorf("migrate: %v", err)
				}
			})
		}
		wg.Wait()
		if have, want, err := store.SchemaVersion(t.Context(), url); have != want || err != nil {
			t.Errorf("have %d, want %d, %v", have, want, err)
		}
	})
}

func TestAnOldSchemaIsNoticed(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		if have, want, err := db.SchemaCurrent(t.Context()); have != 0 || want != store.LatestSchema() || err != nil {
			t.Errorf("an empty database: have %d, want %d, %v", have, want, err)
		}
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if have, want, err := db.SchemaCurrent(t.Context()); have != want || err != nil {
			t.Errorf("after migrating: have %d, want %d, %v", have, want, err)
		}
	})
}
