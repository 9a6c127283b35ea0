package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// exceptional is a weekly meeting on Tuesdays at nine: the second date is moved to Thursday, the third left out.
func (h *house) exceptional(t *testing.T) schedule.View {
	t.Helper()
	n := weekly(t)
	thursday := local(t, "2026-11-26T14:00:00")
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-24T09:00:00"), Start: &thursday}}
	n.When.ExDates = []recur.Local{local(t, "2026-12-01T09:00:00")}
	return h.planned(t, camille, n)
}

// told is what becomes of dates, as one says it.
func told(t *testing.T, list []schedule.ChangedDate) (rows [][4]string) {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	say := func(f schedule.Fate) string {
		switch {
		case f.Date == nil:
			return "none"
		case !f.TakesPlace:
			return "not " + f.Date.Start.In(paris).Format("01-02 15:04")
		default:
			return f.Date.Start.In(paris).Format("01-02 15:04")
		}
	}
	for _, c := range list {
		rows = append(rows, [4]string{say(c.Now), say(c.Keep), say(c.Shift), say(c.Drop)})
	}
	return rows
}

func TestOnlyWhoMayChangeAMeetingReadsWhatBecomesOfItsDates(t *testing.T) {
	h := newHouse(t)
	v := h.exceptional(t)
	_, err := h.ChangedDates(t.Context(), odile, v.ID, nil, v.When)
	mustBe(t, err, fault.CodeMeetingNotFound)
	none := local(t, "2026-12-02T09:00:00")
	_, err = h.ChangedDates(t.Context(), camille, v.ID, &none, v.When)
	mustBe(t, err, fault.CodeOccurrenceNotFound)
}

func TestEachChangedDateSaysWhereItLandsUnderEachChoice(t *testing.T) {
	h := newHouse(t)
	v := h.exceptional(t)
	second := local(t, "2026-12-08T09:00:00")
	for name, c := range map[string]struct {
		from *recur.Local
		to   recur.Series
		want [][4]string
	}{
		"an hour later": {nil, series(t, "2026-11-17T10:00:00", "PT1H", "FREQ=WEEKLY;COUNT=10"), [][4]string{
			{"11-26 14:00", "none", "11-26 15:00", "11-24 10:00"}, {"not 12-01 09:00", "none", "not 12-01 10:00", "12-01 10:00"},
		}},
		"every other week": {nil, series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;INTERVAL=2;COUNT=10"), [][4]string{
			{"11-26 14:00", "none", "none", "none"}, {"not 12-01 09:00", "not 12-01 09:00", "not 12-01 09:00", "12-01 09:00"},
		}},
		"longer, and that alone": {nil, series(t, "2026-11-17T09:00:00", "PT2H", "FREQ=WEEKLY;COUNT=10"), [][4]string{
			{"11-26 14:00", "11-26 14:00", "11-26 14:00", "11-24 09:00"}, {"not 12-01 09:00", "not 12-01 09:00", "not 12-01 09:00", "12-01 09:00"},
		}},
		"from a date on that is behind them": {&second, series(t, "2026-12-08T10:00:00", "PT1H", "FREQ=WEEKLY;COUNT=7"), nil},
	} {
		got, err := h.ChangedDates(t.Context(), camille, v.ID, c.from, c.to)
		if diff := cmp.Diff(c.want, told(t, got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n-want +got:\n%s", name, err, diff)
		}
	}
}

// Calendars leave out days that a series never had, such as a holiday.
func TestWhatWasNeverPlannedHasNoFate(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.When.ExDates = []recur.Local{local(t, "2026-12-01T09:00:00"), local(t, "2026-12-25T09:00:00")}
	v := h.planned(t, camille, n)
	got, err := h.ChangedDates(t.Context(), camille, v.ID, nil, series(t, "2026-11-17T10:00:00", "PT1H", "FREQ=WEEKLY;COUNT=10"))
	if diff := cmp.Diff([][4]string{{"not 12-01 09:00", "none", "not 12-01 10:00", "12-01 10:00"}}, told(t, got)); diff != "" || err != nil {
		t.Errorf("%v\n-want +got:\n%s", err, diff)
	}
}

// A series is asked for its dates once, and not anew for each that was left out.
func TestWhatBecomesOfAThousandDatesIsToldAtOnce(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.When = series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=DAILY;COUNT=1826")
	for date := range n.When.Dates() {
		n.When.ExDates = append(n.When.ExDates, date)
	}
	n.When.ExDates = n.When.ExDates[1:]
	v := h.planned(t, camille, n)
	to := series(t, "2026-11-17T10:00:00", "PT1H", "FREQ=DAILY;COUNT=1826")
	if allocated := testing.AllocsPerRun(1, func() {
		if list, err := h.ChangedDates(t.Context(), camille, v.ID, nil, to); err != nil || len(list) != 1825 {
			t.Errorf("%d dates, %v", len(list), err)
		}
	}); allocated > 20*1825 {
		t.Errorf("%.0f pieces of memory", allocated)
	}
}
