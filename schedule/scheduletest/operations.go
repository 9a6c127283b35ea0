package scheduletest

import (
	"context"
	"time"

	"parvis/auth"
	"parvis/once"
	"parvis/schedule"
)

var _ schedule.Operations = (*Memory)(nil)

// CreateOperation implements schedule.Operations. Whoever tests does its task by hand.
func (m *Memory) CreateOperation(ctx context.Context, o schedule.Operation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return m.Fails
	}
	if m.asked == nil {
		m.asked = map[string]schedule.Operation{}
	}
	m.asked[o.ID] = o.Clone()
	if m.Made != nil {
		m.Made(ctx, once.Operation, o.ID)
	}
	return nil
}

// Operation implements schedule.Operations.
func (m *Memory) Operation(_ context.Context, id string) (schedule.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return schedule.Operation{}, m.Fails
	}
	o, ok := m.asked[id]
	if !ok {
		return schedule.Operation{}, schedule.NoOperation()
	}
	return o.Clone(), nil
}

// EndOperation implements schedule.Operations.
func (m *Memory) EndOperation(_ context.Context, o schedule.Operation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return m.Fails
	}
	m.end(o)
	return nil
}

func (m *Memory) end(o schedule.Operation) {
	if was, ok := m.asked[o.ID]; ok && was.EndedAt == nil {
		was.State, was.Invited, was.Changed, was.Code, was.Detail, was.EndedAt, was.Invitees = o.State, o.Invited, o.Changed, o.Code, o.Detail, o.EndedAt, nil
		m.asked[o.ID] = was
	}
}

// Asker implements schedule.Operations. Accounts that nobody closed are open.
func (m *Memory) Asker(_ context.Context, who auth.Identity, _ time.Time) (auth.Identity, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.Fails != nil:
		return who, m.Fails
	case m.Accounts[who.PersonID].Closed, m.Ended[who.ID], m.Ended[who.OnBehalfOf]:
		return who, schedule.Ended()
	}
	return who, nil
}
