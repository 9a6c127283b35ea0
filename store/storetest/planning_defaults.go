package storetest

import (
	"testing"
	"time"

	"parvis/event"
	"parvis/policy"
	"parvis/rooms"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// meetingDefaults plans a meeting of whose settings nobody chose some.
func meetingDefaults(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.Settings, n.Unsaid = schedule.Settings{}, []policy.Name{policy.OpensWithHost, policy.MaxParticipants}
	m := p.planned(t, p.camille, n)
	if got := p.read(t, m.ID).Defaults; len(got) != 2 || got[0] != policy.OpensWithHost || got[1] != policy.MaxParticipants {
		t.Errorf("nobody chose %v", got)
	}
	chosen := p.planned(t, p.camille, p.weekly(t))
	if got := p.read(t, chosen.ID).Defaults; len(got) != 0 {
		t.Errorf("all was chosen, and nobody chose %v", got)
	}
}

// longerMeeting has a meeting grow that takes place in a room with a longest time of sessions.
func longerMeeting(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	r, err := p.Room(t.Context(), m.Place.Slug)
	if err != nil || r.Limits.MaxMinutes != 0 {
		t.Fatalf("got %+v, %v", r.Limits, err)
	}
	last := func(d time.Duration, want int) {
		t.Helper()
		now := p.read(t, m.ID)
		if _, err := p.service.Update(t.Context(), p.camille, m.ID, now.Version, "", func(d2 *schedule.Definition) error { d2.When.Duration = recur.Duration(d); return nil }); err != nil {
			t.Fatal(err)
		}
		if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.Limits.MaxMinutes != want {
			t.Errorf("a meeting of %s: got %d minutes, want %d, %v", d, r.Limits.MaxMinutes, want, err)
		}
	}
	last(2*time.Hour, 0)
	if _, err := p.UpdateRoom(t.Context(), r.ID, func(r *rooms.Room) ([]event.Event, error) { r.Limits.MaxMinutes = 60; return nil, nil }); err != nil {
		t.Fatal(err)
	}
	last(3*time.Hour, 225) // with the time before and after
	last(time.Hour, 225)
	last(24*time.Hour, 0) // longer than a limit can be
}
