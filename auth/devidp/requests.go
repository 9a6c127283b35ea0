package devidp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// authRequest is an application's wish to know who somebody is; it is op.AuthRequest. It is done once somebody stands
// behind it.
type authRequest struct {
	id       string
	asked    oidc.AuthRequest
	demands  demands
	expires  time.Time
	person   Person
	sid      string
	authTime time.Time
	skew     time.Duration // see registered
	answered bool          // a code went out; there is no second one
}

var _ op.AuthRequest = (*authRequest)(nil)

func (r *authRequest) GetID() string                      { return r.id }
func (r *authRequest) GetACR() string                     { return r.person.ACR }
func (r *authRequest) GetAudience() []string              { return []string{r.asked.ClientID} }
func (r *authRequest) GetAuthTime() time.Time             { return skewed(r.authTime, r.skew) }
func (r *authRequest) GetClientID() string                { return r.asked.ClientID }
func (r *authRequest) GetNonce() string                   { return r.asked.Nonce }
func (r *authRequest) GetRedirectURI() string             { return r.asked.RedirectURI }
func (r *authRequest) GetResponseType() oidc.ResponseType { return r.asked.ResponseType }
func (r *authRequest) GetResponseMode() oidc.ResponseMode { return r.asked.ResponseMode }
func (r *authRequest) GetScopes() []string                { return r.asked.Scopes }
func (r *authRequest) GetState() string                   { return r.asked.State }
func (r *authRequest) GetSubject() string                 { return r.person.Subject }
func (r *authRequest) Done() bool                         { return r.sid != "" }

// GetAMR answers the methods to those who asked for them.
func (r *authRequest) GetAMR() []string {
	if !r.demands.amr {
		return nil
	}
	return r.person.AMR
}

// GetCodeChallenge answers nil when the client did without PKCE, as it may.
func (r *authRequest) GetCodeChallenge() *oidc.CodeChallenge {
	if r.asked.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.asked.CodeChallenge, Method: oidc.CodeChallengeMethodS256}
}

// skewed adds what the library takes off again. The half second keeps its truncation to whole seconds from losing one
// to the microseconds that pass in between.
func skewed(at time.Time, skew time.Duration) time.Time {
	return at.Truncate(time.Second).Add(skew + time.Second/2)
}

// code is good once, for thirty seconds.
type code struct {
	requestID string
	expires   time.Time
	used      bool
}

// CreateAuthRequest is part of op.AuthStorage: the client and its redirect URI are good by now, so errors go back to it.
// A running session answers at once, unless the application wants its person to be asked again.
func (m *memory) CreateAuthRequest(ctx context.Context, asked *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if asked.CodeChallenge != "" && asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("code_challenge_method must be S256")
	}
	if !slices.Contains(asked.Scopes, oidc.ScopeOpenID) {
		return nil, oidc.ErrInvalidScope().WithDescription("scope must contain openid")
	}
	arrival := arrivalFrom(ctx)
	r := authRequest{id: secret(), asked: *asked, demands: arrival.demands, expires: m.now().Add(requestLifetime)}

	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
	s, running := m.live(arrival.cookie)
	silent := slices.Contains(asked.Prompt, oidc.PromptNone)
	switch {
	case silent && !running:
		return nil, oidc.ErrLoginRequired().WithDescription("nobody is signed in")
	case silent && !r.demands.satisfiedBy(s.person):
		return nil, errUnsatisfied()
	case running && !r.anew() && r.demands.satisfiedBy(s.person):
		r.completeBy(s)
	}
	m.requests[r.id] = r
	return &r, nil
}

// anew tells whether the person is to be asked although a session runs.
func (r *authRequest) anew() bool {
	return slices.Contains(r.asked.Prompt, oidc.PromptLogin) || slices.Contains(r.asked.Prompt, oidc.PromptSelectAccount)
}

// errUnsatisfied has ProConnect's words.
func errUnsatisfied() error {
	return oidc.ErrAccessDenied().WithDescription("requested ACRs could not be satisfied")
}

func (r *authRequest) completeBy(s session) {
	r.person, r.sid, r.authTime = s.person, s.sid, s.authTime
}

// complete puts the session's person behind the request.
func (m *memory) complete(id string, s session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.requests[id]; ok {
		r.completeBy(s)
		m.requests[id] = r
	}
}

// AuthRequestByID is part of op.AuthStorage.
func (m *memory) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	r, ok := m.request(id)
	if !ok {
		return nil, errors.New("unknown or expired request")
	}
	return &r, nil
}

func (m *memory) request(id string) (authRequest, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.requests[id]
	r.skew = m.skew()
	return r, ok && !m.now().After(r.expires)
}

// SaveAuthCode is part of op.AuthStorage.
func (m *memory) SaveAuthCode(_ context.Context, id, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.requests[id]
	if !ok || r.answered {
		return oidc.ErrInvalidRequest().WithDescription("this request was answered before")
	}
	r.answered = true
	m.requests[id] = r
	m.codes[value] = code{requestID: id, expires: m.now().Add(codeLifetime)}
	return nil
}

// AuthRequestByCode is part of op.AuthStorage. The first look uses the code up, whatever comes of it; the second one is
// a thief's or the victim's, so it takes back what the first was given (RFC 6749 section 4.1.2).
func (m *memory) AuthRequestByCode(_ context.Context, value string) (op.AuthRequest, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.codes[value]
	switch {
	case !ok:
		return nil, errors.New("unknown code")
	case c.used:
		m.revoke(func(g grant) bool { return g.requestID == c.requestID })
		return nil, errors.New("the code was used before")
	}
	c.used = true
	m.codes[value] = c
	r, ok := m.requests[c.requestID]
	if !ok || m.now().After(c.expires) {
		return nil, errors.New("the code has expired")
	}
	r.skew = m.skew()
	return &r, nil
}

// DeleteAuthRequest is part of op.AuthStorage.
func (m *memory) DeleteAuthRequest(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.requests, id)
	return nil
}
