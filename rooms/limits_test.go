package rooms_test

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

func TestAFullRoomTakesNobodyMore(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	view, err := m.Get(ctx, m.owner, m.room.Slug)
	m.must(err)
	late := m.person("Elise", "11000001500001")
	before, err := m.Join(ctx, late, m.room.Slug, rooms.JoinRequest{})
	m.must(err)
	three := 3
	_, err = m.Update(ctx, m.owner, m.room.Slug, view.Version, rooms.Change{MaxParticipants: &three})
	m.must(err)
	_, _, err = m.Enter(ctx, before.Admission.ID, late.SignInID, m.room.MediaName)
	m.refused(err, fault.CodeRoomFull)
	_, err = m.Join(ctx, late, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeRoomFull)
	if _, _, err := m.Enter(ctx, m.atCol.ID, m.colleague.SignInID, m.room.MediaName); err != nil {
		t.Errorf("who is in it reconnects: %v", err)
	}
}

func TestARoomThatOpensWithItsHostOpensWithItsHost(t *testing.T) {
	h := open(t)
	owner, early := h.person("Odile", "11000001500001"), h.person("Karim", "11000001500001")
	r := h.room(owner, "everyone")
	yes := true
	_, err := h.Update(t.Context(), owner, r.Slug, r.Version, rooms.Change{OpensWithHost: &yes})
	h.must(err)
	m := &meeting{house: h, room: r}
	m.waits(early, rooms.WaitHost)
	h.enter(owner, r.Slug)
	h.enter(early, r.Slug)
}

func TestWhoIsNoHostEntersWithTheMicrophoneClosedAndMayOpenIt(t *testing.T) {
	h := open(t)
	owner, karim := h.person("Odile", "11000001500001"), h.person("Karim", "11000001500001")
	r := h.room(owner, "everyone")
	muted := func(who auth.Identity) bool {
		t.Helper()
		view, err := h.Get(t.Context(), who, r.Slug)
		h.must(err)
		joined, err := h.Join(t.Context(), who, r.Slug, rooms.JoinRequest{})
		h.must(err)
		if joined.Muted != view.EntersMuted {
			t.Errorf("the page before the door says %t, the admission %t", view.EntersMuted, joined.Muted)
		}
		if !slices.Contains(joined.Admission.Sources, access.Microphone) {
			t.Errorf("the microphone is forbidden: %v", joined.Admission.Sources)
		}
		return joined.Muted
	}
	if muted(karim) {
		t.Error("nobody asked for it")
	}
	_, err := h.Update(t.Context(), owner, r.Slug, r.Version, rooms.Change{MuteOnEntry: new(true)})
	h.must(err)
	if !muted(karim) || muted(owner) {
		t.Error("all but hosts enter muted")
	}
}

func TestWhomAHostLetsInComesInBeforeTheHost(t *testing.T) {
	h := open(t)
	owner, early, other := h.person("Odile", "11000001500001"), h.person("Karim", "11000001500001"), h.person("Louise", "11000001500001")
	r := h.room(owner, "everyone")
	_, err := h.Update(t.Context(), owner, r.Slug, r.Version, rooms.Change{OpensWithHost: new(true)})
	h.must(err)
	m := &meeting{house: h, room: r}
	m.waits(early, rooms.WaitHost)
	h.decide(owner, r.Slug, rooms.TicketAdmitted)
	h.enter(early, r.Slug)
	m.waits(other, rooms.WaitHost)
}

func TestAPassFromWhenTheHostWasThereOpensNoRoomWithoutThem(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	owner, late := h.person("Odile", "11000001500001"), h.person("Karim", "11000001500001")
	r := h.room(owner, "everyone")
	yes := true
	_, err := h.Update(ctx, owner, r.Slug, r.Version, rooms.Change{OpensWithHost: &yes})
	h.must(err)
	host, _ := h.enter(owner, r.Slug)
	joined, err := h.Join(ctx, late, r.Slug, rooms.JoinRequest{})
	h.must(err)
	h.must(h.Leave(ctx, owner, r.Slug, host.ID))
	h.media.Leave(r.MediaName, host.ID)
	for range 5 { // nobody has been there for long enough
		h.later(time.Minute)
		h.sweep()
	}
	_, _, err = h.Enter(ctx, joined.Admission.ID, late.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
	(&meeting{house: h, room: r}).waits(late, rooms.WaitHost)
	h.enter(owner, r.Slug)
	h.enter(late, r.Slug)
}

func TestAMeetingThatHasLastedForAsLongAsItMayEnds(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	hour := 60
	_, err := m.Update(ctx, m.owner, m.room.Slug, m.room.Version, rooms.Change{MaxMinutes: &hour})
	m.must(err)
	ends := m.state(m.guest, m.atGues).EndsAt
	if ends == nil || !ends.Equal(m.clock.now().Add(time.Hour)) {
		t.Fatalf("the state says %v", ends)
	}
	m.later(59 * time.Minute)
	m.sweep()
	m.state(m.guest, m.atGues)
	m.later(time.Minute)
	m.sweep()
	if _, there := m.media.Connected(m.room.MediaName, m.atGues.ID); there {
		t.Error("the call goes on")
	}
	if _, n := m.said(event.SignalEnded); n != 1 {
		t.Errorf("told %d times", n)
	}
	m.enter(m.owner, m.room.Slug) // and another may begin
}

func TestAnEmptyMeetingGoesOnForAsLongAsTheRoomSays(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	ten := 10
	_, err := m.Update(ctx, m.owner, m.room.Slug, m.room.Version, rooms.Change{CloseEmptyAfter: &ten})
	m.must(err)
	m.must(m.Lock(ctx, m.owner, m.room.Slug, true))
	for who, a := range map[*auth.Identity]rooms.Admission{&m.owner: m.atOwner, &m.colleague: m.atCol, &m.guest: m.atGues} {
		m.must(m.Leave(ctx, *who, m.room.Slug, a.ID))
	}
	m.sweep()
	m.later(9 * time.Minute)
	m.sweep()
	_, err = m.Join(ctx, m.colleague, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeRoomLocked) // it still runs
	m.later(time.Minute)
	m.sweep()
	m.enter(m.colleague, m.room.Slug)
}
