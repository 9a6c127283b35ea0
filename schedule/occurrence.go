package schedule

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/schedule/recur"
)

// OccurrenceChange is what somebody changes of one date; nil leaves a field as it is, and Reset takes the series' own back.
type OccurrenceChange struct {
	Restore     bool // a date that was left out takes place again
	Start       *recur.Local
	Duration    *recur.Duration
	Title       *string
	Description *string
	Reset       []string // start, duration, title, description
}

func (c OccurrenceChange) apply(o *Override) {
	for _, field := range c.Reset {
		switch field {
		case "start":
			o.Start = nil
		case "duration":
			o.Duration = nil
		case "title":
			o.Title = nil
		case "description":
			o.Description = nil
		}
	}
	if c.Start != nil {
		o.Start = c.Start
	}
	if c.Duration != nil {
		o.Duration = c.Duration
	}
	if c.Title != nil {
		o.Title = c.Title
	}
	if c.Description != nil {
		o.Description = c.Description
	}
}

// UpdateOccurrence changes one date of a series.
func (s *Service) UpdateOccurrence(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local, change OccurrenceChange) (View, error) {
	v, err := s.Update(ctx, who, id, version, OverridesKeep, s.ofOne(date, change))
	return v, ofOneDate(err, date)
}

// ofOne is the edit that changes one date of a series.
func (s *Service) ofOne(date recur.Local, change OccurrenceChange) Edit {
	return func(d *Definition) error {
		if change.Restore {
			if err := d.restore(date); err != nil {
				return err
			}
		}
		was, _ := d.override(date)
		is := was
		change.apply(&is)
		if is.Start != nil && *is.Start == date {
			is.Start = nil // back where it was
		}
		if err := s.stillToCome(*d, date); err != nil && !s.lasts(*d, was, is) {
			return err
		}
		d.set(is)
		return s.checkOverride(*d, was, is)
	}
}

// lasts tells that nothing of a date changes but that it is made longer while it is on.
func (s *Service) lasts(d Definition, was, is Override) bool {
	all, err := s.datesOf(d)
	if err != nil || !d.When.Has(was.ID) || !was.same(Override{was.ID, is.Start, was.Duration, is.Title, is.Description}) {
		return false
	}
	before := all.at(d.When.At(was.ID, all.zone))
	d = d.Clone()
	d.set(is)
	all.Definition = d
	return all.prolonged(before, all.at(d.When.At(is.ID, all.zone)), s.Now())
}

// ofOneDate has a refusal name the fields of a request that changes one date alone.
func ofOneDate(err error, date recur.Local) error {
	if err == nil {
		return nil
	}
	for i, f := range fault.Of(err).Fields {
		if f.Location == "body."+durationOf(date) {
			fault.Of(err).Fields[i].Location = "body.duration"
		}
	}
	return err
}

// restore takes a date back that was left out: as the series says, for what differed on it went with it.
func (d *Definition) restore(date recur.Local) error {
	at := slices.Index(d.When.ExDates, date)
	switch {
	case at >= 0:
		d.When.ExDates = slices.Delete(d.When.ExDates, at, at+1)
		return nil
	case d.When.Has(date):
		return fault.New(fault.CodeConflict, "this date was not cancelled: there is nothing to restore").At("body.cancelled", "leave it out")
	default:
		return noOccurrence()
	}
}

// stillToCome is nil when a date exists and has not begun.
func (s *Service) stillToCome(d Definition, date recur.Local) error {
	all, err := s.datesOf(d)
	if err != nil {
		return err
	}
	o, err := all.find(date)
	if err == nil && !o.Start.After(s.Now()) {
		err = fault.New(fault.CodePastOccurrence, "this date has begun: it cannot be changed any more").
			At("path.occurrence", "choose a later one; while it is on, it can be made longer: PATCH with a duration alone")
	}
	return err
}

// checkOverride says what is wrong with one date as it was changed.
func (s *Service) checkOverride(d Definition, was, o Override) error {
	var p problems
	p.that(o.Duration == nil || fits(*o.Duration), "body.duration", "from PT10M to PT24H")
	if o.Title != nil {
		p.text(*o.Title, "body.title", 1, MaxTitle)
	}
	if o.Description != nil {
		p.text(*o.Description, "body.description", 0, MaxDescription)
	}
	if o.Start != nil && !equal(was.Start, o.Start) {
		all, err := s.datesOf(d)
		if err != nil {
			return err
		}
		p.that(o.Start.In(all.zone).After(s.Now()), "body.start", "a time to come")
	}
	return p.err()
}

// CancelOccurrence leaves one date out.
func (s *Service) CancelOccurrence(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local) (View, error) {
	return s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		if err := s.stillToCome(*d, date); err != nil {
			return err
		}
		d.set(Override{ID: date})
		d.When.ExDates = append(d.When.ExDates, date)
		slices.Sort(d.When.ExDates)
		return leavesSome(*d)
	})
}

// leavesSome refuses to leave out the last date: that is to cancel the meeting.
func leavesSome(d Definition) error {
	if _, some := d.When.First(); some {
		return nil
	}
	return fault.New(fault.CodeConflict, "this is the only date that is left: cancel the meeting instead")
}

// CancelFollowing ends a series before a date.
func (s *Service) CancelFollowing(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local) (View, error) {
	return s.Update(ctx, who, id, version, OverridesKeep, func(d *Definition) error {
		before, _, err := s.split(*d, date)
		*d = before
		return err
	})
}

// UpdateFollowing changes a date and those after it: the series ends before, and another one, which the edit changes, goes
// on in the same room with the same people and their answers. It answers the new one.
func (s *Service) UpdateFollowing(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local, what Overrides, edit Edit) (View, error) {
	var made View
	_, err := s.Store.UpdateMeeting(ctx, id, func(m Meeting) (Plan, error) {
		if err := s.changeable(who, &m, version); err != nil {
			return Plan{}, err
		}
		p, warnings, err := s.parted(ctx, who, m, date, what, edit)
		if err != nil {
			return Plan{}, err
		}
		made = View{Meeting: p.Also.Meeting, Leads: true, Warnings: warnings}
		return p, nil
	})
	return made, err
}

// parted is the plan of a meeting that ends before a date; the one that goes on comes with it.
func (s *Service) parted(ctx context.Context, who auth.Identity, m Meeting, date recur.Local, what Overrides, edit Edit) (Plan, []Warning, error) {
	earlier, later, err := s.split(m.Definition, date)
	if err != nil {
		return Plan{}, nil, err
	}
	after, warnings, err := s.successor(ctx, who, m, earlier, later, what, edit)
	if err != nil {
		return Plan{}, nil, err
	}
	before, _, err := s.revise(ctx, who, m, OverridesKeep, func(d *Definition) error {
		*d = earlier
		return nil
	})
	if err != nil {
		return Plan{}, nil, err
	}
	before.Meeting.SplitInto, before.Also = after.Meeting.ID, &after
	if needed := after.Meeting.openMinutes(); before.Furnish != nil && needed > m.openMinutes() {
		before.Furnish.MaxMinutes = needed // longer dates share the room
	}
	return before, warnings, nil
}

// split cuts a definition before a date that is still to come. Overrides go to their side.
func (s *Service) split(d Definition, date recur.Local) (before, after Definition, err error) {
	if err := s.stillToCome(d, date); err != nil {
		return before, after, err
	}
	before, after = d.Clone(), d.Clone()
	before.When, after.When, err = d.When.Split(date)
	switch {
	case errors.Is(err, recur.ErrFirstDate):
		return before, after, fault.New(fault.CodeConflict, "the series begins with this date: change or cancel the meeting itself instead")
	case err != nil:
		return before, after, err
	}
	first := func(o Override) bool { return o.ID < date }
	before.Overrides = slices.DeleteFunc(before.Overrides, func(o Override) bool { return !first(o) })
	after.Overrides = slices.DeleteFunc(after.Overrides, first)
	for i := range after.Invitees {
		after.Invitees[i] = after.Invitees[i].from(date)
	}
	return before, after, nil
}

// successor is the plan of the meeting that takes over the later dates of another.
func (s *Service) successor(ctx context.Context, who auth.Identity, from Meeting, earlier, later Definition, what Overrides, edit Edit) (Plan, []Warning, error) {
	now := s.Now().UTC()
	later = s.folded(later)
	m := from // with its SplitInto: where it was split before, the dates after these are there
	m.ID, m.Version, m.Sequence, m.ExternalID, m.SplitFrom = newID(), 1, 0, "", from.ID
	m.RemindsAt, m.RemindsOf = time.Time{}, Reminder{}
	m.UID, m.CreatedAt, m.UpdatedAt = m.ID+"@"+s.Host, now, now
	m.Definition = later.Clone()
	var wrong problems
	if err := wrong.take(edit(&m.Definition)); err != nil {
		return Plan{}, nil, err
	}
	said := m.Place
	wrong.that(cmp.Or(said.Mode, Dedicated) == later.Place.Mode && (said.Mode != Existing || said.Slug == later.Place.Slug), "body.room",
		"all dates share one room: move the meeting itself, or plan another one")
	m.Place = later.Place
	m.Invitees = mergeInvitees(later.Invitees, m.Invitees)
	for i := range m.Invitees {
		m.Invitees[i].ID, m.Invitees[i].Delivery = newID(), ""
	}
	d, warnings, err := s.judge(ctx, who, &m, &wrong, &later)
	if err == nil {
		err = s.follows(earlier, later, d, now)
	}
	if err != nil {
		return Plan{}, nil, err
	}
	if err := settle(later, &d, what, now); err != nil {
		return Plan{}, nil, err
	}
	d.carry(later)
	m.Definition = d.Definition
	if err := s.keepsParted(ctx, m, later, d); err != nil {
		return Plan{}, nil, err
	}
	if err := s.seal(&m, Access{}); err != nil { // bound to its own row
		return Plan{}, nil, err
	}
	post := s.correspond(nil, &m, d, now)
	p := s.plan(who, m, d, now)
	p.carry(post)
	p.Events = []event.Event{s.happened(who, event.MeetingCreated, m, map[string]any{"splitFrom": from.ID})}
	return p, slices.Concat(d.still(warnings), d.remarks(now), post.warnings), nil
}

// follows refuses dates that do not come after those that stay, or that are past, and settings of their own: all the dates of a
// meeting that was split share its room.
func (s *Service) follows(earlier, later Definition, d dates, now time.Time) error {
	var p problems
	if first, some := d.When.First(); some && moved(later.When, d.When) {
		start := first.In(d.zone)
		p.that(start.After(now), "body.start", "a time to come")
		if was, err := s.datesOf(earlier); err == nil {
			for id := range earlier.When.Dates() {
				if !start.After(id.In(was.zone)) {
					p.that(false, "body.start", "after the last date that stays as it is: choose an earlier one to begin with, or change all dates")
					break
				}
			}
		}
	}
	p.that(later.Place.Mode != Dedicated || d.Settings.same(later.Settings), "body.settings",
		"all dates share one room: change the settings of the meeting itself, or plan another one")
	return p.err()
}

func (s Settings) same(b Settings) bool {
	return s.MaxParticipants == b.MaxParticipants && s.OpensWithHost == b.OpensWithHost && s.MuteOnEntry == b.MuteOnEntry &&
		slices.Equal(slices.Sorted(slices.Values(s.Forbidden)), slices.Sorted(slices.Values(b.Forbidden)))
}
