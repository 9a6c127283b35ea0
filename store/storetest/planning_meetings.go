package storetest

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

func meetingRoundTrip(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	got := p.read(t, m.ID)
	mustAgree(t, "as it was planned", m, got)
	if got.Organizer.Name != "camille Martin" || got.Deputies[0].Name != "odile Martin" || got.Invitees[0].Email != "odile@example.org" || got.Access.Passcode != "471147" {
		t.Errorf("got %+v", got)
	}
	raw, err := p.Meeting(t.Context(), m.ID)
	if err != nil || raw.Access.Passcode != "" || slices.Contains(raw.Access.Sealed, 0) && len(raw.Access.Sealed) < 16 {
		t.Errorf("the store knows the passcode %q, %v", raw.Access.Passcode, err)
	}
}

func meetingUnknown(t *testing.T, p *planning) {
	for _, id := range []string{NewID(), "nonsense", "", "\x00"} {
		_, err := p.Meeting(t.Context(), id)
		mustBe(t, err, fault.NotFound)
		_, err = p.UpdateMeeting(t.Context(), id, func(m schedule.Meeting) (schedule.Plan, error) { return schedule.Plan{Meeting: m}, nil })
		mustBe(t, err, fault.NotFound)
	}
	for _, name := range []string{"", "x\x00", "\xff"} {
		_, err := p.MeetingNamed(t.Context(), p.camille.OrgID, NewID(), name)
		mustBe(t, err, fault.NotFound)
	}
}

func meetingChanges(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	p.now = p.now.Add(time.Minute)
	v, err := p.service.Update(t.Context(), p.camille, m.ID, 1, schedule.OverridesDrop, func(d *schedule.Definition) error {
		*d = schedule.Definition{Title: "Autre", When: recur.Series{Start: d.When.Start, Zone: "Europe/Brussels", Duration: d.When.Duration}}
		return nil
	})
	if err != nil {
		t.Fatalf("update: %v %+v", err, fault.Of(err).Fields)
	}
	mustAgree(t, "as it was changed", v.Meeting, p.read(t, m.ID))
	if v.Version != 2 || v.Sequence != 1 || len(v.Invitees)+len(v.Tags)+len(v.Overrides) > 0 {
		t.Errorf("got %+v", v.Meeting)
	}
	list, err := p.Meetings(t.Context(), schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID})
	if err != nil || len(list.Meetings) != 0 {
		t.Errorf("it stands in the agenda of who was struck off: %d, %v", len(list.Meetings), err)
	}
}

func meetingRace(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			_, err := p.service.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error {
				d.Title += "!"
				return nil
			})
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := p.read(t, m.ID); got.Title != m.Title+"!!!!" || got.Version != 5 {
		t.Errorf("got %q, version %d", got.Title, got.Version)
	}
}

func meetingRefused(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	no := fault.New(fault.CodeForbidden, "no")
	if _, err := p.UpdateMeeting(t.Context(), m.ID, func(schedule.Meeting) (schedule.Plan, error) { return schedule.Plan{}, no }); !fault.HasCode(err, fault.CodeForbidden) {
		t.Errorf("got %v", err)
	}
	mustAgree(t, "after a refusal", m, p.read(t, m.ID))
}

func meetingNamed(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.ExternalID = "agenda-118"
	one, other := p.agenda(), p.agenda()
	first, created, err := p.service.Upsert(t.Context(), one, n, 0, false, "")
	if err != nil || !created {
		t.Fatalf("got %v, %v", created, err)
	}
	again, created, err := p.service.Upsert(t.Context(), one, n, 0, false, "")
	if err != nil || created || again.ID != first.ID || again.Version != 1 {
		t.Errorf("again: %v, %+v, %v", created, again.Meeting, err)
	}
	if second, created, err := p.service.Upsert(t.Context(), other, n, 0, false, ""); err != nil || !created || second.ID == first.ID {
		t.Errorf("another account: %v, %v", created, err)
	}
	_, err = p.service.Create(t.Context(), one, n)
	mustBe(t, err, fault.Conflict)
}

func meetingsRoom(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	r, err := p.Room(t.Context(), m.Place.Slug)
	if err != nil || !r.Dedicated || !r.Planned || r.Name != m.Title || r.Limits.MaxParticipants != 80 || !r.Limits.OpensWithHost || !r.Limits.MuteOnEntry {
		t.Fatalf("got %+v, %v", r, err)
	}
	openings, err := p.Openings(t.Context(), r.ID)
	if err != nil || len(openings) != 6 || openings[0].Entry != access.EntryMembers || !access.TakesPasscode(openings[0].PasscodeHash, "471147") {
		t.Errorf("got %+v, %v", openings, err)
	}
	grants, err := p.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: p.camille.PersonID}, {Kind: access.SubjectPerson, ID: p.odile.PersonID}})
	if err != nil || len(grants) != 3 { // owner; deputy, and invited
		t.Errorf("got %+v, %v", grants, err)
	}
	if _, err := p.service.Update(t.Context(), p.camille, m.ID, 1, "", func(d *schedule.Definition) error {
		d.Title, d.Settings.MaxParticipants, d.Settings.MuteOnEntry = "Autre", 3, false
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if r, err = p.Room(t.Context(), m.Place.Slug); err != nil || r.Name != "Autre" || r.Limits.MaxParticipants != 3 || r.Limits.MuteOnEntry || r.Version != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
	if err := p.service.Cancel(t.Context(), p.camille, m.ID, 2); err != nil {
		t.Fatal(err)
	}
	if r, err = p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt == nil || r.Planned {
		t.Errorf("got %+v, %v", r, err)
	}
}

// meetingPartsOver cancels what is to come of a series whose earlier part is over.
func meetingPartsOver(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	later, err := p.service.UpdateFollowing(t.Context(), p.camille, m.ID, 1, m.When.Start+21*24*60*60, "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	p.now = p.now.AddDate(0, 0, 22) // the third date is over, the fourth is to come
	if err := p.service.Cancel(t.Context(), p.camille, later.ID, 1); err != nil {
		t.Fatal(err)
	}
	if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt == nil {
		t.Errorf("the room stays although nothing takes place in it any more: %+v, %v", r, err)
	}
}

func meetingParts(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	later, err := p.service.UpdateFollowing(t.Context(), p.camille, m.ID, 1, m.When.Start+21*24*60*60, "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	mustAgree(t, "the later part", later.Meeting, p.read(t, later.ID))
	if _, err := p.service.Update(t.Context(), p.camille, later.ID, 1, "", func(d *schedule.Definition) error { d.Settings.MaxParticipants = 7; return nil }); err != nil {
		t.Fatal(err)
	}
	if first := p.read(t, m.ID); first.Settings.MaxParticipants != 7 || first.Version != 3 {
		t.Errorf("the room that both share has 7 places, the first part says %d, version %d", first.Settings.MaxParticipants, first.Version)
	}
	if err := p.service.Cancel(t.Context(), p.camille, m.ID, 3); err != nil {
		t.Fatal(err)
	}
	if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt != nil || !r.Planned {
		t.Errorf("the room closed with the first part: %+v, %v", r, err)
	}
	if err := p.service.Cancel(t.Context(), p.camille, later.ID, 2); err != nil {
		t.Fatal(err)
	}
	if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt == nil {
		t.Errorf("the room stayed open: %+v, %v", r, err)
	}
}
