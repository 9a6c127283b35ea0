package devidp

import (
	"net/url"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// registered is a client as the library wants it: op.Client.
//
// The library reads time.Now for what it signs and knows one correction, the client's skew, which it takes off iat and
// auth_time and puts on exp. skew is how far the real clock is ahead of the provider's; with it, and twice taken off the
// lifetime, each of these times is the provider's own.
type registered struct {
	Client
	skew time.Duration
}

var _ op.Client = registered{}

// skew is rounded down to milliseconds: nothing at all when the provider keeps the real time, and never so much that a
// token of this very second would be dated the second before.
func (m *memory) skew() time.Duration {
	ahead := time.Since(m.now())
	skew := ahead.Truncate(time.Millisecond)
	if skew > ahead {
		skew -= time.Millisecond
	}
	return skew
}

func (c registered) GetID() string                            { return c.ID }
func (c registered) RedirectURIs() []string                   { return c.Client.RedirectURIs }
func (c registered) PostLogoutRedirectURIs() []string         { return c.Client.PostLogoutRedirectURIs }
func (c registered) ApplicationType() op.ApplicationType      { return op.ApplicationTypeWeb }
func (c registered) AuthMethod() oidc.AuthMethod              { return oidc.AuthMethodPost } // basic is taken too
func (c registered) AccessTokenType() op.AccessTokenType      { return op.AccessTokenTypeBearer }
func (c registered) IDTokenLifetime() time.Duration           { return idTokenLifetime - 2*c.skew }
func (c registered) ClockSkew() time.Duration                 { return c.skew }
func (c registered) DevMode() bool                            { return false }
func (c registered) IDTokenUserinfoClaimsAssertion() bool     { return false }
func (c registered) RestrictAdditionalIdTokenScopes() scopeFn { return allScopes }
func (c registered) RestrictAdditionalAccessTokenScopes() scopeFn {
	return allScopes
}

type scopeFn = func([]string) []string

func allScopes(scopes []string) []string { return scopes }

// LoginURL is where the library sends somebody whose request it has accepted.
func (c registered) LoginURL(requestID string) string {
	return "/sign-in?" + url.Values{"id": {requestID}}.Encode()
}

func (c registered) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c registered) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

func (c registered) IsScopeAllowed(scope string) bool {
	_, ok := byScope[scope]
	return ok
}
