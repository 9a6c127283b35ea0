package devidp

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// memory is everything that the provider remembers; it is op.Storage. It hands out copies only, so whoever reads needs
// no lock. What has expired is forgotten whenever a sign-in begins.
type memory struct {
	now     func() time.Time
	keys    *keyring
	clients map[string]Client
	people  []Person

	mu       sync.Mutex
	requests map[string]authRequest
	codes    map[string]code
	access   map[string]grant // by token id
	refresh  map[string]grant // by the token itself
	sessions map[string]*session
}

var _ op.Storage = (*memory)(nil)

func newMemory(o Options, keys *keyring) *memory {
	m := &memory{
		now: o.Now, keys: keys, people: slices.Clone(o.People),
		clients:  map[string]Client{},
		requests: map[string]authRequest{},
		codes:    map[string]code{},
		access:   map[string]grant{},
		refresh:  map[string]grant{},
		sessions: map[string]*session{},
	}
	for _, c := range o.Clients {
		m.clients[c.ID] = c
	}
	return m
}

// secret is unguessable and safe in addresses and cookies.
func secret() string { return rand.Text() + rand.Text() }

func (m *memory) personNamed(username string) (Person, bool) {
	i := slices.IndexFunc(m.people, func(p Person) bool { return p.Username == username })
	if i < 0 {
		return Person{}, false
	}
	return m.people[i], true
}

// forget drops what has expired; the caller holds the lock. A code is remembered as long as its request, to recognize
// its second use.
func (m *memory) forget() {
	now := m.now()
	maps.DeleteFunc(m.requests, func(_ string, r authRequest) bool { return now.After(r.expires) })
	maps.DeleteFunc(m.codes, func(_ string, c code) bool { return now.After(c.expires.Add(requestLifetime)) })
	maps.DeleteFunc(m.access, func(_ string, g grant) bool { return now.After(g.expires) })
	maps.DeleteFunc(m.refresh, func(_ string, g grant) bool { return now.After(g.expires) })
	maps.DeleteFunc(m.sessions, func(_ string, s *session) bool { return now.After(s.expires) })
}

// GetClientByClientID is part of op.OPStorage.
func (m *memory) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	c, ok := m.clients[id]
	if !ok {
		return nil, oidc.ErrInvalidClient().WithDescription("unknown client")
	}
	return registered{c, m.skew()}, nil
}

// AuthorizeClientIDSecret is part of op.OPStorage.
func (m *memory) AuthorizeClientIDSecret(_ context.Context, id, given string) error {
	c, ok := m.clients[id]
	if !ok || subtle.ConstantTimeCompare([]byte(c.Secret), []byte(given)) != 1 {
		return errors.New("unknown client or wrong secret")
	}
	return nil
}

// SigningKey is part of op.AuthStorage.
func (m *memory) SigningKey(context.Context) (op.SigningKey, error) { return m.keys.signingKey(), nil }

// SignatureAlgorithms is part of op.AuthStorage: of ID tokens.
func (m *memory) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{m.keys.main}, nil
}

// KeySet is part of op.AuthStorage.
func (m *memory) KeySet(context.Context) ([]op.Key, error) { return m.keys.public(), nil }

// Health is part of op.Storage: memory is always there.
func (m *memory) Health(context.Context) error { return nil }
