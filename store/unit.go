package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// tx is a transaction with what it owes to others once it is committed. conn is the connection that it has for itself.
type tx struct {
	*gorm.DB
	store   *DB
	conn    *sql.Conn
	changes []change
	closed  []string // people whose account it closes by provisioning
}

var errPoolBusy = errors.New("no free connection in time")

// acquire waits for a connection, at most as long as the pool says.
func (p *pool) acquire(ctx context.Context) (release func(), err error) {
	if !p.slots.TryAcquire(1) {
		wait, cancel := context.WithTimeout(ctx, p.wait)
		defer cancel()
		if p.slots.Acquire(wait, 1) != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, errPoolBusy
		}
	}
	return func() { p.slots.Release(1) }, nil
}

// read runs statements that change nothing. Each sees its own moment; see snapshot for several that must agree.
func (d *DB) read(ctx context.Context, op string, do func(*gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, unitTimeout)
	defer cancel()
	release, err := d.reader.acquire(ctx)
	if err == nil {
		defer release()
		err = do(d.reader.gorm.WithContext(ctx))
	}
	return asFault(ctx, op, err)
}

// snapshot is read with statements that all see the same moment.
func (d *DB) snapshot(ctx context.Context, op string, do func(*gorm.DB) error) error {
	isolation := sql.LevelDefault // SQLite's own
	if d.dialect.postgres() {
		isolation = sql.LevelRepeatableRead
	}
	return d.read(ctx, op, func(g *gorm.DB) error {
		return g.Transaction(do, &sql.TxOptions{Isolation: isolation, ReadOnly: d.dialect.postgres()})
	})
}

// query is read for hot paths: plain database/sql.
func (d *DB) query(ctx context.Context, op string, do func(context.Context, *sql.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, unitTimeout)
	defer cancel()
	release, err := d.reader.acquire(ctx)
	if err == nil {
		defer release()
		err = do(ctx, d.reader.sql)
	}
	return asFault(ctx, op, err)
}

const attempts = 4

// write runs do in a transaction, again when the database asks for it: do must have no effect but through tx. After
// the commit this process forgets what the transaction changed, and tells those who listen.
func (d *DB) write(ctx context.Context, op string, do func(*tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, unitTimeout)
	defer cancel()
	release, err := d.writer.acquire(ctx)
	if err != nil {
		return asFault(ctx, op, err)
	}
	defer release()
	for attempt := 1; ; attempt++ {
		err = d.transact(ctx, do)
		if attempt == attempts || !worthRetry(err) {
			return asFault(ctx, op, err)
		}
		select {
		case <-ctx.Done():
			return asFault(ctx, op, ctx.Err())
		case <-time.After(time.Duration(attempt) * 5 * time.Millisecond):
		}
	}
}

// errAgain asks write for a new attempt: a look and a write of the same transaction did not agree.
var errAgain = errors.New("another transaction came first")

func worthRetry(err error) bool {
	return errors.Is(err, errAgain) || (err != nil && meaningOf(err) == busy)
}

func (d *DB) transact(ctx context.Context, do func(*tx) error) error {
	t := &tx{store: d}
	committing := false
	err := d.writer.transaction(ctx, func(g *gorm.DB, conn *sql.Conn) error {
		t.DB, t.conn = g, conn
		if err := do(t); err != nil {
			return err
		}
		if err := t.writeChanges(); err != nil {
			return fmt.Errorf("write changes: %w", err)
		}
		committing = true
		return nil
	})
	if committing { // even when the answer to COMMIT was lost: forgetting too much does no harm
		d.feed.apply(t.changes)
	}
	return err
}

// transaction runs do in a transaction on a connection that it knows.
func (p *pool) transaction(ctx context.Context, do func(*gorm.DB, *sql.Conn) error) error {
	return p.gorm.WithContext(ctx).Connection(func(g *gorm.DB) error {
		conn, ok := g.Statement.ConnPool.(*sql.Conn)
		if !ok {
			return fmt.Errorf("transaction: not on a connection but on %T", g.Statement.ConnPool)
		}
		return g.Transaction(func(g *gorm.DB) error { return do(g, conn) })
	})
}

// one reads a single row into dst: gorm.ErrRecordNotFound when there is none (Find and Scan would say nothing).
func one[T any](g *gorm.DB, dst *T, query string, args ...any) error {
	found := g.Raw(query, args...).Scan(dst)
	if found.Error == nil && found.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return found.Error
}

// all reads rows.
func all[T any](g *gorm.DB, query string, args ...any) ([]T, error) {
	var rows []T
	err := g.Raw(query, args...).Scan(&rows).Error
	return rows, err
}

// exec runs a statement and answers how many rows it touched.
func exec(g *gorm.DB, query string, args ...any) (int64, error) {
	done := g.Exec(query, args...)
	return done.RowsAffected, done.Error
}

const chunk = 500 // rows or keys in one statement: well below the engines' bounds on parameters

// chunks cuts a list for statements of bounded size.
func chunks[T any](list []T, do func([]T) error) error {
	for len(list) > 0 {
		n := min(chunk, len(list))
		if err := do(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
