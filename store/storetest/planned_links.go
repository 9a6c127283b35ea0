package storetest

import (
	"sync"
	"testing"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule"
)

// parted plans the weekly meeting and parts it. The later half takes place in a room of its own; both know the guest, the
// second of those invited, by one link.
func (p *planning) parted(t *testing.T) (first, later schedule.Meeting, token string) {
	t.Helper()
	first, token = p.linked(t)
	elsewhere := createRoom(t, p.PlanningStore, "eee-llll-sss")
	p.bookable[elsewhere.Slug] = elsewhere.ID
	v, err := p.service.UpdateFollowing(t.Context(), p.camille, first.ID, 0, first.When.Start+21*24*60*60, "", func(d *schedule.Definition) error {
		d.Title = "Suite"
		return nil
	})
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	if v, err = p.service.Update(t.Context(), p.camille, v.ID, 0, "", func(d *schedule.Definition) error {
		d.Place = schedule.Place{Mode: schedule.Existing, Slug: elsewhere.Slug}
		d.Access.MinAssurance, d.Access.Passcode, d.Settings = 0, "", schedule.Settings{} // which are the room's own there
		return nil
	}); err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	return p.read(t, first.ID), p.read(t, v.ID), token
}

// opens tells whether a link is known at the door of a meeting.
func (p *planning) opens(t *testing.T, m schedule.Meeting, token string) bool {
	t.Helper()
	hash, _ := access.LinkTokenHash(token)
	_, found, err := p.Link(t.Context(), m.Place.RoomID, hash)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (p *planning) uninvite(t *testing.T, m schedule.Meeting) {
	t.Helper()
	if _, err := p.service.Uninvite(t.Context(), p.camille, m.ID, 0, m.Invitees[1].ID); err != nil {
		t.Fatal(err)
	}
}

func linkOfBothHalves(t *testing.T, p *planning) {
	first, later, token := p.parted(t)
	if !p.opens(t, first, token) || !p.opens(t, later, token) {
		t.Errorf("the link is known at the first door %v, at the later one %v", p.opens(t, first, token), p.opens(t, later, token))
	}
	p.uninvite(t, later)
	if !p.opens(t, first, token) || p.opens(t, later, token) {
		t.Errorf("struck off the later half, it is known at the first door %v, at the later one %v", p.opens(t, first, token), p.opens(t, later, token))
	}
	if got, err := p.service.Invitation(t.Context(), token, ""); err != nil || got.ID != first.ID {
		t.Errorf("the first half does not know its guest: %v", err)
	}
	p.uninvite(t, first)
	if p.opens(t, first, token) {
		t.Error("who is struck off knocks with the link that they had")
	}
	_, err := p.service.Invitation(t.Context(), token, "")
	mustHave(t, err, fault.CodeLinkRevoked)
}

func linkEndsAtBothHalves(t *testing.T, p *planning) {
	first, later, token := p.parted(t)
	if err := p.service.RevokeLink(t.Context(), p.camille, later.ID, later.Invitees[1].ID); err != nil {
		t.Fatal(err)
	}
	for _, m := range []schedule.Meeting{first, later} {
		if guest := p.read(t, m.ID).Invitees[1]; guest.LinkID != "" || guest.LinkToken != nil || p.opens(t, m, token) {
			t.Errorf("%s keeps the link that was revoked: %+v", m.Title, guest)
		}
	}
	if _, err := p.service.Update(t.Context(), p.camille, first.ID, 0, "", func(d *schedule.Definition) error { d.Title = "Autre"; return nil }); err != nil {
		t.Fatal(err)
	}
	if guest := p.read(t, first.ID).Invitees[1]; guest.LinkID == "" {
		t.Error("the next mail of the other half brings no link")
	}
}

func linkRenewedAtBothHalves(t *testing.T, p *planning) {
	first, later, token := p.parted(t)
	_, fresh, err := p.service.PersonalLink(t.Context(), p.camille, first.ID, first.Invitees[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if p.opens(t, first, token) || p.opens(t, later, token) || !p.opens(t, first, fresh) || p.opens(t, later, fresh) {
		t.Error("the link of before opens a door, or the new one another than its own")
	}
	if guest := p.read(t, later.ID).Invitees[1]; guest.LinkID != "" || guest.LinkToken != nil {
		t.Errorf("the other half keeps the link of before: %+v", guest)
	}
}

// A link that takes the place of another is shown to nobody: whoever edits the meeting goes on from what they have read. That there is
// one, or none any more, is shown with those invited.
func linkIsNoEdit(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	guest, version := m.Invitees[1].ID, p.read(t, m.ID).Version
	had := p.read(t, m.ID).Invitees[1].LinkID != ""
	link := func() {
		if _, _, err := p.service.PersonalLink(t.Context(), p.camille, m.ID, guest); err != nil {
			t.Fatal(err)
		}
	}
	link()
	if now := p.read(t, m.ID).Version; now != version && had || now != version+1 && !had {
		t.Errorf("a link where there was one (%v): version %d, then %d", had, version, now)
	}
	version = p.read(t, m.ID).Version
	before := p.read(t, m.ID).Invitees[1].LinkID
	link()
	if now := p.read(t, m.ID); now.Version != version || now.Invitees[1].LinkID == before {
		t.Errorf("another link: version %d, then %d", version, now.Version)
	}
	if err := p.service.RevokeLink(t.Context(), p.camille, m.ID, guest); err != nil || p.read(t, m.ID).Version != version+1 {
		t.Errorf("no link: version %d, then %d, %v", version, p.read(t, m.ID).Version, err)
	}
	if err := p.service.RevokeLink(t.Context(), p.camille, m.ID, guest); err != nil || p.read(t, m.ID).Version != version+1 {
		t.Errorf("no link, again: version %d, then %d, %v", version, p.read(t, m.ID).Version, err)
	}
	if _, err := p.service.Update(t.Context(), p.camille, m.ID, version+1, "", func(d *schedule.Definition) error { d.Title = "Autre"; return nil }); err != nil {
		t.Errorf("who had read that: %v", err)
	}
}

func linkEndsInARace(t *testing.T, p *planning) {
	first, later, _ := p.parted(t)
	var all sync.WaitGroup
	all.Go(func() {
		if err := p.service.RevokeLink(t.Context(), p.camille, first.ID, first.Invitees[1].ID); err != nil {
			t.Error(err)
		}
	})
	for range 3 {
		all.Go(func() {
			_, err := p.PlanningStore.UpdateMeeting(t.Context(), later.ID, func(m schedule.Meeting) (schedule.Plan, error) {
				return schedule.Plan{Meeting: m, By: p.camille, At: p.now}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if guest := p.read(t, later.ID).Invitees[1]; guest.LinkID != "" {
		t.Errorf("a change at the same moment keeps the link: %+v", guest)
	}
}

func linkOfWhomBothHalvesStrikeOff(t *testing.T, p *planning) {
	first, later, token := p.parted(t)
	var all sync.WaitGroup
	for _, m := range []schedule.Meeting{first, later} {
		all.Go(func() { p.uninvite(t, m) })
	}
	all.Wait()
	_, err := p.service.Invitation(t.Context(), token, "")
	mustHave(t, err, fault.CodeLinkRevoked)
}

func linkOfWhoIsInvitedAgain(t *testing.T, p *planning) {
	m, token := p.linked(t)
	p.uninvite(t, m)
	again, err := p.service.Invite(t.Context(), p.camille, m.ID, 0, []schedule.Invitee{{Email: "guest@x.example"}})
	if err != nil || again.Invitees[1].LinkID == "" || again.Invitees[1].LinkID == m.Invitees[1].LinkID {
		t.Errorf("invited again by %+v, %v", again.Invitees, err)
	}
	_, err = p.service.Invitation(t.Context(), token, "")
	mustHave(t, err, fault.CodeLinkRevoked)
}
