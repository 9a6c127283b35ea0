package schedule

import (
	"context"
	"errors"
	"slices"
	"time"

	"parvis/fault"
	"parvis/schedule/recur"
)

// Reminder is one of a date: so long before it begins.
type Reminder struct {
	Date   recur.Local
	Before time.Duration
}

// Reminding is what is to be written when reminders are due. Next is when the next ones are, and Of which; zero when there are none within
// the horizon. A letter about the same date, at the same time, so long before, to the same person is written once.
type Reminding struct {
	Letters []Letter
	Next    time.Time
	Of      Reminder
}

// Remind writes the reminders of a meeting that are due. Whoever comes too early, or second, finds nothing to do.
func (s *Service) Remind(ctx context.Context, meetingID string) error {
	err := s.Store.Remind(ctx, meetingID, func(m Meeting) (Reminding, error) { return s.reminding(m, s.Now().UTC()) })
	if errors.Is(err, errUnchanged) || fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (s *Service) reminding(m Meeting, now time.Time) (Reminding, error) {
	if m.RemindsAt.IsZero() || m.RemindsAt.After(now) {
		return Reminding{}, errUnchanged
	}
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return Reminding{}, err
	}
	var r Reminding
	if !m.Live() || !s.SendsMail {
		return r, nil
	}
	ahead, from := m.toRemind(d, now)
	for _, o := range ahead {
		for _, before := range m.Reminders {
			if at := o.Start.Add(-before); !at.Before(from) && !at.After(now) {
				r.Letters = append(r.Letters, m.remind(o, before, s.Host, now)...)
			}
		}
	}
	r.Next, r.Of = m.nextReminder(ahead, now.Add(time.Microsecond), now.Add(Horizon))
	return r, nil
}

// remind is a letter to each who has not said no.
func (m Meeting) remind(o Occurrence, before time.Duration, host string, now time.Time) []Letter {
	var list []Letter
	for _, i := range m.Invitees {
		if i.declines(o.ID) || i.Email == "" {
			continue
		}
		l := m.letter(LetterReminder, i, o, host, now)
		l.Before = before
		list = append(list, l)
	}
	return list
}

// declines tells that somebody does not come to a date.
func (i Invitee) declines(date recur.Local) bool {
	said, _ := i.Said(date)
	return said.RSVP == Declined
}

// nextReminder is the first reminder that is due from one moment to another, about a date that has not ended; zero when none
// is. Microseconds are what stores keep.
func (m Meeting) nextReminder(all []Occurrence, from, until time.Time) (next time.Time, of Reminder) {
	for _, o := range all {
		for _, before := range m.Reminders {
			at := o.Start.Add(-before)
			if !at.Before(from) && at.Before(until) && (next.IsZero() || at.Before(next)) {
				next, of = at, Reminder{o.ID, before}
			}
		}
	}
	return next, of
}

// toRemind are the dates ahead, and from when on reminders of them are still to be sent: one that was due, and that nobody has
// written yet, is not lost by a change that comes at the same moment. Nor is one that new rules of the zone have moved into the
// past, unless its date has begun by them.
func (m Meeting) toRemind(d dates, now time.Time) (ahead []Occurrence, from time.Time) {
	ahead, from = d.between(now, now.Add(Horizon+MaxReminder)), now.Add(time.Microsecond)
	if !m.RemindsAt.IsZero() && !m.RemindsAt.After(now) {
		from = m.RemindsAt
	}
	moved, known := m.nextByRulesOf(d)
	if !known || !moved.Before(from) || !moved.Before(m.RemindsAt) {
		return ahead, from
	}
	begun := func(o Occurrence) bool { return !o.Start.After(now) }
	return slices.DeleteFunc(ahead, begun), moved
}

// nextByRulesOf is when the reminder that is next is due by the rules of the zone that are known now.
func (m Meeting) nextByRulesOf(d dates) (at time.Time, known bool) {
	if m.RemindsAt.IsZero() || m.RemindsOf.Date.IsZero() {
		return time.Time{}, false
	}
	o, err := d.find(m.RemindsOf.Date)
	return o.Start.Add(-m.RemindsOf.Before), err == nil
}
