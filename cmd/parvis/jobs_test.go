package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parvis/job"
	"parvis/store"
)

// tasks is what parvis jobs list answers.
func (i *installation) tasks(more ...string) []jobWire {
	i.t.Helper()
	var list []jobWire
	if err := json.Unmarshal([]byte(i.must(append([]string{"jobs", "list", "-o", "json"}, more...)...)), &list); err != nil {
		i.t.Fatal(err)
	}
	return list
}

func TestAnUnknownStateAndAnUnknownTaskAreRefused(t *testing.T) {
	i := install(t)
	i.must("migrate")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"there are later, waiting", []string{"jobs", "list", "--state", "late"}},
		{"from 1 to 10000", []string{"jobs", "list", "--most", "0"}},
		{"there is no such task", []string{"jobs", "retry", "7"}},
		{"there is no such task", []string{"jobs", "cancel", "7"}},
	} {
		if code, _, errs := i.do(c.args...); code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d: %s", c.args, code, errs)
		}
	}
}

func TestAnOperatorSeesWhatWaitsTakesItBackAndHasItBegunAgain(t *testing.T) {
	i := install(t)
	i.must("migrate")
	if got := i.tasks(); len(got) != 0 {
		t.Errorf("of a new installation: %+v", got)
	}
	i.withStore(func(db *store.DB) error {
		return db.Later(t.Context(),
			job.Task{Kind: job.SendLetter, Subject: "letter-1"},
			job.Task{Kind: job.SendReminders, Subject: "meeting-1", At: time.Now().Add(time.Hour)})
	})
	if got := i.tasks("--kind", "send-letter"); len(got) != 1 || got[0].Subject != "letter-1" || got[0].State != job.Waiting {
		t.Fatalf("got %+v", got)
	}
	later := i.tasks("--state", "later")
	if len(later) != 1 || later[0].Kind != job.SendReminders || later[0].Tries != 0 {
		t.Fatalf("got %+v", later)
	}
	id := fmt.Sprint(later[0].ID)
	if out := i.must("jobs", "cancel", id); !strings.Contains(out, "cancelled") {
		t.Errorf("cancel: %s", out)
	}
	if out := i.must("jobs", "retry", id); !strings.Contains(out, "waiting") || !strings.Contains(out, "meeting-1") {
		t.Errorf("retry: %s", out)
	}
	if out := i.must("jobs", "list"); !strings.HasPrefix(out, "ID  KIND") || strings.Count(out, "\n") != 3 {
		t.Errorf("for people: %s", out)
	}
}

func TestServeProjectsOpeningsAsATask(t *testing.T) {
	i := install(t)
	i.must("migrate")
	stop := i.serve()
	i.untilProjected()
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// untilProjected waits for the first turn of the periodic work that every installation has.
func (i *installation) untilProjected() {
	i.t.Helper()
	eventually(i.t, func() bool {
		got := i.tasks("--kind", "project-meetings", "--state", "done")
		return len(got) == 1 && got[0].Tries == 1
	}, func() any { return i.tasks() })
}
