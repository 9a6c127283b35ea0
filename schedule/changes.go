package schedule

import (
	"slices"
	"time"

	"parvis/schedule/recur"
)

// Known is a meeting as far as letters say when, where and what it is.
type Known struct {
	Title     string
	When      recur.Series
	Overrides []Override
	Place     Place
}

// Known is what a letter says of the meeting.
func (m Meeting) Known() Known {
	d := m.Clone()
	return Known{Title: d.Title, When: d.When, Overrides: d.Overrides, Place: d.Place}
}

// Without is what somebody knows who was told besides that these dates take place no more.
func (k Known) Without(dates []recur.Local) Known {
	k.When.ExDates = slices.Clone(k.When.ExDates)
	for _, date := range dates {
		if !slices.Contains(k.When.ExDates, date) {
			k.When.ExDates = append(k.When.ExDates, date)
		}
	}
	return k
}

// Turn is what something was, and what it is.
type Turn[T any] struct{ Was, Is T }

// Changes are what is otherwise than somebody was told; nil is as it was. Series is of the rule, the hours or the zone of all dates.
// Dates are single ones, in order: without Was one is new or restored, without Is it takes place no more. Zone is where each is said.
type Changes struct {
	Title  *Turn[string]
	Place  *Turn[Place]
	Series *Turn[recur.Series]
	Dates  []DateTurn
	Zone   Turn[*time.Location]
}

// DateTurn is what became of one date. Left is it as the series had it, where the reader knows that it does not take place, and it
// does: Was is nil then.
type DateTurn struct{ Was, Is, Left *DateKnown }

// DateKnown is a date with what it has of its own.
type DateKnown struct {
	Occurrence
	Own Override
}

// Single is the one date that is all that changed.
func (c *Changes) Single() (DateTurn, bool) {
	if c == nil || c.Title != nil || c.Place != nil || c.Series != nil || len(c.Dates) != 1 {
		return DateTurn{}, false
	}
	return c.Dates[0], true
}

// None tells that all is as they were told.
func (c *Changes) None() bool {
	return c.Title == nil && c.Place == nil && c.Series == nil && len(c.Dates) == 0
}

// changes compares what somebody was told with what is.
func (s *Service) changes(known Known, is dates, now time.Time) (*Changes, error) {
	was, err := s.datesOf(Definition{Title: known.Title, When: known.When, Overrides: known.Overrides})
	if err != nil {
		return nil, err
	}
	c := Changes{Zone: Turn[*time.Location]{was.zone, is.zone}}
	if was.Title != is.Title {
		c.Title = &Turn[string]{was.Title, is.Title}
	}
	if known.Place.RoomID != is.Place.RoomID {
		c.Place = &Turn[Place]{known.Place, is.Place}
	}
	if !was.When.Recurs() && !is.When.Recurs() {
		c.only(was, is)
		return &c, nil
	}
	if otherwise(was.When, is.When) {
		c.Series = &Turn[recur.Series]{was.When, is.When}
	}
	c.each(was, is, now)
	return &c, nil
}

// otherwise tells whether all dates of a series are others, and not some alone.
func otherwise(was, is recur.Series) bool {
	was.RDates, is.RDates = nil, nil
	return was.Duration != is.Duration || moved(was, is)
}

// only compares meetings that take place once: their dates have the names of their starts.
func (c *Changes) only(was, is dates) {
	a, _ := was.known(was.When.Start, nil)
	b, _ := is.known(is.When.Start, nil)
	if !a.Start.Equal(b.Start) || !a.End.Equal(b.End) || c.Zone.Was.String() != c.Zone.Is.String() || !a.sameWords(b) {
		c.Dates = append(c.Dates, DateTurn{Was: a, Is: b})
	}
}

// each compares the dates that differ from their series, before or after. They bear other names in a series that was moved.
func (c *Changes) each(was, is dates, now time.Time) {
	by := is.When.Start - was.When.Start
	before, after := was.ids(), is.ids()
	planned, whole := was.planned()
	for _, id := range singled(was, is, by) {
		a, had := was.known(id-by, before)
		b, has := is.known(id, after)
		switch {
		case had && has && a.sameAs(b) && a.sameWords(b):
		case has && slices.Contains(was.When.ExDates, id-by):
			left, _ := whole.known(id-by, planned)
			c.Dates = append(c.Dates, DateTurn{Is: b, Left: left})
		case had && has, had && slices.Contains(is.When.ExDates, id), has && slices.Contains(is.When.RDates, id):
			c.Dates = append(c.Dates, DateTurn{Was: a, Is: b})
		}
	}
	c.Dates = slices.DeleteFunc(c.Dates, func(t DateTurn) bool { return t.over(now) })
	slices.SortStableFunc(c.Dates, func(a, b DateTurn) int { return a.first().Compare(b.first()) })
}

// singled are the names of dates that differ from a series, as the present one has them.
func singled(was, is dates, by recur.Local) []recur.Local {
	var ids []recur.Local
	for _, o := range was.Overrides {
		ids = append(ids, o.ID+by)
	}
	for _, o := range is.Overrides {
		ids = append(ids, o.ID)
	}
	for _, date := range slices.Concat(was.When.ExDates, was.When.RDates) {
		ids = append(ids, date+by)
	}
	ids = slices.Concat(ids, is.When.ExDates, is.When.RDates)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// known is a date, nil when there is none of this name among those that there are; nil: all are.
func (d dates) known(id recur.Local, there map[recur.Local]bool) (date *DateKnown, found bool) {
	if there != nil && !there[id] {
		return nil, false
	}
	own, _ := d.override(id)
	return &DateKnown{d.at(d.When.At(id, d.zone)), own}, true
}

// sameAs tells that two dates are as far from their series.
func (a *DateKnown) sameAs(b *DateKnown) bool {
	return a.Own.late() == b.Own.late() && equal(a.Own.Duration, b.Own.Duration)
}

// sameWords tells that two dates have of their own the same title and description.
func (a *DateKnown) sameWords(b *DateKnown) bool {
	return equal(a.Own.Title, b.Own.Title) && equal(a.Own.Description, b.Own.Description)
}

// late is by how much a date is moved.
func (o Override) late() recur.Local {
	if o.Start == nil {
		return 0
	}
	return *o.Start - o.ID
}

// over tells that nothing of the date is still to come.
func (t DateTurn) over(now time.Time) bool {
	return (t.Was == nil || !t.Was.End.After(now)) && (t.Is == nil || !t.Is.End.After(now))
}

// first is when the date begins, as somebody knows it, or now has it.
func (t DateTurn) first() time.Time {
	if t.Was != nil {
		return t.Was.Start
	}
	return t.Is.Start
}
