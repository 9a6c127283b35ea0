package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestGarbageHasItsRoomHoweverLittleLives(t *testing.T) {
	const mega = 1 << 20
	for live, want := range map[uint64]int{0: 400, 5 * mega: 400, 20 * mega: 200, 40 * mega: 100, 80 * mega: 60, 4000 * mega: 60} {
		if got := percentFor(live); got != want {
			t.Errorf("%d MB live: GOGC %d, want %d", live/mega, got, want)
		}
	}
}

func TestTheShareOfGarbageFollowsWhatLives(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	tuned := make(chan int, 16)
	afterEachCollection(func() {
		select {
		case tuned <- percentFor(metric("/gc/heap/live:bytes")):
		default:
		}
	})
	kept := make([][]byte, 0, 100)
	for range 100 { // more than garbageRoom stands for
		kept = append(kept, make([]byte, 1<<20))
	}
	for deadline := time.After(time.Minute); ; {
		runtime.GC()
		select {
		case percent := <-tuned:
			if percent == leastPercent {
				runtime.KeepAlive(kept)
				return
			}
		case <-deadline:
			t.Fatal("the share did not follow")
		}
	}
}

func TestMemoryIsGivenBackOnceAfterAStorm(t *testing.T) {
	c := calm{}
	var gave []int
	for tick, allocatedInAll := range []uint64{1 << 20, 100 << 20, 300 << 20, 301 << 20, 302 << 20, 303 << 20, 400 << 20, 401 << 20} {
		if c.fell(allocatedInAll) {
			gave = append(gave, tick)
		}
	}
	if len(gave) != 2 || gave[0] != 3 || gave[1] != 7 {
		t.Errorf("given back at ticks %v", gave)
	}
}
