package schedule

import (
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// Event is a meeting as calendars read it. url is where one joins. Who does not lead the meeting reads of those invited
// nobody.
func (v View) Event(url string) ical.Event {
	m := v.Meeting
	e := ical.Event{
		UID: m.UID, Sequence: m.Sequence, Series: m.When, Title: m.Title, Description: m.Description, URL: url,
		Organizer: ical.Person{Name: m.Organizer.Name, Email: m.Organizer.Email}, Status: ical.Confirmed,
		Created: m.CreatedAt, Modified: m.UpdatedAt,
	}
	if !m.Live() {
		e.Status = ical.Cancelled
	}
	for _, o := range m.Overrides {
		e.Overrides = append(e.Overrides, o.event())
	}
	if v.Leads {
		for _, i := range m.Invitees {
			e.Attendees = append(e.Attendees, i.attendee())
		}
	}
	return e
}

func (o Override) event() ical.Override {
	out := ical.Override{ID: o.ID, Description: o.Description}
	set(&out.Start, o.Start)
	set(&out.Duration, o.Duration)
	set(&out.Title, o.Title)
	return out
}

func set[T recur.Local | recur.Duration | string](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

var partStats = map[RSVP]ical.PartStat{
	NeedsAction: ical.NeedsAction, Accepted: ical.Accepted, Declined: ical.Declined, Tentative: ical.Perhaps,
}

func (i Invitee) attendee() ical.Attendee {
	role := ical.Optional
	switch {
	case i.Role == InviteeModerator:
		role = ical.Chair
	case i.Required:
		role = ical.Required
	}
	return ical.Attendee{Name: i.Name, Email: i.Email, Role: role, PartStat: partStats[i.RSVP], RSVP: i.RSVP == NeedsAction}
}
