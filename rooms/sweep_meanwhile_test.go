package rooms_test

import (
	"context"
	"testing"
	"time"

	"parvis/access"
	"parvis/rooms"
)

// interposed is a store before whose first change of a session something happens: what was read before is old by then.
type interposed struct {
	rooms.HostStore
	meanwhile func()
}

func (i *interposed) UpdateRunning(ctx context.Context, roomID string, now time.Time, change func(*rooms.Running) error) (rooms.Moderated, error) {
	if happens := i.meanwhile; happens != nil {
		i.meanwhile = nil
		happens()
	}
	return i.HostStore.UpdateRunning(ctx, roomID, now, change)
}

// sweepWhile sweeps, and lets something happen between the look and the first decision about a session.
func (h *house) sweepWhile(happens func()) {
	h.t.Helper()
	ports := h.Service.Ports
	store := &interposed{h.db, happens}
	ports.Hosts = store
	s := rooms.New(ports)
	h.t.Cleanup(s.Close)
	h.must(s.Sweep(h.t.Context(), 0))
	if store.meanwhile != nil {
		h.t.Error("the sweep decided about no session")
	}
}

func TestASessionIsNotEndedByTheTimeOfTheOneBefore(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	hour, two := 60, 120
	for name, happens := range map[string]func(){
		"which ended": func() {
			m.must(m.End(ctx, m.owner, m.room.Slug))
			m.enter(m.owner, m.room.Slug)
		},
		"when the room allows more": func() { m.limit(rooms.Change{MaxMinutes: &two}) },
	} {
		m.limit(rooms.Change{MaxMinutes: &hour})
		m.later(time.Hour)
		m.sweepWhile(happens)
		if people, err := m.Participants(ctx, m.owner, m.room.Slug); err != nil || len(people) == 0 {
			t.Errorf("%s: it was ended: %v", name, err)
		}
		m.must(m.End(ctx, m.owner, m.room.Slug))
		m.enter(m.owner, m.room.Slug)
	}
}

func TestADeputyWhoseGrantIsRenewedMeanwhileLeadsOn(t *testing.T) {
	h := open(t)
	jeanne, louise, r, seat := h.deputyInCall()
	h.later(11 * time.Minute)
	h.sweepWhile(func() { h.deputize(jeanne, louise, r.Slug, h.clock.now().Add(10*time.Minute)) })
	if in, err := h.Current(t.Context(), seat.ID); err != nil || in.Admission.Role != access.Moderator {
		t.Errorf("got %s, %v", in.Admission.Role, err)
	}
}
