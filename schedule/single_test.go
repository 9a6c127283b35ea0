package schedule_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// file is a meeting as a file for calendars.
func file(t *testing.T, v schedule.View) string {
	t.Helper()
	var ics, js bytes.Buffer
	e := v.Event("https://meet.example.org/x", schedule.Mailbox{})
	if err := (ical.Calendar{Events: []ical.Event{e}}).Write(&ics, time.LoadLocation); err != nil {
		t.Fatal(err)
	}
	if err := ical.WriteJSCalendar(&js, e, ical.File); err != nil {
		t.Fatal(err)
	}
	return ics.String() + js.String()
}

// takesPlaceAtTwo tells that calendars have a meeting once, in the afternoon.
func takesPlaceAtTwo(t *testing.T, v schedule.View) {
	t.Helper()
	text := file(t, v)
	if !strings.Contains(text, "DTSTART;TZID=Europe/Paris:20261117T140000") || strings.Contains(text, "T090000") || strings.Contains(text, "RECURRENCE-ID") ||
		!strings.Contains(text, `"start":"2026-11-17T14:00:00"`) || strings.Contains(text, `"recurrenceOverrides":{"`) {
		t.Error(text)
	}
}

func TestAMeetingThatTakesPlaceOnceHasNoDateThatDiffers(t *testing.T) {
	afternoon, longer, title := local(t, "2026-11-17T14:00:00"), recur.Duration(2*time.Hour), "Autre"
	moved := []schedule.Override{{ID: local(t, "2026-11-17T09:00:00"), Start: &afternoon, Duration: &longer, Title: &title}}

	h := newHouse(t)
	h.SendsMail = true
	n := once(t)
	n.Overrides = moved
	v := h.planned(t, camille, n)
	if len(v.Overrides) > 0 || v.When.Start != afternoon || v.When.Duration != longer || v.Title != title {
		t.Errorf("planned: %+v", v.Definition)
	}
	takesPlaceAtTwo(t, v)

	n = once(t)
	n.Invitees = []schedule.Invitee{{Email: "zoe@x.example"}}
	v = h.planned(t, camille, n)
	var changed schedule.View
	got := h.since(t, func() (err error) {
		changed, err = h.UpdateOccurrence(t.Context(), camille, v.ID, 0, n.When.Start, schedule.OccurrenceChange{Start: &afternoon})
		return err
	})
	if !slices.Equal(got, []string{"request 1 zoe@x.example"}) || len(changed.Overrides) > 0 || changed.When.Start != afternoon {
		t.Errorf("changed by its date: %v, %+v", got, changed.Definition)
	}
	takesPlaceAtTwo(t, changed)
	if dates := h.dates(t, camille, v.ID); !slices.Equal(dates, []string{"11-17 14:00"}) {
		t.Errorf("it takes place at %v", dates)
	}
}

func TestSoftwareThatMovesTheOneDateOfAMeetingSaysTheSameAgain(t *testing.T) {
	h := newHouse(t)
	afternoon := local(t, "2026-11-17T14:00:00")
	n := once(t)
	n.ExternalID, n.Overrides, n.NamesDates = "agenda-1", []schedule.Override{{ID: n.When.Start, Start: &afternoon}}, true
	for range 3 {
		v, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
		if err != nil || v.Version != 1 || v.When.Start != afternoon {
			t.Errorf("version %d at %s, %v", v.Version, v.When.Start, err)
		}
	}
}

// TestAMeetingOfBeforeThatDiffersFromItselfIsRead: such a one was kept by the program before.
func TestAMeetingOfBeforeThatDiffersFromItselfIsRead(t *testing.T) {
	h := newHouse(t)
	afternoon := local(t, "2026-11-17T14:00:00")
	v := h.planned(t, camille, once(t))
	m, err := h.store.UpdateMeeting(t.Context(), v.ID, func(m schedule.Meeting) (schedule.Plan, error) {
		m.Overrides = []schedule.Override{{ID: m.When.Start, Start: &afternoon}}
		return schedule.Plan{Meeting: m, Until: h.now}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	takesPlaceAtTwo(t, schedule.View{Meeting: m})
	now, err := h.Update(t.Context(), camille, v.ID, 0, "", retitled)
	if err != nil || now.When.Start != afternoon || len(now.Overrides) > 0 || now.Sequence != 1 {
		t.Errorf("%v %v: %+v", err, refusedAt(err), now.Definition)
	}
}
