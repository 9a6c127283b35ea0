// Package signintest is a store of sign-ins in memory, for tests of those who need one.
package signintest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

// Store keeps sign-ins as the database does, each with one place in a call. The zero value is ready; Now is the wall clock when nil.
type Store struct {
	Now func() time.Time

	mu    sync.Mutex
	rows  []signin.SignIn
	moved map[string]string // sign-in that was replaced -> the one that took its admissions
	down  error
}

var _ signin.Store = (*Store)(nil)

// Fail makes every method answer err until it is called with nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

// Change edits the row with the id, as another part of the platform would (Busy, an earlier LastSeenAt).
func (s *Store) Change(id string, change func(*signin.SignIn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if row := s.find(func(r signin.SignIn) bool { return r.ID == id }); row != nil {
		change(row)
	}
}

// All is every row, ended ones too, oldest first.
func (s *Store) All() []signin.SignIn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rows)
}

// MovedTo names the sign-in that took the admissions of another over; empty when none did.
func (s *Store) MovedTo(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moved[id]
}

func (s *Store) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC()
	}
	return s.Now().UTC()
}

func (s *Store) find(want func(signin.SignIn) bool) *signin.SignIn {
	if i := slices.IndexFunc(s.rows, want); i >= 0 {
		return &s.rows[i]
	}
	return nil
}

// CreateSignIn implements signin.Store.
func (s *Store) CreateSignIn(_ context.Context, row signin.SignIn, replaces string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	if replaces != "" {
		if old := s.find(func(r signin.SignIn) bool { return r.ID == replaces && r.EndedAt == nil }); old != nil {
			at := row.CreatedAt
			old.EndedAt = &at
		}
		if s.moved == nil {
			s.moved = map[string]string{}
		}
		s.moved[replaces] = row.ID
	}
	row.Emails, row.SecretHash, row.IDToken = slices.Clone(row.Emails), bytes.Clone(row.SecretHash), bytes.Clone(row.IDToken)
	s.rows = append(s.rows, row)
	return nil
}

// SignIn implements signin.Store.
func (s *Store) SignIn(_ context.Context, secretHash []byte) (signin.SignIn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return signin.SignIn{}, s.down
	}
	row := s.find(func(r signin.SignIn) bool { return bytes.Equal(r.SecretHash, secretHash) && r.EndedAt == nil })
	if row == nil {
		return signin.SignIn{}, missing()
	}
	return *row, nil
}

// SignInID implements signin.Store.
func (s *Store) SignInID(_ context.Context, secretHash []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return "", s.down
	}
	row := s.find(func(r signin.SignIn) bool { return bytes.Equal(r.SecretHash, secretHash) && r.EndedAt == nil })
	if row == nil {
		return "", missing()
	}
	return row.ID, nil
}

// SignIns implements signin.Store.
func (s *Store) SignIns(_ context.Context, which signin.Selection, now time.Time) ([]signin.SignIn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	var found []signin.SignIn
	for _, r := range s.rows {
		if live(r, now) && names(which, r) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b signin.SignIn) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return found, nil
}

// TouchSignIn implements signin.Store.
func (s *Store) TouchSignIn(_ context.Context, id string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	if row := s.find(func(r signin.SignIn) bool { return r.ID == id && r.EndedAt == nil }); row != nil && at.After(row.LastSeenAt) {
		row.LastSeenAt = at
	}
	return nil
}

// RenameGuest implements signin.Store.
func (s *Store) RenameGuest(_ context.Context, id, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	row := s.find(func(r signin.SignIn) bool { return r.ID == id && r.Kind == auth.Guest && live(r, s.now()) })
	if row == nil {
		return missing()
	}
	row.Name = name
	return nil
}

// EndSignIns implements signin.Store.
func (s *Store) EndSignIns(_ context.Context, which signin.Selection, now time.Time) ([]signin.SignIn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	var ended []signin.SignIn
	for i := range s.rows {
		if s.rows[i].EndedAt == nil && names(which, s.rows[i]) { // past its limits too: it may hold a place in a call
			s.rows[i].EndedAt = &now
			row := s.rows[i]
			row.Left = []rooms.Ending{{Admission: rooms.Admission{SignInID: row.ID}}}
			ended = append(ended, row)
		}
	}
	return ended, nil
}

// IDTokenHint implements signin.Store.
func (s *Store) IDTokenHint(_ context.Context, id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	row := s.find(func(r signin.SignIn) bool { return r.ID == id })
	if row == nil {
		return nil, missing()
	}
	sealed := row.IDToken
	row.IDToken = nil
	return sealed, nil
}

func live(r signin.SignIn, now time.Time) bool { return r.EndedAt == nil && now.Before(r.ExpiresAt) }

// names applies a selection; an empty one names nothing.
func names(which signin.Selection, r signin.SignIn) bool {
	switch {
	case which.ID != "":
		return r.ID == which.ID
	case which.PersonID != "":
		return r.PersonID == which.PersonID
	case which.Issuer != "" && which.ProviderSID != "":
		return r.Issuer == which.Issuer && r.ProviderSID == which.ProviderSID
	case which.Issuer != "" && which.Subject != "":
		return r.Issuer == which.Issuer && r.Subject == which.Subject
	default:
		return false
	}
}

func missing() error { return fault.New(fault.CodeNotFound, "there is no such sign-in") }

// Ender notes the sign-ins whose calls it was told to end.
type Ender struct {
	mu   sync.Mutex
	told []string
}

// SignInEnded implements signin.Ender. Nobody is removed for somebody who went away.
func (e *Ender) SignInEnded(ctx context.Context, left []rooms.Ending) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range left {
		if ctx.Err() == nil {
			e.told = append(e.told, l.Admission.SignInID)
		}
	}
}

// Told is the ids in the order they came.
func (e *Ender) Told() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.told)
}
