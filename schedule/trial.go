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
	m, warnings, err := s.trying().tried(ctx, who, id, n)
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

// trying is the same use cases for a trial, of which no passcode is made ready for the door: that takes its time, by design.
func (s *Service) trying() *Service {
	trying := *s
	trying.trial = true
	return &trying
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
	if n.Invitees == nil {
		s = s.Telling(TellNone) // who hears of it is another question
	}
	p, warnings, err := choosing(func(what Overrides) (Plan, []Warning, error) { return s.revise(ctx, who, m, what, s.saying(n)) })
	if errors.Is(err, errUnchanged) {
		p.Meeting, err = m, nil
	}
	if !n.NamesDates {
		warnings = slices.DeleteFunc(slices.Clone(warnings), func(w Warning) bool { return w.Code == recur.CodeExDateUnmatched })
	}
	return p.Meeting, warnings, err
}

// saying is the edit that makes a meeting what a trial says. What it says nothing of stays, and so does what differs from the series:
// what becomes of that is asked for as the change asks.
func (s *Service) saying(n NewMeeting) Edit {
	return func(d *Definition) error {
		before := s.folded(*d)
		*d = n.Definition.Clone()
		d.stay(before)
		d.sortOverrides()
		lost := s.unnamed(before, *d)
		d.keep(lost.begun)
		if !n.NamesDates {
			d.keep(lost.coming)
		}
		return n.Unread
	}
}

// choosing tries a change and, where somebody must say what becomes of changed dates, each answer: it is refused where all are. To
// drop them comes first: they stand among the others then, and ChangedDates tells of them.
func choosing(try func(Overrides) (Plan, []Warning, error)) (p Plan, warnings []Warning, err error) {
	if p, warnings, err = try(OverridesUnsaid); !fault.HasCode(err, fault.CodeOverridesConflict) {
		return p, warnings, err
	}
	for _, what := range []Overrides{OverridesDrop, OverridesKeep, OverridesShift} {
		if p, warnings, err = try(what); err == nil {
			break
		}
	}
	return p, warnings, err
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
	if !d.When.Recurs() {
		date = d.When.Start // after which the one date of a meeting is named
	}
	o, err := d.find(date)
	return View{Meeting: p.Meeting, Leads: true, Warnings: s.unheard(m.When, warnings)}, o, err
}

// differing is a change of a date less what the date has already: a trial says all of it, and the change itself what differs alone.
func (d dates) differing(date recur.Local, c OccurrenceChange) OccurrenceChange {
	is := d.at(d.When.At(date, d.zone))
	if c.Start != nil && c.Start.In(d.zone).Equal(is.Start) { // a time that clocks jump over is said as they show it, too
		c.Start = nil
	}
	c.Duration = unless(c.Duration, recur.Duration(is.End.Sub(is.Start)))
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
// dates.
func (s *Service) TryFollowing(ctx context.Context, who auth.Identity, id string, date recur.Local, edit Edit) (View, []Occurrence, error) {
	m, err := s.changing(ctx, who, id)
	if err != nil {
		return View{}, nil, err
	}
	quiet := s.trying().Telling(TellNone) // who hears of it is another question
	p, warnings, err := choosing(func(what Overrides) (Plan, []Warning, error) { return quiet.parted(ctx, who, m, date, what, edit) })
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
