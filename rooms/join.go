package rooms

import (
	"context"
	"fmt"
	"strings"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// MayGuestJoin answers nil when somebody without a sign-in would be let in, or could wait, so that no guest sign-in is made
// for those whom the room refuses whatever a host decides.
func (s *Service) MayGuestJoin(ctx context.Context, slug string) (waits bool, err error) {
	guest := auth.Identity{Kind: auth.Guest}
	room, st, err := s.find(ctx, guest, slug)
	if err != nil {
		return false, err
	}
	return room.entry(guest, st.role) != nil, room.opened().entry(guest, st.role)
}

// Join decides at the door and answers an admission with its pass, or a ticket to wait with. It makes no call to the SFU.
// Joining again before the first connection answers the same admission.
func (s *Service) Join(ctx context.Context, who auth.Identity, slug string, in JoinRequest) (Joined, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return Joined{}, err
	}
	if room.entry(who, st.role) != nil {
		if ticket, err := s.wait(ctx, who, room, st.role, in); err != nil || ticket != nil {
			return Joined{Room: room, Ticket: ticket}, err
		}
	}
	name, err := nameOf(who, in)
	if err != nil {
		return Joined{}, err
	}
	now := s.Now().UTC()
	wanted := Admission{
		ID: newID(), OrgID: room.OrgID, RoomID: room.ID,
		WhoKind: who.Kind, WhoID: who.ID, PersonID: who.PersonID, SignInID: who.SignInID,
		Name: name, OrgName: who.OrgName, Assurance: who.Assurance,
		Role: st.seat(), Sources: st.sources, State: Admitted, Generation: 1, CreatedAt: now,
	}
	admission, err := s.Admissions.Admit(ctx, wanted, []event.Event{{
		ID: newID(), Seq: 1, Type: event.AdmissionCreated, OrgID: room.OrgID, Subject: "admission:" + wanted.ID,
		Actor: actor(who), OnBehalfOf: who.OnBehalfOf, At: now,
		Data: map[string]any{"room": room.ID, "role": wanted.Role},
	}})
	if err != nil {
		return Joined{}, fmt.Errorf("admit: %w", err)
	}
	pass, err := s.Passes.Pass(admission, room.MediaName, now)
	if err != nil {
		return Joined{}, fmt.Errorf("sign pass: %w", err)
	}
	return Joined{Room: room, Admission: admission, Pass: pass}, nil
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
