package rooms

import (
	"context"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// followMember brings a role that was given or taken to the call that runs, if its subject is in it: who owns the room no
// more does not lead its call to the end. It goes before what was decided about the role for the session alone. Somebody
// who has no role any more stays in the call as a member; hosts remove people there.
func (s *Service) followMember(ctx context.Context, by auth.Identity, room Room, subject access.Subject) {
	who := Who{ID: subject.ID}
	switch subject.Kind {
	case access.SubjectPerson:
		who.Kind = auth.Person
	case access.SubjectService:
		who.Kind = auth.Service
	default: // a group's people hear of it when they join
		return
	}
	ctx = context.WithoutCancel(ctx)
	now := s.Now().UTC()
	t, err := s.threshold(ctx, room)
	var grants []access.Grant
	if err == nil {
		grants, err = s.Ports.Members.GrantsOf(ctx, room.ID, subject)
	}
	if err == nil {
		h := host{who: by, name: by.Name, role: access.Owner, at: now}
		_, err = s.changeRunning(ctx, room.ID, h, func(r *Running, h host) error {
			r.reseat(h, who, stand(grants, t.Openings, now).seat())
			return nil
		})
	}
	if err != nil && !fault.HasCode(err, fault.CodeNoSession) {
		s.Logger.WarnContext(ctx, "role not brought to the call that runs", "error", err)
	}
}

// reseat gives somebody in the call the role that grants give from now on.
func (r *Running) reseat(h host, who Who, role access.Role) {
	var was *Person
	r.each(who, func(p *Person) {
		if p.Role != role {
			before := *p
			was = &before
			p.Role = role
			r.say(h.at, event.SignalRole, roleSaid{p.ID, string(role), by{h.name}})
		}
	})
	if r.Adjusted[who].Role != "" {
		r.adjust(who, func(a *Adjustment) { a.Role = "" })
	}
	if was != nil {
		r.adjust(who, func(*Adjustment) {}) // what hosts are not bound by, others are
		r.acted(h, ActRole, was, map[string]any{"role": string(role)})
	}
}
