// Package service knows the callers that are software: bearer tokens with scopes, bound to one organization.
//
// It owns how a token looks, is made, shown once, hashed, checked and revoked. It refuses to decide what a scope
// allows (auth's table of rights does).
package service

import (
	"context"
	"time"

	"parvis/auth"
)

// Token is a service account's credential. Only the SHA-256 of its secret is kept.
type Token struct {
	ID         string
	OrgID      string
	OrgName    string // the organization's, where Store.Token answers it; never written
	Name       string
	Scopes     []auth.Scope
	SecretHash []byte
	CreatedAt  time.Time
	ExpiresAt  *time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

// Store keeps tokens.
type Store interface {
	CreateToken(ctx context.Context, t Token) error
	// Token finds one by id, revoked and expired ones too; it may answer from a cache that is at most one second old.
	Token(ctx context.Context, id string) (Token, error)
	Tokens(ctx context.Context, orgID string) ([]Token, error)
	// RevokeToken revokes and answers the token; fault.NotFound when there is none.
	RevokeToken(ctx context.Context, id string, now time.Time) (Token, error)
	// TouchToken notes a use; the caller does so at most once a minute.
	TouchToken(ctx context.Context, id string, at time.Time) error
	// OrgByKey finds an organization by id, siret or exact name; fault.NotFound when there is none.
	OrgByKey(ctx context.Context, key string) (id, name string, err error)
}
