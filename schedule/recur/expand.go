package recur

import (
	"iter"
	"slices"

	"github.com/teambition/rrule-go"
)

// source gives dates one after the other, in order; false when there are no more.
type source func() (Local, bool)

var frequencies = map[Frequency]rrule.Frequency{
	Daily: rrule.DAILY, Weekly: rrule.WEEKLY, Monthly: rrule.MONTHLY, Yearly: rrule.YEARLY,
}

var libraryDays = [...]rrule.Weekday{rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA}

// from gives the rule's dates from start to last. The library does the expansion, in other years: see shape.
func (r Rule) from(start, last Local) source {
	if until, bounded := r.Ends(); bounded {
		last = min(last, until)
	}
	if r.check() != nil || last < start {
		return none
	}
	shift := distance(start)
	option := r.option(start)
	option.Dtstart, option.Until = (start + shift).UTC(), (last + shift).UTC()
	if r.Freq == Weekly && r.sifted() {
		option.Dtstart = r.weekOf(start + shift).UTC()
	}
	rule, err := rrule.NewRRule(option)
	if err != nil {
		return none
	}
	next := rule.Iterator()
	dates := func() (Local, bool) {
		t, ok := next()
		return floating(t) - shift, ok
	}
	if r.sifted() {
		return r.sift(start, dates)
	}
	return dates
}

func none() (Local, bool) { return 0, false }

// option is the rule as the library takes it, without start and end.
func (r Rule) option(start Local) rrule.ROption {
	r = r.implied(start)
	option := rrule.ROption{
		Freq: frequencies[r.Freq], Interval: max(1, r.Interval), Count: r.Count, Wkst: libraryDays[r.WeekStart],
		Bymonth: r.ByMonth, Byyearday: r.ByYearDay, Bymonthday: r.ByMonthDay, Bysetpos: r.BySetPos,
	}
	if r.sifted() {
		option.Count = 0 // sift counts
	}
	for _, d := range r.numbered() {
		weekday := libraryDays[d.Weekday]
		option.Byweekday = append(option.Byweekday, weekday.Nth(d.N))
	}
	return option
}

// implied writes out what the rule takes from its start, as RFC 5545 and RFC 8984 (section 4.3.3) say. The library would
// take BYWEEKNO alone for all days of the week.
func (r Rule) implied(start Local) Rule {
	date := start.UTC()
	if len(r.ByDay)+len(r.ByMonthDay)+len(r.ByYearDay) == 0 {
		switch {
		case r.Freq == Weekly, len(r.ByWeekNo) > 0:
			r.ByDay = []Day{{Weekday: date.Weekday()}}
		case r.Freq == Monthly:
			r.ByMonthDay = []int{date.Day()}
		case r.Freq == Yearly:
			r.ByMonthDay = []int{date.Day()}
			if len(r.ByMonth) == 0 {
				r.ByMonth = []int{int(date.Month())}
			}
		}
	}
	return r
}

// numbered writes each day without a number as all its numbers where another has one. The library would take MO,2TU for
// the Mondays that are a second Tuesday.
func (r Rule) numbered() []Day {
	if !slices.ContainsFunc(r.ByDay, func(d Day) bool { return d.N != 0 }) {
		return r.ByDay
	}
	most := 53
	if r.Freq == Monthly || len(r.ByMonth) > 0 {
		most = 5
	}
	var list []Day
	for _, d := range r.ByDay {
		if d.N != 0 {
			list = append(list, d)
			continue
		}
		for n := 1; n <= most; n++ {
			list = append(list, Day{N: n, Weekday: d.Weekday})
		}
	}
	return list
}

// The library looks for a next date until the year 9999, however long that takes: for February 30 it takes all of it.
// So rules are expanded in the last years before, in a stretch whose calendar is the same day by day, and the dates are
// brought back. There is one less than 28 years before the end, or, for a stretch that meets a year such as 2100,
// less than 400 years before.
const (
	horizon   = rrule.MAXYEAR
	yearsMet  = MaxYears + 1 // after that of the start
	calendars = 400          // years after which the calendar repeats
)

// distance is how far to move dates of a series with this start.
func distance(start Local) Local {
	year := start.UTC().Year()
	for to := horizon - yearsMet; to > max(year, horizon-yearsMet-calendars); to-- {
		if sameShape(year, to) {
			return Local(daysBefore(to)-daysBefore(year)) * day
		}
	}
	return 0
}

// sameShape compares the stretches of years that begin the year before: weeks cross the turn of a year.
func sameShape(a, b int) bool {
	for i := -1; i <= yearsMet; i++ {
		if daysBefore(a+i)%7 != daysBefore(b+i)%7 || leap(a+i) != leap(b+i) {
			return false
		}
	}
	return true
}

// daysBefore counts the days from year 1 to this one.
func daysBefore(year int) int { y := year - 1; return 365*y + y/4 - y/100 + y/400 }

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// merge gives the dates of all sources in order, each once.
func merge(sources []source) source {
	heads := make([]Local, 0, len(sources))
	var open []source
	for _, next := range sources {
		if l, ok := next(); ok {
			open, heads = append(open, next), append(heads, l)
		}
	}
	return func() (Local, bool) {
		if len(open) == 0 {
			return 0, false
		}
		first := slices.Min(heads)
		for i := len(open) - 1; i >= 0; i-- {
			if heads[i] != first {
				continue
			}
			var ok bool
			if heads[i], ok = open[i](); !ok {
				open, heads = slices.Delete(open, i, i+1), slices.Delete(heads, i, i+1)
			}
		}
		return first, true
	}
}

// listed gives a list in order, each date once.
func listed(dates []Local) source {
	dates = slices.Compact(sorted(dates))
	return func() (Local, bool) {
		if len(dates) == 0 {
			return 0, false
		}
		l := dates[0]
		dates = dates[1:]
		return l, true
	}
}

func (next source) seq() iter.Seq[Local] {
	return func(yield func(Local) bool) {
		for l, ok := next(); ok; l, ok = next() {
			if !yield(l) {
				return
			}
		}
	}
}

// windowEnd is the last moment at which a series with this start may take place.
// Latest is the last moment at which the series may have a date.
func (s Series) Latest() Local { return windowEnd(s.Start) }

func windowEnd(start Local) Local { return floating(start.UTC().AddDate(MaxYears, 0, 0)) }
