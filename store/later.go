package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"parvis/job"
)

// later writes tasks in this transaction: they are done after it is committed, or never were.
func (t *tx) later(tasks ...job.Task) error {
	in, ok := t.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return fmt.Errorf("later: not in a transaction but in %T", t.Statement.ConnPool)
	}
	return chunks(tasks, func(some []job.Task) error {
		rows := make([]river.InsertManyParams, len(some))
		for i, task := range some {
			rows[i] = river.InsertManyParams{
				Args:       job.Row{Of: task.Kind, Subject: task.Subject},
				InsertOpts: &river.InsertOpts{Queue: string(task.Kind), MaxAttempts: job.MostTries, ScheduledAt: task.At},
			}
		}
		_, err := t.store.queue.InsertManyFastTx(t.Statement.Context, in, rows)
		return err
	})
}

// Later writes tasks that nothing else is written with.
func (d *DB) Later(ctx context.Context, tasks ...job.Task) error {
	return d.write(ctx, "later", func(t *tx) error { return t.later(tasks...) })
}

// queueClient is River as it writes into a transaction of ours and looks at what waits. It runs nothing.
type queueClient = river.Client[*sql.Tx]

func newQueueClient(d dialect, writer *sql.DB) (*queueClient, error) {
	var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(writer)
	if d.postgres() {
		driver = riverdatabasesql.New(writer)
	}
	// River tells the runners of a queue at most once in this time that something came. A task that follows another one
	// sooner would wait until they look by themselves.
	const tellAgain = time.Millisecond
	return river.NewClient(driver, &river.Config{FetchCooldown: tellAgain, MaxAttempts: job.MostTries, Logger: slog.New(slog.DiscardHandler)})
}
