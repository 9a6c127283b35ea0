// Package directory knows organizations and people.
//
// It owns who a person is across sign-ins: found by the provider's issuer and subject, never by e-mail,
// placed in an organization by rules (Store.PlaceOrganization); what organizations, their units and administrators are. It refuses to sign anybody
// in (auth/oidc proves, auth/signin remembers) and to decide who may enter a room (rooms).
package directory

import (
	"context"
	"slices"
	"time"

	"parvis/auth"
)

// DefaultOrgID is the organization of people whom no rule places.
const DefaultOrgID = auth.DefaultOrgID

// Organization is a ministry, agency or other body.
type Organization struct {
	ID        string
	ParentID  string // the organization above; empty at the top
	Name      string
	Kind      OrganizationKind
	State     OrganizationState
	Contact   string // whom its people ask
	Siret     string
	IdPIDs    []string
	Domains   []string    // of e-mail, in lower case
	Claims    []ClaimRule // of sign-ins
	Version   int64
	CreatedAt time.Time
}

// OrganizationKind is what sort of body it is. The zero value is any other.
type OrganizationKind string

// The kinds.
const (
	KindOther    OrganizationKind = "other"
	KindMinistry OrganizationKind = "ministry"
	KindAgency   OrganizationKind = "agency"
)

// OrganizationState says whether people are placed in it.
type OrganizationState string

// The states. A pending organization waits for an administrator: its people sign in and stand in the default one. Those of a
// refused one do not sign in.
const (
	StateActive  OrganizationState = "active"
	StatePending OrganizationState = "pending"
	StateRefused OrganizationState = "refused"
)

// ClaimRule places who comes with a claim of this value.
type ClaimRule struct {
	Claim string
	Value string
}

// ClaimNames are the claims that a rule may ask for, in the order in which rules are tried.
func ClaimNames() []string {
	return []string{"provider", "organization_label", "organizational_unit", "roles"}
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
	Unknown           Unknown // what becomes of whom no rule knows; Directory says it
}

// PlacingRules are the rules by which people are placed in an organization, in the order in which they are tried.
func PlacingRules() []string {
	return append([]string{"siret", "idp_id", "email"}, ClaimNames()...)
}

// Said is the values of a claim by the name that rules give it.
func (c Claims) Said(name string) []string {
	var values []string
	switch name {
	case "provider":
		values = []string{c.Provider}
	case "organization_label":
		values = []string{c.OrganizationLabel}
	case "organizational_unit":
		values = []string{c.OrganizationUnit}
	case "roles":
		values = c.Roles
	}
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
}

// Unknown says what becomes of the organization of a sign-in that no rule knows.
type Unknown string

// UnknownCreated makes an organization of a new siret; UnknownPending puts it aside, and its people stand in the default
// organization until an administrator accepts it; UnknownRefused lets nobody in whom no rule places. The zero value creates.
const (
	UnknownCreated Unknown = "create"
	UnknownPending Unknown = "pending"
	UnknownRefused Unknown = "refuse"
)

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
	// PlaceOrganization finds the organization by siret, then by identity provider id, by the domain of an address for which
	// the provider vouches, by claims in the order of ClaimNames; else it does with a siret that is new what Unknown says,
	// and answers the default organization. fault.CodeOrganizationNotFound for whom it refuses.
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
	store   Store
	now     func() time.Time
	unknown Unknown
}

// New makes a Directory that makes an organization of each new siret.
func New(store Store, now func() time.Time) *Directory { return &Directory{store: store, now: now} }

// Unknown has the Directory do with organizations that no rule knows what the setting says.
func (d *Directory) Unknown(what Unknown) *Directory {
	d.unknown = what
	return d
}
