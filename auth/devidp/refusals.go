package devidp

import (
	"context"
	"errors"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// errNotOffered answers what op.Storage must know to do and this provider does not offer. No route leads here.
var errNotOffered = errors.New("not offered by the development provider")

// TerminateSession is part of op.AuthStorage; endSession does it, by sid rather than by person.
func (m *memory) TerminateSession(context.Context, string, string) error { return errNotOffered }

// SetUserinfoFromToken is part of op.OPStorage; userinfo answers itself, signed.
func (m *memory) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errNotOffered
}

// SetIntrospectionFromToken is part of op.OPStorage.
func (m *memory) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errNotOffered
}

// GetPrivateClaimsFromScopes is part of op.OPStorage, for access tokens that are JWTs.
func (m *memory) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, errNotOffered
}

// GetKeyByIDAndClientID is part of op.OPStorage, for clients that sign.
func (m *memory) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNotOffered
}

// ValidateJWTProfileScopes is part of op.OPStorage.
func (m *memory) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errNotOffered
}
