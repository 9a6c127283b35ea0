package schedule_test

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/schedule"
)

const addressOfLouise = "Louise@Example.org"

func (h *house) claimant(t *testing.T, id string) string {
	t.Helper()
	m, err := h.store.Meeting(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m.Invitees[0].ClaimedBy
}

func unchanged(*schedule.Definition) error { return nil }

func retitled(d *schedule.Definition) error {
	d.Title = "Autre titre"
	return nil
}

func TestAChangeThatIsNoneDoesNotTellThatAnAddressHasAnAccount(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{Email: addressOfLouise}}
	m := h.planned(t, camille, n)
	said := len(h.store.Events())
	h.proves("louise")
	v, err := h.Update(t.Context(), camille, m.ID, 1, schedule.OverridesUnsaid, unchanged)
	if err != nil || v.Version != 1 || len(h.store.Events()) != said || h.claimant(t, m.ID) != "" {
		t.Errorf("version %d, claimed by %q, %d events, %v", v.Version, h.claimant(t, m.ID), len(h.store.Events())-said, err)
	}
	if v, err := h.Update(t.Context(), camille, m.ID, 1, schedule.OverridesUnsaid, retitled); err != nil || v.Version != 2 || h.claimant(t, m.ID) != "louise" {
		t.Errorf("a change: version %d, claimed by %q, %v", v.Version, h.claimant(t, m.ID), err)
	}
}

func TestWhatIsOverIsClaimedByNobodyWhenItIsChanged(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Invitees = []schedule.Invitee{{Email: addressOfLouise}}
	m := h.planned(t, camille, n)
	h.proves("louise")
	h.now = h.now.AddDate(0, 0, 8)
	if v, err := h.Update(t.Context(), camille, m.ID, 1, schedule.OverridesUnsaid, retitled); err != nil || v.Version != 2 || h.claimant(t, m.ID) != "" {
		t.Errorf("version %d, claimed by %q, %v", v.Version, h.claimant(t, m.ID), err)
	}
	h.proves("odile")
	_, err := h.Invite(t.Context(), camille, m.ID, 2, []schedule.Invitee{{Email: "odile@example.org"}})
	if got, _ := h.store.Meeting(t.Context(), m.ID); err != nil || got.Invitees[1].ClaimedBy != "odile" || got.Invitees[0].ClaimedBy != "" {
		t.Errorf("who is invited afterwards: %+v, %v", got.Invitees, err)
	}
}

func TestASeriesThatGoesOnIsClaimedWhenItIsChanged(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{Email: addressOfLouise}}
	m := h.planned(t, camille, n)
	h.proves("louise")
	h.now = h.now.Add(8 * 24 * time.Hour)
	if _, err := h.Update(t.Context(), camille, m.ID, 1, schedule.OverridesUnsaid, retitled); err != nil || h.claimant(t, m.ID) != "louise" {
		t.Errorf("claimed by %q, %v", h.claimant(t, m.ID), err)
	}
}

func TestAnAddressOfSeveralIsNobodys(t *testing.T) {
	h := newHouse(t)
	h.proves("louise")
	twin := h.store.Accounts["louise"]
	for _, id := range []string{"twin", "third"} { // no order of theirs may matter
		h.store.Accounts[id] = twin
	}
	n := once(t)
	n.Invitees = []schedule.Invitee{{Email: addressOfLouise}}
	if m := h.planned(t, camille, n); h.claimant(t, m.ID) != "" {
		t.Errorf("claimed by %q", h.claimant(t, m.ID))
	}
}

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

func TestInTheDefaultOrganizationAListTellsWhoIsInvitedByAnAddressNoMoreThanThePageDoes(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Invitees, n.Deputies, n.Tags = []schedule.Invitee{{Email: addressOfLouise}}, []schedule.Deputy{{PersonID: "mounir"}}, map[string]string{"costCentre": "0421"}
	h.proves("louise")
	for name, account := range h.store.Accounts {
		account.OrgID = auth.DefaultOrgID
		h.store.Accounts[name] = account
	}
	m := h.planned(t, person("camille", auth.DefaultOrgID), n)
	louise := person("louise", auth.DefaultOrgID)
	page, err := h.List(t.Context(), louise, schedule.MeetingQuery{})
	if err != nil || len(page.Meetings) != 1 || h.claimant(t, m.ID) != "louise" {
		t.Fatalf("got %+v, %v", page, err)
	}
	if got := page.Meetings[0]; len(got.Deputies)+len(got.Tags) > 0 || got.Organizer.PersonID != "" {
		t.Errorf("the list tells %+v", got)
	}
}
