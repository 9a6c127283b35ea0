package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

// AdmissionsStore is what the suite of admissions needs.
type AdmissionsStore interface {
	RoomKeeper
	rooms.PresenceStore
	rooms.LiveStore
	signin.Store
}

// Admissions is the suite of rooms.AdmissionStore.
func Admissions(t *testing.T, newStore func(*testing.T) AdmissionsStore) {
	t.Run("an unknown admission is not found, whatever its id looks like", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense", ""} {
			_, err := s.Admission(t.Context(), id)
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("an admission comes back as it was written, with its room", func(t *testing.T) { admissionRoundTrip(t, newStore(t)) })
	t.Run("joining again before the first connection answers the same admission", func(t *testing.T) { joinAgain(t, newStore(t)) })
	t.Run("joining twice at the same moment answers one admission", func(t *testing.T) { joinTwice(t, newStore(t)) })
	t.Run("joining again after the first connection answers a new admission", func(t *testing.T) {
		s := newStore(t)
		r, who := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
		first := admit(t, s, AdmissionOf(r, who))
		enter(t, s, first, "a", Nine)
		if second := admit(t, s, AdmissionOf(r, who)); second.ID == first.ID {
			t.Error("an open admission was given a second time")
		}
	})
	t.Run("a bearer's admission is always new", func(t *testing.T) {
		s := newStore(t)
		r := createRoom(t, s, "aaa-bbbb-ccc")
		a := Admission(r)
		b := a
		b.ID = NewID()
		if admit(t, s, a).ID == admit(t, s, b).ID {
			t.Error("got the same admission twice")
		}
	})
	t.Run("somebody who has signed out is not admitted", func(t *testing.T) {
		s := newStore(t)
		r, who := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
		if _, err := s.EndSignIns(t.Context(), signin.Selection{ID: who.ID}, Nine); err != nil {
			t.Fatal(err)
		}
		a := AdmissionOf(r, who)
		_, err := s.Admit(t.Context(), a, Created(a))
		mustBe(t, err, fault.Unauthenticated)
	})
	t.Run("hundreds who join at once are all admitted, and one bad request harms nobody", func(t *testing.T) { stormOfJoins(t, newStore(t)) })
	t.Run("a caller who goes away does not break the others", func(t *testing.T) { impatientJoin(t, newStore(t)) })
	t.Run("ending names exactly one thing", func(t *testing.T) {
		s := newStore(t)
		for _, which := range []rooms.AdmissionSelection{{}, {ID: NewID(), RoomID: NewID()}} {
			if _, err := s.EndAdmissions(t.Context(), which, rooms.EndLeft, Nine); err == nil {
				t.Errorf("%+v was accepted", which)
			}
		}
	})
	t.Run("ending answers what it ended, once", func(t *testing.T) { endOnce(t, newStore(t)) })
	t.Run("each way of naming ends its own and nothing else", func(t *testing.T) { endSelections(t, newStore(t)) })
	t.Run("an end takes the hand down", func(t *testing.T) { endWithHand(t, newStore(t)) })
}

func admissionRoundTrip(t *testing.T, s AdmissionsStore) {
	r, who := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
	want := AdmissionOf(r, who)
	want.Sources = nil // nothing may be published: that is not "everything"
	got := admit(t, s, want)
	want.CreatedAt, want.Sources = kept(want.CreatedAt), []access.Source{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	in, err := s.Admission(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, in.Admission); diff != "" || in.Room.Slug != r.Slug {
		t.Errorf("room %q\n%s", in.Room.Slug, diff)
	}
}

func joinAgain(t *testing.T, s AdmissionsStore) {
	r, who := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
	first := admit(t, s, AdmissionOf(r, who))
	same := admit(t, s, AdmissionOf(r, who))
	if diff := cmp.Diff(first, same); diff != "" {
		t.Errorf("nothing changed, so nothing counts up\n%s", diff)
	}
	changed := AdmissionOf(r, who)
	changed.Name, changed.Role, changed.Sources = "Anna", access.Moderator, []access.Source{access.Microphone}
	got := admit(t, s, changed)
	if got.ID != first.ID || got.Name != "Anna" || got.Role != access.Moderator || len(got.Sources) != 1 || got.Generation != 2 {
		t.Errorf("got %+v", got)
	}
	if other := admit(t, s, AdmissionOf(createRoom(t, s, "ddd-dddd-ddd"), who)); other.ID == first.ID {
		t.Error("another room needs another admission")
	}
}

func joinTwice(t *testing.T, s AdmissionsStore) {
	r, who := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
	var mu sync.Mutex
	ids := map[string]bool{}
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			a := AdmissionOf(r, who)
			got, err := s.Admit(t.Context(), a, Created(a))
			if err != nil {
				t.Errorf("admit: %v", err)
			}
			mu.Lock()
			ids[got.ID] = true
			mu.Unlock()
		})
	}
	wg.Wait()
	if len(ids) != 1 {
		t.Errorf("got %d admissions", len(ids))
	}
}

func stormOfJoins(t *testing.T, s AdmissionsStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	var wg sync.WaitGroup
	for i := range 600 {
		wg.Go(func() {
			a := Admission(r)
			a.Name = fmt.Sprint(i)
			if i%100 == 50 {
				a.Role = "captain" // no such role
				if _, err := s.Admit(t.Context(), a, Created(a)); err == nil || fault.Is(err, fault.Unavailable) {
					t.Errorf("an admission without a role: %v", err)
				}
				return
			}
			got, err := s.Admit(t.Context(), a, Created(a))
			if err != nil || got.ID != a.ID || got.Name != a.Name {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func impatientJoin(t *testing.T, s AdmissionsStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			a := Admission(r)
			if i%2 == 0 {
				if _, err := s.Admit(gone, a, Created(a)); err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
				return
			}
			if _, err := s.Admit(t.Context(), a, Created(a)); err != nil {
				t.Errorf("somebody who waits: %v", err)
			}
		})
	}
	wg.Wait()
}

func endOnce(t *testing.T, s AdmissionsStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	a := admit(t, s, Admission(r))
	in, _ := enter(t, s, a, "a", Nine)
	later := Nine.Add(time.Minute)
	got, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: a.ID}, rooms.EndRemoved, later)
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	want := in.Admission
	want.State, want.Reason, want.Generation = rooms.Ended, rooms.EndRemoved, in.Admission.Generation+1
	at := kept(later)
	want.EndedAt = &at
	if diff := cmp.Diff(rooms.Ending{Admission: want, MediaName: r.MediaName}, got[0]); diff != "" {
		t.Error(diff)
	}
	if again, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: a.ID}, rooms.EndLeft, later); err != nil || len(again) != 0 {
		t.Errorf("ended twice: %v, %v", again, err)
	}
	read, err := s.Admission(t.Context(), a.ID)
	if diff := cmp.Diff(want, read.Admission); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	relay := rooms.Relay{ID: NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: later}
	refusal := fault.New(fault.CodeRemoved, "removed")
	_, err = s.Enter(t.Context(), relay, func(in rooms.Entered) error {
		if in.Admission.State == rooms.Ended {
			return refusal
		}
		return nil
	})
	if !errors.Is(err, refusal) {
		t.Errorf("the gate must see the end: %v", err)
	}
}

func endSelections(t *testing.T, s AdmissionsStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-dddd-ddd")
	who := createSignIn(t, s, Guest("g"))
	software := NewID()
	for name, c := range map[string]struct {
		change func(*rooms.Admission)
		which  rooms.AdmissionSelection
	}{
		"by sign-in": {func(a *rooms.Admission) { a.SignInID = who.ID }, rooms.AdmissionSelection{SignInID: who.ID}},
		"by room":    {func(a *rooms.Admission) { a.RoomID = other.ID }, rooms.AdmissionSelection{RoomID: other.ID}},
		"by service": {func(a *rooms.Admission) { a.WhoID = software }, rooms.AdmissionSelection{ServiceID: software}},
	} {
		stays := admit(t, s, Admission(r))
		a := Admission(r)
		c.change(&a)
		goes := admit(t, s, a)
		got, err := s.EndAdmissions(t.Context(), c.which, rooms.EndSignedOut, Nine)
		if err != nil || len(got) != 1 || got[0].Admission.ID != goes.ID {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
		if in, err := s.Admission(t.Context(), stays.ID); err != nil || !in.Admission.Live() {
			t.Errorf("%s ended somebody else's: %v", name, err)
		}
	}
	if got, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{SignInID: "nonsense"}, rooms.EndLeft, Nine); err != nil || len(got) != 0 {
		t.Errorf("a key that cannot exist names nobody: %v, %v", got, err)
	}
}

func endWithHand(t *testing.T, s AdmissionsStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	a := admit(t, s, Admission(r))
	enter(t, s, a, "a", Nine)
	seq, _, err := s.SetHand(t.Context(), a.ID, &Nine)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{RoomID: r.ID}, rooms.EndArchived, Nine)
	if err != nil || len(got) != 1 || got[0].HandSeq != seq+1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if state, err := s.State(t.Context(), r.ID, NewID(), 10); err != nil || len(state.Hands) != 0 || state.Seq != seq+1 {
		t.Errorf("got %+v, %v", state, err)
	}
}
