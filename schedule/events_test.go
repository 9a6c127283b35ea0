package schedule_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/event"
	"parvis/schedule"
)

// said are the events of a house, in short.
func (h *house) said() []string {
	var said []string
	for _, e := range h.store.Events() {
		word := string(e.Type)
		if e.Data["occurrence"] != nil {
			word += fmt.Sprint(" ", e.Data["occurrence"])
		}
		said = append(said, word)
	}
	return said
}

func TestAChangeOfOneDateIsSaidOfTheDateAndOfTheMeeting(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, weekly(t))
	start, title := local(t, "2026-11-24T14:00:00"), "x"
	date, other := local(t, "2026-11-24T09:00:00"), local(t, "2026-12-01T09:00:00")
	v, err := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, date, schedule.OccurrenceChange{Start: &start})
	if err != nil {
		t.Fatal(err)
	}
	if v, err = h.CancelOccurrence(t.Context(), camille, v.ID, v.Version, other); err != nil {
		t.Fatal(err)
	}
	if v, err = h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, date, schedule.OccurrenceChange{Reset: []string{"start"}}); err != nil {
		t.Fatal(err)
	}
	v, err = h.Update(t.Context(), camille, v.ID, v.Version, schedule.OverridesUnsaid, edited(func(d *schedule.Definition) { d.Title = title }))
	if err != nil {
		t.Fatal(err)
	}
	updated := string(event.MeetingUpdated)
	want := []string{
		string(event.MeetingCreated), updated, "occurrence.updated 20261124T090000", updated, "occurrence.cancelled 20261201T090000",
		updated, "occurrence.updated 20261124T090000", updated,
	}
	if diff := cmp.Diff(want, h.said()); diff != "" {
		t.Error(diff)
	}
	if _, err = h.CancelFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-08T09:00:00")); err != nil {
		t.Fatal(err)
	}
	if got := h.said(); got[len(got)-1] != updated {
		t.Errorf("the end of a series is said of single dates: %v", got)
	}
}
