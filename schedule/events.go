package schedule

import (
	"slices"

	"parvis/auth"
	"parvis/event"
	"parvis/schedule/recur"
)

// dateEvents says of each single date that a change was about what became of it, beside what is said of the meeting. A
// change of the series itself is about none.
func (s *Service) dateEvents(who auth.Identity, before Definition, m Meeting) []event.Event {
	if moved(before.When, m.When) {
		return nil
	}
	var events []event.Event
	say := func(t event.Type, date recur.Local) {
		events = append(events, s.happened(who, t, m, map[string]any{"occurrence": date.ID(), "sequence": m.Sequence}))
	}
	for _, x := range m.When.ExDates {
		if !slices.Contains(before.When.ExDates, x) {
			say(event.OccurrenceCancelled, x)
		}
	}
	for _, date := range overridden(before, m.Definition) {
		was, _ := before.override(date)
		is, _ := m.override(date)
		if !was.same(is) && !slices.Contains(m.When.ExDates, date) {
			say(event.OccurrenceUpdated, date)
		}
	}
	for _, x := range before.When.ExDates { // it takes place after all
		if !slices.Contains(m.When.ExDates, x) {
			say(event.OccurrenceUpdated, x)
		}
	}
	return events
}

// overridden are the dates that differ from their series, before or after a change.
func overridden(before, after Definition) []recur.Local {
	var dates []recur.Local
	for _, o := range slices.Concat(before.Overrides, after.Overrides) {
		dates = append(dates, o.ID)
	}
	slices.Sort(dates)
	return slices.Compact(dates)
}
