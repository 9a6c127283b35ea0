package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// question is a statement that reads, with ? placeholders; each is run on every row that it answers. It is past GORM, so that
// PostgreSQL can be asked several in one message, as batch is for statements that write.
type question struct {
	query string
	args  []any
	each  func(scan func(...any) error) error
}

// among is the condition that a column is one of a list of any length, which goes as one value: PostgreSQL keeps one plan for all.
// kind is what PostgreSQL calls the column's type.
func (d dialect) among(column, kind string) string {
	if d.postgres() {
		return column + " = ANY(CAST(CAST(? AS text[]) AS " + kind + "[]))"
	}
	return column + " IN (SELECT value FROM json_each(?))"
}

// listed is the value for among.
func (d dialect) listed(list []string) (any, error) {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	if d.postgres() {
		return list, nil
	}
	value, err := json.Marshal(list)
	return string(value), err
}

// ask reads the answers to questions. Each sees its own moment.
func (d *DB) ask(ctx context.Context, op string, list ...question) error {
	return d.query(ctx, op, func(ctx context.Context, db *sql.DB) error {
		if d.dialect.postgres() {
			return d.inOneQuestion(ctx, db, list)
		}
		for _, q := range list {
			rows, err := db.QueryContext(ctx, q.query, q.args...)
			if err != nil {
				return err
			}
			if err := errors.Join(q.read(rows), rows.Close()); err != nil {
				return err
			}
		}
		return nil
	})
}

// inOneQuestion goes past database/sql; see inOneMessage.
func (d *DB) inOneQuestion(ctx context.Context, db *sql.DB, list []question) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	var message pgx.Batch
	for _, q := range list {
		message.Queue(numbered(q.query), q.args...).Query(func(rows pgx.Rows) error { return q.read(rows) })
	}
	unreachable := conn.Raw(func(driver any) error {
		pg, ok := driver.(*stdlib.Conn)
		if !ok {
			err = fmt.Errorf("ask: not on a connection of pgx but on %T", driver)
			return nil
		}
		err = pg.Conn().SendBatch(ctx, &message).Close()
		return nil
	})
	return errors.Join(unreachable, err, conn.Close())
}

// answers are rows, of whichever driver.
type answers interface {
	Next() bool
	Scan(...any) error
	Err() error
}

func (q question) read(rows answers) error {
	for rows.Next() {
		if err := q.each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
