package rooms

import (
	"context"
	"fmt"
	"time"

	"parvis/access"
	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
)

// LiveRoom is a room in which a session runs, as administrators see it: how many are there, never who. Interrupted are those
// whose connection to the gate is lost and who may come back. Node is empty where the SFU did not say which one carries it.
type LiveRoom struct {
	RoomID      string
	OrgID       string
	OrgName     string
	Slug        string
	Name        string
	SessionID   string
	StartedAt   time.Time
	People      int
	Interrupted int
	Connections Connections
	Waiting     int
	Entry       access.Entry
	Locked      bool
	Node        string
}

// LivePerson is somebody in a session. Connected tells that a relay of theirs is open.
type LivePerson struct {
	AdmissionID string
	Who         Who
	Name        string
	OrgName     string
	Role        access.Role
	Assurance   auth.Assurance
	Visit       auth.AdminRole
	Since       time.Time
	Connected   bool
}

// LiveQuery asks for a page of live rooms within a reach; with OrgID, of that organization and those below. Search is part of
// a name, or of that of the organization. Cursor is opaque to callers.
type LiveQuery struct {
	Reach    auth.Reach
	OrgID    string
	Search   string
	PageSize int
	Cursor   string
	Now      time.Time
}

// LivePage is one page; Next is empty on the last.
type LivePage struct {
	Rooms []LiveRoom
	Next  string
}

// LiveRooms lists where meetings run, to who administers these organizations.
func (s *Service) LiveRooms(ctx context.Context, who auth.Identity, q LiveQuery) (LivePage, error) {
	if q.OrgID != "" {
		if err := s.mayPolicy(ctx, who, auth.LiveRead, q.OrgID); err != nil {
			return LivePage{}, err
		}
	}
	var err error
	if q.Reach, err = auth.ReachOf(who, auth.LiveRead); err != nil {
		return LivePage{}, err
	}
	q.Now = s.Now().UTC()
	page, err := s.Overview.LiveRooms(ctx, q)
	if err != nil {
		return LivePage{}, fmt.Errorf("live rooms: %w", err)
	}
	return page, nil
}

// LiveRoom answers one of them.
func (s *Service) LiveRoom(ctx context.Context, who auth.Identity, roomID string) (LiveRoom, error) {
	live, _, err := s.overseen(ctx, who, auth.LiveRead, roomID)
	return live, err
}

// LivePeople answers who is in one, to those who may know.
func (s *Service) LivePeople(ctx context.Context, who auth.Identity, roomID string) ([]LivePerson, error) {
	live, _, err := s.overseen(ctx, who, auth.LivePeople, roomID)
	if err != nil {
		return nil, err
	}
	return s.Overview.LivePeople(ctx, live.SessionID, s.Now().UTC())
}

// overseen finds a live room for who has an administrative right on it, with the role that gives it. A room of others is
// answered as one that does not exist.
func (s *Service) overseen(ctx context.Context, who auth.Identity, right auth.Right, roomID string) (LiveRoom, auth.AdminRole, error) {
	if len(who.Appointments) == 0 || who.Delegated() { // nothing is looked up for who administers nothing
		return LiveRoom{}, "", asNone(auth.Allowed(who, right, auth.Resource{OrgID: roomID}))
	}
	live, err := s.Overview.LiveRoom(ctx, roomID, s.Now().UTC())
	if err != nil {
		return LiveRoom{}, "", err
	}
	above, err := s.Policies.OrganizationsAbove(ctx, live.OrgID)
	if err != nil {
		return LiveRoom{}, "", fmt.Errorf("organizations above a room: %w", err)
	}
	audit.About(ctx, "room:"+live.RoomID, live.OrgID)
	on := auth.Resource{OrgID: live.OrgID, Above: above}
	if err := auth.Allowed(who, right, on); err != nil {
		return LiveRoom{}, "", asNone(err)
	}
	return live, auth.OfficeFor(who, right, on), nil
}

// asNone says of a room that is hidden what is said of one that is not there.
func asNone(err error) error {
	if fault.HasCode(err, fault.CodeRoomNotFound) {
		return NoLiveRoom().Because(err)
	}
	return err
}

// NoLiveRoom is what is said of a room in which nothing runs, that does not exist or is not the caller's to see.
func NoLiveRoom() *fault.Error {
	return fault.New(fault.CodeRoomNotFound, "no meeting runs in such a room, or it is not yours to see")
}
