package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/schedule"
)

func TestOnlySoftwareWithItsScopeErasesAMeeting(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, agenda, weekly(t))
	eraser := software("agenda", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsPurge)
	other := software("court", interior, auth.ScopeMeetingsWrite, auth.ScopeMeetingsPurge)
	abroad := software("foreign", justice, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny, auth.ScopeMeetingsPurge)
	for name, who := range map[string]struct {
		auth.Identity
		code fault.Code
	}{
		"a person": {camille, fault.CodeForbidden}, "without the scope": {agenda, fault.CodeScopeMissing}, "of another's meeting": {other, fault.CodeScopeMissing},
		"of another ministry": {abroad, fault.CodeMeetingNotFound},
	} {
		if err := h.Purge(t.Context(), who.Identity, v.ID, v.Version); !fault.HasCode(err, who.code) {
			t.Errorf("%s: got %v, want %s", name, err, who.code)
		}
	}
	mustBe(t, h.Purge(t.Context(), eraser, v.ID, v.Version+1), fault.CodePreconditionFailed)
	if err := h.Purge(t.Context(), eraser, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	mustBe(t, h.Purge(t.Context(), eraser, v.ID, v.Version), fault.CodeMeetingNotFound)
	var told []event.Type
	for _, e := range h.store.Events() {
		told = append(told, e.Type)
	}
	if len(told) < 2 || !slices.Equal(told[len(told)-2:], []event.Type{event.MeetingCancelled, event.MeetingPurged}) {
		t.Errorf("told: %v", told)
	}
}

func TestTheDatesOfACancelledMeetingDoNotStand(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	h.now = time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC) // the second date is on
	if err := h.Cancel(t.Context(), camille, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	page, err := h.Occurrences(t.Context(), camille, v.ID, schedule.OccurrenceQuery{})
	if err != nil || len(page.Occurrences) != 10 {
		t.Fatalf("got %+v, %v", page, err)
	}
	for n, o := range page.Occurrences {
		if o.Cancelled != (n > 1) {
			t.Errorf("date %d: cancelled %t", n, o.Cancelled)
		}
	}
	if end := page.Occurrences[1].End; !end.Equal(h.now) {
		t.Errorf("the date that was on ended %s", end)
	}
}
