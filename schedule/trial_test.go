package schedule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// running is a weekly meeting of which two dates are over: the first was moved by an hour, the second is as planned. The third is
// called otherwise, the fourth is left out.
func (h *house) running(t *testing.T) schedule.View {
	t.Helper()
	n := weekly(t)
	n.Access.Passcode = "4711"
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	late, title := local(t, "2026-11-17T10:00:00"), "Bilan"
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-17T09:00:00"), Start: &late}, {ID: local(t, "2026-12-01T09:00:00"), Title: &title}}
	n.When.ExDates = []recur.Local{local(t, "2026-12-08T09:00:00")}
	v := h.planned(t, camille, n)
	h.now = inWeek
	return v
}

func codes(list []schedule.Warning) (codes []recur.Code) {
	for _, w := range list {
		codes = append(codes, w.Code)
	}
	return codes
}

func TestATrialOfOneDateRefusesWhatItsChangeRefuses(t *testing.T) {
	h := newHouse(t)
	v := h.running(t)
	title, long, past := "x", recur.Duration(25*time.Hour), local(t, "2026-11-24T14:00:00")
	for name, c := range map[string]struct {
		date   string
		change schedule.OccurrenceChange
	}{
		"one that has begun":   {"2026-11-24T09:00:00", schedule.OccurrenceChange{Title: &title}},
		"one that is none":     {"2026-12-02T09:00:00", schedule.OccurrenceChange{Title: &title}},
		"one that is left out": {"2026-12-08T09:00:00", schedule.OccurrenceChange{Title: &title}},
		"to the past":          {"2026-12-01T09:00:00", schedule.OccurrenceChange{Start: &past}},
		"too long":             {"2026-12-01T09:00:00", schedule.OccurrenceChange{Duration: &long}},
		"none was cancelled":   {"2026-12-01T09:00:00", schedule.OccurrenceChange{Restore: true}},
	} {
		_, _, tried := h.TryOccurrence(t.Context(), camille, v.ID, local(t, c.date), c.change)
		_, changed := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, local(t, c.date), c.change)
		if changed == nil || fault.Of(tried).Code != fault.Of(changed).Code || !slices.Equal(refusedAt(tried), refusedAt(changed)) {
			t.Errorf("%s: the trial says %v, the change %v", name, tried, changed)
		}
	}
	_, _, err := h.TryOccurrence(t.Context(), louise, v.ID, local(t, "2026-12-01T09:00:00"), schedule.OccurrenceChange{Title: &title})
	mustBe(t, err, fault.CodeMeetingNotFound)
}

// A trial says all of a date, and the change itself what differs alone.
func TestADateThatIsOnIsTriedOutLonger(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	h.now = time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	date, two, half, title, other := local(t, "2026-11-24T09:00:00"), recur.Duration(2*time.Hour), recur.Duration(30*time.Minute), "Comité", "Point"
	try := func(c schedule.OccurrenceChange) (schedule.Occurrence, error) {
		_, o, err := h.TryOccurrence(t.Context(), camille, v.ID, date, c)
		return o, err
	}
	_, err := try(schedule.OccurrenceChange{Start: &date, Duration: &half, Title: &title})
	mustBe(t, err, fault.CodePastOccurrence)
	_, err = try(schedule.OccurrenceChange{Start: &date, Duration: &two, Title: &other})
	mustBe(t, err, fault.CodePastOccurrence)
	o, err := try(schedule.OccurrenceChange{Start: &date, Duration: &two, Title: &title})
	if err != nil || o.End.Sub(o.Start) != 2*time.Hour {
		t.Errorf("got %+v, %v", o, err)
	}
}

// The clocks jump over half past two: who reads them says that the date is at half past three.
func TestADateThatIsOnIsTriedOutLongerAtTheTimeThatClocksShow(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.When.Start = local(t, "2027-03-21T02:30:00")
	v := h.planned(t, camille, n)
	h.now = time.Date(2027, 3, 28, 1, 45, 0, 0, time.UTC)
	shown, two := local(t, "2027-03-28T03:30:00"), recur.Duration(2*time.Hour)
	_, o, err := h.TryOccurrence(t.Context(), camille, v.ID, local(t, "2027-03-28T02:30:00"), schedule.OccurrenceChange{Start: &shown, Duration: &two})
	if err != nil || o.End.Sub(o.Start) != 2*time.Hour || o.Moved {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestOneDateOfASeriesThatHasBegunIsTriedOut(t *testing.T) {
	h := newHouse(t)
	v := h.running(t)
	written := len(h.store.Events())
	date, start := local(t, "2026-12-01T09:00:00"), local(t, "2026-12-15T09:00:00")
	tried, o, err := h.TryOccurrence(t.Context(), camille, v.ID, date, schedule.OccurrenceChange{Start: &start})
	if err != nil || o.ID != date || o.Start.Format("01-02") != "12-15" || !slices.Equal(codes(tried.Warnings), []recur.Code{recur.CodeCoincide}) {
		t.Errorf("onto another: %+v, %+v, %v", o, tried.Warnings, err)
	}
	start = local(t, "2027-03-28T02:30:00")
	if tried, _, err = h.TryOccurrence(t.Context(), camille, v.ID, date, schedule.OccurrenceChange{Start: &start}); err != nil || !slices.Equal(codes(tried.Warnings), []recur.Code{recur.CodeGap}) {
		t.Errorf("to a time that there is not: %+v, %v", tried.Warnings, err)
	}
	if changed, err := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, date, schedule.OccurrenceChange{Start: &start}); err != nil || !slices.Contains(codes(changed.Warnings), recur.CodeGap) {
		t.Errorf("the change itself says %+v, %v", changed.Warnings, err)
	}
	if len(h.store.Events()) != written+2 { // of the change alone: the meeting, and its date
		t.Error("a trial was written")
	}
}

func TestWhatFollowsInASeriesThatHasBegunIsTriedOut(t *testing.T) {
	h := newHouse(t)
	v := h.running(t)
	date := local(t, "2026-12-01T09:00:00")
	toTen := edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-12-01T10:00:00") })
	tried, next, err := h.TryFollowing(t.Context(), camille, v.ID, date, toTen)
	if err != nil || len(next) != 8 || next[0].ID.ID() != "20261201T100000" || tried.Access.Passcode != "4711" || tried.SplitFrom != v.ID || len(tried.Warnings) != 0 {
		t.Errorf("got %d dates, %+v, %v", len(next), tried.Warnings, err)
	}
	asked, err := h.ChangedDates(t.Context(), camille, v.ID, &date, tried.When)
	if err != nil || len(asked) != 2 {
		t.Errorf("it tells of %d changed dates, %v", len(asked), err)
	}
	longer := edited(func(d *schedule.Definition) { d.When.Duration = recur.Duration(2 * time.Hour) })
	if _, next, err = h.TryFollowing(t.Context(), camille, v.ID, date, longer); err != nil || len(next) != 7 || next[0].Title != "Bilan" {
		t.Errorf("what is not moved stays as it is: %d dates, %v", len(next), err)
	}
	for name, c := range map[string]struct {
		date string
		edit schedule.Edit
	}{
		"one that has begun": {"2026-11-24T09:00:00", toTen},
		"the past":           {"2026-12-01T09:00:00", edited(func(d *schedule.Definition) { d.When.Start = local(t, "2026-11-24T14:00:00") })},
		"a title":            {"2026-12-01T09:00:00", edited(func(d *schedule.Definition) { d.Title = "" })},
	} {
		_, _, tried := h.TryFollowing(t.Context(), camille, v.ID, local(t, c.date), c.edit)
		_, changed := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, c.date), schedule.OverridesShift, c.edit)
		if changed == nil || fault.Of(tried).Code != fault.Of(changed).Code || !slices.Equal(refusedAt(tried), refusedAt(changed)) {
			t.Errorf("%s: the trial says %v, the change %v", name, tried, changed)
		}
	}
	if got, err := h.Get(t.Context(), camille, v.ID); err != nil || got.Version != v.Version || got.SplitInto != "" {
		t.Errorf("a trial was written: %+v, %v", got.Meeting, err)
	}
}

func TestADeputyTriesOutAChangeOfTheWholeMeeting(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Deputies = []schedule.Deputy{{PersonID: "mounir"}}
	v := h.planned(t, camille, n)
	n = weekly(t)
	n.When.Start += 60 * 60
	if _, _, err := h.Validate(t.Context(), mounir, v.ID, n); err != nil {
		t.Error(err, refusedAt(err))
	}
}

// postponed is a weekly meeting of which the date of last Tuesday takes place next Friday; today is Thursday.
func (h *house) postponed(t *testing.T, n schedule.NewMeeting, tuesday, friday string) schedule.View {
	t.Helper()
	start := local(t, friday)
	n.Overrides = []schedule.Override{{ID: local(t, tuesday), Start: &start}}
	v := h.planned(t, camille, n)
	h.now = start.UTC().AddDate(0, 0, -1)
	return v
}

func TestADateThatWasPostponedKeepsNoChangeOfItsSeriesFromBeingTriedOut(t *testing.T) {
	h := newHouse(t)
	v := h.postponed(t, weekly(t), "2026-11-24T09:00:00", "2026-11-27T09:00:00")
	more := weekly(t)
	more.When = series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=12")
	_, next, err := h.Validate(t.Context(), camille, v.ID, more)
	if err != nil || len(next) != 10 || next[0].ID.ID() != "20261124T090000" || !next[0].Moved {
		t.Errorf("more dates: %+v, %v", next, err)
	}
	later := weekly(t)
	later.When.Start += 60 * 60
	_, _, err = h.Validate(t.Context(), camille, v.ID, later) // a date was held at nine
	mustBe(t, err, fault.CodePastOccurrence)

	h = newHouse(t)
	v = h.postponed(t, weekly(t), "2026-11-17T09:00:00", "2026-11-20T09:00:00")
	if _, next, err = h.Validate(t.Context(), camille, v.ID, later); err != nil || len(next) != 10 {
		t.Errorf("of which none was held, an hour later: %d dates, %v", len(next), err)
	}
	longer := weekly(t)
	longer.When.Duration = recur.Duration(2 * time.Hour)
	if _, next, err = h.Validate(t.Context(), camille, v.ID, longer); err != nil || len(next) != 10 || next[0].End.Sub(next[0].Start) != 2*time.Hour {
		t.Errorf("of which none was held, longer: %d dates, %v", len(next), err)
	}
}

func TestADateThatWasPostponedIsNotDroppedBackIntoThePast(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.ExternalID = "agenda-1"
	v := h.planned(t, agenda, n)
	friday, more := local(t, "2026-11-27T09:00:00"), series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=12")
	if _, err := h.UpdateOccurrence(t.Context(), agenda, v.ID, 0, local(t, "2026-11-24T09:00:00"), schedule.OccurrenceChange{Start: &friday}); err != nil {
		t.Fatal(err)
	}
	h.now = time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	fates, err := h.ChangedDates(t.Context(), agenda, v.ID, nil, more)
	if diff := cmp.Diff([][4]string{{"11-27 09:00", "11-27 09:00", "11-27 09:00", "11-27 09:00"}}, told(t, fates)); diff != "" || err != nil {
		t.Errorf("%v\n-want +got:\n%s", err, diff)
	}
	if _, err = h.Update(t.Context(), agenda, v.ID, 0, schedule.OverridesDrop, edited(func(d *schedule.Definition) { d.When.Rules = more.Rules })); err != nil {
		t.Error("changed:", err)
	}
	n.NamesDates = true
	if _, _, err = h.Upsert(t.Context(), agenda, n, 0, false, schedule.OverridesDrop); err != nil {
		t.Error("said anew:", err)
	}
	if got := h.dates(t, agenda, v.ID); len(got) != 10 || got[1] != "11-27 09:00" {
		t.Errorf("it takes place at %v", got)
	}
}

func TestATrialThatMovesNothingLeavesOutWhatIsLeftOut(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.When.ExDates = []recur.Local{local(t, "2026-11-24T09:00:00")}
	v := h.planned(t, camille, n)
	longer := weekly(t)
	longer.When.Duration = recur.Duration(2 * time.Hour)
	_, next, err := h.Validate(t.Context(), camille, v.ID, longer)
	if err != nil || len(next) != 9 || next[1].ID.ID() != "20261201T090000" {
		t.Errorf("got %+v, %v", next, err)
	}
}

func TestTheOneDateOfAMeetingIsTriedOutAtAnotherTime(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, once(t))
	afternoon, past := local(t, "2026-11-17T14:00:00"), local(t, "2026-11-01T14:00:00")
	_, _, err := h.TryOccurrence(t.Context(), camille, v.ID, v.When.Start, schedule.OccurrenceChange{Start: &past})
	mustBe(t, err, fault.CodeInvalid)
	tried, o, err := h.TryOccurrence(t.Context(), camille, v.ID, v.When.Start, schedule.OccurrenceChange{Start: &afternoon})
	if err != nil || o.Start.UTC().Format("02 15:04") != "17 13:00" || tried.When.Start != afternoon {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestATrialThatInvitesNobodyTellsOfThoseWhoAreStruckOff(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	v := h.planned(t, camille, n)
	n.Invitees = []schedule.Invitee{}
	tried, _, err := h.Validate(t.Context(), camille, v.ID, n)
	if err != nil || len(tried.Invitees) > 0 || !slices.Equal(codes(tried.Warnings), []recur.Code{schedule.CodeMailOff}) {
		t.Errorf("got %+v, %+v, %v", tried.Invitees, tried.Warnings, err)
	}
}

// The hash of a passcode takes a third of a second, by design.
func TestATrialMakesNoPasscodeReadyForTheDoor(t *testing.T) {
	h := newHouse(t)
	v := h.running(t)
	tried, _, err := h.TryFollowing(t.Context(), camille, v.ID, local(t, "2026-12-01T09:00:00"), retitled)
	if err != nil || tried.Access.Passcode != "4711" || tried.Access.Hash != "" {
		t.Errorf("what follows: %+v, %v", tried.Access, err)
	}
	n := once(t)
	n.Access.Passcode, n.When.Start = "4711", local(t, "2026-12-01T09:00:00")
	if tried, _, err = h.Validate(t.Context(), camille, "", n); err != nil || tried.Access.Passcode != "4711" || tried.Access.Hash != "" {
		t.Errorf("a new one: %+v, %v", tried.Access, err)
	}
	n = weekly(t)
	n.Access.Passcode = "0815"
	if tried, _, err = h.Validate(t.Context(), camille, v.ID, n); err != nil || tried.Access.Passcode != "0815" || tried.Access.Hash != v.Access.Hash {
		t.Errorf("another one: %+v, %v", tried.Access, err)
	}
}
