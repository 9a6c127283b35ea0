package schedule

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/text"
)

func noInvitee() error {
	return fault.New(fault.CodeInviteeNotFound, "nobody with this id is invited").At("path.invitee", "read the invitees again")
}

// Invite invites more people. Who is invited already stays so; that is no error, and changes their role and name to what is given.
func (s *Service) Invite(ctx context.Context, who auth.Identity, id string, version int64, more []Invitee) (View, error) {
	var places []int
	v, err := s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		_, _, places = d.invite(more)
		return nil
	})
	return v, ofThoseInvited(err, places)
}

// ofThoseInvited has a refusal name people by where they are in a request, and not in the meeting. Nobody else is refused.
func ofThoseInvited(err error, places []int) error {
	if err == nil {
		return nil
	}
	for n, f := range fault.Of(err).Fields {
		rest, found := strings.CutPrefix(f.Location, "body.invitees[")
		number, field, closed := strings.Cut(rest, "]")
		place, _ := strconv.Atoi(number)
		if at := slices.Index(places, place); found && closed && at >= 0 {
			fault.Of(err).Fields[n].Location = fmt.Sprintf("body.invitees[%d]%s", at, field)
		}
	}
	return err
}

// InviteeChange is what a host changes of somebody invited; nil leaves a field as it is.
type InviteeChange struct {
	Name     *string
	Role     *InviteeRole
	Required *bool
	Language *string
}

// check refuses another name or language for who is invited by account than the account's.
func (c InviteeChange) check(in Invitee) error {
	other := func(to *string, own string) bool { return in.PersonID != "" && to != nil && *to != "" && *to != own }
	var p problems
	p.that(!other(c.Name, text.Line(in.Name)), "body.name", "who is invited by account is called as the account says: leave it out")
	p.that(!other(c.Language, in.Language), "body.language", "who is invited by account has mails in the language of the account: leave it out")
	return p.err()
}

// ChangeInvitee changes what somebody is invited for.
func (s *Service) ChangeInvitee(ctx context.Context, who auth.Identity, id string, version int64, inviteeID string, change InviteeChange) (View, error) {
	return s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		i := slices.IndexFunc(d.Invitees, func(i Invitee) bool { return i.ID == inviteeID })
		if i < 0 {
			return noInvitee()
		}
		in := &d.Invitees[i]
		if err := change.check(*in); err != nil {
			return err
		}
		if change.Name != nil {
			in.Name = *change.Name
		}
		if change.Role != nil {
			in.Role = *change.Role
		}
		if change.Required != nil {
			in.Required = *change.Required
		}
		if change.Language != nil {
			in.Language = *change.Language
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

// PersonalLink makes a link for somebody invited, in place of the one they had: it lets in whoever shows it, as them, while
// the room is open for the meeting. The token is the only copy.
func (s *Service) PersonalLink(ctx context.Context, who auth.Identity, id, inviteeID string) (v View, token string, err error) {
	v, err = s.linking(ctx, who, id, inviteeID, func(p *Plan, i *Invitee) {
		p.Unlink = i.LinkID
		var link access.Link
		link, token = s.newLink(&p.Meeting, i, p.At)
		p.Links = []access.Link{link}
	})
	return v, token, err
}

// RevokeLink takes a personal link back: who came in by it leaves. Doing it twice is no error. The next invitation brings a new
// one: who is to have none is struck off.
func (s *Service) RevokeLink(ctx context.Context, who auth.Identity, id, inviteeID string) error {
	_, err := s.linking(ctx, who, id, inviteeID, func(p *Plan, i *Invitee) { p.Unlink, i.LinkID, i.LinkToken = i.LinkID, "", nil })
	return err
}

// linking changes the link of somebody invited. It is no change of the meeting that anybody must have seen.
func (s *Service) linking(ctx context.Context, who auth.Identity, id, inviteeID string, change func(*Plan, *Invitee)) (View, error) {
	m, err := s.Store.UpdateMeeting(ctx, id, func(m Meeting) (Plan, error) {
		if err := s.changeable(who, &m, anyVersion); err != nil {
			return Plan{}, err
		}
		at := slices.IndexFunc(m.Invitees, func(i Invitee) bool { return i.ID == inviteeID })
		if at < 0 {
			return Plan{}, noInvitee()
		}
		d, err := s.datesOf(m.Definition)
		if err != nil {
			return Plan{}, err
		}
		m.Invitees = slices.Clone(m.Invitees)
		had := m.Invitees[at].LinkID != ""
		linked := Plan{Meeting: m, At: s.Now().UTC()}
		change(&linked, &m.Invitees[at])
		p := s.plan(who, m, d, linked.At)
		p.Links, p.Unlink = linked.Links, linked.Unlink
		p.Unseen = had == (m.Invitees[at].LinkID != "") // they are shown with a link, or without one
		p.Events = []event.Event{s.happened(who, event.MeetingUpdated, m, map[string]any{"invitee": inviteeID, "link": len(p.Links) > 0})}
		return p, nil
	})
	return View{Meeting: m, Leads: true}, err
}
