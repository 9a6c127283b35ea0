package sfu

import (
	"context"
	"slices"
	"strings"

	"parvis/rooms"
)

const (
	// qualitiesAtOnce is how many relays one write is about.
	qualitiesAtOnce = 500
	// qualitiesMost bounds one telling: of a crowd that came within a minute it is told in the next ones.
	qualitiesMost = 2000
)

// hear follows what was passed on to the browser.
func (r *relay) hear(chunk []byte) {
	r.watcher.feed(chunk)
	if q := int32(r.watcher.quality()); q != r.quality.Load() {
		r.quality.Store(q)
	}
}

// TellQualities tells the door of the relays whose quality is another than it was told last. One call runs at a time. What
// cannot be told now is told with the next.
func (g *Gate) TellQualities(ctx context.Context) error {
	for some := range slices.Chunk(g.untold(), qualitiesAtOnce) {
		heard := make([]rooms.RelayQuality, len(some))
		for i, u := range some {
			heard[i] = u.RelayQuality
		}
		if err := g.door.QualitiesHeard(ctx, heard); err != nil {
			return err
		}
		for _, u := range some {
			u.relay.told = u.Quality
		}
	}
	return nil
}

// untold is a relay with what the door does not know of it.
type untold struct {
	rooms.RelayQuality
	relay *relay
}

// untold answers some of them, in the order of their ids: whoever writes several rows takes them in one order.
func (g *Gate) untold() []untold {
	var found []untold
	for _, r := range g.allRelays() {
		q := rooms.Quality(r.quality.Load())
		if q == r.told {
			continue
		}
		if id := r.relayID(); id != "" { // else let in while the database was away, and not entered yet
			found = append(found, untold{rooms.RelayQuality{RelayID: id, Quality: q}, r})
		}
		if len(found) == qualitiesMost {
			break
		}
	}
	slices.SortFunc(found, func(a, b untold) int { return strings.Compare(a.RelayID, b.RelayID) })
	return found
}
