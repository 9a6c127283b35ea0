package service

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/auth/internal/plain"
	"parvis/fault"
)

const (
	maxName    = 120
	touchEvery = time.Minute
)

// Accounts makes, checks and revokes the tokens of service accounts. It is safe for concurrent use.
type Accounts struct {
	store Store
	now   func() time.Time

	mu      sync.Mutex
	touched map[string]time.Time // token id -> last use noted; only tokens that were good get here, so it stays small
}

// New makes Accounts.
func New(store Store, now func() time.Time) *Accounts {
	return &Accounts{store: store, now: func() time.Time { return now().UTC() }, touched: map[string]time.Time{}}
}

// Create makes a token for an organization, found by id, siret or exact name. The text is the only copy of the secret.
// Without expires it lives until it is revoked. Errors: fault.Invalid, fault.NotFound for the organization.
func (a *Accounts) Create(ctx context.Context, org, name string, scopes []auth.Scope, expires *time.Time) (Token, string, error) {
	name = plain.Line(name, maxName+1)
	scopes, err := a.checked(name, scopes, expires)
	if err != nil {
		return Token{}, "", err
	}
	orgID, _, err := a.store.OrgByKey(ctx, org)
	if err != nil {
		return Token{}, "", fmt.Errorf("find organization: %w", err)
	}
	id, secret := uuid.Must(uuid.NewV7()), newSecret()
	t := Token{
		ID: id.String(), OrgID: orgID, Name: name, Scopes: scopes,
		SecretHash: hashOf(secret), CreatedAt: a.now(), ExpiresAt: expires,
	}
	if err := a.store.CreateToken(ctx, t); err != nil {
		return Token{}, "", fmt.Errorf("create token: %w", err)
	}
	return withoutSecret(t), textOf(id, secret), nil
}

// checked says all that is wrong at once. Scopes are words of an administrator, not secrets, so they are repeated.
func (a *Accounts) checked(name string, scopes []auth.Scope, expires *time.Time) ([]auth.Scope, error) {
	wrong := fault.New(fault.CodeInvalid, "some fields are not valid: see errors")
	if name == "" || len([]rune(name)) > maxName {
		wrong.At("name", "give a name of 1 to 120 visible characters")
	}
	if expires != nil && !expires.After(a.now()) {
		wrong.At("expires", "give a time to come")
	}
	if len(scopes) == 0 {
		wrong.At("scopes", "name at least one of "+known())
	}
	unique := make([]auth.Scope, 0, len(scopes))
	for _, s := range scopes {
		if !slices.Contains(auth.Scopes(), s) {
			wrong.At("scopes", fmt.Sprintf("there is no scope %q: use %s", plain.Line(string(s), 40), known()))
		}
		if !slices.Contains(unique, s) {
			unique = append(unique, s)
		}
	}
	if len(wrong.Fields) > 0 {
		return nil, wrong
	}
	return unique, nil
}

func known() string {
	words := make([]string, 0, len(auth.Scopes()))
	for _, s := range auth.Scopes() {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

// Identify says which service account a bearer token is. A token that is malformed, unknown, wrong, expired or revoked
// gets one and the same answer, bad-credentials.
func (a *Accounts) Identify(ctx context.Context, bearer string) (auth.Identity, error) {
	id, secret, ok := parse(bearer)
	if !ok {
		return auth.Identity{}, badCredentials()
	}
	t, err := a.store.Token(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return auth.Identity{}, fmt.Errorf("find token: %w", err)
	}
	now := a.now()
	// The secret is compared for an unknown token as well, so that the answer takes the same time.
	good := subtle.ConstantTimeCompare(hashOf(secret), t.SecretHash) == 1
	if err != nil || !good || t.RevokedAt != nil || (t.ExpiresAt != nil && !now.Before(*t.ExpiresAt)) {
		return auth.Identity{}, badCredentials()
	}
	a.touch(ctx, t, now)
	return auth.Identity{Kind: auth.Service, ID: t.ID, OrgID: t.OrgID, OrgName: t.OrgName, Name: t.Name, Scopes: slices.Clone(t.Scopes)}, nil
}

func badCredentials() error {
	return fault.New(fault.CodeBadCredentials, "the bearer token is not accepted")
}

// touch notes the use at most once a minute. One that is not written is not worth a request: the next one tries again.
func (a *Accounts) touch(ctx context.Context, t Token, now time.Time) {
	if t.LastUsedAt != nil && now.Sub(*t.LastUsedAt) < touchEvery {
		return
	}
	a.mu.Lock()
	before, known := a.touched[t.ID]
	due := !known || now.Sub(before) >= touchEvery
	if due {
		a.touched[t.ID] = now
	}
	a.mu.Unlock()
	if !due {
		return
	}
	if err := a.store.TouchToken(ctx, t.ID, now); err != nil {
		a.mu.Lock()
		delete(a.touched, t.ID)
		a.mu.Unlock()
	}
}

// List answers an organization's tokens, revoked and expired ones too, without their hashes.
func (a *Accounts) List(ctx context.Context, org string) ([]Token, error) {
	orgID, _, err := a.store.OrgByKey(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("find organization: %w", err)
	}
	tokens, err := a.store.Tokens(ctx, orgID)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	list := make([]Token, len(tokens))
	for i, t := range tokens {
		list[i] = withoutSecret(t)
	}
	return list, nil
}

// Revoke ends a token at once; fault.NotFound when there is none. What it was admitted to is the caller's to end.
func (a *Accounts) Revoke(ctx context.Context, id string) error {
	if _, err := uuid.Parse(id); err != nil {
		return fault.New(fault.CodeNotFound, "there is no token with this id")
	}
	if _, err := a.store.RevokeToken(ctx, id, a.now()); err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

func withoutSecret(t Token) Token {
	t.SecretHash = nil
	return t
}
