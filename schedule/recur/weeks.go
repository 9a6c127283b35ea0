package recur

import "time"

// Two kinds of rule the library gets wrong, so it expands something wider and sift keeps what belongs:
//   - BYWEEKNO: it miscounts at the turn of a year (the 53rd week from the end, the last days of a year that belong to
//     the next);
//   - BYSETPOS in weeks: it takes the week of the start for one that begins with the start.

// sifted tells that the rule is one of them.
func (r Rule) sifted() bool {
	return len(r.ByWeekNo) > 0 || (r.Freq == Weekly && len(r.BySetPos) > 0)
}

// sift lets through the dates that lie in the rule's weeks and not before the start, and no more than COUNT of them.
func (r Rule) sift(start Local, next source) source {
	given := 0
	return func() (Local, bool) {
		if r.Count > 0 && given == r.Count {
			return 0, false
		}
		for l, ok := next(); ok; l, ok = next() {
			if l >= start && r.inWeek(l.UTC()) {
				given++
				return l, true
			}
		}
		return 0, false
	}
}

// inWeek counts weeks as ISO 8601 does, from the rule's own start of the week: a week is of the year of its fourth day.
func (r Rule) inWeek(date time.Time) bool {
	fourth := date.AddDate(0, 0, 3-r.sinceWeekStart(date))
	week := (fourth.YearDay()-1)/7 + 1
	left := (daysBefore(fourth.Year()+1) - daysBefore(fourth.Year()) - fourth.YearDay()) / 7
	for _, n := range r.ByWeekNo {
		if n == week || n == -left-1 {
			return true
		}
	}
	return len(r.ByWeekNo) == 0
}

// weekOf is the same time of day on the first day of the week.
func (r Rule) weekOf(l Local) Local { return l - Local(r.sinceWeekStart(l.UTC()))*day }

func (r Rule) sinceWeekStart(date time.Time) int { return (int(date.Weekday()-r.WeekStart) + 7) % 7 }
