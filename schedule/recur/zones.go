package recur

import (
	"sync"
	"time"
)

// remembered is how many zones are remembered at most: there are some six hundred, but paths lead to one under many names.
const remembered = 1000

// Remember is zones of which each is read anew only after a while: reading one takes longer than finding the dates of most
// meetings. What cannot be read is asked for each time.
func Remember(zones Zones, while time.Duration, now func() time.Time) Zones {
	m := &memory{zones: zones, while: while, now: now, known: map[string]reading{}}
	return m.find
}

type memory struct {
	zones Zones
	while time.Duration
	now   func() time.Time
	mu    sync.Mutex
	known map[string]reading
}

type reading struct {
	zone *time.Location
	at   time.Time
}

func (m *memory) find(name string) (*time.Location, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if r, ok := m.known[name]; ok && now.Sub(r.at) < m.while {
		return r.zone, nil
	}
	zone, err := m.zones(name)
	if err != nil {
		return nil, err
	}
	if len(m.known) >= remembered {
		clear(m.known)
	}
	m.known[name] = reading{zone, now}
	return zone, nil
}
