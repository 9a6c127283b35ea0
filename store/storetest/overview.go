package storetest

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// OverviewStore is what the suite of live rooms needs.
type OverviewStore interface {
	AdmissionsStore
	rooms.OverviewStore
}

// Overview is the suite of rooms.OverviewStore.
func Overview(t *testing.T, newStore func(*testing.T) OverviewStore) {
	t.Run("a room in which nothing runs is not live", func(t *testing.T) {
		s := newStore(t)
		r := createRoom(t, s, "aaa-bbbb-ccc")
		for _, id := range []string{r.ID, NewID(), "nonsense"} {
			_, err := s.LiveRoom(t.Context(), id, Nine)
			refusedWith(t, err, fault.CodeRoomNotFound)
		}
		if page, err := s.LiveRooms(t.Context(), rooms.LiveQuery{Reach: auth.Reach{All: true}, Now: Nine}); err != nil || len(page.Rooms) != 0 {
			t.Errorf("got %+v, %v", page, err)
		}
	})
	t.Run("who is connected and who is cut off", func(t *testing.T) { liveCounted(t, newStore(t)) })
	t.Run("how good the connections are", func(t *testing.T) { qualitiesCounted(t, newStore(t)) })
	t.Run("a relay that ends leaves no quality", func(t *testing.T) { qualityEnds(t, newStore(t)) })
	t.Run("live rooms are read by pages, within a reach", func(t *testing.T) { livePaged(t, newStore(t)) })
	t.Run("an administrator is announced with the entry", func(t *testing.T) { visitAnnounced(t, newStore(t)) })
}

func liveCounted(t *testing.T, s OverviewStore) {
	r, in, relay := inside(t, s)
	enter(t, s, admit(t, s, Admission(r)), "a", Nine.Add(time.Second))
	if err := s.CloseRelay(t.Context(), relay, Nine.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	now := Nine.Add(2 * time.Second)
	got, err := s.LiveRoom(t.Context(), r.ID, now)
	if err != nil || got.Slug != r.Slug || got.SessionID != in.Admission.SessionID || got.People != 2 || got.Interrupted != 1 || !got.StartedAt.Equal(kept(Nine)) {
		t.Errorf("got %+v, %v", got, err)
	}
	people, err := s.LivePeople(t.Context(), got.SessionID, now)
	if err != nil || len(people) != 2 || people[0].Connected || !people[1].Connected || people[0].AdmissionID != in.Admission.ID {
		t.Errorf("got %+v, %v", people, err)
	}
	late, err := s.LiveRoom(t.Context(), r.ID, now.Add(2*rooms.RelayFresh)) // the replica fell silent
	if err != nil || late.Interrupted != 2 {
		t.Errorf("got %+v, %v", late, err)
	}
}

func judged(t *testing.T, s OverviewStore, of ...rooms.RelayQuality) {
	t.Helper()
	if err := s.KeepQualities(t.Context(), of); err != nil {
		t.Fatalf("keep qualities: %v", err)
	}
}

func connections(t *testing.T, s OverviewStore, roomID string, at time.Time) rooms.Connections {
	t.Helper()
	got, err := s.LiveRoom(t.Context(), roomID, at)
	if err != nil {
		t.Fatalf("live room: %v", err)
	}
	return got.Connections
}

func qualitiesCounted(t *testing.T, s OverviewStore) {
	r, in, first := inside(t, s)
	now := Nine.Add(time.Second)
	is := func(want rooms.Connections) {
		t.Helper()
		if got := connections(t, s, r.ID, now); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	is(rooms.Connections{Unknown: 1})
	judged(t, s)
	judged(t, s, rooms.RelayQuality{RelayID: "nonsense", Quality: rooms.QualityGood}, rooms.RelayQuality{RelayID: NewID(), Quality: rooms.QualityGood})
	is(rooms.Connections{Unknown: 1})

	_, second := enter(t, s, admit(t, s, Admission(r)), "a", now)
	_, third := enter(t, s, admit(t, s, Admission(r)), "a", now)
	enter(t, s, admit(t, s, Admission(r)), "a", now)
	judged(t, s, rooms.RelayQuality{RelayID: first, Quality: rooms.QualityExcellent}, rooms.RelayQuality{RelayID: second, Quality: rooms.QualityPoor},
		rooms.RelayQuality{RelayID: third, Quality: rooms.QualityLost})
	is(rooms.Connections{Excellent: 1, Poor: 1, Lost: 1, Unknown: 1})
	judged(t, s, rooms.RelayQuality{RelayID: third, Quality: rooms.QualityGood})
	is(rooms.Connections{Excellent: 1, Good: 1, Poor: 1, Unknown: 1})

	_, again := enter(t, s, in.Admission, "a", now) // the same one by two connections is one
	is(rooms.Connections{Excellent: 1, Good: 1, Poor: 1, Unknown: 1})
	judged(t, s, rooms.RelayQuality{RelayID: again, Quality: rooms.QualityPoor})
	is(rooms.Connections{Good: 1, Poor: 2, Unknown: 1})

	other := createRoom(t, s, "bbb-cccc-ddd")
	_, elsewhere := enter(t, s, admit(t, s, Admission(other)), "a", now)
	judged(t, s, rooms.RelayQuality{RelayID: elsewhere, Quality: rooms.QualityLost})
	page, err := s.LiveRooms(t.Context(), rooms.LiveQuery{Reach: auth.Reach{All: true}, Now: now})
	if err != nil || len(page.Rooms) != 2 || page.Rooms[0].Connections != (rooms.Connections{Lost: 1}) || page.Rooms[1].Connections != (rooms.Connections{Good: 1, Poor: 2, Unknown: 1}) {
		t.Errorf("got %+v, %v", page, err)
	}
	if late := connections(t, s, r.ID, now.Add(2*rooms.RelayFresh)); late != (rooms.Connections{}) { // the replica fell silent
		t.Errorf("got %+v", late)
	}
}

func qualityEnds(t *testing.T, s OverviewStore) {
	r, in, relay := inside(t, s)
	judged(t, s, rooms.RelayQuality{RelayID: relay, Quality: rooms.QualityPoor})
	if err := s.CloseRelay(t.Context(), relay, Nine.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	judged(t, s, rooms.RelayQuality{RelayID: relay, Quality: rooms.QualityLost}) // heard before, told after
	if got := connections(t, s, r.ID, Nine.Add(2*time.Second)); got != (rooms.Connections{}) {
		t.Errorf("gone, and counted as %+v", got)
	}
	enter(t, s, in.Admission, "a", Nine.Add(3*time.Second))
	if got := connections(t, s, r.ID, Nine.Add(4*time.Second)); got != (rooms.Connections{Unknown: 1}) {
		t.Errorf("came back as %+v", got)
	}
}

func livePaged(t *testing.T, s OverviewStore) {
	beat(t, s, "a", Nine)
	slugs := []string{"aaa-bbbb-ccc", "bbb-cccc-ddd", "ccc-dddd-eee"}
	for i, slug := range slugs {
		enter(t, s, admit(t, s, Admission(createRoom(t, s, slug))), "a", Nine.Add(time.Duration(i)*time.Second))
	}
	q := rooms.LiveQuery{Reach: auth.Reach{All: true}, PageSize: 2, Now: Nine}
	first, err := s.LiveRooms(t.Context(), q)
	if err != nil || len(first.Rooms) != 2 || first.Next == "" || first.Rooms[0].Slug != slugs[2] {
		t.Fatalf("got %+v, %v", first, err)
	}
	q.Cursor = first.Next
	second, err := s.LiveRooms(t.Context(), q)
	if err != nil || len(second.Rooms) != 1 || second.Next != "" || second.Rooms[0].Slug != slugs[0] {
		t.Errorf("got %+v, %v", second, err)
	}
	for _, reach := range []auth.Reach{{}, {OrgIDs: []string{NewID()}}} {
		if none, err := s.LiveRooms(t.Context(), rooms.LiveQuery{Reach: reach, Now: Nine}); err != nil || len(none.Rooms) != 0 {
			t.Errorf("got %+v, %v", none, err)
		}
	}
	if none, err := s.LiveRooms(t.Context(), rooms.LiveQuery{Reach: auth.Reach{All: true}, OrgID: "nonsense", Now: Nine}); err != nil || len(none.Rooms) != 0 {
		t.Errorf("got %+v, %v", none, err)
	}
}

func visitAnnounced(t *testing.T, s OverviewStore) {
	r, in, _ := inside(t, s)
	signedIn := createSignIn(t, s, Guest("visitor"))
	visiting := func() (rooms.Admission, error) {
		a := AdmissionOf(r, signedIn)
		a.Role, a.Visit, a.VisitFor = access.Member, auth.OrgAdmin, "To help"
		return s.Visit(t.Context(), a, []event.Event{{ID: NewID(), Type: event.AdmissionCreated, OrgID: r.OrgID, Actor: "person:x", At: Nine}})
	}
	a, err := visiting()
	if err != nil || a.Visit != auth.OrgAdmin || a.VisitFor != "To help" || a.State != rooms.Admitted {
		t.Fatalf("got %+v, %v", a, err)
	}
	again, err := visiting()
	if err != nil || again.ID != a.ID {
		t.Errorf("asked twice: %+v, %v", again, err)
	}
	entered, _ := enter(t, s, again, "a", Nine.Add(time.Second))
	state, err := s.State(t.Context(), r.ID, in.Admission.ID, 10)
	if err != nil || entered.Announced == 0 || state.Seq != entered.Announced || len(state.Visitors) != 1 || state.Visitors[0].AdmissionID != a.ID {
		t.Errorf("entered %+v, state %+v, %v", entered, state, err)
	}
	if office, err := s.VisitOf(t.Context(), r.ID, a.Who()); err != nil || office != auth.OrgAdmin {
		t.Errorf("came in as %q, %v", office, err)
	}
	if office, err := s.VisitOf(t.Context(), r.ID, in.Admission.Who()); err != nil || office != "" {
		t.Errorf("of the room, and came in as %q, %v", office, err)
	}
	back, _ := enter(t, s, again, "a", Nine.Add(2*time.Second)) // the same stay goes on
	if back.Announced != 0 {
		t.Errorf("announced again as %d", back.Announced)
	}
	a.SignInID = NewID()
	_, err = s.Visit(t.Context(), a, nil)
	mustBe(t, err, fault.Unauthenticated)
}
