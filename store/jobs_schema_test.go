package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"parvis/store"
)

func riversOwn(t *testing.T, url string) *rivermigrate.Migrator[*sql.Tx] {
	t.Helper()
	var driver riverdriver.Driver[*sql.Tx] = riverdatabasesql.New(look(t, url))
	if isSQLite(url) {
		driver = riversqlite.New(look(t, url))
	}
	m, err := rivermigrate.New(driver, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRiverFindsItsTablesAsItExpectsThem(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		if found, err := riversOwn(t, url).Validate(t.Context()); err != nil || found.OK {
			t.Errorf("an empty database: %+v, %v", found, err)
		}
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if found, err := riversOwn(t, url).Validate(t.Context()); err != nil || !found.OK {
			t.Errorf("after our migrations: %+v, %v", found, err)
		}
	})
}

// What a table is, as each engine tells it: columns, constraints and indexes.
const (
	riverInPostgres = `
		SELECT table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' ' || COALESCE(column_default, '')
		FROM information_schema.columns WHERE table_name LIKE 'river%' UNION ALL
		SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text LIKE 'river%' UNION ALL
		SELECT relname || ' ' || relpersistence::text FROM pg_class WHERE relname LIKE 'river%' AND relkind = 'r' UNION ALL
		SELECT enumlabel::text FROM pg_enum UNION ALL
		SELECT prosrc FROM pg_proc WHERE proname LIKE 'river%' UNION ALL
		SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'river%' AND indexname NOT IN ('river_job_args_index', 'river_job_metadata_index')`
	riverInSQLite = `SELECT sql FROM sqlite_master WHERE tbl_name LIKE 'river%' AND sql IS NOT NULL`
)

func TestOurMigrationMakesWhatRiverMakes(t *testing.T) {
	for engine, newURL := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			ours, rivers := newURL(t), newURL(t)
			if err := store.Migrate(t.Context(), ours); err != nil {
				t.Fatal(err)
			}
			if _, err := riversOwn(t, rivers).Migrate(t.Context(), rivermigrate.DirectionUp, nil); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(tablesOfRiver(t, rivers), tablesOfRiver(t, ours)); diff != "" {
				t.Errorf("River makes (-), we make (+):\n%s", diff)
			}
		})
	}
}

func tablesOfRiver(t *testing.T, url string) []string {
	t.Helper()
	query := riverInPostgres
	if isSQLite(url) {
		query = riverInSQLite
	}
	rows, err := look(t, url).QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, plain(line))
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		t.Fatalf("%d lines, %v", len(all), err)
	}
	slices.Sort(all)
	return all
}

// plain leaves comments, space and River's marks for a schema out of a definition.
func plain(definition string) string {
	var lines []string
	for line := range strings.Lines(definition) {
		code, _, _ := strings.Cut(line, "--")
		lines = append(lines, code)
	}
	joined := strings.ReplaceAll(strings.Join(lines, " "), "/* TEMPLATE: schema */", "")
	return strings.Join(strings.Fields(joined), " ")
}
