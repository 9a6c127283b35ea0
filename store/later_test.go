package store_test

import (
	"fmt"
	"testing"
	"time"

	"parvis/job"
	"parvis/store"
)

func TestATaskWaitsInTheQueueOfItsKind(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		tomorrow := time.Now().Add(24 * time.Hour)
		err := db.Later(t.Context(), job.Task{Kind: job.SendLetter, Subject: "l1"}, job.Task{Kind: job.SendReminders, Subject: "m1", At: tomorrow})
		if err != nil {
			t.Fatal(err)
		}
		rows := look(t, url)
		if got := tell(t, rows, "SELECT kind FROM river_job WHERE queue = kind AND max_attempts = 100 ORDER BY id"); got != "send-letter send-reminders" {
			t.Errorf("got %s", got)
		}
		if got := tell(t, rows, "SELECT CAST(state AS text) FROM river_job ORDER BY id"); got != "available scheduled" {
			t.Errorf("got %s", got)
		}
	})
}

func TestNoTasksAreNothingToWrite(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		if err := open(t, store.Options{URL: url}).Later(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMoreTasksThanAStatementTakesAreWrittenInOneTransaction(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		tasks := make([]job.Task, 1100)
		for i := range tasks {
			tasks[i] = job.Task{Kind: job.SendLetter, Subject: fmt.Sprint(i)}
		}
		if err := open(t, store.Options{URL: url}).Later(t.Context(), tasks...); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM river_job"); got != "1100" {
			t.Errorf("%s rows", got)
		}
	})
}
