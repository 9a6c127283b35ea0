package schedule_test

import (
	"testing"

	"parvis/schedule"
)

func TestWhoLeadsAMeetingSeesItWholeWhereverARuleHasPlacedThemSince(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	n.Deputies = []schedule.Deputy{{PersonID: "mounir"}}
	m := h.planned(t, camille, n)
	for _, who := range []string{"camille", "mounir"} {
		moved := person(who, justice)
		v, err := h.Get(t.Context(), moved, m.ID)
		if err != nil || !v.Leads || len(v.Invitees) != 1 || len(v.Deputies) != 1 {
			t.Errorf("%s: leads %v, invited %+v, deputies %+v, %v", who, v.Leads, v.Invitees, v.Deputies, err)
		}
	}
	if v, err := h.Get(t.Context(), person("odile", justice), m.ID); err != nil || len(v.Deputies) != 0 {
		t.Errorf("an invitee of another organization sees deputies %+v, %v", v.Deputies, err)
	}
}
