package rooms

import (
	"context"
	"fmt"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// Entrance says by which rule somebody came into a session. It is empty for those who came before that was noted.
type Entrance string

// The entrances.
const (
	EntranceHost    Entrance = "host"    // hosts enter whatever the entry
	EntranceService Entrance = "service" // software, by its scope
	EntranceEntry   Entrance = "entry"   // the room's entry let them in
	EntranceLobby   Entrance = "lobby"   // a host did

	EntranceAdministrator Entrance = "administrator" // by an administrative role, announced to all
)

// EntranceOf is how the holder of an admission comes in; waited tells that a host let them in from the lobby.
func EntranceOf(a Admission, waited bool) Entrance {
	switch {
	case a.Visit != "":
		return EntranceAdministrator
	case waited:
		return EntranceLobby
	case a.Role.Host():
		return EntranceHost
	case a.WhoKind == auth.Service:
		return EntranceService
	default:
		return EntranceEntry
	}
}

// SessionRecord is a session of a room, running or over, as its history shows it. Peak is how many people were there at
// the same time at most. ExpiresAt is when the names go, nil while the session runs; the counts stay. MeetingID is to which
// meeting it belongs, empty without one.
type SessionRecord struct {
	ID           string
	MeetingID    string
	StartedAt    time.Time
	EndedAt      *time.Time
	EndReason    SessionEnd
	Participants int
	Peak         int
	ExpiresAt    *time.Time
}

// SessionQuery asks for a page of the sessions of a room, or for one of them by its ID; MeetingID narrows it to those of a meeting.
// Cursor is opaque to callers.
type SessionQuery struct {
	RoomID    string
	ID        string
	MeetingID string
	PageSize  int
	Cursor    string
}

// SessionPage is one page, the latest first; Next is empty on the last.
type SessionPage struct {
	Sessions []SessionRecord
	Next     string
}

// Attendee is somebody who was in a session, whatever the number of times, tabs and devices. PersonID is also that of a
// guest who signed in during it. Email is an address that a guest proved.
type Attendee struct {
	Who       Who
	PersonID  string
	Name      string
	OrgName   string
	Assurance auth.Assurance
	Role      access.Role
	Door      Entrance
	Email     string
	Stays     []Stay

	Present bool          // is there now
	Time    time.Duration // in the session, stays that go on until now
}

// LeftAt is when somebody last left; nil while they are there.
func (a Attendee) LeftAt() *time.Time {
	if a.Present || len(a.Stays) == 0 {
		return nil
	}
	return a.Stays[len(a.Stays)-1].To
}

// Attendance is who was in a session, and what hosts did in it. A store answers a row for each Who, with the stays as
// they were written; the service one for each somebody.
type Attendance struct {
	Session SessionRecord
	People  []Attendee // first come first
	Acts    []Act      // oldest first
}

// as makes one of the rows of each somebody, as things stand now.
func (a Attendance) as(now time.Time) Attendance {
	a.People = oneEach(a.People)
	for i := range a.People {
		p := &a.People[i]
		p.Present = len(p.Stays) > 0 && p.Stays[len(p.Stays)-1].To == nil
		p.Time = lasted(p.Stays, now)
	}
	return a
}

// Sessions lists the sessions of a room. Whoever hosts it for the length of a meeting alone sees that meeting alone: what
// happened before is for those to whom the room is entrusted.
func (s *Service) Sessions(ctx context.Context, who auth.Identity, slug string, pageSize int, cursor string) (SessionPage, error) {
	room, only, err := s.historian(ctx, who, slug)
	if err != nil {
		return SessionPage{}, err
	}
	return s.History.Sessions(ctx, SessionQuery{RoomID: room.ID, ID: only, PageSize: pageSize, Cursor: cursor})
}

// MeetingSessions lists the sessions of one meeting in a room. Whoever leads the meeting, which planning says, knows of them also where
// the room is another's; else they are for those who know what happened in the room.
func (s *Service) MeetingSessions(ctx context.Context, who auth.Identity, slug, meetingID string, leads bool, pageSize int, cursor string) (SessionPage, error) {
	q := SessionQuery{MeetingID: meetingID, PageSize: pageSize, Cursor: cursor}
	if leads && mayBeTold(who) {
		room, err := s.Rooms.Room(ctx, slug)
		if err != nil {
			return SessionPage{}, err
		}
		q.RoomID = room.ID
		return s.History.Sessions(ctx, q)
	}
	room, only, err := s.historian(ctx, who, slug)
	if err != nil {
		return SessionPage{}, err
	}
	q.RoomID, q.ID = room.ID, only
	return s.History.Sessions(ctx, q)
}

// Attendance answers who was in a session of a room, or is; fault.Gone (attendance-expired) once the names have gone.
func (s *Service) Attendance(ctx context.Context, who auth.Identity, slug, sessionID string) (Attendance, error) {
	room, only, err := s.historian(ctx, who, slug)
	if err != nil {
		return Attendance{}, err
	}
	if only != "" && only != sessionID {
		return Attendance{}, NoSessionRecord()
	}
	return s.attendance(ctx, room, sessionID)
}

// mayBeTold tells whether somebody may hear who met by leading the meeting alone: software for a person has a scope for that, as for itself.
func mayBeTold(who auth.Identity) bool {
	return who.Kind == auth.Person && (!who.Delegated() || who.HasScope(auth.ScopeAttendanceRead))
}

// Leads tells whether somebody leads a meeting, which planning says.
type Leads func(ctx context.Context, meetingID string) (bool, error)

// AttendanceLed is Attendance, also for whoever leads the meeting that a session was of in another's room, as MeetingSessions names it
// to them. To them other sessions of the room are what they are to anybody.
func (s *Service) AttendanceLed(ctx context.Context, who auth.Identity, slug, sessionID string, leads Leads) (Attendance, error) {
	found, refused := s.Attendance(ctx, who, slug, sessionID)
	if !mayBeTold(who) || !fault.Is(refused, fault.NotFound) && !fault.Is(refused, fault.Forbidden) {
		return found, refused
	}
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return Attendance{}, err
	}
	page, err := s.History.Sessions(ctx, SessionQuery{RoomID: room.ID, ID: sessionID, PageSize: 1})
	if err != nil {
		return Attendance{}, err
	}
	if len(page.Sessions) == 0 || page.Sessions[0].MeetingID == "" {
		return Attendance{}, refused
	}
	led, err := leads(ctx, page.Sessions[0].MeetingID)
	switch {
	case err != nil:
		return Attendance{}, fmt.Errorf("who leads the meeting of a session: %w", err)
	case !led:
		return Attendance{}, refused
	}
	return s.attendance(ctx, room, sessionID)
}

func (s *Service) attendance(ctx context.Context, room Room, sessionID string) (Attendance, error) {
	found, err := s.History.Attendance(ctx, room.ID, sessionID)
	if err != nil {
		return Attendance{}, err
	}
	now := s.Now().UTC()
	if until := found.Session.ExpiresAt; until != nil && !now.Before(*until) {
		return Attendance{}, fault.New(fault.CodeAttendanceExpired, "the names of this session are no longer kept")
	}
	return found.as(now), nil
}

// historian finds the room and what of its history the caller may see: one session, or all when only is empty.
func (s *Service) historian(ctx context.Context, who auth.Identity, slug string) (room Room, only string, err error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return Room{}, "", err
	}
	relation := st.role.Relation()
	if st.session == "" {
		relation = st.granted.Relation() // without a meeting there is no role for its length
	}
	if err := auth.Allowed(who, auth.RoomAttendance, auth.Resource{Relation: relation, Lasting: relation, OrgID: room.OrgID}); err != nil {
		return Room{}, "", err
	}
	if who.Kind != auth.Service && !st.granted.Host() {
		only = st.session
	}
	return room, only, nil
}

// NoSessionRecord is the failure to find a session, in whichever room it may be.
func NoSessionRecord() error {
	return fault.New(fault.CodeSessionNotFound, "this room has no such session")
}
