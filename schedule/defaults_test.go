package schedule_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/policy"
	"parvis/schedule"
)

// allSettings is what a request that says nothing of its room leaves out.
var allSettings = []policy.Name{policy.Entry, policy.MinAssurance, policy.OpensWithHost, policy.MuteOnEntry, policy.MaxParticipants, policy.ForbiddenToAll}

// beginsStrictly has the ministry say with what rooms begin, and lock nothing.
func (h *house) beginsStrictly(t *testing.T) {
	t.Helper()
	for name, text := range map[policy.Name]string{
		policy.Entry: `"members"`, policy.MinAssurance: `"agent"`, policy.OpensWithHost: `true`, policy.MuteOnEntry: `true`, policy.MaxParticipants: `20`, policy.ForbiddenToAll: `["chat"]`,
		policy.MaxMinutes: `120`,
	} {
		h.policies.begin(t, name, text)
	}
}

func quiet(t *testing.T) schedule.NewMeeting {
	t.Helper()
	n := once(t)
	n.Unsaid = allSettings
	return n
}

func TestAMeetingAndItsRoomBeginWithWhatTheOrganizationSays(t *testing.T) {
	h := newHouse(t)
	h.beginsStrictly(t)
	v := h.planned(t, camille, quiet(t))
	if v.Access.Entry != access.EntryMembers || v.Access.MinAssurance != auth.AssuranceAgent || !v.Settings.OpensWithHost || !v.Settings.MuteOnEntry || v.Settings.MaxParticipants != 20 ||
		!v.Settings.Forbidden.Equal(access.Abilities{access.AbilityChat}) {
		t.Errorf("got %+v, %+v", v.Access, v.Settings)
	}
	room, _ := h.store.Room(v.Place.RoomID)
	if !room.OpensWithHost || !room.MuteOnEntry || room.MaxParticipants != 20 || len(room.Forbidden) != 1 || room.MaxMinutes != 120 {
		t.Errorf("the room: got %+v", room)
	}
}

func TestWhoPlansSaysLessThanADefaultAndIsHeard(t *testing.T) {
	h := newHouse(t)
	h.beginsStrictly(t)
	n := once(t)
	n.Access.Entry, n.Settings.MaxParticipants = access.EntryEveryone, 0 // no limit, and said so
	v := h.planned(t, camille, n)
	if v.Access.Entry != access.EntryEveryone || v.Access.MinAssurance != auth.AssuranceUnknown || v.Settings.OpensWithHost || v.Settings.MaxParticipants != 0 ||
		len(v.Settings.Forbidden) != 0 {
		t.Errorf("got %+v, %+v", v.Access, v.Settings)
	}
	v, err := h.Update(t.Context(), camille, v.ID, v.Version, "", func(d *schedule.Definition) error { d.Title = "Autre"; return nil })
	if err != nil || v.Settings.MaxParticipants != 0 || v.Access.MinAssurance != auth.AssuranceUnknown {
		t.Errorf("after a change of something else: %+v, %v", v.Settings, err)
	}
}

func TestADefaultOfMinutesGivesWayToHowLongAMeetingIs(t *testing.T) {
	h := newHouse(t)
	h.policies.begin(t, policy.MaxMinutes, `60`)
	v := h.planned(t, camille, quiet(t)) // an hour, and the time around it
	if room, _ := h.store.Room(v.Place.RoomID); room.MaxMinutes != 105 {
		t.Errorf("got %d minutes", room.MaxMinutes)
	}
	v, err := h.Update(t.Context(), camille, v.ID, v.Version, "", func(d *schedule.Definition) error { d.When.Duration = *lasting(2 * time.Hour); return nil })
	if err != nil || h.store.Plan(v.ID).Furnish.MaxMinutes != 165 {
		t.Errorf("a longer one: got %+v, %v", h.store.Plan(v.ID).Furnish, err)
	}
}

func TestLongerDatesOfAPartedSeriesAreNotCutOffByTheRoomThatAllShare(t *testing.T) {
	h := newHouse(t)
	h.policies.begin(t, policy.MaxMinutes, `60`)
	v := h.planned(t, camille, weekly(t))
	before := h.store.Plan(v.ID).Meeting.When.Duration
	_, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00"), "", edited(func(d *schedule.Definition) { d.When.Duration = before + *lasting(2 * time.Hour) }))
	if err != nil {
		t.Fatal(err)
	}
	room, _ := h.store.Room(v.Place.RoomID)
	if got := h.store.Plan(v.ID).Furnish.MaxMinutes; got != room.MaxMinutes+120 {
		t.Errorf("%d minutes, of %d for the dates before", got, room.MaxMinutes)
	}
}

func TestSomebodysOwnRoomBeginsWithWhatIsForbidden(t *testing.T) {
	h := newHouse(t)
	h.beginsStrictly(t)
	n := quiet(t)
	n.Place.Mode = schedule.Personal
	v := h.planned(t, camille, n)
	if room, _ := h.store.Room(v.Place.RoomID); !room.Forbidden.Equal(access.Abilities{access.AbilityChat}) || room.MaxMinutes != 120 {
		t.Errorf("got %+v", room)
	}
	if v.Settings.MaxParticipants != 0 || v.Access.MinAssurance != auth.AssuranceUnknown {
		t.Errorf("what is the room's is told of the meeting: %+v %+v", v.Access, v.Settings)
	}
}

func TestARequestThatIsRepeatedChangesNothingThoughTheDefaultChanged(t *testing.T) {
	h := newHouse(t)
	h.beginsStrictly(t)
	n := quiet(t)
	n.ExternalID = "agenda-118"
	put := func(n schedule.NewMeeting) schedule.View {
		t.Helper()
		v, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := put(n)
	h.policies.begin(t, policy.MaxParticipants, `30`)
	h.policies.begin(t, policy.Entry, `"hosts"`)
	if again := put(n); again.Version != first.Version || again.Settings.MaxParticipants != 20 || again.Access.Entry != access.EntryMembers {
		t.Errorf("repeated: got version %d, %+v", again.Version, again.Settings)
	}
	chosen := n
	chosen.Settings.MaxParticipants, chosen.Unsaid = 50, []policy.Name{policy.MinAssurance, policy.OpensWithHost, policy.ForbiddenToAll}
	if v := put(chosen); v.Settings.MaxParticipants != 50 || v.Access.MinAssurance != auth.AssuranceAgent {
		t.Errorf("chosen: got %+v", v.Settings)
	}
	if v := put(n); v.Settings.MaxParticipants != 30 {
		t.Errorf("left out again: got %+v, want the default of today", v.Settings)
	}
}

func TestADefaultThatNobodyChoseLeavesWithTheRoom(t *testing.T) {
	h := newHouse(t)
	h.beginsStrictly(t)
	v := h.planned(t, camille, quiet(t))
	v, err := h.Update(t.Context(), camille, v.ID, v.Version, "", func(d *schedule.Definition) error {
		d.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
		return nil
	})
	if err != nil || v.Settings.MaxParticipants != 0 || v.Access.MinAssurance != auth.AssuranceUnknown {
		t.Errorf("got %+v, %v", v.Settings, err)
	}
}

// rule is one of the rules that count in a meeting.
func (h *house) rule(t *testing.T, who auth.Identity, id, name string) schedule.Setting {
	t.Helper()
	list, err := h.EffectivePolicy(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no rule %s", name)
	return schedule.Setting{}
}

func TestALockIsToldOfAMeetingThatPromisedMore(t *testing.T) {
	h := newHouse(t)
	n := quiet(t)
	n.Access.Entry, n.Unsaid = access.EntryEveryone, allSettings[1:]
	v := h.planned(t, camille, n)
	h.policies.lock(t, policy.Entry, `"members"`)
	h.policies.lock(t, policy.MaxParticipants, `20`)
	h.policies.lock(t, policy.Guests, `"refused"`)
	for name, want := range map[string]any{"entry": "members", "maxParticipants": 20, "guests": "refused"} {
		got := h.rule(t, camille, v.ID, name)
		if got.Value != want || got.Origin != "organization" || got.By != "Ministère X" || !got.Locked || got.Bound != want || got.LockedBy != "Ministère X" ||
			got.Reason != "locked by Ministère X" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestADefaultIsNotToldAsTheChoiceOfWhoPlanned(t *testing.T) {
	h := newHouse(t)
	h.beginsStrictly(t)
	v := h.planned(t, camille, quiet(t))
	if got := h.rule(t, camille, v.ID, "entry"); got.Value != "members" || got.Origin != "organization" || got.Reason != "the default of Ministère X" || got.Locked {
		t.Errorf("got %+v", got)
	}
	h.policies.begin(t, policy.Entry, `"hosts"`)
	if got := h.rule(t, camille, v.ID, "entry"); got.Value != "members" || got.Origin != schedule.OriginMeeting || got.Reason != "nobody chose it: it was the default when the meeting was planned" {
		t.Errorf("another default since: got %+v", got)
	}
	n := quiet(t)
	n.Access.Entry, n.Unsaid = access.EntryOrganization, allSettings[1:]
	if got := h.rule(t, camille, h.planned(t, camille, n).ID, "entry"); got.Origin != schedule.OriginMeeting || got.Reason != "whoever planned the meeting said so" {
		t.Errorf("chosen: got %+v", got)
	}
}

func TestARoomThatWasThereSaysItsOwnToWhoMayReadIt(t *testing.T) {
	h := newHouse(t)
	n := quiet(t)
	n.Access.Entry, n.Unsaid, n.Place = access.EntryMembers, allSettings[1:], schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	v := h.planned(t, camille, n)
	h.policies.lock(t, policy.MaxParticipants, `20`)
	above := policy.Resolve(h.policies.layers...)
	entry, _ := policy.Find(policy.Entry)
	own := policy.Layer{Source: policy.Source{Level: policy.Room, ID: "budget", Name: "Budget"}, Settings: map[policy.Name]policy.Decided{
		policy.Entry: {Value: entry.Choose("everyone")}, policy.MaxParticipants: {Value: policy.Value{Number: 12}}, policy.MinAssurance: {},
	}}
	h.store.Governed = map[string]policy.Governed{"bud-gett-xyz": {Above: above, Own: own}}
	if got := h.rule(t, camille, v.ID, "entry"); got.Value != "everyone" || got.Origin != schedule.OriginRoom {
		t.Errorf("the wider entry: got %+v", got)
	}
	if got := h.rule(t, camille, v.ID, "maxParticipants"); got.Value != 12 || got.Origin != schedule.OriginRoom || !got.Locked || got.Bound != 20 {
		t.Errorf("got %+v", got)
	}
	h.store.Governed["bud-gett-xyz"] = policy.Governed{Above: above}
	if got := h.rule(t, camille, v.ID, "maxParticipants"); got.Value != nil || got.Origin != schedule.OriginRoom || got.LockedBy != "Ministère X" {
		t.Errorf("unread: got %+v", got)
	}
	if got := h.rule(t, camille, v.ID, "entry"); got.Value != "members" || got.Origin != schedule.OriginMeeting {
		t.Errorf("unread: got %+v", got)
	}
}
