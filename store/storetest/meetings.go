package storetest

import (
	"context"
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
	changes := heard(s, "room", r.ID)
	mustOpen(t, s, source, r.ID, Opening(2, 3), Opening(0, 1))
	if changes.Load() > 0 {
		t.Error("the same openings are told as a change")
	}
	mustOpen(t, s, source, r.ID, Opening(2, 3), Opening(0, 2))
	if changes.Load() == 0 {
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
		Dedicated: true, Entry: access.EntryEveryone, MinAssurance: auth.AssuranceAgent, OpensWithHost: true, MuteOnEntry: true, MaxParticipants: 12, CreatedAt: Nine,
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
		!r.Limits.OpensWithHost || !r.Limits.MuteOnEntry || r.Limits.MaxParticipants != 12 || r.Limits.AttendanceDays == 0 {
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
