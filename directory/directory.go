// Package directory knows organizations and people.
//
// It owns who a person is across sign-ins: found by the provider's issuer and subject, never by e-mail,
// placed in an organization by siret, then by identity provider, else in the default one. It refuses to sign anybody
// in (auth/oidc proves, auth/signin remembers) and to decide who may enter a room (rooms).
package directory

import (
	"context"
	"time"

	"parvis/auth"
)

// DefaultOrgID is the organization of people whom no rule places.
const DefaultOrgID = auth.DefaultOrgID

// Organization is a ministry, agency or other body.
type Organization struct {
	ID        string
	Name      string
	Siret     string
	IdPIDs    []string
	CreatedAt time.Time
}

// Person is somebody with an account. Deactivated people cannot sign in and lose what runs.
type Person struct {
	ID            string
	OrgID         string
	OrgName       string
	GivenName     string
	FamilyName    string
	Email         string
	Locale        string
	Unit          string // the part of the organization, as the provider says it
	DeactivatedAt *time.Time
	CreatedAt     time.Time
}

// DisplayName is the name that others see.
func (p Person) DisplayName() string {
	switch {
	case p.GivenName == "":
		return p.FamilyName
	case p.FamilyName == "":
		return p.GivenName
	default:
		return p.GivenName + " " + p.FamilyName
	}
}

// Claims is what an identity provider said of somebody at a sign-in; all but Provider, Issuer and Subject may be empty.
type Claims struct {
	Provider          string
	Issuer            string
	Subject           string
	GivenName         string
	FamilyName        string
	Email             string
	Siret             string
	IdPID             string
	UID               string // how the identity provider behind a broker names the person
	OrganizationLabel string
	OrganizationUnit  string
	Locale            string
	Roles             []string
	Assurance         auth.Assurance
	Vouched           Vouched
}

// Vouched says whether the provider answers for the address, as its operator declared: what was given to the address
// becomes that person's.
type Vouched uint8

// The degrees: by no rule, by one for the domain, by one for the domain and the identity provider behind (idp_id).
const (
	NotVouched Vouched = iota
	VouchedByDomain
	VouchedByIdP
)

// Store keeps organizations and people. Errors: fault.Unavailable when the database does not answer.
type Store interface {
	// PlaceOrganization finds the organization by siret, then by identity provider id, and makes it when the provider
	// vouches for a siret that is new; without either it answers the default organization.
	PlaceOrganization(ctx context.Context, c Claims, now time.Time) (Organization, error)
	// UpsertPerson finds the person of (issuer, subject) and brings name, organization and address up to date, or makes
	// the person. Two first sign-ins at once make one person.
	UpsertPerson(ctx context.Context, c Claims, orgID string, now time.Time) (Person, error)
	Person(ctx context.Context, id string) (Person, error)
	// SearchPeople finds active people of one organization by the beginnings of words of name and address, whatever case and
	// accents, in the order of their names. Every word of the query has to be found.
	SearchPeople(ctx context.Context, orgID, query string, limit int) ([]Person, error)
}

// Directory answers who somebody is.
type Directory struct {
	store Store
	now   func() time.Time
}

// New makes a Directory.
func New(store Store, now func() time.Time) *Directory { return &Directory{store: store, now: now} }
