package schedule

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule/recur"
)

// Upsert plans a meeting under the name that a service account gives it, or changes the one of that name to be as given.
// created tells which. ifMatch is a version, or anyVersion; onlyNew refuses to change.
func (s *Service) Upsert(ctx context.Context, who auth.Identity, n NewMeeting, ifMatch int64, onlyNew bool, what Overrides) (v View, created bool, err error) {
	if appOf(who) == "" {
		return View{}, false, fault.New(fault.CodeForbidden, "names of their own for meetings are for service accounts")
	}
	if err := auth.Allowed(who, auth.MeetingCreate, auth.Resource{OrgID: who.OrgID}); err != nil {
		return View{}, false, err
	}
	for range 2 { // whoever creates it between our look and our write has created it for us
		m, err := s.Store.MeetingNamed(ctx, who.OrgID, appOf(who), n.ExternalID)
		switch {
		case fault.Is(err, fault.NotFound) && ifMatch != anyVersion:
			return View{}, false, fault.New(fault.CodePreconditionFailed, "there is no meeting of this name")
		case fault.Is(err, fault.NotFound):
			v, err = s.Create(ctx, who, n)
			if fault.Is(err, fault.Conflict) {
				continue
			}
			return v, err == nil, err
		case err != nil:
			return View{}, false, fmt.Errorf("find meeting: %w", err)
		case onlyNew:
			return View{}, false, fault.New(fault.CodePreconditionFailed, "a meeting of this name exists")
		}
		then := what
		if what == OverridesDrop {
			then = OverridesKeep // what is to be dropped is what the request does not name: replace knows
		}
		v, err = s.Update(ctx, who, m.ID, ifMatch, then, func(d *Definition) error { return s.replace(d, n, what) })
		return v, false, err
	}
	return View{}, false, fault.New(fault.CodeConflict, "a meeting of this name comes and goes")
}

// replace makes a definition what a request says whole. Dates that were changed or left out one by one, perhaps by a person,
// and that the request does not name stay: where it names none at all, or says so; else it must say what becomes of them.
// What has begun stays in any case.
func (s *Service) replace(d *Definition, n NewMeeting, what Overrides) error {
	before := *d
	*d = n.Definition.Clone()
	if n.Unread != nil {
		return n.Unread
	}
	for _, name := range before.Defaults { // nobody chose it then, nor now
		d.stands(before, name)
	}
	d.sortOverrides()
	lost := s.unnamed(before, *d)
	if len(lost.coming.Overrides)+len(lost.coming.ExDates) > 0 && n.NamesDates && what == OverridesUnsaid {
		return conflict(lost.coming)
	}
	if what == OverridesShift && moved(before.When, d.When) {
		by := &dates{Definition: *d} // those that the request names are where they belong: what follows shifts all
		by.shift(before.When.Start - d.When.Start)
		*d = by.Definition
	}
	d.keep(lost.begun)
	if what != OverridesDrop {
		d.keep(lost.coming)
	}
	return nil
}

// sortOverrides puts them in the order by which they are found: a request has none.
func (d *Definition) sortOverrides() {
	slices.SortFunc(d.Overrides, func(a, b Override) int { return cmp.Compare(a.ID, b.ID) })
}

// exceptions are dates that differ from their series, or are left out of it.
type exceptions struct {
	Overrides []Override
	ExDates   []recur.Local
}

func (d *Definition) keep(e exceptions) {
	for _, o := range e.Overrides {
		d.set(o)
	}
	if len(e.ExDates) > 0 {
		d.When.ExDates = append(d.When.ExDates, e.ExDates...)
		slices.Sort(d.When.ExDates)
	}
}

// unnamed are the exceptions of a meeting of which another definition says nothing, by whether their date has begun.
func (s *Service) unnamed(before, after Definition) (lost struct{ begun, coming exceptions }) {
	was, err := s.datesOf(before)
	if err != nil {
		return lost // a zone that is no longer known protects nothing
	}
	now := s.Now()
	of := func(start recur.Local) *exceptions {
		if start.In(was.zone).After(now) {
			return &lost.coming
		}
		return &lost.begun
	}
	for _, o := range before.Overrides {
		_, named := after.override(o.ID)
		if named || slices.Contains(after.When.ExDates, o.ID) {
			continue
		}
		e := of(o.first())
		e.Overrides = append(e.Overrides, o)
	}
	for _, x := range before.When.ExDates {
		if _, named := after.override(x); !named && !slices.Contains(after.When.ExDates, x) {
			e := of(x)
			e.ExDates = append(e.ExDates, x)
		}
	}
	return lost
}
