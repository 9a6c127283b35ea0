package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
)

type agendaInput struct {
	From  time.Time `query:"from" required:"true" doc:"Dates that end after this."`
	To    time.Time `query:"to" required:"true" doc:"Dates that begin before this; at most 100 days later, but for a search by title."`
	Title string    `query:"title" maxLength:"200" doc:"Only meetings whose title has all these words, whole or in part, whatever the case and the accents: each once, with its first date in this time, at most 50 of them."`
}

// agendaEntry is one date in somebody's agenda.
type agendaEntry struct {
	Meeting   string   `json:"meeting"`
	Slug      string   `json:"slug" doc:"Of the room."`
	Organizer string   `json:"organizer"`
	Leads     bool     `json:"leads" doc:"Whether I organize the meeting, or stand in for who does."`
	RSVP      string   `json:"rsvp,omitempty" enum:"needs-action,accepted,declined,tentative" doc:"What I answered; left out when I am not invited."`
	Recurs    bool     `json:"recurs"`
	Rules     []string `json:"rules,omitempty" doc:"How it repeats (RFC 5545), on the clocks of the meeting; left out of a single meeting, and of a series that is a list of dates."`
	Occurrence
	Opens  time.Time `json:"opens" doc:"From when on one comes in."`
	Closes time.Time `json:"closes" doc:"Until when one comes in."`

	Attendance bool `json:"attendance" doc:"Whether I may read who was there once it is over: who leads the meeting, a deputy for as long as the mandate lasts."`
}

type agendaList struct {
	Items []agendaEntry `json:"items"`
	More  bool          `json:"more,omitempty" doc:"More meetings have this title than are listed: say more of it."`
}

type agendaOutput struct {
	Body agendaList
}

var opAgenda = operation{
	id: "agenda", method: http.MethodGet, path: "/agenda", tag: "Meetings", callers: browsers,
	summary: "My agenda", detail: "Each date of the meetings that I organize, stand in for or am invited to, the first first. With title it is a search, of any length of time.",
	answer: agendaList{Items: []agendaEntry{{
		Meeting: exampleMeeting.ID, Slug: exampleRoom.Slug, Organizer: "Camille Martin", Leads: true, Recurs: true, Rules: exampleNewMeeting.Recurrence.Rules, Occurrence: exampleOccurrence,
		Opens: exampleOccurrence.Start.Add(-15 * time.Minute), Closes: exampleOccurrence.End.Add(30 * time.Minute),
		Attendance: true,
	}}},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid},
}

func (s *server) agenda(ctx context.Context, in *agendaInput) (*agendaOutput, error) {
	list, more, err := s.Schedule.Agenda(ctx, of(ctx).who, schedule.AgendaQuery{From: in.From, To: in.To, Title: string(in.Title)})
	if err != nil {
		return nil, err
	}
	out := agendaList{More: more, Items: make([]agendaEntry, len(list))}
	for i, e := range list {
		m := e.Meeting
		out.Items[i] = agendaEntry{
			Meeting: m.ID, Slug: m.Place.Slug, Organizer: m.Organizer.Name, Leads: e.Leads, RSVP: string(e.RSVP), Recurs: m.When.Recurs(),
			Occurrence: wireOccurrences([]schedule.Occurrence{e.Occurrence})[0],
			Rules:      rulesOf(m.Definition),
			Opens:      at(e.Start.Add(-m.Access.OpensBefore)), Closes: at(e.End.Add(m.Access.ClosesAfter)),
			Attendance: e.Leads,
		}
	}
	return &agendaOutput{out}, nil
}

type personalLink struct {
	URL string `json:"url,omitempty" doc:"Told this once: send it to them and nobody else. An answer that is repeated by Idempotency-Key is without it."`
}

type personalLinkOutput struct {
	Body personalLink
}

var opPersonalLink = operation{
	id: "make-personal-link", method: http.MethodPost, path: "/meetings/{id}/invitees/{invitee}/links", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Make a personal link", detail: "Whoever shows it comes in as the one invited, while the room is open for the meeting; it proves nothing of who they are. The link they had ends. If the answer was lost, make another: it is never shown again.",
	status: http.StatusCreated, answer: personalLink{exampleRoom.URL + "#i=" + "Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMTI"},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeInviteeNotFound, fault.CodeMeetingCancelled},
}

func (s *server) personalLink(ctx context.Context, in *InviteePath) (*personalLinkOutput, error) {
	v, token, err := s.Schedule.PersonalLink(ctx, of(ctx).who, in.ID, in.Invitee)
	if err != nil {
		return nil, err
	}
	return &personalLinkOutput{personalLink{s.BaseURL + "/" + v.Place.Slug + "#i=" + token}}, nil
}

var opRevokeLink = operation{
	id: "revoke-personal-link", method: http.MethodDelete, path: "/meetings/{id}/invitees/{invitee}/links", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Revoke a personal link", detail: "Who came in by it leaves. They stay invited.", status: http.StatusNoContent,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeInviteeNotFound, fault.CodeMeetingCancelled},
}

func (s *server) revokeLink(ctx context.Context, in *InviteePath) (*none, error) {
	return nil, s.Schedule.RevokeLink(ctx, of(ctx).who, in.ID, in.Invitee)
}
