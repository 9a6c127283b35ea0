package api

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"parvis/fault"
)

// strangers keeps credentials that stand for nobody, made up at will, from costing the database a look-up each. Only
// failures count, by network. Once a network has failed too often, only those credentials are still looked up for it
// that this replica knows to be somebody's: who is signed in behind the same address notices nothing.
type strangers struct {
	now      func() time.Time
	seed     maphash.Seed
	v4, v6   Rate
	networks *lru.Cache[netip.Prefix, *rate.Limiter]
	known    *lru.Cache[uint64, struct{}] // by hash: to be taken for another by chance gains a look-up and no more
}

// acquainted is how many credentials a replica knows again.
const acquainted = 1 << 16

func newStrangers(l Limits, now func() time.Time) (*strangers, error) {
	networks, err := lru.New[netip.Prefix, *rate.Limiter](remembered)
	if err != nil {
		return nil, fmt.Errorf("credential limit: %w", err)
	}
	known, err := lru.New[uint64, struct{}](acquainted)
	if err != nil {
		return nil, fmt.Errorf("credential limit: %w", err)
	}
	return &strangers{
		now: now, seed: maphash.MakeSeed(), v4: l.NetworkFailures, v6: l.NetworkFailures6, networks: networks, known: known,
	}, nil
}

func (s *strangers) key(credential string) uint64 { return maphash.String(s.seed, credential) }

func (s *strangers) knows(credential string) bool { return s.known.Contains(s.key(credential)) }

// wait answers how long a network must wait before a credential is looked up for it.
func (s *strangers) wait(from netip.Prefix, credential string) time.Duration {
	bucket, failed := s.networks.Peek(from)
	if !failed {
		return 0
	}
	wait := until(bucket, s.now())
	if wait > 0 && s.knows(credential) {
		return 0
	}
	return wait
}

// met notes that a credential is somebody's.
func (s *strangers) met(credential string) {
	if key := s.key(credential); !s.known.Contains(key) { // which leaves the order as it is, and the lock to readers
		s.known.Add(key, struct{}{})
	}
}

// fail notes that a credential is nobody's, or nobody's any more. It takes a token even where none is left, as misses
// do.
func (s *strangers) fail(from netip.Prefix, credential string) {
	s.known.Remove(s.key(credential))
	bucket, ok := s.networks.Get(from)
	if !ok {
		r := s.v4
		if from.Addr().Is6() {
			r = s.v6
		}
		bucket = rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)
		if before, found, _ := s.networks.PeekOrAdd(from, bucket); found {
			bucket = before
		}
	}
	bucket.ReserveN(s.now(), 1)
}

// mayLook reports whether a credential may be looked up, and refuses the request otherwise. Without one there is nothing
// to look up.
func (s *server) mayLook(c *gin.Context, credential string) bool {
	if credential == "" {
		return true
	}
	wait := s.strangers.wait(network(c.Request), credential)
	if wait == 0 {
		return true
	}
	s.meter.limited.WithLabelValues("credentials").Inc()
	s.refuse(c, fault.New(fault.CodeTooMany, "too many credentials from this network stand for nobody: wait for as long as Retry-After says").After(wait))
	return false
}

// looked notes what a look-up has found. One that the database did not answer says nothing of anybody.
func (s *server) looked(r *http.Request, credential string, found bool, err error) {
	switch {
	case credential == "" || (err != nil && !fault.Is(err, fault.Unauthenticated)):
	case found:
		s.strangers.met(credential)
	default:
		s.strangers.fail(network(r), credential)
	}
}

// limitStrangers stands before what looks the cookie up and does not tell what it found: there a cookie that is not
// known counts as nobody's.
func (s *server) limitStrangers(c *gin.Context) {
	credential := s.SignIns.Presented(c.Request)
	if s.mayLook(c, credential) && credential != "" && !s.strangers.knows(credential) {
		s.strangers.fail(network(c.Request), credential)
	}
}

// welcome makes those known who were just given a cookie, so that signing in gets through where strangers do not.
func (s *server) welcome(c *gin.Context) {
	c.Next()
	h := c.Writer.Header()
	if h["Set-Cookie"] == nil {
		return
	}
	next := http.Request{Header: http.Header{}} // as the browser will ask
	for _, cookie := range (&http.Response{Header: h}).Cookies() {
		if cookie.MaxAge >= 0 {
			next.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		}
	}
	if credential := s.SignIns.Presented(&next); credential != "" {
		s.strangers.met(credential)
	}
}
