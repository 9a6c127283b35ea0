package api

import (
	"context"
	"net/http"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

// lobby is who waits before a room, as its hosts see it.
type lobby struct {
	Seq   int64    `json:"seq" doc:"Counts the changes of the lobby."`
	Items []waiter `json:"items" doc:"First come first."`
}

// waiter is somebody who waits. Its id is that of the ticket.
type waiter struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Kind         string      `json:"kind" enum:"person,guest"`
	Organization string      `json:"organization"`
	Assurance    string      `json:"assurance" enum:"unknown,phone,email,agent,agent-mfa" doc:"How sure it is who this is."`
	Email        string      `json:"email,omitempty" doc:"That a guest has proved."`
	Invited      string      `json:"invited,omitempty" doc:"The name on the personal link that they brought; of an address the first letter and the domain. It is no proof of who they are."`
	Reason       string      `json:"reason" enum:"lobby,host,removed,returned,tightens" doc:"tightens: for nothing but that the meeting becomes stricter by them."`
	Note         string      `json:"note,omitempty" doc:"A line to the hosts."`
	Since        time.Time   `json:"since"`
	Tightens     []tightened `json:"tightens,omitempty" doc:"What becomes stricter, until the meeting ends, when they are let in, and who locked it."`
}

// tightened is a setting that counts in a meeting because of who is present.
type tightened struct {
	Setting  string   `json:"setting" example:"chatKeeping" doc:"By the name of the setting: see the effective policy of the room."`
	Value    any      `json:"value"`
	LockedBy []string `json:"lockedBy" doc:"The organizations; the platform, for what binds all."`
}

func wireTightened(asked policy.Demands) []tightened {
	list := []tightened{}
	asked.Each(func(s *policy.Setting, d policy.Demand) {
		list = append(list, tightened{string(s.Name), plain(s, d.Value), d.Says()})
	})
	return list
}

var exampleTightened = []tightened{{"chatKeeping", "none", []string{"Ministry Y"}}}

func waiterOf(t rooms.Ticket) waiter {
	return waiter{
		t.ID, t.Name, string(t.WhoKind), t.OrgName, t.Assurance.String(), t.Email, access.Shown(t.Invited), string(t.Reason), t.Note, at(t.Since), wireTightened(t.Asks),
	}
}

func waitersOf(tickets []rooms.Ticket) []waiter {
	items := make([]waiter, len(tickets))
	for i, t := range tickets {
		items[i] = waiterOf(t)
	}
	return items
}

const exampleTicket = "0198a5c2-b3d1-7e60-9c15-7a4f2e8d6b31"

var exampleWaiter = waiter{exampleTicket, "Camille", "guest", "", "unknown", "", "", "lobby", "Here for the first item", exampleTime, exampleTightened}

// ofHosts describes an operation of those who decide who is let in.
func ofHosts(o operation) operation {
	o.tag, o.callers, o.scope = "Lobby", signedIn, auth.ScopeRoomsWrite
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

type lobbyOutput struct {
	Body lobby
}

var opLobby = ofHosts(operation{
	id: "list-lobby", method: http.MethodGet, path: "/rooms/{slug}/lobby",
	summary: "Who waits", detail: "For hosts. Listen to the room's events rather than asking again.",
	answer: lobby{41, []waiter{exampleWaiter}},
})

func (s *server) lobby(ctx context.Context, in *RoomPath) (*lobbyOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	l, err := s.Rooms.Waiting(ctx, of(ctx).who, in.Slug)
	if err != nil {
		return nil, err
	}
	return &lobbyOutput{lobby{l.Seq, waitersOf(l.Waiting)}}, nil
}

// verdictBody names tickets, or all.
type verdictBody struct {
	Tickets []string `json:"tickets,omitempty" minItems:"1" maxItems:"500" nullable:"false" doc:"All of them are decided, or none."`
	All     bool     `json:"all,omitempty" doc:"Instead: everybody who waits. Who was removed by a host, or by whom the meeting becomes stricter, is let in by name only."`
}

type decideInput struct {
	RoomPath
	Body verdictBody
}

func (in decideInput) verdict(to rooms.TicketState) (rooms.Verdict, error) {
	if in.Body.All == (len(in.Body.Tickets) > 0) {
		return rooms.Verdict{}, fault.New(fault.CodeInvalid, "name tickets, or say all").At("body", "either tickets or all")
	}
	return rooms.Verdict{To: to, Tickets: in.Body.Tickets, All: in.Body.All}, nil
}

type admitted struct {
	Admitted []string `json:"admitted" doc:"The tickets that are admitted now."`
}

type admitOutput struct {
	Body admitted
}

var opAdmit = ofHosts(operation{
	id: "admit", method: http.MethodPost, path: "/rooms/{slug}/lobby/admit",
	summary: "Let people in", detail: "Doing it twice is no error.",
	request: verdictBody{Tickets: []string{exampleTicket}}, answer: admitted{[]string{exampleTicket}},
	codes: []fault.Code{fault.CodeAlreadyDecided, fault.CodeTicketNotFound},
})

func (s *server) admit(ctx context.Context, in *decideInput) (*admitOutput, error) {
	ids, err := s.decide(ctx, in, rooms.TicketAdmitted)
	return &admitOutput{admitted{ids}}, err
}

type refused struct {
	Refused []string `json:"refused" doc:"The tickets that are refused now."`
}

type refuseOutput struct {
	Body refused
}

var opRefuse = ofHosts(operation{
	id: "refuse", method: http.MethodPost, path: "/rooms/{slug}/lobby/refuse",
	summary: "Refuse people", detail: "They can knock again five minutes later. Doing it twice is no error.",
	request: verdictBody{All: true}, answer: refused{[]string{exampleTicket}},
	codes: []fault.Code{fault.CodeAlreadyDecided, fault.CodeTicketNotFound},
})

func (s *server) refuseTickets(ctx context.Context, in *decideInput) (*refuseOutput, error) {
	ids, err := s.decide(ctx, in, rooms.TicketRefused)
	return &refuseOutput{refused{ids}}, err
}

func (s *server) decide(ctx context.Context, in *decideInput, to rooms.TicketState) ([]string, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	v, err := in.verdict(to)
	if err != nil {
		return nil, s.wrong(ctx, in.Slug, auth.RoomModerate, err)
	}
	ids, err := s.Rooms.Decide(ctx, of(ctx).who, in.Slug, v)
	if ids == nil {
		ids = []string{}
	}
	return ids, err
}

// TicketPath is a ticket before a room.
type TicketPath struct {
	RoomPath
	Ticket string `path:"id" doc:"The ticket that joining answered." example:"0198a5c2-b3d1-7e60-9c15-7a4f2e8d6b31"`
}

func (p TicketPath) check() error {
	if err := p.RoomPath.check(); err != nil {
		return err
	}
	if !isID(p.Ticket) {
		return rooms.NoTicket()
	}
	return nil
}

type noteBody struct {
	Text line `json:"text" maxLength:"200" doc:"Empty takes it back." example:"Here for the first item"`
}

type noteInput struct {
	TicketPath
	Body noteBody
}

var opNote = operation{
	id: "write-note", method: http.MethodPut, path: "/rooms/{slug}/lobby/{id}/note", tag: "Lobby", callers: browsers, status: http.StatusNoContent,
	summary: "Leave the hosts a line while waiting", request: noteBody{"Here for the first item"}, codes: []fault.Code{fault.CodeTicketNotFound},
}

func (s *server) leaveNote(ctx context.Context, in *noteInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Note(ctx, of(ctx).who, in.Slug, in.Ticket, string(in.Body.Text))
}

var opLeaveLobby = operation{
	id: "leave-lobby", method: http.MethodDelete, path: "/rooms/{slug}/lobby/{id}", tag: "Lobby", callers: browsers, status: http.StatusNoContent,
	summary: "Wait no more", codes: []fault.Code{fault.CodeTicketNotFound},
}

func (s *server) leaveLobby(ctx context.Context, in *TicketPath) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.LeaveLobby(ctx, of(ctx).who, in.Slug, in.Ticket)
}
