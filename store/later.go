package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"parvis/job"
)

// later writes tasks in this transaction: they are done after it is committed, or never were.
func (t *tx) later(tasks ...job.Task) error {
	b := t.batch()
	b.later(tasks...)
	return b.send()
}

// writtenTasks writes rows as River does, and wakenQueues tells its runners as River does; a test compares. So they go with the
// other statements of a change, and nothing waits for them: River itself would ask twice.
const (
	writtenTasks = `INSERT INTO river_job (state, args, kind, max_attempts, queue, scheduled_at)
		SELECT CASE WHEN t.at > now() THEN 'scheduled' ELSE 'available' END::river_job_state, jsonb_strip_nulls(jsonb_build_object('subject', t.subject)),
			t.kind, ?, t.kind, COALESCE(t.at, now()) FROM jsonb_to_recordset(?) AS t (kind text, subject text, at timestamptz)`
	wakenQueues = `SELECT pg_notify(current_schema() || '.river_insert', json_build_object('queue', q)::text) FROM jsonb_array_elements_text(?) AS q`
)

// writtenTask is a task as writtenTasks reads it.
type writtenTask struct {
	Kind    job.Kind   `json:"kind"`
	Subject string     `json:"subject,omitempty"`
	At      *time.Time `json:"at,omitempty"`
}

// later has tasks written with the batch. Into a file River writes them, after the rest.
func (b *batch) later(tasks ...job.Task) {
	if !b.t.store.dialect.postgres() {
		b.tasks = append(b.tasks, tasks...)
		return
	}
	if len(tasks) == 0 {
		return
	}
	rows, waken := make([]writtenTask, len(tasks)), []job.Kind{}
	for i, task := range tasks {
		rows[i] = writtenTask{Kind: task.Kind, Subject: task.Subject}
		if !task.At.IsZero() {
			rows[i].At = &task.At
		} else if !slices.Contains(waken, task.Kind) {
			waken = append(waken, task.Kind)
		}
	}
	b.exec(writtenTasks, job.MostTries, documentOf(rows))
	if len(waken) > 0 {
		b.exec(wakenQueues, documentOf(waken))
	}
}

// byRiver has River write tasks.
func (t *tx) byRiver(tasks []job.Task) error {
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
