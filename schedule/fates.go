package schedule

import (
	"context"
	"fmt"
	"slices"

	"parvis/auth"
	"parvis/schedule/recur"
)

// ChangedDate is a date to come that differs from its series, and what becomes of it under each of the choices when the
// series is moved.
type ChangedDate struct {
	Now, Keep, Shift, Drop Fate
}

// Fate is a date as it will take place or, TakesPlace being false, as it would have. A nil Date is none of the series: a date
// that was left out is left out of nothing, and one that was changed has the change refused.
type Fate struct {
	Date       *Occurrence
	TakesPlace bool
}

// ChangedDates says what becomes of the changed dates of a meeting when it takes place at other times, for each of Overrides,
// and changes nothing. from is the date from which the series is moved; nil is the first.
func (s *Service) ChangedDates(ctx context.Context, who auth.Identity, id string, from *recur.Local, to recur.Series) ([]ChangedDate, error) {
	m, err := s.Store.Meeting(ctx, id)
	if err == nil {
		err = s.allowed(who, auth.MeetingUpdate, m)
	}
	if err != nil {
		return nil, fmt.Errorf("changed dates of a meeting: %w", err)
	}
	before := m.Definition
	if from != nil {
		if _, before, err = s.split(before, *from); err != nil {
			return nil, err
		}
	}
	was, err := s.datesOf(before)
	if err != nil {
		return nil, err
	}
	after := before.Clone()
	after.When, after.Overrides = to, nil
	after.When.ExDates = nil
	series, err := s.datesOf(after)
	if err != nil {
		return nil, err
	}
	return s.fates(was, series), nil
}

// fates are what becomes of what differs in a series and is to come, once it is another one, which has no exceptions yet.
func (s *Service) fates(was, series dates) []ChangedDate {
	var list []ChangedDate
	now, by, to := s.Now(), series.When.Start-was.When.Start, whole{series, series.ids()}
	for _, o := range was.Overrides {
		date := was.at(was.When.At(o.ID, was.zone))
		if !date.Start.After(now) {
			continue
		}
		shifted := o
		shifted.ID += by
		if o.Start != nil {
			start := *o.Start + by
			shifted.Start = &start
		}
		change := ChangedDate{Now: Fate{&date, true}, Keep: to.with(o), Shift: to.with(shifted)}
		change.Drop = change.Keep
		if o.ID.In(was.zone).After(now) { // else it would take place in the past
			change.Drop = to.plain(o.ID, o.ID+by)
		}
		list = append(list, change)
	}
	planned, _ := was.planned()
	for _, x := range was.When.ExDates {
		date := was.at(was.When.At(x, was.zone))
		if !planned[x] || !date.Start.After(now) {
			continue
		}
		keep, shift := to.plain(x), to.plain(x+by)
		keep.TakesPlace, shift.TakesPlace = false, false
		list = append(list, ChangedDate{Now: Fate{&date, false}, Keep: keep, Shift: shift, Drop: to.plain(x, x+by)})
	}
	slices.SortStableFunc(list, func(a, b ChangedDate) int { return inOrder(*a.Now.Date, *b.Now.Date) })
	return list
}

// whole is a series without exceptions, and the names of its dates: to ask the series for each would expand it each time.
type whole struct {
	dates
	there map[recur.Local]bool
}

// with is a date with what differs on it, where the series has it.
func (w whole) with(o Override) Fate {
	w.Overrides = []Override{o}
	return w.plain(o.ID)
}

// plain is the first of some dates that the series has.
func (w whole) plain(ids ...recur.Local) Fate {
	for _, id := range ids {
		if w.there[id] {
			date := w.at(w.When.At(id, w.zone))
			return Fate{&date, true}
		}
	}
	return Fate{}
}
