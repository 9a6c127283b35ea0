package ical

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"parvis/schedule/recur"
	"parvis/text"
)

// JSCalendarType is the media type of what WriteJSCalendar writes.
const JSCalendarType = "application/jscalendar+json;type=event"

// The objects of JSCalendar (RFC 8984) as Parvis writes them.
type (
	jsEvent struct {
		Type         string                   `json:"@type"`
		UID          string                   `json:"uid"`
		ProdID       string                   `json:"prodId"`
		Created      string                   `json:"created,omitempty"`
		Updated      string                   `json:"updated"`
		Sequence     int                      `json:"sequence"`
		Method       string                   `json:"method,omitempty"`
		Title        string                   `json:"title,omitempty"`
		Description  string                   `json:"description,omitempty"`
		Start        recur.Local              `json:"start"`
		TimeZone     string                   `json:"timeZone"`
		Duration     recur.Duration           `json:"duration"`
		Status       string                   `json:"status"`
		Privacy      string                   `json:"privacy"`
		Rules        []jsRule                 `json:"recurrenceRules,omitempty"`
		Overrides    map[recur.Local]jsPatch  `json:"recurrenceOverrides,omitempty"`
		Locations    map[string]jsPlace       `json:"locations,omitempty"`
		Virtual      map[string]jsPlace       `json:"virtualLocations,omitempty"`
		ReplyTo      map[string]string        `json:"replyTo,omitempty"`
		SentBy       string                   `json:"sentBy,omitempty"`
		Participants map[string]jsParticipant `json:"participants,omitempty"`
	}
	jsRule struct {
		Type          string       `json:"@type"`
		Frequency     string       `json:"frequency"`
		Interval      int          `json:"interval,omitempty"`
		FirstDay      string       `json:"firstDayOfWeek,omitempty"`
		ByDay         []jsDay      `json:"byDay,omitempty"`
		ByMonthDay    []int        `json:"byMonthDay,omitempty"`
		ByMonth       []string     `json:"byMonth,omitempty"`
		ByYearDay     []int        `json:"byYearDay,omitempty"`
		ByWeekNo      []int        `json:"byWeekNo,omitempty"`
		BySetPosition []int        `json:"bySetPosition,omitempty"`
		Count         int          `json:"count,omitempty"`
		Until         *recur.Local `json:"until,omitempty"`
	}
	jsDay struct {
		Type string `json:"@type"`
		Day  string `json:"day"`
		Nth  int    `json:"nthOfPeriod,omitempty"`
	}
	jsPlace struct {
		Type     string          `json:"@type"`
		Name     string          `json:"name,omitempty"`
		URI      string          `json:"uri,omitempty"`
		Features map[string]bool `json:"features,omitempty"`
	}
	jsParticipant struct {
		Type        string            `json:"@type"`
		Name        string            `json:"name,omitempty"`
		Email       string            `json:"email,omitempty"`
		SendTo      map[string]string `json:"sendTo"`
		Roles       map[string]bool   `json:"roles"`
		Status      string            `json:"participationStatus,omitempty"`
		ExpectReply bool              `json:"expectReply,omitempty"`
	}
	jsPatch map[string]any
)

// WriteJSCalendar writes one event as JSCalendar. It has the same dates as the iCalendar form; here several rules may
// stand side by side.
func WriteJSCalendar(w io.Writer, e Event, method Method) error {
	e.Series = e.Series.Anchored() // in JSCalendar the start always is a date
	e = e.alone()
	out := jsEvent{
		Type: "Event", UID: text.Line(e.UID), ProdID: product, Created: jsInstant(e.Created), Updated: jsInstant(e.Modified),
		Sequence: e.Sequence, Method: strings.ToLower(string(method)), Title: text.Line(e.Title), Description: text.Block(e.Description),
		Start: e.Series.Start, TimeZone: e.Series.Zone, Duration: e.Series.Duration, Status: jsStatus(e, method), Privacy: jsPrivacy(e.Class),
		Overrides: jsOverrides(e), Locations: jsLocations(e.Location),
	}
	for _, r := range e.Series.Rules {
		out.Rules = append(out.Rules, jsRuleOf(endingByDate(e.Series.Start, r)))
	}
	if err := out.people(e); err != nil {
		return fmt.Errorf("write jscalendar: %w", err)
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("write jscalendar: %w", err)
	}
	return nil
}

// people writes how to join and who takes part.
func (out *jsEvent) people(e Event) error {
	if e.URL != "" {
		address, err := link(e.URL)
		if err != nil {
			return err
		}
		out.Virtual = map[string]jsPlace{"1": {Type: "VirtualLocation", URI: address, Features: map[string]bool{"audio": true, "video": true}}}
	}
	out.Participants = map[string]jsParticipant{}
	if e.Organizer.Email != "" {
		address, err := out.add("organizer", Attendee{Name: e.Organizer.Name, Email: e.Organizer.Email, Role: Chair}, "owner")
		if err != nil {
			return err
		}
		out.ReplyTo = map[string]string{"imip": address}
		if _, err := mailto(e.Organizer.SentBy); e.Organizer.SentBy != "" && err != nil {
			return err
		}
		out.SentBy = e.Organizer.SentBy
	}
	for i, a := range e.Attendees {
		if _, err := out.add(strconv.Itoa(i+1), a, "attendee"); err != nil {
			return err
		}
	}
	return nil
}

func (out *jsEvent) add(id string, a Attendee, role string) (string, error) {
	address, err := mailto(a.Email)
	if err != nil {
		return "", err
	}
	p := jsParticipant{Type: "Participant", Name: text.Line(a.Name), Email: a.Email, SendTo: map[string]string{"imip": address},
		Roles: map[string]bool{role: true}, ExpectReply: a.RSVP}
	switch a.Role {
	case Chair:
		p.Roles["chair"] = true
	case Optional:
		p.Roles["optional"] = true
	}
	if a.PartStat != "" && role == "attendee" {
		p.Status = strings.ToLower(string(a.PartStat))
	}
	out.Participants[id] = p
	return address, nil
}

// jsOverrides are the dates that no rule gives, those that do not take place, and those that differ.
func jsOverrides(e Event) map[recur.Local]jsPatch {
	patches := map[recur.Local]jsPatch{}
	for _, l := range e.Series.RDates {
		patches[l] = jsPatch{}
	}
	for _, l := range e.Series.ExDates {
		patches[l] = jsPatch{"excluded": true}
	}
	overrides := byDate(e.Overrides)
	for l := range e.Series.Dates() {
		if o, differs := overrides[l]; differs {
			patches[l] = jsPatchOf(o)
		}
	}
	return patches
}

func jsPatchOf(o Override) jsPatch {
	if o.Cancelled {
		return jsPatch{"excluded": true}
	}
	patch := jsPatch{}
	if o.start() != o.ID {
		patch["start"] = o.Start
	}
	if o.Duration > 0 {
		patch["duration"] = o.Duration
	}
	if title := text.Line(o.Title); title != "" {
		patch["title"] = title
	}
	if o.Description != nil {
		patch["description"] = text.Block(*o.Description)
	}
	if places := jsLocations(o.Location); places != nil {
		patch["locations"] = places
	}
	return patch
}

func jsLocations(words string) map[string]jsPlace {
	if words = text.Line(words); words == "" {
		return nil
	}
	return map[string]jsPlace{"1": {Type: "Location", Name: words}}
}

// endingByDate writes COUNT as a date where the start is not of the rule: whether it counts then is nowhere said.
func endingByDate(start recur.Local, r recur.Rule) recur.Rule {
	alone := recur.Series{Start: start, Rules: []recur.Rule{r}}
	if first, _ := alone.First(); r.Count > 0 && first != start {
		last, _ := alone.Last()
		r.Count, r.Until = 0, last
	}
	return r
}

func jsRuleOf(r recur.Rule) jsRule {
	out := jsRule{Type: "RecurrenceRule", Frequency: strings.ToLower(string(r.Freq)), Interval: r.Interval, Count: r.Count,
		ByMonthDay: r.ByMonthDay, ByYearDay: r.ByYearDay, ByWeekNo: r.ByWeekNo, BySetPosition: r.BySetPos}
	if r.WeekStart != time.Monday {
		out.FirstDay = strings.ToLower(recur.Day{Weekday: r.WeekStart}.String())
	}
	for _, d := range r.ByDay {
		out.ByDay = append(out.ByDay, jsDay{Type: "NDay", Day: strings.ToLower(recur.Day{Weekday: d.Weekday}.String()), Nth: d.N})
	}
	for _, m := range r.ByMonth {
		out.ByMonth = append(out.ByMonth, strconv.Itoa(m))
	}
	if end, bounded := r.Ends(); bounded {
		out.Until = &end
	}
	return out
}

func jsStatus(e Event, method Method) string {
	if method == Cancel {
		return strings.ToLower(string(Cancelled))
	}
	if e.Status == "" {
		return strings.ToLower(string(Confirmed))
	}
	return strings.ToLower(string(e.Status))
}

func jsPrivacy(c Class) string {
	switch c {
	case Private:
		return "private"
	case Confidential:
		return "secret"
	default:
		return "public"
	}
}

func jsInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}
