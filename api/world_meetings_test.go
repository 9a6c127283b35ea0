package api_test

import (
	"context"
	"log/slog"
	"time"

	"parvis/auth"
	"parvis/schedule"
	"parvis/schedule/scheduletest"
	"parvis/seal"
)

// planning is the use cases of planning, with meetings in memory: camille's comité, to which odile is invited.
func (w *world) planning(logger *slog.Logger) *schedule.Service {
	w.meetings = &scheduletest.Memory{Accounts: map[string]scheduletest.Account{}, Own: map[string]scheduletest.Bookable{}}
	for _, who := range []auth.Identity{camille, mounir, odile, sofia, louise} {
		w.meetings.Accounts[who.PersonID] = scheduletest.Account{Person: schedule.Person{Name: who.Name, Email: who.Name + "@example.org"}, OrgID: who.OrgID}
	}
	w.meetings.Made = func(ctx context.Context, kind, ref string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.noteMade(ctx, kind, ref)
	}
	w.planner = schedule.New(schedule.Ports{
		Store: w.meetings, Operations: w.meetings, Rooms: w.meetings, Policies: w.policies, Zones: time.LoadLocation, Box: seal.New([32]byte{2}), Host: "meet.example.org", SendsMail: true, Now: w.clock, Logger: logger,
	})
	return w.planner
}
