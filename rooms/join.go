package rooms

import (
	"context"
	"fmt"
	"strings"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// MayGuestJoin answers nil when somebody without a sign-in would be let in or may wait, so that no guest sign-in is made
// for those who would be refused.
func (s *Service) MayGuestJoin(ctx context.Context, slug string, in JoinRequest) (waits bool, err error) {
	guest := auth.Identity{Kind: auth.Guest}
	room, st, err := s.findBy(ctx, guest, slug, in.Link)
	if err != nil {
		return false, err
	}
	if err := s.tryPasscode(ctx, guest, room, &st, in.Passcode); err != nil {
		return false, err
	}
	found := room.receive(guest, st, s.Now())
	return found.wait != NoWait, unlinked(found.refusal, in, st.link)
}

// Join decides at the door and answers an admission with its pass, or the ticket of somebody who waits. It makes no call
// to the SFU. Joining again before the first connection answers the same admission, while one waits the same ticket.
func (s *Service) Join(ctx context.Context, who auth.Identity, slug string, in JoinRequest) (Joined, error) {
	room, st, err := s.findBy(ctx, who, slug, in.Link)
	if err != nil {
		return Joined{}, err
	}
	joined, err := s.join(ctx, who, room, st, in)
	joined.Unlinked = in.Link != "" && st.link == nil
	return joined, unlinked(err, in, st.link)
}

func (s *Service) join(ctx context.Context, who auth.Identity, room Room, st standing, in JoinRequest) (Joined, error) {
	if err := s.tryPasscode(ctx, who, room, &st, in.Passcode); err != nil {
		return Joined{}, err
	}
	var err error
	if st.asks, err = s.asks(ctx, who, room, st); err != nil {
		return Joined{}, err
	}
	found, err := s.atDoor(ctx, who, room, st)
	if err == nil {
		err = found.refusal
	}
	if err != nil {
		return Joined{}, err
	}
	name, err := nameOf(who, in)
	if err != nil {
		return Joined{}, err
	}
	if found.wait != NoWait {
		if err := s.mayKnock(ctx, who, room, in.MayKnock); err != nil {
			return Joined{}, err
		}
		ticket, err := s.knock(ctx, who, room, st, name, found.wait)
		if err != nil {
			return Joined{}, err
		}
		if ticket.State != TicketAdmitted {
			return Joined{Room: room, Ticket: &ticket}, nil
		}
	}
	return s.admit(ctx, who, room, st, name)
}

// atDoor completes the decision with what takes a question to the database: only those of whom something is still open
// pay for it.
func (s *Service) atDoor(ctx context.Context, who auth.Identity, room Room, st standing) (reception, error) {
	now := s.Now()
	found := room.receive(who, st, now)
	asks, _, _ := room.during(st.openings, now)
	ofNewOnes := found.ofNewOnes() && asks.assures(who) == nil // else nothing before the lock counts
	nothingOpen := found == reception{} && room.Limits.MaxParticipants == 0 && len(st.asks) == 0
	if nothingOpen || (found.refusal != nil && !ofNewOnes) {
		return found, nil
	}
	at, err := s.Hosts.AtDoor(ctx, room.ID, who.SignInID, WhoIs(who))
	if err != nil {
		return reception{}, fmt.Errorf("look who is there: %w", err)
	}
	if st.inside = at.Live > 0; st.inside {
		found = room.receive(who, st, now)
	}
	switch {
	case fault.HasCode(found.refusal, fault.CodeRoomLocked):
		return s.beforeTheLock(ctx, who, room, found)
	case found.refusal != nil:
		return found, nil
	case at.Own == 0 && full(room, at.Others):
		return reception{refusal: fault.New(fault.CodeRoomFull, "there is no place left in this room")}, nil
	case found.wait == WaitHost && at.Hosts > 0, found.wait == WaitLobby && at.Before > 0:
		found = reception{} // a host is there, or has let them into this session before
	}
	if found.wait == NoWait && len(st.asks) > 0 && at.Others > 0 && !st.inside {
		found.wait = WaitTightens
	}
	return found, nil
}

// beforeTheLock is for those who waited when the room was locked: they go on waiting, and whom a host lets in passes. Whom
// no host could see did not wait.
func (s *Service) beforeTheLock(ctx context.Context, who auth.Identity, room Room, locked reception) (reception, error) {
	t, found, err := s.ticketOf(ctx, who, room.ID)
	switch {
	case err != nil:
		return reception{}, err
	case found && t.State == TicketAdmitted:
		return reception{}, nil
	case found && t.State == TicketWaiting && t.Reason != WaitEmail:
		return reception{wait: t.Reason}, nil
	default:
		return locked, nil
	}
}

// doorNow is what the page before the door shows: what joining would answer. Who has no sign-in has never been in the call,
// so that only the others cost a question; and that a room is full is for joining to say, for a place may be free by then.
func (s *Service) doorNow(ctx context.Context, who auth.Identity, room Room, st standing) (Door, error) {
	if who.SignInID == "" {
		return room.door(who, st, s.Now()), nil
	}
	var err error
	if st.asks, err = s.asks(ctx, who, room, st); err != nil {
		return Door{}, err
	}
	found, err := s.atDoor(ctx, who, room, st)
	if err != nil {
		return Door{}, err
	}
	if fault.HasCode(found.refusal, fault.CodeRoomFull) {
		return room.door(who, st, s.Now()), nil
	}
	return found.door(), nil
}

func (s *Service) admit(ctx context.Context, who auth.Identity, room Room, st standing, name string) (Joined, error) {
	now := s.Now().UTC()
	wanted := Admission{
		ID: newID(), OrgID: room.OrgID, RoomID: room.ID,
		WhoKind: who.Kind, WhoID: who.ID, PersonID: who.PersonID, SignInID: who.SignInID, GrantID: st.byGrant,
		Name: name, OrgName: who.OrgName, Assurance: who.Assurance,
		Role: st.seat(), Sources: st.sources, State: Admitted, Generation: 1, CreatedAt: now,
	}
	if rule := room.rule(st.permits); !st.decided.Empty() || len(rule) > 0 {
		wanted = wanted.under(rule, room.decided(st.decided))
	}
	admission, err := s.Admissions.Admit(ctx, wanted, []event.Event{{
		ID: newID(), Seq: 1, Type: event.AdmissionCreated, OrgID: room.OrgID, Subject: "admission:" + wanted.ID,
		Actor: actor(who), OnBehalfOf: who.OnBehalfOf, At: now,
		Data: map[string]any{"room": room.ID, "role": wanted.Role},
	}})
	if err != nil {
		return Joined{}, fmt.Errorf("admit: %w", err)
	}
	if admission.Visit == "" && len(who.Appointments) > 0 { // the pass says it too: all that the gate has while the database is away
		if admission.Visit, err = s.Overview.VisitOf(ctx, room.ID, WhoIs(who)); err != nil {
			return Joined{}, fmt.Errorf("look whether an administrator was announced: %w", err)
		}
	}
	pass, err := s.Passes.Pass(admission, room.MediaName, now)
	if err != nil {
		return Joined{}, fmt.Errorf("sign pass: %w", err)
	}
	return Joined{Room: room, Admission: admission, Pass: pass, Muted: room.mutes(st)}, nil
}

// nameOf is the name that others will see: a signed-in person's own, never another.
func nameOf(who auth.Identity, in JoinRequest) (string, error) {
	name := strings.TrimSpace(in.Name)
	switch {
	case who.Kind == auth.Person && name != "":
		return "", fault.New(fault.CodeInvalid, "a signed-in person joins under their own name").At("body.name", "leave it out")
	case who.Kind == auth.Person:
		return who.Name, nil
	case name == "" && who.Name != "":
		return who.Name, nil
	case name == "" || length(name) > MaxGuestName:
		return "", fault.New(fault.CodeInvalid, "say under which name you join").At("body.name", "give a name of 1 to 64 visible characters")
	default:
		return name, nil
	}
}

// mayKnock asks whether a guest may take a new place in the lobby; to renew one's own is free.
func (s *Service) mayKnock(ctx context.Context, who auth.Identity, room Room, ask func() error) error {
	if ask == nil || who.Kind != auth.Guest {
		return nil
	}
	if _, has, err := s.ticketOf(ctx, who, room.ID); err != nil || has {
		return err
	}
	return ask()
}
