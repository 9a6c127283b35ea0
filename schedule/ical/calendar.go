package ical

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	goical "github.com/emersion/go-ical"

	"parvis/schedule/recur"
	"parvis/text"
)

const product = "-//Parvis//Parvis//EN"

// Calendar is what is written as one file, feed or message.
type Calendar struct {
	Method  Method
	Name    string        // of a feed
	Refresh time.Duration // how often a feed is to be read again
	Stamp   time.Time     // when a message is made; zero in files, which are stamped with their last change
	Events  []Event
	// Only restricts a message to these dates of its one event: the cancellation of a date, or the news of it. The
	// series itself is then left out. A date of a CANCEL need not be one of the series any more.
	Only []recur.Local
}

// Write writes the calendar as iCalendar.
func (c Calendar) Write(w io.Writer, zones recur.Zones) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	out := writer{Calendar: c, zones: zones, ranges: map[string]*span{}}
	for i, e := range c.Events {
		if err := out.event(e); err != nil {
			return fmt.Errorf("write calendar: event %d: %w", i, err)
		}
	}
	calendar := goical.Calendar{Component: c.component()}
	calendar.Children = append(out.timezones(), out.events...)
	if len(c.Events) == 0 { // a feed without meetings, in which there must be something
		calendar.Children = []*goical.Component{timezone("UTC", time.UTC, time.Unix(0, 0), time.Unix(0, 0))}
	}
	if err := goical.NewEncoder(folder{w}).Encode(&calendar); err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	return nil
}

// check holds what RFC 5546 asks of messages.
func (c Calendar) check() error {
	switch {
	case c.Method != File && c.Method != Request && c.Method != Cancel:
		return errors.New("we send no such method")
	case (c.Method != File || len(c.Only) > 0) && len(c.Events) != 1:
		return errors.New("a message is about one event")
	case c.Method != File && (c.Events[0].Organizer.Email == "" || len(c.Events[0].Attendees) == 0 || c.Stamp.IsZero()):
		return errors.New("a message has an organizer, somebody invited, and a time")
	}
	return nil
}

func (c Calendar) component() *goical.Component {
	calendar := goical.NewCalendar().Component
	set(calendar.Props, goical.PropVersion, "2.0")
	set(calendar.Props, goical.PropProductID, product)
	if c.Method != File {
		set(calendar.Props, goical.PropMethod, string(c.Method))
	}
	setLine(calendar.Props, goical.PropName, c.Name)
	setLine(calendar.Props, "X-WR-CALNAME", c.Name)
	if c.Refresh > 0 {
		every := recur.Duration(c.Refresh).String()
		set(calendar.Props, goical.PropRefreshInterval, every).Params.Set(goical.ParamValue, "DURATION")
		set(calendar.Props, "X-PUBLISHED-TTL", every)
	}
	return calendar
}

// span is the time of a zone that a file speaks of.
type span struct {
	zone     *time.Location
	from, to time.Time
}

// writer builds the components of one calendar.
type writer struct {
	Calendar
	zones  recur.Zones
	ranges map[string]*span // by the zone's name
	events []*goical.Component
}

// timezones are the zones met, each once.
func (w *writer) timezones() []*goical.Component {
	var list []*goical.Component
	for _, name := range slices.Sorted(maps.Keys(w.ranges)) {
		s := w.ranges[name]
		list = append(list, timezone(name, s.zone, s.from, s.to))
	}
	return list
}

// meet notes that the file speaks of an instant in a zone.
func (w *writer) meet(name string, zone *time.Location, t time.Time) {
	s := w.ranges[name]
	if s == nil {
		s = &span{zone: zone, from: t, to: t}
		w.ranges[name] = s
	}
	if t.Before(s.from) {
		s.from = t
	}
	if t.After(s.to) {
		s.to = t
	}
}

// event adds an event, with what differs on some of its dates.
func (w *writer) event(e Event) error {
	if text.Line(e.UID) == "" || (w.Stamp.IsZero() && e.Modified.IsZero()) {
		return errors.New("it has no UID, or no time of its last change")
	}
	zone, err := w.zone(e.Series.Zone)
	if err != nil {
		return err
	}
	one := eventWriter{writer: w, Event: e, zone: zone}
	plan, dates := portable(e.Series, zone)
	one.plan, one.dates = plan, plan.Timed(dates, zone)
	if len(w.Only) > 0 {
		return one.only()
	}
	return one.whole()
}

// zone finds a zone, which most events share with one before.
func (w *writer) zone(name string) (*time.Location, error) {
	if met := w.ranges[name]; met != nil {
		return met.zone, nil
	}
	return recur.FindZone(w.zones, name)
}

// portable is the series with at most one rule, and one that other programs expand as the standard says. Where clocks jump
// over the start there is none: some programs go on at the time to which that one date was put off.
func portable(s recur.Series, zone *time.Location) (recur.Series, []recur.Local) {
	plan, dates := s.OneRule(portableRule)
	if recur.LocalOf(plan.Start.In(zone).In(zone)) != plan.Start {
		plan, dates = s.OneRule(func(recur.Rule) bool { return false })
	}
	return plan, dates
}

// portableRule tells rules that other programs expand as the standard says. ical.js knows no BYWEEKNO; those that came from
// dateutil take MO,2TU for both at once, and the week of the start for one that begins with the start.
func portableRule(r recur.Rule) bool {
	numbered := func(d recur.Day) bool { return d.N != 0 }
	plain := func(d recur.Day) bool { return d.N == 0 }
	mixed := slices.ContainsFunc(r.ByDay, numbered) && slices.ContainsFunc(r.ByDay, plain)
	positions := len(r.BySetPos) > 0 && r.Freq != recur.Monthly
	return len(r.ByWeekNo) == 0 && !mixed && !positions
}

// eventWriter writes one event.
type eventWriter struct {
	*writer
	Event
	zone  *time.Location
	plan  recur.Series // the series as others read it
	dates []recur.Occurrence
}

// whole writes the series and each date that differs.
func (w eventWriter) whole() error {
	overrides, cancelled := w.overrides()
	if !w.plan.Recurs() && len(overrides) == 1 { // what takes place once has no dates of its own to differ on
		c, err := w.component(w.on(overrides[0]), overrides[0].start(), false)
		w.writer.events = append(w.writer.events, c)
		return err
	}
	main, err := w.component(w.Event, w.plan.Start, w.plan.Recurs())
	if err != nil {
		return err
	}
	w.recurrence(main.Props, append(slices.Clone(w.plan.ExDates), cancelled...))
	w.writer.events = append(w.writer.events, main)
	for _, o := range overrides {
		if err := w.date(o); err != nil {
			return err
		}
	}
	return nil
}

// overrides are those of dates that the series has, in order: the dates that take place otherwise, and those that do
// not at all. Dates about which programs do not agree are among the first: they are written as instants.
func (w eventWriter) overrides() (changed []Override, cancelled []recur.Local) {
	overridden := byDate(w.Overrides)
	for _, o := range w.dates {
		override, differs := overridden[o.ID]
		switch {
		case override.Cancelled:
			cancelled = append(cancelled, o.ID)
		case differs:
			changed = append(changed, override)
		case w.plan.Recurs() && !o.Plain(w.zone):
			changed = append(changed, Override{ID: o.ID})
		}
	}
	return changed, cancelled
}

func byDate(overrides []Override) map[recur.Local]Override {
	dates := map[recur.Local]Override{}
	for _, o := range overrides {
		dates[o.ID] = o
	}
	return dates
}

// only writes the dates that a message is about.
func (w eventWriter) only() error {
	overridden := byDate(w.Overrides)
	for _, l := range w.Only {
		o := overridden[l]
		o.ID, o.Cancelled = l, o.Cancelled || w.Method == Cancel
		if err := w.date(o); err != nil {
			return err
		}
	}
	return nil
}

// date writes one date of the series by itself.
func (w eventWriter) date(o Override) error {
	c, err := w.component(w.on(o), o.start(), false)
	if err != nil {
		return err
	}
	w.local(c.Props, goical.PropRecurrenceID, o.ID)
	w.writer.events = append(w.writer.events, c)
	return nil
}

// recurrence writes the rule and the dates of the series.
func (w eventWriter) recurrence(props goical.Props, excluded []recur.Local) {
	for _, r := range w.plan.Rules {
		set(props, goical.PropRecurrenceRule, w.rule(r))
	}
	if len(w.plan.Rules) == 0 && len(w.plan.RDates) > 0 {
		w.local(props, goical.PropRecurrenceDates, w.plan.Start) // without a rule some count the start, others do not
	}
	for _, l := range w.plan.RDates {
		w.local(props, goical.PropRecurrenceDates, l)
	}
	for _, l := range slices.Compact(slices.Sorted(slices.Values(excluded))) {
		w.local(props, goical.PropExceptionDates, l)
	}
	if n := len(w.dates); n > 0 {
		w.meet(w.Series.Zone, w.zone, w.dates[n-1].End)
	}
}

// rule is the rule's text with its end in UTC, as RFC 5545 wants it beside a start with a zone. The end is that of the
// last date, so that no reader can see it on the other side.
func (w eventWriter) rule(r recur.Rule) string {
	if r.Until.IsZero() {
		return r.String()
	}
	last := w.lastOf(r)
	r.Until, r.UntilDate = recur.LocalOf(last.In(w.zone)), false // in UTC
	return strings.Replace(r.String(), r.Until.ID(), r.Until.ID()+"Z", 1)
}

func (w eventWriter) lastOf(r recur.Rule) recur.Local {
	if n := len(w.dates); n > 0 && len(w.plan.RDates)+len(w.plan.ExDates) == 0 {
		return w.dates[n-1].ID
	}
	last, _ := recur.Series{Start: w.plan.Start, Rules: []recur.Rule{r}}.Last()
	return last
}
