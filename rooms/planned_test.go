package rooms_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// council is a meeting in a house, as a calendar writes it for the door.
type council struct {
	*house
	id   string
	room rooms.Room
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// plan makes a meeting of an hour, in a room made for it, that opens after a while.
func (h *house) plan(organizer auth.Identity, in time.Duration, entry access.Entry) *council {
	h.t.Helper()
	n := access.NewRoom{
		ID: newID(), OrgID: organizer.OrgID, Slug: access.NewSlug(), MediaName: access.NewMediaName(), Name: "Conseil", Language: "fr",
		Dedicated: true, CreatedAt: h.clock.now(),
	}
	m := &council{h, newID(), rooms.OfMeeting(n)}
	leads := m.grant(access.Subject{Kind: access.SubjectPerson, ID: organizer.PersonID}, access.Owner)
	leads.SourceKind = access.SourceOrganizer
	if err := h.db.CreateMeetingRoom(h.t.Context(), n, []access.Grant{leads}); err != nil {
		h.t.Fatal(err)
	}
	m.opens(access.Opening{Opens: h.clock.now().Add(in), Closes: h.clock.now().Add(in + time.Hour), Entry: entry})
	return m
}

func (m *council) opens(all ...access.Opening) {
	m.t.Helper()
	for i := range all {
		all[i].ID = newID()
	}
	if err := m.db.ReplaceOpenings(m.t.Context(), m.id, m.room.ID, all, m.clock.now()); err != nil {
		m.t.Fatal(err)
	}
}

func (m *council) grant(s access.Subject, role access.Role) access.Grant {
	return access.Grant{ID: newID(), RoomID: m.room.ID, Subject: s, Role: role, Sources: access.Everything(), SourceKind: access.SourceMeeting, SourceID: m.id}
}

// invites makes these who is invited, with the organizer who made it.
func (m *council) invites(organizer auth.Identity, grants ...access.Grant) {
	m.t.Helper()
	leads := m.grant(access.Subject{Kind: access.SubjectPerson, ID: organizer.PersonID}, access.Owner)
	leads.SourceKind = access.SourceOrganizer
	off, err := m.db.ReplaceGrants(m.t.Context(), m.id, append(grants, leads), m.clock.now())
	if err != nil {
		m.t.Fatal(err)
	}
	m.StruckOff(m.t.Context(), organizer, off)
}

// link makes a personal link, which holds no grant yet.
func (m *council) link(name string) (l access.Link, token string) {
	m.t.Helper()
	token = access.NewLinkToken()
	hash, _ := access.LinkTokenHash(token)
	l = access.Link{ID: newID(), RoomID: m.room.ID, Name: name, TokenHash: hash, CreatedAt: m.clock.now()}
	if err := m.db.CreateLinks(m.t.Context(), []access.Link{l}); err != nil {
		m.t.Fatal(err)
	}
	return l, token
}

// comes joins with what somebody brings and passes the gate.
func (m *council) comes(who auth.Identity, in rooms.JoinRequest) rooms.Admission {
	m.t.Helper()
	joined, err := m.Join(m.t.Context(), who, m.room.Slug, in)
	if err != nil || joined.Ticket != nil {
		m.t.Fatalf("%+v, %v", joined, err)
	}
	entered, _, err := m.Enter(m.t.Context(), joined.Admission.ID, who.SignInID, m.room.MediaName)
	if err != nil {
		m.t.Fatal(err)
	}
	m.media.Join(m.room.MediaName, entered.Admission)
	return entered.Admission
}

func (m *council) join(who auth.Identity, in rooms.JoinRequest) (rooms.Joined, error) {
	return m.Join(m.t.Context(), who, m.room.Slug, in)
}

func TestNobodyButItsHostsComesBeforeOrAfterAMeeting(t *testing.T) {
	h := open(t)
	jeanne, louise, zoe := h.person("Jeanne", "1"), h.person("Louise", "1"), h.guest("Zoé")
	m := h.plan(jeanne, 10*time.Minute, access.EntryEveryone)
	opens := h.clock.now().Add(10 * time.Minute)
	for _, who := range []auth.Identity{louise, zoe} {
		_, err := m.join(who, rooms.JoinRequest{})
		h.refused(err, fault.CodeNotOpenYet)
		if at := fault.Of(err).OpensAt; !at.Equal(opens) {
			t.Errorf("it says that it opens at %s", at)
		}
	}
	_, err := h.MayGuestJoin(t.Context(), m.room.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeNotOpenYet)
	if view, err := h.Get(t.Context(), louise, m.room.Slug); err != nil || view.Full || view.Door.Code != fault.CodeNotOpenYet || !view.Door.OpensAt.Equal(opens) {
		t.Errorf("%+v, %v", view, err)
	}
	m.comes(jeanne, rooms.JoinRequest{})
	h.later(10 * time.Minute)
	seat := m.comes(zoe, rooms.JoinRequest{})
	h.later(time.Hour)
	_, err = m.join(louise, rooms.JoinRequest{})
	h.refused(err, fault.CodeMeetingOver)
	h.sweep()
	if in, err := h.Current(t.Context(), seat.ID); err != nil || !in.Admission.Live() {
		t.Errorf("who is in a meeting that runs over: %+v, %v", in.Admission, err)
	}
	m.comes(zoe, rooms.JoinRequest{}) // the connection was lost
}

func TestAMeetingThatIsMovedMovesTheDoorAtOnce(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	m := h.plan(jeanne, 0, access.EntryEveryone)
	joined, err := m.join(zoe, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	m.opens(access.Opening{Opens: h.clock.now().Add(time.Hour), Closes: h.clock.now().Add(2 * time.Hour), Entry: access.EntryEveryone})
	_, _, err = h.Enter(t.Context(), joined.Admission.ID, zoe.SignInID, m.room.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
	_, err = m.join(zoe, rooms.JoinRequest{})
	h.refused(err, fault.CodeNotOpenYet)
}

func TestALinkLetsInWhoeverBringsItWhileTheMeetingIsOpen(t *testing.T) {
	h := open(t)
	jeanne, zoe, mallory := h.person("Jeanne", "1"), h.guest("Zoé"), h.guest("Mallory")
	m := h.plan(jeanne, 10*time.Minute, access.EntryMembers)
	l, token := m.link("Zoé Martin")
	m.invites(jeanne, m.grant(l.Subject(), access.Member))
	_, err := m.join(zoe, rooms.JoinRequest{Link: token})
	h.refused(err, fault.CodeNotOpenYet)
	if rooms.Unlinked(err) {
		t.Error("a link that is known is said not to be")
	}
	h.later(10 * time.Minute)
	if waits, err := h.MayGuestJoin(t.Context(), m.room.Slug, rooms.JoinRequest{Link: token}); waits || err != nil {
		t.Errorf("%v, %v", waits, err)
	}
	seat := m.comes(zoe, rooms.JoinRequest{Link: token})
	if seat.Role != access.Member || seat.Name != "Zoé" || seat.GrantID == "" || seat.Assurance != auth.AssuranceUnknown {
		t.Errorf("%+v", seat)
	}
	for _, no := range []string{"x", access.NewLinkToken()} {
		joined, err := m.join(mallory, rooms.JoinRequest{Link: no})
		if err != nil || joined.Ticket == nil || !joined.Unlinked || joined.Ticket.LinkID != "" {
			t.Errorf("a link that is not known: %+v, %v", joined, err)
		}
	}
	other := h.plan(jeanne, 0, access.EntryMembers)
	if joined, err := other.join(zoe, rooms.JoinRequest{Link: token}); err != nil || joined.Ticket == nil || !joined.Unlinked {
		t.Errorf("a link of another room: %+v, %v", joined, err)
	}
}

func TestARefusalSaysThatALinkIsNotKnown(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	m := h.plan(jeanne, time.Hour, access.EntryEveryone)
	_, err := m.join(zoe, rooms.JoinRequest{Link: access.NewLinkToken()})
	h.refused(err, fault.CodeNotOpenYet)
	if !rooms.Unlinked(err) {
		t.Errorf("got %v", err)
	}
	_, err = h.MayGuestJoin(t.Context(), m.room.Slug, rooms.JoinRequest{Link: "x"})
	if !rooms.Unlinked(err) {
		t.Errorf("got %v", err)
	}
}

func TestWhoseLinkIsRevokedLeavesAtOnce(t *testing.T) {
	h := open(t)
	jeanne, zoe, late := h.person("Jeanne", "1"), h.guest("Zoé"), h.guest("Late")
	m := h.plan(jeanne, 0, access.EntryMembers)
	l, token := m.link("Zoé")
	m.invites(jeanne, m.grant(l.Subject(), access.Moderator))
	seat := m.comes(zoe, rooms.JoinRequest{Link: token})
	if _, err := h.Participants(t.Context(), zoe, m.room.Slug); err != nil {
		t.Errorf("who hosts by a link leads the call: %v", err)
	}
	behind, err := m.join(late, rooms.JoinRequest{Link: token})
	if err != nil {
		t.Fatal(err)
	}
	off, err := h.db.EndLink(t.Context(), l.ID, h.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	h.StruckOff(t.Context(), jeanne, off)
	if in, err := h.Current(t.Context(), seat.ID); err != nil || in.Admission.Reason != rooms.EndRevoked {
		t.Errorf("%+v, %v", in.Admission, err)
	}
	if there, err := h.media.Participants(t.Context(), m.room.MediaName); err != nil || len(there) > 0 {
		t.Errorf("still at the SFU: %v, %v", there, err)
	}
	_, _, err = h.Enter(t.Context(), behind.Admission.ID, late.SignInID, m.room.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
	if _, err := h.Participants(t.Context(), zoe, m.room.Slug); err == nil {
		t.Error("who has no link any more leads the call")
	}
	if joined, err := m.join(zoe, rooms.JoinRequest{Link: token}); err != nil || !joined.Unlinked || joined.Ticket == nil {
		t.Errorf("comes back by it: %+v, %v", joined, err)
	}
}

func TestWhoIsStruckOffLeavesAndWhoStaysStays(t *testing.T) {
	h := open(t)
	jeanne, louise, paul := h.person("Jeanne", "1"), h.person("Louise", "2"), h.person("Paul", "2")
	m := h.plan(jeanne, 0, access.EntryMembers)
	of := func(who auth.Identity) access.Grant {
		return m.grant(access.Subject{Kind: access.SubjectPerson, ID: who.PersonID}, access.Member)
	}
	m.invites(jeanne, of(louise), of(paul))
	gone, stays, host := m.comes(louise, rooms.JoinRequest{}), m.comes(paul, rooms.JoinRequest{}), m.comes(jeanne, rooms.JoinRequest{})
	m.invites(jeanne, of(paul))
	for a, live := range map[string]bool{gone.ID: false, stays.ID: true, host.ID: true} {
		if in, err := h.Current(t.Context(), a); err != nil || in.Admission.Live() != live {
			t.Errorf("%s is live: %v, %v", in.Admission.Name, in.Admission.Live(), err)
		}
	}
	if joined, err := m.join(louise, rooms.JoinRequest{}); err != nil || joined.Ticket == nil {
		t.Errorf("who is struck off knocks as anybody: %+v, %v", joined, err)
	}
}

func TestADeputyWhoIsStruckOffLeadsTheCallNoMore(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "1")
	m := h.plan(jeanne, 0, access.EntryEveryone)
	deputy := m.grant(access.Subject{Kind: access.SubjectPerson, ID: louise.PersonID}, access.Moderator)
	deputy.SourceKind = access.SourceOrganizer
	m.invites(jeanne, deputy)
	seat := m.comes(louise, rooms.JoinRequest{})
	m.invites(jeanne)
	if in, err := h.Current(t.Context(), seat.ID); err != nil || !in.Admission.Live() || in.Admission.Role != access.Member {
		t.Errorf("%+v, %v", in.Admission, err)
	}
}

func TestWhoHostsAMeetingThatRunsOverLeadsItOn(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "1")
	m := h.plan(jeanne, 0, access.EntryEveryone)
	m.invites(jeanne, m.grant(access.Subject{Kind: access.SubjectPerson, ID: louise.PersonID}, access.Moderator))
	seat := m.comes(louise, rooms.JoinRequest{})
	h.later(61 * time.Minute)
	h.sweep()
	if in, err := h.Current(t.Context(), seat.ID); err != nil || in.Admission.Role != access.Moderator {
		t.Errorf("%+v, %v", in.Admission, err)
	}
	if err := h.Lock(t.Context(), louise, m.room.Slug, true); err != nil {
		t.Errorf("leads: %v", err)
	}
	if err := h.Lock(t.Context(), louise, m.room.Slug, false); err != nil {
		t.Errorf("leads: %v", err)
	}
}

func TestAPasscodeIsGivenOnceAndGuessedByNobody(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	m := h.plan(jeanne, 0, access.EntryEveryone)
	hash, err := access.HashPasscode("482913")
	if err != nil {
		t.Fatal(err)
	}
	m.opens(access.Opening{Opens: h.clock.now(), Closes: h.clock.now().Add(time.Hour), Entry: access.EntryEveryone, PasscodeHash: hash})
	_, err = m.join(zoe, rooms.JoinRequest{})
	h.refused(err, fault.CodePasscodeRequired)
	for _, wrong := range []string{"482914", "1", "abcd"} {
		_, err = m.join(zoe, rooms.JoinRequest{Passcode: wrong})
		h.refused(err, fault.CodePasscodeWrong)
		_, err = h.MayGuestJoin(t.Context(), m.room.Slug, rooms.JoinRequest{Passcode: wrong})
		h.refused(err, fault.CodePasscodeWrong)
	}
	m.comes(zoe, rooms.JoinRequest{Passcode: "482913"})
	m.comes(zoe, rooms.JoinRequest{}) // the connection was lost
	m.comes(jeanne, rooms.JoinRequest{Passcode: "0000"})
}

func TestWhoGaveThePasscodeWaitsForAHostWithoutGivingItAgain(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	m := h.plan(jeanne, 0, access.EntryEveryone)
	hash, err := access.HashPasscode("482913")
	if err != nil {
		t.Fatal(err)
	}
	m.opens(access.Opening{Opens: h.clock.now(), Closes: h.clock.now().Add(time.Hour), Entry: access.EntryMembers, PasscodeHash: hash})
	if joined, err := m.join(zoe, rooms.JoinRequest{Passcode: "482913"}); err != nil || joined.Ticket == nil {
		t.Fatalf("%+v, %v", joined, err)
	}
	feed := h.listen(zoe, m.room.Slug, "")
	defer feed.Close()
	h.hears(feed, "ticket waiting")
	h.RoomChanged(m.room.ID)
	m.opens(access.Opening{Opens: h.clock.now(), Closes: h.clock.now().Add(time.Hour), Entry: access.EntryEveryone, PasscodeHash: hash})
	h.hears(feed, "ticket again")
}

func TestHostsReadWhomALinkWasFor(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("zozo")
	m := h.plan(jeanne, 0, access.EntryHosts)
	l, token := m.link("Zoé Martin")
	m.invites(jeanne, m.grant(l.Subject(), access.Member))
	if joined, err := m.join(zoe, rooms.JoinRequest{Link: token}); err != nil || joined.Ticket == nil || joined.Ticket.Invited != l.Name {
		t.Fatalf("%+v, %v", joined, err)
	}
	waiting := func() rooms.Ticket {
		t.Helper()
		lobby, err := h.Waiting(t.Context(), jeanne, m.room.Slug)
		if err != nil || len(lobby.Waiting) != 1 {
			t.Fatalf("%+v, %v", lobby, err)
		}
		return lobby.Waiting[0]
	}
	if k := waiting(); k.Name != "zozo" || k.Invited != "Zoé Martin" {
		t.Errorf("hosts read %q, invited as %q", k.Name, k.Invited)
	}
	if _, err := h.db.EndLink(t.Context(), l.ID, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if k := waiting(); k.Invited != "" {
		t.Errorf("hosts still read %q", k.Invited)
	}
}

func TestTheStreamTellsThoseWhoCameEarlyThatARoomOpens(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	m := h.plan(jeanne, time.Hour, access.EntryEveryone)
	opens := h.clock.now().Add(time.Hour)
	known := h.listen(zoe, m.room.Slug, "")
	defer known.Close()
	nobody, err := h.Watch(t.Context(), auth.Identity{}, "192.0.2.0/24", m.room.Slug, "")
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	told := func(f *rooms.Feed) rooms.Door {
		t.Helper()
		for range 50 {
			news, err := f.Next(t.Context())
			if len(news) > 0 {
				return news[0].Door
			}
			if err != nil {
				t.Fatal(err)
			}
			select {
			case <-f.Wake():
			case <-time.After(5 * time.Second):
				t.Fatal("nothing is told")
			}
		}
		t.Fatal("nothing is told")
		return rooms.Door{}
	}
	for _, f := range []*rooms.Feed{known, nobody} {
		if d := told(f); d.Code != fault.CodeNotOpenYet || !d.OpensAt.Equal(opens) {
			t.Errorf("at first: %+v", d)
		}
	}
	m.opens(access.Opening{Opens: opens.Add(time.Hour), Closes: opens.Add(2 * time.Hour), Entry: access.EntryEveryone})
	for _, f := range []*rooms.Feed{known, nobody} {
		if d := told(f); !d.OpensAt.Equal(opens.Add(time.Hour)) {
			t.Errorf("once it is moved: %+v", d)
		}
	}
	m.opens(access.Opening{Opens: h.clock.now().Add(50 * time.Millisecond), Closes: opens, Entry: access.EntryEveryone})
	for _, f := range []*rooms.Feed{known, nobody} {
		if d := told(f); d.Code != fault.CodeNotOpenYet {
			t.Errorf("a moment before: %+v", d)
		}
	}
	h.clock.pass(50 * time.Millisecond) // the feeds wake by themselves
	for _, f := range []*rooms.Feed{known, nobody} {
		if d := told(f); d.State != rooms.DoorOpen {
			t.Errorf("at the opening: %+v", d)
		}
		if code := h.ends(f); code != fault.CodeTicketNotFound {
			t.Errorf("and then: %s", code)
		}
	}
}

func TestWhoWaitsBeforeAnExistingRoomComesInWhenItsMeetingOpens(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	m := &council{h, newID(), r.Room}
	if joined, err := m.join(zoe, rooms.JoinRequest{}); err != nil || joined.Ticket == nil {
		t.Fatalf("%+v, %v", joined, err)
	}
	feed := h.listen(zoe, r.Slug, "")
	defer feed.Close()
	h.hears(feed, "ticket waiting")
	m.opens(access.Opening{Opens: h.clock.now(), Closes: h.clock.now().Add(time.Hour), Entry: access.EntryEveryone})
	h.hears(feed, "ticket again")
	m.comes(zoe, rooms.JoinRequest{})
}

func TestAStreamOfNobodyIsForRoomsThatOpenLater(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	m := h.plan(jeanne, 0, access.EntryMembers)
	_, err := h.Watch(t.Context(), auth.Identity{}, "192.0.2.0/24", m.room.Slug, "")
	h.refused(err, fault.CodeSignInRequired)
	_, err = h.Watch(t.Context(), auth.Identity{}, "192.0.2.0/24", "aaa-aaaa-aaa", "")
	h.refused(err, fault.CodeRoomNotFound)
}
