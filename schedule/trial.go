package schedule

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"parvis/auth"
	"parvis/policy"
)

// previewed is how many dates a dry run answers.
const previewed = 10

// Validate says what Create would answer or, where id names a meeting, what a change of it would, and plans nothing: the
// warnings and the next dates.
func (s *Service) Validate(ctx context.Context, who auth.Identity, id string, n NewMeeting) (View, []Occurrence, error) {
	if err := auth.Allowed(who, auth.MeetingCreate, auth.Resource{OrgID: who.OrgID}); err != nil {
		return View{}, nil, err
	}
	m, warnings, err := s.tried(ctx, who, id, n)
	if err != nil {
		return View{}, nil, err
	}
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return View{}, nil, err
	}
	next := d.between(s.Now(), time.Time{})
	return View{Meeting: m, Leads: true, Warnings: warnings}, next[:min(len(next), previewed)], nil
}

func (s *Service) tried(ctx context.Context, who auth.Identity, id string, n NewMeeting) (Meeting, []Warning, error) {
	if id != "" {
		return s.retried(ctx, who, id, n)
	}
	p, warnings, err := s.draft(ctx, who, n)
	return p.Meeting, warnings, err
}

// retried is a meeting as it would be after a change. What it promised before it may go on promising, in the room that it has.
func (s *Service) retried(ctx context.Context, who auth.Identity, id string, n NewMeeting) (Meeting, []Warning, error) {
	m, err := s.Store.Meeting(ctx, id)
	if err == nil {
		err = s.changeable(who, &m, anyVersion)
	}
	if err != nil {
		return Meeting{}, nil, fmt.Errorf("try a change of a meeting: %w", err)
	}
	before, now := m.Definition, s.Now().UTC()
	m.Definition = n.Definition.Clone()
	m.stay(before)
	var p problems
	if err := p.take(n.Unread); err != nil {
		return Meeting{}, nil, err
	}
	m.Invitees = mergeInvitees(before.Invitees, m.Invitees)
	m.sortOverrides()
	m.keep(s.unnamed(before, m.Definition).begun)
	d, warnings, err := s.judge(ctx, who, &m, &p, &before)
	if err == nil {
		err = d.fit(before, now)
	}
	if err == nil {
		err = s.keepsPast(before, d, now)
	}
	if err == nil {
		err = s.movesTo(ctx, who, &m, before.Place)
	}
	if err == nil {
		err = s.seal(&m, before.Access)
	}
	if err != nil {
		return Meeting{}, nil, err
	}
	warnings = append(warnings, d.coinciding()...)
	if len(n.Invitees) == 0 {
		return m, warnings, nil
	}
	return m, append(warnings, s.correspond(&before, &m, d, now).warnings...), nil
}

// stay has a definition say what it said before where it says nothing now.
func (d *Definition) stay(before Definition) {
	if d.Organizer.PersonID == "" {
		d.Organizer = before.Organizer
	}
	if d.Invitees == nil {
		d.Invitees = before.Clone().Invitees
	}
	if d.Place.Mode == "" {
		d.Place = before.Place
	}
	d.stands(before, policy.Entry)
	if d.Place.Mode != Dedicated {
		return // what follows is the room's own there
	}
	d.Access.Passcode = cmp.Or(d.Access.Passcode, before.Access.Passcode)
	for _, name := range begins {
		d.stands(before, name)
	}
}
