package storetest

import (
	"testing"

	"parvis/schedule"
)

// sameAgain is a ministry's software that says each night what it has: who reads the meeting meanwhile may still save it.
func sameAgain(t *testing.T, p *planning) {
	app := p.agenda()
	bare := schedule.NewMeeting{ExternalID: "bare", Definition: schedule.Definition{Title: "Point", When: p.weekly(t).When}}
	whole := p.weekly(t)
	whole.ExternalID, whole.Organizer.PersonID = "whole", p.camille.PersonID
	for name, n := range map[string]schedule.NewMeeting{"as little as can be said": bare, "all of it": whole} {
		first, created, err := p.service.Upsert(t.Context(), app, n, 0, false, "")
		if err != nil || !created {
			t.Fatalf("%s: %v, %v", name, created, err)
		}
		again, created, err := p.service.Upsert(t.Context(), app, n, 0, false, "")
		if err != nil || created {
			t.Fatalf("%s again: %v, %v", name, created, err)
		}
		if again.Version != first.Version || !again.UpdatedAt.Equal(first.UpdatedAt) {
			t.Errorf("%s: said again it is version %d, was %d", name, again.Version, first.Version)
		}
		mustAgree(t, name, first.Meeting, again.Meeting)
	}
}
