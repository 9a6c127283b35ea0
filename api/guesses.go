package api

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"parvis/auth"
	"parvis/fault"
)

// guesses keeps links from being found by trying (docs/decisions/0006-limits-in-memory.md). Only misses count: a network from which
// everybody knows where to go is never refused, however large. Once a network has missed too often, or all together
// have and this network was among them lately, those who are not signed in are refused before anything is looked up,
// so that a refusal tells nothing. It fails closed: it lives in memory and asks nobody.
//
// Whoever has an IPv6 /48 has 65,536 networks, more than are remembered: by turns each would begin anew. So the misses of a
// /48 count together too, up to more.
type guesses struct {
	now      func() time.Time
	all      *rate.Limiter
	networks misses
	sites    misses // IPv6 /48
}

// misses is what is remembered of networks of one size.
type misses struct {
	rate Rate
	of   *lru.Cache[netip.Prefix, *missed]
}

// missed is one network's misses.
type missed struct {
	bucket *rate.Limiter
	last   atomic.Int64 // when it last missed, in Unix nanoseconds
}

// lately is how long a miss makes a network one of those that all together are refused for.
const lately = 10 * time.Minute

func newGuesses(l Limits, now func() time.Time) (*guesses, error) {
	networks, err := lru.New[netip.Prefix, *missed](remembered)
	if err != nil {
		return nil, fmt.Errorf("guess limit: %w", err)
	}
	sites, err := lru.New[netip.Prefix, *missed](remembered)
	if err != nil {
		return nil, fmt.Errorf("guess limit: %w", err)
	}
	all := rate.NewLimiter(rate.Limit(l.AllMisses.PerSecond), l.AllMisses.Burst)
	return &guesses{now: now, all: all, networks: misses{l.NetworkMisses, networks}, sites: misses{l.SiteMisses, sites}}, nil
}

// siteOf is the /48 of an IPv6 network.
func siteOf(from netip.Prefix) (site netip.Prefix, ok bool) {
	if !from.Addr().Is6() {
		return netip.Prefix{}, false
	}
	site, err := from.Addr().Prefix(48)
	return site, err == nil
}

// wait answers how long a network must wait before it may look something up, and which limit says so.
func (g *guesses) wait(from netip.Prefix) (time.Duration, string) {
	now := g.now()
	if site, ok := siteOf(from); ok {
		if m, ok := g.sites.of.Peek(site); ok {
			if d := until(m.bucket, now); d > 0 {
				return d, "guesses-site"
			}
		}
	}
	m, ok := g.networks.of.Peek(from)
	if !ok {
		return 0, ""
	}
	if d := until(m.bucket, now); d > 0 {
		return d, "guesses-network"
	}
	if now.Sub(time.Unix(0, m.last.Load())) < lately {
		return until(g.all, now), "guesses-all"
	}
	return 0, ""
}

// miss counts one. It takes a token even where none is left: requests that ran side by side all count, so that the
// long run keeps to the rate.
func (g *guesses) miss(from netip.Prefix) {
	now := g.now()
	g.networks.miss(from, now)
	if site, ok := siteOf(from); ok {
		g.sites.miss(site, now)
	}
	g.all.ReserveN(now, 1)
}

func (n misses) miss(from netip.Prefix, now time.Time) {
	m, ok := n.of.Get(from)
	if !ok {
		m = &missed{bucket: rate.NewLimiter(rate.Limit(n.rate.PerSecond), n.rate.Burst)}
		if before, found, _ := n.of.PeekOrAdd(from, m); found {
			m = before
		}
	}
	m.last.Store(now.UnixNano())
	m.bucket.ReserveN(now, 1)
}

// until is the time until a bucket holds a token.
func until(bucket *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - bucket.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(bucket.Limit()) * float64(time.Second))
}

// limitGuesses stands before everything that looks a link up. A guest sign-in is had for the asking, so guests count
// as not signed in.
func (s *server) limitGuesses(c *gin.Context) {
	s.limitMisses(c, func(x *exchange) bool {
		return x.failure.Code == fault.CodeRoomNotFound && isSlug(c.Param("slug")) // what is no link is no guess
	})
}

// limitTokens is limitGuesses before what looks a personal link up by its token.
func (s *server) limitTokens(c *gin.Context) {
	s.limitMisses(c, func(x *exchange) bool { return x.failure.Code == fault.CodeLinkUnknown })
}

func (s *server) limitMisses(c *gin.Context, missed func(*exchange) bool) {
	x := of(c.Request.Context())
	if !x.who.Anonymous() && x.who.Kind != auth.Guest {
		return
	}
	from := network(c.Request)
	if wait, limit := s.misses.wait(from); wait > 0 {
		s.meter.limited.WithLabelValues(limit).Inc()
		s.refuse(c, fault.New(fault.CodeTooMany, "too many unknown links from this network: wait, or sign in").After(wait))
		return
	}
	c.Next()
	if x.failure != nil && missed(x) {
		s.misses.miss(from)
	}
}
