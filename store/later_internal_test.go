package store

import (
	"errors"
	"testing"

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
