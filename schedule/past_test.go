package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// inWeek is Wednesday morning of the week of 25 November 2026: of weekly two dates are over.
var inWeek = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

func TestAMeetingThatIsOverIsNotCancelled(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, once(t))
	h.now = inWeek
	err := h.Cancel(t.Context(), camille, v.ID, v.Version)
	mustBe(t, err, fault.CodePastOccurrence)
	if len(fault.Of(err).Fields) != 1 {
		t.Error("the refusal names no remedy")
	}
	if got, err := h.Get(t.Context(), camille, v.ID); err != nil || !got.Live() {
		t.Errorf("got %+v, %v", got.Status, err)
	}
}

func TestDatesThatWereHeldStayWhenTheirSeriesIsCancelled(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	v := h.planned(t, camille, n)
	h.now = inWeek
	if err := h.Cancel(t.Context(), camille, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	q := schedule.AgendaQuery{From: h.now.AddDate(0, -1, 0), To: h.now.AddDate(0, 1, 0)}
	for _, who := range []string{"camille", "odile"} {
		list, _, err := h.Agenda(t.Context(), person(who, interior), q)
		if err != nil || len(list) != 2 || list[1].ID.ID() != "20261124T090000" {
			t.Errorf("%s reads of %d dates: %+v, %v", who, len(list), list, err)
		}
	}
	found, _, err := h.Agenda(t.Context(), camille, schedule.AgendaQuery{From: h.now, To: h.now.AddDate(0, 1, 0), Title: "comite"})
	if err != nil || len(found) != 0 {
		t.Errorf("what takes place no more is found: %+v, %v", found, err)
	}
}

func TestCalendarsKeepOfACancelledSeriesWhatWasHeld(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	v := h.planned(t, camille, n)
	moved, title := local(t, "2026-12-20T09:00:00"), "Bilan"
	for date, change := range map[string]schedule.OccurrenceChange{
		"2026-11-17T09:00:00": {Start: &moved}, "2026-12-01T09:00:00": {Title: &title},
	} {
		if _, err := h.UpdateOccurrence(t.Context(), camille, v.ID, 0, local(t, date), change); err != nil {
			t.Fatal(err)
		}
	}
	token, err := h.NewFeed(t.Context(), camille)
	if err != nil {
		t.Fatal(err)
	}
	h.now = inWeek
	if err := h.Cancel(t.Context(), camille, v.ID, 0); err != nil {
		t.Fatal(err)
	}
	feed, err := h.Feed(t.Context(), token)
	if err != nil || len(feed) != 1 {
		t.Fatalf("got %d meetings, %v", len(feed), err)
	}
	page, err := h.Get(t.Context(), camille, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, view := range map[string]schedule.View{"feed": feed[0], "page": page} {
		e := view.Event("", schedule.Mailbox{})
		if dates := slices.Collect(e.Series.Dates()); e.Status != ical.Confirmed || len(e.Overrides) != 0 || !slices.Equal(dates, []recur.Local{local(t, "2026-11-24T09:00:00")}) {
			t.Errorf("%s: %s %v %+v", name, e.Status, dates, e.Overrides)
		}
	}
	if len(page.Overrides) != 2 || page.Live() {
		t.Errorf("the meeting itself says what was planned: %+v", page.Overrides)
	}
}

func TestADateThatWasOnWhenItsMeetingWasCancelledEndedThen(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	h.now = time.Date(2026, 11, 24, 8, 20, 0, 0, time.UTC)
	if err := h.Cancel(t.Context(), camille, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	read := func(from time.Time) []schedule.Entry {
		t.Helper()
		list, _, err := h.Agenda(t.Context(), camille, schedule.AgendaQuery{From: from, To: h.now.AddDate(0, 1, 0)})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := read(h.now.AddDate(0, -1, 0)); len(list) != 2 || !list[1].End.Equal(h.now) {
		t.Errorf("got %+v", list)
	}
	if list := read(h.now); len(list) != 0 {
		t.Errorf("it is on still: %+v", list)
	}
}

func TestCancellingAgainAfterALostAnswerIsNoError(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	for range 2 {
		if err := h.Cancel(t.Context(), camille, v.ID, v.Version); err != nil {
			t.Fatal(err)
		}
	}
	mustBe(t, h.Cancel(t.Context(), odile, v.ID, v.Version), fault.CodeMeetingNotFound)
	_, err := h.Update(t.Context(), camille, v.ID, v.Version, "", edited(func(d *schedule.Definition) { d.Title = "x" }))
	mustBe(t, err, fault.CodeMeetingCancelled)
}

func TestAMeetingThatRunsOverIsMadeLonger(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, once(t)) // nine to ten
	lasting := func(minutes int) error {
		_, err := h.Update(t.Context(), camille, v.ID, 0, "", edited(func(d *schedule.Definition) {
			d.When.Duration = recur.Duration(time.Duration(minutes) * time.Minute)
		}))
		return err
	}
	h.now = time.Date(2026, 11, 17, 9, 10, 0, 0, time.UTC) // ten past ten, and the room is open
	mustBe(t, lasting(30), fault.CodePastOccurrence)
	mustBe(t, lasting(65), fault.CodePastOccurrence)
	if err := lasting(90); err != nil {
		t.Fatal(err)
	}
	if p := h.store.Plan(v.ID); len(p.Openings) != 1 || !p.Openings[0].Closes.Equal(time.Date(2026, 11, 17, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("the room opens %+v", p.Openings)
	}
	h.now = time.Date(2026, 11, 17, 11, 0, 0, 0, time.UTC) // and is closed
	err := lasting(240)
	mustBe(t, err, fault.CodePastOccurrence)
	if at := fault.Of(err).Fields[0].Location; at != "body.duration" {
		t.Errorf("the refusal is about %s", at)
	}
}

func TestADateOfASeriesIsMadeLongerWhileItIsOnAndNothingElseOfItChanges(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	h.now = time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	date, title := local(t, "2026-11-24T09:00:00"), "x"
	change := func(c schedule.OccurrenceChange) error {
		_, err := h.UpdateOccurrence(t.Context(), camille, v.ID, 0, date, c)
		return err
	}
	longer, shorter, start := recur.Duration(2*time.Hour), recur.Duration(40*time.Minute), local(t, "2026-11-24T09:15:00")
	mustBe(t, change(schedule.OccurrenceChange{Duration: &shorter}), fault.CodePastOccurrence)
	mustBe(t, change(schedule.OccurrenceChange{Duration: &longer, Title: &title}), fault.CodePastOccurrence)
	mustBe(t, change(schedule.OccurrenceChange{Duration: &longer, Start: &start}), fault.CodePastOccurrence)
	mustBe(t, change(schedule.OccurrenceChange{Restore: true, Duration: &longer}), fault.CodeConflict)
	_, err := h.CancelOccurrence(t.Context(), camille, v.ID, 0, date)
	mustBe(t, err, fault.CodePastOccurrence)
	if err := change(schedule.OccurrenceChange{Duration: &longer}); err != nil {
		t.Fatal(err)
	}
	got := h.store.Plan(v.ID).Meeting
	if len(got.Overrides) != 1 || *got.Overrides[0].Duration != longer || got.Sequence != 1 {
		t.Errorf("got %+v", got.Overrides)
	}
}

func TestOnlyExceptionsToComeAreAskedAbout(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	v, err := h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-24T09:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	h.now = inWeek
	longer := edited(func(d *schedule.Definition) {
		d.When.Rules = series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=12").Rules
	})
	if v, err = h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesUnsaid, longer); err != nil {
		t.Fatal(err)
	}
	if got := h.dates(t, camille, v.ID); len(got) != 11 || slices.Contains(got, "11-24 09:00") {
		t.Errorf("got %v", got)
	}
	if v, err = h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00")); err != nil {
		t.Fatal(err)
	}
	_, err = h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesUnsaid, edited(func(d *schedule.Definition) {
		d.When.Rules = series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=14").Rules
	}))
	mustBe(t, err, fault.CodeOverridesConflict)
	if fields := fault.Of(err).Fields; len(fields) != 1 {
		t.Errorf("it names %+v", fields)
	}
}

func TestASeriesOfWhichOnlyCancelledDatesArePastMovesWithoutAQuestion(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	v, err := h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, local(t, "2026-11-17T09:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	h.now = time.Date(2026, 11, 19, 8, 0, 0, 0, time.UTC)
	if _, err = h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesUnsaid,
		edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-11-17T10:00:00") })); err != nil {
		t.Fatal(err)
	}
	if got := h.dates(t, camille, v.ID); len(got) != 9 || got[0] != "11-24 10:00" {
		t.Errorf("got %v", got)
	}
}
