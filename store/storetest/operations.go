package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
	"parvis/schedule"
)

func operationEnds(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	if _, err := p.Operation(t.Context(), NewID()); !fault.HasCode(err, fault.CodeOperationNotFound) {
		t.Errorf("one that nobody asked for: %v", err)
	}
	if _, err := p.Operation(t.Context(), "1"); !fault.HasCode(err, fault.CodeOperationNotFound) {
		t.Errorf("an id that is none: %v", err)
	}
	more := []schedule.Invitee{{Email: "more@x.example", Name: "Noé", Role: schedule.InviteeMember, RSVP: schedule.NeedsAction, Required: true}}
	asked, err := p.service.Telling(schedule.TellNone).ImportInvitees(t.Context(), p.camille, m.ID, more, nil)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := p.Operation(t.Context(), asked.ID)
	if diff := cmp.Diff(asked, kept, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Errorf("kept %v (-asked +kept): %s", err, diff)
	}
	for range 2 { // twice is once
		if err := p.service.RunImport(t.Context(), asked.ID); err != nil {
			t.Fatal(err)
		}
	}
	done, err := p.Operation(t.Context(), asked.ID)
	if err != nil || done.State != schedule.Done || done.Invited != 1 || done.Changed != 0 || len(done.Invitees) != 0 || done.EndedAt == nil {
		t.Errorf("done: %+v, %v", done, err)
	}
	if now := p.read(t, m.ID); len(now.Invitees) != 3 || now.Version != m.Version+1 {
		t.Errorf("%d invited, version %d", len(now.Invitees), now.Version)
	}
	for _, l := range p.written(t) {
		if l.Address == "more@x.example" {
			t.Error("who was to hear nothing is written to")
		}
	}
	late := done
	at := p.now.Add(time.Minute)
	late.State, late.EndedAt, late.Code = schedule.Failed, &at, fault.CodeConflict
	if err := p.EndOperation(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if still, err := p.Operation(t.Context(), asked.ID); err != nil || still.State != schedule.Done || still.Code != "" {
		t.Errorf("ended twice: %+v, %v", still, err)
	}
}

func askerByThen(t *testing.T, p *planning) {
	a := ServiceAccount()
	a.ActsFor, a.ExpiresAt, a.Scopes = []string{p.camille.OrgID}, nil, []auth.Scope{auth.ScopeMeetingsRead}
	createAccount(t, p.PlanningStore, a)
	forCamille, forOdile := p.camille, p.odile
	forCamille.OnBehalfOf, forCamille.Scopes = a.ID, auth.Scopes()
	forOdile.OnBehalfOf = a.ID
	software := auth.Identity{Kind: auth.Service, ID: a.ID, OrgID: a.OrgID, Scopes: auth.Scopes()}
	may := func(name string, who auth.Identity, want bool) auth.Identity {
		t.Helper()
		again, err := p.Asker(t.Context(), who, Nine)
		if want && err != nil || !want && !fault.HasCode(err, fault.CodeForbidden) {
			t.Errorf("%s: %v", name, err)
		}
		return again
	}
	may("a person", p.camille, true)
	for name, who := range map[string]auth.Identity{"software": software, "software for a person": forCamille} {
		if again := may(name, who, true); !slices.Equal(again.Scopes, a.Scopes) || again.ID != who.ID {
			t.Errorf("%s: %+v", name, again)
		}
	}
	may("an account that never was", auth.Identity{Kind: auth.Service, ID: NewID()}, false)

	if err := p.DeactivatePerson(t.Context(), p.camille.PersonID, Nine); err != nil {
		t.Fatal(err)
	}
	may("a person who is gone", p.camille, false)
	may("software for who is gone", forCamille, false)
	may("software for a person who stays", forOdile, true)

	changeAccount(t, p.PlanningStore, a, func(a *service.Account) { a.ActsFor = nil })
	may("software that may act for them no more", forOdile, false)
	may("the same for itself", software, true)
	at := Nine
	changeAccount(t, p.PlanningStore, a, func(a *service.Account) { a.RevokedAt = &at })
	may("software that was revoked", software, false)
}
