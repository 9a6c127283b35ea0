package invitation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/schedule"
	"parvis/schedule/recur"
)

// calendar is how a language says dates, times and repetitions.
type calendar struct {
	weekdays [7]string // from Sunday on
	months   [12]string
	ordinals map[int]string // of weekdays in a month; -1 is the last

	date     func(c calendar, t time.Time) string
	clock    func(t time.Time) string
	span     string // date, from, to
	spanDays string // date, time, date, time
	clocks   string // from, to
	and      string
	zoneNames
	units        [3]every // days, hours, minutes
	within, soon string   // after so long

	daily, weekly, monthly, yearly                 every
	onDays, workdays, onDay, onLast, onNth, onDate string
	until, times, several                          string
}

// every is a period: each one, and each so many.
type every struct{ each, some string }

func (e every) say(n int) string {
	if n <= 1 {
		return e.each
	}
	return fmt.Sprintf(e.some, n)
}

var frenchCalendar = calendar{
	weekdays: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	months:   [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	ordinals: map[int]string{1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième", 5: "cinquième", -1: "dernier"},
	date: func(c calendar, t time.Time) string {
		day := fmt.Sprint(t.Day())
		if t.Day() == 1 {
			day = "1er"
		}
		return fmt.Sprintf("%s %s %d", day, c.months[t.Month()-1], t.Year())
	},
	clock: func(t time.Time) string {
		if t.Minute() == 0 {
			return fmt.Sprintf("%d\u00a0h", t.Hour())
		}
		return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
	},
	span: "%s, de %s à %s", spanDays: "du %s à %s au %s à %s", clocks: "de %s à %s", and: " et ", zoneNames: frenchZones,
	units: [3]every{{"un jour", "%d jours"}, {"une heure", "%d heures"}, {"une minute", "%d minutes"}}, within: "dans %s", soon: "bientôt",
	daily: every{"chaque jour", "tous les %d jours"}, weekly: every{"chaque semaine", "toutes les %d semaines"},
	monthly: every{"chaque mois", "tous les %d mois"}, yearly: every{"chaque année", "tous les %d ans"},
	onDays: "%s, le %s", workdays: "du lundi au vendredi", onDay: "%s, le %s", onLast: "%s, le dernier jour", onNth: "%s, le %s %s", onDate: "%s, le %s",
	until: "%s, jusqu’au %s", times: "%s, %d fois", several: "plusieurs dates",
}

var englishCalendar = calendar{
	weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	ordinals: map[int]string{1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"},
	date: func(c calendar, t time.Time) string {
		return fmt.Sprintf("%d %s %d", t.Day(), c.months[t.Month()-1], t.Year())
	},
	clock: func(t time.Time) string { return t.Format("15:04") },
	span:  "%s, %s to %s", spanDays: "%s, %s to %s, %s", clocks: "%s to %s", and: " and ", zoneNames: englishZones,
	units: [3]every{{"a day", "%d days"}, {"an hour", "%d hours"}, {"a minute", "%d minutes"}}, within: "in %s", soon: "soon",
	daily: every{"every day", "every %d days"}, weekly: every{"every week", "every %d weeks"},
	monthly: every{"every month", "every %d months"}, yearly: every{"every year", "every %d years"},
	onDays: "%s, on %s", workdays: "Monday to Friday", onDay: "%s, on day %s", onLast: "%s, on the last day", onNth: "%s, on the %s %s", onDate: "%s, on %s",
	until: "%s, until %s", times: "%s, %d times", several: "several dates",
}

// dates says when: the one date that it is about; or the next ones, with the repetition.
func (w words) dates(m schedule.Mailing, zone *time.Location) []fact {
	switch {
	case m.About != nil:
		return []fact{{w.when, []string{w.spanOf(*m.About, zone)}}}
	case !m.Meeting.When.Recurs() && len(m.Next) > 0:
		return []fact{{w.when, []string{w.spanOf(m.Next[0], zone)}}}
	}
	var list []fact
	var next []string
	for _, o := range m.Next {
		next = append(next, w.spanOf(o, zone))
	}
	if len(next) > 0 {
		list = append(list, fact{w.nextDates, next})
	}
	if m.Meeting.When.Recurs() {
		list = append(list, fact{w.repeats, []string{w.repetition(m.Meeting.When)}})
	}
	return list
}

// short is the date of a subject: the one that it is about, the one that changed, or the next.
func (w words) short(m schedule.Mailing, zones recur.Zones) string {
	zone, err := recur.FindZone(zones, m.Meeting.When.Zone)
	if err != nil {
		return w.day(m.Meeting.When.Start.UTC())
	}
	turned, single := m.Changes.Single()
	switch {
	case m.About != nil:
		return w.moment(m.About.Start.In(zone))
	case single && turned.Is != nil:
		return w.moment(turned.Is.Start.In(zone))
	case single:
		return w.moment(turned.Was.Start.In(zone))
	case len(m.Next) == 0:
		return w.day(m.Meeting.When.Start.UTC())
	case w.kind(m) == changed && m.Meeting.When.Recurs():
		return fmt.Sprintf(w.nextDate, w.moment(m.Next[0].Start.In(zone)))
	default:
		return w.moment(m.Next[0].Start.In(zone))
	}
}

func (c calendar) day(t time.Time) string { return c.weekdays[t.Weekday()] + " " + c.date(c, t) }

func (c calendar) moment(t time.Time) string { return c.day(t) + ", " + c.clock(t) }

func (c calendar) spanOf(o schedule.Occurrence, zone *time.Location) string {
	from, to := o.Start.In(zone), o.End.In(zone)
	said := fmt.Sprintf(c.span, c.day(from), c.clock(from), c.clock(to))
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		said = fmt.Sprintf(c.spanDays, c.day(from), c.clock(from), c.day(to), c.clock(to))
	}
	return c.in(said, from)
}

// leftAsSaid is how long before its date a reminder says that it comes: as it was planned where it comes about then, else about what
// is left.
func leftAsSaid(m schedule.Mailing) time.Duration {
	switch left := m.Left; {
	case m.Before-left < 90*time.Second:
		return m.Before
	case left >= 48*time.Hour:
		return left.Round(24 * time.Hour)
	case left >= 2*time.Hour:
		return left.Round(time.Hour)
	default:
		return max(left.Round(time.Minute), time.Minute)
	}
}

// ahead says how far off something is.
func (c calendar) ahead(by time.Duration) string {
	const day = 24 * time.Hour
	for n, unit := range []time.Duration{day, time.Hour, time.Minute} {
		if count := int(by / unit); count > 0 && by%unit == 0 {
			return fmt.Sprintf(c.within, c.units[n].say(count))
		}
	}
	return c.soon
}

// repetition says a series in words, as far as there are some that everybody understands.
func (c calendar) repetition(s recur.Series) string {
	if len(s.Rules) != 1 || len(s.RDates) > 0 {
		return c.several
	}
	r := s.Rules[0]
	said := c.pattern(r, s.Start.UTC())
	if said == "" {
		said = c.several
	}
	end, ends := r.Ends()
	switch {
	case r.Count > 0:
		return fmt.Sprintf(c.times, said, r.Count)
	case ends:
		return fmt.Sprintf(c.until, said, c.date(c, end.UTC()))
	default:
		return said
	}
}

// pattern is empty for what has no plain words.
func (c calendar) pattern(r recur.Rule, start time.Time) string {
	if len(r.ByMonth)+len(r.ByWeekNo)+len(r.ByYearDay)+len(r.BySetPos) > 0 {
		return ""
	}
	switch {
	case r.Freq == recur.Daily && len(r.ByDay)+len(r.ByMonthDay) == 0:
		return c.daily.say(r.Interval)
	case r.Freq == recur.Weekly:
		return c.weeks(r, start)
	case r.Freq == recur.Monthly:
		return c.inMonth(r, start)
	case r.Freq == recur.Yearly && len(r.ByDay)+len(r.ByMonthDay) == 0:
		return fmt.Sprintf(c.onDate, c.yearly.say(r.Interval), fmt.Sprintf("%d %s", start.Day(), c.months[start.Month()-1]))
	default:
		return ""
	}
}

func (c calendar) weeks(r recur.Rule, start time.Time) string {
	days := []time.Weekday{start.Weekday()}
	if len(r.ByDay) > 0 {
		days = nil
	}
	for _, d := range r.ByDay {
		days = append(days, d.Weekday)
	}
	slices.SortFunc(days, func(a, b time.Weekday) int { return int(a+6)%7 - int(b+6)%7 }) // Monday first
	if r.Interval <= 1 && slices.Equal(days, []time.Weekday{1, 2, 3, 4, 5}) {
		return c.workdays
	}
	var names []string
	for _, d := range days {
		names = append(names, c.weekdays[d])
	}
	return fmt.Sprintf(c.onDays, c.weekly.say(r.Interval), c.list(names))
}

func (c calendar) list(names []string) string {
	last := len(names) - 1
	if last <= 0 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + c.and + names[last]
}

func (c calendar) inMonth(r recur.Rule, start time.Time) string {
	often := c.monthly.say(r.Interval)
	switch {
	case len(r.ByDay) == 1 && len(r.ByMonthDay) == 0 && c.ordinals[r.ByDay[0].N] != "":
		return fmt.Sprintf(c.onNth, often, c.ordinals[r.ByDay[0].N], c.weekdays[r.ByDay[0].Weekday])
	case len(r.ByDay) > 0 || len(r.ByMonthDay) > 1:
		return ""
	case len(r.ByMonthDay) == 0:
		return fmt.Sprintf(c.onDay, often, fmt.Sprint(start.Day()))
	case r.ByMonthDay[0] == -1:
		return fmt.Sprintf(c.onLast, often)
	case r.ByMonthDay[0] > 0:
		return fmt.Sprintf(c.onDay, often, fmt.Sprint(r.ByMonthDay[0]))
	default:
		return ""
	}
}
