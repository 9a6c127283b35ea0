package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// MeetingsStore is what the suite of what meetings write for the door needs: the steps that a store of meetings takes in a
// transaction of its own, each by itself.
type MeetingsStore interface {
	HostingStore
	LobbyStore
	rooms.MemberStore
	CreateMeetingRoom(ctx context.Context, n access.NewRoom, grants []access.Grant) error
	ArchiveMeetingRoom(ctx context.Context, roomID string, now time.Time) ([]rooms.Ending, error)
	ReplaceOpenings(ctx context.Context, source, roomID string, all []access.Opening, now time.Time) error
	ReplaceGrants(ctx context.Context, source string, grants []access.Grant, now time.Time) (rooms.StruckOff, error)
	CreateLinks(ctx context.Context, links []access.Link) error
	EndLink(ctx context.Context, linkID string, now time.Time) (rooms.StruckOff, error)
	Prune(ctx context.Context, now time.Time) error
}

// Meetings is the suite of openings, grants of meetings, personal links and dedicated rooms.
func Meetings(t *testing.T, newStore func(*testing.T) MeetingsStore) {
	for name, test := range map[string]func(*testing.T, MeetingsStore){
		"openings come back as they were written, and the room says that there are some": openingsRoundTrip,
		"what is the same already is no change of the room":                              sameOpenings,
		"openings follow a meeting to another room":                                      openingsMove,
		"two meetings in a room each keep their own openings":                            openingsOfTwo,
		"a closed opening stays for a while, and the door of its room is free":           closedOpenings,
		"an opening in a room that does not exist is refused":                            openingsNowhere,
		"a change of a room keeps what is planned in it":                                 plannedStays,
		"a dedicated room is the hosts' but for its openings, and is archived once":      dedicatedRoom,
		"no room but a dedicated one is archived with a meeting":                         notDedicated,
		"a link is found by its hash where it has a grant until it is revoked":           linkFound,
		"who came in by a link that is revoked leaves, and others stay":                  linkEnds,
		"a link that nobody knows ends without an error":                                 linkUnknown,
		"the name on a link shows in the lobby until it is revoked":                      linkInLobby,
		"nor does it once who it is of is struck off":                                    linkStruckOff,
		"who is struck off leaves, who stays keeps the grant by which they came":         struckOff,
		"the gate learns that a grant was taken back after the join":                     struckOffAtTheGate,
		"the gate learns whether a dedicated room is open, and who is in its call":       shutAtTheGate,
		"who hosts a meeting by a grant of it leads the call to its end":                 leadsToTheEnd,
		"rooms of meetings to which one is invited are no rooms of one's own":            notOnesRooms,
		"the organizer of a meeting is not the owner who counts":                         notTheLastOwner,
		"who hosts by a meeting that runs over is not brought down":                      runsOver,
	} {
		t.Run(name, func(t *testing.T) { test(t, newStore(t)) })
	}
}

func hour(n int) time.Time { return kept(Nine).Add(time.Duration(n) * time.Hour) }

// Opening is one of a meeting, between two hours after nine.
func Opening(from, to int) access.Opening {
	return access.Opening{ID: NewID(), Opens: hour(from), Closes: hour(to), Entry: access.EntryMembers, MinAssurance: auth.AssuranceEmail, PasscodeHash: "$2a$hash"}
}

func mustOpen(t *testing.T, s MeetingsStore, source, roomID string, all ...access.Opening) {
	t.Helper()
	if err := s.ReplaceOpenings(t.Context(), source, roomID, all, Nine); err != nil {
		t.Fatalf("replace openings: %v", err)
	}
}

func openingsOf(t *testing.T, s MeetingsStore, r rooms.Room) (all access.Openings, planned bool) {
	t.Helper()
	all, err := s.Openings(t.Context(), r.ID)
	if err != nil {
		t.Fatalf("openings: %v", err)
	}
	now, err := s.Room(t.Context(), r.Slug)
	if err != nil {
		t.Fatalf("room: %v", err)
	}
	return all, now.Planned
}

// Invited is somebody's grant of a meeting.
func Invited(r rooms.Room, source string, subject access.Subject, role access.Role) access.Grant {
	return access.Grant{
		ID: NewID(), RoomID: r.ID, Subject: subject, Role: role, Sources: access.Everything(), SourceKind: access.SourceMeeting, SourceID: source,
	}
}

func person(id string) access.Subject { return access.Subject{Kind: access.SubjectPerson, ID: id} }

func inviteAll(t *testing.T, s MeetingsStore, source string, grants ...access.Grant) rooms.StruckOff {
	t.Helper()
	off, err := s.ReplaceGrants(t.Context(), source, grants, Nine)
	if err != nil {
		t.Fatalf("replace grants: %v", err)
	}
	return off
}

func openingsRoundTrip(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	if all, planned := openingsOf(t, s, r); len(all) > 0 || planned {
		t.Fatalf("before: %v, %v", all, planned)
	}
	want := access.Openings{Opening(0, 1), Opening(24, 25)}
	want[1].Entry, want[1].MinAssurance, want[1].PasscodeHash = access.EntryEveryone, auth.AssuranceUnknown, ""
	mustOpen(t, s, source, r.ID, want...)
	for i := range want {
		want[i].RoomID, want[i].Source = r.ID, source
	}
	all, planned := openingsOf(t, s, r)
	if diff := cmp.Diff(want, all); diff != "" || !planned {
		t.Errorf("planned %v; %s", planned, diff)
	}
	mustOpen(t, s, source, r.ID)
	if all, planned := openingsOf(t, s, r); len(all) > 0 || planned {
		t.Errorf("after: %v, %v", all, planned)
	}
}

func sameOpenings(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	mustOpen(t, s, source, r.ID, Opening(0, 1), Opening(2, 3))
	told := 0
	s.OnChange(func(kind, id string) {
		if id == r.ID {
			told++
		}
	})
	mustOpen(t, s, source, r.ID, Opening(2, 3), Opening(0, 1))
	if told > 0 {
		t.Error("the same openings are told as a change")
	}
	mustOpen(t, s, source, r.ID, Opening(2, 3), Opening(0, 2))
	if told == 0 {
		t.Error("a change is told to nobody")
	}
}

func openingsMove(t *testing.T, s MeetingsStore) {
	here, there, source := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-eeee-fff"), NewID()
	mustOpen(t, s, source, here.ID, Opening(0, 1))
	mustOpen(t, s, source, there.ID, Opening(0, 1))
	if all, planned := openingsOf(t, s, here); len(all) > 0 || planned {
		t.Errorf("the room before: %v, %v", all, planned)
	}
	if all, planned := openingsOf(t, s, there); len(all) != 1 || !planned {
		t.Errorf("the room now: %v, %v", all, planned)
	}
}

func openingsOfTwo(t *testing.T, s MeetingsStore) {
	r, one, two := createRoom(t, s, "aaa-bbbb-ccc"), NewID(), NewID()
	mustOpen(t, s, one, r.ID, Opening(0, 1))
	mustOpen(t, s, two, r.ID, Opening(0, 2))
	mustOpen(t, s, one, r.ID)
	if all, planned := openingsOf(t, s, r); len(all) != 1 || all[0].Source != two || !planned {
		t.Errorf("%v, %v", all, planned)
	}
}

func closedOpenings(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	mustOpen(t, s, source, r.ID, Opening(0, 1), Opening(2, 3))
	if err := s.ReplaceOpenings(t.Context(), source, r.ID, []access.Opening{Opening(0, 1), Opening(4, 5)}, hour(2).Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	all, planned := openingsOf(t, s, r)
	if len(all) != 2 || !all[0].Opens.Equal(hour(0)) || !all[1].Opens.Equal(hour(4)) || !planned {
		t.Errorf("what has closed is written anew or lost: %v, %v", all, planned)
	}
	if err := s.Prune(t.Context(), hour(5)); err != nil {
		t.Fatal(err)
	}
	if all, planned := openingsOf(t, s, r); len(all) != 2 || planned {
		t.Errorf("once all have closed: %v, %v", all, planned)
	}
	if err := s.Prune(t.Context(), hour(5+7*24)); err != nil {
		t.Fatal(err)
	}
	if left := s.ReplaceOpenings(t.Context(), source, r.ID, []access.Opening{Opening(200, 201)}, hour(180)); left != nil {
		t.Fatal(left)
	}
	if all, planned := openingsOf(t, s, r); len(all) != 1 || !planned {
		t.Errorf("a week later: %v, %v", all, planned)
	}
}

func openingsNowhere(t *testing.T, s MeetingsStore) {
	for _, id := range []string{NewID(), "", "x"} {
		err := s.ReplaceOpenings(t.Context(), NewID(), id, []access.Opening{Opening(0, 1)}, Nine)
		mustBe(t, err, fault.NotFound)
	}
}

func plannedStays(t *testing.T, s MeetingsStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	mustOpen(t, s, NewID(), r.ID, Opening(0, 1))
	after, err := s.UpdateRoom(t.Context(), r.ID, func(r *rooms.Room) ([]event.Event, error) {
		r.Name, r.Planned, r.Dedicated, r.Guarded = "other", false, true, true
		return nil, nil
	})
	if err != nil || !after.Planned || after.Dedicated || after.Guarded {
		t.Errorf("%+v, %v", after, err)
	}
	if _, planned := openingsOf(t, s, r); !planned {
		t.Error("not planned any more")
	}
}

func meetingRoom(slug string) access.NewRoom {
	return access.NewRoom{
		ID: NewID(), OrgID: auth.DefaultOrgID, Slug: slug, MediaName: "media-" + slug, Name: "Conseil", Language: "fr", Tags: []string{},
		Dedicated: true, Entry: access.EntryEveryone, MinAssurance: auth.AssuranceAgent, OpensWithHost: true, MaxParticipants: 12, CreatedAt: Nine,
	}
}

func dedicatedRoom(t *testing.T, s MeetingsStore) {
	n := meetingRoom("aaa-bbbb-ccc")
	made := rooms.OfMeeting(n)
	organizer := Invited(made, NewID(), person(NewID()), access.Owner)
	organizer.SourceKind = access.SourceOrganizer
	if err := s.CreateMeetingRoom(t.Context(), n, []access.Grant{organizer}); err != nil {
		t.Fatal(err)
	}
	mustBe(t, s.CreateMeetingRoom(t.Context(), func() access.NewRoom { other := meetingRoom(n.Slug); return other }(), nil), fault.Conflict)
	r, err := s.Room(t.Context(), n.Slug)
	if err != nil || !r.Dedicated || r.Planned || r.Entry != access.EntryHosts || r.MinAssurance != auth.AssuranceUnknown ||
		!r.Limits.OpensWithHost || r.Limits.MaxParticipants != 12 || r.Limits.AttendanceDays == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	mustOpen(t, s, NewID(), r.ID, Opening(0, 1))
	a := admit(t, s, Admission(r))
	enter(t, s, a, "one", Nine)
	endings, err := s.ArchiveMeetingRoom(t.Context(), r.ID, hour(0))
	if err != nil || len(endings) != 1 || endings[0].Admission.Reason != rooms.EndArchived || endings[0].MediaName != r.MediaName {
		t.Errorf("%+v, %v", endings, err)
	}
	archived, err := s.Room(t.Context(), n.Slug)
	if err != nil || archived.ArchivedAt == nil || archived.Version != r.Version+1 || archived.Planned {
		t.Errorf("%+v, %v", archived, err)
	}
	if again, err := s.ArchiveMeetingRoom(t.Context(), r.ID, hour(1)); err != nil || len(again) > 0 {
		t.Errorf("twice: %v, %v", again, err)
	}
}

func notDedicated(t *testing.T, s MeetingsStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	if _, err := s.ArchiveMeetingRoom(t.Context(), r.ID, Nine); err != nil {
		t.Fatal(err)
	}
	if now, err := s.Room(t.Context(), r.Slug); err != nil || now.ArchivedAt != nil {
		t.Errorf("%+v, %v", now, err)
	}
	_, err := s.ArchiveMeetingRoom(t.Context(), "x", Nine)
	mustBe(t, err, fault.NotFound)
}

func link(t *testing.T, s MeetingsStore, r rooms.Room, name string) (access.Link, []byte) {
	t.Helper()
	hash, _ := access.LinkTokenHash(access.NewLinkToken())
	l := access.Link{ID: NewID(), RoomID: r.ID, Name: name, TokenHash: hash, CreatedAt: kept(Nine)}
	if err := s.CreateLinks(t.Context(), []access.Link{l}); err != nil {
		t.Fatal(err)
	}
	return l, hash
}

func linkFound(t *testing.T, s MeetingsStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-eeee-fff")
	l, hash := link(t, s, r, "Zoé Martin")
	source, half := NewID(), NewID()
	inviteAll(t, s, source, Invited(r, source, l.Subject(), access.Member))
	got, found, err := s.Link(t.Context(), r.ID, hash)
	if diff := cmp.Diff(l, got); diff != "" || !found || err != nil {
		t.Errorf("%v, %v: %s", found, err, diff)
	}
	_, nobodys := link(t, s, other, "else")
	for name, look := range map[string]struct {
		room string
		hash []byte
	}{"another room": {other.ID, hash}, "another token": {r.ID, nobodys}, "no token": {r.ID, nil}, "no room": {"x", hash}} {
		if _, found, err := s.Link(t.Context(), look.room, look.hash); found || err != nil {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	inviteAll(t, s, half, Invited(other, half, l.Subject(), access.Member))
	for _, in := range []rooms.Room{r, other} {
		if got, found, err := s.Link(t.Context(), in.ID, hash); !found || err != nil || got.RoomID != in.ID {
			t.Errorf("a grant in both rooms: %+v, %v, %v", got, found, err)
		}
	}
	inviteAll(t, s, source)
	if _, found, err := s.Link(t.Context(), r.ID, hash); found || err != nil {
		t.Errorf("no grant any more: %v, %v", found, err)
	}
	if _, err := s.EndLink(t.Context(), l.ID, Nine); err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.Link(t.Context(), other.ID, hash); found || err != nil {
		t.Errorf("revoked: %v, %v", found, err)
	}
	if held, err := s.Grants(t.Context(), other.ID, []access.Subject{l.Subject()}); err != nil || len(held) > 0 {
		t.Errorf("revoked, it gives %+v, %v", held, err)
	}
}

func linkEnds(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	l, _ := link(t, s, r, "Zoé")
	others, _ := link(t, s, r, "Paul")
	mine, theirs := Invited(r, source, l.Subject(), access.Member), Invited(r, source, others.Subject(), access.Member)
	inviteAll(t, s, source, mine, theirs)
	in, stays := Admission(r), Admission(r)
	in.GrantID, stays.GrantID = mine.ID, theirs.ID
	in, stays = admit(t, s, in), admit(t, s, stays)
	plain := admit(t, s, Admission(r))
	enter(t, s, in, "one", Nine)
	off, err := s.EndLink(t.Context(), l.ID, Nine)
	if err != nil || len(off.Endings) != 1 || off.Endings[0].Admission.ID != in.ID || off.Endings[0].Admission.Reason != rooms.EndRevoked {
		t.Fatalf("%+v, %v", off, err)
	}
	for _, a := range []rooms.Admission{stays, plain} {
		if now, err := s.Admission(t.Context(), a.ID); err != nil || !now.Admission.Live() || now.Admission.GrantID != a.GrantID {
			t.Errorf("%+v, %v", now.Admission, err)
		}
	}
	if held, err := s.Grants(t.Context(), r.ID, []access.Subject{l.Subject()}); err != nil || len(held) > 0 {
		t.Errorf("the link holds %v, %v", held, err)
	}
	if again, err := s.EndLink(t.Context(), l.ID, Nine); err != nil || len(again.Endings) > 0 {
		t.Errorf("twice: %v, %v", again, err)
	}
}

func linkUnknown(t *testing.T, s MeetingsStore) {
	for _, id := range []string{NewID(), "", "x"} {
		if off, err := s.EndLink(t.Context(), id, Nine); err != nil || len(off.Endings)+len(off.Changed) > 0 {
			t.Errorf("%q: %v, %v", id, off, err)
		}
	}
}

func linkInLobby(t *testing.T, s MeetingsStore) {
	namedUntil(t, s, func(_ string, l access.Link) error {
		_, err := s.EndLink(t.Context(), l.ID, Nine)
		return err
	})
}

func linkStruckOff(t *testing.T, s MeetingsStore) {
	namedUntil(t, s, func(source string, _ access.Link) error {
		_, err := s.ReplaceGrants(t.Context(), source, nil, Nine)
		return err
	})
}

// namedUntil has somebody wait with a link, whose name hosts read until it ends.
func namedUntil(t *testing.T, s MeetingsStore, end func(source string, l access.Link) error) {
	t.Helper()
	r := createRoom(t, s, "aaa-bbbb-ccc")
	l, _ := link(t, s, r, "Zoé Martin")
	source := NewID()
	inviteAll(t, s, source, Invited(r, source, l.Subject(), access.Member))
	guest := createSignIn(t, s, Guest("zoe"))
	k := Knocking(r, guest)
	k.LinkID, k.Invited = l.ID, l.Name
	kept, err := s.Knock(t.Context(), k, Nine)
	if err != nil || kept.LinkID != l.ID || kept.Invited != l.Name {
		t.Fatalf("%+v, %v", kept, err)
	}
	seen := func() rooms.Ticket {
		t.Helper()
		l, err := s.Lobby(t.Context(), r.ID, Nine)
		if err != nil || len(l.Waiting) != 1 {
			t.Fatalf("%+v, %v", l, err)
		}
		return l.Waiting[0]
	}
	before := seen()
	if before.Invited != l.Name {
		t.Errorf("hosts read %q", before.Invited)
	}
	if err := end(source, l); err != nil {
		t.Fatal(err)
	}
	if now := seen(); now.Invited != "" || now.ID != before.ID {
		t.Errorf("hosts read %q of %s", now.Invited, now.ID)
	}
	again, err := s.Lobby(t.Context(), r.ID, Nine)
	if err != nil || again.Seq < 2 {
		t.Errorf("the lobby stands at %d, %v: a stream would not tell", again.Seq, err)
	}
}

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
