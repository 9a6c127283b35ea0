package recur

import (
	"errors"
	"slices"
)

// The refusals of Split.
var (
	ErrNoSuchDate = errors.New("the series has no such date")
	ErrFirstDate  = errors.New("the series begins with this date: nothing comes before it")
)

// Split parts a series before one of its dates ("this and following"). Both together have the dates of the whole, no
// more: a rule without end goes on to where the whole ended. COUNT is divided and UNTIL stays; what a rule took from
// the start is written into it; a rule whose beat the new start does not keep (every second week, parted at a date
// between) becomes dates. Dates added and excluded go to their side.
func (s Series) Split(at Local) (before, after Series, err error) {
	first, _ := s.First()
	switch {
	case !s.Has(at):
		return Series{}, Series{}, ErrNoSuchDate
	case at == first:
		return Series{}, Series{}, ErrFirstDate
	}
	return s.head(at), s.tail(at, slices.Collect(s.planned())), nil
}

// Anchored is a series of the same dates that starts with the first of them and whose rules end by themselves: as
// others read it, whatever their bounds and whatever they make of a start that no rule gives. Dates excluded in vain
// are left out. A series without a date stays as it is.
func (s Series) Anchored() Series {
	planned := slices.Collect(s.planned())
	if len(planned) == 0 {
		return s
	}
	return s.tail(planned[0], planned)
}

// OneRule is Anchored with at most one rule, among those that accept takes, and one that gives the start. All other
// dates are in RDates. RFC 5545 asks for no more than one rule in an event. With it come the dates, as of Dates, which were
// needed to make it: a calendar of hundreds of series has no time to look for them twice.
func (s Series) OneRule(accept func(Rule) bool) (Series, []Local) {
	planned := slices.Collect(s.planned())
	if len(planned) == 0 {
		return s, nil
	}
	s = s.tail(planned[0], planned)
	var kept []Rule
	for _, r := range s.Rules {
		if len(kept) == 0 && accept(r) && r.gives(s.Start, s.Start) {
			kept = append(kept, r)
		} else {
			s.RDates = append(s.RDates, r.all(s.Start, windowEnd(s.Start))...)
		}
	}
	s.Rules = kept
	s.RDates = s.additions()
	if len(s.ExDates) == 0 {
		return s, planned
	}
	return s, only(planned, func(l Local) bool { return !among(s.ExDates, l) })
}

// additions are the RDates, each once, that neither the start nor a rule gives already.
func (s Series) additions() []Local {
	if len(s.RDates) == 0 {
		return nil
	}
	bare := s
	bare.RDates = nil
	given := slices.Collect(bare.planned())
	return only(slices.Compact(sorted(s.RDates)), func(l Local) bool { return !among(given, l) })
}

// head is what comes before a date.
func (s Series) head(at Local) Series {
	earlier := func(l Local) bool { return l < at }
	h := s
	h.Rules, h.RDates, h.ExDates = nil, only(s.RDates, earlier), only(s.ExDates, earlier)
	for _, r := range s.Rules {
		given := r.all(s.Start, at-1)
		switch {
		case len(given) == 0:
		case r.Count > 0:
			h.Rules = append(h.Rules, r.ending(len(given), 0))
		default:
			h.Rules = append(h.Rules, r.ending(0, given[len(given)-1]))
		}
	}
	if len(s.Rules) > 0 && len(h.Rules) == 0 { // dates alone are left, and without a rule the start is one of them
		h.Start = slices.Min(h.RDates)
		h.RDates = only(h.RDates, func(l Local) bool { return l != h.Start })
	}
	return h
}

// tail is a date with what comes after it, of all that are planned.
func (s Series) tail(at Local, planned []Local) Series {
	last := planned[len(planned)-1]
	t := s
	t.Start, t.Rules, t.RDates = at, nil, only(s.added(), func(l Local) bool { return l >= at && l <= last })
	for _, r := range s.Rules {
		given := planned
		if len(s.Rules)+len(s.RDates) > 1 {
			given = r.all(s.Start, last)
		}
		first, _ := slices.BinarySearch(given, at)
		rest := given[first:]
		if moved, keeps := r.moved(s.Start, at, rest); keeps {
			t.Rules = append(t.Rules, moved)
		} else {
			t.RDates = append(t.RDates, rest...)
		}
	}
	t.RDates = t.additions()
	t.ExDates = only(slices.Compact(sorted(s.ExDates)), func(l Local) bool { return l >= at && among(planned, l) })
	return t
}

// added are the dates that come from no rule.
func (s Series) added() []Local {
	if len(s.Rules) > 0 {
		return s.RDates
	}
	return append([]Local{s.Start}, s.RDates...)
}

// moved is the rule for a later start at which it gives just these dates, if there is one.
func (r Rule) moved(start, at Local, rest []Local) (Rule, bool) {
	if len(rest) == 0 {
		return Rule{}, false
	}
	last := rest[len(rest)-1]
	switch { // what the same start gives needs no proof
	case start == at && r.Count > 0:
		return r.ending(len(rest), 0), true
	case start == at && r.endless():
		return r.ending(0, last), true
	}
	for _, rule := range []Rule{r, r.implied(start)} {
		ends := []Rule{rule, rule.ending(0, last)}
		switch {
		case r.Count > 0:
			ends = []Rule{rule.ending(len(rest), 0)}
		case r.endless():
			ends = ends[1:]
		}
		for _, candidate := range ends {
			if slices.Equal(rest, candidate.all(at, windowEnd(at))) {
				return candidate, true
			}
		}
	}
	return Rule{}, false
}

func (r Rule) all(start, last Local) []Local { return slices.Collect(r.from(start, last).seq()) }

func (r Rule) gives(start, date Local) bool {
	for l := range r.from(start, date).seq() {
		if l == date {
			return true
		}
	}
	return false
}

func only(dates []Local, keep func(Local) bool) []Local {
	var kept []Local
	for _, l := range dates {
		if keep(l) {
			kept = append(kept, l)
		}
	}
	return kept
}

// among looks a date up in a sorted list.
func among(list []Local, l Local) bool {
	_, found := slices.BinarySearch(list, l)
	return found
}

// sorted is a copy in order.
func sorted(dates []Local) []Local { return slices.Sorted(slices.Values(dates)) }
