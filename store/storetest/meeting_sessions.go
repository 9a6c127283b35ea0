package storetest

import (
	"slices"
	"testing"
	"time"

	"parvis/rooms"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// On one day the room that somebody has anyway is open for two meetings, one after the other; a third meeting has a room that
// was made for it.
func sessionsOfMeetings(t *testing.T, p *planning) {
	inOwnRoom := func(start recur.Local) schedule.Meeting {
		n := p.weekly(t)
		n.When.Start, n.When.RDates, n.When.ExDates, n.Overrides = start, nil, nil, nil
		n.Place.Mode = schedule.Personal
		n.Access.Passcode, n.Access.MinAssurance, n.Settings = "", 0, schedule.Settings{}
		return p.planned(t, p.camille, n)
	}
	nine := p.weekly(t).When.Start
	first, second := inOwnRoom(nine), inOwnRoom(nine+100*60) // ten minutes after the first one's end
	made := p.planned(t, p.camille, p.weekly(t))
	for _, want := range []struct {
		clock  string
		in, of schedule.Meeting
	}{
		{"08:00", first, schedule.Meeting{}},
		{"08:50", first, first},
		{"10:32", first, first}, // the second is to begin
		{"10:45", first, second},
		{"21:00", made, made}, // whoever hosts it comes in at any hour
	} {
		at, err := time.Parse("2006-01-02T15:04:05-07:00", "2026-11-24T"+want.clock+":00+01:00")
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Room(t.Context(), want.in.Place.Slug)
		if err != nil {
			t.Fatal(err)
		}
		session := met(t, p, r, at.UTC()).SessionID
		page, err := p.Sessions(t.Context(), rooms.SessionQuery{RoomID: r.ID, ID: session})
		if err != nil || len(page.Sessions) != 1 || page.Sessions[0].MeetingID != want.of.ID {
			t.Errorf("%s: %+v, %v; want %q of %q and %q", want.clock, page, err, want.of.ID, first.ID, second.ID)
		}
		other := first
		if want.of.ID == first.ID {
			other = second
		}
		page, err = p.Sessions(t.Context(), rooms.SessionQuery{RoomID: r.ID, MeetingID: other.ID})
		if err != nil || slices.ContainsFunc(page.Sessions, func(s rooms.SessionRecord) bool { return s.ID == session }) {
			t.Errorf("%s: of the other meeting: %+v, %v", want.clock, page, err)
		}
	}
}
