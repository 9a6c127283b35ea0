package rooms_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

// deputize makes somebody a host of a room until then.
func (h *house) deputize(owner, who auth.Identity, slug string, until time.Time) {
	h.t.Helper()
	_, err := h.PutMember(h.t.Context(), owner, slug, rooms.NewMember{
		Subject: access.Subject{Kind: access.SubjectPerson, ID: who.PersonID}, Role: access.Moderator, NotAfter: &until,
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// deputyInCall is a call of an owner and of a deputy, who is one for ten minutes from now.
func (h *house) deputyInCall() (owner, deputy auth.Identity, r rooms.Listed, seat rooms.Admission) {
	h.t.Helper()
	owner, deputy = h.person("Jeanne", "1"), h.person("Louise", "1")
	r = h.room(owner, "signed-in")
	h.deputize(owner, deputy, r.Slug, h.clock.now().Add(10*time.Minute))
	h.enter(owner, r.Slug)
	seat, _ = h.enter(deputy, r.Slug)
	return owner, deputy, r, seat
}

func TestADeputyWhoseTimeIsUpLeadsTheRunningCallNoMore(t *testing.T) {
	h := open(t)
	_, _, _, seat := h.deputyInCall()
	role := func() (access.Role, int64) {
		t.Helper()
		in, err := h.Current(t.Context(), seat.ID)
		if err != nil {
			t.Fatal(err)
		}
		return in.Admission.Role, in.Admission.Generation
	}
	h.later(9 * time.Minute)
	h.sweep()
	if got, _ := role(); got != access.Moderator {
		t.Fatalf("too early: %s", got)
	}
	_, before := role()
	h.later(2 * time.Minute)
	h.sweep()
	got, after := role()
	if got != access.Member || after <= before {
		t.Errorf("got %s, generation %d after %d", got, after, before)
	}
	h.sweep()
	if _, again := role(); again != after {
		t.Error("it was brought down twice")
	}
}

func TestWhomAHostPromotedForTheCallKeepsThatPastTheGrant(t *testing.T) {
	h := open(t)
	_, _, r, seat := h.deputyInCall()
	_, err := h.db.UpdateRunning(t.Context(), r.ID, h.clock.now(), func(run *rooms.Running) error {
		run.Adjusted[seat.Who()] = rooms.Adjustment{Name: "Louise", Role: access.Moderator}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.later(11 * time.Minute)
	h.sweep()
	if in, err := h.Current(t.Context(), seat.ID); err != nil || in.Admission.Role != access.Moderator {
		t.Errorf("got %s, %v", in.Admission.Role, err)
	}
}
