package rooms

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"parvis/access"
	"parvis/fault"
)

const (
	lobbyPause    = 250 * time.Millisecond // four reads a second of a lobby, whatever happens in it
	lobbyRetry    = 2 * time.Second        // after a read that failed
	lobbyDeadline = 5 * time.Second
	feedsOfOne    = 32  // streams that one sign-in, or one service account, may keep open on a replica
	feedsOfOthers = 512 // that all who are not known may keep open from one network: a ministry may have one address
)

// lobbyHub brings what changes in lobbies to those who listen. A lobby is read once for a change, however many listen to
// it; changes that come while it is read, or within a pause after, are one. What was read is shared and never written
// to again: each listener keeps the one that it has told and compares. No goroutine runs while nothing changes.
//
// mu guards all of it and the fields of feeds that say so.
type lobbyHub struct {
	read   func(context.Context, string) (*Lobby, error)
	logger *slog.Logger

	mu      sync.Mutex
	rooms   map[string]*watched           // by room
	bySign  map[string]map[*Feed]struct{} // by sign-in or service account, or by network
	mine    map[access.Subject][]*Feed    // those who listen to all rooms of theirs, by what they may hold grants as
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup
	drained chan struct{} // closed once streams must end
}

// watched is a lobby to which somebody listens.
type watched struct {
	feeds   map[*Feed]struct{} // of this room
	holders map[*Feed]struct{} // of all their rooms, who were told of this one
	now     *Lobby             // nil until it was read
	err     error              // of the last read, nil once one succeeded
	ready   chan struct{}      // closed after the first read, whether it succeeded or not
	dirty   bool               // something changed since the last read began
	busy    bool               // a goroutine reads or pauses
	begun   int                // reads that have begun
	shown   int                // which of them now is, at least
}

func newLobbyHub(read func(context.Context, string) (*Lobby, error), logger *slog.Logger) *lobbyHub {
	ctx, cancel := context.WithCancel(context.Background())
	return &lobbyHub{
		read: read, logger: logger, rooms: map[string]*watched{}, bySign: map[string]map[*Feed]struct{}{},
		mine: map[access.Subject][]*Feed{}, ctx: ctx, cancel: cancel, drained: make(chan struct{}),
	}
}

// drain ends all streams; none begins any more.
func (h *lobbyHub) drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.draining() {
		close(h.drained)
	}
}

func (h *lobbyHub) draining() bool {
	select {
	case <-h.drained:
		return true
	default:
		return false
	}
}

// close waits until every feed is closed, which those who hold one do once it is drained.
func (h *lobbyHub) close() {
	h.drain()
	h.mu.Lock()
	h.cancel()
	h.mu.Unlock()
	h.work.Wait()
}

// enter counts a feed in.
func (h *lobbyHub) enter(f *Feed) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining() {
		return fault.New(fault.CodeUnavailable, "this server is about to stop").After(time.Second)
	}
	most := feedsOfOne
	if f.who.Anonymous() {
		most = feedsOfOthers
	}
	if len(h.bySign[f.key]) >= most {
		return fault.New(fault.CodeTooMany, "too many streams are open").After(lobbyRetry)
	}
	h.work.Add(1)
	if h.bySign[f.key] == nil {
		h.bySign[f.key] = map[*Feed]struct{}{}
	}
	h.bySign[f.key][f] = struct{}{}
	switch f.kind {
	case feedMine:
		for _, subject := range f.subjects {
			h.mine[subject] = append(h.mine[subject], f)
		}
	default:
		w := h.watch(f.room.ID)
		w.feeds[f] = struct{}{}
		if w.now == nil {
			h.readSoon(f.room.ID, w)
		}
	}
	return nil
}

func (h *lobbyHub) leave(f *Feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, in := h.bySign[f.key][f]; !in {
		return
	}
	defer h.work.Done()
	delete(h.bySign[f.key], f)
	if len(h.bySign[f.key]) == 0 {
		delete(h.bySign, f.key)
	}
	for _, subject := range f.subjects {
		h.mine[subject] = slices.DeleteFunc(h.mine[subject], func(other *Feed) bool { return other == f })
		if len(h.mine[subject]) == 0 {
			delete(h.mine, subject)
		}
	}
	if f.kind != feedMine {
		h.unwatch(f.room.ID, f)
	}
	for id := range f.seen {
		h.unwatch(id, f)
	}
	for id := range f.pending {
		h.unwatch(id, f)
	}
}

func (h *lobbyHub) watch(roomID string) *watched {
	w := h.rooms[roomID]
	if w == nil {
		w = &watched{feeds: map[*Feed]struct{}{}, ready: make(chan struct{})}
		h.rooms[roomID] = w
	}
	return w
}

// unwatch forgets a lobby to which nobody listens any more; one that is being read is forgotten by who reads it.
func (h *lobbyHub) unwatch(roomID string, f *Feed) {
	w := h.rooms[roomID]
	if w == nil {
		return
	}
	delete(w.feeds, f)
	delete(w.holders, f)
	if !w.busy && len(w.feeds) == 0 && len(w.holders) == 0 {
		delete(h.rooms, roomID)
	}
}

// changed says that a lobby, or who its hosts are, may be another now. Other changes of a room matter only to those who
// are told of it.
func (h *lobbyHub) changed(roomID string, lobby bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.rooms[roomID]
	if w == nil {
		if !lobby || len(h.mine) == 0 {
			return
		}
		w = h.watch(roomID)
	}
	h.readSoon(roomID, w)
}

// everything may have changed: the feed of changes had a gap.
func (h *lobbyHub) everything() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, w := range h.rooms {
		h.readSoon(id, w)
	}
	for _, feeds := range h.bySign {
		for f := range feeds {
			f.unsure, f.missed = true, f.kind == feedMine
			f.awake()
		}
	}
}

// signIn says that a sign-in may have ended: its streams have to find out.
func (h *lobbyHub) signIn(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for f := range h.bySign[id] {
		f.unsure = true
		f.awake()
	}
}

func (h *lobbyHub) readSoon(roomID string, w *watched) {
	w.dirty = true
	if w.busy || h.ctx.Err() != nil {
		return
	}
	w.busy = true
	h.work.Add(1)
	go h.run(roomID, w)
}

// run reads a lobby until nothing changed while it was read and in the pause after.
func (h *lobbyHub) run(roomID string, w *watched) {
	defer h.work.Done()
	for h.begin(roomID, w) {
		ctx, cancel := context.WithTimeout(h.ctx, lobbyDeadline)
		now, err := h.read(ctx, roomID)
		cancel()
		pause := lobbyPause
		if h.publish(w, now, err) != nil {
			pause = lobbyRetry
		}
		select {
		case <-time.After(pause):
		case <-h.ctx.Done():
		}
	}
}

// begin reports whether the lobby has to be read, and forgets it when nobody listens.
func (h *lobbyHub) begin(roomID string, w *watched) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.dirty && h.ctx.Err() == nil {
		w.dirty = false
		w.begun++
		return true
	}
	w.busy = false
	if len(w.feeds) == 0 && len(w.holders) == 0 && h.rooms[roomID] == w {
		delete(h.rooms, roomID)
	}
	return false
}

// publish shows what was read to those who listen. A read that failed is made again; it is logged when it is the first.
func (h *lobbyHub) publish(w *watched, now *Lobby, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil && w.err == nil && h.ctx.Err() == nil {
		h.logger.Warn("lobby not read", "error", err)
	}
	w.err = err
	if err == nil {
		w.now = now
		w.shown = w.begun
		for f := range w.feeds {
			f.awake()
		}
		h.offer(w, now)
	} else {
		w.dirty = len(w.feeds)+len(w.holders) > 0
	}
	select {
	case <-w.ready:
	default:
		close(w.ready)
	}
	return err
}

// offer shows a lobby to those who listen to all of their rooms: to those whom a grant makes hosts of it, and to those
// who were told of it before.
func (h *lobbyHub) offer(w *watched, now *Lobby) {
	for f := range w.holders {
		f.offer(now)
	}
	if len(now.Waiting) == 0 {
		return
	}
	for _, g := range now.Hosts {
		for _, f := range h.mine[g.Subject] {
			h.hold(w, f)
			f.offer(now)
		}
	}
}

func (h *lobbyHub) hold(w *watched, f *Feed) {
	if w.holders == nil {
		w.holders = map[*Feed]struct{}{}
	}
	w.holders[f] = struct{}{}
}

// first waits until a lobby was read.
func (h *lobbyHub) first(ctx context.Context, roomID string) (*Lobby, error) {
	h.mu.Lock()
	w := h.rooms[roomID]
	h.mu.Unlock()
	if w == nil {
		return nil, fault.New(fault.CodeUnavailable, "this server is about to stop").After(time.Second)
	}
	select {
	case <-w.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-h.ctx.Done():
		return nil, fault.New(fault.CodeUnavailable, "this server is about to stop").After(time.Second)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.now == nil {
		return nil, w.err
	}
	return w.now, nil
}

// present is the lobby as it was read last.
func (h *lobbyHub) present(roomID string) *Lobby {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w := h.rooms[roomID]; w != nil {
		return w.now
	}
	return nil
}

// begun counts the reads of a lobby that have begun.
func (h *lobbyHub) begun(roomID string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w := h.rooms[roomID]; w != nil {
		return w.begun
	}
	return 0
}

// readAfter is the lobby as it was read last, unless that read is one of so many that had begun: these may not show what
// was written then.
func (h *lobbyHub) readAfter(roomID string, begun int) *Lobby {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w := h.rooms[roomID]; w != nil && (begun == 0 || w.shown > begun) {
		return w.now
	}
	return nil
}

// adopt shows lobbies that a feed has read itself to it, unless what it was shown meanwhile is newer.
func (h *lobbyHub) adopt(f *Feed, lobbies []Lobby) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range lobbies {
		l := &lobbies[i]
		w := h.watch(l.RoomID)
		if w.now == nil || w.now.Seq < l.Seq {
			w.now = l
			select {
			case <-w.ready:
			default:
				close(w.ready)
			}
		}
		h.hold(w, f)
		f.offer(w.now)
	}
}

// waiting lists the tickets that are on the line.
func (h *lobbyHub) waiting() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := map[string]bool{}
	for _, w := range h.rooms {
		for f := range w.feeds {
			if f.kind == feedTicket {
				seen[f.ticketID] = true
			}
		}
	}
	ids := make([]string, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
