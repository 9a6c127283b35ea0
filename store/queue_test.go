package store_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parvis/job"
	"parvis/jobs"
	"parvis/store"
)

// ended is a row of River's of a task that ended some time ago.
func ended(state string, ago time.Duration) string {
	at := time.Now().Add(-ago).UTC().Format("2006-01-02 15:04:05.000")
	return "INSERT INTO river_job (kind, queue, max_attempts, args, metadata, tags, state, scheduled_at, finalized_at)" +
		" VALUES ('probe', 'probe', 100, '{}', '{}', $TAGS, '" + state + "', '" + at + "', '" + at + "')"
}

func TestFinishedTasksGoAfterADayAndThoseGivenUpAfterAMonth(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		const day = 24 * time.Hour
		tags := "'{}'"
		if isSQLite(url) {
			tags = "'[]'"
		}
		rows := look(t, url)
		for _, row := range []string{ended("completed", day+time.Minute), ended("completed", day-time.Minute), ended("discarded", 30*day+time.Minute),
			ended("discarded", 30*day-time.Minute), ended("cancelled", 30*day+time.Minute)} {
			if _, err := rows.ExecContext(t.Context(), strings.ReplaceAll(row, "$TAGS", tags)); err != nil {
				t.Fatal(err)
			}
		}
		db := open(t, store.Options{URL: url})
		working(t, db, map[job.Kind]jobs.Worker{"probe": {Do: func(context.Context, string) error { return nil }}})
		for deadline := time.Now().Add(time.Minute); ; {
			left := tell(t, rows, "SELECT CAST(state AS text) FROM river_job ORDER BY id")
			if left == "completed discarded" {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("left: %s", left)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

// working does background work until the test ends.
func working(t *testing.T, db *store.DB, workers map[job.Kind]jobs.Worker) {
	t.Helper()
	runner, err := jobs.New(jobs.Options{
		Workers: workers, Replica: t.Name()[:20], Drain: 10 * time.Second, Logger: slog.New(slog.DiscardHandler),
		Queue: func(s *jobs.Settings) (jobs.Queue, error) { return db.NewQueue(s) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
