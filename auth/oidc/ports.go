// Package oidc signs people in by OpenID Connect, out again, and listens to back-channel logout.
//
// It owns the conversation with identity providers: discovery (lazy, cached), the authorization request, the callback
// and every check on it, userinfo, the rule that says who may sign in, and RP-initiated and back-channel logout. It
// refuses to keep sign-ins (auth/signin does) and to know organizations and people (directory does).
package oidc

import (
	"context"
	"time"

	"parvis/auth"
	"parvis/directory"
)

// Attempt is a sign-in that was begun and not yet finished: bound to one browser, good once, for ten minutes.
type Attempt struct {
	StateHash    []byte // SHA-256 of the state
	BrowserHash  []byte // SHA-256 of the pre-login cookie
	Provider     string
	Nonce        string
	PKCEVerifier string
	ReturnTo     string
	ExpiresAt    time.Time
}

// Attempts keeps attempts.
type Attempts interface {
	// BeginAttempt writes one and forgets those that expired.
	BeginAttempt(ctx context.Context, a Attempt, now time.Time) error
	// TakeAttempt reads and deletes in one statement: a state is good once. fault.NotFound when there is none.
	TakeAttempt(ctx context.Context, stateHash []byte, now time.Time) (Attempt, error)
	// UseLogoutToken notes the jti of a logout token until it expires; fresh is false when it was used before.
	UseLogoutToken(ctx context.Context, issuer, jti string, now, expires time.Time) (fresh bool, err error)
}

// People turns proven claims into a person (directory.Directory).
type People interface {
	SignedIn(ctx context.Context, c directory.Claims) (directory.Person, error)
}

// Proof is what a finished sign-in hands over.
type Proof struct {
	Person      directory.Person
	Assurance   auth.Assurance
	Provider    string
	Issuer      string
	Subject     string
	ProviderSID string
	IDToken     string // raw, to be encrypted before it is kept
}
