package doctor

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// monitorPatience is less than anybody waits for a page: what takes longer is shown as not answering.
const monitorPatience = 4 * time.Second

// Standing is how one examined thing stands. Since is when this process first saw it so. Detail is what was seen or what is
// wrong, Remedy what to do about that; neither says a cause, which may name hosts and users. LastWrong is the last thing that
// was wrong, also when it is over.
type Standing struct {
	Name        string
	Well        bool
	Since       time.Time
	Checked     time.Time
	Latency     time.Duration
	Detail      string
	Remedy      string
	Named       Name // of what is wrong
	LastWrong   string
	LastNamed   Name
	LastWrongAt time.Time
}

// Monitor runs the checks of the doctor in a process that serves, all at a time, and remembers since when they stand as they
// do. However many look, they run once in a while. It is safe for concurrent use.
type Monitor struct {
	checks []Check
	fresh  time.Duration
	now    func() time.Time

	flight singleflight.Group
	mu     sync.Mutex
	stands []Standing
}

// NewMonitor makes a Monitor whose answers are as old as fresh at most.
func NewMonitor(checks []Check, fresh time.Duration, now func() time.Time) *Monitor {
	return &Monitor{checks: checks, fresh: fresh, now: now, stands: make([]Standing, len(checks))}
}

// Look answers how everything stands, in the order of the checks. It examines anew what was not examined lately.
func (m *Monitor) Look(ctx context.Context) []Standing {
	if known, ok := m.known(); ok {
		return known
	}
	_, _, _ = m.flight.Do("", func() (any, error) {
		if _, ok := m.known(); !ok {
			m.examine(context.WithoutCancel(ctx)) // others wait for the same
		}
		return nil, nil
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Standing(nil), m.stands...)
}

func (m *Monitor) known() ([]Standing, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.stands {
		if s.Checked.IsZero() || m.now().Sub(s.Checked) >= m.fresh {
			return nil, false
		}
	}
	return append([]Standing(nil), m.stands...), true
}

func (m *Monitor) examine(ctx context.Context) {
	var all sync.WaitGroup
	for i, c := range m.checks {
		all.Go(func() {
			one, cancel := context.WithTimeout(ctx, monitorPatience)
			defer cancel()
			began := time.Now()
			seen, err := c.Run(one)
			m.note(i, c.Name, seen, err, time.Since(began))
		})
	}
	all.Wait()
}

func (m *Monitor) note(i int, name, seen string, err error, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.stands[i]
	now := m.now().UTC()
	next := Standing{Name: name, Well: err == nil, Since: before.Since, Checked: now, Latency: took, Detail: seen, LastWrong: before.LastWrong, LastNamed: before.LastNamed, LastWrongAt: before.LastWrongAt}
	if before.Checked.IsZero() || before.Well != next.Well {
		next.Since = now
	}
	if err != nil {
		next.Detail, next.Remedy, next.Named = "It cannot be examined", "", Name{Code: "not-examined"}
		var found Ailment
		if errors.As(err, &found) {
			next.Detail, next.Remedy, next.Named = found.What, found.Remedy, found.Named
		}
		next.LastWrong, next.LastNamed, next.LastWrongAt = next.Detail, next.Named, now
	}
	m.stands[i] = next
}
