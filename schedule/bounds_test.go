package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

func TestTheRoomSaysWhenItOpensHoweverFarAhead(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		when recur.Series
		want []string
	}{
		"once, next year": {series(t, "2027-03-16T09:00:00", "PT1H"), []string{"2027-03-16"}},
		"each quarter":    {series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=MONTHLY;INTERVAL=3;COUNT=4"), []string{"2026-11-17", "2027-02-17"}},
	} {
		n := once(t)
		n.When = c.when
		var got []string
		for _, o := range h.store.Plan(h.planned(t, camille, n).ID).Openings {
			got = append(got, o.Opens.Format(time.DateOnly))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: opens %v, want %v", name, got, c.want)
		}
	}
}

func TestADateIsMovedNeitherIntoThePastNorOutOfTheYearsOfItsSeries(t *testing.T) {
	h := newHouse(t)
	for _, to := range []string{"2001-01-01T09:00:00", "9999-12-31T23:30:00", "2031-11-18T09:00:00"} {
		n := weekly(t)
		start := local(t, to)
		n.Overrides = []schedule.Override{{ID: local(t, "2026-11-24T09:00:00"), Start: &start}}
		_, err := h.Create(t.Context(), camille, n)
		if !slices.Contains(refusedAt(err), "body.recurrence.overrides.2026-11-24T09:00:00.start") {
			t.Errorf("moved to %s: %v", to, err)
		}
	}
}

func TestADateThatIsMovedOntoAnotherIsWarnedOf(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	start := local(t, "2026-12-01T09:00:00")
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-24T09:00:00"), Start: &start}}
	v := h.planned(t, camille, n)
	if len(v.Warnings) != 1 || v.Warnings[0].Code != recur.CodeCoincide || !slices.Equal(v.Warnings[0].Dates, []recur.Local{start}) {
		t.Errorf("got %+v", v.Warnings)
	}
}

func TestWhatFollowsComesAfterWhatStays(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	cut := local(t, "2026-12-01T09:00:00")
	for _, to := range []string{"2020-12-01T09:00:00", "2026-11-10T08:00:00", "2026-11-17T09:00:00", "2026-11-24T09:00:00"} {
		_, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, cut, "", edited(func(d *schedule.Definition) { d.When.Start = local(t, to) }))
		if !slices.Contains(refusedAt(err), "body.start") {
			t.Errorf("from %s on: %v", to, err)
		}
	}
	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, cut, "", edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-11-26T09:00:00") }))
	if err != nil || later.When.Start != local(t, "2026-11-26T09:00:00") {
		t.Errorf("brought forward, after what stays: %v", err)
	}
}

func TestWhatFollowsHasTheSettingsOfTheRoomThatAllShare(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	_, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00"), "", edited(func(d *schedule.Definition) { d.Settings.MaxParticipants = 5 }))
	if !slices.Equal(refusedAt(err), []string{"body.settings"}) {
		t.Errorf("got %v", err)
	}
}

func TestWhatFollowsStaysInTheRoomThatAllShare(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	for _, place := range []schedule.Place{{Mode: schedule.Existing, Slug: "abc-defg-hij"}, {Mode: schedule.Personal}} {
		_, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00"), "", edited(func(d *schedule.Definition) { d.Place = place }))
		if !slices.Equal(refusedAt(err), []string{"body.room"}) {
			t.Errorf("%s: got %v", place.Mode, err)
		}
	}
}

func TestATrialOfAChangeRefusesWhatTheChangeRefuses(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	h.now = time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC) // the first date is over
	n := weekly(t)
	n.When.Start += 60 * 60
	_, _, err := h.Validate(t.Context(), camille, v.ID, n)
	mustBe(t, err, fault.CodePastOccurrence)
	n = weekly(t)
	n.Title = "Autre"
	if _, _, err := h.Validate(t.Context(), camille, v.ID, n); err != nil {
		t.Errorf("a change of the title: %v", err)
	}
}
