package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
	asked, err := p.service.ImportInvitees(t.Context(), p.camille, m.ID, more, nil)
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
