// Package emailprooftest keeps proofs in memory and mail in a list, for tests of those who need them.
package emailprooftest

import (
	"context"
	"slices"
	"sync"
	"time"

	"parvis/auth/emailproof"
	"parvis/fault"
)

// Memory is an emailproof.Store and an emailproof.Sender. The zero value is ready; it takes every sign-in for a guest's but
// those that have Ended.
type Memory struct {
	mu     sync.Mutex
	proofs map[string]emailproof.Proof
	proved map[string]string
	mails  []emailproof.Mail
	ended  map[string]bool
	down   error
}

var (
	_ emailproof.Store  = (*Memory)(nil)
	_ emailproof.Sender = (*Memory)(nil)
)

// UpdateProof implements emailproof.Store.
func (m *Memory) UpdateProof(_ context.Context, signInID string, _ time.Time, change func(*emailproof.Proof) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended[signInID] {
		return fault.New(fault.CodeNotFound, "there is no such sign-in, or it has ended")
	}
	p := m.proofs[signInID]
	p.Asked = slices.Clone(p.Asked)
	if err := change(&p); err != nil {
		return err
	}
	if m.proofs == nil {
		m.proofs, m.proved = map[string]emailproof.Proof{}, map[string]string{}
	}
	if p.Proved {
		m.proved[signInID], p.Proved = p.Address, false
	}
	m.proofs[signInID] = p
	return nil
}

// Send implements emailproof.Sender.
func (m *Memory) Send(_ context.Context, mail emailproof.Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return m.down
	}
	m.mails = append(m.mails, mail)
	return nil
}

// Fail makes Send answer err until it is called with nil.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
}

// End ends a sign-in.
func (m *Memory) End(signInID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = map[string]bool{signInID: true}
}

// Mails is what was sent, oldest first.
func (m *Memory) Mails() []emailproof.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mails)
}

// Proved is the address that a sign-in has proved; empty when none.
func (m *Memory) Proved(signInID string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.proved[signInID]
}

// Kept is what is kept of a sign-in.
func (m *Memory) Kept(signInID string) emailproof.Proof {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.proofs[signInID]
}
