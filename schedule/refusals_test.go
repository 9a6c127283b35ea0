package schedule_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

func TestWhatCannotBePlannedIsNamedAllAtOnce(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Title, n.Language, n.When.Zone = " ", "de", "Mars/Olympus"
	n.Access.Entry, n.Access.Passcode, n.Access.OpensBefore = "friends", "12a4", 25*time.Hour
	n.Settings.MaxParticipants = -1
	n.Reminders = []time.Duration{-time.Minute}
	n.Tags = map[string]string{"a b": "c"}
	n.Deputies = []schedule.Deputy{{PersonID: "nobody"}}
	n.Invitees = []schedule.Invitee{{Email: "a@b.example"}, {Email: "A@B.example"}, {Email: "x\ny@b.example"}, {PersonID: "louise"}}
	_, err := h.Create(t.Context(), camille, n)
	mustBe(t, err, fault.CodeInvalid)
	var got []string
	for _, f := range fault.Of(err).Fields {
		got = append(got, f.Location)
	}
	for _, want := range []string{
		"body.title", "body.language", "body.timeZone", "body.access.entry", "body.access.passcode", "body.access.opensBefore",
		"body.settings.maxParticipants", "body.reminders[0]", "body.tags", "body.deputies[0].user", "body.invitees[1]", "body.invitees[2].email", "body.invitees[3].user",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not named: %v", want, got)
		}
	}
	if len(h.store.Events()) > 0 {
		t.Error("something happened all the same")
	}
}

func TestBoundsOfAMeeting(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*schedule.NewMeeting)
		at     string
	}{
		"1001 invitees": {func(n *schedule.NewMeeting) {
			for i := range schedule.MaxInvitees + 1 {
				n.Invitees = append(n.Invitees, schedule.Invitee{Email: fmt.Sprintf("p%d@x.example", i)})
			}
		}, "body.invitees"},
		"duration zero":                {func(n *schedule.NewMeeting) { n.When.Duration = 0 }, "body.duration"},
		"duration 48 h":                {func(n *schedule.NewMeeting) { n.When.Duration = recur.Duration(48 * time.Hour) }, "body.duration"},
		"a title of 201":               {func(n *schedule.NewMeeting) { n.Title = strings.Repeat("é", 201) }, "body.title"},
		"a series wholly in the past":  {func(n *schedule.NewMeeting) { n.When = series(t, "2025-01-07T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=3") }, "body.start"},
		"a tag that no database holds": {func(n *schedule.NewMeeting) { n.Tags = map[string]string{"a": "x\x00"} }, "body.tags"},
		"a name that no database holds": {func(n *schedule.NewMeeting) {
			n.Invitees = []schedule.Invitee{{Email: "zoe@x.example", Name: "\xff"}}
		}, "body.invitees[0].name"},
		"six reminders": {func(n *schedule.NewMeeting) {
			for i := range 6 {
				n.Reminders = append(n.Reminders, time.Duration(i)*time.Hour)
			}
		}, "body.reminders"},
		"an override of no date": {func(n *schedule.NewMeeting) {
			n.Overrides = []schedule.Override{{ID: local(t, "2026-11-18T09:00:00"), Title: new("Autre")}}
		}, "body.recurrence.overrides.2026-11-18T09:00:00"},
		"a date whose title is nothing": {func(n *schedule.NewMeeting) {
			n.Overrides = []schedule.Override{{ID: n.When.Start, Title: new(" ")}}
		}, "body.recurrence.overrides.2026-11-17T09:00:00.title"},
		"a deputy until the year 10000": {func(n *schedule.NewMeeting) {
			last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -4*60*60))
			n.Deputies = []schedule.Deputy{{PersonID: "mounir", Until: &last}}
		}, "body.deputies[0].until"},
		"a name for software":   {func(n *schedule.NewMeeting) { n.ExternalID = "x" }, "body.externalId"},
		"a room without a code": {func(n *schedule.NewMeeting) { n.Place.Mode = schedule.Existing }, "body.room.slug"},
		"settings of a room that exists": {func(n *schedule.NewMeeting) {
			n.Place, n.Settings.MaxParticipants = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}, 3
		}, "body.settings.maxParticipants"},
	} {
		h := newHouse(t)
		n := weekly(t)
		c.change(&n)
		_, err := h.Create(t.Context(), camille, n)
		if !fault.HasCode(err, fault.CodeInvalid) || !slices.ContainsFunc(fault.Of(err).Fields, func(f fault.Field) bool { return f.Location == c.at }) {
			t.Errorf("%s: got %v %+v, want %s", name, err, fault.Of(err).Fields, c.at)
		}
	}
}

func TestWhatStartsInThePastIsPlannedWithAWarning(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.When = series(t, "2026-11-03T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=4")
	v := h.planned(t, camille, n)
	if !slices.ContainsFunc(v.Warnings, func(w schedule.Warning) bool { return w.Code == recur.CodeStartsInPast }) {
		t.Errorf("got %+v", v.Warnings)
	}
}

func TestWhoMayDoWhatWithAMeeting(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Deputies = []schedule.Deputy{{PersonID: "mounir", Until: at(h.now.Add(24 * time.Hour))}}
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	mine := h.planned(t, camille, n)
	robots := h.planned(t, agenda, once(t))

	retitle := func(d *schedule.Definition) error { d.Title = "Autre"; return nil }
	for _, c := range []struct {
		name         string
		who          auth.Identity
		id           string
		read, change fault.Code
	}{
		{"nobody", auth.Identity{}, mine.ID, fault.CodeSignInRequired, fault.CodeSignInRequired},
		{"a guest", auth.Identity{Kind: auth.Guest, ID: "g"}, mine.ID, fault.CodeSignInRequired, fault.CodeSignInRequired},
		{"a stranger", louise, mine.ID, fault.CodeMeetingNotFound, fault.CodeMeetingNotFound},
		{"somebody invited", odile, mine.ID, "", fault.CodeForbidden},
		{"a deputy", mounir, mine.ID, "", ""},
		{"the organizer", camille, mine.ID, "", ""},
		{"software without a scope", software("idle", interior), mine.ID, fault.CodeScopeMissing, fault.CodeScopeMissing},
		{"software of another ministry", foreign, robots.ID, fault.CodeMeetingNotFound, fault.CodeMeetingNotFound},
		{"other software", court, robots.ID, "", fault.CodeScopeMissing},
		{"software for all", chief, robots.ID, "", ""},
		{"software for all, of a person's", chief, mine.ID, "", ""},
		{"software, of a person's", agenda, mine.ID, "", fault.CodeScopeMissing},
		{"the software that planned it", agenda, robots.ID, "", ""},
	} {
		if _, err := h.Get(t.Context(), c.who, c.id); fault.Of(err).Code != c.read && !(err == nil && c.read == "") {
			t.Errorf("%s reads: got %v, want %q", c.name, err, c.read)
		}
		if _, err := h.Update(t.Context(), c.who, c.id, 0, "", retitle); !(err == nil && c.change == "") && !fault.HasCode(err, c.change) {
			t.Errorf("%s changes: got %v, want %q", c.name, err, c.change)
		}
	}
	h.now = h.now.Add(25 * time.Hour)
	_, err := h.Get(t.Context(), mounir, mine.ID)
	mustBe(t, err, fault.CodeMeetingNotFound)
}

func TestThoseInvitedSeeNoPasscode(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Access.Passcode = "4711"
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	v := h.planned(t, camille, n)
	for who, leads := range map[string]bool{"camille": true, "odile": false} {
		got, err := h.Get(t.Context(), person(who, interior), v.ID)
		if err != nil || got.Leads != leads {
			t.Errorf("%s: got %v, %v", who, got.Leads, err)
		}
		if leads && got.Access.Passcode != "4711" {
			t.Errorf("the organizer reads %q", got.Access.Passcode)
		}
	}
	opening := h.store.Plan(v.ID).Openings[0]
	if !access.TakesPasscode(opening.PasscodeHash, "4711") || strings.Contains(string(h.store.Plan(v.ID).Meeting.Access.Sealed), "4711") {
		t.Error("the passcode is kept as it is, or not at all")
	}
}

func TestAnOlderVersionChangesNothing(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, once(t))
	retitle := func(d *schedule.Definition) error { d.Title += "!"; return nil }
	if _, err := h.Update(t.Context(), camille, v.ID, v.Version, "", retitle); err != nil {
		t.Fatal(err)
	}
	_, err := h.Update(t.Context(), camille, v.ID, v.Version, "", retitle)
	mustBe(t, err, fault.CodePreconditionFailed)
	mustBe(t, h.Cancel(t.Context(), camille, v.ID, v.Version), fault.CodePreconditionFailed)
}

func TestACancelledMeetingStaysAsItIs(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: odile.PersonID}}
	v := h.planned(t, camille, n)
	if err := h.Cancel(t.Context(), camille, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	p := h.store.Plan(v.ID)
	if _, shut := h.store.Room(v.Place.RoomID); !shut || len(p.Openings) > 0 || p.Meeting.Sequence != 1 {
		t.Errorf("room closed %v, %d openings, sequence %d", shut, len(p.Openings), p.Meeting.Sequence)
	}
	if len(p.Grants) != 1 || p.Grants[0].SourceKind != access.SourceOrganizer || p.Grants[0].Subject.ID != camille.PersonID {
		t.Errorf("the organizer reads what had happened, and nobody else: %+v", p.Grants)
	}
	if err := h.Cancel(t.Context(), camille, v.ID, p.Meeting.Version); err != nil {
		t.Errorf("twice: %v", err)
	}
	_, err := h.Update(t.Context(), camille, v.ID, p.Meeting.Version, "", func(d *schedule.Definition) error { d.Title = "x"; return nil })
	mustBe(t, err, fault.CodeMeetingCancelled)
}

func at(t time.Time) *time.Time { return &t }
