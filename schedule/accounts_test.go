package schedule_test

import (
	"slices"
	"strings"
	"testing"

	"parvis/schedule"
)

// called gives an account another name and address, as its provider may.
func (h *house) called(person, name, address string) {
	account := h.store.Accounts[person]
	account.Name, account.Email, account.Locale = name, address, "fr-FR"
	h.store.Accounts[person] = account
}

func TestAnAccountWithoutAnAddressKeepsNoMeetingOutOfCalendars(t *testing.T) {
	for _, address := range []string{"", "nobody", "c.martin@intranet"} {
		h := newHouse(t)
		h.called("odile", "Odile", address)
		h.called("camille", "Camille", address)
		n := once(t)
		n.Invitees = []schedule.Invitee{{PersonID: "odile"}, {Email: "zoe@x.example"}}
		v := h.planned(t, camille, n)
		text := file(t, v)
		mine, err := h.Get(t.Context(), odile, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		file(t, mine)
		if !strings.Contains(text, "mailto:zoe@x.example") || strings.Contains(text, "Odile") != strings.Contains(address, "@") {
			t.Errorf("with the address %q:\n%s", address, text)
		}
	}
}

func TestAnAccountOfAnyNameAndAddressKeepsNoMeetingFromBeingChanged(t *testing.T) {
	for _, address := range []string{"", "nobody", "c.martin@intranet"} {
		h := newHouse(t)
		h.called("odile", strings.Repeat("é", schedule.MaxName+1), address)
		n := once(t)
		n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
		v := h.planned(t, camille, n)
		if _, err := h.Update(t.Context(), camille, v.ID, 0, "", retitled); err != nil {
			t.Errorf("the address is %q: %v, %v", address, err, refusedAt(err))
		}
		if _, err := h.Invite(t.Context(), camille, v.ID, 0, []schedule.Invitee{{PersonID: "mounir"}, {PersonID: "odile", Role: schedule.InviteeModerator}}); err != nil {
			t.Errorf("the address is %q: %v, %v", address, err, refusedAt(err))
		}
	}
}

func TestWhoIsInvitedByAccountIsCalledAsTheAccountSays(t *testing.T) {
	h := newHouse(t)
	h.called("odile", "Odile\tGrant", "odile@example.org")
	n := once(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile", Name: "Miss Odile, as another program calls her", Language: "en"}}
	v := h.planned(t, camille, n)
	if i := v.Invitees[0]; i.Name != "Odile\tGrant" || i.Language != "fr-FR" {
		t.Errorf("planned: %q, %s", i.Name, i.Language)
	}
	change := func(c schedule.InviteeChange) []string {
		_, err := h.ChangeInvitee(t.Context(), camille, v.ID, 0, v.Invitees[0].ID, c)
		return refusedAt(err)
	}
	other, own, nothing, english := "O.", "Odile Grant", "", "en"
	if got := change(schedule.InviteeChange{Name: &other, Language: &english}); !slices.Equal(got, []string{"body.name", "body.language"}) {
		t.Errorf("changed: %v", got)
	}
	if got := change(schedule.InviteeChange{Name: &own, Language: &nothing}); len(got) > 0 {
		t.Errorf("as it is: %v", got)
	}
	asRead := func(d *schedule.Definition) {
		d.Invitees = []schedule.Invitee{{PersonID: "odile", Email: "odile@example.org", Name: other, Language: "en", Role: schedule.InviteePresenter}}
	}
	if now, err := h.Update(t.Context(), camille, v.ID, 0, "", edited(asRead)); err != nil || now.Version != 1 {
		t.Errorf("said again in other words: version %d, %v, %v", now.Version, err, refusedAt(err))
	}
}
