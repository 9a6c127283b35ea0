package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"parvis/access"
)

const (
	lobbyHosts  = 20
	fewWait     = 30
	manyWait    = 300
	calmOfLobby = 15 * time.Second // in which nobody decides: what is asked of the database then is polling
	signalEvery = 10 * time.Second // below what a relay takes for silence
	comeAtOnce  = 16               // more would measure how they wait for one another, not for hosts
)

// lobby is a room whose hosts decide while people wait before it. Its size stays: for each whom they let in or refuse
// another comes.
type lobby struct {
	world *world
	slug  string
	hosts []string // cookies
	guest string   // participant in the call
	ready chan *waiter
	door  sync.RWMutex  // held by who comes, and for writing while the room is locked: a locked room takes no knocks
	next  atomic.Int64  // of the cookies
	desk  chan struct{} // as many come at the same moment
	hurt  failures

	mu    sync.Mutex
	heard []time.Duration
}

// waiter is somebody who waits, with an open stream.
type waiter struct {
	ticket  string
	decided atomic.Int64 // when the decision about them was sent, in nanoseconds
}

// failures counts what went wrong and keeps the first for a person to read.
type failures struct {
	mu    sync.Mutex
	count int
	first string
}

func (f *failures) sum() (count int, first string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count, f.first
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	if f.first == "" {
		f.first = err.Error()
	}
}

// openLobby brings the hosts and a guest into the call of a room, and the hosts to listen.
func (w *world) openLobby(ctx context.Context) (*lobby, error) {
	r, err := w.makeHostedRoom(ctx, access.EntryMembers, lobbyHosts)
	if err != nil {
		return nil, err
	}
	l := &lobby{world: w, slug: r.Slug, ready: make(chan *waiter, manyWait), desk: make(chan struct{}, comeAtOnce), hosts: w.cookies[:lobbyHosts]}
	l.next.Store(lobbyHosts)
	for i, cookie := range l.hosts {
		in, err := w.come(ctx, cookie, l.slug)
		if err != nil {
			return nil, err
		}
		if err := w.stay(ctx, cookie, in.Livekit.Token); err != nil {
			return nil, fmt.Errorf("host %d enters: %w", i, err)
		}
		hears, err := w.listen(ctx, cookie, l.slug)
		if err != nil {
			return nil, err
		}
		go func() {
			for hears.lines.Scan() { // until the world ends
			}
		}()
	}
	return l, l.letGuestIn(ctx)
}

func (l *lobby) letGuestIn(ctx context.Context) error {
	knocked, cookie, err := l.world.comeAsGuest(ctx, l.slug, "Camille")
	if err != nil {
		return err
	}
	if err := l.post(ctx, l.hosts[0], "/lobby/admit", ticketsBody(knocked.Ticket.ID)); err != nil {
		return err
	}
	in, err := l.world.come(ctx, cookie, l.slug)
	if err != nil {
		return err
	}
	l.guest = in.Participant.ID
	return l.world.stay(ctx, cookie, in.Livekit.Token)
}

// stay opens a relay and says something now and then, as a browser in a call does, until ctx ends.
func (w *world) stay(ctx context.Context, cookie, token string) error {
	conn, err := w.enterAs(ctx, cookie, token)
	if err != nil {
		return err
	}
	go func() {
		defer conn.Close()
		for every := time.NewTicker(signalEvery); ; {
			select {
			case <-ctx.Done():
				every.Stop()
				return
			case <-every.C:
				if sayAlive(conn) != nil {
					return
				}
			}
		}
	}()
	return nil
}

func sayAlive(conn net.Conn) error { return ws.WriteFrame(conn, ws.MaskFrame(ws.NewPingFrame(nil))) }

// gather lets people come until so many wait and all of them listen, and keeps it so until ctx ends.
func (l *lobby) gather(ctx context.Context, count int) *sync.WaitGroup {
	var all sync.WaitGroup
	for range count {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := l.waitOnce(ctx); err != nil && ctx.Err() == nil {
					l.hurt.add(err)
					return
				}
			}
		})
	}
	return &all
}

// waitOnce is one person: they come, listen, and go once they hear what was decided about them.
func (l *lobby) waitOnce(ctx context.Context) error {
	cookie := l.world.cookies[int(l.next.Add(1)-1)%len(l.world.cookies)]
	knocked, err := l.knock(ctx, cookie)
	if err != nil {
		return err
	}
	hears, err := l.world.listen(ctx, cookie, l.slug)
	if err != nil {
		return err
	}
	defer hears.close()
	me := &waiter{ticket: knocked.Ticket.ID}
	for waits := false; ; {
		name, data, err := hears.next()
		if err != nil {
			return err
		}
		var told struct{ State string }
		if name != "ticket" || json.Unmarshal([]byte(data), &told) != nil {
			return fmt.Errorf("somebody who waits was told %s %s", name, data)
		}
		switch {
		case told.State == "waiting" && !waits:
			waits = true
			l.ready <- me
		case told.State == "admitted" || told.State == "refused":
			l.told(time.Since(time.Unix(0, me.decided.Load())))
			return nil
		}
	}
}

func (l *lobby) knock(ctx context.Context, cookie string) (entrance, error) {
	l.desk <- struct{}{}
	defer func() { <-l.desk }()
	l.door.RLock()
	defer l.door.RUnlock()
	return l.world.come(ctx, cookie, l.slug)
}

func (l *lobby) told(after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, after)
}

// takeHeard answers how long those decided about took to hear of it, and forgets it.
func (l *lobby) takeHeard() sample {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := sample{count: len(l.heard), latency: l.heard}
	l.heard = nil
	slices.Sort(s.latency)
	return s
}
