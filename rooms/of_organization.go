package rooms

import (
	"context"
	"fmt"
	"time"

	"parvis/audit"
	"parvis/auth"
)

// RoomOwner is a person or software that owns a room; ID is theirs.
type RoomOwner struct {
	ID   string
	Kind auth.Kind
	Name string
}

// Named is something with an id, by what people call it.
type Named struct {
	ID   string
	Name string
}

// OrgRoom is a room of an organization, as administrators see it who are none of its people. Unit and Template are empty where it has
// none, Office where no office owns it. Meeting tells that a session runs in it.
type OrgRoom struct {
	ID         string
	Slug       string
	Name       string
	Owners     []RoomOwner
	Office     Office
	Unit       Named
	ByOffice   bool // the unit is that of its office, whose policies do not bind the room
	Template   Named
	Dedicated  bool
	Meeting    bool
	CreatedAt  time.Time
	LastUsedAt *time.Time
	ArchivedAt *time.Time
}

// OrgRoomQuery asks for a page of the rooms of one organization, last used first. Search is the beginnings of words of the name, or of
// the code. UnitID is of a unit with those below it, and of their offices. Cursor is opaque to callers.
type OrgRoomQuery struct {
	OrgID      string
	Search     string
	Archived   bool
	Ownerless  bool
	TemplateID string
	UnitID     string
	PageSize   int
	Cursor     string
	Now        time.Time
}

// OrgRoomPage is one page; Next is empty on the last.
type OrgRoomPage struct {
	Rooms []OrgRoom
	Next  string
}

// RoomsOf lists the rooms of an organization to who administers it: which there are, whose they are, never who comes.
func (s *Service) RoomsOf(ctx context.Context, who auth.Identity, q OrgRoomQuery) (OrgRoomPage, error) {
	if err := s.mayPolicy(ctx, who, auth.OrganizationsRead, q.OrgID); err != nil {
		return OrgRoomPage{}, err
	}
	audit.About(ctx, "organization:"+q.OrgID, q.OrgID)
	q.Now = s.Now().UTC()
	page, err := s.Owners.RoomsOf(ctx, q)
	if err != nil {
		return OrgRoomPage{}, fmt.Errorf("rooms of an organization: %w", err)
	}
	return page, nil
}
