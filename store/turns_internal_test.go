package store

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestThoseWhoComeToOneLobbyTakeTurnsAndNobodyElseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q turns
		var inside, most, through atomic.Int64
		for range 300 {
			go func() {
				done, err := q.take(t.Context(), "room")
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				time.Sleep(10 * time.Millisecond) // of the bubble's own time
				inside.Add(-1)
				through.Add(1)
				done()
			}()
		}
		synctest.Wait()
		begin := time.Now()
		done, err := q.take(t.Context(), "another room")
		if err != nil || time.Since(begin) != 0 {
			t.Errorf("another room waits too: %s, %v", time.Since(begin), err)
		}
		done()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if through.Load() != 300 || most.Load() != turnsAtOnce || len(q.of) != 0 {
			t.Errorf("%d came through, %d at a time, %d rooms are kept", through.Load(), most.Load(), len(q.of))
		}
	})
}

func TestWhoWaitsTooLongForATurnIsToldSoAndKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q turns
		var held []func()
		for range turnsAtOnce {
			done, err := q.take(t.Context(), "room")
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, done)
		}
		if _, err := q.take(t.Context(), "room"); !errors.Is(err, errNoTurn) || meaningOf(err) != silent {
			t.Errorf("got %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := q.take(gone, "room"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		for _, done := range held {
			done()
		}
		if len(q.of) != 0 {
			t.Errorf("%d rooms are kept", len(q.of))
		}
	})
}
