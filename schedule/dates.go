package schedule

import (
	"cmp"
	"slices"
	"time"

	"parvis/fault"
	"parvis/schedule/recur"
)

// Occurrence is one date of a meeting as it takes place. ID is its original start in the meeting's zone and stays when it
// is moved; Series is when it would have been.
type Occurrence struct {
	ID          recur.Local
	Start       time.Time
	End         time.Time
	Title       string
	Description string
	Moved       bool
	Cancelled   bool // left out of the series
}

// override finds what differs on a date.
func (d Definition) override(id recur.Local) (Override, bool) {
	i, found := slices.BinarySearchFunc(d.Overrides, id, func(o Override, id recur.Local) int { return cmp.Compare(o.ID, id) })
	if !found {
		return Override{ID: id}, false
	}
	return d.Overrides[i], true
}

// set puts an override in its place, or takes it away when it changes nothing.
func (d *Definition) set(o Override) {
	i, found := slices.BinarySearchFunc(d.Overrides, o.ID, func(o Override, id recur.Local) int { return cmp.Compare(o.ID, id) })
	switch {
	case o.empty() && found:
		d.Overrides = slices.Delete(d.Overrides, i, i+1)
	case o.empty():
	case found:
		d.Overrides[i] = o
	default:
		d.Overrides = slices.Insert(d.Overrides, i, o)
	}
}

func (o Override) empty() bool {
	return o.Start == nil && o.Duration == nil && o.Title == nil && o.Description == nil
}

// dates reads a definition's dates, as zones are known now.
type dates struct {
	Definition
	zone *time.Location
}

func (s *Service) datesOf(d Definition) (dates, error) {
	zone, err := s.Zones(d.When.Zone)
	if err != nil {
		return dates{}, fault.New(fault.CodeInvalid, "the time zone is not known").
			At("body.timeZone", "a name of the IANA time zone database, such as Europe/Paris").Because(err)
	}
	return dates{d, zone}, nil
}

// at is a date with what differs on it.
func (d dates) at(o recur.Occurrence) Occurrence {
	out := Occurrence{ID: o.ID, Start: o.Start, End: o.End, Title: d.Title, Description: d.Description}
	differs, found := d.override(o.ID)
	if !found {
		return out
	}
	length := d.When.Duration
	if differs.Duration != nil {
		length = *differs.Duration
	}
	if differs.Start != nil {
		out.Start, out.Moved = differs.Start.In(d.zone), true
	}
	out.End = out.Start.Add(length.Std())
	if differs.Title != nil {
		out.Title = *differs.Title
	}
	if differs.Description != nil {
		out.Description = *differs.Description
	}
	return out
}

// all are the dates, in the order in which they take place. A series has at most recur.MaxOccurrences of them, so that a
// moved date can be sorted in without thinking.
func (d dates) all() []Occurrence {
	var list []Occurrence
	for o := range d.When.Occurrences(d.zone, time.Time{}, time.Time{}) {
		list = append(list, d.at(o))
	}
	if slices.ContainsFunc(d.Overrides, func(o Override) bool { return o.Start != nil }) {
		slices.SortStableFunc(list, inOrder)
	}
	return list
}

// between are the dates that touch a time: they end after from and begin before to. A zero to is the end of all times.
// Only those near it are looked at: a series of years is asked for one of its weeks.
func (d dates) between(from, to time.Time) []Occurrence {
	var list []Occurrence
	add := func(o Occurrence) {
		if o.End.After(from) && (to.IsZero() || o.Start.Before(to)) {
			list = append(list, o)
		}
	}
	near := from
	if !near.IsZero() {
		near = near.Add(-recur.MaxDuration) // one that was made longer may reach in
	}
	for o := range d.When.Occurrences(d.zone, near, to) {
		if differs, _ := d.override(o.ID); differs.Start == nil {
			add(d.at(o))
		}
	}
	for _, o := range d.Overrides {
		if o.Start != nil {
			add(d.at(d.When.At(o.ID, d.zone)))
		}
	}
	slices.SortStableFunc(list, inOrder)
	return list
}

func inOrder(a, b Occurrence) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) }

// planned are the dates of a series without what is left out of it: calendars leave out what was never planned, too.
func (d dates) planned() (ids map[recur.Local]bool, whole dates) {
	d.When.ExDates = nil
	return d.ids(), d
}

// leftOut are the dates that touch a time and take place no more, as the series would have them.
func (d dates) leftOut(from, to time.Time) []Occurrence {
	if len(d.When.ExDates) == 0 {
		return nil
	}
	planned, whole := d.planned()
	var list []Occurrence
	for _, x := range d.When.ExDates {
		o := whole.at(d.When.At(x, d.zone))
		if planned[x] && o.End.After(from) && (to.IsZero() || o.Start.Before(to)) {
			o.Cancelled = true
			list = append(list, o)
		}
	}
	return list
}

// find answers one date.
func (d dates) find(id recur.Local) (Occurrence, error) {
	if !d.When.Has(id) {
		return Occurrence{}, noOccurrence()
	}
	return d.at(d.When.At(id, d.zone)), nil
}

func noOccurrence() error {
	return fault.New(fault.CodeOccurrenceNotFound, "the meeting has no such date").At("path.occurrence", "read the occurrences again")
}

// coming are the dates that have not begun.
func (d dates) coming(now time.Time) []Occurrence {
	return slices.DeleteFunc(d.all(), func(o Occurrence) bool { return !o.Start.After(now) })
}

// over are the dates that have begun: they happened, or happen, and nothing changes them any more.
func (d dates) over(now time.Time) []Occurrence {
	return slices.DeleteFunc(d.all(), func(o Occurrence) bool { return o.Start.After(now) })
}

// samePast tells whether two definitions agree on all that has begun, but for a date that is on and is made longer.
func samePast(before, after dates, now time.Time) bool {
	return slices.EqualFunc(before.over(now), after.over(now), func(a, b Occurrence) bool {
		return a.ID == b.ID && a.Start.Equal(b.Start) && (a.End.Equal(b.End) || before.prolonged(a, b, now))
	})
}

// prolonged tells that a date which runs over is given more time: its room is still open.
func (d dates) prolonged(before, after Occurrence, now time.Time) bool {
	return before.Start.Equal(after.Start) && !before.Start.After(now) && before.End.Add(d.Access.ClosesAfter).After(now) &&
		after.End.After(before.End) && after.End.After(now)
}
