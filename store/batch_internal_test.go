package store

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"

	"parvis/fault"
	"parvis/store/storetest"
)

const oneChange = "INSERT INTO changes (origin, kind, ref, at) VALUES ('00000000-0000-7000-8000-000000000001', ?, 'x', '2026-11-20T08:00:00.000000Z')"

func migrated(t *testing.T, url string) *DB {
	t.Helper()
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func changesIn(t *testing.T, d *DB) (rows int) {
	t.Helper()
	if err := d.writer.sql.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM changes").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestOfABatchInWhichOneStatementFailsNothingIsWritten(t *testing.T) {
	for engine, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			d := migrated(t, newURL(t))
			const feed = "INSERT INTO idempotency_keys (principal, route, key, request_hash, status, header, created_at) VALUES ('p', 'r', 'k', ?, 0, '{}', '2026-11-20T08:00:00.000000Z')"
			err := d.write(t.Context(), "test", func(t *tx) error {
				b := t.batch()
				b.exec(oneChange, "first")
				b.exec(feed, []byte("once"))
				b.exec(feed, []byte("twice"))
				b.exec(oneChange, "last")
				return b.send()
			})
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("got %v", err)
			}
			if rows := changesIn(t, d); rows != 0 {
				t.Errorf("%d rows", rows)
			}
		})
	}
}

func TestWhatCannotBePutIntoABatchIsToldWhenItIsSent(t *testing.T) {
	d := migrated(t, storetest.SQLite(t))
	err := d.write(t.Context(), "test", func(t *tx) error {
		b := t.batch()
		b.exec(oneChange, "first")
		b.exec(oneChange, struct{}{})
		return b.send()
	})
	if rows := changesIn(t, d); err == nil || rows != 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func TestABatchIsNotSentOnceItsTransactionHasEnded(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	d := migrated(t, storetest.Postgres(t))
	err := d.transact(t.Context(), func(t *tx) error {
		err := t.conn.Raw(func(conn any) error {
			_, err := conn.(*stdlib.Conn).Conn().Exec(t.Statement.Context, "ROLLBACK")
			return err
		})
		b := t.batch()
		b.exec(oneChange, "late")
		return errors.Join(err, b.send())
	})
	if rows := changesIn(t, d); !errors.Is(err, sql.ErrTxDone) || rows != 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
}
