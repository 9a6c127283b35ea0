package api

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"parvis/auth"
	"parvis/fault"
)

// Rate is a token bucket: Burst at once, PerSecond in the long run.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits are the rates of one replica. A zero value means the default. Capacity limits (the first nine, and those
// of failures) keep one caller from using up what is everybody's; guess limits keep links from being found by trying.
type Limits struct {
	Person   Rate // each person or guest
	Service  Rate // each service account
	Tenant   Rate // the service accounts of one organization together
	Network  Rate // each IPv4 address, of those who are not signed in: a ministry may sit behind one
	Network6 Rate // each IPv6 /64, likewise
	Search   Rate // each person or service account, of looks into the directory
	Tokens   Rate // each service account, of access tokens
	Proofs   Rate // each IPv4 address, of codes for e-mail addresses, asked for or tried
	Proofs6  Rate // each IPv6 /64, likewise

	NetworkMisses Rate // unknown links that one network may try: an IPv4 address, an IPv6 /64
	SiteMisses    Rate // unknown links that the networks of one IPv6 /48 may try together
	AllMisses     Rate // unknown links that all who are not signed in may try together

	Passcodes     Rate // wrong passcodes that one network, or one person, may try at one room
	RoomPasscodes Rate // wrong passcodes that all together may try at one room

	RoomKnocks     Rate // new guests who wait before one room
	NetworkKnocks  Rate // those of them from one IPv4 address, which a whole ministry may share
	NetworkKnocks6 Rate // new guests who wait from one IPv6 /64, before whatever room

	NetworkFailures  Rate // cookies and bearers of nobody that one IPv4 address may send
	NetworkFailures6 Rate // each IPv6 /64, likewise
}

func (l Limits) orDefaults() Limits {
	for _, d := range []struct {
		of   *Rate
		rate Rate
	}{
		{&l.Person, Rate{20, 200}},
		{&l.Service, Rate{100, 1000}},
		{&l.Tenant, Rate{300, 3000}},
		{&l.Network, Rate{5000, 50000}}, // 200 000 people join at nine behind few addresses
		{&l.Network6, Rate{500, 5000}},
		{&l.Search, Rate{3, 60}},
		{&l.Tokens, Rate{20, 1000}}, // one lives for minutes; who acts for a whole ministry needs one for each person
		{&l.Proofs, Rate{1, 200}},
		{&l.Proofs6, Rate{0.1, 40}},
		{&l.NetworkMisses, Rate{2, 120}},
		{&l.SiteMisses, Rate{4, 480}},
		{&l.AllMisses, Rate{10, 1200}},     // at 10 a second, among a million rooms, the first hit takes 160 days
		{&l.Passcodes, Rate{0.1, 20}},      // a ministry may have one address
		{&l.RoomPasscodes, Rate{0.2, 100}}, // at one in five seconds six digits take 29 days on average
		{&l.RoomKnocks, Rate{20, 1000}},    // twice a full lobby
		{&l.NetworkKnocks, Rate{5, 300}},
		{&l.NetworkKnocks6, Rate{0.5, 60}},
		{&l.NetworkFailures, Rate{200, 20000}}, // a ministry comes back from lunch with cookies that are past the idle limit
		{&l.NetworkFailures6, Rate{20, 2000}},
	} {
		if *d.of == (Rate{}) {
			*d.of = d.rate
		}
	}
	return l
}

// remembered is how many callers, and how many networks, a replica keeps buckets for. One that is forgotten begins
// with a full bucket, which is what it would have after a short rest.
const remembered = 1 << 15

// caller is whom a bucket belongs to.
type caller struct {
	kind    auth.Kind
	id      string
	network netip.Prefix
	tenant  string // the organization of software
	before  string // the link of the room before which they wait; every other bucket leaves it empty
}

// limiter holds the capacity limits. It lives in memory and cannot fail; each replica counts by itself.
type limiter struct {
	now     func() time.Time
	buckets *lru.Cache[caller, *rate.Limiter]
	classes map[class]ratePolicy
}

type class uint8

const (
	ofPerson class = iota
	ofService
	ofTenant
	ofNetwork
	ofNetwork6
	ofSearch
	ofTokens
	ofProofs
	ofProofs6
	ofRoomKnocks
	ofKnocks
	ofKnocks6
)

// policy is a rate with its header (draft-ietf-httpapi-ratelimit-headers-10).
type ratePolicy struct {
	Rate
	name   string
	header []string
}

func newLimiter(l Limits, now func() time.Time) (*limiter, error) {
	buckets, err := lru.New[caller, *rate.Limiter](remembered)
	if err != nil {
		return nil, fmt.Errorf("limiter: %w", err)
	}
	return &limiter{now: now, buckets: buckets, classes: map[class]ratePolicy{
		ofPerson: policyOf("person", l.Person), ofService: policyOf("service", l.Service), ofTenant: policyOf("tenant", l.Tenant),
		ofNetwork: policyOf("network", l.Network), ofNetwork6: policyOf("network", l.Network6),
		ofSearch: policyOf("search", l.Search), ofTokens: policyOf("tokens", l.Tokens),
		ofProofs: policyOf("proofs", l.Proofs), ofProofs6: policyOf("proofs", l.Proofs6),
		ofRoomKnocks: policyOf("knocks-room", l.RoomKnocks),
		ofKnocks:     policyOf("knocks-network", l.NetworkKnocks), ofKnocks6: policyOf("knocks-network", l.NetworkKnocks6),
	}}, nil
}

func policyOf(name string, r Rate) ratePolicy {
	window := max(1, int(float64(r.Burst)/r.PerSecond))
	return ratePolicy{Rate: r, name: name, header: []string{fmt.Sprintf("%q;q=%d;w=%d", name, r.Burst, window)}}
}

// take takes a token. Without one it answers how long until there is one.
func (l *limiter) take(of caller, p ratePolicy) (left int, wait time.Duration) {
	bucket, ok := l.buckets.Get(of)
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(p.PerSecond), p.Burst)
		if before, found, _ := l.buckets.PeekOrAdd(of, bucket); found {
			bucket = before
		}
	}
	now := l.now()
	if bucket.AllowN(now, 1) {
		return int(bucket.TokensAt(now)), 0
	}
	missing := 1 - bucket.TokensAt(now)
	return 0, time.Duration(missing / p.PerSecond * float64(time.Second))
}

func (l *limiter) of(who auth.Identity, from netip.Prefix) (caller, ratePolicy) {
	switch {
	case who.Delegated(): // for however many people
		return caller{kind: auth.Service, id: who.OnBehalfOf}, l.classes[ofService]
	case who.Kind == auth.Service:
		return caller{kind: who.Kind, id: who.ID}, l.classes[ofService]
	case !who.Anonymous():
		return caller{kind: who.Kind, id: who.ID}, l.classes[ofPerson]
	case from.Addr().Is6():
		return caller{network: from}, l.classes[ofNetwork6]
	default:
		return caller{network: from}, l.classes[ofNetwork]
	}
}

// limit bounds what one caller may ask: by identity, and by network when there is none.
func (s *server) limit(c *gin.Context) {
	x := of(c.Request.Context())
	var from netip.Prefix
	if x.who.Anonymous() {
		from = network(c.Request)
	}
	s.bound(c, x.who, from)
}

// limitNetwork bounds what one network may ask of the pages where nobody is signed in yet.
func (s *server) limitNetwork(c *gin.Context) { s.bound(c, auth.Identity{}, network(c.Request)) }

func (s *server) bound(c *gin.Context, who auth.Identity, from netip.Prefix) {
	bucket, p := s.limits.of(who, from)
	s.boundBy(c, bucket, p)
	if (who.Delegated() || who.Kind == auth.Service) && !c.IsAborted() {
		s.boundBy(c, caller{kind: auth.Service, tenant: who.OrgID}, s.limits.classes[ofTenant])
	}
}

func (s *server) boundBy(c *gin.Context, bucket caller, p ratePolicy) {
	left, wait := s.limits.take(bucket, p)
	h := c.Writer.Header()
	h["Ratelimit-Policy"] = append(h["Ratelimit-Policy"], p.header...)
	h["Ratelimit"] = append(h["Ratelimit"], rateHeader(p, left))
	if wait > 0 {
		s.meter.limited.WithLabelValues(p.name).Inc()
		s.refuse(c, fault.New(fault.CodeTooMany, "too many requests: wait for as long as Retry-After says").After(wait))
	}
}

// mayKnock bounds how many guests come to wait, by network and by room: made up at will, they would crowd out those whom the
// hosts expect. It counts new tickets: a guest of another room is as new before this one as somebody without a cookie.
func (s *server) mayKnock(from netip.Prefix, slug string) error {
	by, class := caller{network: from, before: slug}, ofKnocks
	if from.Addr().Is6() {
		by.before, class = "*", ofKnocks6
	}
	for _, limit := range []struct {
		caller
		ratePolicy
	}{{by, s.limits.classes[class]}, {caller{before: slug}, s.limits.classes[ofRoomKnocks]}} {
		if _, wait := s.limits.take(limit.caller, limit.ratePolicy); wait > 0 {
			s.meter.limited.WithLabelValues(limit.name).Inc()
			return fault.New(fault.CodeTooMany, "too many people come to wait: try again after Retry-After, or sign in").After(wait)
		}
	}
	return nil
}

// rateHeader says what is left, and in how many seconds the bucket is full again.
func rateHeader(p ratePolicy, left int) string {
	b := make([]byte, 0, 32)
	b = append(b, '"')
	b = append(b, p.name...)
	b = append(b, `";r=`...)
	b = strconv.AppendInt(b, int64(left), 10)
	b = append(b, ";t="...)
	b = strconv.AppendInt(b, int64(float64(p.Burst-left)/p.PerSecond), 10)
	return string(b)
}
