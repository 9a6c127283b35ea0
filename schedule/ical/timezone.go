package ical

import (
	"fmt"
	"slices"
	"time"

	goical "github.com/emersion/go-ical"

	"parvis/schedule/recur"
)

// onset is a change of a zone's offset.
type onset struct {
	at       time.Time
	from, to int // seconds from UTC
	name     string
	daylight bool
}

// local is what the clocks showed when it came.
func (o onset) local() time.Time { return o.at.UTC().Add(time.Duration(o.from) * time.Second) }

const (
	yearsAhead = 12 // for which a rule must hold to be written as one: a last Sunday is a fourth one for years
	firstOnset = 1970
)

// timezone is the VTIMEZONE of a zone for all instants between two, derived from the zone's own changes. What comes
// regularly is a rule, without an end when none is known; everything else is written change by change.
func timezone(name string, zone *time.Location, from, to time.Time) *goical.Component {
	c := goical.NewComponent(goical.CompTimezone)
	c.Props.SetText(goical.PropTimezoneID, name)
	c.Props.Get(goical.PropTimezoneID).Value = name // a name, whose characters are not escaped
	for _, group := range regular(onsets(zone, from, to), to) {
		c.Children = append(c.Children, group.component())
	}
	return c
}

// onsets are the zone's changes from the one in force at from up to yearsAhead after to.
func onsets(zone *time.Location, from, to time.Time) []onset {
	// A day more, since readers look up local times.
	at := inForce(from.AddDate(0, 0, -1).In(zone))
	list := []onset{at}
	horizon := to.AddDate(yearsAhead, 0, 0)
	for next, any := recur.NextChange(at.at.In(zone)); any && next.Before(horizon); next, any = recur.NextChange(next) {
		list = append(list, change(next))
	}
	return list
}

// inForce stands for the change after which t's offset applies. When and from what it came does not matter to anything
// after t, and readers disagree about years before they were born.
func inForce(t time.Time) onset {
	name, offset := t.Zone()
	start := time.Date(min(firstOnset, t.Year()-1), 1, 1, 0, 0, 0, 0, time.UTC)
	if begin, _ := t.ZoneBounds(); begin.After(start) {
		if _, before := begin.Add(-time.Second).Zone(); before != offset {
			return change(begin)
		}
		start = begin
	}
	return onset{at: start.In(t.Location()), from: offset, to: offset, name: name, daylight: t.IsDST()}
}

func change(at time.Time) onset {
	before := at.Add(-time.Second)
	_, from := before.Zone()
	name, to := at.Zone()
	daylight := at.IsDST()
	if before.IsDST() != daylight { // where winter is the exception, as in Ireland, it is still not daylight time
		daylight = to > from
	}
	return onset{at: at, from: from, to: to, name: name, daylight: daylight}
}

// observance is some changes of one kind, a year apart when there is a rule.
type observance struct {
	onset
	rule string
}

// regular puts changes that a yearly rule gives together, and leaves out what lies after the last instant.
func regular(list []onset, last time.Time) []observance {
	horizon := last.AddDate(yearsAhead-1, 0, 0)
	var groups []observance
	for len(list) > 0 {
		first := list[0]
		if first.at.After(last) && len(groups) > 0 {
			break
		}
		chain := yearly(list)
		rule := nthDay(chain)
		if rule == "" {
			chain = chain[:1]
		} else if end := chain[len(chain)-1]; end.at.Before(horizon) {
			rule += ";UNTIL=" + end.at.UTC().Format("20060102T150405Z")
		}
		groups = append(groups, observance{onset: first, rule: rule})
		list = slices.DeleteFunc(slices.Clone(list), func(o onset) bool {
			return slices.ContainsFunc(chain, func(c onset) bool { return c.at.Equal(o.at) })
		})
	}
	return groups
}

// yearly is the first change with those of the following years that are like it.
func yearly(list []onset) []onset {
	chain := list[:1:1]
	for _, o := range list[1:] {
		end := chain[len(chain)-1]
		if o.from != end.from || o.to != end.to || o.name != end.name || o.local().Month() != end.local().Month() {
			continue
		}
		if o.local().Year() != end.local().Year()+1 || nthDay(append(slices.Clone(chain), o)) == "" {
			break
		}
		chain = append(chain, o)
	}
	return chain
}

// nthDay is the rule that gives all these changes, which are a year apart: the nth or last of a weekday at one time of
// day..
func nthDay(chain []onset) string {
	if len(chain) < 2 {
		return ""
	}
	first := chain[0].local()
	nth, last := (first.Day()-1)/7+1, true
	for _, o := range chain {
		l := o.local()
		if l.Weekday() != first.Weekday() || l.Sub(l.Truncate(24*time.Hour)) != first.Sub(first.Truncate(24*time.Hour)) {
			return ""
		}
		if (l.Day()-1)/7+1 != nth {
			nth = 0
		}
		last = last && l.AddDate(0, 0, 7).Month() != l.Month()
	}
	if last {
		nth = -1
	}
	if nth == 0 {
		return ""
	}
	return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%s", first.Month(), recur.Day{N: nth, Weekday: first.Weekday()})
}

func (o observance) component() *goical.Component {
	kind := goical.CompTimezoneStandard
	if o.daylight {
		kind = goical.CompTimezoneDaylight
	}
	c := goical.NewComponent(kind)
	set(c.Props, goical.PropDateTimeStart, o.local().Format("20060102T150405"))
	set(c.Props, goical.PropTimezoneOffsetFrom, offset(o.from))
	set(c.Props, goical.PropTimezoneOffsetTo, offset(o.to))
	setLine(c.Props, goical.PropTimezoneName, o.name)
	if o.rule != "" {
		set(c.Props, goical.PropRecurrenceRule, o.rule)
	}
	return c
}

// offset is +0100, with seconds only where the zone has some.
func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}

// set writes a value that needs no escape.
func set(props goical.Props, name, value string) *goical.Prop {
	p := goical.NewProp(name)
	p.Value = value
	props.Add(p)
	return p
}
