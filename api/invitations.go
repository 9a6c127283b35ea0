package api

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"parvis/fault"
	"parvis/schedule"
)

// InvitationKey is what an invitation is found by, exported as NewMeeting is. It travels in a body, never in an address:
// no log and no Referer has it.
type InvitationKey struct {
	Token   string `json:"token" maxLength:"128" doc:"Of a personal link: the part of the invitation's address after #i=." example:"Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMTI"`
	Meeting string `json:"meeting,omitempty" maxLength:"36" doc:"Which one, as the look-up and the invitation's address name it: a link can be of several meetings, once a series was parted."`
}

type lookupInput struct {
	Body InvitationKey
}

// invitedTo is a meeting as somebody invited reads it, who has no account here or has not signed in. Nobody else who is
// invited is in it.
type invitedTo struct {
	Meeting     string          `json:"meeting"`
	Status      string          `json:"status" enum:"confirmed,cancelled"`
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Language    string          `json:"language" enum:"fr,en"`
	Organizer   string          `json:"organizer,omitempty"`
	OnBehalfOf  string          `json:"onBehalfOf,omitempty"`
	TimeZone    string          `json:"timeZone"`
	Start       string          `json:"start" doc:"As it was planned: the local start, of a series that of the first date."`
	Duration    string          `json:"duration"`
	Recurs      bool            `json:"recurs"`
	Rules       []string        `json:"rules,omitempty" doc:"How it repeats: RRULE of RFC 5545."`
	Slug        string          `json:"slug" doc:"Of the room."`
	Invitee     invitedPerson   `json:"invitee"`
	Dates       []invitedToDate `json:"dates" doc:"Those that are not over, the first first; none of a meeting that is over or cancelled."`
	More        bool            `json:"more,omitempty" doc:"There are more dates than are listed."`
}

type invitedPerson struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty" doc:"Under which they are invited, but for most of the name before the @; left out of people with an account."`
	InviteeAnswer
}

type invitedToDate struct {
	Occurrence
	Opens  time.Time `json:"opens" doc:"From when on one comes in."`
	Closes time.Time `json:"closes" doc:"Until when one comes in."`
}

func wireInvitation(v schedule.Invitation) invitedTo {
	out := invitedTo{
		Meeting: v.ID, Status: string(v.Status), Title: v.Title, Description: v.Description, Language: v.Language,
		Organizer: v.Organizer.Name, OnBehalfOf: v.Organizer.OnBehalfOf, TimeZone: v.When.Zone,
		Start: v.When.Start.String(), Duration: v.When.Duration.String(), Recurs: v.When.Recurs(), Slug: v.Place.Slug,
		Invitee: invitedPerson{v.Invitee.Name, mailOf(v.Invitee), wireSaid(v.Invitee)}, Dates: []invitedToDate{}, More: v.More,
	}
	for _, rule := range v.When.Rules {
		out.Rules = append(out.Rules, rule.String())
	}
	for i, o := range wireOccurrences(v.Dates) {
		out.Dates = append(out.Dates, invitedToDate{o, at(v.Dates[i].Start.Add(-v.Access.OpensBefore)), at(v.Dates[i].End.Add(v.Access.ClosesAfter))})
	}
	return out
}

// mailOf is the address of somebody invited, but for most of the name before its @: they know it again, and whom the link was
// passed on to learns none.
func mailOf(i schedule.Invitee) string {
	name, domain, found := strings.Cut(i.Email, "@")
	if i.PersonID != "" || !found || name == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(name)
	return string(first) + "…@" + domain
}

type invitationOutput struct {
	Body invitedTo
}

var exampleToken = InvitationKey{Token: "Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMTI", Meeting: exampleMeeting.ID}

var exampleInvitedTo = invitedTo{
	Meeting: exampleMeeting.ID, Status: "confirmed", Title: "Comité de pilotage", Language: "fr", Organizer: "Camille Martin", TimeZone: "Europe/Paris",
	Start: exampleNewMeeting.Start, Duration: exampleNewMeeting.Duration, Recurs: true, Rules: exampleNewMeeting.Recurrence.Rules,
	Slug: exampleRoom.Slug, Invitee: invitedPerson{"Louise Petit", "l…@justice.example", exampleSaid},
	Dates: []invitedToDate{{exampleOccurrence, exampleOccurrence.Start.Add(-15 * time.Minute), exampleOccurrence.End.Add(30 * time.Minute)}},
}

var opLookUpInvitation = operation{
	id: "look-up-invitation", method: http.MethodPost, path: "/invitations/lookup", tag: "Invitations", callers: []string{byCookie, ""},
	summary: "What somebody is invited to", detail: "By the token of a personal link; nobody signs in for it. It changes nothing.",
	request: exampleToken, answer: exampleInvitedTo, codes: []fault.Code{fault.CodeLinkUnknown, fault.CodeLinkRevoked, fault.CodeNotInvited},
}

func (s *server) lookUpInvitation(ctx context.Context, in *lookupInput) (*invitationOutput, error) {
	v, err := s.Schedule.Invitation(ctx, in.Body.Token, in.Body.Meeting)
	if err != nil {
		return nil, err
	}
	return &invitationOutput{wireInvitation(v)}, nil
}

type linkAnswer struct {
	InvitationKey
	NewAnswer
}

type answerInvitationInput struct {
	Body linkAnswer
}

var opAnswerInvitation = operation{
	id: "answer-invitation", method: http.MethodPost, path: "/invitations/answer", tag: "Invitations", callers: []string{byCookie, ""},
	summary: "Say whether one comes", detail: "By the token of a personal link, to the whole meeting or to one date. Saying the same again changes nothing; another answer takes its place. So it takes no Idempotency-Key.",
	request: linkAnswer{exampleToken, NewAnswer{Answer: "accepted"}}, answer: exampleInvitedTo,
	codes: append([]fault.Code{fault.CodeLinkUnknown, fault.CodeLinkRevoked}, refusedAnswers...),
}

func (s *server) answerInvitation(ctx context.Context, in *answerInvitationInput) (*invitationOutput, error) {
	r, err := in.Body.reply()
	if err != nil {
		return nil, err
	}
	if r.Token = in.Body.Token; r.Token == "" {
		return nil, fault.New(fault.CodeInvalid, "whose answer is it?").At("body.token", "the part of the invitation's address after #i=")
	}
	r.MeetingID = in.Body.Meeting
	v, err := s.Schedule.Answer(ctx, r)
	if err != nil {
		return nil, err
	}
	return &invitationOutput{wireInvitation(v)}, nil
}
