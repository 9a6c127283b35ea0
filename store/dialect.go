package store

import (
	"errors"
	"strconv"
	"strings"
)

// dialect is what the two engines do not share.
type dialect struct {
	name string
	// forUpdate, forShare and forKeyShare lock the rows of a SELECT; SQLite has one writer and needs none of them.
	forUpdate, forShare, forKeyShare string
	// forUpdateOf locks the rows of one table of a join.
	forUpdateOf func(alias string) string
	// committers is how many batches of joins are written at a time: one is under way while the next gathers.
	committers int
}

var (
	sqliteDialect = dialect{
		name:        "sqlite",
		committers:  1,
		forUpdateOf: func(string) string { return "" },
	}
	postgresDialect = dialect{
		name:       "postgres",
		committers: 2,
		forUpdate:  " FOR UPDATE", forShare: " FOR SHARE", forKeyShare: " FOR KEY SHARE",
		forUpdateOf: func(alias string) string { return " FOR UPDATE OF " + alias },
	}
)

func (d dialect) postgres() bool { return d.name == postgresDialect.name }

var errURL = errors.New("the database URL begins with postgres:// or with sqlite: and a path")

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// statement is a hot statement, bound once for both engines.
type statement struct{ sqlite, postgres string }

// prepared binds a statement that was written with ? placeholders.
func prepared(query string) statement { return statement{sqlite: query, postgres: numbered(query)} }

func (s statement) in(d dialect) string {
	if d.postgres() {
		return s.postgres
	}
	return s.sqlite
}

// numbered turns each ? into $1, $2 …; no statement of ours has a ? for anything else.
func numbered(query string) string {
	var b strings.Builder
	n := 0
	for {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}
