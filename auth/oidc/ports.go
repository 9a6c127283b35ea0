// Package oidc signs people in by OpenID Connect, out again, and listens to back-channel logout.
//
// It owns the conversation with identity providers: discovery (lazy, cached), the authorization request, the callback
// and every check on it, userinfo, the rule that says who may sign in, and RP-initiated and back-channel logout. It
// refuses to keep sign-ins (auth/signin does) and to know organizations and people (directory does).
package oidc

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/directory"
)

// Attempt is a sign-in that was begun and not yet finished: bound to one browser, good once, for ten minutes.
type Attempt struct {
	StateHash    []byte // SHA-256 of the state and the pre-login cookie: another browser does not even find it
	BrowserHash  []byte // SHA-256 of the pre-login cookie
	Provider     string
	Nonce        string
	PKCEVerifier string
	ReturnTo     string
	ExpiresAt    time.Time
	Elevate      bool // the person is to prove anew who they are
}

// Attempts keeps attempts.
type Attempts interface {
	// BeginAttempt writes one and forgets those that expired.
	BeginAttempt(ctx context.Context, a Attempt, now time.Time) error
	// TakeAttempt reads and deletes in one statement: a state is good once. fault.NotFound when there is none.
	TakeAttempt(ctx context.Context, stateHash []byte, now time.Time) (Attempt, error)
	// LogoutTokenUsed tells whether the jti of a logout token was noted and has not expired.
	LogoutTokenUsed(ctx context.Context, issuer, jti string, now time.Time) (bool, error)
	// UseLogoutToken notes the jti of a logout token until it expires; noted before, it stays so.
	UseLogoutToken(ctx context.Context, issuer, jti string, now, expires time.Time) error
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

	AuthenticatedAt time.Time // when the person proved who they are; zero when it is not known
}

// SignIns remembers who is signed in (signin.Manager).
type SignIns interface {
	// SignInPerson begins a sign-in and sets its cookie.
	SignInPerson(ctx context.Context, w http.ResponseWriter, r *http.Request, p Proof) error
	// SignOut ends the sign-in of this browser and answers the provider by which it came with the raw ID token; both
	// are empty when nobody was signed in.
	SignOut(ctx context.Context, w http.ResponseWriter, r *http.Request) (provider, idToken string, err error)
	// EndByProvider ends the sign-ins of a provider's session, or of a subject when sid is empty.
	EndByProvider(ctx context.Context, issuer, sid, sub string) error
}
