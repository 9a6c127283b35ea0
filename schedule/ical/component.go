package ical

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	goical "github.com/emersion/go-ical"

	"parvis/schedule/recur"
	"parvis/text"
)

// component writes what a series, which others count on from, and a date by itself have in common.
func (w eventWriter) component(e Event, start recur.Local, counts bool) (*goical.Component, error) {
	c := goical.NewComponent(goical.CompEvent)
	set(c.Props, goical.PropUID, text.Line(e.UID))
	set(c.Props, goical.PropSequence, strconv.Itoa(e.Sequence))
	w.times(c.Props, start, e.Series.Duration, counts)
	w.stamps(c.Props, e)
	setLine(c.Props, goical.PropSummary, e.Title)
	setBlock(c.Props, goical.PropDescription, e.Description)
	setLine(c.Props, goical.PropLocation, e.Location)
	set(c.Props, goical.PropStatus, string(w.status(e)))
	set(c.Props, goical.PropClass, string(cmp.Or(e.Class, Public)))
	set(c.Props, goical.PropTransparency, "OPAQUE")
	if err := conference(c.Props, e); err != nil {
		return nil, err
	}
	return c, people(c.Props, e)
}

func (w eventWriter) status(e Event) Status {
	if w.Method == Cancel {
		return Cancelled
	}
	return cmp.Or(e.Status, Confirmed)
}

// times writes when it takes place: on the wall, or, where clocks show it otherwise than planned, as instants. The start
// of a series stays on the wall even then, since its other dates are counted from it.
func (w eventWriter) times(props goical.Props, start recur.Local, length recur.Duration, counts bool) {
	begin := start.In(w.zone)
	date := recur.Occurrence{ID: start, Start: begin, End: begin.Add(length.Std())}
	w.meet(w.Series.Zone, w.zone, date.End)
	switch {
	case date.Plain(w.zone):
		w.local(props, goical.PropDateTimeStart, start)
		w.local(props, goical.PropDateTimeEnd, recur.LocalOf(date.End.In(w.zone)))
	case counts:
		w.local(props, goical.PropDateTimeStart, start)
		set(props, goical.PropDuration, length.String())
	default:
		instant(props, goical.PropDateTimeStart, date.Start)
		instant(props, goical.PropDateTimeEnd, date.End)
	}
}

// local writes a local time with its zone.
func (w eventWriter) local(props goical.Props, name string, l recur.Local) {
	w.meet(w.Series.Zone, w.zone, l.In(w.zone))
	set(props, name, l.ID()).Params.Set(goical.PropTimezoneID, w.Series.Zone)
}

func (w eventWriter) stamps(props goical.Props, e Event) {
	stamp := w.Stamp
	if stamp.IsZero() {
		stamp = e.Modified
	}
	instant(props, goical.PropDateTimeStamp, stamp)
	if !e.Created.IsZero() {
		instant(props, goical.PropCreated, e.Created)
	}
	if !e.Modified.IsZero() {
		instant(props, goical.PropLastModified, e.Modified)
	}
}

const instantFormat = "20060102T150405Z"

func instant(props goical.Props, name string, t time.Time) {
	set(props, name, t.UTC().Format(instantFormat))
}

// conference writes where one joins: as an address, and as what programs make a button of (RFC 7986).
func conference(props goical.Props, e Event) error {
	if e.URL == "" {
		return nil
	}
	address, err := link(e.URL)
	if err != nil {
		return err
	}
	set(props, goical.PropURL, address)
	p := set(props, goical.PropConference, address)
	p.Params.Set(goical.ParamValue, "URI")
	p.Params["FEATURE"] = []string{"AUDIO", "VIDEO"}
	if title := param(e.Title); title != "" {
		p.Params.Set("LABEL", title)
	}
	return nil
}

func people(props goical.Props, e Event) error {
	if e.Organizer.Email != "" {
		p, err := person(props, goical.PropOrganizer, e.Organizer.Name, e.Organizer.Email)
		if err != nil {
			return err
		}
		if e.Organizer.SentBy != "" {
			by, err := mailto(e.Organizer.SentBy)
			if err != nil {
				return err
			}
			p.Params.Set("SENT-BY", by)
		}
	}
	for _, a := range e.Attendees {
		p, err := person(props, goical.PropAttendee, a.Name, a.Email)
		if err != nil {
			return err
		}
		p.Params.Set("CUTYPE", "INDIVIDUAL")
		p.Params.Set("ROLE", string(cmp.Or(a.Role, Required)))
		p.Params.Set("PARTSTAT", string(cmp.Or(a.PartStat, NeedsAction)))
		p.Params.Set("RSVP", strings.ToUpper(strconv.FormatBool(a.RSVP)))
	}
	return nil
}

func person(props goical.Props, property, name, email string) (*goical.Prop, error) {
	address, err := mailto(email)
	if err != nil {
		return nil, err
	}
	p := set(props, property, address)
	if name = param(name); name != "" {
		p.Params.Set("CN", name)
	}
	return p, nil
}
