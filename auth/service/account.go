package service

import (
	"net/netip"
	"slices"
	"time"

	"parvis/auth"
)

// live reports whether the account may still do anything.
func (a Account) live(now time.Time) bool {
	return a.RevokedAt == nil && !past(a.ExpiresAt, now)
}

func past(t *time.Time, now time.Time) bool { return t != nil && !now.Before(*t) }

// comesFrom reports whether the account may come from an address. Without an address (a Unix socket) it may when it may
// come from anywhere.
func (a Account) comesFrom(from netip.Addr) bool {
	from = from.Unmap().WithZone("")
	return len(a.Networks) == 0 || slices.ContainsFunc(a.Networks, func(p netip.Prefix) bool { return p.Contains(from) })
}

// holds reports whether a credential still counts.
func (a Account) holds(credentialID string, now time.Time) bool {
	return slices.ContainsFunc(a.Secrets, func(s Secret) bool { return s.ID == credentialID && !past(s.ExpiresAt, now) }) ||
		slices.ContainsFunc(a.Keys, func(k Key) bool { return k.ID == credentialID })
}

// reaches reports whether the account may act for a person.
func (a Account) reaches(p Person) bool {
	return !p.Closed && p.OrgID != auth.DefaultOrgID && slices.Contains(a.ActsFor, p.OrgID)
}

// Anew is who asked for work that is done later, with those of their scopes that the account still has. p is whom it acts for;
// nil when it acts for itself. false when the account has ended, or may act for that person no more.
func (a Account) Anew(who auth.Identity, p *Person, now time.Time) (auth.Identity, bool) {
	who.Scopes = a.only(who.Scopes)
	return who, a.live(now) && (p == nil || a.reaches(*p))
}

// Clone is a copy that shares nothing.
func (a Account) Clone() Account {
	a.Scopes, a.Networks, a.ActsFor = slices.Clone(a.Scopes), slices.Clone(a.Networks), slices.Clone(a.ActsFor)
	a.Secrets, a.Keys = slices.Clone(a.Secrets), slices.Clone(a.Keys)
	return a
}

// only keeps the scopes that the account still has.
func (a Account) only(scopes []auth.Scope) []auth.Scope {
	kept := make([]auth.Scope, 0, len(scopes))
	for _, s := range scopes {
		if slices.Contains(a.Scopes, s) {
			kept = append(kept, s)
		}
	}
	return kept
}
