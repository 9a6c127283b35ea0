package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/auth/internal/plain"
	"parvis/directory"
	"parvis/fault"
)

const maxGuestName = 64

// Proof is what a finished sign-in at a provider hands over (auth/oidc.Proof, field by field).
type Proof struct {
	Person      directory.Person
	Assurance   auth.Assurance
	Provider    string
	Issuer      string
	Subject     string
	ProviderSID string
	IDToken     string // raw; kept encrypted

	AuthenticatedAt time.Time // zero when the provider does not say it
}

// SignInPerson begins a sign-in of a person with a new secret. What this browser had before ends: a guest and an
// earlier sign-in of the same person hand their place in calls over, somebody else's does not.
func (m *Manager) SignInPerson(ctx context.Context, w http.ResponseWriter, r *http.Request, p Proof) error {
	replaces, err := m.yield(ctx, r, p.Person.ID)
	if err != nil {
		return err
	}
	s, secret := m.fresh(r)
	s.Kind, s.PersonID, s.OrgID, s.OrgName = auth.Person, p.Person.ID, p.Person.OrgID, p.Person.OrgName
	s.Name, s.Assurance = p.Person.DisplayName(), p.Assurance
	if p.Person.Email != "" {
		s.Emails = []string{p.Person.Email}
	}
	s.Provider, s.Issuer, s.Subject, s.ProviderSID = p.Provider, p.Issuer, p.Subject, p.ProviderSID
	s.AuthenticatedAt = p.AuthenticatedAt
	s.IDToken = m.sealer.Seal(p.IDToken, s.ID)
	if err := m.keep(ctx, w, s, secret, replaces); err != nil {
		return err
	}
	if replaces != "" {
		m.hint(ctx, replaces) // of no more use
	}
	return nil
}

// yield names the sign-in of this browser whose calls go over to the person, after ending one whose calls must not:
// on a shared computer the next person does not inherit the last one's seat.
func (m *Manager) yield(ctx context.Context, r *http.Request, personID string) (replaces string, err error) {
	old, err := m.current(r)
	switch {
	case errors.Is(err, errNoCookie) || fault.Is(err, fault.NotFound):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("find the sign-in before: %w", err)
	case old.Kind == auth.Guest || old.PersonID == personID:
		return old.ID, nil
	default:
		return "", m.end(ctx, Selection{ID: old.ID})
	}
}

// EnsureGuest is who a guest is from now on: the sign-in of this browser, renamed when the name is another, or a new
// one. Call it at a join or a knock only, once the door would let a guest in. Somebody signed in as a person stays who
// they are.
func (m *Manager) EnsureGuest(ctx context.Context, w http.ResponseWriter, r *http.Request, name string) (auth.Identity, error) {
	name = plain.Line(name, maxGuestName+1)
	s, err := m.current(r)
	switch {
	case errors.Is(err, errNoCookie) || fault.Is(err, fault.NotFound):
		return m.newGuest(ctx, w, r, name)
	case err != nil:
		return auth.Identity{}, fmt.Errorf("find the guest: %w", err)
	case s.Kind != auth.Guest || name == "" || name == s.Name:
		return m.identityOf(s), nil
	}
	if err := guestName(name); err != nil {
		return auth.Identity{}, err
	}
	if err := m.store.RenameGuest(ctx, s.ID, name); err != nil {
		return auth.Identity{}, fmt.Errorf("rename guest: %w", err)
	}
	s.Name = name
	return m.identityOf(s), nil
}

func (m *Manager) newGuest(ctx context.Context, w http.ResponseWriter, r *http.Request, name string) (auth.Identity, error) {
	if err := guestName(name); err != nil {
		return auth.Identity{}, err
	}
	s, secret := m.fresh(r)
	s.Kind, s.Name, s.OrgID = auth.Guest, name, auth.DefaultOrgID
	if err := m.keep(ctx, w, s, secret, ""); err != nil {
		return auth.Identity{}, err
	}
	return m.identityOf(s), nil
}

func guestName(name string) error {
	if name == "" || len([]rune(name)) > maxGuestName {
		return fault.New(fault.CodeInvalid, "say under which name you join").At("body.name", "give a name of 1 to 64 visible characters")
	}
	return nil
}
