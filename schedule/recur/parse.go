package recur

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxRuleText = 2000

// ParseRule reads an RRULE with or without its name. UNTIL may be a date, whose whole day counts, a local time, or a
// time in UTC, which zone turns into local time at once; a nil zone refuses that form.
func ParseRule(text string, zone *time.Location) (Rule, error) {
	if len(text) > maxRuleText {
		return Rule{}, fmt.Errorf("is longer than %d characters", maxRuleText)
	}
	text = strings.ToUpper(text)
	rule := Rule{WeekStart: time.Monday}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "RRULE:"), ";") {
		name, value, _ := strings.Cut(part, "=")
		if value == "" {
			return Rule{}, errors.New("is not made of parts such as FREQ=WEEKLY;BYDAY=TU")
		}
		if seen[name] {
			return Rule{}, fmt.Errorf("has %s twice", known(name))
		}
		seen[name] = true
		if err := rule.read(name, value, zone); err != nil {
			return Rule{}, err
		}
	}
	return rule, rule.check()
}

func (r *Rule) read(name, value string, zone *time.Location) (err error) {
	switch name {
	case "FREQ":
		r.Freq, err = parseFrequency(value)
	case "INTERVAL":
		r.Interval, err = parseNumber(name, value, 1, MaxOccurrences)
		if r.Interval == 1 {
			r.Interval = 0 // the default, so that equal rules are equal
		}
	case "COUNT":
		r.Count, err = parseNumber(name, value, 1, MaxOccurrences)
	case "UNTIL":
		r.Until, r.UntilDate, err = parseUntil(value, zone)
	case "BYMONTH":
		r.ByMonth, err = parseNumbers(name, value, 12, false)
	case "BYWEEKNO":
		r.ByWeekNo, err = parseNumbers(name, value, 53, true)
	case "BYYEARDAY":
		r.ByYearDay, err = parseNumbers(name, value, 366, true)
	case "BYMONTHDAY":
		r.ByMonthDay, err = parseNumbers(name, value, 31, true)
	case "BYSETPOS":
		r.BySetPos, err = parseNumbers(name, value, 366, true)
	case "BYDAY":
		r.ByDay, err = parseDays(value)
	case "WKST":
		r.WeekStart, err = parseWeekday(name, value)
	case "BYHOUR", "BYMINUTE", "BYSECOND":
		err = fmt.Errorf("has %s, but a meeting starts at the time of its start; leave it out, and plan another meeting for another time", name)
	default:
		err = fmt.Errorf("has %s, which is no part of a rule here; see RFC 5545, section 3.3.10", known(name))
	}
	return err
}

// known repeats a part's name only when it looks like one: what came in otherwise is not echoed.
func known(name string) string {
	plain := func(c rune) bool { return c >= 'A' && c <= 'Z' || c == '-' }
	if name == "" || len(name) > 20 || strings.ContainsFunc(name, func(c rune) bool { return !plain(c) }) {
		return "a part"
	}
	return name
}

func parseFrequency(value string) (Frequency, error) {
	switch value {
	case "SECONDLY", "MINUTELY", "HOURLY":
		return "", fmt.Errorf("FREQ=%s is too often for a meeting; write DAILY, WEEKLY, MONTHLY or YEARLY", value)
	case string(Daily), string(Weekly), string(Monthly), string(Yearly):
		return Frequency(value), nil
	default:
		return "", errors.New("FREQ is not DAILY, WEEKLY, MONTHLY or YEARLY")
	}
}

func parseNumber(name, value string, least, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s is not a number from %d to %d", name, least, most)
	}
	return n, nil
}

// parseNumbers reads a list: 1 to most, or also -most to -1, counted from the end. Each number is kept once, in order.
func parseNumbers(name, value string, most int, fromEnd bool) ([]int, error) {
	var list []int
	for word := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n == 0 || n > most || n < -most || (n < 0 && !fromEnd) {
			if fromEnd {
				return nil, fmt.Errorf("%s is not a list of numbers from 1 to %d or from -%d to -1", name, most, most)
			}
			return nil, fmt.Errorf("%s is not a list of numbers from 1 to %d", name, most)
		}
		list = append(list, n)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func parseDays(value string) ([]Day, error) {
	var list []Day
	for word := range strings.SplitSeq(value, ",") {
		d, err := parseDay(word)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Day) int {
		return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(fromMonday(a.Weekday), fromMonday(b.Weekday)))
	})
	return slices.Compact(list), nil
}

func parseDay(word string) (Day, error) {
	number, name := word[:max(0, len(word)-2)], word[max(0, len(word)-2):]
	weekday, err := parseWeekday("BYDAY", name)
	if err != nil || number == "" {
		return Day{Weekday: weekday}, err
	}
	n, err := strconv.Atoi(number)
	if err != nil || n == 0 {
		return Day{}, errors.New("BYDAY is not a list of days such as MO,2TU,-1FR")
	}
	return Day{N: n, Weekday: weekday}, nil
}

func parseWeekday(name, value string) (time.Weekday, error) {
	for weekday, letters := range weekdays {
		if letters == value {
			return weekday, nil
		}
	}
	return 0, fmt.Errorf("%s does not name days as MO, TU, WE, TH, FR, SA, SU", name)
}

func parseUntil(value string, zone *time.Location) (until Local, date bool, err error) {
	if l, ok := parseExactly(dateFormat, value); ok {
		return l, true, nil
	}
	if l, ok := parseExactly(basicFormat, value); ok {
		return l, false, nil
	}
	l, ok := parseExactly(basicFormat, strings.TrimSuffix(value, "Z"))
	switch {
	case !ok:
		return 0, false, errors.New("UNTIL is not a date or time such as 20270630, 20270630T235959 or 20270630T215959Z")
	case zone == nil:
		return 0, false, errors.New("UNTIL is in UTC; write it in local time, without the Z")
	}
	return LocalOf(l.UTC().In(zone)), false, nil
}

func fromMonday(d time.Weekday) int { return (int(d) + 6) % 7 }
