package recur

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Frequency is the period that a rule repeats.
type Frequency string

// The frequencies of meetings; RFC 5545 has shorter ones, which are refused.
const (
	Daily   Frequency = "DAILY"
	Weekly  Frequency = "WEEKLY"
	Monthly Frequency = "MONTHLY"
	Yearly  Frequency = "YEARLY"
)

// Day is a day of the week, or with N the Nth one of the month or year, from the end when N is negative.
type Day struct {
	N       int
	Weekday time.Weekday
}

// Rule is one RRULE in local time. Make one with ParseRule: a rule that breaks RFC 5545 gives no dates.
type Rule struct {
	Freq       Frequency
	Interval   int   // 0 and 1 are every period
	Count      int   // 0: not bounded so
	Until      Local // zero: not bounded so
	UntilDate  bool  // Until was given as a date: the whole of that day counts
	ByMonth    []int
	ByWeekNo   []int
	ByYearDay  []int
	ByMonthDay []int
	ByDay      []Day
	BySetPos   []int
	WeekStart  time.Weekday
}

var weekdays = map[time.Weekday]string{
	time.Monday: "MO", time.Tuesday: "TU", time.Wednesday: "WE", time.Thursday: "TH", time.Friday: "FR",
	time.Saturday: "SA", time.Sunday: "SU",
}

// String is the canonical form: parts in one order, defaults left out, UNTIL in local time.
func (r Rule) String() string {
	parts := []string{"FREQ=" + string(r.Freq)}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	if r.Interval > 1 {
		add("INTERVAL", strconv.Itoa(r.Interval))
	}
	if r.Count > 0 {
		add("COUNT", strconv.Itoa(r.Count))
	}
	if !r.Until.IsZero() {
		add("UNTIL", r.untilText())
	}
	add("BYMONTH", numbers(r.ByMonth))
	add("BYWEEKNO", numbers(r.ByWeekNo))
	add("BYYEARDAY", numbers(r.ByYearDay))
	add("BYMONTHDAY", numbers(r.ByMonthDay))
	add("BYDAY", days(r.ByDay))
	add("BYSETPOS", numbers(r.BySetPos))
	if r.WeekStart != time.Monday {
		add("WKST", weekdays[r.WeekStart])
	}
	return strings.Join(parts, ";")
}

func (r Rule) untilText() string {
	if r.UntilDate {
		return r.Until.UTC().Format(dateFormat)
	}
	return r.Until.ID()
}

// MarshalText writes the canonical form.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a rule whose UNTIL, if any, is local; see ParseRule.
func (r *Rule) UnmarshalText(text []byte) error {
	parsed, err := ParseRule(string(text), nil)
	if err == nil {
		*r = parsed
	}
	return err
}

// String is MO, or 2MO for the second Monday and -1FR for the last Friday.
func (d Day) String() string {
	if d.N == 0 {
		return weekdays[d.Weekday]
	}
	return strconv.Itoa(d.N) + weekdays[d.Weekday]
}

// endless tells a rule that nothing but the bounds of a series ends.
func (r Rule) endless() bool { return r.Count == 0 && r.Until.IsZero() }

// Ends is the last moment at which the rule may give a date, if it names one: of a day, its last second.
func (r Rule) Ends() (Local, bool) {
	if r.UntilDate {
		return r.Until.midnight() + day - 1, true
	}
	return r.Until, !r.Until.IsZero()
}

// ending is the rule with another end.
func (r Rule) ending(count int, until Local) Rule {
	r.Count, r.Until, r.UntilDate = count, until, false
	return r
}

func numbers(list []int) string { return join(list, strconv.Itoa) }

func days(list []Day) string { return join(list, Day.String) }

func join[T any](list []T, text func(T) string) string {
	var words []string
	for _, item := range list {
		words = append(words, text(item))
	}
	return strings.Join(words, ",")
}

// check refuses what RFC 5545 (section 3.3.10) refuses, and ordinals that no period has.
func (r Rule) check() error {
	switch {
	case !slices.Contains([]Frequency{Daily, Weekly, Monthly, Yearly}, r.Freq):
		return fmt.Errorf("FREQ is missing; write DAILY, WEEKLY, MONTHLY or YEARLY")
	case r.Count > 0 && !r.Until.IsZero():
		return fmt.Errorf("COUNT and UNTIL exclude each other; leave one out")
	case r.Count > MaxOccurrences:
		return fmt.Errorf("COUNT is above %d, the most that a series may have", MaxOccurrences)
	case len(r.ByMonthDay) > 0 && r.Freq == Weekly:
		return fmt.Errorf("BYMONTHDAY does not go with FREQ=WEEKLY; write BYDAY")
	case len(r.ByYearDay) > 0 && r.Freq != Yearly:
		return fmt.Errorf("BYYEARDAY goes with FREQ=YEARLY alone")
	case len(r.ByWeekNo) > 0 && r.Freq != Yearly:
		return fmt.Errorf("BYWEEKNO goes with FREQ=YEARLY alone")
	}
	if err := r.checkOrdinals(); err != nil {
		return err
	}
	return r.checkPositions()
}

// checkOrdinals also keeps the rule library from reading past the end of its tables.
func (r Rule) checkOrdinals() error {
	most := 0
	switch {
	case r.Freq == Monthly, r.Freq == Yearly && len(r.ByMonth) > 0:
		most = 5
	case r.Freq == Yearly:
		most = 53
	}
	if len(r.ByWeekNo) > 0 {
		most = 0
	}
	for _, d := range r.ByDay {
		switch {
		case d.N != 0 && most == 0:
			return fmt.Errorf("BYDAY has a number, which goes with FREQ=MONTHLY and YEARLY alone, and not with BYWEEKNO")
		case d.N > most || d.N < -most:
			return fmt.Errorf("BYDAY counts beyond what the period has; the number is at most %d", most)
		}
	}
	return nil
}

func (r Rule) checkPositions() error {
	if len(r.BySetPos) == 0 {
		return nil
	}
	if len(r.ByMonth)+len(r.ByWeekNo)+len(r.ByYearDay)+len(r.ByMonthDay)+len(r.ByDay) == 0 {
		return fmt.Errorf("BYSETPOS chooses among the dates of another BY part; add one, such as BYDAY")
	}
	if len(r.ByWeekNo) > 0 {
		return fmt.Errorf("BYSETPOS does not go with BYWEEKNO; write BYDAY")
	}
	most := map[Frequency]int{Daily: 1, Weekly: 7, Monthly: 31, Yearly: 366}[r.Freq]
	for _, n := range r.BySetPos {
		if n > most || n < -most {
			return fmt.Errorf("BYSETPOS is beyond what FREQ=%s has; it is at most %d", r.Freq, most)
		}
	}
	return nil
}
