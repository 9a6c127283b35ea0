package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// InviteeAnswer is what somebody invited answers, exported as NewMeeting is. It is written by nobody but themselves.
type InviteeAnswer struct {
	RSVP       string       `json:"rsvp,omitempty" readOnly:"true" enum:"needs-action,accepted,declined,tentative" doc:"To the meeting as a whole."`
	Comment    block        `json:"comment,omitempty" readOnly:"true"`
	AnsweredAt *time.Time   `json:"answeredAt,omitempty" readOnly:"true" doc:"Left out while they have not answered."`
	Answers    []dateAnswer `json:"answers,omitempty" readOnly:"true" doc:"To single dates. They stand over that to the whole."`
	Proposals  []proposal   `json:"proposals,omitempty" readOnly:"true" doc:"Other times that they would rather have. Change the meeting, or decline."`
}

type dateAnswer struct {
	Occurrence string    `json:"occurrence" doc:"The date, by its original local start."`
	RSVP       string    `json:"rsvp" enum:"accepted,declined,tentative"`
	Comment    block     `json:"comment,omitempty"`
	AnsweredAt time.Time `json:"answeredAt"`
}

type proposal struct {
	Occurrence string    `json:"occurrence,omitempty" doc:"Of this date; of the whole meeting when left out."`
	Start      string    `json:"start" doc:"In the meeting's zone."`
	Duration   string    `json:"duration"`
	Comment    block     `json:"comment,omitempty"`
	ProposedAt time.Time `json:"proposedAt"`
}

func wireSaid(i schedule.Invitee) InviteeAnswer {
	out := InviteeAnswer{RSVP: string(i.RSVP)}
	for _, a := range i.Answers {
		if a.Date.IsZero() {
			when := at(a.At)
			out.Comment, out.AnsweredAt = block(a.Comment), &when
			continue
		}
		out.Answers = append(out.Answers, dateAnswer{a.Date.ID(), string(a.RSVP), block(a.Comment), at(a.At)})
	}
	for _, p := range i.Proposals {
		out.Proposals = append(out.Proposals, proposal{nameOf(p.Date), p.Start.String(), p.Duration.String(), block(p.Comment), at(p.At)})
	}
	return out
}

// nameOf names a date; the whole meeting has no name.
func nameOf(date recur.Local) string {
	if date.IsZero() {
		return ""
	}
	return date.ID()
}

// NewAnswer is what somebody answers, exported as NewMeeting is.
type NewAnswer struct {
	Answer     string `json:"answer" enum:"accepted,declined,tentative"`
	Occurrence string `json:"occurrence,omitempty" maxLength:"20" doc:"One date, by its original local start; the whole meeting when left out."`
	Comment    block  `json:"comment,omitempty" maxLength:"2000" doc:"For those who lead the meeting."`
}

func (a NewAnswer) reply() (schedule.Reply, error) {
	r := schedule.Reply{RSVP: schedule.RSVP(a.Answer), Comment: string(a.Comment)}
	if a.Occurrence == "" {
		return r, nil
	}
	date, err := recur.ParseID(a.Occurrence)
	if err != nil {
		return r, fault.New(fault.CodeOccurrenceNotFound, "a date has a name such as 20261124T090000").At("body.occurrence", err.Error())
	}
	r.Date = date
	return r, nil
}

type answerMeetingInput struct {
	MeetingPath
	Body NewAnswer
}

type saidOutput struct {
	Body InviteeAnswer
}

var refusedAnswers = []fault.Code{
	fault.CodeNotInvited, fault.CodeOccurrenceNotFound, fault.CodePastOccurrence, fault.CodeMeetingOver, fault.CodeMeetingCancelled, fault.CodeConflict,
}

var opAnswerMeeting = operation{
	id: "answer-meeting", method: http.MethodPut, path: "/meetings/{id}/answer", tag: "Invitations", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Say whether I come", detail: "For people who are invited by their account, to the whole meeting or to one date. They may change their mind. " +
		"The version of the meeting stays, so that nobody's edit is refused for it.",
	request: NewAnswer{Answer: "declined", Occurrence: exampleOccurrence.ID, Comment: "In a hearing that day."}, answer: exampleSaid,
	codes: append([]fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound}, refusedAnswers...),
}

func (s *server) sayWhetherICome(ctx context.Context, in *answerMeetingInput) (*saidOutput, error) {
	r, err := in.Body.reply()
	if err != nil {
		return nil, err
	}
	r.Who, r.MeetingID = of(ctx).who, in.ID
	v, err := s.Schedule.Answer(ctx, r)
	if err != nil {
		return nil, err
	}
	return &saidOutput{wireSaid(v.Invitee)}, nil
}

type declineProposalInput struct {
	InviteePath
	Occurrence string `query:"occurrence" maxLength:"20" doc:"The date that it is about; the whole meeting when left out."`
}

var opDeclineProposal = operation{
	id: "decline-proposal", method: http.MethodDelete, path: "/meetings/{id}/invitees/{invitee}/proposal", tag: "Invitations", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Decline another time", detail: "Who proposed it is told by mail. To take it, change the meeting: a proposal that has come true goes by itself. Doing it twice is no error.",
	status: http.StatusNoContent, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid, fault.CodeMeetingNotFound, fault.CodeInviteeNotFound},
}

func (s *server) declineProposal(ctx context.Context, in *declineProposalInput) (*none, error) {
	var date recur.Local
	if in.Occurrence != "" {
		var err error
		if date, err = recur.ParseID(in.Occurrence); err != nil {
			return nil, fault.New(fault.CodeInvalid, "a date has a name such as 20261124T090000").At("query.occurrence", err.Error())
		}
	}
	return nil, s.Schedule.DeclineProposal(ctx, of(ctx).who, in.ID, in.Invitee, date)
}
