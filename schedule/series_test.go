package schedule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// edited is a change of a definition that cannot fail.
func edited(change func(*schedule.Definition)) schedule.Edit {
	return func(d *schedule.Definition) error {
		change(d)
		return nil
	}
}

func TestOneDateIsMovedAndAnotherLeftOut(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	start := local(t, "2026-11-24T14:00:00")
	v, err := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-24T09:00:00"), schedule.OccurrenceChange{Start: &start})
	if err != nil {
		t.Fatal(err)
	}
	if v, err = h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00")); err != nil {
		t.Fatal(err)
	}
	want := []string{"11-17 09:00", "11-24 14:00", "12-08 09:00"}
	if got := h.dates(t, camille, v.ID)[:3]; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if v.Sequence != 2 {
		t.Errorf("those invited hear of %d changes, want 2", v.Sequence)
	}
	back := local(t, "2026-11-24T09:00:00")
	if v, err = h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, back, schedule.OccurrenceChange{Start: &back}); err != nil || len(v.Overrides) != 0 {
		t.Errorf("moved back it differs still: %+v, %v", v.Overrides, err)
	}
}

func TestADateThatIsNoneOrHasBegunIsNotChanged(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	title := "x"
	change := schedule.OccurrenceChange{Title: &title}
	_, err := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-18T09:00:00"), change)
	mustBe(t, err, fault.CodeOccurrenceNotFound)
	h.now = time.Date(2026, 11, 17, 8, 30, 0, 0, time.UTC)
	_, err = h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-17T09:00:00"), change)
	mustBe(t, err, fault.CodePastOccurrence)
	past := local(t, "2026-11-16T09:00:00")
	_, err = h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-24T09:00:00"), schedule.OccurrenceChange{Start: &past})
	mustBe(t, err, fault.CodeInvalid)
}

func TestWhatWasNotLeftOutOrIsOverIsNotRestored(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	out := local(t, "2026-11-24T09:00:00")
	restore := func(version int64, date recur.Local) error {
		_, err := h.UpdateOccurrence(t.Context(), camille, v.ID, version, date, schedule.OccurrenceChange{Restore: true})
		return err
	}
	mustBe(t, restore(v.Version, out), fault.CodeConflict) // it takes place
	v, err := h.Update(t.Context(), camille, v.ID, v.Version, "", edited(func(d *schedule.Definition) {
		d.When.ExDates = []recur.Local{out, local(t, "2026-11-25T09:00:00")} // the second was never planned
	}))
	if err != nil {
		t.Fatal(err)
	}
	mustBe(t, restore(v.Version, local(t, "2026-11-25T09:00:00")), fault.CodeOccurrenceNotFound)
	mustBe(t, restore(v.Version, local(t, "2026-11-26T09:00:00")), fault.CodeOccurrenceNotFound)
	mustBe(t, restore(v.Version-1, out), fault.CodePreconditionFailed)
	h.now = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	mustBe(t, restore(v.Version, out), fault.CodePastOccurrence)
	if err := h.Cancel(t.Context(), camille, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	mustBe(t, restore(v.Version+1, out), fault.CodeMeetingCancelled)
}

func TestADateThatWasLeftOutIsListedAndRestored(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	date, start := local(t, "2026-11-24T09:00:00"), local(t, "2026-11-24T14:00:00")
	change := func(c schedule.OccurrenceChange) {
		t.Helper()
		var err error
		if v, err = h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, date, c); err != nil {
			t.Fatal(err)
		}
	}
	leaveOut := func() {
		t.Helper()
		var err error
		if v, err = h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, date); err != nil {
			t.Fatal(err)
		}
	}
	listed := func(cancelled bool) (list []string) {
		t.Helper()
		page, err := h.Occurrences(t.Context(), camille, v.ID, schedule.OccurrenceQuery{Cancelled: cancelled, PageSize: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Occurrences {
			text := o.ID.ID() + o.Start.Format(" 15:04")
			if o.Cancelled {
				text += " cancelled"
			}
			list = append(list, text)
		}
		return list
	}
	change(schedule.OccurrenceChange{Start: &start})
	leaveOut()
	without := []string{"20261117T090000 08:00", "20261201T090000 08:00", "20261208T090000 08:00"}
	if got := listed(false); !slices.Equal(got, without) {
		t.Errorf("without: %v", got)
	}
	if got := listed(true); !slices.Equal(got, []string{without[0], "20261124T090000 08:00 cancelled", without[1]}) {
		t.Errorf("with: %v", got)
	}
	change(schedule.OccurrenceChange{Restore: true})
	if got := listed(true); got[1] != "20261124T090000 08:00" || v.Sequence != 3 || len(v.When.ExDates)+len(v.Overrides) > 0 {
		t.Errorf("restored: %v, sequence %d, %+v", got, v.Sequence, v.Overrides)
	}
	if said := h.said(); said[len(said)-1] != "occurrence.updated 20261124T090000" {
		t.Errorf("said %v", said)
	}
	leaveOut()
	change(schedule.OccurrenceChange{Restore: true, Start: &start})
	if got := listed(true); got[1] != "20261124T090000 13:00" {
		t.Errorf("restored at another time: %v", got)
	}
}

func TestTheLastDateIsNotLeftOut(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, once(t))
	_, err := h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-17T09:00:00"))
	mustBe(t, err, fault.CodeConflict)
}

func TestMovingASeriesAsksWhatBecomesOfItsExceptions(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	title := "Exceptionnel"
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-24T09:00:00"), Title: &title}}
	n.When.ExDates = []recur.Local{local(t, "2026-12-01T09:00:00")}
	v := h.planned(t, camille, n)
	toTen := edited(func(d *schedule.Definition) {
		d.When = series(t, "2026-11-17T10:00:00", "PT1H", "FREQ=WEEKLY;COUNT=10")
		d.When.ExDates = n.When.ExDates
	})

	_, err := h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesUnsaid, toTen)
	mustBe(t, err, fault.CodeOverridesConflict)
	if n := len(fault.Of(err).Fields); n != 2 {
		t.Errorf("it names %d dates, want 2", n)
	}
	_, err = h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesKeep, toTen)
	mustBe(t, err, fault.CodeInvalid) // at nine there is none any more

	shifted, err := h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesShift, toTen)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.dates(t, camille, v.ID); got[1] != "11-24 10:00" || got[2] != "12-08 10:00" || *shifted.Overrides[0].Title != title {
		t.Errorf("got %v, %+v", got, shifted.Overrides)
	}
	dropped, err := h.Update(t.Context(), camille, v.ID, shifted.Version, schedule.OverridesDrop,
		edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-11-17T11:00:00") }))
	if err != nil || len(dropped.Overrides)+len(dropped.When.ExDates) > 0 || len(h.dates(t, camille, v.ID)) != 10 {
		t.Errorf("got %v, %+v", err, dropped.Overrides)
	}
}

func TestWhatHasBegunIsNotRewritten(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	h.now = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC) // two dates are over
	toTen := edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-11-17T10:00:00") })
	_, err := h.Update(t.Context(), camille, v.ID, v.Version, "", toTen)
	mustBe(t, err, fault.CodePastOccurrence)

	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00"), "",
		edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-12-01T10:00:00") }))
	if err != nil {
		t.Fatal(err)
	}
	if got := h.dates(t, camille, v.ID); !slices.Equal(got, []string{"11-17 09:00", "11-24 09:00"}) {
		t.Errorf("before: %v", got)
	}
	if got := h.dates(t, camille, later.ID); len(got) != 8 || got[0] != "12-01 10:00" {
		t.Errorf("after: %v", got)
	}
}

func TestThoseInvitedGoOnWithTheLaterDates(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Access.Passcode = "4711"
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}, {Email: "guest@x.example", Name: "Guest"}}
	v := h.planned(t, camille, n)
	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00"), "",
		edited(func(d *schedule.Definition) { d.Title = "Suite" }))
	if err != nil {
		t.Fatal(err)
	}
	before := h.store.Plan(v.ID).Meeting
	if later.SplitFrom != v.ID || before.SplitInto != later.ID || later.SplitInto != "" || later.Place != before.Place || later.UID == before.UID || len(later.Invitees) != 2 || before.Title != "Comité" {
		t.Errorf("got %+v after %+v", later.Meeting, before)
	}
	got, err := h.Get(t.Context(), camille, later.ID)
	if err != nil || got.Access.Passcode != "4711" {
		t.Errorf("the passcode of the later dates: %q, %v", got.Access.Passcode, err)
	}
	if got := len(h.store.Plan(later.ID).Openings); got == 0 {
		t.Error("the room does not open for the later dates")
	}
}

func TestPartsOfASeriesNameTheOneAfterThem(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	split := func(version int64, date string) schedule.View {
		t.Helper()
		later, err := h.UpdateFollowing(t.Context(), camille, v.ID, version, local(t, date), "", edited(func(d *schedule.Definition) { d.Title = date }))
		if err != nil {
			t.Fatal(err)
		}
		return later
	}
	last := split(1, "2026-12-08T09:00:00")
	middle := split(2, "2026-12-01T09:00:00")
	if first := h.store.Plan(v.ID).Meeting; first.SplitInto != middle.ID || middle.SplitInto != last.ID || last.SplitInto != "" {
		t.Errorf("first into %q, middle into %q, last into %q", first.SplitInto, middle.SplitInto, last.SplitInto)
	}
}

func TestTheRoomOpensForEachDateAheadAndNoOther(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile", Role: schedule.InviteeMember}, {Email: "Guest@X.example", Role: schedule.InviteeModerator}}
	n.Deputies = []schedule.Deputy{{PersonID: "mounir", Until: at(h.now.AddDate(0, 1, 0))}}
	v := h.planned(t, camille, n)
	p := h.store.Plan(v.ID)
	var opens []string
	for _, o := range p.Openings {
		opens = append(opens, o.Opens.UTC().Format("01-02 15:04")+"-"+o.Closes.UTC().Format("15:04"))
	}
	want := []string{"11-17 07:45-09:30", "11-24 07:45-09:30", "12-01 07:45-09:30", "12-08 07:45-09:30", "12-15 07:45-09:30", "12-22 07:45-09:30"} // 35 days, and the next
	if diff := cmp.Diff(want, opens); diff != "" {
		t.Error(diff)
	}
	type gift struct {
		Subject access.Subject
		Role    access.Role
		Source  string
		Dated   bool
		All     bool
	}
	var gave []gift
	for _, g := range p.Grants {
		gave = append(gave, gift{g.Subject, g.Role, g.SourceKind, g.NotAfter != nil, g.Sources.All})
	}
	wantGrants := []gift{
		{access.Subject{Kind: access.SubjectPerson, ID: "camille"}, access.Owner, "organizer", false, true},
		{access.Subject{Kind: access.SubjectPerson, ID: "mounir"}, access.Moderator, "organizer", true, true},
		{access.Subject{Kind: access.SubjectPerson, ID: "odile"}, access.Member, "meeting", false, false},
		{access.Subject{Kind: access.SubjectEmail, ID: "guest@x.example"}, access.Moderator, "meeting", false, true},
	}
	if diff := cmp.Diff(wantGrants, gave); diff != "" {
		t.Error(diff)
	}
}

func TestInARoomThatExistsWhoOrganizesLeadsTheMeetingAndOwnsNothing(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	_, err := h.Create(t.Context(), mounir, n)
	mustBe(t, err, fault.CodeRoomNotFound)
	v := h.planned(t, camille, n)
	leads := func(who string) {
		t.Helper()
		p := h.store.Plan(v.ID)
		if p.Room != nil || p.Openings[0].RoomID != "budget" || len(p.Grants) != 1 {
			t.Fatalf("got %+v", p)
		}
		if g := p.Grants[0]; g.Subject.ID != who || g.Role != access.Moderator || g.SourceKind != access.SourceDeputy {
			t.Errorf("got %+v, want %s while the meeting is on", g, who)
		}
	}
	leads("camille")
	if _, err := h.Update(t.Context(), camille, v.ID, v.Version, "", func(d *schedule.Definition) error {
		d.Organizer = schedule.Organizer{PersonID: "mounir"}
		return nil
	}); err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	leads("mounir")
}

func TestOnesOwnRoomIsMadeOnce(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Place.Mode = schedule.Personal
	first, second := h.planned(t, camille, n), h.planned(t, camille, n)
	if first.Place != second.Place || first.Place.Slug == "" {
		t.Errorf("got %+v and %+v", first.Place, second.Place)
	}
	if r, _ := h.store.Room(first.Place.RoomID); r.PersonID != "camille" || r.Dedicated {
		t.Errorf("got %+v", r)
	}
}

func TestTheSameUnderOnesOwnNameChangesNothing(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.ExternalID = "agenda-118"
	n.Invitees = []schedule.Invitee{{Email: "a@x.example"}}
	first, created, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil || !created {
		t.Fatalf("got %v, %v", created, err)
	}
	again, created, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil || created || again.ID != first.ID || again.Version != first.Version {
		t.Errorf("got %v, %+v, %v", created, again.Meeting, err)
	}
	n.Title = "Autre"
	changed, created, err := h.Upsert(t.Context(), agenda, n, first.Version, false, "")
	if err != nil || created || changed.Title != "Autre" || changed.Version != 2 || changed.Invitees[0].ID != first.Invitees[0].ID {
		t.Errorf("got %v, %+v, %v", created, changed.Meeting, err)
	}
	_, _, err = h.Upsert(t.Context(), agenda, n, 0, true, "")
	mustBe(t, err, fault.CodePreconditionFailed)
	_, _, err = h.Upsert(t.Context(), agenda, n, 1, false, "")
	mustBe(t, err, fault.CodePreconditionFailed)
	other, created, err := h.Upsert(t.Context(), court, n, 0, false, "")
	if err != nil || !created || other.ID == first.ID {
		t.Errorf("other software has the same name for another: got %v, %v", created, err)
	}
	_, _, err = h.Upsert(t.Context(), camille, n, 0, false, "")
	mustBe(t, err, fault.CodeForbidden)
}

func TestWhoIsStruckOffMayComeInNoMore(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	v := h.planned(t, camille, n)
	v, err := h.Invite(t.Context(), camille, v.ID, v.Version, []schedule.Invitee{{PersonID: "mounir", Role: schedule.InviteeModerator}, {PersonID: "odile", Role: schedule.InviteeMember}})
	if err != nil || len(v.Invitees) != 2 || v.Invitees[0].Role != schedule.InviteeMember {
		t.Fatalf("got %+v, %v", v.Invitees, err)
	}
	if v, err = h.Uninvite(t.Context(), camille, v.ID, v.Version, v.Invitees[0].ID); err != nil || len(v.Invitees) != 1 {
		t.Fatalf("got %+v, %v", v.Invitees, err)
	}
	for _, g := range h.store.Plan(v.ID).Grants {
		if g.Subject.ID == "odile" {
			t.Errorf("odile may still: %+v", g)
		}
	}
	_, err = h.Uninvite(t.Context(), camille, v.ID, v.Version, "nobody")
	mustBe(t, err, fault.CodeInviteeNotFound)
	if v.Sequence != 0 {
		t.Error("a change of who is invited is no change of time, place or title")
	}
}

func TestAClosedAccountDoesNotStopAMeetingFromChanging(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	v := h.planned(t, camille, n)
	gone := h.store.Accounts["odile"]
	gone.Closed = true
	h.store.Accounts["odile"] = gone
	if _, err := h.Update(t.Context(), camille, v.ID, v.Version, "", edited(func(d *schedule.Definition) { d.Title = "x" })); err != nil {
		t.Error(err)
	}
	_, err := h.Create(t.Context(), camille, n)
	mustBe(t, err, fault.CodeInvalid)
}

func TestATryOutPlansNothing(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.When = series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=DAILY")
	v, next, err := h.Validate(t.Context(), camille, "", n)
	if err != nil || len(next) != 10 || len(v.Warnings) != 1 || v.Warnings[0].Code != recur.CodeUnbounded {
		t.Errorf("got %d dates, %+v, %v", len(next), v.Warnings, err)
	}
	if len(h.store.Events()) > 0 {
		t.Error("something was planned")
	}
}

func TestSoftwareThatActsForSomebodyPlansTheirMeetingUnderItsOwnName(t *testing.T) {
	h := newHouse(t)
	forCamille := camille
	forCamille.OnBehalfOf, forCamille.Scopes = agenda.ID, agenda.Scopes
	n := weekly(t)
	n.ExternalID = "agenda-118"
	v, created, err := h.Upsert(t.Context(), forCamille, n, 0, false, "")
	if err != nil || !created || v.Organizer.PersonID != "camille" || v.App != agenda.ID {
		t.Fatalf("got %+v, %v, %v", v.Meeting, created, err)
	}
	if e := h.store.Events()[0]; e.Actor != "person:camille" || e.OnBehalfOf != agenda.ID {
		t.Errorf("got %+v", e)
	}
	if again, created, err := h.Upsert(t.Context(), agenda, n, 0, false, ""); err != nil || created || again.ID != v.ID {
		t.Errorf("the software itself finds it under that name: %v, %v", created, err)
	}
}

func TestTheFirstDateAndAllThatFollowAreTheMeetingItself(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	first := v.When.Start
	_, err := h.CancelFollowing(t.Context(), camille, v.ID, v.Version, first)
	mustBe(t, err, fault.CodeConflict)
	_, err = h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, first, "", edited(func(d *schedule.Definition) { d.Title = "Suite" }))
	mustBe(t, err, fault.CodeConflict)
}

func TestOpeningsAreWrittenAheadForHoweverManyMeetings(t *testing.T) {
	h := newHouse(t)
	for range 450 {
		h.planned(t, camille, weekly(t))
	}
	h.now = h.now.Add(20 * 24 * time.Hour)
	if err := h.Project(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := h.store.Unprojected(t.Context(), h.now.Add(28*24*time.Hour), 1000); err != nil || len(left) != 0 {
		t.Errorf("%d are left, %v", len(left), err)
	}
}
