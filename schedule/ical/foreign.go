package ical

import (
	"strings"
	"time"

	goical "github.com/emersion/go-ical"

	"parvis/schedule/recur"
)

// foreignZones are the zones that an answer brings along, by their names: Outlook has its own names, and says what they
// mean. Only what such zones are made of is read: changes of one kind once, or once a year by month and day of the week.
type foreignZones map[string][]foreignChange

// foreignChange is a STANDARD or DAYLIGHT.
type foreignChange struct {
	start recur.Local
	rule  *recur.Rule
	to    time.Duration
}

const maxForeign = 20 // zones, and changes of each

func readZones(calendar *goical.Calendar) foreignZones {
	zones := foreignZones{}
	for _, c := range calendar.Children {
		name := c.Props.Get(goical.PropTimezoneID)
		if c.Name != goical.CompTimezone || name == nil || len(zones) == maxForeign || len(c.Children) > maxForeign {
			continue
		}
		var changes []foreignChange
		for _, child := range c.Children {
			if change, ok := readChange(child.Props); ok {
				changes = append(changes, change)
			}
		}
		if len(changes) == len(c.Children) {
			zones[readParam(name.Value)] = changes
		}
	}
	return zones
}

func readChange(props goical.Props) (change foreignChange, ok bool) {
	start, to := props.Get(goical.PropDateTimeStart), props.Get(goical.PropTimezoneOffsetTo)
	if start == nil || to == nil || len(props.Values(goical.PropRecurrenceDates)) > 0 {
		return change, false
	}
	var err error
	if change.start, err = recur.ParseID(start.Value); err != nil {
		return change, false
	}
	if change.to, ok = readOffset(to.Value); !ok {
		return change, false
	}
	if p := props.Get(goical.PropRecurrenceRule); p != nil {
		rule, err := recur.ParseRule(p.Value, time.UTC)
		if err != nil || !nthDayOfYear(rule) {
			return change, false
		}
		change.rule = &rule
	}
	return change, true
}

// nthDayOfYear tells rules such as the last Sunday of October, which come soon whatever the year.
func nthDayOfYear(r recur.Rule) bool {
	plain := r.Freq == recur.Yearly && r.Interval <= 1 && r.Count == 0
	others := len(r.ByMonthDay) + len(r.ByYearDay) + len(r.ByWeekNo) + len(r.BySetPos)
	return plain && others == 0 && len(r.ByMonth) == 1 && len(r.ByDay) == 1 && r.ByDay[0].N != 0
}

func readOffset(text string) (time.Duration, bool) {
	format := "-0700"
	if len(text) == len("-070000") {
		format = "-070000"
	}
	t, err := time.Parse(format, text)
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second, err == nil
}

// instant is the instant of a local time in a zone, by the last change before it. Within the hour of a change it may be
// the other one, which an answer to a meeting can live with.
func (z foreignZones) instant(name string, l recur.Local) (recur.Local, bool) {
	var last recur.Local
	var offset time.Duration
	found := false
	for _, change := range z[name] {
		if onset, any := change.before(l); any && (!found || onset > last) {
			last, offset, found = onset, change.to, true
		}
	}
	return recur.LocalOf(l.UTC().Add(-offset)), found
}

// before is when the change last came by l.
func (c foreignChange) before(l recur.Local) (recur.Local, bool) {
	if c.rule == nil || c.start > l {
		return c.start, c.start <= l
	}
	for _, year := range []int{l.UTC().Year(), l.UTC().Year() - 1} {
		if onset, any := c.in(year); any && onset <= l {
			return onset, true
		}
	}
	return c.start, true
}

// in is when the change comes in a year.
func (c foreignChange) in(year int) (recur.Local, bool) {
	at := c.start.UTC()
	rule := *c.rule
	rule.Until = 0
	onset, any := recur.Series{
		Start: recur.NewLocal(year, time.January, 1, at.Hour(), at.Minute(), at.Second()), Rules: []recur.Rule{rule},
	}.First()
	until, bounded := c.rule.Ends()
	return onset, any && onset.UTC().Year() == year && onset >= c.start && (!bounded || onset <= until+day)
}

const day = recur.Local(24 * 60 * 60)

// settle writes moments in zones of the answer's own as instants. Names of the IANA tz database are left: what they mean
// is known better here.
func (z foreignZones) settle(moments ...*Moment) {
	for _, m := range moments {
		if m == nil || m.UTC || strings.Contains(m.Zone, "/") {
			continue
		}
		if instant, known := z.instant(m.Zone, m.Local); known {
			*m = Moment{Local: instant, UTC: true}
		}
	}
}
