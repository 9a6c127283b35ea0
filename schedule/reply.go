package schedule

import (
	"context"
	"time"

	"parvis/fault"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// MailedAnswer is an answer that came by mail, from an address that is known to be its sender's. Came is when the message
// says that it was written, for answers that do not say it themselves.
type MailedAnswer struct {
	ical.Answer
	Came time.Time
}

var rsvps = map[ical.PartStat]RSVP{ical.Accepted: Accepted, ical.Declined: Declined, ical.Perhaps: Tentative}

// AnswerByMail keeps an answer that came by mail. kept is false when it changes nothing: a newer one is there, or the same
// one came before. So a message may be read twice.
func (s *Service) AnswerByMail(ctx context.Context, a MailedAnswer) (kept bool, err error) {
	from := Invited{UID: a.UID, Email: a.Email}
	err = s.Store.AnswerInvitation(ctx, from, s.Now().UTC(), func(m Meeting) (Answered, error) {
		if len(m.Invitees) == 0 {
			return Answered{}, notInvited()
		}
		heard, err := s.heard(m, a)
		if err != nil {
			return Answered{}, err
		}
		var done Answered
		done, kept, err = s.take(m, heard, "invitee:"+m.Invitees[0].ID, "")
		return done, err
	})
	return kept && err == nil, err
}

// InvitedByMail answers nil when an address is among those invited to the meeting of a UID; else meeting-not-found or
// not-invited, as AnswerByMail would. It changes and holds nothing: it may be asked before it is known who asks.
func (s *Service) InvitedByMail(ctx context.Context, uid, email string) error {
	m, err := s.Store.Invitation(ctx, Invited{UID: uid, Email: email}, s.Now().UTC())
	if err == nil && len(m.Invitees) == 0 {
		err = notInvited()
	}
	return err
}

// heard is an answer of a mail in the words of the meeting. One to an invitation that was sent to them anew since, because
// time, place or title changed, says nothing of the meeting as it is: their calendar asks them again. One to what they were told
// last is the best that they can give, whatever has changed since without a word to them.
func (s *Service) heard(m Meeting, a MailedAnswer) (said, error) {
	zone, err := s.Zones(m.When.Zone)
	if err != nil {
		return said{}, err
	}
	out := said{Answer: Answer{RSVP: rsvps[a.PartStat], Comment: a.Comment, At: s.written(a), Sequence: m.Sequence}}
	if a.Date != nil {
		if out.Date, err = a.Date.In(zone, s.Zones); err != nil {
			return said{}, fault.New(fault.CodeOccurrenceNotFound, "the answer names its date in a zone that is not known").Because(err)
		}
	}
	if out.told = m.Invitees[0].Told.Of(out.Date); a.Sequence < out.told {
		return said{}, fault.New(fault.CodeAnswerOutdated, "this answers an invitation that was replaced by a newer one")
	}
	if out.At.IsZero() {
		return said{}, fault.New(fault.CodeInvalid, "the answer does not say when it was given")
	}
	if a.Proposed != nil {
		out.Proposal, err = s.proposal(m, zone, a, out.Answer)
	} else if out.RSVP == "" {
		err = fault.New(fault.CodeInvalid, "the answer is none that a meeting knows")
	}
	return out, err
}

// written is when an answer was given: as it says itself, else as its message says; no later than now.
func (s *Service) written(a MailedAnswer) time.Time {
	at := a.Stamp
	if at.IsZero() {
		at = a.Came
	}
	if now := s.Now(); at.After(now) {
		at = now
	}
	return at.UTC().Truncate(time.Second)
}

// proposal reads when somebody would rather meet.
func (s *Service) proposal(m Meeting, zone *time.Location, a MailedAnswer, said Answer) (*Proposal, error) {
	start, err := a.Proposed.Start.In(zone, s.Zones)
	if err != nil {
		return nil, fault.New(fault.CodeInvalid, "the proposed time is in a zone that is not known").Because(err)
	}
	p := Proposal{Date: said.Date, Start: start, Duration: m.When.Duration, Comment: said.Comment, At: said.At, Sequence: said.Sequence}
	if !m.When.Recurs() && p.Date == m.When.Start {
		p.Date = 0
	}
	switch {
	case a.Proposed.End != nil:
		end, err := a.Proposed.End.In(zone, s.Zones)
		if err != nil {
			return nil, fault.New(fault.CodeInvalid, "the proposed time is in a zone that is not known").Because(err)
		}
		p.Duration = recur.Duration(end.In(zone).Sub(start.In(zone)))
	case a.Proposed.Duration > 0:
		p.Duration = recur.Duration(a.Proposed.Duration)
	}
	if !fits(p.Duration) || !start.In(zone).After(s.Now()) {
		return nil, fault.New(fault.CodeInvalid, "the proposed time is over, or of no length that a meeting can have")
	}
	return &p, nil
}
