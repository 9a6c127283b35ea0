package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// OrganizationStore keeps organizations with the rules by which people come to them. Errors: fault.CodeOrganizationNotFound.
type OrganizationStore interface {
	// Organizations lists those within reach, by name.
	Organizations(ctx context.Context, q OrganizationQuery) (OrganizationPage, error)
	Organization(ctx context.Context, id string) (Organization, error)
	// Above answers the organizations above one, nearest first.
	Above(ctx context.Context, id string) ([]string, error)
	// CreateOrganization is fault.Conflict when one of its rules is another's.
	CreateOrganization(ctx context.Context, o Organization, events ...event.Event) error
	// UpdateOrganization changes one under its lock; without events nothing is written. fault.Conflict when one of its
	// rules is another's, or when it would stand below itself.
	UpdateOrganization(ctx context.Context, id string, change func(*Organization) ([]event.Event, error)) (Organization, error)
}

// UnitStore keeps how organizations are divided. Errors: fault.CodeUnitNotFound.
type UnitStore interface {
	Units(ctx context.Context, orgID string) ([]Unit, error)
	// CreateUnit is fault.Conflict past limit.
	CreateUnit(ctx context.Context, u Unit, limit int, events ...event.Event) error
	// UpdateUnit changes one; fault.Conflict when it would stand below itself or too deep. lifts, if any, is the refusal for giving it
	// another place where it, or one above, has a policy.
	UpdateUnit(ctx context.Context, orgID, id string, lifts error, change func(*Unit) ([]event.Event, error)) (Unit, error)
	// DeleteUnit is fault.Conflict while something stands below it, and lifts, if any, where it, or one above, has a policy.
	DeleteUnit(ctx context.Context, orgID, id string, lifts error, events ...event.Event) error
}

// PeopleStore keeps accounts, for who administers them. Errors: fault.CodePersonNotFound.
type PeopleStore interface {
	// ListPeople lists those within reach, by name.
	ListPeople(ctx context.Context, q PeopleQuery) (PeoplePage, error)
	Person(ctx context.Context, id string) (Person, error)
	// ClosePerson closes an account with all that runs by it, CodeLastAdministrator for the last of the platform; OpenPerson
	// opens it again, fault.Conflict when it was merged; SignOutPerson ends what runs by it.
	ClosePerson(ctx context.Context, id string, at time.Time, events ...event.Event) error
	OpenPerson(ctx context.Context, id string, at time.Time, events ...event.Event) error
	SignOutPerson(ctx context.Context, id string, at time.Time, events ...event.Event) error
	// PreviewMerge counts what MergePeople would bring over. MergePeople is fault.PreconditionFailed when that is not what
	// version stands for any more.
	PreviewMerge(ctx context.Context, id, into string) (Merge, error)
	MergePeople(ctx context.Context, m Merge, by string, at time.Time, events ...event.Event) error
}

// AppointmentStore keeps who administers. Errors: fault.CodeAppointmentNotFound.
type AppointmentStore interface {
	// Appointments lists those of an organization, of the platform for an empty one.
	Appointments(ctx context.Context, q AppointmentQuery) ([]Holder, error)
	Appointment(ctx context.Context, id string) (Holder, error)
	// Appoint gives a role; one that is held already stays, and that one is answered.
	Appoint(ctx context.Context, h Holder, events ...event.Event) (Holder, bool, error)
	// Dismiss takes a role away, CodeLastAdministrator for the last platform-admin.
	Dismiss(ctx context.Context, id string, events ...event.Event) error
	// OfferClaim keeps the hash of a code in the place of all before; ClaimPlatform uses it up, once, and makes the
	// person a platform-admin: fault.CodeClaimInvalid.
	OfferClaim(ctx context.Context, hash []byte, at, expires time.Time, events ...event.Event) error
	ClaimPlatform(ctx context.Context, hash []byte, h Holder, events ...event.Event) (Holder, error)
}

// AdministrationStore is all that Administration keeps.
type AdministrationStore interface {
	OrganizationStore
	UnitStore
	OfficeStore
	PeopleStore
	ImportStore
	AppointmentStore
}

// Administration is what administrators do to organizations, their people, and each other.
type Administration struct {
	store     AdministrationStore
	now       func() time.Time
	providers []string
}

// NewAdministration makes an Administration.
func NewAdministration(store AdministrationStore, now func() time.Time) *Administration {
	return &Administration{store: store, now: now}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// may asks for a right on an organization. Whether it exists is not told to who has no right there.
func (a *Administration) may(ctx context.Context, who auth.Identity, right auth.Right, orgID string) error {
	if who.Kind == auth.System {
		return nil
	}
	on := auth.Resource{OrgID: orgID}
	above, err := a.above(ctx, who, orgID)
	switch {
	case fault.Is(err, fault.NotFound):
		if refusal := auth.Allowed(who, right, on); refusal != nil {
			return refusal
		}
		return err
	case err != nil:
		return fmt.Errorf("find the organizations above: %w", err)
	}
	on.Above = above
	return auth.Allowed(who, right, on)
}

// above is what may decide for those who administer something; for nobody else anything is looked up.
func (a *Administration) above(ctx context.Context, who auth.Identity, orgID string) ([]string, error) {
	if orgID == "" || (len(who.Appointments) == 0 && who.Kind != auth.Service) {
		return nil, nil
	}
	return a.store.Above(ctx, orgID)
}

// reach is for which organizations the caller holds a right.
func reach(who auth.Identity, right auth.Right) (auth.Reach, error) {
	if who.Kind == auth.System {
		return auth.Reach{All: true}, nil
	}
	return auth.ReachOf(who, right)
}

// happened is an event by who acts.
func (a *Administration) happened(who auth.Identity, what event.Type, orgID, subject string, data map[string]any) event.Event {
	return event.Event{
		ID: newID(), Type: what, OrgID: orgID, Subject: subject, Actor: string(who.Kind) + ":" + who.ID, OnBehalfOf: who.OnBehalfOf,
		At: a.now(), Data: data,
	}
}

// checkVersion compares what the author of a change has seen. A command has seen none.
func checkVersion(have, seen int64) error {
	if seen != AnyVersion && have != seen {
		return fault.New(fault.CodePreconditionFailed, "it has changed since you read it")
	}
	return nil
}

// AnyVersion is the version of a change whose author has seen none: an administrator's, by a command.
const AnyVersion = 0
