package schedule

import (
	"fmt"
	"slices"

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
func settle(before Definition, after *dates, what Overrides) error {
	if !moved(before.When, after.When) || len(before.Overrides)+len(before.When.ExDates) == 0 {
		return after.fit()
	}
	switch what {
	case OverridesUnsaid:
		return conflict(before)
	case OverridesDrop:
		after.Overrides, after.When.ExDates = nil, nil
		return nil
	case OverridesShift:
		after.shift(after.When.Start - before.When.Start)
	}
	return after.fit()
}

func conflict(before Definition) error {
	err := fault.New(fault.CodeOverridesConflict, "dates of this series were changed or left out one by one: say what becomes of them")
	for _, o := range before.Overrides {
		err.At("body.recurrence.overrides."+o.ID.String(), "say overrides=keep, shift or drop")
	}
	for _, x := range before.When.ExDates {
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

// fit is nil when each override is about a date that there is.
func (d dates) fit() error {
	if len(d.Overrides) == 0 {
		return nil
	}
	there := map[recur.Local]bool{}
	for id := range d.When.Dates() {
		there[id] = true
	}
	var p problems
	for _, o := range d.Overrides {
		p.that(there[o.ID], "body.recurrence.overrides."+o.ID.String(), "the series has no such date: take this one out, or say overrides=shift or drop")
		p.that(o.Duration == nil || fits(*o.Duration), "body.recurrence.overrides."+o.ID.String()+".duration", "from PT10M to PT24H")
	}
	return p.err()
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
