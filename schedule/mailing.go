package schedule

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parvis/fault"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// Mailing is a letter that is to be sent now, with what it says: the meeting as it is by now.
type Mailing struct {
	Letter
	Meeting Meeting
	Invitee Invitee     // as they are invited now; of who was struck off, what the letter knows
	Token   string      // of their personal link; empty for people with an account
	About   *Occurrence // the one date that it is about, if it is about one
	Next    []Occurrence
	Again   bool          // they had an invitation to this meeting before
	Changes *Changes      // since then; nil where it was not kept what that one said
	Begun   bool          // at an earlier try it may have arrived
	Held    *Definition   // what calendars keep of a meeting that was cancelled; nil: nothing
	Left    time.Duration // of a reminder: until its date begins; zero or less when it has

	knownStart recur.Local // Start, on the clocks of the meeting's zone
}

// told is how many of the dates to come a letter names.
const told = 3

// Standing is what else there is for the person of a letter: Newer, a later letter that says it all anew; Told, an earlier
// invitation that was sent; Heard, an earlier letter that says that it takes place, and that was sent or may have been. Begun is of
// the letter itself: an earlier try may have sent it.
// Invited is of a cancellation of all dates: somebody who is invited by now reads the mails to its address. Heard is then of all letters to
// that address, whether it was invited or an account. Known is what the person was told last, nil where that was not kept.
type Standing struct {
	Newer, Told, Heard, Begun, Invited bool

	Known *Known
}

// Mailing answers what is to be sent for a letter, and notes that it may be on its way from now on. due is false when nothing is:
// it was dealt with before, or what it would say is no longer so, and then it is never sent.
func (s *Service) Mailing(ctx context.Context, letterID string) (m Mailing, due bool, err error) {
	err = s.Store.BeginLetter(ctx, letterID, s.Now().UTC(), func(l Letter, standing Standing, meeting Meeting) (_ bool, err error) {
		m, due, err = s.mailing(l, standing, meeting)
		return due, err
	})
	if fault.Is(err, fault.NotFound) {
		return Mailing{}, false, nil
	}
	if err != nil {
		return Mailing{}, false, fmt.Errorf("begin letter: %w", err)
	}
	if due && m.Kind != LetterCancel {
		s.open(ctx, &m)
	}
	return m, due, nil
}

// NotSent notes that a try to send a letter ended before anybody could have it.
func (s *Service) NotSent(ctx context.Context, m Mailing) error {
	if m.Begun {
		return nil
	}
	return s.Store.UnbeginLetter(ctx, m.Letter.ID)
}

// Settle notes what became of a letter. What was noted first stays.
func (s *Service) Settle(ctx context.Context, letterID string, state LetterState) error {
	return s.Store.SettleLetter(ctx, letterID, state, s.Now().UTC())
}

func (s *Service) mailing(l Letter, standing Standing, m Meeting) (Mailing, bool, error) {
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return Mailing{}, false, err
	}
	now := s.Now()
	next := d.between(now, time.Time{})
	out := Mailing{Letter: l, Meeting: m, Next: next[:min(told, len(next))], Again: standing.Told, Begun: standing.Begun}
	due := out.find() && out.holds(d, now) && (l.Kind == LetterReminder || !standing.Newer) && (l.Kind != LetterCancel || standing.Heard) &&
		!(standing.Invited && out.StruckOff())
	if !due {
		return Mailing{}, false, nil
	}
	if out.Held, err = s.heldOf(m); err != nil {
		return Mailing{}, false, err
	}
	if l.Kind == LetterReminder {
		out.Left = out.About.Start.Sub(now)
	}
	if l.Kind == LetterRequest && standing.Known != nil {
		out.Changes, err = s.changes(*standing.Known, d, now)
	}
	return out, err == nil, err
}

// open reads what the mail carries that is sealed. Under another key than it was sealed with, nothing opens: a mail without is
// better than none.
func (s *Service) open(ctx context.Context, m *Mailing) {
	if err := s.unseal(&m.Meeting); err != nil {
		s.Logger.WarnContext(ctx, "a mail goes without a passcode", "meeting", m.Meeting.ID, "error", err)
	}
	if m.Invitee.PersonID != "" {
		return
	}
	var err error
	if m.Token, err = s.Box.Open(m.Invitee.LinkToken, m.Invitee.LinkID); err != nil {
		s.Logger.WarnContext(ctx, "a mail goes without a personal link", "meeting", m.Meeting.ID, "error", err)
	}
}

// find looks for whom the letter is to among those invited by now, and tells whether it still is to them.
func (m *Mailing) find() bool {
	at := slices.IndexFunc(m.Meeting.Invitees, func(i Invitee) bool { return i.Key() == m.Recipient })
	if at >= 0 {
		m.Invitee = m.Meeting.Invitees[at]
		return m.Kind != LetterCancel || !m.Meeting.Live() || !m.Occurrence.IsZero()
	}
	m.Invitee = Invitee{ID: m.InviteeID, Email: m.Address, Name: m.Name, Language: m.Language, RSVP: NeedsAction, Required: true}
	return m.Kind == LetterCancel
}

// holds tells whether what the letter is about is still so, and still to come.
func (m *Mailing) holds(d dates, now time.Time) bool {
	switch {
	case m.Kind == LetterReminder:
		o, err := d.find(m.Occurrence)
		m.About = &o
		return err == nil && m.Meeting.Live() && o.Start.Equal(m.Start) && o.End.After(now) && !m.Invitee.declines(m.Occurrence)
	case m.Kind == LetterCounterDeclined && !m.Occurrence.IsZero():
		o, err := d.find(m.Occurrence)
		m.About = &o
		return err == nil && m.Meeting.Live() && o.End.After(now)
	case m.Kind == LetterCancel && !m.Occurrence.IsZero():
		m.About = m.known()
		return m.Meeting.Live() && m.End.After(now) && !d.When.Has(m.Occurrence)
	case m.Kind == LetterCancel:
		if m.Meeting.Live() {
			m.About, m.Next, m.knownStart = m.known(), nil, recur.LocalOf(m.Start.In(d.zone))
		}
		return m.End.After(now) || len(m.Next) > 0
	default: // a series that was ended before its next date is news to those who had it
		return m.Meeting.Live() && (len(m.Next) > 0 || m.Again)
	}
}

// known is the date that a cancellation is about, as its reader knew it.
func (m *Mailing) known() *Occurrence {
	return &Occurrence{ID: m.Occurrence, Start: m.Start, End: m.End, Title: m.Title}
}

// StruckOff tells that the meeting takes place without them.
func (m Mailing) StruckOff() bool {
	return m.Kind == LetterCancel && m.Occurrence.IsZero() && m.Meeting.Live()
}

// EndsSeries tells that the meeting is cancelled and that some of its dates were held: in calendars it is a series that ended
// before its next date, for one that is cancelled goes from there whole.
func (m Mailing) EndsSeries() bool {
	return m.Kind == LetterCancel && m.Occurrence.IsZero() && m.Held != nil
}

// Event is the meeting as the calendar of this one person is to have it: nobody else who is invited is in it. Answers go to
// the mailbox, whose meeting it is stands beside it as a name; join is where one enters. An answer is asked for where it is read.
func (m Mailing) Event(box Mailbox, join string) ical.Event {
	e := View{Meeting: m.Meeting, Held: m.Held}.Event(join, box)
	e.Sequence = m.Sequence
	if m.Kind == LetterRequest {
		e.Sequence = m.Meeting.Sequence
	}
	if m.Kind == LetterCancel && !m.EndsSeries() {
		m.cancelled(&e)
	}
	attendee := m.Invitee.attendee(box)
	attendee.Email, attendee.RSVP = m.Address, m.Kind == LetterRequest && box.Read
	e.Attendees = []ical.Attendee{attendee}
	return e
}

// cancelled leaves in an event what finds it in a calendar and what its owner knew.
func (m Mailing) cancelled(e *ical.Event) {
	e.Status, e.Description, e.Title = ical.Cancelled, "", m.Title
	for i := range e.Overrides {
		e.Overrides[i].Description = nil
	}
	if m.StruckOff() { // where the meeting takes place now is not theirs to know
		e.URL = ""
		e.Overrides, e.Series = nil, recur.Series{Start: m.knownStart, Zone: e.Series.Zone, Duration: recur.Duration(m.End.Sub(m.Start))}
	}
}

// Stamp is when what the letter says became so: twice the same for a letter that is sent twice.
func (m Mailing) Stamp() time.Time {
	if m.Kind == LetterRequest && m.Meeting.UpdatedAt.After(m.CreatedAt) {
		return m.Meeting.UpdatedAt
	}
	return m.CreatedAt
}
