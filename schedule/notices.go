package schedule

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parvis/fault"
	"parvis/schedule/recur"
)

// AnswersGathered is how long answers are gathered before the organizer hears of them, in one mail however many they are.
const AnswersGathered = 5 * time.Minute

// Report is an answer that the organizer is to hear of. Where a notice of the meeting still gathers, it goes into that; else it
// begins one, of this id, that is sent when it is due. A notice that was closed and not sent yet leaves to it what both would tell.
type Report struct {
	NoticeID  string
	InviteeID string
	Date      recur.Local // zero: of the whole meeting
	Due       time.Time
}

// NoticeOf is a notice when it is sent: the meeting with all who are invited, and whose answers it is about. Reader is the organizer,
// of whatever organization by now; nil where their account is closed.
type NoticeOf struct {
	Meeting   Meeting
	Reader    *Person
	Reports   []Report
	CreatedAt time.Time
}

// Notice is a mail to an organizer about answers, as they are by now.
type Notice struct {
	ID        string
	Meeting   Meeting
	Next      []Occurrence
	Said      []Heard
	Counts    map[RSVP]int // to the whole meeting
	Language  string
	MessageID string
	CreatedAt time.Time
}

// Heard is what somebody answered, about one date or, without About, about the meeting.
type Heard struct {
	Invitee  Invitee
	About    *Occurrence
	Answer   Answer
	Proposal *Proposal
}

// report is what the organizer is to hear of an answer: a no, that somebody comes after a no, words, or another time. It is nil
// where there is nobody to hear of it: software that organizes has no address.
func (s *Service) report(m Meeting, before Answer, a said, proposed, kept bool) *Report {
	o, in := m.Organizer, m.Invitees[0]
	news := proposed || kept && (a.RSVP == Declined || before.RSVP == Declined || a.Comment != "")
	if !news || !s.SendsMail || m.Quiet || o.PersonID == "" || o.Email == "" || in.is(o.PersonID) {
		return nil
	}
	return &Report{NoticeID: newID(), InviteeID: in.ID, Date: a.Date, Due: s.Now().UTC().Add(AnswersGathered)}
}

// Notice answers what is to be sent to an organizer. What comes from now on is of another notice. due is false when nothing is: it
// was sent before, the meeting was cancelled, or the organizer wants to hear no more or has closed the account.
func (s *Service) Notice(ctx context.Context, id string) (n Notice, due bool, err error) {
	of, err := s.Store.BeginNotice(ctx, id, s.Now().UTC())
	if fault.Is(err, fault.NotFound) {
		return Notice{}, false, nil
	}
	if err != nil {
		return Notice{}, false, fmt.Errorf("begin notice: %w", err)
	}
	m := of.Meeting
	if !m.Live() || m.Quiet || of.Reader == nil || of.Reader.Email == "" {
		return Notice{}, false, s.SettleNotice(ctx, id)
	}
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return Notice{}, false, err
	}
	next := d.between(s.Now(), time.Time{})
	n = Notice{
		ID: id, Meeting: m, Next: next[:min(1, len(next))], Counts: map[RSVP]int{}, CreatedAt: of.CreatedAt,
		Language: languageOf(of.Reader.Locale, m.Language), MessageID: id + "@" + s.Host,
	}
	for _, i := range m.Invitees {
		n.Counts[i.RSVP]++
	}
	for _, r := range of.Reports {
		if h, ok := d.heard(r); ok {
			n.Said = append(n.Said, h)
		}
	}
	if len(n.Said) == 0 {
		return Notice{}, false, s.SettleNotice(ctx, id)
	}
	return n, true, nil
}

// heard is what somebody says by now; not ok when they or their date are gone.
func (d dates) heard(r Report) (h Heard, ok bool) {
	at := slices.IndexFunc(d.Invitees, func(i Invitee) bool { return i.ID == r.InviteeID })
	if at < 0 {
		return h, false
	}
	h.Invitee = d.Invitees[at]
	h.Answer, _ = h.Invitee.Said(r.Date)
	if p := slices.IndexFunc(h.Invitee.Proposals, func(p Proposal) bool { return p.Date == r.Date }); p >= 0 {
		h.Proposal = &h.Invitee.Proposals[p]
	}
	if r.Date.IsZero() {
		return h, true
	}
	o, err := d.find(r.Date)
	h.About = &o
	return h, err == nil
}

// SettleNotice notes that a notice was sent, or never will be.
func (s *Service) SettleNotice(ctx context.Context, id string) error {
	return s.Store.SettleNotice(ctx, id, s.Now().UTC())
}
