package schedule

import (
	"slices"
	"time"

	"parvis/schedule/recur"
)

// held are the dates of a meeting, among some, that had begun when it was cancelled. The one that was on ended then. A meeting that
// takes place has all of them.
func (m Meeting) held(list []Occurrence, from time.Time) []Occurrence {
	switch {
	case m.Live():
		return list
	case m.CancelledAt == nil:
		return nil
	}
	var out []Occurrence
	for _, o := range list {
		if o.End.After(*m.CancelledAt) {
			o.End = *m.CancelledAt
		}
		if o.End.After(o.Start) && o.End.After(from) {
			out = append(out, o)
		}
	}
	return out
}

// heldOf is what calendars keep of a meeting that was cancelled: its dates that were over by then, as a series of their own. It is
// nil when none was, and of a meeting that takes place.
func (s *Service) heldOf(m Meeting) (*Definition, error) {
	if m.Live() || m.CancelledAt == nil {
		return nil, nil
	}
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return nil, err
	}
	return d.until(*m.CancelledAt), nil
}

// until is a definition of the dates alone that are over at a moment; nil when none is.
func (d dates) until(at time.Time) *Definition {
	over := map[recur.Local]bool{}
	var last recur.Local
	for _, o := range d.all() {
		if !o.End.After(at) {
			over[o.ID], last = true, max(last, o.ID)
		}
	}
	if len(over) == 0 {
		return nil
	}
	out := d.Clone()
	for id := range d.When.Dates() {
		if id > last {
			out.When, _, _ = d.When.Split(id) // it is a date, and not the first
			break
		}
	}
	for id := range out.When.Dates() {
		if !over[id] { // it was moved, and is not over
			out.When.ExDates = append(slices.Clone(out.When.ExDates), id)
		}
	}
	slices.Sort(out.When.ExDates)
	out.Overrides = slices.DeleteFunc(out.Overrides, func(o Override) bool { return !over[o.ID] })
	return &out
}
