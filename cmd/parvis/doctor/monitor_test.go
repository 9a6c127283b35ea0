package doctor

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// patient is a check whose answer a test changes.
type patient struct {
	mu   sync.Mutex
	err  error
	runs int
}

func (p *patient) check(name string) Check {
	return Check{name, func(context.Context) (string, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.runs++
		return "answers", p.err
	}}
}

func TestOneThatIsAwayKeepsNothingElseFromBeingShown(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	sfu, database := &patient{}, &patient{}
	m := NewMonitor([]Check{database.check("database"), sfu.check("media")}, 10*time.Second, func() time.Time { return now })
	began := now
	if got := m.Look(t.Context()); len(got) != 2 || !got[0].Well || !got[1].Well || !got[1].Since.Equal(began) || got[1].LastWrong != "" {
		t.Fatalf("got %+v", got)
	}
	sfu.err = failing(errors.New("dial tcp 192.0.2.7:7880: connection refused by livekit.internal"), "Start it", "LiveKit's API does not accept us")
	now = now.Add(time.Minute)
	got := m.Look(t.Context())
	if !got[0].Well || !got[0].Since.Equal(began) || got[1].Well || !got[1].Since.Equal(now) || got[1].Remedy != "Start it" {
		t.Errorf("got %+v", got)
	}
	if strings.Contains(got[1].Detail+got[1].LastWrong, "192.0.2.7") || strings.Contains(got[1].Detail, "internal") {
		t.Errorf("it says where: %+v", got[1])
	}
	sfu.err, now = nil, now.Add(time.Minute)
	got = m.Look(t.Context())
	if !got[1].Well || !got[1].Since.Equal(now) || got[1].LastWrong == "" || !got[1].LastWrongAt.Equal(began.Add(time.Minute)) {
		t.Errorf("mended, and shown as %+v", got[1])
	}
}

func TestHoweverManyLookItIsExaminedOnceInAWhile(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	one := &patient{}
	m := NewMonitor([]Check{one.check("database")}, 10*time.Second, func() time.Time { return now })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { m.Look(t.Context()) })
	}
	all.Wait()
	if one.runs != 1 {
		t.Errorf("examined %d times", one.runs)
	}
	now = now.Add(10 * time.Second)
	if m.Look(t.Context()); one.runs != 2 {
		t.Errorf("examined %d times", one.runs)
	}
}

func TestWorkThatNobodyDoesAndASealThatIsLateAreSaid(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	work := func(due int, oldest time.Time, err error) error {
		_, got := Work(func(context.Context) (int, time.Time, error) { return due, oldest, err }, clock).Run(t.Context())
		return got
	}
	trail := func(waiting int, sealed time.Time, err error) error {
		_, got := Trail(func(context.Context) (int, time.Time, string, error) { return waiting, sealed, "0f1e", err }, clock).Run(t.Context())
		return got
	}
	for name, c := range map[string]struct {
		err   error
		words []string
	}{
		"tasks of an hour ago":   {work(3, now.Add(-time.Hour), nil), []string{"3 tasks wait", "parvis jobs list"}},
		"tasks nobody can count": {work(0, time.Time{}, errors.New("away")), []string{"cannot be counted", "away"}},
		"entries of an hour ago": {trail(9, now.Add(-time.Hour), nil), []string{"9 entries are not sealed"}},
		"a seal nobody can read": {trail(0, now, errors.New("away")), []string{"cannot be read"}},
	} {
		if c.err == nil {
			t.Errorf("%s pass", name)
			continue
		}
		says(t, c.err, c.words...)
	}
	for name, err := range map[string]error{
		"nothing": work(0, time.Time{}, nil), "a task of now": work(1, now, nil), "a fresh seal": trail(2, now.Add(-time.Second), nil), "no seal yet": trail(2, time.Time{}, nil),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsWrongHasANameForPagesInAnyLanguage(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	one, other := &patient{}, &patient{}
	one.err = named("schema-older", ailing("Run parvis migrate", "The schema is at version %d, this program needs %d", 3, 4), "have", "3", "want", "4")
	other.err = errors.New("something that nobody thought of")
	m := NewMonitor([]Check{one.check("schema"), other.check("database")}, 10*time.Second, func() time.Time { return now })
	got := m.Look(t.Context())
	if n := got[0].Named; n.Code != "schema-older" || n.Values["have"] != "3" || n.Values["want"] != "4" || got[0].Detail != "The schema is at version 3, this program needs 4" {
		t.Errorf("got %+v", got[0])
	}
	if got[1].Named.Code != "not-examined" || got[1].Named.Values != nil {
		t.Errorf("got %+v", got[1])
	}
	one.err, now = nil, now.Add(time.Minute)
	if got = m.Look(t.Context()); got[0].Named.Code != "" || got[0].LastNamed.Code != "schema-older" {
		t.Errorf("mended: %+v", got[0])
	}
}

// TestEveryAilmentThatAPageShowsHasAName makes each check of a process that serves fail.
func TestEveryAilmentThatAPageShowsHasAName(t *testing.T) {
	broken := errors.New("down at 192.0.2.7")
	now := func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }
	long := now().Add(-time.Hour)
	versions := func(have, want int64, err error) func(context.Context) (int64, int64, error) {
		return func(context.Context) (int64, int64, error) { return have, want, err }
	}
	fails := func(context.Context) error { return broken }
	well := func(context.Context) error { return nil }
	joins := func(version string, err error) func(context.Context) (MediaAnswer, error) {
		return func(context.Context) (MediaAnswer, error) { return MediaAnswer{Version: version}, err }
	}
	for code, check := range map[string]Check{
		"database-silent":   Schema(fails, nil)[0],
		"schema-unreadable": Schema(well, versions(0, 0, broken))[1],
		"schema-older":      Schema(well, versions(1, 2, nil))[1],
		"schema-newer":      Schema(well, versions(3, 2, nil))[1],
		"media-refuses":     Serving(fails, joins("1.13.11", nil), func(string) {}),
		"media-silent":      Serving(well, joins("", broken), func(string) {}),
		"media-old":         Serving(well, joins("1.4.0", nil), func(string) {}),
		"provider-address":  Provider(nil, "x", "http://[", now),
		"mail-refuses":      Mail(fails),
		"mailbox-closed":    Mailbox(fails),
		"work-uncounted":    Work(func(context.Context) (int, time.Time, error) { return 0, time.Time{}, broken }, now),
		"work-waits":        Work(func(context.Context) (int, time.Time, error) { return 3, long, nil }, now),
		"seal-unreadable":   Trail(func(context.Context) (int, time.Time, string, error) { return 0, time.Time{}, "", broken }, now),
		"seal-late":         Trail(func(context.Context) (int, time.Time, string, error) { return 3, long, "k", nil }, now),
	} {
		_, err := check.Run(t.Context())
		var a Ailment
		if !errors.As(err, &a) || a.Named.Code != code {
			t.Errorf("%s: got %+v", code, err)
		}
		for _, v := range a.Named.Values {
			if strings.Contains(v, "192.0.2.7") {
				t.Errorf("%s says where: %s", code, v)
			}
		}
	}
}
