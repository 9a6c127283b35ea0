package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	actRate  = 100 // decisions of hosts in a second
	actCycle = 10
)

var errNobodyWaits = errors.New("nobody waits any more")

// acts is what hosts do, over and over, ten things in a cycle: two are let in, two refused, the room is locked and
// unlocked, a guest renamed twice, and forbidden and allowed the microphone.
type acts struct {
	*lobby
	mu   sync.Mutex
	took []time.Duration
}

// decide lets the hosts act at a steady rate, whatever the answers. The time of an act counts from when it was due.
func (l *lobby) decide(ctx context.Context, length time.Duration) (sample, error) {
	a := &acts{lobby: l}
	before, _ := l.hurt.sum()
	began := time.Now()
	var all sync.WaitGroup
	for i := range int(actRate * length.Seconds()) {
		act := a.turn(ctx, i)
		if act == nil {
			continue
		}
		due := began.Add(time.Duration(i) * time.Second / actRate)
		time.Sleep(time.Until(due))
		all.Go(func() { act(l.hosts[i%len(l.hosts)], due) })
	}
	all.Wait()
	s := sample{took: time.Since(began), count: len(a.took), latency: a.took}
	s.errors, s.first = l.hurt.sum()
	s.errors -= before
	slices.Sort(s.latency)
	if s.count == 0 {
		return s, fmt.Errorf("no host could decide anything: %s", s.first)
	}
	return s, ctx.Err()
}

// turn is the i-th act; nil where the one before it does two. Who is to be decided about is found before the act is due.
func (a *acts) turn(ctx context.Context, i int) func(host string, due time.Time) {
	on := i / actCycle % 2
	switch i % actCycle {
	case 0, 5:
		return a.verdict(ctx, "/lobby/admit")
	case 2, 7:
		return a.verdict(ctx, "/lobby/refuse")
	case 3:
		return func(host string, _ time.Time) { a.lockAndUnlock(ctx, host) }
	case 4:
		return nil
	case 1, 6:
		return a.act(ctx, http.MethodPut, a.ofGuest("name"), fmt.Sprintf(`{"name":"Camille %d"}`, i))
	case 8:
		return a.act(ctx, http.MethodPatch, a.ofGuest("permissions"), `{"microphone":false}`)
	default:
		return a.act(ctx, http.MethodPatch, a.ofGuest("permissions"), fmt.Sprintf(`{"microphone":true,"chat":%t}`, on == 0))
	}
}

func (a *acts) ofGuest(what string) string { return "/participants/" + a.guest + "/" + what }

func (a *acts) verdict(ctx context.Context, path string) func(string, time.Time) {
	var about *waiter
	select {
	case about = <-a.ready:
	case <-time.After(startPatience):
		a.hurt.add(errNobodyWaits)
		return nil
	}
	return func(host string, due time.Time) {
		about.decided.Store(time.Now().UnixNano())
		a.timed(ctx, host, http.MethodPost, path, ticketsBody(about.ticket), due)
	}
}

func (a *acts) act(ctx context.Context, method, path, body string) func(string, time.Time) {
	return func(host string, due time.Time) { a.timed(ctx, host, method, path, body, due) }
}

// lockAndUnlock keeps those away meanwhile who would knock, since they would be refused: its time counts from then on.
func (a *acts) lockAndUnlock(ctx context.Context, host string) {
	a.door.Lock()
	defer a.door.Unlock()
	a.timed(ctx, host, http.MethodPost, "/lock", "", time.Now())
	a.timed(ctx, host, http.MethodPost, "/unlock", "", time.Now())
}

func (a *acts) timed(ctx context.Context, host, method, path, body string, since time.Time) {
	if err := a.world.ask(ctx, host, method, "/rooms/"+a.slug+path, body, nil); err != nil {
		a.hurt.add(err)
		return
	}
	took := time.Since(since)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.took = append(a.took, took)
}

func (l *lobby) post(ctx context.Context, host, path, body string) error {
	return l.world.ask(ctx, host, http.MethodPost, "/rooms/"+l.slug+path, body, nil)
}

func ticketsBody(id string) string { return fmt.Sprintf(`{"tickets":[%q]}`, id) }
