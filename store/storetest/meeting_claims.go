package storetest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

const addressOfLouise = "Louise@Example.org" // as the organizer wrote it

// byAddress is a meeting to which an address is invited.
func (p *planning) byAddress(t *testing.T, address string) schedule.Meeting {
	t.Helper()
	n := p.weekly(t)
	n.Invitees = append(n.Invitees, schedule.Invitee{Email: address, Role: schedule.InviteePresenter})
	return p.planned(t, p.camille, n)
}

// signsIn is louise at her provider, which may say more or less of her address.
func (p *planning) signsIn(t *testing.T, address string, vouched directory.Vouched) {
	t.Helper()
	c := claims("louise")
	c.GivenName, c.FamilyName, c.Email, c.Vouched = "louise", "Martin", address, vouched
	if _, err := p.UpsertPerson(t.Context(), c, p.louise.OrgID, p.now); err != nil {
		t.Fatal(err)
	}
}

// reads lists the meetings of somebody's agenda, and what they answered.
func (p *planning) reads(t *testing.T, who auth.Identity) map[string]schedule.RSVP {
	t.Helper()
	found := map[string]schedule.RSVP{}
	page, err := p.Meetings(t.Context(), schedule.MeetingQuery{OrgID: who.OrgID, PersonID: who.PersonID, PageSize: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page.Meetings {
		if _, twice := found[m.ID]; twice {
			t.Errorf("%s is listed twice", m.ID)
		}
		found[m.ID] = m.Mine
		if invited := slices.ContainsFunc(p.read(t, m.ID).Invitees, func(i schedule.Invitee) bool { return i.ClaimedBy == who.PersonID }); m.MineClaimed != invited {
			t.Errorf("%s: listed as invited by an address: %v, is so: %v", m.ID, m.MineClaimed, invited)
		}
	}
	return found
}

func (p *planning) gives(t *testing.T, m schedule.Meeting, who auth.Identity) []access.Grant {
	t.Helper()
	grants, err := p.Grants(t.Context(), m.Place.RoomID, []access.Subject{{Kind: access.SubjectPerson, ID: who.PersonID}})
	if err != nil {
		t.Fatal(err)
	}
	return grants
}

func claimsRefused(t *testing.T, p *planning) {
	m := p.byAddress(t, addressOfLouise)
	struck := p.byAddress(t, addressOfLouise)
	if _, err := p.service.Uninvite(t.Context(), p.camille, struck.ID, 1, struck.Invitees[2].ID); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		address string
		vouched directory.Vouched
	}{
		"nobody answers for the address":                {"louise@example.org", directory.NotVouched},
		"a rule for the domain, nobody's organization":  {"louise@example.org", directory.VouchedByDomain},
		"another address":                               {"lise@example.org", directory.VouchedByIdP},
		"no address said, though one is known":          {"", directory.VouchedByIdP},
		"an address that begins or ends as the invited": {"marie.louise@example.org", directory.VouchedByIdP},
	} {
		p.signsIn(t, c.address, c.vouched)
		if got := p.reads(t, p.louise); len(got) > 0 || len(p.gives(t, m, p.louise)) > 0 {
			t.Errorf("%s: got %v", name, got)
		}
		if _, err := p.service.Get(t.Context(), p.louise, m.ID); !fault.HasCode(err, fault.CodeMeetingNotFound) {
			t.Errorf("%s: the meeting: %v", name, err)
		}
	}
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	if got := p.reads(t, p.louise); len(got) != 1 || got[m.ID] == "" {
		t.Errorf("struck off before: got %v", got)
	}
}

// claimsNoPast: an address is given to others in time.
func claimsNoPast(t *testing.T, p *planning) {
	m := p.byAddress(t, addressOfLouise)
	p.now = p.now.AddDate(6, 0, 0)
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	if got := p.reads(t, p.louise); len(got) != 0 {
		t.Errorf("she has %v", got)
	}
	if i := p.read(t, m.ID).Invitees[2]; i.ClaimedBy != "" {
		t.Errorf("claimed: %+v", i)
	}
}

func claimsAtSignIn(t *testing.T, p *planning) {
	m := p.byAddress(t, addressOfLouise)
	before := p.read(t, m.ID)
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	if got := p.reads(t, p.louise); got[m.ID] != schedule.NeedsAction {
		t.Fatalf("her agenda: %v", got)
	}
	after := p.read(t, m.ID)
	if i := after.Invitees[2]; i.ClaimedBy != p.louise.PersonID || i.PersonID != "" || i.Email != addressOfLouise || i.Name != "" ||
		i.LinkID != before.Invitees[2].LinkID || i.LinkID == "" || after.Version != before.Version {
		t.Errorf("she is invited as %+v", i)
	}
	if g := p.gives(t, m, p.louise); len(g) != 1 || g[0].SourceKind != access.SourceMeeting || g[0].Role != access.Member {
		t.Errorf("in the room: %+v", g)
	}
	token, err := p.service.NewFeed(t.Context(), p.louise)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := p.service.Feed(t.Context(), token); err != nil || len(list) != 1 || list[0].ID != m.ID {
		t.Errorf("her calendar: %+v, %v", list, err)
	}
	date := m.When.Start + 14*24*60*60
	for _, r := range []schedule.Reply{{RSVP: schedule.Accepted}, {RSVP: schedule.Declined, Date: date}} {
		r.Who, r.MeetingID = p.louise, m.ID
		if _, err := p.service.Answer(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.reads(t, p.louise); got[m.ID] != schedule.Accepted {
		t.Errorf("after her answer: %v", got)
	}
	if i := p.read(t, m.ID).Invitees[2]; i.RSVP != schedule.Accepted || len(i.Answers) != 2 || i.Answers[1].Date != date {
		t.Errorf("the organizer reads %+v", i)
	}
}

func claimsShowNoMore(t *testing.T, p *planning) {
	m := p.byAddress(t, addressOfLouise)
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	got, err := p.service.Get(t.Context(), p.louise, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Leads || got.Mine == nil || got.Title != m.Title || got.Organizer.Name != m.Organizer.Name || got.Place.Slug != m.Place.Slug {
		t.Errorf("she reads %+v", got)
	}
	if len(got.Invitees) != 1 || len(got.Deputies)+len(got.Tags)+len(got.Reminders) > 0 || got.Organizer.PersonID != "" || got.Organizer.Email != "" ||
		got.Access.Passcode != "" || got.Access.Hash != "" || got.Access.Entry != "" || got.Settings.MaxParticipants != 0 {
		t.Errorf("she reads too much: %+v", got)
	}
	if _, err := p.service.EffectivePolicy(t.Context(), p.louise, m.ID); !fault.HasCode(err, fault.CodeForbidden) {
		t.Errorf("the rules: %v", err)
	}
	if page, err := p.service.List(t.Context(), p.louise, schedule.MeetingQuery{}); err != nil || len(page.Meetings) != 1 || len(page.Meetings[0].Tags)+len(page.Meetings[0].Deputies) > 0 {
		t.Errorf("her list: %+v, %v", page, err)
	}
}

func claimsAtInvitation(t *testing.T, p *planning) {
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	m := p.byAddress(t, addressOfLouise)
	if got := p.reads(t, p.louise); got[m.ID] == "" || len(p.gives(t, m, p.louise)) != 1 {
		t.Errorf("at once: %v", got)
	}
	p.now = p.now.Add(31 * 24 * time.Hour)
	if late := p.later(t, addressOfLouise); p.reads(t, p.louise)[late.ID] != "" {
		t.Error("the word of a provider counts for ever")
	}
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	if got := p.reads(t, p.louise); len(got) != 2 {
		t.Errorf("at the next sign-in: %v", got)
	}
	p.signsIn(t, "louise@example.org", directory.NotVouched)
	if other := p.later(t, addressOfLouise); p.reads(t, p.louise)[other.ID] != "" {
		t.Error("nobody answers for the address any more")
	}
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	twin := claims("twin")
	twin.Email, twin.Vouched = "louise@example.org", directory.VouchedByIdP
	if _, err := p.UpsertPerson(t.Context(), twin, p.louise.OrgID, p.now); err != nil {
		t.Fatal(err)
	}
	if m := p.later(t, addressOfLouise); p.read(t, m.ID).Invitees[2].ClaimedBy != "" {
		t.Error("an address of two is one's")
	}
	if err := p.DeactivatePerson(t.Context(), p.louise.PersonID, p.now); err != nil {
		t.Fatal(err)
	}
	if m := p.later(t, addressOfLouise); p.read(t, m.ID).Invitees[2].ClaimedBy == p.louise.PersonID {
		t.Error("a closed account is invited")
	}
}

// later is a meeting two months after the present one.
func (p *planning) later(t *testing.T, address string) schedule.Meeting {
	t.Helper()
	n := p.weekly(t)
	n.When.Start += recur.Local(60 * 24 * 60 * 60)
	n.Overrides, n.When.RDates, n.When.ExDates = nil, nil, nil
	n.Deputies = nil
	n.Invitees = append(n.Invitees, schedule.Invitee{Email: address, Role: schedule.InviteePresenter})
	return p.planned(t, p.camille, n)
}

func claimsGoWithInvitation(t *testing.T, p *planning) {
	m := p.byAddress(t, addressOfLouise)
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	v, err := p.service.Update(t.Context(), p.camille, m.ID, 1, schedule.OverridesUnsaid, func(d *schedule.Definition) error {
		d.Title = "Autre titre"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.reads(t, p.louise); len(got) != 1 || len(p.gives(t, m, p.louise)) != 1 {
		t.Errorf("after a change: %v", got)
	}
	v, err = p.service.Uninvite(t.Context(), p.camille, m.ID, v.Version, v.Invitees[2].ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.reads(t, p.louise); len(got) != 0 || len(p.gives(t, m, p.louise)) != 0 {
		t.Errorf("struck off: %v", got)
	}
	if _, err := p.service.Get(t.Context(), p.louise, m.ID); !fault.HasCode(err, fault.CodeMeetingNotFound) {
		t.Errorf("struck off: %v", err)
	}
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	if got := p.reads(t, p.louise); len(got) != 0 {
		t.Errorf("struck off, at the next sign-in: %v", got)
	}
	if _, err := p.service.Invite(t.Context(), p.camille, m.ID, v.Version, []schedule.Invitee{{Email: addressOfLouise}}); err != nil {
		t.Fatal(err)
	}
	if got := p.reads(t, p.louise); len(got) != 1 {
		t.Errorf("invited again: %v", got)
	}
}

func claimsOnce(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.Invitees = append(n.Invitees, schedule.Invitee{Email: "o.grant@example.org"}) // who is invited by her account besides
	m := p.planned(t, p.camille, n)
	c := claims("odile")
	c.Email, c.Vouched = "o.grant@example.org", directory.VouchedByIdP
	if _, err := p.UpsertPerson(t.Context(), c, p.odile.OrgID, p.now); err != nil {
		t.Fatal(err)
	}
	if got := p.reads(t, p.odile); len(got) != 1 || p.read(t, m.ID).Invitees[2].ClaimedBy != "" {
		t.Errorf("got %v", got)
	}
}

func claimsOfMany(t *testing.T, p *planning) {
	var want []string
	for range 120 { // more than one transaction holds
		n := p.weekly(t)
		n.When.Rules, n.When.RDates, n.When.ExDates, n.Overrides, n.Reminders = nil, nil, nil, nil, nil
		n.Invitees = []schedule.Invitee{{Email: addressOfLouise}}
		want = append(want, p.planned(t, p.camille, n).ID)
	}
	done := make(chan struct{}, 2)
	for range cap(done) {
		go func() {
			p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
			done <- struct{}{}
		}()
	}
	change := func(d *schedule.Definition) error {
		d.Description = "Autre"
		return nil
	}
	for _, id := range want[100:] {
		if _, err := p.service.Update(t.Context(), p.camille, id, 1, schedule.OverridesUnsaid, change); err != nil {
			t.Error(err)
		}
	}
	for range cap(done) {
		<-done
	}
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	got := p.reads(t, p.louise)
	if missing := slices.DeleteFunc(want, func(id string) bool { return got[id] != "" }); len(missing) > 0 {
		t.Errorf("%d of %d are not hers", len(missing), cmp.Or(len(got), 120))
	}
}
