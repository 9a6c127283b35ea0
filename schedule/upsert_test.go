package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// exceptional is a weekly meeting of software, of which camille has moved the second date to the afternoon and left out the
// third.
func exceptional(t *testing.T) (*house, schedule.NewMeeting, schedule.View) {
	t.Helper()
	h := newHouse(t)
	n := weekly(t)
	n.ExternalID, n.Organizer.PersonID = "agenda-118", camille.PersonID
	v, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil {
		t.Fatal(err)
	}
	afternoon := local(t, "2026-11-24T14:00:00")
	if v, err = h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-24T09:00:00"), schedule.OccurrenceChange{Start: &afternoon}); err != nil {
		t.Fatal(err)
	}
	if v, err = h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00")); err != nil {
		t.Fatal(err)
	}
	return h, n, v
}

func TestWhatSoftwareSaysAgainUndoesNothingThatAPersonDid(t *testing.T) {
	h, n, v := exceptional(t)
	again, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil || again.Version != v.Version {
		t.Fatalf("the same again: version %d after %d, %v", again.Version, v.Version, err)
	}
	n.Title = "Comité restreint"
	changed, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil || len(changed.Overrides) != 1 || len(changed.When.ExDates) != 1 {
		t.Fatalf("another title: %+v, %v, %v", changed.Overrides, changed.When.ExDates, err)
	}
	h.now = time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC) // both dates are over
	if _, _, err := h.Upsert(t.Context(), agenda, n, 0, false, ""); err != nil {
		t.Errorf("the same again, later: %v", err)
	}
}

func TestSoftwareThatNamesDatesSaysWhatBecomesOfTheOthers(t *testing.T) {
	h, n, v := exceptional(t)
	n.When.ExDates, n.NamesDates = []recur.Local{local(t, "2026-12-22T09:00:00")}, true
	_, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	mustBe(t, err, fault.CodeOverridesConflict)
	if named := len(fault.Of(err).Fields); named != 2 {
		t.Errorf("it names %d dates, want 2", named)
	}
	kept, _, err := h.Upsert(t.Context(), agenda, n, 0, false, schedule.OverridesKeep)
	if err != nil || len(kept.Overrides) != 1 || len(kept.When.ExDates) != 2 {
		t.Errorf("keep: %+v, %v, %v", kept.Overrides, kept.When.ExDates, err)
	}
	h.now = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC) // the moved date has begun
	dropped, _, err := h.Upsert(t.Context(), agenda, n, 0, false, schedule.OverridesDrop)
	if err != nil || len(dropped.Overrides) != 1 || len(dropped.When.ExDates) != 1 || dropped.ID != v.ID {
		t.Errorf("drop leaves what has begun: %+v, %v, %v", dropped.Overrides, dropped.When.ExDates, err)
	}
}

func TestASeriesThatSoftwareMovesTakesItsExceptionsAlong(t *testing.T) {
	h, n, _ := exceptional(t)
	n.When = series(t, "2026-11-17T10:00:00", "PT1H", "FREQ=WEEKLY;COUNT=10")
	_, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	mustBe(t, err, fault.CodeOverridesConflict)
	n.When.ExDates, n.NamesDates = []recur.Local{local(t, "2026-12-22T10:00:00")}, true // where the series is now
	shifted, _, err := h.Upsert(t.Context(), agenda, n, 0, false, schedule.OverridesShift)
	if err != nil {
		t.Fatal(err)
	}
	want := []recur.Local{local(t, "2026-12-01T10:00:00"), local(t, "2026-12-22T10:00:00")}
	if got := shifted.When.ExDates; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("left out: %v, want %v", got, want)
	}
	if o := shifted.Overrides; len(o) != 1 || o[0].ID != local(t, "2026-11-24T10:00:00") || *o[0].Start != local(t, "2026-11-24T15:00:00") {
		t.Errorf("moved: %+v", o)
	}
}

func TestToDropWhatDiffersKeepsWhatTheRequestSaysAndWhatHasBegun(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.ExternalID = "agenda-drop"
	first := local(t, "2026-11-17T10:00:00")
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-17T09:00:00"), Start: &first}}
	n.When.ExDates = []recur.Local{local(t, "2026-12-08T09:00:00")}
	put := func(n schedule.NewMeeting) schedule.View {
		t.Helper()
		v, _, err := h.Upsert(t.Context(), agenda, n, 0, false, schedule.OverridesDrop)
		if err != nil {
			t.Fatalf("%v %+v", err, fault.Of(err).Fields)
		}
		return v
	}
	put(n)
	h.now = time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC) // the moved one is over
	n.NamesDates = true
	longer := series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=12")
	moved := local(t, "2026-12-15T15:00:00")
	n.When, n.Overrides = longer, []schedule.Override{{ID: local(t, "2026-12-15T09:00:00"), Start: &moved}}
	n.When.ExDates = []recur.Local{local(t, "2026-12-22T09:00:00")}
	once := put(n)
	if len(once.Overrides) != 2 || !slices.Equal(once.When.ExDates, n.When.ExDates) {
		t.Fatalf("what is named, and what has begun: %+v, %v", once.Overrides, once.When.ExDates)
	}
	if again := put(n); again.Version != once.Version || len(again.Overrides) != 2 {
		t.Errorf("said again: version %d, was %d, %+v", again.Version, once.Version, again.Overrides)
	}
}
