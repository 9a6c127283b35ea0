package devidp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// grant is what an access or a refresh token stands for.
type grant struct {
	requestID string // the request it all began with
	person    Person
	clientID  string
	scopes    []string
	sid       string
	authTime  time.Time
	amr       []string
	expires   time.Time
}

// refreshRequest is a grant that asks for new tokens; it is op.RefreshTokenRequest.
type refreshRequest struct {
	grant
	skew time.Duration // see registered
}

var _ op.RefreshTokenRequest = (*refreshRequest)(nil)

func (r *refreshRequest) GetAMR() []string                 { return r.amr }
func (r *refreshRequest) GetAudience() []string            { return []string{r.clientID} }
func (r *refreshRequest) GetAuthTime() time.Time           { return skewed(r.authTime, r.skew) }
func (r *refreshRequest) GetClientID() string              { return r.clientID }
func (r *refreshRequest) GetScopes() []string              { return r.scopes }
func (r *refreshRequest) GetSubject() string               { return r.person.Subject }
func (r *refreshRequest) SetCurrentScopes(scopes []string) { r.scopes = scopes }

// grantOf reads what the library hands back to us: always one of our own two requests.
func grantOf(request any) (grant, error) {
	switch r := request.(type) {
	case *authRequest:
		return grant{
			requestID: r.id, person: r.person, clientID: r.asked.ClientID, scopes: r.asked.Scopes,
			sid: r.sid, authTime: r.authTime, amr: r.GetAMR(),
		}, nil
	case *refreshRequest:
		return r.grant, nil
	}
	return grant{}, fmt.Errorf("a %T asks for tokens", request)
}

// CreateAccessToken is part of op.AuthStorage.
func (m *memory) CreateAccessToken(_ context.Context, request op.TokenRequest) (id string, expires time.Time, err error) {
	g, err := grantOf(request)
	if err != nil {
		return "", time.Time{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.issue(g)
}

// issue makes an access token and notes that the client knows the session; the caller holds the lock.
func (m *memory) issue(g grant) (id string, expires time.Time, err error) {
	s, ok := m.bySID(g.sid)
	if !ok {
		return "", time.Time{}, oidc.ErrInvalidGrant().WithDescription("the session has ended")
	}
	s.clients[g.clientID] = true
	id = secret()
	g.expires = m.now().Add(accessTokenLifetime)
	m.access[id] = g
	return id, g.expires, nil
}

// CreateAccessAndRefreshTokens is part of op.AuthStorage. A refresh token is good once: the new one replaces it.
func (m *memory) CreateAccessAndRefreshTokens(_ context.Context, request op.TokenRequest, current string) (id, refresh string, expires time.Time, err error) {
	g, err := grantOf(request)
	if err != nil {
		return "", "", time.Time{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := g
	if current != "" {
		old, ok := m.refresh[current]
		if !ok {
			return "", "", time.Time{}, oidc.ErrInvalidGrant().WithDescription("the refresh token was used before")
		}
		kept = old // with all its scopes, whatever fewer were asked for this time
	}
	if id, expires, err = m.issue(g); err != nil {
		return "", "", time.Time{}, err
	}
	delete(m.refresh, current)
	refresh = secret()
	kept.expires = m.now().Add(refreshTokenLifetime)
	m.refresh[refresh] = kept
	return id, refresh, expires, nil
}

// TokenRequestByRefreshToken is part of op.AuthStorage.
func (m *memory) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok := m.refresh[token]
	if !ok || m.now().After(g.expires) {
		return nil, errors.New("unknown, used or expired refresh token")
	}
	return &refreshRequest{grant: g, skew: m.skew()}, nil
}

// accessGrant answers what an access token stands for while it is good.
func (m *memory) accessGrant(id string) (grant, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok := m.access[id]
	return g, ok && !m.now().After(g.expires)
}

// revoke takes back the tokens of the grants that match; the caller holds the lock.
func (m *memory) revoke(match func(grant) bool) {
	gone := func(_ string, g grant) bool { return match(g) }
	maps.DeleteFunc(m.access, gone)
	maps.DeleteFunc(m.refresh, gone)
}

// GetRefreshTokenInfo is part of op.AuthStorage; the library asks before it revokes.
func (m *memory) GetRefreshTokenInfo(_ context.Context, clientID, token string) (subject, tokenID string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok := m.refresh[token]
	if !ok || g.clientID != clientID {
		return "", "", op.ErrInvalidRefreshToken
	}
	return g.person.Subject, token, nil
}

// RevokeToken is part of op.AuthStorage. A token that is unknown, or another client's, is as good as revoked to the one
// who asks (RFC 7009 section 2.2). A refresh token takes the access tokens of the same sign-in with it.
func (m *memory) RevokeToken(_ context.Context, token, _, clientID string) *oidc.Error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g, ok := m.access[token]; ok && g.clientID == clientID {
		delete(m.access, token)
	}
	if g, ok := m.refresh[token]; ok && g.clientID == clientID {
		m.revoke(func(other grant) bool { return other.requestID == g.requestID })
	}
	return nil
}

// SetUserinfoFromScopes is part of op.OPStorage: an ID token tells who, not more; the rest is userinfo's.
func (m *memory) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, subject, _ string, _ []string) error {
	info.Subject = subject
	return nil
}

// SetUserinfoFromRequest is op.CanSetUserinfoFromRequest: the claims of an ID token that the library does not know of.
func (m *memory) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, request op.IDTokenRequest, _ []string) error {
	g, err := grantOf(request)
	if err != nil {
		return err
	}
	info.AppendClaims("sid", g.sid)
	info.AppendClaims("acr", g.person.ACR) // the library leaves it out after a refresh
	return nil
}

var _ op.CanSetUserinfoFromRequest = (*memory)(nil)
