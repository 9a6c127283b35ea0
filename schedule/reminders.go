package schedule

import (
	"context"
	"errors"
	"time"

	"parvis/fault"
	"parvis/schedule/recur"
)

// Reminding is what is to be written when reminders are due. Next is when the next ones are; zero when there are none within
// the horizon. A letter about the same date, at the same time, so long before, to the same person is written once.
type Reminding struct {
	Letters []Letter
	Next    time.Time
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
	ahead := d.between(now, now.Add(Horizon+MaxReminder))
	for _, o := range ahead {
		for _, before := range m.Reminders {
			if at := o.Start.Add(-before); !at.Before(m.RemindsAt) && !at.After(now) {
				r.Letters = append(r.Letters, m.remind(o, before, s.Host, now)...)
			}
		}
	}
	r.Next = m.nextReminder(ahead, now.Add(time.Microsecond), now.Add(Horizon))
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

// nextReminder is when the first reminder from one moment to another is due, about a date that has not ended; zero when none
// is. Microseconds are what stores keep.
func (m Meeting) nextReminder(all []Occurrence, from, until time.Time) (next time.Time) {
	for _, o := range all {
		for _, before := range m.Reminders {
			at := o.Start.Add(-before)
			if !at.Before(from) && at.Before(until) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// remindFrom is from when on reminders are still to be sent: one that was due, and that nobody has written yet, is not lost by
// a change that comes at the same moment.
func (m Meeting) remindFrom(now time.Time) time.Time {
	if !m.RemindsAt.IsZero() && m.RemindsAt.Before(now) {
		return m.RemindsAt
	}
	return now.Add(time.Microsecond)
}
