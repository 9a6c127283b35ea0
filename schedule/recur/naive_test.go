package recur_test

import (
	"slices"
	"time"

	"parvis/schedule/recur"
)

// naive expands a rule in the most simple-minded way: it looks at every day from the start to the bound and asks of
// each part of the rule what RFC 5545 says about that day. It shares nothing with the package.
func naive(r recur.Rule, start recur.Local) []recur.Local {
	from := start.UTC()
	end := from.AddDate(recur.MaxYears, 0, 0)
	var dates []recur.Local
	for _, period := range periods(r, from, end) {
		for _, day := range positions(r, period) {
			at := time.Date(day.Year(), day.Month(), day.Day(), from.Hour(), from.Minute(), from.Second(), 0, time.UTC)
			if at.Before(from) || at.After(end) || afterUntil(r, at) || (r.Count > 0 && len(dates) == r.Count) {
				continue
			}
			dates = append(dates, recur.LocalOf(at))
		}
	}
	return dates
}

func afterUntil(r recur.Rule, at time.Time) bool {
	if r.UntilDate {
		return at.Format("20060102") > r.Until.UTC().Format("20060102")
	}
	return !r.Until.IsZero() && at.After(r.Until.UTC())
}

// periods groups the days that the rule's parts let through by the periods that the interval does not skip.
func periods(r recur.Rule, from, end time.Time) [][]time.Time {
	first := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -7)
	var groups [][]time.Time
	last := -1
	for day := first; !day.After(end.AddDate(1, 0, 7)); day = day.AddDate(0, 0, 1) {
		n := index(r, day) - index(r, from)
		if n < 0 || n%max(1, r.Interval) != 0 || !letsThrough(r, from, day) {
			continue
		}
		if n != last || len(groups) == 0 {
			groups, last = append(groups, nil), n
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], day)
	}
	return groups
}

// index numbers the periods.
func index(r recur.Rule, day time.Time) int {
	days := int(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
	switch r.Freq {
	case recur.Daily:
		return days
	case recur.Weekly:
		return (days - since(r.WeekStart, day)) / 7 // days of one week are one after the other
	case recur.Monthly:
		return day.Year()*12 + int(day.Month())
	default:
		return day.Year()
	}
}

// since counts the days from the last start of a week.
func since(weekStart time.Weekday, day time.Time) int { return (int(day.Weekday()-weekStart) + 7) % 7 }

func letsThrough(r recur.Rule, from, day time.Time) bool {
	month := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	year := time.Date(day.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	week, weeks := weekOf(r.WeekStart, day)
	noDays := len(r.ByDay)+len(r.ByMonthDay)+len(r.ByYearDay) == 0
	switch {
	case len(r.ByMonth) > 0 && !slices.Contains(r.ByMonth, int(day.Month())),
		len(r.ByWeekNo) > 0 && !either(r.ByWeekNo, week, weeks),
		len(r.ByYearDay) > 0 && !either(r.ByYearDay, day.YearDay(), year),
		len(r.ByMonthDay) > 0 && !either(r.ByMonthDay, day.Day(), month),
		len(r.ByDay) > 0 && !slices.ContainsFunc(r.ByDay, func(d recur.Day) bool { return isDay(r, d, day, month, year) }):
		return false
	case noDays && (r.Freq == recur.Weekly || len(r.ByWeekNo) > 0):
		return day.Weekday() == from.Weekday()
	case noDays && r.Freq == recur.Yearly && len(r.ByMonth) == 0:
		return day.Day() == from.Day() && day.Month() == from.Month()
	case noDays && (r.Freq == recur.Monthly || r.Freq == recur.Yearly):
		return day.Day() == from.Day()
	}
	return true
}

// either tells that the list has n, or n counted from the end of so many.
func either(list []int, n, of int) bool {
	return slices.Contains(list, n) || slices.Contains(list, n-of-1)
}

func isDay(r recur.Rule, d recur.Day, day time.Time, month, year int) bool {
	n, of := day.Day(), month
	if r.Freq == recur.Yearly && len(r.ByMonth) == 0 {
		n, of = day.YearDay(), year
	}
	return day.Weekday() == d.Weekday && (d.N == 0 || d.N == (n-1)/7+1 || d.N == -((of-n)/7+1))
}

// weekOf is the number of a day's week and how many its year has; a week belongs to the year of its fourth day.
func weekOf(weekStart time.Weekday, day time.Time) (week, weeks int) {
	fourth := day.AddDate(0, 0, 3-since(weekStart, day))
	last := time.Date(fourth.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
	lastFourth := last.AddDate(0, 0, 3-since(weekStart, last))
	if lastFourth.Year() > fourth.Year() {
		lastFourth = lastFourth.AddDate(0, 0, -7)
	}
	return (fourth.YearDay()-1)/7 + 1, (lastFourth.YearDay()-1)/7 + 1
}

func positions(r recur.Rule, days []time.Time) []time.Time {
	if len(r.BySetPos) == 0 {
		return days
	}
	var chosen []time.Time
	for i, day := range days {
		if either(r.BySetPos, i+1, len(days)) {
			chosen = append(chosen, day)
		}
	}
	return chosen
}
