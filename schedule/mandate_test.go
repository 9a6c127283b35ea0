package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
)

// refusedAt is nil-safe: the fields that a refusal names.
func refusedAt(err error) (fields []string) {
	if err == nil {
		return nil
	}
	for _, f := range fault.Of(err).Fields {
		fields = append(fields, f.Location)
	}
	return fields
}

func TestAPersonPlansInTheirOwnNameAlone(t *testing.T) {
	h := newHouse(t)
	for _, mode := range []schedule.PlaceMode{schedule.Dedicated, schedule.Personal} {
		n := once(t)
		n.Place.Mode, n.Organizer.PersonID = mode, camille.PersonID
		n.Deputies = []schedule.Deputy{{PersonID: mounir.PersonID}}
		_, err := h.Create(t.Context(), mounir, n)
		if !slices.Equal(refusedAt(err), []string{"body.organizer.user"}) {
			t.Errorf("%s: mounir plans in camille's name: %v", mode, err)
		}
	}
	forThem := camille
	forThem.OnBehalfOf, forThem.Scopes = agenda.ID, agenda.Scopes
	n := once(t)
	n.Place.Mode = schedule.Personal
	h.planned(t, forThem, n)
}

func TestSoftwareTakesSomebodysOwnRoomOnlyWhereItGivesRolesThere(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Place.Mode, n.Organizer.PersonID = schedule.Personal, camille.PersonID
	_, err := h.Create(t.Context(), agenda, n)
	mustBe(t, err, fault.CodeScopeMissing)
	makes := software("rooms", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeRoomsWrite)
	h.planned(t, makes, n) // the room is made
	_, err = h.Create(t.Context(), agenda, n)
	mustBe(t, err, fault.CodeRoomNotFound)
}

func TestADeputyNeitherTakesTheMeetingOverNorLengthensAMandate(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Deputies = []schedule.Deputy{{PersonID: mounir.PersonID, Until: at(h.now.AddDate(0, 0, 1))}}
	v := h.planned(t, camille, n)
	for name, c := range map[string]struct {
		edit  func(*schedule.Definition)
		field string
	}{
		"is organizer":       {func(d *schedule.Definition) { d.Organizer.PersonID = mounir.PersonID }, "body.organizer.user"},
		"is deputy for good": {func(d *schedule.Definition) { d.Deputies = []schedule.Deputy{{PersonID: mounir.PersonID}} }, "body.deputies"},
		"sends somebody else": {func(d *schedule.Definition) {
			d.Deputies = append(d.Deputies, schedule.Deputy{PersonID: odile.PersonID})
		}, "body.deputies"},
	} {
		if _, err := h.Update(t.Context(), mounir, v.ID, v.Version, "", edited(c.edit)); !slices.Equal(refusedAt(err), []string{c.field}) {
			t.Errorf("a deputy %s: %v", name, err)
		}
	}
	v, err := h.Update(t.Context(), mounir, v.ID, v.Version, "", edited(func(d *schedule.Definition) { d.Title = "Autre" }))
	if err != nil || v.Organizer.PersonID != camille.PersonID {
		t.Fatalf("a deputy changes the title: %v, organizer %q", err, v.Organizer.PersonID)
	}
	v, err = h.Update(t.Context(), camille, v.ID, v.Version, "", edited(func(d *schedule.Definition) { d.Organizer.PersonID, d.Deputies = odile.PersonID, nil }))
	if err != nil || v.Organizer.PersonID != odile.PersonID {
		t.Errorf("the organizer hands it over: %v, %q", err, v.Organizer.PersonID)
	}
}

func TestWhatSoftwarePlannedStaysItsOwnWhenADeputyChangesIt(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Deputies = []schedule.Deputy{{PersonID: mounir.PersonID}}
	v := h.planned(t, agenda, n)
	v, err := h.Update(t.Context(), mounir, v.ID, v.Version, "", edited(func(d *schedule.Definition) { d.Title = "Autre" }))
	if err != nil || v.Organizer.PersonID != "" || v.Organizer.Name != agenda.Name {
		t.Errorf("got %+v, %v", v.Organizer, err)
	}
}

func TestAMandateDoesNotEndBeforeItBegins(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Deputies = []schedule.Deputy{{PersonID: mounir.PersonID, Until: at(h.now.AddDate(0, 0, -1))}}
	_, err := h.Create(t.Context(), camille, n)
	if !slices.Equal(refusedAt(err), []string{"body.deputies[0].until"}) {
		t.Fatalf("got %v", err)
	}
	n.Deputies[0].Until = at(h.now.AddDate(0, 0, 1))
	v := h.planned(t, camille, n)
	query := schedule.AgendaQuery{From: h.now, To: h.now.AddDate(0, 1, 0)}
	if list, _, err := h.Agenda(t.Context(), mounir, query); err != nil || len(list) == 0 {
		t.Fatalf("a deputy has the meeting in their agenda: %v, %v", list, err)
	}
	token, err := h.NewFeed(t.Context(), mounir)
	if err != nil {
		t.Fatal(err)
	}
	listed := func() (meetings, fed int) {
		t.Helper()
		page, err := h.List(t.Context(), mounir, schedule.MeetingQuery{})
		if err != nil {
			t.Fatal(err)
		}
		feed, err := h.Feed(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Meetings), len(feed)
	}
	if meetings, fed := listed(); meetings != 1 || fed != 1 {
		t.Errorf("a deputy lists %d and reads %d", meetings, fed)
	}
	h.now = h.now.AddDate(0, 0, 2)
	if meetings, fed := listed(); meetings != 0 || fed != 0 {
		t.Errorf("whose mandate has ended lists %d and reads %d", meetings, fed)
	}
	if _, err = h.Update(t.Context(), camille, v.ID, v.Version, "", edited(func(d *schedule.Definition) { d.Title = "Autre" })); err != nil {
		t.Errorf("a mandate that has ended since keeps the meeting from being changed: %v", err)
	}
	if list, _, err := h.Agenda(t.Context(), mounir, query); err != nil || len(list) != 0 {
		t.Errorf("whose mandate has ended has the meeting still: %v, %v", list, err)
	}
}

func TestADeputyLeadsInARoomThatWasThereBeforeWhileTheMeetingIsOn(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	n.Deputies = []schedule.Deputy{{PersonID: mounir.PersonID}}
	n.Invitees = []schedule.Invitee{{PersonID: mounir.PersonID, Role: schedule.InviteeMember}} // and is invited besides
	p := h.store.Plan(h.planned(t, camille, n).ID)
	held := func(at time.Time) access.Role { return access.Strongest(p.Grants, p.Openings, at).Role }
	if got := held(h.now); got != access.NoRole {
		t.Errorf("a week before, %s of somebody else's room", got)
	}
	if got := held(time.Date(2026, 11, 17, 8, 15, 0, 0, time.UTC)); got != access.Moderator {
		t.Errorf("in the meeting, %q", got)
	}
}
