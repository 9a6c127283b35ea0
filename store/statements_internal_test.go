package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/semaphore"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/policy/policytest"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/seal"
	"parvis/store/storetest"
)

// Planning a meeting may cost the database more where more are invited, but not the network: what is asked of it, and how
// often it is waited for, is the same.
func TestPlanningTakesNoMoreStatementsHoweverManyAreInvited(t *testing.T) {
	const network = 1000 // there is none before a file
	for _, c := range []struct {
		engine string
		mail   bool
		waits  int
	}{
		{"sqlite", false, network},
		{"sqlite", true, network},
		{"postgres", false, 4}, // whom it names and whose the addresses are, BEGIN, the meeting, COMMIT
		{"postgres", true, 4},  // and its tasks with it
	} {
		t.Run(fmt.Sprintf("%s, mail %v", c.engine, c.mail), func(t *testing.T) {
			t.Parallel()
			if c.engine == "postgres" && !storetest.HasPostgres(t) {
				return
			}
			p := newPlanner(t, c.engine, c.mail)
			few, waits := p.plan(t, 2)
			many, _ := p.plan(t, 40)
			if !slices.Equal(few, many) {
				t.Errorf("with 2 invited %d statements:\n%s\nwith 40 %d:\n%s", len(few), strings.Join(few, "\n"), len(many), strings.Join(many, "\n"))
			}
			if waits > c.waits {
				t.Errorf("the database is waited for %d times:\n%s", waits, strings.Join(few, "\n"))
			}
		})
	}
}

// planner plans meetings in a database that tells what it is asked.
type planner struct {
	db      *DB
	spy     *spy
	service *schedule.Service
	people  []auth.Identity
}

func newPlanner(t *testing.T, engine string, mail bool) planner {
	url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[engine](t)
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	d.caches.ledger.trustFor(time.Hour) // as where Watch runs
	p := planner{db: d, spy: &spy{}}
	people := directory.New(d, time.Now)
	for i := range 21 {
		made, err := people.SignedIn(t.Context(), directory.Claims{
			Provider: "test", Issuer: "http://localhost:1", Subject: fmt.Sprint(i), GivenName: "Jeanne", Email: fmt.Sprintf("p%d@example.org", i), Siret: "11001401600015",
		})
		if err != nil {
			t.Fatal(err)
		}
		p.people = append(p.people, auth.Identity{Kind: auth.Person, ID: made.ID, PersonID: made.ID, OrgID: made.OrgID})
	}
	d.watch(t, p.spy)
	p.service = schedule.New(schedule.Ports{
		Store: d, Operations: d, Policies: policytest.Free{}, Zones: time.LoadLocation, Box: seal.New([32]byte{3}), Host: "meet.example.org", SendsMail: mail, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	return p
}

// plan plans a meeting twice, the first time so that nothing has to be prepared any more. Half of those invited have an account.
func (p planner) plan(t *testing.T, invited int) (statements []string, waits int) {
	t.Helper()
	d := schedule.Definition{
		Title: "Comité", Language: "fr", When: nextWeek(t), Access: schedule.Access{Entry: access.EntryMembers}, Reminders: []time.Duration{15 * time.Minute},
	}
	for i := range invited / 2 {
		d.Invitees = append(d.Invitees, schedule.Invitee{PersonID: p.people[1+i].PersonID}, schedule.Invitee{Email: fmt.Sprintf("guest%d@example.com", i)})
	}
	for range 2 {
		p.spy.forget()
		if _, err := p.service.Create(t.Context(), p.people[0], schedule.NewMeeting{Definition: d.Clone()}); err != nil {
			t.Fatal(err)
		}
	}
	return p.spy.statements(), p.spy.waits
}

func nextWeek(t *testing.T) recur.Series {
	t.Helper()
	series, report := recur.Parse(recur.Text{Start: time.Now().AddDate(0, 0, 7).Format("2006-01-02T09:00:00"), TimeZone: "Europe/Paris", Duration: "PT1H"},
		recur.Terms{Zones: time.LoadLocation, Now: time.Now()})
	if len(report.Problems) > 0 {
		t.Fatal(report.Problems)
	}
	return series
}

// spy hears what a database is asked, before it is.
type spy struct {
	hears func(query string) // nil: nothing follows

	mu    sync.Mutex
	asked []string
	waits int // for an answer
}

func (s *spy) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.waits = nil, 0
}

func (s *spy) hear(queries ...string) {
	s.mu.Lock()
	s.waits++
	s.asked = append(s.asked, queries...)
	s.mu.Unlock()
	if s.hears != nil {
		s.hears(strings.Join(queries, "; "))
	}
}

// statements are the beginnings of what was asked. The tasks are River's: it writes them one by one into a file, which no
// network lies before.
func (s *spy) statements() (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, query := range s.asked {
		words := strings.Fields(query)
		begins := strings.Join(words[:min(len(words), 3)], " ")
		if n := len(list); n > 0 && list[n-1] == begins && strings.Contains(query, "river_job") {
			continue
		}
		list = append(list, begins)
	}
	return list
}

// watch has a database tell a spy what it is asked from now on.
func (d *DB) watch(t *testing.T, s *spy) {
	t.Helper()
	if err := d.closePools(); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.dialect.postgres() {
		var config *pgx.ConnConfig
		if config, err = postgresConfig(d.url); err == nil {
			config.Tracer = tracer{s}
			d.writer, err = postgresPool(config, d.logger)
		}
	} else {
		path := strings.TrimPrefix(d.url, "sqlite:")
		db := sql.OpenDB(spiedConnector{s, d.writer.sql.Driver(), sqliteDSN(path, "_txlock=immediate", "foreign_keys(1)")})
		d.writer = &pool{sql: db, slots: semaphore.NewWeighted(1), wait: fileWait}
		d.writer.gorm, err = openGorm(&sqlite.Dialector{Conn: db}, d.logger)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.reader = d.writer
}

// tracer is a spy in the words of pgx.
type tracer struct{ *spy }

func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	t.hear(q.SQL)
	return ctx
}

func (t tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	var queries []string
	for _, q := range b.Batch.QueuedQueries {
		queries = append(queries, q.SQL)
	}
	t.hear(queries...)
	return ctx
}

func (t tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (t tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (t tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// spiedConnector is a spy in the words of database/sql.
type spiedConnector struct {
	*spy
	driver driver.Driver
	dsn    string
}

func (c spiedConnector) Driver() driver.Driver { return c.driver }

func (c spiedConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	return spiedConn{conn, c.spy}, err
}

type spiedConn struct {
	driver.Conn
	spy *spy
}

func (c spiedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c spiedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.spy.hear(query)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c spiedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.spy.hear(query)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}
