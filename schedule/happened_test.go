package schedule_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/schedule"
)

func TestASessionBelongsToTheDateForWhichTheRoomWasOpen(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	near := local(t, "2026-11-17T10:20:00") // the second date is moved to twenty minutes after the first
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-24T09:00:00"), Start: &near}}
	m := h.planned(t, camille, n)
	dates, err := h.Dates(t.Context(), camille, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	for began, want := range map[string]string{
		"2026-11-17T08:44:59": "",                // Paris: the room opens at a quarter to nine
		"2026-11-17T08:45:00": "20261117T090000", // early
		"2026-11-17T10:10:00": "20261117T090000", // late, while the next is open already
		"2026-11-17T10:20:00": "20261124T090000",
		"2026-11-17T11:49:59": "20261124T090000",
		"2026-11-17T11:50:00": "",
		"2026-11-24T09:00:00": "", // moved away
		"2026-12-01T09:30:00": "20261201T090000",
	} {
		paris, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.ParseInLocation("2006-01-02T15:04:05", began, paris)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if id, found := dates.Of(at); found {
			got = id.ID()
		}
		if got != want {
			t.Errorf("%s: date %q, want %q", began, got, want)
		}
	}
}

func TestEachRuleOfAMeetingHasAnOriginAndAReason(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Access.Entry, n.Access.Passcode, n.Settings.Forbidden = access.EntryMembers, "471147", access.Abilities{access.AbilityChat}
	own := n.Clone()
	own.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	own.Settings.Forbidden, own.Access.Passcode = nil, ""
	origins := func(n schedule.NewMeeting) map[string]schedule.Origin {
		list, err := h.EffectivePolicy(t.Context(), camille, h.planned(t, camille, n).ID)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]schedule.Origin{}
		for _, s := range list {
			if got[s.Name] = s.Origin; s.Reason == "" {
				t.Errorf("%s has no reason", s.Name)
			}
		}
		return got
	}
	const platform, meeting, room = schedule.OriginPlatform, schedule.OriginMeeting, schedule.OriginRoom
	for name, want := range map[string][2]schedule.Origin{ // of a room made for it, of one that was there
		"entry": {meeting, meeting}, "minAssurance": {platform, room}, "passcodeRequired": {meeting, room}, "opensBefore": {platform, platform},
		"closesAfter": {platform, platform}, "maxParticipants": {platform, room}, "opensWithHost": {platform, room}, "muteOnEntry": {platform, room}, "forbidden": {meeting, room},
		"recording": {platform, platform}, "transcription": {platform, platform},
	} {
		if got := origins(n)[name]; got != want[0] {
			t.Errorf("%s in a room made for the meeting: %q, want %q", name, got, want[0])
		}
		if got := origins(schedule.NewMeeting{Definition: own})[name]; got != want[1] {
			t.Errorf("%s in a room that was there: %q, want %q", name, got, want[1])
		}
	}
}
