package storetest

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// PresenceStore is what the suite of presence needs.
type PresenceStore interface {
	RoomKeeper
	rooms.PresenceStore
	rooms.LiveStore
}

// Presence is the suite of rooms.PresenceStore.
func Presence(t *testing.T, newStore func(*testing.T) PresenceStore) {
	t.Run("nobody enters without an admission", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense"} {
			_, err := s.Enter(t.Context(), rooms.Relay{ID: NewID(), AdmissionID: id, Replica: "a", OpenedAt: Nine}, nil)
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("a refusal at the gate leaves no trace", func(t *testing.T) { refusedAtTheGate(t, newStore(t)) })
	t.Run("the first to enter begins the session", func(t *testing.T) { firstIn(t, newStore(t)) })
	t.Run("a hundred who enter at once share one session", func(t *testing.T) { allAtOnce(t, newStore(t)) })
	t.Run("coming back goes on with the same interval", func(t *testing.T) { backAgain(t, newStore(t)) })
	t.Run("a relay counts while its replica's heart beats", func(t *testing.T) { heartbeats(t, newStore(t)) })
	t.Run("a replica that retires closes its relays, not another's", func(t *testing.T) { retires(t, newStore(t)) })
	t.Run("a replica that fell silent is retired as of its last heartbeat", func(t *testing.T) { silentRetired(t, newStore(t)) })
	t.Run("since when the replicas beat without a gap", func(t *testing.T) { watchedSince(t, newStore(t)) })
	t.Run("one room can be asked for by its SFU name", func(t *testing.T) { oneRoom(t, newStore(t)) })
	t.Run("who came back meanwhile is not made to leave", func(t *testing.T) { cameBack(t, newStore(t)) })
	t.Run("a session ends once nobody is in it, and says so once", func(t *testing.T) { sessionEnds(t, newStore(t)) })
	t.Run("replicas whose clocks differ end a session all the same", func(t *testing.T) { clocksDiffer(t, newStore(t)) })
	t.Run("what a sweep noted is there at the next", func(t *testing.T) { sweepNotes(t, newStore(t)) })
	t.Run("a hand goes down with who left", func(t *testing.T) { handGoes(t, newStore(t)) })
	t.Run("the end of an admission ends its interval", func(t *testing.T) { intervalEnds(t, newStore(t)) })
}

// inside is a room with somebody in it, whose replica lives.
func inside(t *testing.T, s PresenceStore) (rooms.Room, rooms.Entered, string) {
	t.Helper()
	r := createRoom(t, s, "aaa-bbbb-ccc")
	beat(t, s, "a", Nine)
	in, relay := enter(t, s, admit(t, s, Admission(r)), "a", Nine)
	return r, in, relay
}

func present(t *testing.T, s rooms.PresenceStore, at time.Time) []rooms.Presence {
	t.Helper()
	got, err := s.Present(t.Context(), "", at.Add(-rooms.RelayFresh))
	if err != nil {
		t.Fatalf("present: %v", err)
	}
	return got
}

func settle(t *testing.T, s rooms.PresenceStore, d rooms.Settlement, at time.Time) {
	t.Helper()
	if err := s.Settle(t.Context(), d, at); err != nil {
		t.Fatalf("settle: %v", err)
	}
}

func refusedAtTheGate(t *testing.T, s PresenceStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	a := admit(t, s, Admission(r))
	refusal := fault.New(fault.CodeNotAdmitted, "no")
	_, err := s.Enter(t.Context(), rooms.Relay{ID: NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: Nine}, func(in rooms.Entered) error {
		if in.Admission.ID != a.ID || in.Room.ID != r.ID {
			t.Errorf("the rule sees %+v", in)
		}
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
	if in, err := s.Admission(t.Context(), a.ID); err != nil || in.Admission.State != rooms.Admitted {
		t.Errorf("got %+v, %v", in.Admission, err)
	}
	if got := present(t, s, Nine); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func firstIn(t *testing.T, s PresenceStore) {
	r, in, _ := inside(t, s)
	if in.Admission.State != rooms.Open || in.Admission.SessionID == "" || in.Admission.Generation != 2 {
		t.Errorf("entered with %+v", in.Admission)
	}
	read, err := s.Admission(t.Context(), in.Admission.ID)
	if diff := cmp.Diff(in.Admission, read.Admission); diff != "" || err != nil {
		t.Errorf("what Enter answers is what is written: %v\n%s", err, diff)
	}
	want := []rooms.Presence{{
		RoomID: r.ID, MediaName: r.MediaName, SessionID: in.Admission.SessionID, SessionOrg: r.OrgID, StartedAt: kept(Nine),
		People: []rooms.Presentee{{AdmissionID: in.Admission.ID, Relays: 1, LastSeen: kept(Nine)}},
	}}
	if diff := cmp.Diff(want, present(t, s, Nine)); diff != "" {
		t.Error(diff)
	}
	if at, err := s.LastUsed(t.Context(), r.ID); err != nil || at == nil || !at.Equal(kept(Nine)) {
		t.Errorf("last used %v, %v", at, err)
	}
}

func allAtOnce(t *testing.T, s PresenceStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	var admissions []rooms.Admission
	for range 40 {
		admissions = append(admissions, admit(t, s, Admission(r)))
	}
	var wg sync.WaitGroup
	for _, a := range admissions {
		wg.Go(func() {
			relay := rooms.Relay{ID: NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: Nine}
			_, err := s.Enter(t.Context(), relay, func(rooms.Entered) error { return nil })
			for fault.Is(err, fault.Unavailable) { // a slow machine keeps the last of them waiting too long: they come back
				_, err = s.Enter(t.Context(), relay, func(rooms.Entered) error { return nil })
			}
			if err != nil {
				t.Errorf("enter: %v", err)
			}
		})
	}
	wg.Wait()
	if got := present(t, s, Nine); len(got) != 1 || len(got[0].People) != len(admissions) {
		t.Errorf("got %d sessions", len(got))
	}
}

func backAgain(t *testing.T, s PresenceStore) {
	_, in, relay := inside(t, s)
	left := Nine.Add(5 * time.Second)
	for range 2 { // the second time changes nothing
		if err := s.CloseRelay(t.Context(), relay, left); err != nil {
			t.Fatal(err)
		}
		left = left.Add(time.Nanosecond)
	}
	got := present(t, s, left)
	if len(got) != 1 || len(got[0].People) != 1 || got[0].People[0].Relays != 0 || !got[0].People[0].LastSeen.Equal(kept(left)) {
		t.Fatalf("the interval stays undecided: %+v", got)
	}
	again, _ := enter(t, s, in.Admission, "a", left.Add(time.Second))
	if diff := cmp.Diff(in.Admission, again.Admission); diff != "" {
		t.Errorf("nothing about the admission changed\n%s", diff)
	}
	if got := present(t, s, left); len(got) != 1 || len(got[0].People) != 1 || got[0].People[0].Relays != 1 {
		t.Errorf("got %+v", got)
	}
}

func heartbeats(t *testing.T, s PresenceStore) {
	_, in, _ := inside(t, s)
	beat(t, s, "a", Nine.Add(20*time.Second))
	beat(t, s, "a", Nine.Add(10*time.Second)) // one that was late does not take back
	for after, relays := range map[time.Duration]int{50 * time.Second: 1, 51 * time.Second: 0} {
		got := present(t, s, Nine.Add(after))
		want := []rooms.Presentee{{AdmissionID: in.Admission.ID, Relays: relays, LastSeen: kept(Nine.Add(20 * time.Second))}}
		if diff := cmp.Diff(want, got[0].People); diff != "" {
			t.Errorf("after %v:\n%s", after, diff)
		}
	}
}

func retires(t *testing.T, s PresenceStore) {
	r, in, _ := inside(t, s)
	beat(t, s, "b", Nine)
	other, _ := enter(t, s, admit(t, s, Admission(r)), "b", Nine)
	later := Nine.Add(10 * time.Minute) // replica a died silently, and starts again
	beat(t, s, "b", later)
	if err := s.RetireReplica(t.Context(), "a", later); err != nil {
		t.Fatal(err)
	}
	beat(t, s, "a", later)
	people := present(t, s, later)[0].People
	slices.SortFunc(people, func(a, b rooms.Presentee) int { return a.Relays - b.Relays })
	want := []rooms.Presentee{
		{AdmissionID: in.Admission.ID, LastSeen: kept(Nine)},
		{AdmissionID: other.Admission.ID, Relays: 1, LastSeen: kept(later)},
	}
	if diff := cmp.Diff(want, people); diff != "" {
		t.Error(diff)
	}
}

func oneRoom(t *testing.T, s PresenceStore) {
	_, in, _ := inside(t, s)
	other := createRoom(t, s, "ddd-dddd-ddd")
	enter(t, s, admit(t, s, Admission(other)), "a", Nine)
	if got := present(t, s, Nine); len(got) != 2 {
		t.Errorf("got %+v", got)
	}
	got, err := s.Present(t.Context(), in.Room.MediaName, Nine)
	if err != nil || len(got) != 1 || got[0].SessionID != in.Admission.SessionID || len(got[0].People) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := s.Present(t.Context(), "no such room", Nine); err != nil || len(got) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func cameBack(t *testing.T, s PresenceStore) {
	_, in, relay := inside(t, s)
	if err := s.CloseRelay(t.Context(), relay, Nine); err != nil {
		t.Fatal(err)
	}
	decided := rooms.Settlement{
		Left: map[string]time.Time{in.Admission.ID: Nine}, Over: []string{in.Admission.SessionID},
		Events: []event.Event{overEvent(in)},
	}
	beat(t, s, "a", Nine.Add(time.Second))
	enter(t, s, in.Admission, "a", Nine.Add(time.Second)) // between the look and the settlement
	settle(t, s, decided, Nine.Add(2*time.Second))
	if got := present(t, s, Nine); len(got) != 1 || len(got[0].People) != 1 {
		t.Errorf("got %+v", got)
	}
}

func overEvent(in rooms.Entered) event.Event {
	return event.Event{
		ID: NewID(), Type: event.SessionEnded, OrgID: in.Room.OrgID, Subject: "session:" + in.Admission.SessionID, Actor: "system:sweep", At: Nine,
	}
}

func sessionEnds(t *testing.T, s PresenceStore) {
	r, in, relay := inside(t, s)
	last := Nine.Add(time.Hour)
	if err := s.CloseRelay(t.Context(), relay, last); err != nil {
		t.Fatal(err)
	}
	decided := rooms.Settlement{
		Left: map[string]time.Time{in.Admission.ID: last}, Over: []string{in.Admission.SessionID}, Events: []event.Event{overEvent(in)},
	}
	for i := range 2 {
		decided.Events[0].ID = NewID()
		settle(t, s, decided, last.Add(time.Duration(2+i)*time.Minute))
	}
	if got := present(t, s, last); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
	if at, err := s.LastUsed(t.Context(), r.ID); err != nil || at == nil || !at.Equal(kept(last)) {
		t.Errorf("a session ends with the last who left: %v, %v", at, err)
	}
	again, _ := enter(t, s, in.Admission, "a", last.Add(time.Hour))
	if again.Admission.SessionID == in.Admission.SessionID || again.Admission.Generation != in.Admission.Generation+1 {
		t.Errorf("a new session begins: %+v", again.Admission)
	}
}

func sweepNotes(t *testing.T, s PresenceStore) {
	_, in, relay := inside(t, s)
	if err := s.CloseRelay(t.Context(), relay, Nine); err != nil {
		t.Fatal(err)
	}
	id, at := in.Admission.SessionID, Nine.Add(time.Minute)
	settle(t, s, rooms.Settlement{
		Seen: []string{in.Admission.ID}, EmptySince: map[string]*time.Time{id: &at}, Sids: map[string]rooms.SFURoom{id: {Sid: "RM_1", Node: "n"}},
	}, at)
	got := present(t, s, at)[0]
	if got.Sid != "RM_1" || got.EmptySince == nil || !got.EmptySince.Equal(kept(at)) || !got.People[0].LastSeen.Equal(kept(at)) {
		t.Errorf("got %+v", got)
	}
	settle(t, s, rooms.Settlement{
		EmptySince: map[string]*time.Time{id: nil, NewID(): &at},
		Sids:       map[string]rooms.SFURoom{id: {Sid: "RM_2"}, "00000000-0000-7000-8000-000000000000": {Sid: "RM_3"}}, // one that has ended, first
		Left:       map[string]time.Time{NewID(): at}, Seen: []string{NewID()}, Over: []string{NewID()},
	}, at)
	if got := present(t, s, at)[0]; got.Sid != "RM_2" || got.EmptySince != nil {
		t.Errorf("got %+v", got)
	}
}

func handGoes(t *testing.T, s PresenceStore) {
	r, in, relay := inside(t, s)
	seq, _, err := s.SetHand(t.Context(), in.Admission.ID, &Nine)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CloseRelay(t.Context(), relay, Nine); err != nil {
		t.Fatal(err)
	}
	settle(t, s, rooms.Settlement{Left: map[string]time.Time{in.Admission.ID: Nine}}, Nine.Add(2*time.Minute))
	if state, err := s.State(t.Context(), r.ID, NewID(), 1); err != nil || len(state.Hands) != 0 || state.Seq <= seq {
		t.Errorf("got %+v, %v", state, err)
	}
}

func intervalEnds(t *testing.T, s PresenceStore) {
	_, in, _ := inside(t, s)
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: in.Admission.ID}, rooms.EndRemoved, Nine.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := present(t, s, Nine); len(got) != 1 || len(got[0].People) != 0 {
		t.Errorf("the session goes on, the interval does not: %+v", got)
	}
}

func clocksDiffer(t *testing.T, s PresenceStore) {
	r, in, _ := inside(t, s)
	behind := Nine.Add(-time.Minute)
	again, relay := enter(t, s, in.Admission, "b", behind)
	other, _ := enter(t, s, admit(t, s, Admission(r)), "b", behind)
	if err := s.CloseRelay(t.Context(), relay, behind); err != nil {
		t.Fatal(err)
	}
	later := Nine.Add(time.Hour)
	settle(t, s, rooms.Settlement{
		Left: map[string]time.Time{again.Admission.ID: behind, other.Admission.ID: behind}, Over: []string{in.Admission.SessionID},
	}, later)
	if got := present(t, s, later); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
	back, _ := enter(t, s, in.Admission, "b", behind)
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: back.Admission.ID}, rooms.EndLeft, behind.Add(-time.Second)); err != nil {
		t.Error(err)
	}
}

func silentRetired(t *testing.T, s PresenceStore) {
	r, in, _ := inside(t, s)
	last := Nine.Add(20 * time.Second)
	beat(t, s, "a", last)
	beat(t, s, "b", Nine)
	other, _ := enter(t, s, admit(t, s, Admission(r)), "b", Nine)
	orphan, _ := enter(t, s, admit(t, s, Admission(r)), "never beat", Nine.Add(time.Second))
	later := Nine.Add(10 * time.Minute)
	beat(t, s, "b", later)
	for range 2 { // the second time changes nothing
		if err := s.RetireSilent(t.Context(), later.Add(-90*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	beat(t, s, "a", later) // others under these names hold nothing of theirs
	beat(t, s, "never beat", later)
	got := map[string]rooms.Presentee{}
	for _, p := range present(t, s, later)[0].People {
		got[p.AdmissionID] = p
	}
	want := map[string]rooms.Presentee{}
	for _, p := range []rooms.Presentee{
		{AdmissionID: in.Admission.ID, LastSeen: kept(last)},
		{AdmissionID: other.Admission.ID, Relays: 1, LastSeen: kept(later)},
		{AdmissionID: orphan.Admission.ID, LastSeen: kept(Nine.Add(time.Second))},
	} {
		want[p.AdmissionID] = p
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func watchedSince(t *testing.T, s PresenceStore) {
	since := func(at, want time.Time) {
		t.Helper()
		got, err := s.WatchedSince(t.Context(), at.Add(-rooms.RelayFresh))
		if err != nil || !got.Equal(want) {
			t.Errorf("got %v, want %v, %v", got, want, err)
		}
	}
	since(Nine, time.Time{})
	first, later := kept(Nine), kept(Nine)
	for range 10 { // at most RelayFresh apart
		beat(t, s, "a", later)
		since(later, first)
		later = later.Add(rooms.RelayFresh)
	}
	since(later.Add(time.Second), time.Time{}) // a silent replica does not watch
	beat(t, s, "b", later)
	since(later, later)
	back := later.Add(10 * time.Second)
	beat(t, s, "a", back) // after 40 seconds
	since(back, back)
	beat(t, s, "a", later) // one that was late
	since(back, back)
}
