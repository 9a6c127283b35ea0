// Package signin remembers who is signed in from which browser, people and guests alike.
//
// It owns the sign-in cookie, its rotation, idle and absolute limits, and revocation. It refuses to prove who somebody
// is (auth/oidc does) and to end calls itself: it tells Ender, which rooms implements.
package signin

import (
	"context"
	"time"

	"parvis/auth"
	"parvis/rooms"
)

// SignIn is a browser's authenticated session. The cookie carries a random secret; only its SHA-256 is kept.
type SignIn struct {
	ID          string
	SecretHash  []byte
	Kind        auth.Kind
	PersonID    string
	OrgID       string
	OrgName     string
	Name        string
	Emails      []string
	Groups      []string // by id; SignIn alone fills it
	Assurance   auth.Assurance
	Provider    string
	Issuer      string
	Subject     string
	ProviderSID string // the provider's session (sid), for back-channel logout
	IDToken     []byte // encrypted, for the id_token_hint of a sign-out; never read for anything else
	UserAgent   string
	Network     string // truncated: IPv4 /24, IPv6 /48
	CreatedAt   time.Time
	LastSeenAt  time.Time
	ExpiresAt   time.Time // absolute limit
	EndedAt     *time.Time
	// AuthenticatedAt is when the person last proved who they are, zero when it is not known.
	AuthenticatedAt time.Time
	// Appointments are the administrative roles of the person; SignIn alone fills it.
	Appointments []auth.Appointment
	// Busy tells that an admission of this sign-in has an open relay: that counts as activity against the idle limit.
	Busy bool
	// Left is what EndSignIns ended with this sign-in, for Ender; nobody else fills it.
	Left []rooms.Ending
}

// Selection names sign-ins by exactly one of: ID, PersonID, (Issuer and ProviderSID), (Issuer and Subject).
type Selection struct {
	ID          string
	PersonID    string
	Issuer      string
	ProviderSID string
	Subject     string
}

// Store keeps sign-ins. Errors: fault.Unavailable when the database does not answer.
type Store interface {
	// CreateSignIn writes one; fault.Forbidden when the person is deactivated. When replaces is not empty, that sign-in ends in the same transaction and its live
	// admissions move to the new one (a guest who signs in as a person keeps the place).
	CreateSignIn(ctx context.Context, s SignIn, replaces string) error
	// SignIn finds one by the hash of its secret, past its limits too; ended ones are fault.NotFound. May answer
	// from a cache that is at most one second old.
	SignIn(ctx context.Context, secretHash []byte) (SignIn, error)
	// SignInID answers whose secret this is while the sign-in was not ended, past its limits too; fault.NotFound else. It
	// is never answered from a cache.
	SignInID(ctx context.Context, secretHash []byte) (string, error)
	// SignIns lists the live ones of a person, or the one with this id for a guest, newest first.
	SignIns(ctx context.Context, which Selection, now time.Time) ([]SignIn, error)
	// TouchSignIn notes activity; the caller does so at most once a minute.
	TouchSignIn(ctx context.Context, id string, at time.Time) error
	// RenameGuest changes the name of a live guest sign-in. fault.NotFound when there is none.
	RenameGuest(ctx context.Context, id, name string) error
	// EndSignIns ends those that the selection names and that were not ended, past their limits too, together with their
	// admissions in one transaction, and answers them with what they Left.
	EndSignIns(ctx context.Context, which Selection, now time.Time) ([]SignIn, error)
	// IDTokenHint reads and forgets the encrypted ID token of a sign-in, ended or not; empty when there is none.
	IDTokenHint(ctx context.Context, id string) ([]byte, error)
}

// Ender removes from running calls those whose admissions ended with their sign-in. The admissions have ended already,
// so that it has nothing left to fail.
type Ender interface {
	SignInEnded(ctx context.Context, left []rooms.Ending)
}
