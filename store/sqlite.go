package store

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/glebarez/sqlite"
	"golang.org/x/sync/semaphore"
)

// openSQLite opens a file twice: for the one writer, whose transactions take the write lock when they begin (a lock
// taken half-way cannot be waited for), and for readers, which WAL lets go on beside it.
func openSQLite(path string, logger *slog.Logger) (writer, reader *pool, err error) {
	if err := prepareFile(path); err != nil {
		return nil, nil, err
	}
	// A commit is on the disk when it is answered: a revocation that a power cut undoes would be a hole.
	write := sqliteDSN(path, "_txlock=immediate", "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)")
	if writer, err = sqlitePool(write, 1, logger); err != nil {
		return nil, nil, err
	}
	read := sqliteDSN(path, "_txlock=deferred", "query_only(1)", "busy_timeout(5000)")
	if reader, err = sqlitePool(read, max(4, runtime.NumCPU()), logger); err != nil {
		return nil, nil, errors.Join(err, writer.sql.Close())
	}
	return writer, reader, nil
}

// prepareFile makes the file for its owner alone, or says in one sentence what hinders.
func prepareFile(path string) error {
	if path == "" || strings.Contains(path, ":memory:") {
		return errors.New("name a file for the database: sqlite:data/parvis.db")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the folder %s of the database does not exist: make it first", filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("the database file cannot be written: %w", err)
	}
	return f.Close()
}

func sqliteDSN(path, txlock string, pragmas ...string) string {
	query := txlock
	for _, p := range pragmas {
		query += "&_pragma=" + p
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query
}

func sqlitePool(dsn string, size int, logger *slog.Logger) (*pool, error) {
	db, err := sql.Open(sqlite.DriverName, dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	g, err := openGorm(&sqlite.Dialector{Conn: db}, logger)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &pool{sql: db, gorm: g, slots: semaphore.NewWeighted(int64(size)), wait: fileWait}, nil
}
