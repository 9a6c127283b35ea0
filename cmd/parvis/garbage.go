package main

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How much garbage the program lets lie. Go's own rule is a share of what lives: a program that lives on 20 MB then
// collects dozens of times a second while everybody joins, for a quarter of its processor time, and keeps for minutes
// what the storm took. So there is a room that garbage may fill however little lives, and it is given back as soon as
// nobody joins any more (docs/decisions/0007).
const (
	garbageRoom  = 40 << 20 // bytes
	leastPercent = 60       // of what lives, once that is more than garbageRoom stands for
	mostPercent  = 400

	calmEvery = 5 * time.Second
	calmBelow = 4 << 20  // bytes allocated in that time: nobody joins
	worthIt   = 16 << 20 // bytes allocated since memory was last given back
)

// percentFor is GOGC for what lives, in bytes.
func percentFor(live uint64) int {
	return int(min(max(100*garbageRoom/max(live, 1), leastPercent), mostPercent))
}

// tuneGarbage sets GOGC again after each collection. GOGC in the environment counts instead.
func tuneGarbage() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(mostPercent)
	afterEachCollection(func() { debug.SetGCPercent(percentFor(metric("/gc/heap/live:bytes"))) })
}

// afterEachCollection runs do when the collector has found something unreachable that was made after the last time.
func afterEachCollection(do func()) {
	type mark struct{ _ *mark } // a pointer within: what has none may share its block and live on
	runtime.AddCleanup(&mark{}, func(do func()) {
		do()
		afterEachCollection(do)
	}, do)
}

// giveBack returns memory to the system when a storm is over, until ctx ends.
func giveBack(ctx context.Context) {
	ticks := time.NewTicker(calmEvery)
	defer ticks.Stop()
	c := calm{released: allocated(), last: allocated()}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			if c.fell(allocated()) {
				debug.FreeOSMemory()
			}
		}
	}
}

// calm watches how many bytes were allocated in all.
type calm struct{ last, released uint64 }

// fell tells, at each tick, whether a storm is over whose memory has not been given back.
func (c *calm) fell(now uint64) bool {
	quiet := now-c.last < calmBelow
	c.last = now
	if !quiet || now-c.released < worthIt {
		return false
	}
	c.released = now
	return true
}

func allocated() uint64 { return metric("/gc/heap/allocs:bytes") }

// metric reads one of package runtime/metrics; one that this Go does not know is as large as can be, which is Go's
// default way of collecting.
func metric(name string) uint64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return math.MaxUint64
	}
	return s[0].Value.Uint64()
}
