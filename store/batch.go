package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parvis/job"
)

// batch is statements of a transaction that need no answer but that they were done. They are put together first and done by
// send, in their order: PostgreSQL gets them in one message and gives one answer, so that ten of them take the way there and
// back once. SQLite is in this process and does one after the other.
//
// What goes wrong while a batch is put together comes back from send.
type batch struct {
	t          *tx
	dry        *gorm.DB // puts an INSERT into words and does nothing
	statements []boundStatement
	tasks      []job.Task // for River to write, after the statements
	err        error
}

type boundStatement struct {
	query string
	args  []any
}

func (t *tx) batch() *batch {
	return &batch{t: t, dry: t.Session(&gorm.Session{NewDB: true, DryRun: true})}
}

// insertChunk is how many rows are in one statement: PostgreSQL keeps the plan of each number of rows up to it.
const insertChunk = chunk / 5

// insert adds rows of one table, none being no error.
func insert[T any](b *batch, rows []T, how ...clause.Expression) {
	for some := range slices.Chunk(rows, insertChunk) {
		made := b.dry.Clauses(how...).Create(&some)
		b.fail(made.Error)
		b.add(made.Statement.SQL.String(), made.Statement.Vars)
	}
}

// exec adds a statement that was written with ? placeholders.
func (b *batch) exec(query string, args ...any) {
	if b.t.store.dialect.postgres() {
		query = numbered(query)
	}
	b.add(query, args)
}

// add takes the arguments in the form in which drivers take them: what pgx has to convert itself it encodes twice.
func (b *batch) add(query string, args []any) {
	plain := make([]any, len(args))
	for i, a := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(a)
		b.fail(err)
		plain[i] = value
	}
	b.statements = append(b.statements, boundStatement{query, plain})
}

func (b *batch) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// send does what was put together, if anything was.
func (b *batch) send() error {
	if b.err != nil {
		return b.err
	}
	if len(b.statements) > 0 {
		began, ctx := time.Now(), b.t.Statement.Context
		err := b.do()
		b.t.Logger.Trace(ctx, began, func() (string, int64) { return b.String(), -1 }, err)
		if err != nil {
			return err
		}
	}
	return b.t.byRiver(b.tasks)
}

func (b *batch) do() error {
	if b.t.store.dialect.postgres() {
		return b.inOneMessage()
	}
	for _, s := range b.statements {
		if _, err := b.t.Statement.ConnPool.ExecContext(b.t.Statement.Context, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// inOneMessage goes past database/sql, on the connection of the transaction. What goes wrong is kept from Raw: on some errors
// it would close the connection, and wait for the transaction to end before.
func (b *batch) inOneMessage() (err error) {
	var message pgx.Batch
	for _, s := range b.statements {
		message.Queue(s.query, s.args...)
	}
	unreachable := b.t.conn.Raw(func(conn any) error {
		pg, ok := conn.(*stdlib.Conn)
		switch {
		case !ok:
			err = fmt.Errorf("batch: not on a connection of pgx but on %T", conn)
		case pg.Conn().PgConn().TxStatus() == outsideTransaction: // database/sql rolls back when the context ends
			err = sql.ErrTxDone
		default:
			err = pg.Conn().SendBatch(b.t.Statement.Context, &message).Close()
		}
		return nil
	})
	return errors.Join(unreachable, err)
}

// outsideTransaction is what PostgreSQL says of a connection in none (ReadyForQuery, in its manual's message formats).
const outsideTransaction = 'I'

// String is the statements without their arguments.
func (b *batch) String() string {
	queries := make([]string, len(b.statements))
	for i, s := range b.statements {
		queries[i] = s.query
	}
	return strings.Join(queries, "; ")
}
