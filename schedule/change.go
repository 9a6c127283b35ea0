package schedule

import (
	"fmt"
	"slices"
	"time"

	"parvis/fault"
	"parvis/schedule/recur"
)

// Overrides says what becomes of dates that differ from their series when the series itself is moved.
type Overrides string

// What can become of them. Nothing said, and there are some: the change is refused, for none is lost in silence.
const (
	OverridesUnsaid Overrides = ""
	OverridesKeep   Overrides = "keep"  // they stay where they are; each must still be a date
	OverridesShift  Overrides = "shift" // they move by as much as the start of the series
	OverridesDrop   Overrides = "drop"
)

// moved tells whether the dates of a series are others than before.
func moved(before, after recur.Series) bool {
	return before.Start != after.Start || before.Zone != after.Zone || !slices.Equal(before.RDates, after.RDates) ||
		!slices.EqualFunc(before.Rules, after.Rules, func(a, b recur.Rule) bool { return a.String() == b.String() })
}

// settle decides about overrides and excluded dates when after moves what before says. It changes after.
func settle(before Definition, after *dates, what Overrides, now time.Time) error {
	if !moved(before.When, after.When) || len(before.Overrides)+len(before.When.ExDates) == 0 {
		return after.fit(before, now)
	}
	switch what {
	case OverridesUnsaid:
		if e := before.undecided(after.zone, now); len(e.Overrides)+len(e.ExDates) > 0 {
			return conflict(e)
		}
		after.takeAlong(before, now)
	case OverridesDrop:
		after.drop(dates{before, after.zone}, now)
	case OverridesShift:
		by := after.When.Start - before.When.Start
		after.shift(by)
		before = before.Clone()
		(&dates{Definition: before}).shift(by)
	}
	return after.fit(before, now)
}

// drop takes out what differed before and is to come. What has begun stays, and what was postponed from then: nothing is added to what is
// past. So does what the change itself says.
func (d *dates) drop(was dates, now time.Time) {
	begun := func(start recur.Local) bool { return !start.In(was.zone).After(now) }
	d.Overrides = slices.DeleteFunc(slices.Clone(d.Overrides), func(o Override) bool {
		b, found := was.override(o.ID)
		return found && b.same(o) && !begun(o.first())
	})
	d.When.ExDates = slices.DeleteFunc(slices.Clone(d.When.ExDates), func(x recur.Local) bool {
		return slices.Contains(was.When.ExDates, x) && !begun(x)
	})
}

func (o Override) start() recur.Local {
	if o.Start != nil {
		return *o.Start
	}
	return o.ID
}

// first is when a date was to begin, or begins where that is earlier: one that was postponed would, as its series says, have begun.
func (o Override) first() recur.Local { return min(o.ID, o.start()) }

// undecided are the exceptions of which somebody must say what becomes: what is past stays as it was, and what was left out of
// nothing leaves nothing.
func (d Definition) undecided(zone *time.Location, now time.Time) (e exceptions) {
	for _, o := range d.Overrides {
		if o.start().In(zone).After(now) {
			e.Overrides = append(e.Overrides, o)
		}
	}
	planned, _ := dates{Definition: d}.planned()
	for _, x := range d.When.ExDates {
		if planned[x] && x.In(zone).After(now) {
			e.ExDates = append(e.ExDates, x)
		}
	}
	return e
}

// takeAlong moves dates that were left out and are past with a series of which none was held yet: else they would take place,
// in the past.
func (d *dates) takeAlong(before Definition, now time.Time) {
	by := d.When.Start - before.When.Start
	d.When.ExDates = slices.Clone(d.When.ExDates)
	for i, x := range d.When.ExDates {
		if slices.Contains(before.When.ExDates, x) && !(x + by).In(d.zone).After(now) {
			d.When.ExDates[i] = x + by
		}
	}
}

func conflict(of exceptions) error {
	err := fault.New(fault.CodeOverridesConflict, "dates of this series were changed or left out one by one: say what becomes of them")
	for _, o := range of.Overrides {
		err.At("body.recurrence.overrides."+o.ID.String(), "say overrides=keep, shift or drop")
	}
	for _, x := range of.ExDates {
		err.At("body.recurrence.exdates", fmt.Sprintf("%s is left out: say overrides=keep, shift or drop", x))
	}
	return err
}

func (d *dates) shift(by recur.Local) {
	d.Overrides = slices.Clone(d.Overrides)
	for i, o := range d.Overrides {
		d.Overrides[i].ID += by
		if o.Start != nil {
			start := *o.Start + by
			d.Overrides[i].Start = &start
		}
	}
	d.When.ExDates = slices.Clone(d.When.ExDates)
	for i, x := range d.When.ExDates {
		d.When.ExDates[i] = x + by
	}
}

// fit is nil when each override is about a date that there is and one that is to come is not moved out of the time of its
// series: before now, or further than a series lasts. What was so before may stay.
func (d dates) fit(before Definition, now time.Time) error {
	if len(d.Overrides) == 0 {
		return nil
	}
	there := map[recur.Local]bool{}
	for id := range d.When.Dates() {
		there[id] = true
	}
	var p problems
	for _, o := range d.Overrides {
		at := "body.recurrence.overrides." + o.ID.String()
		p.that(there[o.ID], at, "the series has no such date: take this one out, or say overrides=shift or drop")
		p.that(o.Duration == nil || fits(*o.Duration), at+".duration", "from PT10M to PT24H")
		if b, _ := before.override(o.ID); o.Start == nil || equal(b.Start, o.Start) {
			continue
		}
		p.that(*o.Start <= d.When.Latest(), at+".start", fmt.Sprintf("within %d years of the start of the series", recur.MaxYears))
		p.that(o.Start.In(d.zone).After(now) || !o.ID.In(d.zone).After(now), at+".start", "a time to come")
	}
	return p.err()
}

// still are warnings without those of exceptions that are settled: a date that is left out no more excludes nothing.
func (d dates) still(warnings []Warning) []Warning {
	return slices.DeleteFunc(slices.Clone(warnings), func(w Warning) bool {
		return w.Code == recur.CodeExDateUnmatched && !slices.ContainsFunc(w.Dates, func(x recur.Local) bool { return slices.Contains(d.When.ExDates, x) })
	})
}

// remarks are what there is to say of dates that were moved one by one.
func (d dates) remarks(now time.Time) []Warning {
	var moved []recur.Local
	for _, o := range d.Overrides {
		if o.Start != nil {
			moved = append(moved, *o.Start)
		}
	}
	return append(d.coinciding(), recur.Clocks(moved, d.zone, now, "recurrence.overrides")...)
}

// coinciding warns of dates that were moved onto another of the same meeting.
func (d dates) coinciding() []Warning {
	if !slices.ContainsFunc(d.Overrides, func(o Override) bool { return o.Start != nil }) {
		return nil
	}
	var twice []recur.Local
	all := d.all()
	for i, o := range all {
		if i > 0 && o.Start.Equal(all[i-1].Start) {
			twice = append(twice, recur.LocalOf(o.Start.In(d.zone)))
		}
	}
	if len(twice) == 0 {
		return nil
	}
	return []Warning{{Code: recur.CodeCoincide, Location: "recurrence.overrides", Message: "move dates onto others of this meeting: it takes place twice at a time", Dates: slices.Compact(twice)}}
}

// material tells whether those invited must hear of a change: of time, place or title (RFC 5546 §2.1.4).
func material(before, after Definition) bool {
	return before.Title != after.Title || before.Place.RoomID != after.Place.RoomID || before.When.Duration != after.When.Duration ||
		moved(before.When, after.When) || !slices.Equal(before.When.ExDates, after.When.ExDates) ||
		!slices.EqualFunc(before.Overrides, after.Overrides, Override.same)
}

func (o Override) same(b Override) bool {
	return o.ID == b.ID && equal(o.Start, b.Start) && equal(o.Duration, b.Duration) && equal(o.Title, b.Title) && equal(o.Description, b.Description)
}

func equal[T comparable](a, b *T) bool {
	return a == b || (a != nil && b != nil && *a == *b)
}

// mergeInvitees takes over what is known of those who were invited before: who somebody is and what they answered.
func mergeInvitees(before, after []Invitee) []Invitee {
	known := map[string]Invitee{}
	for _, i := range before {
		known[i.Key()] = i
	}
	merged := slices.Clone(after)
	for n, i := range merged {
		was, found := known[i.Key()]
		switch {
		case !found:
			merged[n].begin()
		default:
			merged[n].ID, merged[n].RSVP, merged[n].LinkID, merged[n].ClaimedBy = was.ID, was.RSVP, was.LinkID, was.ClaimedBy
			merged[n].LinkToken, merged[n].Delivery = was.LinkToken, was.Delivery
			merged[n].Answers, merged[n].Proposals = was.Answers, was.Proposals
		}
	}
	return merged
}

// begin makes an invitee of somebody who was not invited before.
func (i *Invitee) begin() {
	i.ID, i.ClaimedBy, i.RSVP, i.LinkID, i.LinkToken, i.Delivery = newID(), "", NeedsAction, "", nil, ""
	i.Answers, i.Proposals = nil, nil
}
