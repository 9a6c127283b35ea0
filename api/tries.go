package api

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// tries keeps passcodes from being found by trying. Only wrong ones count: by room for each network, or each person who is
// signed in, and by room for all together. A passcode is short and networks are many, so that where all together have tried
// too often nobody may try who is not signed in, whether they have tried before or not; who has a role or a personal link
// gives no passcode and notices nothing. It fails closed: it lives in memory and asks nobody.
type tries struct {
	now     func() time.Time
	one     Rate
	all     Rate
	buckets *lru.Cache[try, *rate.Limiter]
}

// try is whose tries at which room a bucket counts; nobody's are those of all.
type try struct {
	slug    string
	person  string
	network netip.Prefix
}

func newTries(l Limits, now func() time.Time) (*tries, error) {
	buckets, err := lru.New[try, *rate.Limiter](remembered)
	if err != nil {
		return nil, fmt.Errorf("passcode limit: %w", err)
	}
	return &tries{now: now, one: l.Passcodes, all: l.RoomPasscodes, buckets: buckets}, nil
}

// wait answers how long somebody must wait before they may try.
func (g *tries) wait(t try) time.Duration {
	now := g.now()
	wait := g.until(t, now)
	if t.person == "" {
		wait = max(wait, g.until(try{slug: t.slug}, now))
	}
	return wait
}

func (g *tries) until(t try, now time.Time) time.Duration {
	bucket, tried := g.buckets.Get(t)
	if !tried {
		return 0
	}
	return until(bucket, now)
}

// wrong counts one. It takes a token even where none is left, as misses do.
func (g *tries) wrong(t try) {
	g.count(t, g.one)
	g.count(try{slug: t.slug}, g.all)
}

func (g *tries) count(t try, r Rate) {
	bucket, found := g.buckets.Get(t)
	if !found {
		bucket = rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)
		if before, found, _ := g.buckets.PeekOrAdd(t, bucket); found {
			bucket = before
		}
	}
	bucket.ReserveN(g.now(), 1)
}

// guessing has ask answer a join, and counts what was guessed with it: a passcode by tries, and the token of a personal link
// as a link of a room that is not known. Who has guessed too often is refused before anything is looked up.
func (s *server) guessing(ctx context.Context, slug string, in rooms.JoinRequest, ask func() (rooms.Joined, error)) (rooms.Joined, error) {
	x := of(ctx)
	t := try{slug: slug, network: network(x.request)}
	if known(x.who) {
		t = try{slug: slug, person: string(x.who.Kind) + ":" + x.who.ID}
	}
	if in.Passcode != "" {
		if wait := s.tries.wait(t); wait > 0 {
			s.meter.limited.WithLabelValues("passcodes").Inc()
			return rooms.Joined{}, fault.New(fault.CodeTooMany, "too many wrong passcodes: try again after Retry-After").After(wait)
		}
	}
	who := x.who // as they came
	j, err := ask()
	if fault.HasCode(err, fault.CodePasscodeWrong) {
		s.tries.wrong(t)
	}
	if !known(who) && (j.Unlinked || rooms.Unlinked(err)) {
		s.misses.miss(network(x.request))
	}
	return j, err
}

// known tells who is signed in: a guest sign-in is had for the asking.
func known(who auth.Identity) bool { return !who.Anonymous() && who.Kind != auth.Guest }
