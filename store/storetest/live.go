package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/fault"
	"parvis/rooms"
)

// Live is the suite of rooms.LiveStore.
func Live(t *testing.T, newStore func(*testing.T) AdmissionsStore) {
	t.Run("a room in which nothing was said has nothing to tell", func(t *testing.T) {
		s := newStore(t)
		got, err := s.State(t.Context(), createRoom(t, s, "aaa-bbbb-ccc").ID, NewID(), 10)
		if diff := cmp.Diff(rooms.State{}, got); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	})
	t.Run("who comes later reads the last lines, oldest first", func(t *testing.T) { lastLines(t, newStore(t)) })
	t.Run("lines of an earlier session are not told", func(t *testing.T) { earlierSession(t, newStore(t)) })
	t.Run("steps of a room are counted without a gap", func(t *testing.T) { noGap(t, newStore(t)) })
	t.Run("raising twice changes once, so does lowering", func(t *testing.T) { handTwice(t, newStore(t)) })
	t.Run("a hand of nobody, and of somebody not in the room, is refused", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense"} {
			_, _, err := s.SetHand(t.Context(), id, &Nine)
			mustBe(t, err, fault.NotFound)
		}
		a := admit(t, s, Admission(createRoom(t, s, "aaa-bbbb-ccc")))
		_, _, err := s.SetHand(t.Context(), a.ID, &Nine)
		mustBe(t, err, fault.Forbidden)
	})
}

func speaker(t *testing.T, s AdmissionsStore, slug string) rooms.Entered {
	t.Helper()
	in, _ := enter(t, s, admit(t, s, Admission(createRoom(t, s, slug))), "a", Nine)
	return in
}

func say(t *testing.T, s rooms.LiveStore, in rooms.Entered, text string) (rooms.Message, int64) {
	t.Helper()
	m := rooms.Message{
		ID: NewID(), RoomID: in.Room.ID, SessionID: in.Admission.SessionID, AdmissionID: in.Admission.ID, Name: in.Admission.Name, Text: text, At: Nine,
	}
	seq, err := s.AddMessage(t.Context(), m, true)
	if err != nil {
		t.Fatalf("say: %v", err)
	}
	m.At = kept(m.At)
	return m, seq
}

func lastLines(t *testing.T, s AdmissionsStore) {
	in := speaker(t, s, "aaa-bbbb-ccc")
	say(t, s, in, "first")
	second, _ := say(t, s, in, "deuxième 🙂 مرحبا")
	third, seq := say(t, s, in, "third")
	if seq != 3 {
		t.Errorf("the third step has number %d", seq)
	}
	got, err := s.State(t.Context(), in.Room.ID, in.Admission.ID, 2)
	if diff := cmp.Diff(rooms.State{Seq: 3, Messages: []rooms.Message{second, third}}, said(got)); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// said is what people said, without what hosts decided and the session.
func said(s rooms.State) rooms.State {
	return rooms.State{Seq: s.Seq, Hands: s.Hands, Messages: s.Messages}
}

func earlierSession(t *testing.T, s AdmissionsStore) {
	in := speaker(t, s, "aaa-bbbb-ccc")
	_, seq := say(t, s, in, "between us")
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: in.Admission.ID}, rooms.EndLeft, Nine); err != nil {
		t.Fatal(err)
	}
	settle(t, s, rooms.Settlement{Over: []string{in.Admission.SessionID}}, Nine.Add(time.Minute))
	enter(t, s, admit(t, s, Admission(in.Room)), "a", Nine.Add(time.Hour))
	got, err := s.State(t.Context(), in.Room.ID, in.Admission.ID, 10)
	if err != nil || len(got.Messages) != 0 || got.Seq != seq {
		t.Errorf("got %+v, %v", got, err)
	}
}

func noGap(t *testing.T, s AdmissionsStore) {
	const lines = 20
	in, other := speaker(t, s, "aaa-bbbb-ccc"), speaker(t, s, "ddd-dddd-ddd")
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for i := range lines {
		wg.Go(func() {
			m := rooms.Message{ID: NewID(), RoomID: in.Room.ID, SessionID: in.Admission.SessionID, AdmissionID: in.Admission.ID, Text: fmt.Sprint(i), At: Nine}
			seq, err := s.AddMessage(t.Context(), m, true)
			if err != nil {
				t.Errorf("say: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen[seq] = true
		})
	}
	wg.Wait()
	for i := range lines {
		if !seen[int64(i+1)] {
			t.Errorf("no step has number %d", i+1)
		}
	}
	if _, seq := say(t, s, other, "another room"); seq != 1 {
		t.Errorf("each room counts by itself: %d", seq)
	}
}

func handTwice(t *testing.T, s AdmissionsStore) {
	in := speaker(t, s, "aaa-bbbb-ccc")
	id, later := in.Admission.ID, Nine.Add(time.Minute)
	for i, step := range []struct {
		at      *time.Time
		seq     int64
		changed bool
	}{{nil, 0, false}, {&Nine, 1, true}, {&later, 1, false}, {nil, 2, true}, {nil, 2, false}, {&later, 3, true}} {
		seq, changed, err := s.SetHand(t.Context(), id, step.at)
		if err != nil || seq != step.seq || changed != step.changed {
			t.Errorf("step %d: got %d, %v, %v", i, seq, changed, err)
		}
	}
	got, err := s.State(t.Context(), in.Room.ID, in.Admission.ID, 1)
	want := rooms.State{Seq: 3, Hands: []rooms.Hand{{AdmissionID: id, Name: in.Admission.Name, RaisedAt: kept(later)}}}
	if diff := cmp.Diff(want, said(got)); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
