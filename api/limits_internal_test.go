package api

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"parvis/auth"
)

// An attacker has more networks than a replica has memory: a /48 alone has twice as many /64 as are remembered.
func TestWhatIsRememberedOfNetworksHasABound(t *testing.T) {
	limits, now := Limits{}.orDefaults(), func() time.Time { return time.Unix(0, 0) }
	calls, err := newLimiter(limits, now)
	if err != nil {
		t.Fatal(err)
	}
	misses, err := newGuesses(limits, now)
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := newStrangers(limits, now)
	if err != nil {
		t.Fatal(err)
	}
	guessed, err := newTries(limits, now)
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint16(1<<16 - 1) {
		from := network64(n)
		calls.take(calls.of(auth.Identity{}, from))
		misses.miss(from)
		unknown.fail(from, "made up")
		guessed.wrong(try{slug: "aaa-bbbb-ccc", network: from})
	}
	for what, size := range map[string]int{"requests": calls.buckets.Len(), "misses": misses.networks.of.Len(), "made-up credentials": unknown.networks.Len(), "passcodes": guessed.buckets.Len()} {
		if size != remembered {
			t.Errorf("%s: %d networks are remembered, want %d", what, size, remembered)
		}
	}
}

func TestLinksAreNotGuessedByTurnsFromTheNetworksOfOneSite(t *testing.T) {
	now := func() time.Time { return time.Unix(0, 0) }
	limits := Limits{AllMisses: Rate{10, 1 << 20}}.orDefaults()
	g, err := newGuesses(limits, now)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for n := range uint16(1<<16 - 1) { // each once: by the time all have been, the first are forgotten
		if wait, _ := g.wait(network64(n)); wait == 0 {
			looked++
			g.miss(network64(n))
		}
	}
	if looked != limits.SiteMisses.Burst {
		t.Errorf("%d links were looked up, want %d", looked, limits.SiteMisses.Burst)
	}
	if wait, limit := g.wait(network64(1<<16 - 1)); wait == 0 || limit != "guesses-site" {
		t.Errorf("a network that has not tried yet: %s, %q", wait, limit)
	}
	for _, other := range []string{"2001:db8:2::/64", "192.0.2.1/32"} {
		if wait, limit := g.wait(netip.MustParsePrefix(other)); wait != 0 {
			t.Errorf("%s waits %s for %s", other, wait, limit)
		}
	}
}

// network64 is the n-th /64 of a /48.
func network64(n uint16) netip.Prefix {
	address := netip.MustParseAddr("2001:db8:1::").As16()
	binary.BigEndian.PutUint16(address[6:], n)
	return netip.PrefixFrom(netip.AddrFrom16(address), 64)
}
