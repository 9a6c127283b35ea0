package store

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// watchEvery is how often changes are read without being woken: a cache is at most one second old.
	watchEvery = 500 * time.Millisecond
	// trust is how long caches answer after the last successful look at the changes.
	trust = 5 * time.Second
	// wakePause is the least time between two looks, so that a storm of changes does not make a storm of looks.
	wakePause = 20 * time.Millisecond
)

// Watch reads what other processes changed until ctx ends, and lets the caches answer meanwhile. While it does not run,
// and from five seconds after the database stopped answering it, nothing is answered from a cache. It returns nil.
func (d *DB) Watch(ctx context.Context) error {
	wake := make(chan struct{}, 1)
	if d.dialect.postgres() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			d.listen(ctx, wake)
		}()
		defer func() { <-done }()
	}
	r := changeReader{db: d}
	for {
		r.look(ctx)
		select {
		case <-ctx.Done():
			d.caches.ledger.trustFor(0)
			return nil
		case <-wake:
			pause(ctx, wakePause)
		case <-time.After(watchEvery):
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// changeReader is one reading of the feed: from where it goes on, and what it told already of what it reads again.
type changeReader struct {
	db     *DB
	from   string // xid on PostgreSQL, id on SQLite
	told   map[int64]bool
	failed bool
	last   time.Time
}

// look reads on. After a gap longer than trust, everything is forgotten before anything counts again: what was pruned
// meanwhile is not in the feed any more.
func (r *changeReader) look(ctx context.Context) {
	began := time.Now()
	d := r.db
	fresh := r.from == "" || began.Sub(r.last) > trust
	if fresh {
		r.from, r.told = "", map[int64]bool{}
	}
	changes, err := r.read(ctx)
	if err != nil {
		if !r.failed && ctx.Err() == nil {
			d.logger.WarnContext(ctx, "changes cannot be read: caches are off in five seconds", "error", err)
		}
		r.failed = true
		return
	}
	if fresh {
		d.caches.ledger.forgetAll()
		changes = append(changes, change{ChangedAnything, ""})
	}
	d.feed.apply(changes)
	r.last = began
	d.caches.ledger.trustFor(trust - time.Since(began))
	if r.failed {
		r.failed = false
		d.logger.InfoContext(ctx, "changes are read again")
	}
}

type feedRow struct {
	ID     int64
	Origin string
	Kind   string
	Ref    string
}

func (r *changeReader) read(ctx context.Context) ([]change, error) {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	if r.db.dialect.postgres() {
		return r.readPostgres(ctx)
	}
	return r.readSQLite(ctx)
}

// readPostgres starts at the oldest transaction that ran when the last look began: whatever commits later has a number
// from there on. Rows come again until that transaction ends, hence told.
func (r *changeReader) readPostgres(ctx context.Context) ([]change, error) {
	g := r.db.reader.gorm.WithContext(ctx)
	var next string
	if err := one(g, &next, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"); err != nil {
		return nil, err
	}
	if r.from == "" {
		r.from = next
		return nil, nil
	}
	rows, err := all[feedRow](g, "SELECT id, origin, kind, ref FROM changes WHERE xid >= CAST(CAST(? AS text) AS xid8) ORDER BY id", r.from)
	if err != nil {
		return nil, err
	}
	var fresh []change
	seen := make(map[int64]bool, len(rows))
	for _, row := range rows {
		if seen[row.ID] = true; !r.told[row.ID] && row.Origin != r.db.origin {
			fresh = append(fresh, change{row.Kind, row.Ref})
		}
	}
	r.from, r.told = next, seen
	return fresh, nil
}

func (r *changeReader) readSQLite(ctx context.Context) ([]change, error) {
	g := r.db.reader.gorm.WithContext(ctx)
	if r.from == "" {
		return nil, one(g, &r.from, "SELECT CAST(COALESCE(MAX(id), 0) AS TEXT) FROM changes")
	}
	rows, err := all[feedRow](g, "SELECT id, origin, kind, ref FROM changes WHERE id > CAST(? AS INTEGER) ORDER BY id", r.from)
	if err != nil {
		return nil, err
	}
	var fresh []change
	for _, row := range rows {
		if row.Origin != r.db.origin {
			fresh = append(fresh, change{row.Kind, row.Ref})
		}
	}
	if len(rows) > 0 {
		r.from = formatID(rows[len(rows)-1].ID)
	}
	return fresh, nil
}

// listen wakes the reader when another replica has changed something. It is a convenience: without it changes are
// read each half second all the same, so its failures are retried in silence.
func (d *DB) listen(ctx context.Context, wake chan<- struct{}) {
	for ctx.Err() == nil {
		_ = d.listenOnce(ctx, wake)
		pause(ctx, watchEvery)
	}
}

func (d *DB) listenOnce(ctx context.Context, wake chan<- struct{}) error {
	config, err := postgresConfig(d.url)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

func formatID(id int64) string { return strconv.FormatInt(id, 10) }
