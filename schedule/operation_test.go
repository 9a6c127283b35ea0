package schedule_test

import (
	"context"
	"testing"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
)

// asked plans a meeting and asks for somebody more to be invited to it.
func (h *house) asked(t *testing.T, who auth.Identity) schedule.Operation {
	t.Helper()
	v := h.planned(t, who, weekly(t))
	o, err := h.ImportInvitees(t.Context(), who, v.ID, []schedule.Invitee{{Email: "zoe@x.example"}}, nil)
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	return o
}

func TestNobodyIsInvitedForWhoMayActNoMoreByThen(t *testing.T) {
	forCamille := camille
	forCamille.OnBehalfOf, forCamille.Scopes = agenda.ID, agenda.Scopes
	closed := func(h *house) {
		a := h.store.Accounts[camille.PersonID]
		a.Closed = true
		h.store.Accounts[camille.PersonID] = a
	}
	ended := func(h *house) { h.store.Ended = map[string]bool{agenda.ID: true} }
	for name, c := range map[string]struct {
		who auth.Identity
		end func(*house)
	}{
		"a person whose account is closed": {camille, closed}, "software whose account has ended": {agenda, ended},
		"a person for whom such software asked": {forCamille, ended}, "software for whom is closed": {forCamille, closed},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			o := h.asked(t, c.who)
			c.end(h)
			if err := h.RunImport(t.Context(), o.ID); err != nil {
				t.Fatal(err)
			}
			got, err := h.store.Operation(t.Context(), o.ID)
			if err != nil || got.State != schedule.Failed || got.Code != fault.CodeForbidden || len(got.Invitees) > 0 {
				t.Errorf("got %+v, %v", got, err)
			}
			if m, err := h.store.Meeting(t.Context(), o.MeetingID); err != nil || len(m.Invitees) > 0 {
				t.Errorf("invited all the same: %+v, %v", m.Invitees, err)
			}
		})
	}
}

// away is operations of which nobody can tell who asked, for the moment.
type away struct{ schedule.Operations }

// Asker implements schedule.Operations.
func (away) Asker(_ context.Context, who auth.Identity, _ time.Time) (auth.Identity, error) {
	return who, fault.New(fault.CodeDatabaseUnavailable, "not now")
}

func TestAnOperationThatAFaultOfTheMomentHoldsUpIsTriedForHoursAndThenFails(t *testing.T) {
	h := newHouse(t)
	o := h.asked(t, camille)
	h.Operations = away{h.store}
	h.now = h.now.Add(schedule.KeepTrying - time.Second)
	if err := h.RunImport(t.Context(), o.ID); !fault.Is(err, fault.Unavailable) {
		t.Errorf("it is not tried again: %v", err)
	}
	if got, err := h.store.Operation(t.Context(), o.ID); err != nil || got.State != schedule.Queued {
		t.Errorf("got %+v, %v", got, err)
	}
	h.now = h.now.Add(time.Second)
	if err := h.RunImport(t.Context(), o.ID); err != nil {
		t.Errorf("tried for ever: %v", err)
	}
	if got, err := h.store.Operation(t.Context(), o.ID); err != nil || got.State != schedule.Failed || got.Code != fault.CodeDatabaseUnavailable || len(got.Invitees) > 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}
