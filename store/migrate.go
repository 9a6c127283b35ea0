package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

const (
	versionTable = "schema_migrations"
	// migrateLockTimeout keeps a migration from queueing behind a long transaction, with everybody else behind it.
	migrateLockTimeout = 2 * time.Second
)

// Migrate brings the schema of the database at url up to date. Several processes may do it at once: one does it, the
// others wait. A migration that cannot have its locks in time fails whole and may be started again.
func Migrate(ctx context.Context, url string) error {
	return migrate(ctx, url, func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// MigrateDown takes the schema back to a version, 0 being an empty database: for tests, and for an operator who takes
// an upgrade back.
func MigrateDown(ctx context.Context, url string, version int64) error {
	return migrate(ctx, url, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, version)
		return err
	})
}

func migrate(ctx context.Context, url string, run func(*goose.Provider) error) (err error) {
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		// Held from before the first connection to after the last: making a file WAL and leaving WAL both want it alone,
		// and SQLite answers "busy" there without waiting.
		unlock, err := lockFile(ctx, file)
		if err != nil {
			return asFault(ctx, "migrate", err)
		}
		defer unlock()
	}
	db, dialect, options, err := openForMigration(url)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	files, err := fs.Sub(migrations, "migrations/"+folder(dialect))
	if err != nil {
		return err
	}
	options = append(options, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	provider, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return asFault(ctx, "migrate", run(provider))
}

func folder(d goose.Dialect) string {
	if d == goose.DialectPostgres {
		return postgresDialect.name
	}
	return sqliteDialect.name
}

func openForMigration(url string) (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		db, err := sql.Open(sqlite.DriverName, sqliteDSN(file, "_txlock=immediate", "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"))
		return db, goose.DialectSQLite3, nil, err
	}
	if !isPostgres(url) {
		return nil, "", nil, errURL
	}
	config, err := postgresConfig(url)
	if err != nil {
		return nil, "", nil, err
	}
	config.RuntimeParams["lock_timeout"] = milliseconds(migrateLockTimeout)
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 60))
	return stdlib.OpenDB(*config), goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}, err
}

// lockFile keeps two processes from migrating the same SQLite file at once; the system lets go of it when one dies. The
// lock's file stays: removing it would give two processes two different locks.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), file.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// LatestSchema is the version that this program needs.
func LatestSchema() int64 {
	files, err := fs.Glob(migrations, "migrations/"+sqliteDialect.name+"/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	var latest int64
	for _, f := range files {
		number, _, _ := strings.Cut(path.Base(f), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			panic(err) // a file name in our own folder; the tests open it
		}
		latest = max(latest, n)
	}
	return latest
}

// SchemaVersion tells which schema the database at url has and which one this program needs.
func SchemaVersion(ctx context.Context, url string) (have, want int64, err error) {
	d, err := Open(ctx, Options{URL: url})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.SchemaCurrent(ctx)
}

// SchemaCurrent tells which schema the database has and which one this program needs: 0 is an empty database. A program
// works with a schema that is newer, never with an older one.
func (d *DB) SchemaCurrent(ctx context.Context) (have, want int64, err error) {
	exists := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '" + versionTable + "'"
	if d.dialect.postgres() {
		exists = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = '" + versionTable + "'"
	}
	err = d.query(ctx, "schema version", func(ctx context.Context, db *sql.DB) error {
		var tables int
		if err := db.QueryRowContext(ctx, exists).Scan(&tables); err != nil || tables == 0 {
			return err
		}
		return db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+versionTable).Scan(&have)
	})
	return have, LatestSchema(), err
}
