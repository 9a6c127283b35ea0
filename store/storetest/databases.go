package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parvis/directory"
)

// PostgresVariable names the administrator's URL by which tests make and drop databases of their own.
const PostgresVariable = "PARVIS_TEST_POSTGRES"

// SQLite is the URL of a new, empty SQLite file that goes with the test.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "parvis test.db")
}

// Postgres is the URL of a new, empty PostgreSQL database that goes with the test. Where the tests were not given a
// PostgreSQL, the test fails in CI; elsewhere it runs on SQLite once more, and says so.
func Postgres(t testing.TB) string {
	t.Helper()
	if !HasPostgres(t) {
		return SQLite(t)
	}
	at, drop, err := CreatePostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return at
}

// HasPostgres reports whether the tests were given a PostgreSQL; without one the test fails in CI.
func HasPostgres(t testing.TB) bool {
	t.Helper()
	if os.Getenv(PostgresVariable) != "" {
		return true
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not set: CI tests PostgreSQL too (scripts/with-postgres sets it)", PostgresVariable)
	}
	t.Logf("%s is not set: this runs on SQLite instead; scripts/with-postgres sets it", PostgresVariable)
	return false
}

// CreatePostgres makes a database with a random name.
func CreatePostgres() (at string, drop func() error, err error) {
	admin, err := url.Parse(os.Getenv(PostgresVariable))
	if err != nil {
		return "", nil, fmt.Errorf("%s is no URL", PostgresVariable)
	}
	name := "parvis_test_" + strings.ToLower(rand.Text())
	if err := administer(admin.String(), "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	drop = func() error { return administer(admin.String(), "DROP DATABASE "+name+" WITH (FORCE)") }
	own := *admin
	own.Path = "/" + name
	return own.String(), drop, nil
}

// EmptyPostgres brings a migrated database back to what the migrations left: much faster than making another.
func EmptyPostgres(at string) error {
	return administer(at, `DO $$ DECLARE name text; BEGIN
		SET LOCAL session_replication_role = replica; -- no foreign keys
		FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
			AND tablename NOT IN ('schema_migrations', 'river_migration', 'organizations') LOOP
			EXECUTE format('DELETE FROM %I', name);
		END LOOP;
		DELETE FROM organizations WHERE id <> '`+directory.DefaultOrgID+`';
	END $$`)
}

func administer(admin, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("reach the PostgreSQL of %s: %w", PostgresVariable, err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
