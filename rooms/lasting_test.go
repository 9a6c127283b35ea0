package rooms_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

func (m *meeting) version() int64 {
	m.t.Helper()
	view, err := m.Get(m.t.Context(), m.owner, m.room.Slug)
	m.must(err)
	return view.Version
}

func (m *meeting) limit(c rooms.Change) {
	m.t.Helper()
	_, err := m.Update(m.t.Context(), m.owner, m.room.Slug, m.version(), c)
	m.must(err)
}

// signsInAs makes of a guest's browser that of a person with an account.
func (m *meeting) signsInAs(guest auth.Identity, account auth.Identity) auth.Identity {
	m.t.Helper()
	who := m.signsIn(signin.SignIn{Kind: auth.Person, PersonID: account.PersonID, OrgID: account.OrgID, Name: account.Name, Assurance: account.Assurance}, guest.SignInID)
	who.ID, who.PersonID = account.PersonID, account.PersonID
	return who
}

func TestARoleForTheMeetingAloneChangesNothingThatLasts(t *testing.T) {
	for _, role := range []access.Role{access.Moderator, access.Owner} {
		m := open(t).meeting()
		ctx := t.Context()
		_, err := m.SetRole(ctx, m.owner, m.room.Slug, m.atCol.ID, role, false)
		m.must(err)
		name := "Mine now"
		_, err = m.Update(ctx, m.colleague, m.room.Slug, m.version(), rooms.Change{Name: &name})
		m.refused(err, fault.CodeForbidden)
		m.refused(m.Archive(ctx, m.colleague, m.room.Slug, m.version()), fault.CodeForbidden)
		_, err = m.Remove(ctx, m.colleague, m.room.Slug, m.atGues.ID, true)
		m.refused(err, fault.CodeForbidden)
		_, err = m.Blocks(ctx, m.colleague, m.room.Slug)
		m.refused(err, fault.CodeForbidden)
		m.refused(m.Unblock(ctx, m.colleague, m.room.Slug, m.atGues.ID), fault.CodeForbidden)
		if got := m.version(); got != m.room.Version {
			t.Errorf("%s: the room changed: version %d", role, got)
		}
		if _, err := m.Remove(ctx, m.colleague, m.room.Slug, m.atGues.ID, false); err != nil {
			t.Errorf("%s does not lead the call: %v", role, err)
		}
		view, err := m.Get(ctx, m.colleague, m.room.Slug)
		if err != nil || view.Role != role || view.Lasting != access.NoRole {
			t.Errorf("got %s, %s, %v", view.Role, view.Lasting, err)
		}
	}
}

func TestAnOwnerWhoWasDemotedForTheMeetingKeepsTheRoom(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	second := m.person("Elise", "11000001500001")
	_, err := m.PutMember(ctx, m.owner, m.room.Slug, rooms.NewMember{Subject: personal(second), Role: access.Owner})
	m.must(err)
	in, _ := m.enter(second, m.room.Slug)
	_, err = m.SetRole(ctx, m.owner, m.room.Slug, in.ID, access.Member, false)
	m.must(err)
	name := "Still mine"
	_, err = m.Update(ctx, second, m.room.Slug, m.version(), rooms.Change{Name: &name})
	m.must(err)
	m.refused(m.Lock(ctx, second, m.room.Slug, true), fault.CodeForbidden)
}

func TestAFullRoomLetsItsOwnPeopleComeBack(t *testing.T) {
	m := open(t).meeting()
	three, two := 3, 2
	m.limit(rooms.Change{MaxParticipants: &three})
	m.enter(m.guest, m.room.Slug) // anew: the former admission is counted still
	m.enter(m.colleague, m.room.Slug)
	other := m.signedInAgain(m.colleague)
	m.enter(other, m.room.Slug) // from another device
	m.enter(m.owner, m.room.Slug)
	signedIn := m.signsInAs(m.guest, m.person("Gaelle", "11000001500001"))
	m.enter(signedIn, m.room.Slug) // as whom they are by now
	m.limit(rooms.Change{MaxParticipants: &two})
	m.enter(m.colleague, m.room.Slug)
	_, err := m.Join(t.Context(), m.person("Elise", "11000001500001"), m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeRoomFull)
}

func TestWhoseTimeToComeBackIsOverFindsTheFullRoomClosed(t *testing.T) {
	m := open(t).meeting()
	two := 2
	m.limit(rooms.Change{MaxParticipants: &two})
	m.media.Leave(m.room.MediaName, m.atGues.ID)
	m.must(m.db.Settle(t.Context(), rooms.Settlement{Left: map[string]time.Time{m.atGues.ID: m.clock.now()}}, m.clock.now().Add(time.Hour)))
	_, err := m.Join(t.Context(), m.guest, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeRoomFull)
}

func TestWhoIsInTheCallComesBackAfterTheLinkHasExpired(t *testing.T) {
	m := open(t).meeting()
	past := m.clock.now().Add(time.Minute)
	m.limit(rooms.Change{LinkExpiresAt: &past})
	m.later(2 * time.Minute)
	m.enter(m.guest, m.room.Slug) // by a new admission, while the former one lives
	m.enter(m.colleague, m.room.Slug)
	if _, _, err := m.Enter(t.Context(), m.atGues.ID, m.guest.SignInID, m.room.MediaName); err != nil {
		t.Errorf("by the former admission: %v", err)
	}
	for _, who := range []auth.Identity{m.person("Elise", "11000001500001"), m.house.guest("Nadia")} {
		_, err := m.Join(t.Context(), who, m.room.Slug, rooms.JoinRequest{})
		m.refused(err, fault.CodeLinkExpired)
	}
	m.must(m.End(t.Context(), m.owner, m.room.Slug))
	m.enter(m.owner, m.room.Slug)
	_, err := m.Join(t.Context(), m.guest, m.room.Slug, rooms.JoinRequest{}) // of an earlier meeting
	m.refused(err, fault.CodeLinkExpired)
}

func TestAGuestWhoIsTakenOutAndSignsInIsNobodyNew(t *testing.T) {
	for name, signsInFirst := range map[string]bool{"signs in afterwards": false, "signed in before": true} {
		t.Run(name, func(t *testing.T) {
			m := open(t).meeting()
			ctx := t.Context()
			account := m.person("Gaelle", "11000001500001")
			who := m.guest
			if signsInFirst {
				who = m.signsInAs(m.guest, account)
			}
			_, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, false)
			m.must(err)
			if !signsInFirst {
				who = m.signsInAs(m.guest, account)
			}
			m.waits(who, rooms.WaitRemoved)
			m.waits(account, rooms.WaitRemoved) // in another browser too
		})
	}
}

func TestABlockFollowsAGuestWhoSignsInAndStaysWhenTheySignOut(t *testing.T) {
	for name, signsInFirst := range map[string]bool{"signs in afterwards": false, "signed in before": true} {
		t.Run(name, func(t *testing.T) {
			m := open(t).meeting()
			ctx := t.Context()
			account := m.person("Gaelle", "11000001500001")
			who := m.guest
			if signsInFirst {
				who = m.signsInAs(m.guest, account)
			}
			_, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, true)
			m.must(err)
			if !signsInFirst {
				who = m.signsInAs(m.guest, account)
			}
			_, err = m.Join(ctx, who, m.room.Slug, rooms.JoinRequest{})
			m.refused(err, fault.CodeBlocked)
			if _, err := m.db.EndSignIns(ctx, signin.Selection{ID: who.SignInID}, m.clock.now()); err != nil {
				t.Fatal(err)
			}
			_, err = m.Join(ctx, account, m.room.Slug, rooms.JoinRequest{})
			m.refused(err, fault.CodeBlocked)
			blocks, err := m.Blocks(ctx, m.owner, m.room.Slug)
			if err != nil || len(blocks) != 1 || blocks[0].Name != "Gaston" {
				t.Fatalf("hosts see %+v, %v", blocks, err)
			}
			m.must(m.Unblock(ctx, m.owner, m.room.Slug, blocks[0].ID))
			m.enter(account, m.room.Slug)
		})
	}
}

func TestAnEndByTimeIsNobodysAct(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	hour := 60
	m.limit(rooms.Change{MaxMinutes: &hour})
	m.later(time.Hour)
	m.sweep()
	page, err := m.Sessions(ctx, m.owner, m.room.Slug, 10, "")
	if err != nil || len(page.Sessions) != 1 || page.Sessions[0].EndReason != rooms.EndedByTime {
		t.Fatalf("got %+v, %v", page, err)
	}
	list, err := m.Attendance(ctx, m.owner, m.room.Slug, page.Sessions[0].ID)
	m.must(err)
	last := list.Acts[len(list.Acts)-1]
	if last.Act != rooms.ActEnd || last.Actor != "system:clock" || last.ActorName != "" {
		t.Errorf("got %+v", last)
	}
	if got := m.endSaid(); got != rooms.EndedByTime {
		t.Errorf("people are told %q", got)
	}
}

func (m *meeting) endSaid() rooms.SessionEnd {
	m.t.Helper()
	said, _ := m.said(event.SignalEnded)
	return rooms.EndOf(said.Data)
}

func TestTheDoorSaysBeforehandWhatJoiningWouldAnswer(t *testing.T) {
	for name, shut := range map[string]func(*meeting){
		"the link has expired": func(m *meeting) {
			past := m.clock.now().Add(-time.Minute)
			m.limit(rooms.Change{LinkExpiresAt: &past})
		},
		"a host has locked the room": func(m *meeting) { m.must(m.Lock(m.t.Context(), m.owner, m.room.Slug, true)) },
		"it is for members":          func(m *meeting) { m.limit(rooms.Change{Entry: new("members")}) },
		"it opens with its host":     func(m *meeting) { m.limit(rooms.Change{OpensWithHost: new(true)}) },
	} {
		t.Run(name, func(t *testing.T) {
			m := open(t).meeting()
			ctx := t.Context()
			newcomer, waited := m.person("Nadia", "11000001500001"), m.person("Walid", "11000001500001")
			m.limit(rooms.Change{Entry: new("members")})
			m.waits(waited, rooms.WaitLobby)
			m.limit(rooms.Change{Entry: new("everyone")})
			shut(m)
			m.must(m.Leave(ctx, m.guest, m.room.Slug, m.atGues.ID)) // and the others could lose their connection and come back
			for who, somebody := range map[string]auth.Identity{
				"a host": m.owner, "who is in the call": m.colleague, "who has left it": m.guest, "who waited before": waited, "somebody new": newcomer,
			} {
				view, err := m.Get(ctx, somebody, m.room.Slug)
				m.must(err)
				joined, err := m.Join(ctx, somebody, m.room.Slug, rooms.JoinRequest{})
				want := rooms.Door{State: rooms.DoorOpen}
				switch {
				case err != nil:
					want = rooms.Door{State: rooms.DoorRefused, Code: fault.Of(err).Code}
				case joined.Ticket != nil:
					want.State = rooms.DoorLobby
				}
				if view.Door != want {
					t.Errorf("%s: the door says %+v, joining %+v", who, view.Door, want)
				}
			}
		})
	}
}
