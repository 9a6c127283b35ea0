package recur

import (
	"iter"
	"time"
)

// Series is when a meeting takes place: once at its start, or on the dates that its rules give together and on RDates,
// ExDates taken away. All is local time in Zone.
//
// A start that no rule gives is not a date of the series; Judge warns of it. RFC 5545 counts the start always and calls
// the result undefined, and calendars differ: the extra date, and which date COUNT begins with. Here the rule decides,
// so that what is planned can be written for other calendars without leaving anything to them; who wants the start as
// well adds it to RDates.
type Series struct {
	Start    Local
	Zone     string
	Duration Duration
	Rules    []Rule
	RDates   []Local
	ExDates  []Local
}

// Occurrence is one date of a series. ID is its planned local start, which names it for good, wherever it is moved.
type Occurrence struct {
	ID         Local
	Start, End time.Time // UTC
}

// Dates are the local starts in order, bounded by MaxYears and MaxOccurrences.
func (s Series) Dates() iter.Seq[Local] {
	excluded := sorted(s.ExDates)
	return func(yield func(Local) bool) {
		for l := range s.planned() {
			for len(excluded) > 0 && excluded[0] < l {
				excluded = excluded[1:]
			}
			if (len(excluded) == 0 || excluded[0] != l) && !yield(l) {
				return
			}
		}
	}
}

// planned are the dates before any is excluded. They alone are counted: excluding one must not add another at the end.
func (s Series) planned() iter.Seq[Local] {
	return func(yield func(Local) bool) {
		next := s.union()
		for range MaxOccurrences {
			if l, ok := next(); !ok || !yield(l) {
				return
			}
		}
	}
}

func (s Series) union() source {
	end := windowEnd(s.Start)
	var extra []Local
	for _, l := range s.RDates {
		if l >= s.Start && l <= end {
			extra = append(extra, l)
		}
	}
	if len(s.Rules) == 0 {
		extra = append(extra, s.Start)
	}
	sources := []source{listed(extra)}
	for _, r := range s.Rules {
		sources = append(sources, r.from(s.Start, end))
	}
	return merge(sources)
}

// Has tells whether the series has this date.
func (s Series) Has(id Local) bool {
	for l := range s.Dates() {
		if l >= id {
			return l == id
		}
	}
	return false
}

// First is the first date, if there is any.
func (s Series) First() (Local, bool) {
	for l := range s.Dates() {
		return l, true
	}
	return 0, false
}

// Last is the last date, if there is any. It looks through all.
func (s Series) Last() (last Local, any bool) {
	for l := range s.Dates() {
		last, any = l, true
	}
	return last, any
}

// Recurs tells whether the series was planned as more than its start.
func (s Series) Recurs() bool { return len(s.Rules)+len(s.RDates) > 0 }

// At is the occurrence of this name, whether or not the series has it.
func (s Series) At(id Local, zone *time.Location) Occurrence {
	start := id.In(zone)
	return Occurrence{ID: id, Start: start, End: start.Add(s.Duration.Std())}
}

// Timed are dates of the series as they take place.
func (s Series) Timed(dates []Local, zone *time.Location) []Occurrence {
	clock, length := clock{zone: zone}, s.Duration.Std()
	timed := make([]Occurrence, len(dates))
	for i, l := range dates {
		start := clock.instant(l)
		timed[i] = Occurrence{ID: l, Start: start, End: start.Add(length)}
	}
	return timed
}

// Occurrences are those that take place from one instant to another, in order of their names: that under way at from
// counts, that beginning at to does not. A zero instant is no bound.
func (s Series) Occurrences(zone *time.Location, from, to time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		clock := clock{zone: zone}
		for l := range s.Dates() {
			if !to.IsZero() && l.UTC().Add(-maxOffset).After(to) {
				return
			}
			if !from.IsZero() && l.UTC().Add(s.Duration.Std()+maxOffset).Before(from) {
				continue
			}
			start := clock.instant(l)
			o := Occurrence{ID: l, Start: start, End: start.Add(s.Duration.Std())}
			if (!from.IsZero() && !o.End.After(from)) || (!to.IsZero() && !o.Start.Before(to)) {
				continue
			}
			if !yield(o) {
				return
			}
		}
	}
}
