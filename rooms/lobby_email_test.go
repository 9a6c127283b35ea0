package rooms_test

import (
	"testing"

	"parvis/auth"
	"parvis/auth/emailproof"
	"parvis/fault"
	"parvis/rooms"
)

// asksForEmail is a room that asks whoever comes for a proved address at least.
func (h *house) asksForEmail(owner auth.Identity, entry string) rooms.Listed {
	h.t.Helper()
	r, err := h.Create(h.t.Context(), owner, rooms.NewRoom{Name: "Conseil", Entry: entry, MinAssurance: "email"})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// proves is the guest once the address is theirs.
func (h *house) proves(guest auth.Identity, address string) auth.Identity {
	h.t.Helper()
	err := h.db.UpdateProof(h.t.Context(), guest.SignInID, h.clock.now(), func(p *emailproof.Proof) error {
		p.Address, p.Proved, p.ExpiresAt = address, true, h.clock.now()
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	guest.Assurance, guest.Emails = auth.AssuranceEmail, []string{address}
	return guest
}

func TestWithoutMailAGuestIsRefusedWhereAnAddressIsAskedFor(t *testing.T) {
	h := open(t)
	h.noMail = true
	h.start("two")
	jeanne, samira := h.person("Jeanne", "1"), h.guest("Samira")
	r := h.asksForEmail(jeanne, "everyone")
	_, err := h.Join(t.Context(), samira, r.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeSignInRequired)
	_, err = h.MayGuestJoin(t.Context(), r.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeSignInRequired)
	if got, err := h.Get(t.Context(), auth.Identity{}, r.Slug); err != nil || got.Door.State != rooms.DoorSignInRequired {
		t.Errorf("the door says %+v, %v", got.Door, err)
	}
}

func TestAnAddressDoesNotReplaceAnAccount(t *testing.T) {
	h := open(t)
	jeanne, samira := h.person("Jeanne", "1"), h.guest("Samira")
	for _, least := range []string{"agent", "agent-mfa"} {
		r, err := h.Create(t.Context(), jeanne, rooms.NewRoom{Name: "x", Entry: "everyone", MinAssurance: least})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Join(t.Context(), samira, r.Slug, rooms.JoinRequest{})
		h.refused(err, fault.CodeSignInRequired)
	}
}

func TestAGuestProvesAnAddressUnseenThenEnters(t *testing.T) {
	h := open(t)
	jeanne, samira := h.person("Jeanne", "1"), h.guest("Samira")
	r := h.asksForEmail(jeanne, "everyone")
	if got, err := h.Get(t.Context(), auth.Identity{}, r.Slug); err != nil || got.Door.State != rooms.DoorEmail || got.Door.Code != "" {
		t.Errorf("the door says %+v, %v", got.Door, err)
	}
	if waits, err := h.MayGuestJoin(t.Context(), r.Slug, rooms.JoinRequest{}); err != nil || !waits {
		t.Errorf("waits %v, %v", waits, err)
	}
	ticket := h.waits(samira, r.Slug)
	if ticket.Reason != rooms.WaitEmail {
		t.Errorf("waits for %q", ticket.Reason)
	}
	if l, err := h.Waiting(t.Context(), jeanne, r.Slug); err != nil || len(l.Waiting) != 0 {
		t.Errorf("the hosts see %+v, %v", l.Waiting, err)
	}
	_, err := h.Decide(t.Context(), jeanne, r.Slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{ticket.ID}})
	h.refused(err, fault.CodeTicketNotFound)
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted) // all
	h.waits(samira, r.Slug)
	proved := h.proves(samira, "samira@example.org")
	if a, _ := h.enter(proved, r.Slug); a.Assurance != auth.AssuranceEmail {
		t.Errorf("entered with %s", a.Assurance)
	}
}

func TestWhoProvedAnAddressWaitsAsAnybodyElse(t *testing.T) {
	h := open(t)
	jeanne, samira := h.person("Jeanne", "1"), h.guest("Samira")
	r := h.asksForEmail(jeanne, "members")
	host := h.listen(jeanne, r.Slug, "")
	defer host.Close()
	mine, err := h.WatchMine(t.Context(), jeanne, "")
	if err != nil {
		t.Fatal(err)
	}
	defer mine.Close()
	h.hears(host, "lobby ")
	ticket := h.waits(samira, r.Slug)
	hers := h.listen(samira, r.Slug, "")
	defer hers.Close()
	h.hears(hers, "ticket waiting")

	proved := h.proves(samira, "samira@example.org")
	hers.Is(proved)
	h.hears(hers, "ticket again")
	again := h.waits(proved, r.Slug)
	if again.ID != ticket.ID || again.Reason != rooms.WaitLobby || again.Email != "samira@example.org" {
		t.Errorf("got %+v", again)
	}
	h.hears(hers, "ticket waiting")
	h.hears(host, "knock Samira") // nothing was told before
	h.hears(mine, "lobby Samira")
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted)
	h.enter(proved, r.Slug)
}

func TestAnAddressAskedForMeanwhileIsAskedOfWhoWaitsAndOfWhoWasLetIn(t *testing.T) {
	h := open(t)
	jeanne, samira, louis := h.person("Jeanne", "1"), h.guest("Samira"), h.guest("Louis")
	r := h.room(jeanne, "members")
	h.waits(samira, r.Slug)
	letIn := h.waits(louis, r.Slug)
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted, letIn.ID)
	hers := h.listen(samira, r.Slug, "")
	defer hers.Close()
	h.hears(hers, "ticket waiting")
	email := "email"
	if _, err := h.Update(t.Context(), jeanne, r.Slug, r.Version, rooms.Change{MinAssurance: &email}); err != nil {
		t.Fatal(err)
	}
	h.hears(hers, "ticket again")
	for _, guest := range []auth.Identity{samira, louis} {
		if got := h.waits(guest, r.Slug); got.Reason != rooms.WaitEmail {
			t.Errorf("%s waits for %q", guest.Name, got.Reason)
		}
	}
	if l, err := h.Waiting(t.Context(), jeanne, r.Slug); err != nil || len(l.Waiting) != 0 {
		t.Errorf("the hosts see %+v, %v", l.Waiting, err)
	}
}

func TestBehindALockNobodyBeginsToProve(t *testing.T) {
	h := open(t)
	jeanne, samira, louis := h.person("Jeanne", "1"), h.guest("Samira"), h.guest("Louis")
	r := h.asksForEmail(jeanne, "everyone")
	h.enter(jeanne, r.Slug)
	h.waits(samira, r.Slug)
	if err := h.Lock(t.Context(), jeanne, r.Slug, true); err != nil {
		t.Fatal(err)
	}
	for _, who := range []auth.Identity{louis, samira, h.proves(samira, "samira@example.org")} {
		_, err := h.Join(t.Context(), who, r.Slug, rooms.JoinRequest{})
		h.refused(err, fault.CodeRoomLocked)
	}
}
