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
func Postgres(t testing.TB) string { return PostgresLike(t, "") }

// PostgresLike is Postgres with what a database that nobody uses holds: a migrated one saves each test the migration.
func PostgresLike(t testing.TB, template string) string {
	t.Helper()
	if !HasPostgres(t) {
		return SQLite(t)
	}
	at, drop, err := CreatePostgres(template)
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

// CreatePostgres makes a database with a random name, like the database at template when that is not empty.
func CreatePostgres(template string) (at string, drop func() error, err error) {
	admin, err := url.Parse(os.Getenv(PostgresVariable))
	if err != nil {
		return "", nil, fmt.Errorf("%s is no URL", PostgresVariable)
	}
	name := "parvis_test_" + strings.ToLower(rand.Text())
	statement := "CREATE DATABASE " + name
	if template != "" {
		like, err := url.Parse(template)
		if err != nil {
			return "", nil, fmt.Errorf("read the template's URL: %w", err)
		}
		statement += " TEMPLATE " + strings.TrimPrefix(like.Path, "/")
	}
	if err := administer(admin.String(), statement); err != nil {
		return "", nil, err
	}
	drop = func() error { return administer(admin.String(), "DROP DATABASE "+name+" WITH (FORCE)") }
	own := *admin
	own.Path = "/" + name
	return own.String(), drop, nil
}

func administer(admin, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
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
