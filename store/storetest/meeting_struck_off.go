package storetest

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

func struckOff(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	jeanne, louise, paul := NewID(), NewID(), NewID()
	first := []access.Grant{
		Invited(r, source, person(jeanne), access.Member), Invited(r, source, person(louise), access.Member), Invited(r, source, person(paul), access.Moderator),
	}
	if off := inviteAll(t, s, source, first...); len(off.Endings)+len(off.Changed) > 0 {
		t.Errorf("the first invitation changes %+v", off)
	}
	elsewhere := Invited(r, NewID(), person(jeanne), access.Member)
	inviteAll(t, s, elsewhere.SourceID, elsewhere)
	var in []rooms.Admission
	for _, g := range []access.Grant{first[0], first[1], elsewhere} {
		a := Admission(r)
		a.GrantID = g.ID
		in = append(in, admit(t, s, a))
	}
	off := inviteAll(t, s, source, Invited(r, source, person(louise), access.Member), Invited(r, source, person(paul), access.Member))
	if len(off.Endings) != 1 || off.Endings[0].Admission.ID != in[0].ID {
		t.Errorf("ended: %+v", off.Endings)
	}
	var about []string
	for _, g := range off.Changed {
		about = append(about, g.Subject.ID)
	}
	if slices.Sort(about); !slices.Equal(about, slices.Sorted(slices.Values([]string{jeanne, paul}))) {
		t.Errorf("changed: %+v", off.Changed)
	}
	held, err := s.Grants(t.Context(), r.ID, []access.Subject{person(louise), person(paul), person(jeanne)})
	if err != nil || len(held) != 3 {
		t.Fatalf("%+v, %v", held, err)
	}
	for _, g := range held {
		if g.Subject.ID == louise && g.ID != first[1].ID || g.Subject.ID == paul && (g.ID != first[2].ID || g.Role != access.Member) ||
			g.Subject.ID == jeanne && g.ID != elsewhere.ID {
			t.Errorf("holds %+v", g)
		}
	}
}

func entering(t *testing.T, s MeetingsStore, a rooms.Admission, now time.Time) (seen rooms.Entered) {
	t.Helper()
	relay := rooms.Relay{ID: NewID(), AdmissionID: a.ID, Replica: "one", OpenedAt: now}
	_, err := s.Enter(t.Context(), relay, func(in rooms.Entered) error { seen = in; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func struckOffAtTheGate(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	g := Invited(r, source, person(NewID()), access.Member)
	inviteAll(t, s, source, g)
	a := Admission(r)
	a.GrantID = g.ID
	if in := entering(t, s, admit(t, s, a), Nine); in.StruckOff {
		t.Error("struck off who is not")
	}
	inviteAll(t, s, source)
	late := Admission(r)
	late.GrantID = g.ID // the join had read the grant before
	if in := entering(t, s, admit(t, s, late), Nine); !in.StruckOff {
		t.Error("who was struck off between join and gate is let in")
	}
}

func shutAtTheGate(t *testing.T, s MeetingsStore) {
	n := meetingRoom("aaa-bbbb-ccc")
	if err := s.CreateMeetingRoom(t.Context(), n, nil); err != nil {
		t.Fatal(err)
	}
	r := rooms.OfMeeting(n)
	mustOpen(t, s, NewID(), r.ID, Opening(0, 1))
	guest := createSignIn(t, s, Guest("zoe"))
	if in := entering(t, s, admit(t, s, AdmissionOf(r, guest)), hour(0)); in.Shut {
		t.Error("shut while it is open")
	}
	if in := entering(t, s, admit(t, s, AdmissionOf(r, guest)), hour(1)); !in.Shut || in.Elsewhere != 1 {
		t.Errorf("who lost the connection: shut %v, elsewhere %d", in.Shut, in.Elsewhere)
	}
	late := createSignIn(t, s, Guest("late"))
	if in := entering(t, s, admit(t, s, AdmissionOf(r, late)), hour(1)); !in.Shut || in.Elsewhere != 0 {
		t.Errorf("who comes late: shut %v, elsewhere %d", in.Shut, in.Elsewhere)
	}
}

func leadsToTheEnd(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	l, _ := link(t, s, r, "Zoé")
	g := Invited(r, source, l.Subject(), access.Moderator)
	inviteAll(t, s, source, g)
	guest := createSignIn(t, s, Guest("zoe"))
	a := AdmissionOf(r, guest)
	a.GrantID, a.Role = g.ID, access.Moderator
	enter(t, s, admit(t, s, a), "one", Nine)
	room, err := s.Room(t.Context(), r.Slug)
	at, failed := s.Threshold(t.Context(), r.ID)
	if err != nil || failed != nil || !room.Guarded || at.Adjusted[rooms.Who{Kind: auth.Guest, ID: guest.ID}].Role != access.Moderator {
		t.Fatalf("%+v, %+v, %v, %v", room.Guarded, at, err, failed)
	}
	if _, err := s.EndLink(t.Context(), l.ID, Nine); err != nil {
		t.Fatal(err)
	}
	if at, err := s.Threshold(t.Context(), r.ID); err != nil || at.Adjusted[rooms.Who{Kind: auth.Guest, ID: guest.ID}].Role != "" {
		t.Errorf("leads without the link: %+v, %v", at, err)
	}
}

func notOnesRooms(t *testing.T, s MeetingsStore) {
	organizer, invitee := NewID(), NewID()
	existing, n := createRoom(t, s, "aaa-bbbb-ccc"), meetingRoom("ddd-eeee-fff")
	if err := s.CreateMeetingRoom(t.Context(), n, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range []rooms.Room{existing, rooms.OfMeeting(n)} {
		source := NewID()
		leads := Invited(r, source, person(organizer), access.Owner)
		leads.SourceKind = access.SourceOrganizer
		inviteAll(t, s, source, leads, Invited(r, source, person(invitee), access.Member))
	}
	for who, want := range map[string][]string{organizer: {existing.Slug}, invitee: nil} {
		q := mine(who)
		q.Now = hour(0)
		if got := pages(t, s, q); !slices.Equal(got, want) {
			t.Errorf("lists %v, want %v", got, want)
		}
	}
}

func notTheLastOwner(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	leads := Invited(r, source, person(NewID()), access.Owner)
	leads.SourceKind = access.SourceOrganizer
	inviteAll(t, s, source, leads)
	err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, Subject: leads.Subject}, func(about rooms.Roster) (rooms.RosterChange, error) {
		if len(about.Owners) != 1 || about.Owners[0].ID == leads.ID || len(about.Target) > 0 {
			t.Errorf("owners %+v, and of the organizer %+v", about.Owners, about.Target)
		}
		return rooms.RosterChange{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Members(t.Context(), rooms.MemberQuery{RoomID: r.ID, Pending: true})
	if err != nil || len(page.Members) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

func runsOver(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	p := createPerson(t, s, "jeanne")
	until := hour(1)
	deputy := Grant(r, p.ID, access.Moderator)
	deputy.NotAfter, deputy.SourceID, deputy.SourceKind = &until, source, access.SourceOrganizer
	invited := Invited(r, source, person(p.ID), access.Moderator)
	inviteAll(t, s, source, deputy, invited)
	mustOpen(t, s, source, r.ID, Opening(0, 1))
	a := AdmissionOf(r, createSignIn(t, s, SignedIn("jeanne", p)))
	a.Role = access.Moderator
	enter(t, s, admit(t, s, a), "one", hour(0))
	if lapsed, err := s.Lapsed(t.Context(), hour(2)); err != nil || len(lapsed) > 0 {
		t.Errorf("brought down: %v, %v", lapsed, err)
	}
	inviteAll(t, s, source, deputy)
	if lapsed, err := s.Lapsed(t.Context(), hour(2)); err != nil || len(lapsed) != 1 {
		t.Errorf("without the meeting's grant: %v, %v", lapsed, err)
	}
}
