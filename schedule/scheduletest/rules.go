package scheduletest

import (
	"context"
	"slices"
	"time"

	"parvis/schedule"
)

// decided is by which rules a zone is projected.
type decided struct {
	schedule.ZoneRules
	since time.Time
}

// RulesInUse implements schedule.Store.
func (m *Memory) RulesInUse(_ context.Context, endsAfter time.Time) ([]schedule.ZoneRules, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var used []schedule.ZoneRules
	for _, p := range m.plans {
		if by := rulesOf(p); p.Meeting.Live() && p.To.After(endsAfter) && !slices.Contains(used, by) {
			used = append(used, by)
		}
	}
	return used, nil
}

func rulesOf(p schedule.Plan) schedule.ZoneRules {
	return schedule.ZoneRules{Zone: p.Meeting.When.Zone, Stamp: p.Stamp}
}

// DecideRules implements schedule.Store.
func (m *Memory) DecideRules(_ context.Context, r schedule.ZoneRules, since time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rules == nil {
		m.rules = map[string]decided{}
	}
	if had, ok := m.rules[r.Zone]; !ok || had.since.Before(since) {
		m.rules[r.Zone] = decided{r, since}
	}
	return m.rules[r.Zone].ZoneRules == r, nil
}

// ProjectedOtherwise implements schedule.Store.
func (m *Memory) ProjectedOtherwise(_ context.Context, r schedule.ZoneRules, endsAfter time.Time, last string, most int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for id, p := range m.plans {
		if by := rulesOf(p); p.Meeting.Live() && p.To.After(endsAfter) && by.Zone == r.Zone && by != r && id > last {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), most)], nil
}
