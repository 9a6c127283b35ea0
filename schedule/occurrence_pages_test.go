package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// pages reads a list to its end.
func (h *house) pages(t *testing.T, id string, q schedule.OccurrenceQuery) (list []schedule.Occurrence, sizes []int) {
	t.Helper()
	for {
		page, err := h.Occurrences(t.Context(), camille, id, q)
		if err != nil {
			t.Fatal(err)
		}
		list, sizes = append(list, page.Occurrences...), append(sizes, len(page.Occurrences))
		if q.Cursor = page.Next; q.Cursor == "" {
			return list, sizes
		}
	}
}

func TestACursorOfDatesThatIsNotOursIsRefused(t *testing.T) {
	h := newHouse(t)
	m := h.planned(t, camille, weekly(t))
	for _, cursor := range []string{"x", "bm9uc2Vuc2U", "MjAyNi0xMS0xN1QwODowMDowMFog"} {
		_, err := h.Occurrences(t.Context(), camille, m.ID, schedule.OccurrenceQuery{Cursor: cursor})
		mustBe(t, err, fault.CodeInvalid)
	}
}

func TestPagesOfDatesHaveEachDateOnceInOrder(t *testing.T) {
	h := newHouse(t)
	m := h.planned(t, camille, weekly(t))
	week := recur.Local(7 * 24 * 60 * 60)
	start := m.When.Start + 3*week // the third moves onto the fourth
	if _, err := h.UpdateOccurrence(t.Context(), camille, m.ID, 0, m.When.Start+2*week, schedule.OccurrenceChange{Start: &start}); err != nil {
		t.Fatal(err)
	}
	all, _ := h.pages(t, m.ID, schedule.OccurrenceQuery{PageSize: recur.MaxOccurrences})
	for size := 1; size <= len(all); size++ {
		list, sizes := h.pages(t, m.ID, schedule.OccurrenceQuery{PageSize: size})
		if !slices.Equal(list, all) || slices.Max(sizes) > size {
			t.Errorf("pages of %d: %v dates, %d in all", size, sizes, len(all))
		}
	}
	part, _ := h.pages(t, m.ID, schedule.OccurrenceQuery{From: all[1].End, To: all[len(all)-1].Start, PageSize: 2})
	if !slices.Equal(part, all[2:len(all)-1]) {
		t.Errorf("got %d of the dates within a time", len(part))
	}
	if list, _ := h.pages(t, m.ID, schedule.OccurrenceQuery{From: all[len(all)-1].End.Add(time.Hour)}); len(list) != 0 {
		t.Errorf("after the last: %v", list)
	}
}
