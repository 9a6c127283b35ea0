package directory

import (
	"context"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// Bounds of offices: each of its people has a role in each of its rooms.
const (
	maxOffices       = 1000
	maxOfficeHolders = 20
	// MaxOfficeRooms is how many rooms an office owns at most.
	MaxOfficeRooms = 200
)

// Office is a function of an organization that owns rooms, whoever fills it. Holders own its rooms, deputies lead them for their dates.
type Office struct {
	ID        string
	OrgID     string
	UnitID    string // empty: of the organization itself
	Name      string
	Version   int64
	CreatedAt time.Time
	Holders   []OfficeHolder
	Rooms     []OfficeRoom
}

// Vacant tells that nobody holds the office at a moment: its rooms stay its own.
func (o Office) Vacant(now time.Time) bool {
	for _, h := range o.Holders {
		if h.Kind == Holds && h.Closed == nil && (h.NotBefore == nil || !now.Before(*h.NotBefore)) && (h.NotAfter == nil || now.Before(*h.NotAfter)) {
			return false
		}
	}
	return true
}

// HolderKind is how somebody stands to an office.
type HolderKind string

// The kinds.
const (
	Holds    HolderKind = "holder"
	StandsIn HolderKind = "deputy"
)

// OfficeHolder is somebody in an office. Role is what they are in its rooms: owner or moderator. Closed is since when their account is.
type OfficeHolder struct {
	Person    Person
	Kind      HolderKind
	Role      string
	NotBefore *time.Time
	NotAfter  *time.Time
	Closed    *time.Time
	AddedAt   time.Time
}

// OfficeRoom is a room that an office owns.
type OfficeRoom struct{ ID, Slug, Name string }

// OfficeChange is what is to become of an office; nil leaves a field.
type OfficeChange struct {
	Name   *string
	UnitID *string
}

// Seat is somebody's place in an office, as it is given.
type Seat struct {
	PersonID  string
	Kind      HolderKind
	Role      string // of a deputy; holders own
	NotBefore *time.Time
	NotAfter  *time.Time
}

// OfficeStore keeps offices. Errors: fault.CodeOfficeNotFound.
type OfficeStore interface {
	// Offices lists those of an organization by name, each with its people and rooms.
	Offices(ctx context.Context, orgID string) ([]Office, error)
	Office(ctx context.Context, orgID, id string) (Office, error)
	// CreateOffice is fault.Conflict past limit, or when the name is another's of the organization.
	CreateOffice(ctx context.Context, o Office, limit int, events ...event.Event) error
	// UpdateOffice changes one; without events nothing is written.
	UpdateOffice(ctx context.Context, orgID, id string, change func(*Office) ([]event.Event, error)) (Office, error)
	// DeleteOffice is fault.Conflict while the office owns rooms.
	DeleteOffice(ctx context.Context, orgID, id string, events ...event.Event) error
	// SeatInOffice gives somebody of the organization a place, or another one, and with it a role in each room of the office;
	// fault.Conflict past limit, fault.CodePersonNotFound for who is of another organization.
	SeatInOffice(ctx context.Context, orgID, id string, s Seat, limit int, by string, at time.Time, events ...event.Event) error
	// LeaveOffice takes the place back, and the roles with it: who is in a call of the office leads it no more.
	LeaveOffice(ctx context.Context, orgID, id, personID string, at time.Time, events ...event.Event) error
}

// Offices lists the offices of an organization.
func (a *Administration) Offices(ctx context.Context, who auth.Identity, orgID string) ([]Office, error) {
	if err := a.may(ctx, who, auth.OrganizationsRead, orgID); err != nil {
		return nil, err
	}
	return a.store.Offices(ctx, orgID)
}

// Office answers one.
func (a *Administration) Office(ctx context.Context, who auth.Identity, orgID, id string) (Office, error) {
	if err := a.may(ctx, who, auth.OrganizationsRead, orgID); err != nil {
		return Office{}, err
	}
	return a.store.Office(ctx, orgID, id)
}

func (a *Administration) mayOffice(ctx context.Context, who auth.Identity, orgID string) error {
	if err := a.may(ctx, who, auth.OfficesWrite, orgID); err != nil {
		return err
	}
	if orgID == DefaultOrgID {
		return fault.New(fault.CodeForbidden, "the organization of those whom no rule places has no offices")
	}
	return nil
}

// CreateOffice makes one, without anybody in it.
func (a *Administration) CreateOffice(ctx context.Context, who auth.Identity, o Office) (Office, error) {
	if err := a.mayOffice(ctx, who, o.OrgID); err != nil {
		return Office{}, err
	}
	if err := officeName(o.Name); err != nil {
		return Office{}, err
	}
	o.ID, o.Version, o.CreatedAt = newID(), 1, a.now()
	return o, a.store.CreateOffice(ctx, o, maxOffices, a.aboutOffice(who, event.OfficeCreated, o.OrgID, o.ID, map[string]any{"unit": o.UnitID}))
}

func officeName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > maxName {
		return fault.New(fault.CodeInvalid, "the office is not valid").At("body.name", "give a name of 1 to 200 characters")
	}
	return nil
}

func (a *Administration) aboutOffice(who auth.Identity, what event.Type, orgID, id string, data map[string]any) event.Event {
	return a.happened(who, what, orgID, "office:"+id, data)
}

// UpdateOffice changes one of the version that its author has seen.
func (a *Administration) UpdateOffice(ctx context.Context, who auth.Identity, orgID, id string, version int64, c OfficeChange) (Office, error) {
	if err := a.mayOffice(ctx, who, orgID); err != nil {
		return Office{}, err
	}
	return a.store.UpdateOffice(ctx, orgID, id, func(o *Office) ([]event.Event, error) {
		if err := checkVersion(o.Version, version); err != nil {
			return nil, err
		}
		changed := map[string]bool{}
		set(changed, "name", &o.Name, c.Name)
		set(changed, "unit", &o.UnitID, c.UnitID)
		if err := officeName(o.Name); err != nil || len(changed) == 0 {
			return nil, err
		}
		return []event.Event{a.aboutOffice(who, event.OfficeUpdated, orgID, id, map[string]any{"changed": slices.Sorted(maps.Keys(changed))})}, nil
	})
}

// DeleteOffice takes one away that owns nothing.
func (a *Administration) DeleteOffice(ctx context.Context, who auth.Identity, orgID, id string) error {
	if err := a.mayOffice(ctx, who, orgID); err != nil {
		return err
	}
	return a.store.DeleteOffice(ctx, orgID, id, a.aboutOffice(who, event.OfficeDeleted, orgID, id, nil))
}

// SeatInOffice gives somebody a place in an office, or another one. A holder owns its rooms from a date on or at once, and until another
// one or for good; a deputy stands in until a date.
func (a *Administration) SeatInOffice(ctx context.Context, who auth.Identity, orgID, id string, s Seat) (Office, error) {
	if err := a.mayOffice(ctx, who, orgID); err != nil {
		return Office{}, err
	}
	now := a.now()
	if err := s.check(now); err != nil {
		return Office{}, err
	}
	if s.Kind == Holds {
		s.Role = "owner"
	}
	data := map[string]any{"person": s.PersonID, "kind": string(s.Kind), "role": s.Role}
	for name, at := range map[string]*time.Time{"from": s.NotBefore, "until": s.NotAfter} {
		if at != nil {
			data[name] = at.UTC().Format(time.RFC3339)
		}
	}
	err := a.store.SeatInOffice(ctx, orgID, id, s, maxOfficeHolders, string(who.Kind)+":"+who.ID, now, a.aboutOffice(who, event.OfficeSeated, orgID, id, data))
	if err != nil {
		return Office{}, err
	}
	return a.store.Office(ctx, orgID, id)
}

func (s Seat) check(now time.Time) error {
	wrong := fault.New(fault.CodeInvalid, "the place in the office is not valid")
	switch {
	case s.Kind != Holds && s.Kind != StandsIn:
		wrong.At("body.kind", "holder or deputy")
	case s.Kind == StandsIn && s.Role != "owner" && s.Role != "moderator":
		wrong.At("body.role", "owner or moderator")
	case s.Kind == StandsIn && s.NotAfter == nil:
		wrong.At("body.until", "say until when the deputy stands in")
	case s.NotAfter != nil && !s.NotAfter.After(now):
		wrong.At("body.until", "give a time to come: who is to leave now is taken out of the office")
	case s.NotBefore != nil && s.NotAfter != nil && !s.NotAfter.After(*s.NotBefore):
		wrong.At("body.until", "give a time after from")
	default:
		return nil
	}
	return wrong
}

// LeaveOffice takes somebody out of an office. Its rooms stay its own, whoever is left.
func (a *Administration) LeaveOffice(ctx context.Context, who auth.Identity, orgID, id, personID string) error {
	if err := a.mayOffice(ctx, who, orgID); err != nil {
		return err
	}
	return a.store.LeaveOffice(ctx, orgID, id, personID, a.now(), a.aboutOffice(who, event.OfficeLeft, orgID, id, map[string]any{"person": personID}))
}
