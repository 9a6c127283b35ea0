// Package servicetest is a store of service accounts in memory, for tests of those who need one.
package servicetest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
	"parvis/fault"
)

// Memory keeps accounts as the database does. Make it with New.
type Memory struct {
	mu       sync.Mutex
	accounts map[string]service.Account
	tokens   map[string]service.Token
	used     map[string]bool
	people   map[string]service.Person
	orgs     map[string]string // id -> name
	events   []event.Event
	touches  int
	down     error
}

var _ service.Store = (*Memory)(nil)

// New is an empty store, with the default organization.
func New() *Memory {
	return &Memory{
		accounts: map[string]service.Account{}, tokens: map[string]service.Token{}, used: map[string]bool{},
		people: map[string]service.Person{}, orgs: map[string]string{auth.DefaultOrgID: "Other bodies"},
	}
}

// Fail makes every method answer err until it is called with nil.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
}

// AddOrg makes an organization.
func (m *Memory) AddOrg(id, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.orgs[id] = name
}

// PutPerson makes a person, or another of one.
func (m *Memory) PutPerson(p service.Person) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.people[p.ID] = p
}

// Put makes an account without asking anybody.
func (m *Memory) Put(a service.Account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accounts[a.ID] = a.Clone()
}

// Events are those that were written.
func (m *Memory) Events() []event.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events)
}

// Touches counts the uses that were noted, or were to be.
func (m *Memory) Touches() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.touches
}

// Tokens counts those that were issued.
func (m *Memory) Tokens() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.tokens)
}

// CreateAccount implements service.Store.
func (m *Memory) CreateAccount(_ context.Context, a service.Account, events []event.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return m.down
	}
	m.accounts[a.ID] = a.Clone()
	m.events = append(m.events, events...)
	return nil
}

// Account implements service.Store.
func (m *Memory) Account(ctx context.Context, id string) (service.Account, error) {
	return m.AccountNow(ctx, id)
}

// AccountNow implements service.Store.
func (m *Memory) AccountNow(_ context.Context, id string) (service.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.account(id)
}

func (m *Memory) account(id string) (service.Account, error) {
	if m.down != nil {
		return service.Account{}, m.down
	}
	a, ok := m.accounts[id]
	if !ok {
		return service.Account{}, fault.New(fault.CodeAccountNotFound, "there is no such service account")
	}
	a.OrgName = m.orgs[a.OrgID]
	return a.Clone(), nil
}

// Accounts implements service.Store.
func (m *Memory) Accounts(_ context.Context, q service.Query) (service.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []service.Account
	for id, a := range m.accounts {
		if q.OrgID != "" && a.OrgID == q.OrgID || q.OrgID == "" && (q.Reach.All || slices.Contains(q.Reach.OrgIDs, a.OrgID)) {
			found, _ := m.account(id)
			all = append(all, found)
		}
	}
	slices.SortFunc(all, func(a, b service.Account) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	from, err := strconv.Atoi(cmp.Or(q.Cursor, "0"))
	if err != nil || from < 0 || from > len(all) {
		return service.Page{}, fault.New(fault.CodeInvalid, "this cursor is not one of ours")
	}
	to := min(from+cmp.Or(q.PageSize, 50), len(all))
	page := service.Page{Accounts: all[from:to]}
	if to < len(all) {
		page.Next = strconv.Itoa(to)
	}
	return page, m.down
}

// UpdateAccount implements service.Store.
func (m *Memory) UpdateAccount(_ context.Context, id string, change func(*service.Account) ([]event.Event, error)) (service.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, err := m.account(id)
	if err != nil {
		return service.Account{}, err
	}
	events, err := change(&a)
	if err != nil {
		return service.Account{}, err
	}
	if len(events) > 0 {
		a.Version++
		m.accounts[id] = a.Clone()
		m.events = append(m.events, events...)
	}
	return a, nil
}

// TouchAccount implements service.Store.
func (m *Memory) TouchAccount(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.touches++
	if m.down != nil {
		return m.down
	}
	if a := m.accounts[id]; a.LastUsedAt == nil || a.LastUsedAt.Before(at) {
		a.LastUsedAt = &at
		m.accounts[id] = a
	}
	return nil
}

// CreateToken implements service.Store.
func (m *Memory) CreateToken(_ context.Context, t service.Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[string(t.Hash)] = t
	return m.down
}

// Token implements service.Store.
func (m *Memory) Token(_ context.Context, hash []byte) (service.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tokens[string(hash)]
	switch {
	case m.down != nil:
		return service.Token{}, m.down
	case !ok:
		return service.Token{}, fault.New(fault.CodeNotFound, "there is no such token")
	}
	t.Scopes = slices.Clone(t.Scopes)
	return t, nil
}

// UseAssertion implements service.Store.
func (m *Memory) UseAssertion(_ context.Context, accountID, jti string, _ time.Time) (used bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := accountID + " " + jti
	used = m.used[key]
	m.used[key] = true
	return used, m.down
}

// Subject implements service.Store.
func (m *Memory) Subject(_ context.Context, personID string) (service.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.people[personID]
	if m.down == nil && !ok {
		return service.Person{}, fault.New(fault.CodeNotFound, "there is no such person")
	}
	p.Groups = slices.Clone(p.Groups)
	return p, m.down
}

// Above implements service.Store: organizations stand beside each other here.
func (m *Memory) Above(_ context.Context, orgID string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.orgs[orgID]; m.down == nil && !ok {
		return nil, fault.New(fault.CodeOrganizationNotFound, "there is no such organization")
	}
	return nil, m.down
}

// OrgByKey implements service.Store.
func (m *Memory) OrgByKey(_ context.Context, key string) (id, name string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, name := range m.orgs {
		if key == id || (key != "" && key == name) {
			return id, name, m.down
		}
	}
	return "", "", fault.New(fault.CodeNotFound, "there is no such organization")
}
