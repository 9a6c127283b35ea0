package service

import (
	"context"
	"net/netip"
	"time"

	"parvis/auth"
	"parvis/event"
)

// Account is software that acts in one organization. Its ID is its OAuth client_id.
type Account struct {
	ID         string
	OrgID      string
	OrgName    string // the organization's, where a store answers it; never written
	Name       string
	Contact    string // an address of mail, of who looks after it; may be empty
	Scopes     []auth.Scope
	Networks   []netip.Prefix // from where it may come; empty: from anywhere
	ActsFor    []string       // the organizations for whose people it may act; empty: for nobody
	Secrets    []Secret       // oldest first
	Keys       []Key          // oldest first
	Version    int64
	CreatedAt  time.Time
	ExpiresAt  *time.Time
	LastUsedAt *time.Time // moves no version
	RevokedAt  *time.Time
}

// Secret is one client secret. Only the SHA-256 of its 256 random bits is kept.
type Secret struct {
	ID        string
	Hash      []byte
	CreatedAt time.Time
	ExpiresAt *time.Time
}

// Key is one public key, by which an account signs assertions. KID is the account's own name for it; ID is new whenever the
// key behind a KID changes.
type Key struct {
	ID        string
	KID       string
	JWK       []byte // RFC 7517, as canonical writes it
	CreatedAt time.Time
}

// Token is an access token. PersonID is set when the account acts for somebody. Only the SHA-256 of its 256 random bits is
// kept; it dies with the credential by which it was got.
type Token struct {
	Hash         []byte
	AccountID    string
	CredentialID string
	PersonID     string
	Scopes       []auth.Scope
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

// Person is somebody for whom an account acts.
type Person struct {
	ID      string
	OrgID   string
	OrgName string
	Name    string
	Email   string
	Groups  []string // by id, those of the organization
	Closed  bool     // the account of the person is deactivated
}

// Store keeps accounts, and knows for whom they act.
type Store interface {
	accountStore
	tokenStore
	directory
}

type accountStore interface {
	CreateAccount(ctx context.Context, a Account, events []event.Event) error
	// Account finds one by id, revoked and expired ones too; it may answer from a cache that is at most one second old.
	// fault.NotFound when there is none.
	Account(ctx context.Context, id string) (Account, error)
	// AccountNow is Account past all caches, so that to ask for one that is not there takes as long.
	AccountNow(ctx context.Context, id string) (Account, error)
	Accounts(ctx context.Context, q Query) (Page, error)
	// UpdateAccount changes one and moves its version; change may run more than once. What an account that it revokes was
	// admitted to ends in the same transaction. fault.NotFound when there is none.
	UpdateAccount(ctx context.Context, id string, change func(*Account) ([]event.Event, error)) (Account, error)
	// TouchAccount notes a use; the caller does so at most once a minute.
	TouchAccount(ctx context.Context, id string, at time.Time) error
}

type tokenStore interface {
	CreateToken(ctx context.Context, t Token) error
	// Token finds one by its hash, expired ones too; fault.NotFound when there is none.
	Token(ctx context.Context, hash []byte) (Token, error)
	// UseAssertion notes the id of an assertion until it expires; used tells that it was noted before.
	UseAssertion(ctx context.Context, accountID, jti string, until time.Time) (used bool, err error)
}

type directory interface {
	// Subject finds a person with the groups of the present organization, past all caches; fault.NotFound when there is none.
	Subject(ctx context.Context, personID string) (Person, error)
	// OrgByKey finds an organization by id, siret or exact name; fault.NotFound when there is none.
	OrgByKey(ctx context.Context, key string) (id, name string, err error)
	// Above answers the organizations above one, nearest first; fault.NotFound when there is none.
	Above(ctx context.Context, orgID string) ([]string, error)
}

// Query asks for a page of accounts, newest first: those of an organization, or of all within a reach where OrgID is empty.
// Cursor is Next of the page before.
type Query struct {
	OrgID    string
	Reach    auth.Reach
	PageSize int
	Cursor   string
}

// Page is a part of a list. Next is empty on the last one.
type Page struct {
	Accounts []Account
	Next     string
}
