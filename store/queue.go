package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

const (
	// queueConnections are a replica's for background work, beside one that listens.
	queueConnections = 3
	queueTimeout     = 30 * time.Second // of a statement: River clears away thousands of rows at once
)

// How often a replica looks for work. PostgreSQL wakes it for what is to be done at once, so that looking is for work
// whose hour has come and for what was missed. The file wakes nobody; a look at it costs some microseconds.
const (
	lookWoken = 2 * time.Second
	lookAlone = time.Second
)

// Queue is background work of this database while it runs.
type Queue struct {
	queueRunner
	close func()
}

type queueRunner interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	Stopped() <-chan struct{}
}

// Close lets go of the connections, once nothing runs any more.
func (q *Queue) Close() { q.close() }

// NewQueue makes what runs background work as config says, with connections of its own on PostgreSQL, so that much of it
// keeps no join waiting. SQLite has one writer, whom it shares: two writers of one file would have to wait for one
// another blindly, and River gives up where it meets SQLITE_BUSY.
func (d *DB) NewQueue(config *river.Config) (*Queue, error) {
	own := *config
	if !d.dialect.postgres() {
		own.FetchPollInterval = lookAlone
		client, err := river.NewClient(riversqlite.New(d.writer.sql), &own)
		return &Queue{client, func() {}}, err
	}
	own.FetchPollInterval = lookWoken
	pool, err := d.queuePool()
	if err != nil {
		return nil, err
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &own)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Queue{client, pool.Close}, nil
}

// queuePool opens no connection yet.
func (d *DB) queuePool() (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(d.url)
	if err != nil {
		return nil, err
	}
	if config.ConnConfig, err = d.queueConnConfig(); err != nil {
		return nil, err
	}
	config.MaxConns, config.MinConns = queueConnections, 0
	config.MaxConnIdleTime, config.MaxConnLifetime = 5*time.Minute, time.Hour
	return pgxpool.NewWithConfig(context.Background(), config)
}

func (d *DB) queueConnConfig() (*pgx.ConnConfig, error) {
	config, err := postgresConfig(d.url)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["statement_timeout"] = milliseconds(queueTimeout)
	config.RuntimeParams["lock_timeout"] = milliseconds(lockTimeout)
	config.RuntimeParams["idle_in_transaction_session_timeout"] = milliseconds(queueTimeout)
	if d.replica != "" {
		config.RuntimeParams["application_name"] += " " + d.replica
	}
	return config, nil
}
