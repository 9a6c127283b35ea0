package rooms

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// What an administrator does to a meeting that runs without being one of the room's people: enter it, which is announced to
// all who are in it and shown for as long as it lasts; end it; take somebody out. Each asks for a reason, and is an act of
// the session as those of hosts are.

// MaxReason is the longest reason, in characters.
const MaxReason = 300

// Visitor is an administrator in the call who is none of the room's people.
type Visitor struct {
	AdmissionID string
	Name        string
	OrgName     string
	Office      auth.AdminRole
	Since       time.Time
}

// visitorSaid is a visitor on the wire of the call.
type visitorSaid struct {
	Participant  string `json:"participant"`
	Name         string `json:"name"`
	Organization string `json:"organization"`
	Role         string `json:"role"`
	Since        string `json:"since"`
}

func (a Admission) visitor(at time.Time) visitorSaid {
	return visitorSaid{a.ID, a.Name, a.OrgName, string(a.Visit), at.Format(wireTime)}
}

// Arrival is what a store keeps in the transaction in which an administrator comes in: the act that the room's history
// shows, and the event. It writes neither without a step of the room's state, which announces it.
func (in Entered) Arrival(at time.Time) (Act, event.Event) {
	a := in.Admission
	who := auth.Identity{Kind: a.WhoKind, ID: a.WhoID, PersonID: a.PersonID}
	h := host{who: who, name: a.Name, at: at, office: a.Visit, reason: a.VisitFor}
	return h.did(ActVisit, nil), event.Event{
		ID: newID(), Type: event.AdministratorEntered, OrgID: in.Room.OrgID, Subject: "room:" + in.Room.ID, Actor: actor(who), At: at,
		Data: map[string]any{"session": a.SessionID, "admission": a.ID, "administrator": string(a.Visit)}, Reason: a.VisitFor,
	}
}

// visit decides how an administrator enters the meeting that runs: by an office, announced, or, empty, as one of the room's
// people, by the doors of all. Entry, lobby, passcode and lock do not stop an office; what hosts decided about this person
// does, for an administrator who may not be kept out may end the meeting, and nobody is to be watched against their word.
func (r Room) visit(who auth.Identity, st standing, office auth.AdminRole) (auth.AdminRole, error) {
	switch {
	case r.ArchivedAt != nil:
		return "", fault.New(fault.CodeRoomArchived, "this room is archived")
	case st.blocked:
		return "", fault.New(fault.CodeBlocked, "a host blocked you from this room")
	case st.decided.Held != NotHeld:
		return "", fault.New(fault.CodeRemoved, "a host took you out of this meeting: it can be ended, not entered again")
	case st.role != access.NoRole:
		return "", nil
	}
	if err := r.assures(who); err != nil {
		return "", err
	}
	return office, nil
}

// givenReason is why an administrator does something to a meeting.
func givenReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || length(reason) > MaxReason {
		return "", fault.New(fault.CodeInvalid, "say why").At("body.reason", "give a reason of 1 to 300 characters")
	}
	return reason, nil
}

// Visited is the room that an administrator may enter now, and whether it will be announced: it is not to those whose own
// room it is.
type Visited struct {
	Room      Room
	Announced bool
}

// Visit lets an administrator into a meeting that runs: joining answers the admission from now on. Nobody hears of it before
// they pass the gate; then all do.
func (s *Service) Visit(ctx context.Context, who auth.Identity, roomID, reason string) (Visited, error) {
	live, office, err := s.overseen(ctx, who, auth.LiveEnter, roomID)
	if err != nil {
		return Visited{}, err
	}
	if reason, err = givenReason(reason); err != nil {
		return Visited{}, err
	}
	room, st, err := s.find(ctx, who, live.Slug)
	if err != nil {
		return Visited{}, err
	}
	if office, err = room.visit(who, st, office); err != nil || office == "" {
		return Visited{Room: room}, err
	}
	now := s.Now().UTC()
	wanted := Admission{
		ID: newID(), OrgID: room.OrgID, RoomID: room.ID, WhoKind: who.Kind, WhoID: who.ID, PersonID: who.PersonID, SignInID: who.SignInID,
		Visit: office, VisitFor: reason, Name: who.Name, OrgName: who.OrgName, Assurance: who.Assurance,
		Role: access.Member, Sources: access.AllSources(), State: Admitted, Generation: 1, CreatedAt: now,
	}.under(room.rule(st.permits), room.decided(st.decided))
	_, err = s.Overview.Visit(ctx, wanted, []event.Event{{
		ID: newID(), Type: event.AdmissionCreated, OrgID: room.OrgID, Actor: actor(who), At: now,
		Data: map[string]any{"room": room.ID, "role": wanted.Role, "administrator": string(office)}, Reason: reason,
	}})
	if err != nil {
		return Visited{}, fmt.Errorf("admit an administrator: %w", err)
	}
	return Visited{room, true}, nil
}

// overseer finds a live room and the administrator who acts in it, as an owner could.
func (s *Service) overseer(ctx context.Context, who auth.Identity, roomID, reason string) (Room, host, error) {
	live, office, err := s.overseen(ctx, who, auth.LiveAct, roomID)
	if err != nil {
		return Room{}, host{}, err
	}
	if reason, err = givenReason(reason); err != nil {
		return Room{}, host{}, err
	}
	room, err := s.Rooms.Room(ctx, live.Slug)
	return room, host{who: who, name: who.Name, role: access.Owner, at: s.Now().UTC(), office: office, reason: reason}, err
}

// EndLive ends a meeting for everybody. One that has ended meanwhile is no error.
func (s *Service) EndLive(ctx context.Context, who auth.Identity, roomID, reason string) error {
	room, h, err := s.overseer(ctx, who, roomID, reason)
	if err != nil {
		return err
	}
	return s.endRunning(ctx, room, h, EndedByHost, func(*Running) bool { return true })
}

// RemoveLive takes somebody out of a meeting; for the rest of it they wait. fault.CodeParticipantNotFound when they have left.
func (s *Service) RemoveLive(ctx context.Context, who auth.Identity, roomID, participant, reason string) error {
	room, h, err := s.overseer(ctx, who, roomID, reason)
	if err != nil {
		return err
	}
	_, err = s.changeRunning(ctx, room.ID, h, func(r *Running, h host) error { return r.remove(h, participant, false) })
	return err
}
