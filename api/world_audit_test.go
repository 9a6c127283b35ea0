package api_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
)

var (
	// auditor reads everything, auditsInterior the part of one ministry.
	auditor        = appointed("auditor", auth.Appointment{Role: auth.Auditor})
	auditsInterior = appointed("audits", auth.Appointment{Role: auth.Auditor, OrgID: interior})
	logReader      = machine("logs", interior, auth.ScopeAuditRead)
)

func appointed(id string, a auth.Appointment) auth.Identity {
	who := sofia
	who.ID, who.PersonID, who.SignInID, who.Name, who.Appointments = id, id, "sign-in-"+id, id, []auth.Appointment{a}
	return who
}

func trailKeys() audit.Keys {
	k, err := audit.NewKeys("a secret of thirty-two characters", "")
	if err != nil {
		panic(err)
	}
	return k
}

// twoMinistries are the organizations of the world, with nothing above either.
type twoMinistries struct{}

func (twoMinistries) Above(_ context.Context, id string) ([]string, error) {
	if id != interior && id != justice {
		return nil, fault.New(fault.CodeOrganizationNotFound, "there is no such organization")
	}
	return nil, nil
}

// auditing is the trail, kept in memory.
func (w *world) auditing() *audit.Service {
	return audit.New(audit.Ports{Archive: w.trail, Orgs: twoMinistries{}, Recorder: w.trail, Keys: trailKeys(), Now: w.clock})
}

// sealed seals what waits and what was seen.
func (w *world) sealed(t *testing.T) {
	t.Helper()
	if err := w.watch.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	sealer := audit.Sealer{Trail: w.trail, Leases: w.trail, Keys: trailKeys(), Keep: time.Hour, Now: w.clock, Logger: slog.New(slog.DiscardHandler)}
	if err := sealer.Turn(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// seen is the entries of an action that wait.
func (w *world) seen(t *testing.T, action string) []audit.Entry {
	t.Helper()
	if err := w.watch.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var found []audit.Entry
	for _, e := range w.trail.Waiting() {
		if e.Action == action {
			found = append(found, e)
		}
	}
	return found
}
