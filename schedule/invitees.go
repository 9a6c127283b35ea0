package schedule

import (
	"context"
	"slices"

	"parvis/auth"
	"parvis/fault"
)

func noInvitee() error {
	return fault.New(fault.CodeInviteeNotFound, "nobody with this id is invited").At("path.invitee", "read the invitees again")
}

// Invite invites more people. Who is invited already stays so; that is no error, and changes their role and name to what is given.
func (s *Service) Invite(ctx context.Context, who auth.Identity, id string, version int64, more []Invitee) (View, error) {
	return s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		for _, in := range more {
			at := slices.IndexFunc(d.Invitees, func(i Invitee) bool { return i.key() == in.key() })
			if at < 0 {
				d.Invitees = append(d.Invitees, in)
				continue
			}
			d.Invitees[at].Name, d.Invitees[at].Role, d.Invitees[at].Required = in.Name, in.Role, in.Required
		}
		return nil
	})
}

// InviteeChange is what a host changes of somebody invited; nil leaves a field as it is.
type InviteeChange struct {
	Name     *string
	Role     *InviteeRole
	Required *bool
}

// ChangeInvitee changes what somebody is invited for.
func (s *Service) ChangeInvitee(ctx context.Context, who auth.Identity, id string, version int64, inviteeID string, change InviteeChange) (View, error) {
	return s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		i := slices.IndexFunc(d.Invitees, func(i Invitee) bool { return i.ID == inviteeID })
		if i < 0 {
			return noInvitee()
		}
		in := &d.Invitees[i]
		if change.Name != nil {
			in.Name = *change.Name
		}
		if change.Role != nil {
			in.Role = *change.Role
		}
		if change.Required != nil {
			in.Required = *change.Required
		}
		return nil
	})
}

// Uninvite strikes somebody off: they may come in no more, and leave a call that runs.
func (s *Service) Uninvite(ctx context.Context, who auth.Identity, id string, version int64, inviteeID string) (View, error) {
	return s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		before := len(d.Invitees)
		d.Invitees = slices.DeleteFunc(d.Invitees, func(i Invitee) bool { return i.ID == inviteeID })
		if len(d.Invitees) == before {
			return noInvitee()
		}
		return nil
	})
}
