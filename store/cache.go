package store

import (
	"hash/maphash"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"parvis/access"
	"parvis/auth/service"
	"parvis/auth/signin"
	"parvis/policy"
	"parvis/rooms"
	"parvis/scim"
	"parvis/webhook"
)

// ledger knows what was forgotten when. Time is a counter: a value that was read from the database carries the mark
// taken before its read began, and counts only while nothing with its tag was forgotten since. So a slow read can never
// bring back what a commit has changed, and forgetting takes no lock and need not know who holds what.
//
// A value counts besides only until the deadline that the reader of changes pushes on (see feed): without that reader
// nothing is cached.
type ledger struct {
	seed     maphash.Seed
	clock    atomic.Uint64
	floor    atomic.Uint64 // everything marked before is forgotten
	stripes  [4096]atomic.Uint64
	started  time.Time
	deadline atomic.Int64 // since started
}

func (l *ledger) stripe(tag string) *atomic.Uint64 {
	return &l.stripes[maphash.String(l.seed, tag)%uint64(len(l.stripes))]
}

// mark is taken before the database is read.
func (l *ledger) mark() uint64 { return l.clock.Load() }

func (l *ledger) forget(tag string) { raise(l.stripe(tag), l.clock.Add(1)) }

func (l *ledger) forgetAll() { raise(&l.floor, l.clock.Add(1)) }

func raise(a *atomic.Uint64, to uint64) {
	for {
		have := a.Load()
		if have >= to || a.CompareAndSwap(have, to) {
			return
		}
	}
}

func (l *ledger) counts(tag string, mark uint64) bool {
	return l.on() && mark >= l.floor.Load() && mark >= l.stripe(tag).Load()
}

func (l *ledger) on() bool { return int64(time.Since(l.started)) < l.deadline.Load() }

// trustFor lets caches answer for a while from now on.
func (l *ledger) trustFor(d time.Duration) {
	l.deadline.Store(int64(time.Since(l.started) + d))
}

// cache is a bounded LRU whose entries the ledger lets count. A tag names what an entry was made from.
type cache[K comparable, V any] struct {
	ledger       *ledger
	entries      *lru.Cache[K, entry[V]]
	hits, misses atomic.Uint64
}

type entry[V any] struct {
	value V
	tag   string
	mark  uint64
}

func newCache[K comparable, V any](l *ledger, size int) *cache[K, V] {
	entries, err := lru.New[K, entry[V]](size)
	if err != nil {
		panic(err) // only a size below 1 can fail
	}
	return &cache[K, V]{ledger: l, entries: entries}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	e, ok := c.entries.Get(key)
	if !ok || !c.ledger.counts(e.tag, e.mark) {
		c.misses.Add(1)
		var none V
		return none, false
	}
	c.hits.Add(1)
	return e.value, true
}

func (c *cache[K, V]) put(key K, value V, tag string, mark uint64) {
	if c.ledger.counts(tag, mark) {
		c.entries.Add(key, entry[V]{value, tag, mark})
	}
}

// caches is what hot paths read: a join reads sign-in, room and grants.
type caches struct {
	ledger     *ledger
	rooms      *cache[string, rooms.Room]
	grants     *cache[grantsKey, []access.Grant] // of rooms that have many
	roomGrants *cache[string, heldGrants]
	thresholds *cache[string, rooms.Threshold]
	openings   *cache[string, access.Openings]
	signIns    *cache[[32]byte, signin.SignIn]
	accounts   *cache[string, service.Account]
	clients    *cache[string, scim.Client] // by their account
	interests  *cache[string, webhook.Interests]
	tokens     *cache[[32]byte, service.Token]
	policies   *cache[policy.Scope, resolvedPolicies]
}

// grantsKey is a room and subjects, joined to one text.
type grantsKey struct{ room, subjects string }

func newCaches() caches {
	l := &ledger{seed: maphash.MakeSeed(), started: time.Now()}
	return caches{
		ledger:     l,
		rooms:      newCache[string, rooms.Room](l, 8192),
		grants:     newCache[grantsKey, []access.Grant](l, 16384),
		roomGrants: newCache[string, heldGrants](l, 8192),
		thresholds: newCache[string, rooms.Threshold](l, 1024),
		openings:   newCache[string, access.Openings](l, 8192),
		signIns:    newCache[[32]byte, signin.SignIn](l, 16384),
		accounts:   newCache[string, service.Account](l, 1024),
		clients:    newCache[string, scim.Client](l, 1024),
		interests:  newCache[string, webhook.Interests](l, 1),
		tokens:     newCache[[32]byte, service.Token](l, 16384),
		policies:   newCache[policy.Scope, resolvedPolicies](l, 4096),
	}
}
