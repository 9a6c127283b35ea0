package ical

import (
	"time"

	"parvis/schedule/recur"
)

// Method is what a message asks its reader to do (RFC 5546). A file and a feed have none.
type Method string

// The methods. Reply and Counter are only read.
const (
	File    Method = ""
	Request Method = "REQUEST"
	Cancel  Method = "CANCEL"
	Reply   Method = "REPLY"
	Counter Method = "COUNTER"
)

// Status is how sure a meeting is.
type Status string

// The statuses. The empty one is confirmed.
const (
	Confirmed Status = "CONFIRMED"
	Tentative Status = "TENTATIVE"
	Cancelled Status = "CANCELLED"
)

// Class is who may see a meeting in somebody's calendar. The empty one is public.
type Class string

// The classes.
const (
	Public       Class = "PUBLIC"
	Private      Class = "PRIVATE"
	Confidential Class = "CONFIDENTIAL"
)

// Role is what a meeting expects of somebody.
type Role string

// The roles. The empty one is required.
const (
	Chair    Role = "CHAIR"
	Required Role = "REQ-PARTICIPANT"
	Optional Role = "OPT-PARTICIPANT"
)

// PartStat is somebody's answer.
type PartStat string

// The answers. The empty one is that there is none yet.
const (
	NeedsAction PartStat = "NEEDS-ACTION"
	Accepted    PartStat = "ACCEPTED"
	Declined    PartStat = "DECLINED"
	Perhaps     PartStat = "TENTATIVE"
	Delegated   PartStat = "DELEGATED"
)

// Person organizes a meeting. SentBy is the address of a deputy who acts for them, if any.
type Person struct {
	Name, Email, SentBy string
}

// Attendee is somebody invited. A message for one person names that person alone.
type Attendee struct {
	Name, Email string
	Role        Role
	PartStat    PartStat
	RSVP        bool // an answer is asked for
}

// Event is one meeting.
type Event struct {
	UID                string
	Sequence           int
	Series             recur.Series
	Overrides          []Override
	Title, Description string
	Location           string // words; the link is URL
	URL                string // where one joins
	Organizer          Person // without an address: not said
	Attendees          []Attendee
	Status             Status
	Class              Class
	Created, Modified  time.Time
}

// Override is one date of a series that differs. What is empty is as in the series, save the description, which a date may
// be without: nil is that of the series. An override of a date that the series does not have is left out.
type Override struct {
	ID              recur.Local
	Cancelled       bool // the date does not take place
	Start           recur.Local
	Duration        recur.Duration
	Title, Location string
	Description     *string
}

// on is the event with what the override changes.
func (e Event) on(o Override) Event {
	replace := func(to *string, with string) {
		if with != "" {
			*to = with
		}
	}
	replace(&e.Title, o.Title)
	replace(&e.Location, o.Location)
	if o.Description != nil {
		e.Description = *o.Description
	}
	if o.Duration > 0 {
		e.Series.Duration = o.Duration
	}
	if o.Cancelled {
		e.Status = Cancelled
	}
	return e
}

// alone says of an event that takes place once what differs on its date.
func (e Event) alone() Event {
	o, differs := byDate(e.Overrides)[e.Series.Start]
	if e.Series.Recurs() || !differs || o.Cancelled {
		return e
	}
	e = e.on(o)
	e.Series.Start, e.Overrides = o.start(), nil
	return e
}

// start is when the date takes place.
func (o Override) start() recur.Local {
	if o.Start.IsZero() {
		return o.ID
	}
	return o.Start
}
