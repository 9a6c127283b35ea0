package rooms

import (
	"context"
	"sync"
	"time"
)

const (
	reactionPause    = 250 * time.Millisecond // four signals a second a room
	reactionKinds    = 64                     // different (participant, reaction) pairs in one signal: bounds its size below 15 kB
	reactionDeadline = 3 * time.Second
)

type reactionItem struct {
	Participant string `json:"participant"`
	Name        string `json:"name"`
	Reaction    string `json:"reaction"`
	Count       int    `json:"count"`
}

// reactions gathers the reactions of each room. mu guards all of it; a room has an entry while a pause of it runs.
type reactions struct {
	say func(context.Context, string, []reactionItem)

	mu     sync.Mutex
	rooms  map[string][]reactionItem
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
}

func newReactions(say func(context.Context, string, []reactionItem)) *reactions {
	ctx, cancel := context.WithCancel(context.Background())
	return &reactions{say: say, rooms: map[string][]reactionItem{}, ctx: ctx, cancel: cancel}
}

// add says the first reaction of a room at once and gathers those that come within the pause after it.
func (g *reactions) add(room string, item reactionItem) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ctx.Err() != nil {
		return
	}
	waiting, busy := g.rooms[room]
	if busy {
		g.rooms[room] = merge(waiting, item)
		return
	}
	g.rooms[room] = nil
	g.work.Add(1)
	go g.run(room, []reactionItem{item})
}

func (g *reactions) run(room string, items []reactionItem) {
	defer g.work.Done()
	for len(items) > 0 {
		ctx, cancel := context.WithTimeout(g.ctx, reactionDeadline)
		g.say(ctx, room, items)
		cancel()
		select {
		case <-time.After(reactionPause):
		case <-g.ctx.Done():
		}
		items = g.take(room)
	}
}

// take hands out what was gathered and forgets the room when that is nothing.
func (g *reactions) take(room string) []reactionItem {
	g.mu.Lock()
	defer g.mu.Unlock()
	items := g.rooms[room]
	if len(items) == 0 || g.ctx.Err() != nil {
		delete(g.rooms, room)
		return nil
	}
	g.rooms[room] = nil
	return items
}

func (g *reactions) close() {
	g.mu.Lock()
	g.cancel()
	g.mu.Unlock()
	g.work.Wait()
}

func merge(items []reactionItem, item reactionItem) []reactionItem {
	for i := range items {
		if items[i].Participant == item.Participant && items[i].Reaction == item.Reaction {
			items[i].Count++
			return items
		}
	}
	if len(items) == reactionKinds {
		return items
	}
	return append(items, item)
}
