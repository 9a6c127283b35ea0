package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parvis/job"
	"parvis/store/storetest"
)

func TestATaskOfATransactionThatIsRolledBackWasNeverWritten(t *testing.T) {
	for engine, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			d, err := Open(t.Context(), Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			refused := errors.New("refused")
			err = d.write(t.Context(), "test", func(t *tx) error {
				return errors.Join(t.later(job.Task{Kind: job.SendLetter, Subject: "l1"}), refused)
			})
			if !errors.Is(err, refused) {
				t.Fatalf("got %v", err)
			}
			var rows int
			if err := d.writer.sql.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM river_job").Scan(&rows); err != nil || rows != 0 {
				t.Errorf("%d rows, %v", rows, err)
			}
		})
	}
}

// What is written beside River must be what River writes, whatever it is by then.
func TestATaskStandsAsRiverWritesIt(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	url := storetest.Postgres(t)
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	listener := listening(t, url)
	tomorrow := time.Now().Add(24 * time.Hour)
	tasks := []job.Task{{Kind: job.SendLetter, Subject: "l1"}, {Kind: job.SendLetter, Subject: "l2"}, {Kind: job.ProjectMeetings}, {Kind: job.SendReminders, Subject: "m1", At: tomorrow}}
	var rows, woken [2]string
	for i, write := range []func(t *tx) error{func(t *tx) error { return t.byRiver(tasks) }, func(t *tx) error { return t.later(tasks...) }} {
		if err := d.write(t.Context(), "test", write); err != nil {
			t.Fatal(err)
		}
		err := d.writer.sql.QueryRowContext(t.Context(), `SELECT string_agg(concat_ws(' ', state, attempt, max_attempts, priority, args, kind, metadata, queue, tags, errors,
			unique_key, unique_states, scheduled_at > now() + interval '23 hours', scheduled_at <= now()), '; ' ORDER BY id) FROM river_job`).Scan(&rows[i])
		if err == nil {
			_, err = d.writer.sql.ExecContext(t.Context(), "DELETE FROM river_job")
		}
		if err != nil {
			t.Fatal(err)
		}
		var queues []string
		for range 2 { // one each
			n, err := listener.WaitForNotification(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			queues = append(queues, n.Channel+strings.ReplaceAll(n.Payload, " ", ""))
		}
		slices.Sort(queues) // River has them in no order
		woken[i] = strings.Join(queues, "\n")
	}
	if rows[0] != rows[1] || woken[0] != woken[1] {
		t.Errorf("River writes\n%s\n%s\nwe write\n%s\n%s", rows[0], woken[0], rows[1], woken[1])
	}
}

// listening is a connection that hears when runners are woken.
func listening(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	config, err := postgresConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	var schema string
	if err := c.QueryRow(t.Context(), "SELECT current_schema()").Scan(&schema); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "LISTEN "+pgx.Identifier{schema + ".river_insert"}.Sanitize()); err != nil {
		t.Fatal(err)
	}
	return c
}
