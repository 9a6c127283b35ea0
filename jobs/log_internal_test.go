package jobs

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestAddressesAreMaskedWhereverAPeerPutsThem(t *testing.T) {
	for text, want := range map[string]string{
		"550 5.1.1 <jeanne.martin@interieur.gouv.fr>: unknown": "550 5.1.1 <[address]>: unknown",
		"rcpt to:zoé@exemple.fr, and a@b":                      "rcpt to:[address], and [address]",
		`"mailto:x+y@z.example" refused`:                       `"mailto:[address]" refused`,
		"no address at all":                                    "no address at all",
	} {
		if got := masked(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRiverIsHeardWhenTheDatabaseIsAwayOnceAMinuteAndOtherwiseInDebug(t *testing.T) {
	var out bytes.Buffer
	rivers := slog.New(&chatter{to: slog.NewTextHandler(&out, nil), said: &said{}})
	rivers.Info("started")
	rivers.Warn("a statement was slow")
	rivers.Error("Job errored", "job_id", 7, "error", "class")
	rivers.With("job_id", 7).Error("Job errored")
	for range 100 {
		rivers.WithGroup("fetch").Error("Error fetching jobs", "err", "connection refused")
	}
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `level=WARN msg="River: Error fetching jobs"`) {
		t.Errorf("got %s", got)
	}
	var once said
	now := time.Now()
	if !once.again("x", now) || once.again("x", now.Add(sayAgain-1)) || !once.again("y", now) || !once.again("x", now.Add(sayAgain)) {
		t.Error("not once a minute for each message")
	}
}

func TestAPanicSaysWhatTheRuntimeSaysAndNoValue(t *testing.T) {
	if got := harmless(errors.New("jeanne@ministere.example")); got != "*errors.errorString" {
		t.Errorf("got %s", got)
	}
	func() {
		defer func() {
			if got := harmless(recover()); !strings.Contains(got, "index out of range") {
				t.Errorf("got %s", got)
			}
		}()
		none := []int{}
		none[len(none)]++
	}()
}

func TestPausesGrowToAnHour(t *testing.T) {
	w := Worker{}.withDefaults()
	for try, want := range map[int]time.Duration{1: 10 * time.Second, 2: 20 * time.Second, 9: 2560 * time.Second, 10: time.Hour, 100: time.Hour} {
		if got := w.Pause(try); got != want {
			t.Errorf("after try %d: %s, want %s", try, got, want)
		}
	}
}
