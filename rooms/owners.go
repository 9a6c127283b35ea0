package rooms

import (
	"context"
	"fmt"
	"time"

	"parvis/access"
	"parvis/audit"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// Office is a function of an organization that owns rooms, whoever fills it (package directory).
type Office struct {
	ID     string
	Name   string
	UnitID string
}

// Heir is who is to own a room: an office of its organization, or a person of it.
type Heir struct {
	OfficeID string
	PersonID string
}

// Ownerless is a room of which nobody of its organization is the owner who has an account. Office is the one that owns it and that
// nobody holds. Elsewhere tells that somebody of another organization owns it, such as who has moved there.
type Ownerless struct {
	Slug       string
	Name       string
	Office     Office
	CreatedAt  time.Time
	LastUsedAt *time.Time
	Elsewhere  bool
}

// Owned is how a room is owned, inside the transaction that changes it. Mine are the caller's grants; Owners tells whether somebody
// with an account owns the room who is of its organization.
type Owned struct {
	Mine     []access.Grant
	OfficeID string
	Owners   bool
}

// OwnerStore keeps whose rooms are. Nothing here is cached.
type OwnerStore interface {
	// OfficeName is fault.CodeOfficeNotFound for none.
	OfficeName(ctx context.Context, id string) (Office, error)
	// OfficesOf lists the offices of an organization by name.
	OfficesOf(ctx context.Context, orgID string) ([]Office, error)
	// Ownerless lists rooms of an organization, longest unused first.
	Ownerless(ctx context.Context, orgID string, now time.Time, most int) ([]Ownerless, error)
	// RoomsOf lists rooms of an organization, last used first, with who owns them.
	RoomsOf(ctx context.Context, q OrgRoomQuery) (OrgRoomPage, error)
	// MoveRoom gives a room to its heir, if decide lets it: an office takes the place of those who own it, and a person that of those
	// of other organizations; they lead it from then on.
	// It answers the people whose role may be another one. fault.CodeOfficeNotFound and fault.CodePersonNotFound for an heir of another
	// organization; fault.Conflict for a room that is one meeting's or one person's own, and past what an office owns.
	MoveRoom(ctx context.Context, roomID string, to Heir, caller []access.Subject, now time.Time, decide func(Owned) ([]event.Event, error)) ([]string, error)
}

// maxOwnerless is how many rooms without an owner are shown at once.
const maxOwnerless = 200

// Offices lists the offices to which the caller may give a room: those of their own organization.
func (s *Service) Offices(ctx context.Context, who auth.Identity) ([]Office, error) {
	if err := auth.Allowed(who, auth.RoomCreate, auth.Resource{OrgID: who.OrgID}); err != nil {
		return nil, err
	}
	if who.OrgID == "" || who.OrgID == auth.DefaultOrgID {
		return nil, nil
	}
	return s.Owners.OfficesOf(ctx, who.OrgID)
}

// Transfer gives a room to an office of its organization. Owners do, and by a grant for good; they lead the room from then on.
func (s *Service) Transfer(ctx context.Context, who auth.Identity, slug, officeID string) error {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return err
	}
	if err := auth.Allowed(who, auth.RoomGrant, st.on(room)); err != nil {
		return err
	}
	return s.move(ctx, who, room, Heir{OfficeID: officeID}, func(o Owned) error {
		now := s.Now().UTC()
		role := access.Strongest(o.Mine, nil, now).Role
		if err := auth.Allowed(who, auth.RoomGrant, auth.Resource{Relation: role.Relation(), Lasting: role.Relation(), OrgID: room.OrgID}); err != nil {
			return err
		}
		if who.Kind != auth.Service && deputy(o.Mine, now) {
			return fault.New(fault.CodeForbidden, "an owner for a time does not decide who owns the room")
		}
		return nil
	})
}

// WithoutOwner lists the rooms of an organization that nobody of it owns who has an account.
func (s *Service) WithoutOwner(ctx context.Context, who auth.Identity, orgID string) ([]Ownerless, error) {
	if err := s.mayPolicy(ctx, who, auth.OrganizationsRead, orgID); err != nil {
		return nil, err
	}
	audit.About(ctx, "organization:"+orgID, orgID)
	return s.Owners.Ownerless(ctx, orgID, s.Now().UTC(), maxOwnerless)
}

// HandOver gives a room that nobody of its organization owns, or that an office owns, to an office or a person of it: an administrator's
// act. What somebody of it owns they give away themselves.
func (s *Service) HandOver(ctx context.Context, who auth.Identity, orgID, slug string, to Heir) error {
	if err := s.mayPolicy(ctx, who, auth.RoomAssign, orgID); err != nil {
		return err
	}
	if (to.OfficeID == "") == (to.PersonID == "") {
		return fault.New(fault.CodeInvalid, "nobody is to own the room").At("body", "name an office or a person")
	}
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return err
	}
	if room.OrgID != orgID {
		return fault.New(fault.CodeRoomNotFound, "there is no such room in this organization")
	}
	return s.move(ctx, who, room, to, func(o Owned) error {
		if o.Owners && o.OfficeID == "" {
			return fault.New(fault.CodeConflict, "somebody of this organization owns the room, and gives it away themselves")
		}
		return nil
	})
}

func (s *Service) move(ctx context.Context, who auth.Identity, room Room, to Heir, may func(Owned) error) error {
	data := map[string]any{}
	if to.OfficeID != "" {
		data["office"] = to.OfficeID
	} else {
		data["person"] = to.PersonID
	}
	people, err := s.Owners.MoveRoom(ctx, room.ID, to, access.SubjectsOf(who), s.Now().UTC(), func(o Owned) ([]event.Event, error) {
		if err := may(o); err != nil {
			return nil, err
		}
		if o.OfficeID != "" {
			data["before"] = o.OfficeID
		}
		return []event.Event{s.happened(who, event.RoomTransferred, room, data)}, nil
	})
	if err != nil {
		return fmt.Errorf("give a room away: %w", err)
	}
	for _, id := range people {
		s.followMember(ctx, who, room, access.Subject{Kind: access.SubjectPerson, ID: id})
	}
	return nil
}

// officeOf names the office that owns a room.
func (s *Service) officeOf(ctx context.Context, r Room) (Office, error) {
	if r.OfficeID == "" || s.Owners == nil {
		return Office{}, nil
	}
	o, err := s.Owners.OfficeName(ctx, r.OfficeID)
	if fault.Is(err, fault.NotFound) { // between two looks it went to another one
		return Office{}, nil
	}
	return o, err
}
