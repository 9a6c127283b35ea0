package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/fault"
	"parvis/rooms"
)

// HistoryStore is what the suite of rooms.HistoryStore needs.
type HistoryStore interface {
	HostingStore
	rooms.LobbyStore
	rooms.HistoryStore
	directory.Store
	signin.Store
	Prune(ctx context.Context, now time.Time) error
}

// History is the suite of rooms.HistoryStore. Each call of newStore gives an empty store.
func History(t *testing.T, newStore func(*testing.T) HistoryStore) {
	t.Run("a session of another room, and none, are not found", func(t *testing.T) { notItsSession(t, newStore(t)) })
	t.Run("a cursor that is not ours is refused", func(t *testing.T) {
		s := newStore(t)
		r := createRoom(t, s, "aaa-bbbb-ccc")
		_, err := s.Sessions(t.Context(), rooms.SessionQuery{RoomID: r.ID, Cursor: "bm9uc2Vuc2U"})
		mustBe(t, err, fault.Invalid)
	})
	t.Run("a running session is counted as it stands, and has no end and no expiry", func(t *testing.T) { runningRecord(t, newStore(t)) })
	t.Run("a session that is over keeps its counts, and says until when it keeps names", func(t *testing.T) { overRecord(t, newStore(t)) })
	t.Run("sessions come by pages, latest first, each once", func(t *testing.T) { sessionPages(t, newStore(t)) })
	t.Run("who was there, with each of their stays, and what hosts did, oldest first", func(t *testing.T) { attended(t, newStore(t)) })
	t.Run("how somebody came in", func(t *testing.T) { doors(t, newStore(t)) })
	t.Run("a guest who signs in is known as the person", func(t *testing.T) { guestSignedIn(t, newStore(t)) })
	t.Run("names go when their time is over, counts stay", func(t *testing.T) { namesGo(t, newStore(t)) })
	t.Run("more names than a batch holds go at once", func(t *testing.T) { manyNamesGo(t, newStore(t)) })
}

// over lets everybody leave a session and ends it.
func over(t *testing.T, s rooms.PresenceStore, sessionID string, left map[string]time.Time, at time.Time) {
	t.Helper()
	beat(t, s, "gone", at)
	if err := s.RetireReplica(t.Context(), "a", at); err != nil {
		t.Fatal(err)
	}
	settle(t, s, rooms.Settlement{Left: left, Over: []string{sessionID}}, at)
}

// met is a session of an hour with one person, that began then.
func met(t *testing.T, s PresenceStore, r rooms.Room, began time.Time) rooms.Admission {
	t.Helper()
	beat(t, s, "a", began)
	in, _ := enter(t, s, admit(t, s, Admission(r)), "a", began)
	end := began.Add(time.Hour)
	over(t, s, in.Admission.SessionID, map[string]time.Time{in.Admission.ID: end}, end)
	return in.Admission
}

func sessions(t *testing.T, s rooms.HistoryStore, q rooms.SessionQuery) rooms.SessionPage {
	t.Helper()
	page, err := s.Sessions(t.Context(), q)
	if err != nil {
		t.Fatalf("sessions: %v", err)
	}
	return page
}

func attendance(t *testing.T, s rooms.HistoryStore, roomID, sessionID string) rooms.Attendance {
	t.Helper()
	got, err := s.Attendance(t.Context(), roomID, sessionID)
	if err != nil {
		t.Fatalf("attendance: %v", err)
	}
	return got
}

func notItsSession(t *testing.T, s HistoryStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-eeee-fff")
	session := met(t, s, r, Nine).SessionID
	for _, at := range []struct{ room, session string }{{other.ID, session}, {r.ID, NewID()}, {r.ID, "nonsense"}, {r.ID, ""}, {"nonsense", session}} {
		_, err := s.Attendance(t.Context(), at.room, at.session)
		refusedWith(t, err, fault.CodeSessionNotFound)
	}
	for _, q := range []rooms.SessionQuery{{RoomID: other.ID}, {RoomID: other.ID, ID: session}, {RoomID: "nonsense"}, {RoomID: r.ID, ID: "nonsense"}} {
		if page := sessions(t, s, q); len(page.Sessions) != 0 || page.Next != "" {
			t.Errorf("%+v: got %+v", q, page)
		}
	}
}

func runningRecord(t *testing.T, s HistoryStore) {
	r, in, _ := inside(t, s)
	enter(t, s, admit(t, s, Admission(r)), "a", Nine.Add(time.Minute))
	want := rooms.SessionRecord{ID: in.Admission.SessionID, StartedAt: kept(Nine), Participants: 2, Peak: 2}
	if diff := cmp.Diff(rooms.SessionPage{Sessions: []rooms.SessionRecord{want}}, sessions(t, s, rooms.SessionQuery{RoomID: r.ID})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, attendance(t, s, r.ID, want.ID).Session); diff != "" {
		t.Error(diff)
	}
}

func overRecord(t *testing.T, s HistoryStore) {
	r, in, _ := inside(t, s)
	second, _ := enter(t, s, admit(t, s, Admission(r)), "a", Nine.Add(time.Minute))
	end := Nine.Add(time.Hour)
	over(t, s, in.Admission.SessionID, map[string]time.Time{in.Admission.ID: Nine.Add(30 * time.Minute), second.Admission.ID: end}, end.Add(time.Minute))
	ended, until := kept(end), kept(end).AddDate(0, 0, r.Limits.AttendanceDays)
	want := rooms.SessionRecord{ID: in.Admission.SessionID, StartedAt: kept(Nine), EndedAt: &ended, EndReason: rooms.EndedEmpty, Participants: 2, Peak: 2, ExpiresAt: &until}
	if diff := cmp.Diff([]rooms.SessionRecord{want}, sessions(t, s, rooms.SessionQuery{RoomID: r.ID, ID: want.ID}).Sessions); diff != "" {
		t.Error(diff)
	}
}

func sessionPages(t *testing.T, s HistoryStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	var want []string
	for day := range 5 {
		want = append([]string{met(t, s, r, Nine.AddDate(0, 0, day)).SessionID}, want...)
	}
	var got []string
	for cursor, more := "", true; more; more = cursor != "" {
		page := sessions(t, s, rooms.SessionQuery{RoomID: r.ID, PageSize: 2, Cursor: cursor})
		if len(page.Sessions) > 2 {
			t.Fatalf("a page of %d", len(page.Sessions))
		}
		for _, one := range page.Sessions {
			got = append(got, one.ID)
		}
		cursor = page.Next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func attended(t *testing.T, s HistoryStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	beat(t, s, "a", Nine)
	zoe := admit(t, s, Admission(r))
	in, _ := enter(t, s, zoe, "a", Nine)
	session := in.Admission.SessionID
	ada := Admission(r)
	ada.Name, ada.Role = "Ada", access.Moderator
	ada = admit(t, s, ada)
	enter(t, s, ada, "a", Nine.Add(time.Minute))
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: zoe.ID}, rooms.EndLeft, Nine.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	back := Admission(r)
	back.WhoID = zoe.WhoID
	enter(t, s, admit(t, s, back), "a", Nine.Add(5*time.Minute))
	acts := []rooms.Act{
		{ID: NewID(), At: kept(Nine.Add(2 * time.Minute)), Actor: "person:x", ActorName: "Odile", Act: rooms.ActLock, Data: map[string]any{}},
		{ID: NewID(), At: kept(Nine), Actor: "person:x", ActorName: "Odile", Act: rooms.ActRole, Target: zoe.Who(), TargetName: "Zoé", Data: map[string]any{"role": "member"}},
	}
	change(t, s, r.ID, func(run *rooms.Running) { run.Acts = acts })

	left := kept(Nine.Add(2 * time.Minute))
	got := attendance(t, s, r.ID, session)
	want := []rooms.Attendee{
		{
			Who: zoe.Who(), Name: "Zoé", OrgName: "Ministère", Assurance: auth.AssuranceAgent, Role: access.Member, Door: rooms.EntranceService,
			Stays: []rooms.Stay{{From: kept(Nine), To: &left}, {From: kept(Nine.Add(5 * time.Minute))}},
		},
		{
			Who: ada.Who(), Name: "Ada", OrgName: "Ministère", Assurance: auth.AssuranceAgent, Role: access.Moderator, Door: rooms.EntranceHost,
			Stays: []rooms.Stay{{From: kept(Nine.Add(time.Minute))}},
		},
	}
	if diff := cmp.Diff(want, got.People); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]rooms.Act{acts[1], acts[0]}, got.Acts); diff != "" {
		t.Error(diff)
	}
	if got.Session.Participants != 2 || got.Session.Peak != 2 {
		t.Errorf("got %+v", got.Session)
	}
}

func doors(t *testing.T, s HistoryStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	guest := createSignIn(t, s, Guest("one"))
	ticket := rooms.Ticket{
		ID: NewID(), RoomID: r.ID, SignInID: guest.ID, WhoKind: auth.Guest, WhoID: guest.ID, Name: guest.Name, Email: "guest@example.org", State: rooms.TicketWaiting,
		Reason: rooms.WaitLobby, Since: Nine, ExpiresAt: Nine.Add(2 * time.Minute),
	}
	if _, err := s.Knock(t.Context(), ticket, Nine); err != nil {
		t.Fatal(err)
	}
	decide(t, s, decision(r, rooms.TicketAdmitted, ticket.ID))
	beat(t, s, "a", Nine)
	waited := AdmissionOf(r, guest)
	in, _ := enter(t, s, admit(t, s, waited), "a", Nine)
	again := AdmissionOf(r, guest) // without waiting now: how they came in first counts
	enter(t, s, admit(t, s, again), "a", Nine.Add(time.Minute))
	walked := AdmissionOf(r, createSignIn(t, s, Guest("two")))
	enter(t, s, admit(t, s, walked), "a", Nine.Add(2*time.Minute))
	alone := createSignIn(t, s, Guest("three")) // waited, and no host let them in
	ticket.ID, ticket.SignInID, ticket.WhoID = NewID(), alone.ID, alone.ID
	if _, err := s.Knock(t.Context(), ticket, Nine); err != nil {
		t.Fatal(err)
	}
	enter(t, s, admit(t, s, AdmissionOf(r, alone)), "a", Nine.Add(3*time.Minute))
	var got []rooms.Entrance
	people := attendance(t, s, r.ID, in.Admission.SessionID).People
	for _, p := range people {
		got = append(got, p.Door)
	}
	if diff := cmp.Diff([]rooms.Entrance{rooms.EntranceLobby, rooms.EntranceEntry, rooms.EntranceEntry}, got); diff != "" || people[0].Email != "guest@example.org" {
		t.Errorf("%+v\n%s", people, diff)
	}
}

func guestSignedIn(t *testing.T, s HistoryStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	guest := createSignIn(t, s, Guest("one"))
	beat(t, s, "a", Nine)
	in, _ := enter(t, s, admit(t, s, AdmissionOf(r, guest)), "a", Nine)
	jeanne := createPerson(t, s, "jeanne")
	signedIn := SignedIn("two", jeanne)
	if err := s.CreateSignIn(t.Context(), signedIn, guest.ID); err != nil {
		t.Fatal(err)
	}
	enter(t, s, admit(t, s, AdmissionOf(r, signedIn)), "a", Nine.Add(time.Minute))
	got := attendance(t, s, r.ID, in.Admission.SessionID)
	if len(got.People) != 2 || got.People[0].PersonID != jeanne.ID || got.People[0].Who.Kind != auth.Guest || got.People[1].PersonID != jeanne.ID {
		t.Errorf("got %+v", got.People)
	}
	if got.Session.Participants != 1 || got.Session.Peak != 1 {
		t.Errorf("they are one: %+v", got.Session)
	}
}

func namesGo(t *testing.T, s HistoryStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	first := met(t, s, r, Nine)
	beat(t, s, "a", Nine.AddDate(0, 0, 1))
	in, _ := enter(t, s, admit(t, s, Admission(r)), "a", Nine.AddDate(0, 0, 1))
	change(t, s, r.ID, func(run *rooms.Running) {
		at := kept(Nine)
		run.Session.LockedAt, run.Session.LockedBy = &at, "Odile"
		run.Adjusted[in.Admission.Who()] = rooms.Adjustment{Name: "Maître Bernard"}
		run.Acts = []rooms.Act{{ID: NewID(), At: at, Actor: "person:x", ActorName: "Odile", Act: rooms.ActLock}}
	})
	end := Nine.AddDate(0, 0, 1).Add(time.Hour)
	over(t, s, in.Admission.SessionID, map[string]time.Time{in.Admission.ID: end}, end)

	before := sessions(t, s, rooms.SessionQuery{RoomID: r.ID})
	firstGoes := Nine.Add(time.Hour).AddDate(0, 0, r.Limits.AttendanceDays)
	prune := func(at time.Time) {
		t.Helper()
		for range 2 { // again changes nothing
			if err := s.Prune(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
	}
	prune(firstGoes.Add(-time.Second))
	if got := attendance(t, s, r.ID, first.SessionID); len(got.People) != 1 {
		t.Errorf("too early: %+v", got)
	}
	prune(firstGoes)
	if got := attendance(t, s, r.ID, first.SessionID); len(got.People) != 0 || got.Session.Participants != 1 {
		t.Errorf("the names have gone, the count has not: %+v", got)
	}
	if left, err := s.Admission(t.Context(), first.ID); err != nil || left.Admission.Name != "" || left.Admission.OrgName != "" || left.Admission.Live() {
		t.Errorf("got %+v, %v", left.Admission, err)
	}
	if got := attendance(t, s, r.ID, in.Admission.SessionID); len(got.People) != 1 || len(got.Acts) != 1 {
		t.Errorf("the other session keeps its own: %+v", got)
	}
	prune(firstGoes.AddDate(0, 0, 2))
	if got := attendance(t, s, r.ID, in.Admission.SessionID); len(got.People) != 0 || len(got.Acts) != 0 {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff(before, sessions(t, s, rooms.SessionQuery{RoomID: r.ID})); diff != "" {
		t.Errorf("the list stays: %s", diff)
	}
	if again, _ := enter(t, s, admit(t, s, Admission(r)), "a", end.AddDate(1, 0, 0)); again.Admission.SessionID == in.Admission.SessionID {
		t.Error("a new session begins")
	}
}

func manyNamesGo(t *testing.T, s HistoryStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	for i := range 130 { // beyond countBatch
		met(t, s, r, Nine.Add(time.Duration(i)*2*time.Hour))
	}
	if err := s.Prune(t.Context(), Nine.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	for _, one := range sessions(t, s, rooms.SessionQuery{RoomID: r.ID, PageSize: 200}).Sessions {
		if got := attendance(t, s, r.ID, one.ID); len(got.People) != 0 || got.Session.Participants != 1 {
			t.Fatalf("got %+v", got)
		}
	}
}
