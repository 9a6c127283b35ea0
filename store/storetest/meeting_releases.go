package storetest

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/rooms"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// inDays is a meeting at one date so many days after the first of weekly, to which an address is invited.
func (p *planning) inDays(t *testing.T, days int, address string) schedule.Meeting {
	t.Helper()
	n := p.weekly(t)
	n.When.Start += recur.Local(days * 24 * 60 * 60)
	n.When.Rules, n.When.RDates, n.When.ExDates, n.Overrides, n.Deputies, n.Reminders = nil, nil, nil, nil, nil, nil
	n.Invitees = []schedule.Invitee{{Email: address, Role: schedule.InviteePresenter}}
	return p.planned(t, p.camille, n)
}

// vouchedFor is somebody at their provider, which answers for an address.
func (p *planning) vouchedFor(t *testing.T, name, address string) auth.Identity {
	t.Helper()
	c := claims(name)
	c.GivenName, c.FamilyName, c.Email, c.Vouched = name, "Martin", address, directory.VouchedByIdP
	found, err := p.UpsertPerson(t.Context(), c, p.louise.OrgID, p.now)
	if err != nil {
		t.Fatal(err)
	}
	return auth.Identity{Kind: auth.Person, ID: found.ID, PersonID: found.ID, OrgID: found.OrgID, Name: found.DisplayName()}
}

// comesIn admits somebody to the room of a meeting by what it gives them.
func (p *planning) comesIn(t *testing.T, m schedule.Meeting, who auth.Identity) rooms.Admission {
	t.Helper()
	a := Admission(rooms.Room{ID: m.Place.RoomID, OrgID: m.OrgID})
	a.GrantID = p.gives(t, m, who)[0].ID
	return admit(t, p, a)
}

func (p *planning) stateOf(t *testing.T, a rooms.Admission) rooms.Admission {
	t.Helper()
	in, err := p.Admission(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return in.Admission
}

func claimsReleased(t *testing.T, p *planning) {
	p.vouchedFor(t, "louise", "louise@example.org")
	past, coming, hers := p.inDays(t, 0, addressOfLouise), p.inDays(t, 60, addressOfLouise), p.inDays(t, 61, addressOfLouise)
	n := p.weekly(t)
	n.When.Start += recur.Local(62 * 24 * 60 * 60)
	n.When.Rules, n.When.RDates, n.When.ExDates, n.Overrides = nil, nil, nil, nil
	n.Invitees = []schedule.Invitee{{PersonID: p.odile.PersonID}}
	byAccount := p.planned(t, p.camille, n)
	p.now = p.now.AddDate(0, 1, 0)
	for _, c := range []struct { // in this order: nothing opens an account again
		name  string
		letGo func()
	}{
		{"the provider answers for the address no more", func() { p.signsIn(t, "louise@example.org", directory.NotVouched) }},
		{"she has another address", func() { p.vouchedFor(t, "louise", "lise@example.org") }},
		{"her account is closed", func() {
			for range 2 {
				if err := p.DeactivatePerson(t.Context(), p.louise.PersonID, p.now); err != nil {
					t.Fatal(err)
				}
			}
		}},
	} {
		p.released(t, c.name, c.letGo, past, coming, hers)
	}
	if got := p.read(t, byAccount.ID); len(got.Invitees) != 1 || len(p.gives(t, byAccount, p.odile)) != 2 {
		t.Errorf("somebody else: %+v", got.Invitees)
	}
}

// released has Louise claim two meetings to come, and let go of them.
func (p *planning) released(t *testing.T, name string, letGo func(), past, coming, hers schedule.Meeting) {
	t.Helper()
	p.vouchedFor(t, "louise", "louise@example.org")
	if got := p.reads(t, p.louise); len(got) != 3 {
		t.Fatalf("%s: she has %v before", name, got)
	}
	in, at := p.comesIn(t, coming, p.louise), p.comesIn(t, past, p.louise)
	letGo()
	if got := p.reads(t, p.louise); len(got) != 1 || got[past.ID] == "" {
		t.Errorf("%s: she has %v", name, got)
	}
	if i := p.read(t, past.ID).Invitees[0]; i.ClaimedBy != p.louise.PersonID || len(p.gives(t, past, p.louise)) != 1 {
		t.Errorf("%s: what was is no longer hers: %+v", name, i)
	}
	for _, m := range []schedule.Meeting{coming, hers} {
		now := p.read(t, m.ID)
		if i := now.Invitees[0]; i.ClaimedBy != "" || i.Email != addressOfLouise || i.LinkID != m.Invitees[0].LinkID || now.Version != m.Version {
			t.Errorf("%s: she is invited as %+v", name, i)
		}
		if g := p.gives(t, m, p.louise); len(g) > 0 {
			t.Errorf("%s: she has %+v", name, g)
		}
		address, _ := access.EmailSubject(addressOfLouise)
		if g, err := p.Grants(t.Context(), m.Place.RoomID, []access.Subject{address}); err != nil || len(g) != 1 {
			t.Errorf("%s: the address has %+v, %v", name, g, err)
		}
	}
	if a := p.stateOf(t, in); a.State != rooms.Ended || a.Reason != rooms.EndRevoked {
		t.Errorf("%s: she is in the room: %+v", name, a)
	}
	if a := p.stateOf(t, at); a.State == rooms.Ended {
		t.Errorf("%s: she was struck off of what was: %+v", name, a)
	}
}

// claimsOfWhoLeads: a deputy whose address was invited leads the meeting, whoever has the address.
func claimsOfWhoLeads(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.Invitees = []schedule.Invitee{{Email: "odile@example.org"}}
	m := p.planned(t, p.camille, n)
	signsIn := func(vouched directory.Vouched) {
		c := claims("odile")
		c.Email, c.Vouched = "odile@example.org", vouched
		if _, err := p.UpsertPerson(t.Context(), c, p.odile.OrgID, p.now); err != nil {
			t.Fatal(err)
		}
	}
	signsIn(directory.VouchedByIdP)
	if g := p.gives(t, m, p.odile); len(g) != 2 || p.read(t, m.ID).Invitees[0].ClaimedBy != p.odile.PersonID {
		t.Fatalf("she has %+v", g)
	}
	signsIn(directory.NotVouched)
	if g := p.gives(t, m, p.odile); len(g) != 1 || g[0].SourceKind != access.SourceOrganizer || len(p.reads(t, p.odile)) != 1 {
		t.Errorf("she has %+v, and reads %v", g, p.reads(t, p.odile))
	}
}

func claimsTakenOver(t *testing.T, p *planning) {
	p.vouchedFor(t, "louise", "louise@example.org")
	m := p.inDays(t, 60, addressOfLouise)
	in := p.comesIn(t, m, p.louise)
	p.now = p.now.Add(time.Hour)
	marie := p.vouchedFor(t, "marie", "louise@example.org")
	for _, who := range []string{"marie", "louise", "marie"} { // she keeps it, whoever signs in again
		p.vouchedFor(t, who, "louise@example.org")
		if got := p.reads(t, marie); len(got) != 1 || len(p.gives(t, m, marie)) != 1 || p.read(t, m.ID).Invitees[0].ClaimedBy != marie.PersonID {
			t.Errorf("who was given the address has %v", got)
		}
		if got := p.reads(t, p.louise); len(got) != 0 || len(p.gives(t, m, p.louise)) != 0 {
			t.Errorf("who had the address has %v", got)
		}
	}
	if a := p.stateOf(t, in); a.State != rooms.Ended {
		t.Errorf("who had the address is in the room: %+v", a)
	}
}

// claimsTakenAtChange: Marie has not signed in since; her provider's word counts still.
func claimsTakenAtChange(t *testing.T, p *planning) {
	marie := p.vouchedFor(t, "marie", "louise@example.org")
	p.now = p.now.Add(time.Hour)
	p.vouchedFor(t, "louise", "louise@example.org")
	m := p.inDays(t, 60, addressOfLouise)
	p.vouchedFor(t, "louise", "louise@example.org")
	retitled := func(version int64, title string) {
		t.Helper()
		_, err := p.service.Update(t.Context(), p.camille, m.ID, version, schedule.OverridesUnsaid, func(d *schedule.Definition) error {
			d.Title = title
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	retitled(1, "Deux")
	if i := p.read(t, m.ID).Invitees[0]; i.ClaimedBy != p.louise.PersonID {
		t.Fatalf("claimed by %q", i.ClaimedBy)
	}
	if err := p.DeactivatePerson(t.Context(), p.louise.PersonID, p.now); err != nil {
		t.Fatal(err)
	}
	retitled(2, "Trois")
	if got := p.reads(t, marie); len(got) != 1 || len(p.gives(t, m, marie)) != 1 || len(p.gives(t, m, p.louise)) != 0 {
		t.Errorf("she has %v", got)
	}
}

// answered has who is invited to a meeting accept, with words and another time, and answers the notice of it.
func (p *planning) answered(t *testing.T, m schedule.Meeting) (notice string) {
	t.Helper()
	of, notice := schedule.Invited{MeetingID: m.ID, InviteeID: m.Invitees[0].ID}, NewID()
	err := p.AnswerInvitation(t.Context(), of, p.now, func(now schedule.Meeting) (schedule.Answered, error) {
		i := now.Invitees[0]
		i.RSVP = schedule.Accepted
		i.Answers = []schedule.Answer{{RSVP: schedule.Accepted, Comment: "I bring my sister.", At: p.now}}
		i.Proposals = []schedule.Proposal{{Start: m.When.Start, Duration: m.When.Duration, Comment: "Later.", At: p.now}}
		return schedule.Answered{
			Invitee: i, Events: []event.Event{{ID: NewID(), OrgID: m.OrgID, Type: event.InviteeResponded, Subject: "meeting:" + m.ID, Actor: "system:test", At: p.now}},
			Report: &schedule.Report{NoticeID: notice, InviteeID: i.ID, Due: p.now.Add(time.Hour)},
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return notice
}

// said counts what stands of an answer, and what the organizer is still to hear of it.
func (p *planning) said(t *testing.T, m schedule.Meeting, notice string) (rsvp schedule.RSVP, standing int) {
	t.Helper()
	of, err := p.BeginNotice(t.Context(), notice, p.now)
	if err != nil {
		t.Fatal(err)
	}
	i := p.read(t, m.ID).Invitees[0]
	return i.RSVP, len(i.Answers) + len(i.Proposals) + len(of.Reports)
}

func claimsTakenAnswerAnew(t *testing.T, p *planning) {
	p.vouchedFor(t, "louise", "louise@example.org")
	m, other := p.inDays(t, 60, addressOfLouise), p.inDays(t, 61, "zoe@example.org")
	notice, kept := p.answered(t, m), p.answered(t, other)
	p.signsIn(t, "louise@example.org", directory.NotVouched)
	if rsvp, standing := p.said(t, m, notice); rsvp != schedule.Accepted || standing != 3 || p.read(t, m.ID).Invitees[0].ClaimedBy != "" {
		t.Errorf("nobody answers for the address for a while: %s, %d", rsvp, standing)
	}
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	p.now = p.now.Add(time.Hour)
	marie := p.vouchedFor(t, "marie", "louise@example.org")
	if rsvp, standing := p.said(t, m, notice); rsvp != schedule.NeedsAction || standing != 0 || p.reads(t, marie)[m.ID] != schedule.NeedsAction {
		t.Errorf("who was given the address has %s, %d", rsvp, standing)
	}
	if rsvp, standing := p.said(t, other, kept); rsvp != schedule.Accepted || standing != 3 {
		t.Errorf("another meeting: %s, %d", rsvp, standing)
	}
	late := p.answered(t, m)
	p.vouchedFor(t, "marie", "marie@example.org")
	if rsvp, standing := p.said(t, m, late); rsvp != schedule.NeedsAction || standing != 0 {
		t.Errorf("who has another address: %s, %d", rsvp, standing)
	}
}

// claimsWhateverTheCase: an address in other letters is not given anew.
func claimsWhateverTheCase(t *testing.T, p *planning) {
	p.vouchedFor(t, "louise", "louise@example.org")
	m := p.inDays(t, 60, addressOfLouise)
	p.now = p.now.Add(time.Hour)
	marie := p.vouchedFor(t, "marie", "louise@example.org")
	p.now = p.now.Add(time.Hour)
	p.vouchedFor(t, "louise", "Louise@EXAMPLE.org")
	if i := p.read(t, m.ID).Invitees[0]; i.ClaimedBy != marie.PersonID {
		t.Errorf("claimed by %q", i.ClaimedBy)
	}
	if found, err := p.Person(t.Context(), p.louise.PersonID); err != nil || found.Email != "Louise@EXAMPLE.org" {
		t.Errorf("her address is %q, %v", found.Email, err)
	}
}
