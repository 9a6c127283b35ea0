package service

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/internal/plain"
	"parvis/fault"
)

const (
	maxName     = 120
	maxNetworks = 50
	maxActsFor  = 50
	maxSecrets  = 5
	maxKeys     = 5
	// maxOverlap is how long a secret may go on beside the one that takes its place.
	maxOverlap = 30 * 24 * time.Hour
)

// check gathers all that is wrong with a request, so that it is said at once. Words of an administrator are no secrets, so
// they are repeated.
type check struct{ wrong *fault.Error }

func newCheck() check {
	return check{fault.New(fault.CodeInvalid, "some fields are not valid: see errors")}
}

func (c check) err() error {
	if len(c.wrong.Fields) > 0 {
		return c.wrong
	}
	return nil
}

func (c check) name(name string) string {
	name = plain.Line(name, maxName+1)
	if name == "" || len([]rune(name)) > maxName {
		c.wrong.At("body.name", "give a name of 1 to 120 visible characters")
	}
	return name
}

// contact reads an address of mail; empty for nobody.
func (c check) contact(address string) string {
	address = strings.TrimSpace(address)
	if _, ok := access.EmailSubject(address); !ok && address != "" {
		c.wrong.At("body.contact", "an e-mail address, such as exploitation@justice.example")
	}
	return address
}

func (c check) expiry(at *time.Time, now time.Time) *time.Time {
	if at == nil {
		return nil
	}
	if !at.After(now) {
		c.wrong.At("body.expiresAt", "give a time to come")
	}
	utc := at.UTC()
	return &utc
}

func (c check) scopes(scopes []auth.Scope) []auth.Scope {
	if len(scopes) == 0 {
		c.wrong.At("body.scopes", "name at least one of "+known())
	}
	var unique []auth.Scope
	for _, s := range scopes {
		if !slices.Contains(auth.Scopes(), s) {
			c.wrong.At("body.scopes", fmt.Sprintf("there is no scope %q: use %s", plain.Line(string(s), 40), known()))
		}
		if !slices.Contains(unique, s) {
			unique = append(unique, s)
		}
	}
	return unique
}

func known() string {
	words := make([]string, 0, len(auth.Scopes()))
	for _, s := range auth.Scopes() {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

// networks reads networks, or single addresses. Addresses of IPv4 written as IPv6 are those of IPv4, as requests are read.
func (c check) networks(words []string) []netip.Prefix {
	if len(words) > maxNetworks {
		c.wrong.At("body.networks", fmt.Sprintf("name at most %d", maxNetworks))
		return nil
	}
	var unique []netip.Prefix
	for _, w := range words {
		p, ok := parseNetwork(strings.TrimSpace(w))
		if !ok {
			c.wrong.At("body.networks", fmt.Sprintf("%q is no network: write 192.0.2.0/24, 2001:db8::/48 or one address", plain.Line(w, 60)))
		} else if !slices.Contains(unique, p) {
			unique = append(unique, p)
		}
	}
	return unique
}

func parseNetwork(word string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(word)
	if err != nil {
		addr, err := netip.ParseAddr(word)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, false
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return netip.Prefix{}, false
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), p == p.Masked() // with bits beside the mask, one of the two is a slip
}
