package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"
	"gorm.io/gorm"

	"parvis/auth"
	"parvis/rooms"
)

// Options is what Open needs to know. URL is postgres://… or sqlite:path. Replica names this process to who looks at
// PostgreSQL's connections. All but URL may be left out.
type Options struct {
	URL     string
	Logger  *slog.Logger
	Now     func() time.Time
	Replica string
	Metrics prometheus.Registerer
}

// DB is an open database. It is safe for concurrent use; Close waits for what it still writes.
type DB struct {
	url     string
	dialect dialect
	logger  *slog.Logger
	now     func() time.Time
	origin  string // this process among those that write changes
	replica string // its name, to who looks at PostgreSQL

	writer *pool
	reader *pool // the writer itself on PostgreSQL
	queue  *queueClient

	caches    caches
	feed      feed
	struckOff func(ctx context.Context, by auth.Identity, off rooms.StruckOff)
	protects  func(t *tx, personID string) (bool, error)
	admits    *committer
	lobbies   turns // of those who come to one, or go
	metrics   *metrics
	closeOnce sync.Once
	closeErr  error
}

// pool is a set of connections with a bound on the wait for one.
type pool struct {
	sql   *sql.DB
	gorm  *gorm.DB
	slots *semaphore.Weighted
	wait  time.Duration
}

const (
	poolWait         = time.Second
	fileWait         = 5 * time.Second // SQLite: everybody writes through one connection
	statementTimeout = 2 * time.Second
	lockTimeout      = time.Second
	// unitTimeout bounds a whole store method: it is for what the others cannot see, a network that swallows packets.
	unitTimeout = 10 * time.Second
	openTimeout = 5 * time.Second
)

// Open opens the database. A server that does not answer is no error: it may come back, and every method says
// fault.Unavailable until it does (see Ping). What waiting does not mend is one: a wrong URL, a password that the server
// refuses, a file that cannot be used. It does not migrate: see Migrate and SchemaCurrent.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{
		url:     o.URL,
		logger:  cmp.Or(o.Logger, slog.New(slog.DiscardHandler)),
		now:     o.Now,
		origin:  uuid.NewString(),
		replica: o.Replica,
	}
	if d.now == nil {
		d.now = time.Now
	}
	if err := d.connect(ctx, o); err != nil {
		return nil, err
	}
	d.caches = newCaches()
	d.feed.init(&d.caches)
	d.metrics = newMetrics(d, o.Metrics)
	d.admits = newCommitter(d, d.dialect.committers)
	return d, nil
}

func (d *DB) connect(ctx context.Context, o Options) (err error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	switch {
	case strings.HasPrefix(d.url, "sqlite:"):
		d.dialect = sqliteDialect
		d.writer, d.reader, err = openSQLite(strings.TrimPrefix(d.url, "sqlite:"), d.logger)
	case isPostgres(d.url):
		d.dialect = postgresDialect
		d.writer, err = openPostgres(d.url, o.Replica, d.logger)
		d.reader = d.writer
	default:
		return errURL
	}
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if d.queue, err = newQueueClient(d.dialect, d.writer.sql); err != nil {
		return errors.Join(fmt.Errorf("open database: %w", err), d.closePools())
	}
	if err := d.Ping(ctx); err != nil && !d.mayComeBack(err) {
		return errors.Join(fmt.Errorf("open database: %w", err), d.closePools())
	}
	return nil
}

// mayComeBack tells a server that is away from one that answered that we shall not get in, now or later: invalid
// authorization (class 28) and no such database (3D000), PostgreSQL's appendix A. A file cannot be away.
func (d *DB) mayComeBack(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "28") || strings.HasPrefix(pg.Code, "3D")) {
		return false
	}
	return d.dialect.postgres() && !errors.Is(err, context.Canceled)
}

// Close refuses new joins, waits for those that are being written and closes the connections.
func (d *DB) Close() error {
	d.closeOnce.Do(func() {
		d.admits.close()
		d.metrics.unregister()
		d.closeErr = d.closePools()
	})
	return d.closeErr
}

func (d *DB) closePools() error {
	err := d.writer.sql.Close()
	if d.reader != d.writer {
		err = cmp.Or(d.reader.sql.Close(), err)
	}
	return err
}

// Ping is nil when the database answers, else fault.Unavailable.
func (d *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	return asFault(ctx, "ping", d.reader.sql.PingContext(ctx))
}
