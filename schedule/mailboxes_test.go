package schedule_test

import (
	"slices"
	"testing"

	"parvis/schedule"
)

// invitedTwice is a series to which odile is invited by account and by her address, as her provider gave her the address of somebody
// invited.
func invitedTwice(t *testing.T) (*house, schedule.View) {
	t.Helper()
	h := newHouse(t)
	h.SendsMail = true
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}, {Email: "O.Grant@x.example"}}
	v := h.planned(t, camille, n)
	account := h.store.Accounts["odile"]
	account.Email = "o.grant@X.example"
	h.store.Accounts["odile"] = account
	h.deliver(t)
	return h, v
}

// deliver sends what is due, and answers what for and to which address.
func (h *house) deliver(t *testing.T) []string {
	t.Helper()
	sent := []string{}
	for _, l := range h.store.Letters() {
		m, due, err := h.Mailing(t.Context(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !due {
			continue
		}
		if err := h.Settle(t.Context(), l.ID, schedule.LetterSent); err != nil {
			t.Fatal(err)
		}
		sent = append(sent, string(m.Kind)+" "+m.Address)
	}
	return sent
}

func without(t *testing.T, h *house, id string, key string) func() error {
	return h.updating(t, h.Service, id, func(d *schedule.Definition) {
		d.Invitees = slices.DeleteFunc(d.Invitees, func(i schedule.Invitee) bool { return i.Key() == key })
	})
}

func TestAMailboxThatIsStillInvitedHearsOfNoCancellation(t *testing.T) {
	const account, address = "person:odile", "email:o.grant@x.example"
	for first, second := range map[string]string{account: address, address: account} {
		h, v := invitedTwice(t)
		if got := h.since(t, without(t, h, v.ID, first)); len(got) > 0 {
			t.Errorf("%s is struck off, and the other half is told %v", first, got)
		}
		if got := h.since(t, without(t, h, v.ID, second)); len(got) != 1 || got[0][:6] != "cancel" {
			t.Errorf("%s is struck off, too: %v", second, got)
		}
		if got := h.deliver(t); len(got) != 1 {
			t.Errorf("whose last half is struck off hears %v", got)
		}
	}
}

func TestAnAddressThatIsReplacedByItsAccountIsCancelledByNobody(t *testing.T) {
	h := newHouse(t)
	h.SendsMail = true
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{Email: "Odile@example.org"}}
	v := h.planned(t, camille, n)
	h.deliver(t)
	got := h.since(t, h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Invitees = []schedule.Invitee{{PersonID: "odile"}} }))
	if !slices.Equal(got, []string{"request 0 odile@example.org"}) {
		t.Errorf("replaced: %v", got)
	}
	got = h.since(t, h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Invitees = nil }))
	if !slices.Equal(got, []string{"cancel 0 odile@example.org"}) {
		t.Errorf("struck off: %v", got)
	}
	if got := h.deliver(t); !slices.Equal(got, []string{"cancel odile@example.org"}) {
		t.Errorf("whose mailbox has the invitation of the address hears %v", got)
	}
}

func TestWhoseAddressIsReplacedByTheirAccountHearsItOnceThoughOnlyOthersThanAccountsHear(t *testing.T) {
	h := newHouse(t)
	h.SendsMail = true
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "mounir"}, {Email: "Odile@example.org"}, {Email: "zoe@x.example"}}
	v := h.planned(t, camille, n)
	h.deliver(t)
	external := func(do func(*schedule.Definition)) []string {
		got := h.since(t, h.updating(t, h.Telling(schedule.TellExternal), v.ID, do))
		slices.Sort(got)
		return got
	}
	byAccount := func(d *schedule.Definition) { d.Invitees[1] = schedule.Invitee{PersonID: "odile"}; d.Title = "Revue" }
	if got := external(byAccount); !slices.Equal(got, []string{"request 1 odile@example.org", "request 1 zoe@x.example"}) {
		t.Errorf("replaced, with another title: %v", got)
	}
	if got := h.deliver(t); len(got) != 2 {
		t.Errorf("sent: %v", got)
	}
	if got := external(func(d *schedule.Definition) { d.Title = "Suite" }); !slices.Equal(got, []string{"request 2 zoe@x.example"}) {
		t.Errorf("the next title: %v", got)
	}
	if got := h.since(t, h.updating(t, h.Telling(schedule.TellNone), v.ID, func(d *schedule.Definition) { d.Invitees[1] = schedule.Invitee{Email: "odile@example.org"} })); len(got) > 0 {
		t.Errorf("told to be quiet: %v", got)
	}
	if got := external(func(d *schedule.Definition) { d.Invitees = d.Invitees[:1] }); !slices.Equal(got, []string{"cancel 2 odile@example.org", "cancel 2 zoe@x.example"}) {
		t.Errorf("struck off: %v", got)
	}
}

func TestAMailboxThatIsInvitedTwiceAndLosesItsAddressHearsOfAChangeThatIsTold(t *testing.T) {
	h, v := invitedTwice(t)
	external := h.Telling(schedule.TellExternal)
	got := h.since(t, h.updating(t, external, v.ID, func(d *schedule.Definition) { d.Invitees = d.Invitees[:1] }))
	if len(got) > 0 {
		t.Errorf("nothing to tell: %v", got)
	}
	h, v = invitedTwice(t)
	got = h.since(t, h.updating(t, h.Telling(schedule.TellExternal), v.ID, func(d *schedule.Definition) { d.Invitees, d.Title = d.Invitees[:1], "Revue" }))
	if !slices.Equal(got, []string{"request 1 o.grant@X.example"}) {
		t.Errorf("another title: %v", got)
	}
}

func TestACancellationThatIsLateDoesNotReachWhoIsInvitedAgainByAccount(t *testing.T) {
	h := newHouse(t)
	h.SendsMail = true
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{Email: "odile@example.org"}, {Email: "zoe@x.example"}}
	v := h.planned(t, camille, n)
	h.deliver(t)
	for _, invitees := range [][]schedule.Invitee{{n.Invitees[1]}, {n.Invitees[1], {PersonID: "odile"}}} {
		if err := h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Invitees = invitees })(); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.deliver(t); !slices.Equal(got, []string{"request odile@example.org"}) {
		t.Errorf("got %v", got)
	}
}

func TestNobodyIsInvitedByAccountAndByTheirAddress(t *testing.T) {
	h := newHouse(t)
	h.proves("louise") // of another organization: an address like any other
	n := once(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}, {Email: "Odile@example.org"}, {Email: "louise@example.org"}, {Email: "camille@example.org"}}
	_, err := h.Create(t.Context(), camille, n)
	if got := refusedAt(err); !slices.Equal(got, []string{"body.invitees[1].email", "body.invitees[3].email"}) {
		t.Errorf("planned: %v", got)
	}
	n.Invitees = n.Invitees[1:3]
	v := h.planned(t, camille, n)
	invite := func(i schedule.Invitee) (schedule.View, error) {
		return h.Invite(t.Context(), camille, v.ID, 0, []schedule.Invitee{i})
	}
	_, err = invite(schedule.Invitee{PersonID: "odile"})
	if got := refusedAt(err); !slices.Equal(got, []string{"body.invitees[0].user"}) {
		t.Errorf("the account besides the address: %v", got)
	}
	_, err = invite(schedule.Invitee{Email: "Camille@example.org"})
	if got := refusedAt(err); !slices.Equal(got, []string{"body.invitees[0].email"}) {
		t.Errorf("the organizer's own address: %v", got)
	}
	if _, err := invite(schedule.Invitee{PersonID: "mounir"}); err != nil {
		t.Fatal(err)
	}
	now, err := invite(schedule.Invitee{Email: "MOUNIR@example.org", Name: "M.", Role: schedule.InviteeModerator})
	if err != nil || len(now.Invitees) != 3 || now.Invitees[2].Role != schedule.InviteeModerator || now.Invitees[2].Name != "mounir" {
		t.Errorf("the address of who is invited by account: %+v, %v", now.Invitees, err)
	}
}

func TestATableNamesTheLinesThatCannotBeInvited(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Invitees = []schedule.Invitee{{Email: "odile@example.org"}}
	v := h.planned(t, camille, n)
	more := []schedule.Invitee{
		{Email: "zoe@x.example"}, {PersonID: "odile"}, {PersonID: "louise"}, {Email: "camille@example.org"}, {PersonID: "mounir", Name: "Another"}, {Email: "Odile@example.org", Name: "Odile"},
	}
	_, err := h.ImportInvitees(t.Context(), camille, v.ID, more, nil)
	if got := refusedAt(err); !slices.Equal(got, []string{"body.line[3].user", "body.line[2].user", "body.line[4].email"}) {
		t.Errorf("got %v", got)
	}
}

func TestWhoCameToBeInvitedTwiceKeepsNoMeetingFromBeingChanged(t *testing.T) {
	h, v := invitedTwice(t)
	if err := h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Title = "x" })(); err != nil {
		t.Errorf("%v, %v", err, refusedAt(err))
	}
	if err := h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Organizer.PersonID = "odile" })(); err != nil {
		t.Errorf("the organizer is now who is invited by address: %v, %v", err, refusedAt(err))
	}
}
