package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/rooms"
)

// Inbox is the suite of rooms.Inbox.
func Inbox(t *testing.T, newStore func(*testing.T) rooms.Inbox) {
	t.Run("a webhook that comes twice is kept once", func(t *testing.T) {
		s := newStore(t)
		for i, want := range []bool{true, false} {
			if isNew, err := s.Keep(t.Context(), mediaEvent("1", "r"), Nine); err != nil || isNew != want {
				t.Errorf("time %d: %v, %v", i, isNew, err)
			}
		}
		if got := work(t, s, 10, Nine); len(got) != 1 {
			t.Errorf("got %v", got)
		}
		if isNew, err := s.Keep(t.Context(), mediaEvent("1", "r"), Nine); err != nil || isNew {
			t.Errorf("after it was worked off: %v, %v", isNew, err)
		}
	})
	t.Run("webhooks come back as they came, oldest first, once", func(t *testing.T) {
		s := newStore(t)
		keep(t, s, mediaEvent("b", "r"), mediaEvent("a", "r"), mediaEvent("c", "q"))
		want := []string{"b", "a", "c"}
		if diff := cmp.Diff(want[:2], work(t, s, 2, Nine)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want[2:], work(t, s, 2, Nine)); diff != "" {
			t.Error(diff)
		}
		if got := work(t, s, 2, Nine); len(got) != 0 {
			t.Errorf("got %v again", got)
		}
	})
	t.Run("one that fails holds back its room alone, and is tried again", func(t *testing.T) { failingWebhook(t, newStore(t)) })
	t.Run("workers side by side do each once, and keep the order of a room", func(t *testing.T) { manyWorkers(t, newStore(t)) })
}

func mediaEvent(id, room string) rooms.MediaEvent {
	return rooms.MediaEvent{ID: id, Type: "participant_joined", Room: room, Sid: "RM_1", Identity: "who", At: kept(Nine)}
}

func keep(t *testing.T, s rooms.Inbox, events ...rooms.MediaEvent) {
	t.Helper()
	for _, e := range events {
		if _, err := s.Keep(t.Context(), e, Nine); err != nil {
			t.Fatalf("keep: %v", err)
		}
	}
}

func work(t *testing.T, s rooms.Inbox, limit int, now time.Time) (ids []string) {
	t.Helper()
	done, err := s.Work(t.Context(), limit, now, func(_ context.Context, e rooms.MediaEvent) error {
		if diff := cmp.Diff(mediaEvent(e.ID, e.Room), e); diff != "" {
			t.Error(diff)
		}
		ids = append(ids, e.ID)
		return nil
	})
	if err != nil || done != len(ids) {
		t.Errorf("%d done, told of %d, %v", done, len(ids), err)
	}
	return ids
}

func failingWebhook(t *testing.T, s rooms.Inbox) {
	keep(t, s, mediaEvent("1", "r"), mediaEvent("2", "r"), mediaEvent("3", "q"))
	broken := errors.New("the SFU is away")
	var told []string
	done, err := s.Work(t.Context(), 10, Nine, func(_ context.Context, e rooms.MediaEvent) error {
		told = append(told, e.ID)
		if e.ID == "1" {
			return broken
		}
		return nil
	})
	if done != 1 || !errors.Is(err, broken) {
		t.Errorf("%d done, %v", done, err)
	}
	if diff := cmp.Diff([]string{"1", "3"}, told); diff != "" {
		t.Errorf("the second of the room must wait for the first\n%s", diff)
	}
	if got := work(t, s, 10, Nine.Add(time.Second)); len(got) != 0 {
		t.Errorf("tried again too soon: %v", got)
	}
	if diff := cmp.Diff([]string{"1", "2"}, work(t, s, 10, Nine.Add(time.Minute))); diff != "" {
		t.Error(diff)
	}
}

func manyWorkers(t *testing.T, s rooms.Inbox) {
	const roomCount, each = 4, 10
	for i := range each {
		for r := range roomCount {
			keep(t, s, mediaEvent(fmt.Sprintf("%d-%02d", r, i), fmt.Sprint(r)))
		}
	}
	var mu sync.Mutex
	told := map[string][]string{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range roomCount * each {
				_, err := s.Work(t.Context(), 3, Nine, func(_ context.Context, e rooms.MediaEvent) error {
					mu.Lock()
					defer mu.Unlock()
					told[e.Room] = append(told[e.Room], e.ID)
					return nil
				})
				if err != nil {
					t.Errorf("work: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for r := range roomCount {
		var want []string
		for i := range each {
			want = append(want, fmt.Sprintf("%d-%02d", r, i))
		}
		if diff := cmp.Diff(want, told[fmt.Sprint(r)]); diff != "" {
			t.Errorf("room %d\n%s", r, diff)
		}
	}
}

// Leases is the suite of rooms.Leases.
func Leases(t *testing.T, newStore func(*testing.T) rooms.Leases) {
	t.Run("one holder at a time, until the time is over", func(t *testing.T) {
		s := newStore(t)
		for i, step := range []struct {
			name, holder string
			at           time.Duration
			want         bool
		}{
			{"sweep", "a", 0, true}, {"sweep", "b", time.Second, false}, {"seal", "b", time.Second, true},
			{"sweep", "a", 20 * time.Second, true}, {"sweep", "b", 40 * time.Second, false}, {"sweep", "b", 50 * time.Second, true},
			{"sweep", "a", 51 * time.Second, false},
		} {
			now := Nine.Add(step.at)
			if got, err := s.Take(t.Context(), step.name, step.holder, now, now.Add(30*time.Second)); err != nil || got != step.want {
				t.Errorf("step %d: %v, %v", i, got, err)
			}
		}
	})
	t.Run("of many who ask at once one gets it", func(t *testing.T) {
		s := newStore(t)
		taken := make(chan string, 16)
		var wg sync.WaitGroup
		for i := range cap(taken) {
			wg.Go(func() {
				holder := fmt.Sprint(i)
				if got, err := s.Take(t.Context(), "sweep", holder, Nine, Nine.Add(time.Minute)); err != nil {
					t.Errorf("take: %v", err)
				} else if got {
					taken <- holder
				}
			})
		}
		wg.Wait()
		if len(taken) != 1 {
			t.Errorf("%d hold it", len(taken))
		}
	})
}
