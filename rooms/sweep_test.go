package rooms_test

import (
	"context"
	"testing"
	"time"

	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

// slowSFU does something during each call about a room, and removes everybody but one.
type slowSFU struct {
	*sfutest.Server
	keeps  string
	during func()
}

func (s slowSFU) Participants(ctx context.Context, mediaName string) ([]rooms.MediaParticipant, error) {
	s.during()
	return s.Server.Participants(ctx, mediaName)
}

func (s slowSFU) Remove(ctx context.Context, mediaName, identity string) error {
	if identity == s.keeps {
		return fault.New(fault.CodeMediaUnavailable, "does not answer")
	}
	return s.Server.Remove(ctx, mediaName, identity)
}

// before is a process of the same name before another SFU.
func (h *house) before(sfu slowSFU) *rooms.Service {
	ports := h.Service.Ports
	ports.Media = sfu
	s := rooms.New(ports)
	h.t.Cleanup(s.Close)
	return s
}

// strangers connects people to rooms of their own who never passed the gate.
func (h *house) strangers(identities ...string) {
	for _, id := range identities {
		h.media.Join("room-of-"+id, rooms.Admission{ID: id})
	}
}

func (h *house) there(identity string) bool {
	_, there := h.media.Connected("room-of-"+identity, identity)
	return there
}

func TestOneWhoCannotBeRemovedHoldsUpNobodyElse(t *testing.T) {
	h := open(t)
	h.strangers("a", "b", "c")
	for _, keeps := range []string{"a", "b", "c"} { // whatever the order
		h.strangers("a", "b", "c")
		s := h.before(slowSFU{Server: h.media, keeps: keeps, during: func() {}})
		if err := s.Sweep(t.Context(), 0); !fault.Is(err, fault.Unavailable) {
			t.Errorf("the failure is not told: %v", err)
		}
		for _, id := range []string{"a", "b", "c"} {
			if h.there(id) != (id == keeps) {
				t.Errorf("%s cannot be removed; %s there: %v", keeps, id, h.there(id))
			}
		}
	}
	h.sweep()
	if h.there("c") {
		t.Error("the next sweep does not find who was left")
	}
}

func TestALongSweepKeepsItsLease(t *testing.T) {
	h := open(t)
	h.strangers("a", "b", "c", "d")
	took := 0
	s := h.before(slowSFU{Server: h.media, during: func() {
		h.clock.pass(20 * time.Second)
		mine, err := h.db.Take(t.Context(), "presence-sweep", "two", h.clock.now(), h.clock.now().Add(time.Minute))
		if err != nil || mine {
			took++
		}
	}})
	if err := s.Sweep(t.Context(), 0); err != nil || took != 0 {
		t.Errorf("taken over %d times, %v", took, err)
	}
}

func TestASweepWhoseLeaseWasTakenOverStops(t *testing.T) {
	h := open(t)
	h.strangers("a", "b")
	s := h.before(slowSFU{Server: h.media, during: func() {
		h.clock.pass(31 * time.Second)
		if mine, err := h.db.Take(t.Context(), "presence-sweep", "two", h.clock.now(), h.clock.now().Add(time.Minute)); err != nil || !mine {
			t.Errorf("got %v, %v", mine, err)
		}
	}})
	if err := s.Sweep(t.Context(), 0); err == nil || !h.there("a") || !h.there("b") {
		t.Errorf("it went on: %v", err)
	}
}

func TestTheSFUIsAskedWhoIsThereOnlyWhereThatMayMatter(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	_, relay := h.enter(jeanne, r.Slug)
	asked := 0
	s := h.before(slowSFU{Server: h.media, during: func() { asked++ }})
	asks := func(what string, want int) {
		t.Helper()
		asked = 0
		for turn := range 16 {
			h.must(s.Sweep(t.Context(), turn))
		}
		if asked != want {
			t.Errorf("%s: asked %d times in sixteen sweeps, want %d", what, asked, want)
		}
	}
	asks("as many as are known", 1)
	h.media.JoinHidden(r.MediaName, rooms.Admission{ID: "recorder"})
	asks("one more than is known", 16)
	h.media.Leave(r.MediaName, "recorder")
	h.RelayClosed(t.Context(), relay)
	h.later(61 * time.Second)
	if err := s.Sweep(t.Context(), 0); err != nil || h.there(jeanne.ID) {
		t.Error(err)
	}
	asks("whose relay lapsed", 16)
}

func TestWhoWasTakenOutDoesNotHideBehindSomebodyWhoIsMissing(t *testing.T) {
	m := open(t).meeting()
	_, err := m.Remove(t.Context(), m.owner, m.room.Slug, m.atGues.ID, false)
	m.must(err)
	for turn := range 2 { // of which one at least is not the room's
		m.media.Join(m.room.MediaName, m.atGues) // past the gate, and the webhook is lost
		m.media.Leave(m.room.MediaName, m.atCol.ID)
		m.must(m.Sweep(t.Context(), turn))
		if _, there := m.media.Connected(m.room.MediaName, m.atGues.ID); there {
			t.Error("the counts are those that are known, and it was not looked who is there")
		}
		m.media.Join(m.room.MediaName, m.atCol)
	}
	asked := 0
	s := m.before(slowSFU{Server: m.media, during: func() { asked++ }})
	m.later(12 * time.Minute) // the pass is not good any more
	for turn := range 16 {
		m.must(s.Sweep(t.Context(), turn))
	}
	if asked != 1 {
		t.Errorf("asked %d times in sixteen sweeps", asked)
	}
}
