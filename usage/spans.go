package usage

import "time"

// Step is how long the spans of a report are.
type Step string

// The steps. A week begins on Monday (ISO 8601).
const (
	ByDay   Step = "day"
	ByWeek  Step = "week"
	ByMonth Step = "month"
)

var steps = map[Step]bool{ByDay: true, ByWeek: true, ByMonth: true}

// start is the first day of the span that a day falls in; it may be before the report begins.
func (s Step) start(day time.Time) time.Time {
	switch s {
	case ByWeek:
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	case ByMonth:
		return day.AddDate(0, 0, 1-day.Day())
	default:
		return day
	}
}

func (s Step) next(start time.Time) time.Time {
	switch s {
	case ByWeek:
		return start.AddDate(0, 0, 7)
	case ByMonth:
		return start.AddDate(0, 1, 0)
	default:
		return start.AddDate(0, 0, 1)
	}
}

// spans gathers days, which come in order, into the spans of a report. The first is named by the report's own first day.
func spans(q Query, days []Day) []Day {
	var list []Day
	for start := q.By.start(q.From); !start.After(q.To); start = q.By.next(start) {
		one := Day{Date: start}
		if start.Before(q.From) {
			one.Date = q.From
		}
		for next := q.By.next(start); len(days) > 0 && days[0].Date.Before(next); days = days[1:] {
			one.Count = one.Count.plus(days[0].Count)
		}
		list = append(list, one)
	}
	return list
}
