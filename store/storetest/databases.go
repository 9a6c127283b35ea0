package storetest

import (
	"context"
	"crypto/rand"
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
func Postgres(t testing.TB) string {
	t.Helper()
	admin := os.Getenv(PostgresVariable)
	if admin == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: CI tests PostgreSQL too (scripts/with-postgres sets it)", PostgresVariable)
		}
		t.Logf("%s is not set: this runs on SQLite instead; scripts/with-postgres sets it", PostgresVariable)
		return SQLite(t)
	}
	name := "parvis_test_" + strings.ToLower(rand.Text())
	administer(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() { administer(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	at, err := url.Parse(admin)
	if err != nil {
		t.Fatalf("%s is no URL", PostgresVariable)
	}
	at.Path = "/" + name
	return at.String()
}

func administer(t testing.TB, admin, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		t.Fatalf("reach the PostgreSQL of %s: %v", PostgresVariable, err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
