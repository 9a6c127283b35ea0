package schedule_test

import (
	"fmt"
	"testing"

	"parvis/fault"
	"parvis/schedule"
)

func TestASearchNeedsATimeAndAnAgendaABoundedOne(t *testing.T) {
	h := newHouse(t)
	for name, q := range map[string]schedule.AgendaQuery{
		"a year":                  {From: h.now, To: h.now.AddDate(1, 0, 0)},
		"no time":                 {From: h.now, To: h.now},
		"a search back to front":  {From: h.now, To: h.now.AddDate(0, 0, -1), Title: "comité"},
		"a search for nothing is": {From: h.now, To: h.now.AddDate(1, 0, 0), Title: ""},
	} {
		_, _, err := h.Agenda(t.Context(), camille, q)
		if !fault.HasCode(err, fault.CodeInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestASearchFindsASeriesOnceByItsNextDateHoweverFarAhead(t *testing.T) {
	h := newHouse(t)
	soon, far := weekly(t), weekly(t)
	far.Title, far.When = "Conseil de l'année", series(t, "2028-03-01T10:00:00", "PT1H", "FREQ=MONTHLY;COUNT=12")
	h.planned(t, camille, soon)
	v := h.planned(t, camille, far)
	q := schedule.AgendaQuery{From: h.now.AddDate(0, 0, 8), To: h.now.AddDate(6, 0, 0), Title: "ANNEE conseil"}
	list, more, err := h.Agenda(t.Context(), camille, q)
	mustDo(t, err)
	if len(list) != 1 || more || list[0].Meeting.ID != v.ID || list[0].ID.ID() != "20280301T100000" {
		t.Errorf("got %+v, %t", list, more)
	}
	q.Title = "comite"
	if list, _, err = h.Agenda(t.Context(), camille, q); err != nil || len(list) != 1 || list[0].ID.ID() != "20261124T090000" {
		t.Errorf("the one that has begun: got %+v, %v", list, err)
	}
	if list, _, err = h.Agenda(t.Context(), louise, q); err != nil || len(list) != 0 {
		t.Errorf("a stranger finds %+v, %v", list, err)
	}
}

func TestASearchSaysThatThereIsMore(t *testing.T) {
	h := newHouse(t)
	for n := range schedule.MaxFound + 1 {
		one := once(t)
		one.Title = fmt.Sprintf("Point %d", n)
		h.planned(t, camille, one)
	}
	q := schedule.AgendaQuery{From: h.now, To: h.now.AddDate(1, 0, 0), Title: "point"}
	if list, more, err := h.Agenda(t.Context(), camille, q); err != nil || len(list) != schedule.MaxFound || !more {
		t.Errorf("got %d, %t, %v", len(list), more, err)
	}
	q.Title = "point 1"
	if list, more, err := h.Agenda(t.Context(), camille, q); err != nil || more || len(list) != 14 {
		t.Errorf("got %d, %t, %v", len(list), more, err)
	}
}
