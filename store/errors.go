package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"parvis/fault"
)

// retryAfter is when a caller may come back after the database did not answer.
const retryAfter = 2 * time.Second

// asFault is the only place where a database's error gets a public meaning. A fault passes through as it is, so that a
// rule's refusal inside a transaction reaches its caller unchanged; so does the caller's own cancellation.
func asFault(ctx context.Context, op string, err error) error {
	var f *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	}
	err = fmt.Errorf("%s: %w", op, err)
	if errors.Is(ctx.Err(), context.Canceled) { // however the engine words it
		return fmt.Errorf("%w: %w", err, context.Canceled)
	}
	switch meaningOf(err) {
	case missing:
		return fault.New(fault.CodeNotFound, "there is no such row").Because(err)
	case taken:
		return fault.New(fault.CodeConflict, "something with this key exists already").Because(err)
	case dangling:
		return fault.New(fault.CodeConflict, "something that this refers to does not exist").Because(err)
	case unwritable:
		return fault.New(fault.CodeInvalid, "a text holds a character that cannot be kept").Because(err)
	case silent, busy:
		return fault.New(fault.CodeDatabaseUnavailable, "the database does not answer").After(retryAfter).Because(err)
	default:
		return err
	}
}

// meaning is what a database's error comes down to.
type meaning int

const (
	unknown    meaning = iota
	missing            // no row
	taken              // a unique key
	dangling           // a foreign key
	unwritable         // a character that the engine refuses
	busy               // worth another try at once: deadlock, serialization
	silent             // no answer in time, or none at all
)

func meaningOf(err error) meaning {
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	var network net.Error
	switch {
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, gorm.ErrRecordNotFound):
		return missing
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return taken
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return dangling
	case errors.As(err, &pg):
		return postgresMeaning(pg.Code)
	case errors.As(err, &lite):
		return sqliteMeaning(lite.Code())
	case errors.Is(err, errPoolBusy), errors.Is(err, errNoTurn), errors.Is(err, context.DeadlineExceeded), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.As(err, &network), isConnect(err), pgconn.Timeout(err):
		return silent
	default:
		return unknown
	}
}

func isConnect(err error) bool {
	var connect *pgconn.ConnectError
	return errors.As(err, &connect)
}

// postgresMeaning reads an SQLSTATE (PostgreSQL manual, appendix A).
func postgresMeaning(code string) meaning {
	switch code {
	case "23505":
		return taken
	case "23503":
		return dangling
	case "22021", "22P05":
		return unwritable
	case "40001", "40P01":
		return busy
	case "57014", "55P03", "25P03", "25006":
		return silent
	}
	for _, class := range []string{"08", "53", "57P", "58"} { // connection, resources, shutdown, system
		if strings.HasPrefix(code, class) {
			return silent
		}
	}
	return unknown
}

// sqliteMeaning reads an extended result code (sqlite.org/rescode.html).
func sqliteMeaning(code int) meaning {
	switch code {
	case 2067, 1555: // CONSTRAINT_UNIQUE, CONSTRAINT_PRIMARYKEY
		return taken
	case 787: // CONSTRAINT_FOREIGNKEY
		return dangling
	}
	switch code & 0xff {
	case 5, 6, 8, 9, 10, 13, 14: // BUSY, LOCKED, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN
		return silent
	}
	return unknown
}
