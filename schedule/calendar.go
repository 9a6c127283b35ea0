package schedule

import (
	"cmp"

	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// Mailbox is the address that mails about meetings come from, empty where none is sent. Read tells that answers that come to it
// are read.
type Mailbox struct {
	Address string
	Read    bool
}

// Event is a meeting as calendars read it. url is where one joins. Who does not lead the meeting reads of those invited
// nobody but themselves. Its organizer is that of the mails: to a calendar, a meeting of another organizer is another meeting, or
// a forged one (RFC 5546 §3.2.2).
func (v View) Event(url string, box Mailbox) ical.Event {
	m := v.Meeting
	e := ical.Event{
		UID: m.UID, Sequence: m.Sequence, Series: m.When, Title: m.Title, Description: m.Description, URL: url,
		Organizer: ical.Person{Name: m.Organizer.Name, Email: addressable(cmp.Or(box.Address, m.Organizer.Email))}, Status: ical.Confirmed,
		Created: m.CreatedAt, Modified: m.UpdatedAt,
	}
	switch {
	case m.Live():
	case v.Held != nil: // a calendar that is told that a series is cancelled takes out what was held, too
		m.Overrides, e.Series = v.Held.Overrides, v.Held.When
	default:
		e.Status = ical.Cancelled
	}
	for _, o := range m.Overrides {
		e.Overrides = append(e.Overrides, o.event())
	}
	switch {
	case v.Leads:
		for _, i := range m.Invitees {
			if addressable(i.Email) != "" {
				e.Attendees = append(e.Attendees, i.attendee(box))
			}
		}
	case v.Mine != nil && addressable(v.Mine.Email) != "":
		e.Attendees = []ical.Attendee{v.Mine.attendee(box)}
	}
	return e
}

// addressable is an address, empty where calendars have no form for it: accounts have what their providers say, be it none.
func addressable(email string) string {
	if !ical.Addressable(email) {
		return ""
	}
	return email
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

// attendee asks for an answer where one can arrive.
func (i Invitee) attendee(box Mailbox) ical.Attendee {
	role := ical.Optional
	switch {
	case i.Role == InviteeModerator:
		role = ical.Chair
	case i.Required:
		role = ical.Required
	}
	return ical.Attendee{Name: i.Name, Email: i.Email, Role: role, PartStat: partStats[i.RSVP], RSVP: i.RSVP == NeedsAction && box.Read}
}
