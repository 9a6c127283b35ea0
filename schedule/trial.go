package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule/recur"
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
	m, err := s.changing(ctx, who, id)
	if err != nil {
		return Meeting{}, nil, err
	}
	before, now := s.folded(m.Definition), s.Now().UTC()
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
	warnings = append(warnings, d.remarks(now)...)
	if len(n.Invitees) == 0 {
		return m, warnings, nil
	}
	return m, append(warnings, s.correspond(&before, &m, d, now).warnings...), nil
}

// changing is a meeting that somebody may change.
func (s *Service) changing(ctx context.Context, who auth.Identity, id string) (Meeting, error) {
	m, err := s.Store.Meeting(ctx, id)
	if err == nil {
		err = s.changeable(who, &m, anyVersion)
	}
	if err != nil {
		return Meeting{}, fmt.Errorf("try a change of a meeting: %w", err)
	}
	return m, nil
}

// TryOccurrence says what UpdateOccurrence would refuse or warn of, and changes nothing. It answers the meeting, and the date, as
// they would be.
func (s *Service) TryOccurrence(ctx context.Context, who auth.Identity, id string, date recur.Local, change OccurrenceChange) (View, Occurrence, error) {
	m, err := s.changing(ctx, who, id)
	if err != nil {
		return View{}, Occurrence{}, err
	}
	was, err := s.datesOf(m.Definition)
	if err != nil {
		return View{}, Occurrence{}, err
	}
	p, warnings, err := s.Telling(TellNone).revise(ctx, who, m, OverridesKeep, s.ofOne(date, was.differing(date, change)))
	if errors.Is(err, errUnchanged) {
		p.Meeting, err = m, nil
	}
	if err != nil {
		return View{}, Occurrence{}, ofOneDate(err, date)
	}
	d, err := s.datesOf(p.Meeting.Definition)
	if err != nil {
		return View{}, Occurrence{}, err
	}
	o, err := d.find(date)
	return View{Meeting: p.Meeting, Leads: true, Warnings: s.unheard(m.When, warnings)}, o, err
}

// differing is a change of a date less what the date has already: a trial says all of it, and the change itself what differs alone.
func (d dates) differing(date recur.Local, c OccurrenceChange) OccurrenceChange {
	own, _ := d.override(date)
	is := d.at(d.When.At(date, d.zone))
	c.Start, c.Duration = unless(c.Start, own.start()), unless(c.Duration, recur.Duration(is.End.Sub(is.Start)))
	c.Title, c.Description = unless(c.Title, is.Title), unless(c.Description, is.Description)
	return c
}

// unless is what somebody says, where it is not so already.
func unless[T comparable](said *T, is T) *T {
	if said != nil && *said == is {
		return nil
	}
	return said
}

// TryFollowing says what UpdateFollowing would refuse or warn of, and changes nothing. It answers the new meeting and its next
// dates. What becomes of changed dates is not asked yet: those of a series that is moved stand among the others, and ChangedDates
// tells of them.
func (s *Service) TryFollowing(ctx context.Context, who auth.Identity, id string, date recur.Local, edit Edit) (View, []Occurrence, error) {
	m, err := s.changing(ctx, who, id)
	if err != nil {
		return View{}, nil, err
	}
	quiet := s.Telling(TellNone) // who hears of it is another question
	p, warnings, err := quiet.parted(ctx, who, m, date, OverridesUnsaid, edit)
	if fault.HasCode(err, fault.CodeOverridesConflict) {
		p, warnings, err = quiet.parted(ctx, who, m, date, OverridesDrop, edit)
	}
	if err != nil {
		return View{}, nil, err
	}
	d, err := s.datesOf(p.Also.Meeting.Definition)
	if err != nil {
		return View{}, nil, err
	}
	_, later, err := s.split(m.Definition, date)
	next := d.between(s.Now(), time.Time{})
	return View{Meeting: p.Also.Meeting, Leads: true, Warnings: s.unheard(later.When, warnings)}, next[:min(len(next), previewed)], err
}

// unheard are warnings that a series did not have before it changed: a trial of one date has nothing to say of all others.
func (s *Service) unheard(before recur.Series, warnings []Warning) []Warning {
	known := before.Judge(recur.Terms{Zones: s.Zones, Now: s.Now(), Kept: true}).Warnings
	return slices.DeleteFunc(slices.Clone(warnings), func(w Warning) bool {
		return slices.ContainsFunc(known, func(k Warning) bool {
			return k.Code == w.Code && k.Location == w.Location && slices.Equal(k.Dates, w.Dates)
		})
	})
}

// stay has a definition say what it said before where it says nothing now.
func (d *Definition) stay(before Definition) {
	if d.Organizer.PersonID == "" {
		d.Organizer = before.Organizer
	}
	if d.Deputies == nil {
		d.Deputies = before.Clone().Deputies
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
