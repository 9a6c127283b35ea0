// Package audittest keeps an audit trail in memory, for tests.
package audittest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"parvis/audit"
)

// Memory is where entries wait and rows are kept. People holds the names of those who act.
type Memory struct {
	People map[string]audit.Personal

	mu      sync.Mutex
	waiting []audit.Entry
	batches []audit.Batch
	rows    map[int64][]audit.Row
	keys    map[string]audit.PersonKey // by person
}

var (
	_ audit.Trail    = (*Memory)(nil)
	_ audit.Recorder = (*Memory)(nil)
	_ audit.Archive  = (*Memory)(nil)
)

// New makes one.
func New() *Memory {
	return &Memory{People: map[string]audit.Personal{}, rows: map[int64][]audit.Row{}, keys: map[string]audit.PersonKey{}}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Waiting is what is not sealed yet.
func (m *Memory) Waiting() []audit.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.waiting)
}

// Record implements audit.Recorder.
func (m *Memory) Record(_ context.Context, entries []audit.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range entries {
		e.ID, e.Result = cmp.Or(e.ID, newID()), cmp.Or(e.Result, audit.Done)
		m.waiting = append(m.waiting, e)
	}
	return nil
}

// Seal implements audit.Trail.
func (m *Memory) Seal(_ context.Context, most int, compose func(audit.Waiting) (audit.Sealing, error)) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := min(most, len(m.waiting))
	if n == 0 {
		return 0, nil
	}
	w := audit.Waiting{Entries: slices.Clone(m.waiting[:n]), People: m.People, Keys: m.keys}
	if len(m.batches) > 0 {
		w.Last = m.batches[len(m.batches)-1]
	}
	s, err := compose(w)
	if err != nil {
		return 0, err
	}
	for _, k := range s.Keys {
		m.keys[k.PersonID] = k
	}
	m.batches, m.rows[s.Batch.ID], m.waiting = append(m.batches, s.Batch), s.Rows, m.waiting[n:]
	return n, nil
}

// NewestBatch implements audit.Trail.
func (m *Memory) NewestBatch(context.Context) (audit.Batch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.batches) == 0 {
		return audit.Batch{}, nil
	}
	b := m.batches[len(m.batches)-1]
	b.Leaves = nil
	return b, nil
}

// ExpireBatches implements audit.Trail.
func (m *Memory) ExpireBatches(_ context.Context, sealedBy time.Time, most int, now time.Time, expire func(audit.Batch) (audit.Batch, error)) (n int, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, b := range m.batches {
		if n < most && b.ExpiredAt == nil && !b.SealedAt.After(sealedBy) {
			expired, err := expire(b)
			if err != nil {
				return 0, err
			}
			m.batches[i] = expired
			delete(m.rows, b.ID)
			n++
		}
	}
	if n > 0 {
		m.waiting = append(m.waiting, audit.Entry{ID: newID(), At: now, Action: audit.Expired, Actor: "system:audit", Result: audit.Done})
	}
	return n, nil
}

// Find implements audit.Archive. A cursor is the id of the last row.
func (m *Memory) Find(_ context.Context, q audit.Query) (audit.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []audit.Row
	for _, rows := range m.rows {
		for _, r := range rows {
			if matches(q, r) {
				found = append(found, r)
			}
		}
	}
	slices.SortFunc(found, func(a, b audit.Row) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID, a.ID)) })
	if q.Cursor != "" {
		found = found[1+slices.IndexFunc(found, func(r audit.Row) bool { return r.ID == q.Cursor }):]
	}
	page := audit.Page{Rows: found}
	if len(found) > q.PageSize {
		page.Rows, page.Next = found[:q.PageSize], found[q.PageSize-1].ID
	}
	return page, nil
}

func matches(q audit.Query, r audit.Row) bool {
	is := func(want, have string) bool { return want == "" || want == have }
	return is(q.Org, r.OrgID) && (q.OrgIDs == nil || slices.Contains(q.OrgIDs, r.OrgID)) && (q.From.IsZero() || !r.At.Before(q.From)) && (q.To.IsZero() || r.At.Before(q.To)) &&
		is(q.ID, r.ID) && is(q.Actor, r.Actor) && is(q.Action, r.Action) && is(q.Subject, r.Subject) && is(string(q.Result), string(r.Result))
}

// PersonKeys implements audit.Archive.
func (m *Memory) PersonKeys(_ context.Context, ids []string) (map[string]audit.PersonKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]audit.PersonKey{}
	for _, k := range m.keys {
		if slices.Contains(ids, k.ID) {
			found[k.ID] = k
		}
	}
	return found, nil
}

// Batches implements audit.Archive.
func (m *Memory) Batches(_ context.Context, after int64, most int) ([]audit.Batch, map[int64][]audit.Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []audit.Batch
	rows := map[int64][]audit.Row{}
	for _, b := range m.batches {
		if b.ID > after && len(found) < most {
			found, rows[b.ID] = append(found, b), slices.Clone(m.rows[b.ID])
		}
	}
	return found, rows, nil
}

// Stray implements audit.Archive: there are none in memory.
func (m *Memory) Stray(context.Context, int) ([]audit.Row, error) { return nil, nil }

// WaitingEntries implements audit.Archive.
func (m *Memory) WaitingEntries(_ context.Context, most int) (int, error) {
	return min(most, len(m.Waiting())), nil
}

// DestroyedKeys implements audit.Archive.
func (m *Memory) DestroyedKeys(_ context.Context, after string, most int) ([]audit.PersonKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []audit.PersonKey
	for _, k := range m.keys {
		if k.Destroyed && k.ID > after {
			found = append(found, k)
		}
	}
	slices.SortFunc(found, func(a, b audit.PersonKey) int { return strings.Compare(a.ID, b.ID) })
	return found[:min(most, len(found))], nil
}

// DestroyNames implements audit.Archive: nobody is held in memory.
func (m *Memory) DestroyNames(ctx context.Context, personID string, now time.Time, vouch audit.Vouch, e audit.Entry) error {
	m.mu.Lock()
	k := m.keys[personID]
	k = audit.PersonKey{ID: cmp.Or(k.ID, newID()), PersonID: personID, CreatedAt: now, Destroyed: true, DestroyedAt: now.UTC().Truncate(time.Microsecond)}
	k.Destruction = vouch(k.ID, k.PersonID, k.DestroyedAt)
	m.keys[personID] = k
	m.mu.Unlock()
	return m.Record(ctx, []audit.Entry{e})
}

// Take implements audit.Leases: nobody else is there.
func (m *Memory) Take(context.Context, string, string, time.Time, time.Time) (bool, error) {
	return true, nil
}
