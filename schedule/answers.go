package schedule

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/schedule/recur"
	"parvis/text"
)

// Bounds of what somebody answers.
const (
	MaxComment     = 2_000 // characters
	MaxDateAnswers = 366   // to single dates, of one invitee
)

// Answer is what somebody invited said, to the whole meeting or to one date of it, and when. Sequence is that of the
// meeting when the answer was taken: one that is below what they were told since is replaced by any newer one, and of two others the
// later one counts (RFC 5546 §2.1.5). An answer to a date stands over that to the meeting.
type Answer struct {
	Date     recur.Local // zero: the whole meeting
	RSVP     RSVP
	Comment  string
	At       time.Time
	Sequence int
}

// Proposal is another time that somebody invited would rather have, of the meeting or of one date, on the clocks of the
// meeting's zone. The host takes it by changing the meeting, or declines it.
type Proposal struct {
	Date     recur.Local // zero: of the whole meeting
	Start    recur.Local
	Duration recur.Duration
	Comment  string
	At       time.Time
	Sequence int
}

// Said is what somebody invited answers to one date; ok tells that it is about that date alone.
func (i Invitee) Said(date recur.Local) (a Answer, ok bool) {
	at, found := slices.BinarySearchFunc(i.Answers, date, byDate)
	if !found {
		return Answer{RSVP: i.RSVP}, false
	}
	return i.Answers[at], true
}

func byDate(a Answer, date recur.Local) int { return cmp.Compare(a.Date, date) }

// Invited names somebody invited, in one of four ways: by their personal link, by their account, by their id among those
// invited, or by the meeting's UID and their address. MeetingID beside a link says of which meeting, where the link is of
// several: a series that was parted.
type Invited struct {
	TokenHash []byte
	MeetingID string
	PersonID  string
	InviteeID string
	UID       string
	Email     string
}

// Answered is somebody invited as they stand after an answer, with what there is to tell of it, and to whom by mail.
type Answered struct {
	Invitee Invitee
	Events  []event.Event
	Letters []Letter
	Report  *Report // to the organizer; nil without one
}

// Reply is an answer by link or by account. Date is zero for the whole meeting.
type Reply struct {
	Token     string        // of a personal link, or
	Who       auth.Identity // a person with an account
	MeetingID string
	Date      recur.Local
	RSVP      RSVP
	Comment   string
}

// Invitation is a meeting as somebody invited reads it: themselves and no one else in Invitees, and the dates that are
// not over.
type Invitation struct {
	Meeting
	Invitee Invitee
	Dates   []Occurrence
	More    bool // dates, than are listed
}

// maxInvitationDates is how many dates an invitation lists.
const maxInvitationDates = 60

func notInvited() error {
	return fault.New(fault.CodeNotInvited, "this address or account is not among those invited, or not any more")
}

// linkUnknown is the one answer to whatever is nobody's token: it tells no guess from another.
func linkUnknown() *fault.Error {
	return fault.New(fault.CodeLinkUnknown, "there is no such personal link: the token is the part of the invitation's address after #i=")
}

func sameForAll(err error) error {
	if fault.HasCode(err, fault.CodeLinkUnknown) {
		return linkUnknown().Because(err)
	}
	return err
}

// invited says whom a reply is of.
func (r Reply) invited() (Invited, error) {
	if r.Token == "" {
		return Invited{MeetingID: r.MeetingID, PersonID: r.Who.PersonID}, nil
	}
	return byLink(r.Token, r.MeetingID)
}

func byLink(token, meetingID string) (Invited, error) {
	hash, ok := access.LinkTokenHash(token)
	if !ok {
		return Invited{}, linkUnknown()
	}
	return Invited{TokenHash: hash, MeetingID: meetingID}, nil
}

// Invitation answers the meeting of a personal link, to whoever shows its token. meetingID says which, where the link is of
// several; a link that is not of that one, or not any more, answers what it does without it.
func (s *Service) Invitation(ctx context.Context, token, meetingID string) (Invitation, error) {
	from, err := byLink(token, meetingID)
	if err != nil {
		return Invitation{}, err
	}
	m, err := s.Store.Invitation(ctx, from, s.Now().UTC())
	if meetingID != "" && fault.HasCode(err, fault.CodeNotInvited) {
		from.MeetingID = ""
		m, err = s.Store.Invitation(ctx, from, s.Now().UTC())
	}
	if err != nil {
		return Invitation{}, sameForAll(err)
	}
	return s.invitation(m)
}

func (s *Service) invitation(m Meeting) (Invitation, error) {
	if len(m.Invitees) == 0 {
		return Invitation{}, notInvited()
	}
	v := Invitation{Meeting: m, Invitee: m.Invitees[0]}
	d, err := s.datesOf(m.Definition)
	if err != nil || !m.Live() {
		return v, err
	}
	v.Dates = d.between(s.Now(), time.Time{})
	v.More = len(v.Dates) > maxInvitationDates
	v.Dates = v.Dates[:min(len(v.Dates), maxInvitationDates)]
	return v, nil
}

// Answer keeps what somebody invited says. Saying the same twice changes nothing. Neither the version of the meeting nor
// its sequence grows: an answer changes nothing of what was planned, and whoever edits the meeting meanwhile must not be
// refused for it.
func (s *Service) Answer(ctx context.Context, r Reply) (Invitation, error) {
	from, err := r.invited()
	if err != nil {
		return Invitation{}, err
	}
	var after Meeting
	err = s.Store.AnswerInvitation(ctx, from, s.Now().UTC(), func(m Meeting) (Answered, error) {
		if err := s.answers(r, m); err != nil {
			return Answered{}, err
		}
		said := said{Answer: Answer{Date: r.Date, RSVP: r.RSVP, Comment: r.Comment, At: s.Now().UTC(), Sequence: m.Sequence}, own: true}
		actor, onBehalfOf := r.actor(m)
		done, _, err := s.take(m, said, actor, onBehalfOf)
		m.Invitees = []Invitee{done.Invitee}
		after = m
		return done, err
	})
	if err != nil {
		return Invitation{}, sameForAll(err)
	}
	return s.invitation(after)
}

// answers is nil when somebody may answer at all. Who shows a personal link may: whom it is of stands in the meeting.
func (s *Service) answers(r Reply, m Meeting) error {
	if r.Token == "" {
		relation := m.relation(r.Who, s.Now())
		if err := auth.Allowed(r.Who, auth.MeetingAnswer, auth.Resource{Relation: relation, Lasting: relation, OrgID: m.OrgID}); err != nil {
			return err
		}
	}
	if len(m.Invitees) == 0 {
		return notInvited()
	}
	return nil
}

// actor says who answered, in the words of an event: those who read it learn of no account that was not invited as such.
func (r Reply) actor(m Meeting) (actor, onBehalfOf string) {
	switch in := m.Invitees[0]; {
	case r.Token != "":
		return "link:" + in.LinkID, ""
	case in.PersonID == "":
		return "invitee:" + in.ID, ""
	default:
		return string(r.Who.Kind) + ":" + r.Who.ID, r.Who.OnBehalfOf
	}
}

// said is an answer as it came, with the time that it proposes, if any. own tells that it was given here: then the clock is
// ours, and what comes is later than what came. told is the SEQUENCE that a mail had to answer at least.
type said struct {
	Answer
	Proposal *Proposal
	own      bool
	told     int
}

// take says what somebody invited stands for after an answer. kept is false for one that changes nothing: it came late, or
// says the same again.
func (s *Service) take(m Meeting, a said, actor, onBehalfOf string) (done Answered, kept bool, err error) {
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return Answered{}, false, err
	}
	if !m.When.Recurs() && a.Date == m.When.Start {
		a.Date = 0 // its only date is the meeting
	}
	a.Comment = text.Block(a.Comment)
	if err := s.takes(m, d, a); err != nil {
		return Answered{}, false, err
	}
	in := m.Invitees[0]
	before, _ := in.Said(a.Date)
	if a.RSVP != "" {
		if kept, err = in.answer(a); err != nil {
			return Answered{}, false, err
		}
	}
	proposed := a.Proposal != nil && in.propose(a)
	done.Invitee = in
	if kept {
		done.Events = append(done.Events, s.responded(m, in, event.InviteeResponded, a.Date, actor, onBehalfOf, map[string]any{"answer": string(a.RSVP)}))
	}
	if proposed {
		done.Events = append(done.Events, s.responded(m, in, event.InviteeProposed, a.Date, actor, onBehalfOf, nil))
	}
	done.Report = s.report(m, before, a, proposed, kept)
	return done, kept || proposed, nil
}

// takes is nil when an answer can be taken to a meeting as it stands now.
func (s *Service) takes(m Meeting, d dates, a said) error {
	var p problems
	p.that(a.RSVP == "" && a.Proposal != nil || slices.Contains([]RSVP{Accepted, Declined, Tentative}, a.RSVP), "body.answer", "one of accepted, declined, tentative")
	p.that(utf8.RuneCountInString(a.Comment) <= MaxComment, "body.comment", fmt.Sprintf("at most %d characters", MaxComment))
	switch {
	case p.err() != nil:
		return p.err()
	case !m.Live():
		return fault.New(fault.CodeMeetingCancelled, "this meeting was cancelled: it needs no answer")
	case a.Date == 0:
		return s.openAll(d)
	}
	o, err := d.find(a.Date)
	if fault.HasCode(err, fault.CodeOccurrenceNotFound) {
		return fault.New(fault.CodeOccurrenceNotFound, "the meeting has no such date").At("body.occurrence", "read the invitation again")
	}
	if err == nil && !o.End.After(s.Now()) {
		err = fault.New(fault.CodePastOccurrence, "this date is over: it needs no answer")
	}
	return err
}

func (s *Service) openAll(d dates) error {
	if len(d.between(s.Now(), time.Time{})) > 0 {
		return nil
	}
	return fault.New(fault.CodeMeetingOver, "the last date is over: it needs no answer")
}

// answer puts an answer in its place, unless it is older than the one that is there, or the same.
func (i *Invitee) answer(a said) (kept bool, err error) {
	at, found := slices.BinarySearchFunc(i.Answers, a.Date, byDate)
	if found {
		was := i.Answers[at]
		same := was.RSVP == a.RSVP && was.Comment == a.Comment
		if same || !a.over(was.Sequence, was.At) {
			return false, nil
		}
	} else if len(i.Answers) > MaxDateAnswers {
		return false, fault.New(fault.CodeConflict, "too many single dates are answered: answer to the whole meeting")
	}
	i.Answers = slices.Clone(i.Answers)
	if found {
		i.Answers[at] = a.Answer
	} else {
		i.Answers = slices.Insert(i.Answers, at, a.Answer)
	}
	if a.Date == 0 {
		i.RSVP = a.RSVP
	}
	return true, nil
}

// over tells that an answer is newer than one of this sequence and moment.
func (a said) over(sequence int, at time.Time) bool {
	if a.own {
		return true
	}
	return sequence < a.told || a.At.After(at)
}

// propose keeps another time, unless a newer one is there for the same date.
func (i *Invitee) propose(a said) bool {
	p := *a.Proposal
	at, found := slices.BinarySearchFunc(i.Proposals, p.Date, func(p Proposal, date recur.Local) int { return cmp.Compare(p.Date, date) })
	if found && !a.over(i.Proposals[at].Sequence, i.Proposals[at].At) {
		return false
	}
	i.Proposals = slices.Clone(i.Proposals)
	if found {
		i.Proposals[at] = p
	} else {
		i.Proposals = slices.Insert(i.Proposals, at, p)
	}
	return true
}

// responded is an event about somebody invited. It holds ids and the word that they said, never what they wrote.
func (s *Service) responded(m Meeting, in Invitee, t event.Type, date recur.Local, actor, onBehalfOf string, data map[string]any) event.Event {
	if data == nil {
		data = map[string]any{}
	}
	data["invitee"] = in.ID
	if date != 0 {
		data["occurrence"] = date.ID()
	}
	return event.Event{
		ID: newID(), Type: t, OrgID: m.OrgID, Subject: "meeting:" + m.ID, Actor: actor, OnBehalfOf: onBehalfOf, At: s.Now().UTC(), Data: data,
	}
}

// DeclineProposal takes another time away that somebody invited proposed, and tells them so by mail. Doing it twice is no
// error.
func (s *Service) DeclineProposal(ctx context.Context, who auth.Identity, id, inviteeID string, date recur.Local) error {
	m, err := s.Store.Meeting(ctx, id)
	if err == nil {
		err = s.allowed(who, auth.MeetingUpdate, m)
	}
	if err != nil {
		return err
	}
	return s.Store.AnswerInvitation(ctx, Invited{MeetingID: id, InviteeID: inviteeID}, s.Now().UTC(), func(m Meeting) (Answered, error) {
		if len(m.Invitees) == 0 {
			return Answered{}, noInvitee()
		}
		in := m.Invitees[0]
		in.Proposals = slices.DeleteFunc(slices.Clone(in.Proposals), func(p Proposal) bool { return p.Date == date })
		done := Answered{Invitee: in}
		if len(in.Proposals) < len(m.Invitees[0].Proposals) {
			done.Events = []event.Event{s.responded(m, in, event.ProposalDeclined, date, string(who.Kind)+":"+who.ID, who.OnBehalfOf, nil)}
			done.Letters = s.declining(m, in, date)
		}
		return done, nil
	})
}

// declining is the letter to who proposed another time. It goes whoever is to hear of changes: they asked, and this is the
// answer.
func (s *Service) declining(m Meeting, to Invitee, date recur.Local) []Letter {
	if !s.SendsMail || to.Email == "" {
		return nil
	}
	return []Letter{m.letter(LetterCounterDeclined, to, Occurrence{ID: date}, s.Host, s.Now().UTC())}
}
