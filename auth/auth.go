// Package auth says who is asking and what the asker may do.
//
// It owns Identity, the order of assurance, the scopes of machines and the table of rights. It refuses to know how
// somebody signed in (auth/oidc, auth/signin, auth/service do) and where a role comes from (access and rooms do).
package auth

import (
	"context"
	"time"
)

// Kind is the sort of caller.
type Kind string

// The kinds of caller. The zero value is nobody: an anonymous request.
const (
	Nobody  Kind = ""
	Person  Kind = "person"
	Guest   Kind = "guest"
	Service Kind = "service"
	Phone   Kind = "phone"
	Matrix  Kind = "matrix"
	System  Kind = "system"
)

// Assurance is how sure we are of who somebody is. The zero value is the weakest.
type Assurance uint8

// The assurances, weakest first.
const (
	AssuranceUnknown Assurance = iota
	AssurancePhone
	AssuranceEmail
	AssuranceAgent
	AssuranceAgentMFA
)

var assuranceNames = [...]string{"unknown", "phone", "email", "agent", "agent-mfa"}

func (a Assurance) String() string {
	if int(a) < len(assuranceNames) {
		return assuranceNames[a]
	}
	return assuranceNames[0]
}

// ParseAssurance reads the word that String writes.
func ParseAssurance(word string) (Assurance, bool) {
	for i, name := range assuranceNames {
		if name == word {
			return Assurance(i), true
		}
	}
	return AssuranceUnknown, false
}

// Scope is what a service account may do by REST, such as "rooms.read".
type Scope string

// The scopes that exist so far.
const (
	// ScopeRoomsRead reads the rooms of the organization and who has a role in them.
	ScopeRoomsRead Scope = "rooms.read"
	// ScopeRoomsWrite makes and changes them, gives roles in them, and hosts them.
	ScopeRoomsWrite Scope = "rooms.write"
	// ScopeAttendanceRead reads who was in which meeting.
	ScopeAttendanceRead Scope = "attendance.read"
	// ScopeMeetingsRead reads planned meetings.
	ScopeMeetingsRead Scope = "meetings.read"
	// ScopeMeetingsWrite plans meetings, and changes and cancels those that the account has planned itself.
	ScopeMeetingsWrite Scope = "meetings.write"
	// ScopeMeetingsWriteAny changes and cancels every meeting of the organization, whoever planned it.
	ScopeMeetingsWriteAny Scope = "meetings.write.any"
	// ScopeMeetingsPurge erases meetings for good, of those that the account may cancel.
	ScopeMeetingsPurge Scope = "meetings.purge"
	// ScopeWebhooksManage says to which addresses events of the organization are sent.
	ScopeWebhooksManage Scope = "webhooks.manage"
	// ScopeServiceAccountsManage makes, changes and revokes service accounts of the organization. Nothing is given by it that
	// the giver does not hold.
	ScopeServiceAccountsManage Scope = "service-accounts.manage"
	// ScopeOrganizationsManage reads and changes the organization, what stands below it, and their units.
	ScopeOrganizationsManage Scope = "organizations.manage"
	// ScopePeopleManage reads the people of the organization, closes and opens their accounts.
	ScopePeopleManage Scope = "people.manage"
	// ScopeAuditRead reads the audit trail of the organization.
	ScopeAuditRead Scope = "audit.read"
	// ScopePoliciesManage reads and changes policies and room templates of the organization.
	ScopePoliciesManage Scope = "policies.manage"
	// ScopeUsageRead reads how much the organization meets: counts without names.
	ScopeUsageRead Scope = "usage.read"
)

// Scopes lists every scope that a token may carry.
func Scopes() []Scope {
	return []Scope{
		ScopeRoomsRead, ScopeRoomsWrite, ScopeAttendanceRead, ScopeMeetingsRead, ScopeMeetingsWrite, ScopeMeetingsWriteAny, ScopeMeetingsPurge,
		ScopeWebhooksManage, ScopeServiceAccountsManage, ScopeOrganizationsManage, ScopePeopleManage, ScopeAuditRead, ScopePoliciesManage,
		ScopeUsageRead,
	}
}

// Identity is who is asking. ID is the person, the guest's sign-in or the service account; PersonID is set for people;
// SignInID is set for those who came by a browser. OnBehalfOf is the service account that acts for a person: such an
// identity has the person's roles in rooms, and of those no more than Scopes allow. AuthenticatedAt is when a person last
// proved who they are, zero when it is not known; Elevated says that it is not longer ago than dangerous acts need, with the
// assurance that the installation asks of them.
type Identity struct {
	Kind       Kind
	ID         string
	PersonID   string
	OrgID      string
	Assurance  Assurance
	OnBehalfOf string

	SignInID string
	Name     string
	OrgName  string
	Emails   []string
	Groups   []string // by id, those of the organization
	Scopes   []Scope

	Appointments    []Appointment
	AuthenticatedAt time.Time
	Elevated        bool
}

// Anonymous reports whether nobody is signed in.
func (i Identity) Anonymous() bool { return i.Kind == Nobody }

// ProvedEmail is the address that a guest has proved to be theirs; empty for people, whose own is not shown to hosts.
func (i Identity) ProvedEmail() string {
	if i.Kind == Guest && i.Assurance >= AssuranceEmail && len(i.Emails) > 0 {
		return i.Emails[0]
	}
	return ""
}

// Delegated reports whether a service account acts for the person, who is not there themself.
func (i Identity) Delegated() bool { return i.OnBehalfOf != "" }

// HasScope reports whether a service account may use the scope, for itself or for a person.
func (i Identity) HasScope(s Scope) bool {
	for _, have := range i.Scopes {
		if have == s {
			return true
		}
	}
	return false
}

type contextKey struct{}

// NewContext carries the identity from the middleware to the handlers; from there on it is an argument.
func NewContext(ctx context.Context, who Identity) context.Context {
	return context.WithValue(ctx, contextKey{}, who)
}

// FromContext is the identity of the request, or nobody.
func FromContext(ctx context.Context) Identity {
	who, _ := ctx.Value(contextKey{}).(Identity)
	return who
}

// DefaultOrgID is the organization of people whom no rule places. Its people have nothing in common, so
// it never satisfies an organization entry and receives no grants.
const DefaultOrgID = "00000000-0000-7000-8000-000000000000"
