package service

import (
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/event"
)

const (
	// TokenLives is the longest life of an access token. It is short because nothing renews one: who still has a credential
	// asks for another.
	TokenLives = 15 * time.Minute

	touchEvery = time.Minute
)

// Options are what Accounts needs beside its store. Audiences are what an assertion may be addressed to: the issuer and the
// token endpoint, by their addresses.
type Options struct {
	Audiences []string
	Now       func() time.Time
	Logger    *slog.Logger
}

// Accounts is the use cases of service accounts. It is safe for concurrent use.
type Accounts struct {
	store     Store
	audiences []string
	now       func() time.Time
	logger    *slog.Logger

	mu      sync.Mutex
	touched map[string]time.Time // account id -> last use noted; only those with good credentials get here, so it stays small
}

// New makes Accounts.
func New(store Store, o Options) *Accounts {
	return &Accounts{
		store: store, audiences: o.Audiences, now: func() time.Time { return o.Now().UTC() }, logger: o.Logger, touched: map[string]time.Time{},
	}
}

// Administrator is who types a command: bound to no organization, and to no scope.
func Administrator() auth.Identity {
	return auth.Identity{Kind: auth.System, ID: "command", Scopes: auth.Scopes()}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// happened is an event about an account. Data tells what was done to which credential, never a secret, an address or a name.
func (a *Accounts) happened(by auth.Identity, what event.Type, about Account, data map[string]any) []event.Event {
	return []event.Event{{
		ID: newID(), Type: what, OrgID: about.OrgID, Subject: "service-account:" + about.ID,
		Actor: string(by.Kind) + ":" + by.ID, At: a.now(), Data: data,
	}}
}
