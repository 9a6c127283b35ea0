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
