package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// What the events say. Names and ids are those of the operations of the lobby.
type (
	ticketEvent struct {
		ID     string `json:"id"`
		State  string `json:"state"`
		Reason string `json:"reason,omitempty"`
	}
	lobbyEvent struct {
		Slug  string   `json:"slug"`
		Name  string   `json:"name"`
		Seq   int64    `json:"seq"`
		Items []waiter `json:"items"`
	}
	knockEvent struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
		Item waiter `json:"item"`
	}
	goneEvent struct {
		Slug string `json:"slug"`
		ID   string `json:"id"`
		Why  string `json:"why"`
	}
	doorEvent = door
	ended     struct {
		Code string `json:"code"`
	}
)

func eventOf(n rooms.News) []byte {
	var data any
	switch n.Kind {
	case rooms.NewsTicket:
		data = ticketEvent{n.Ticket.ID, string(n.State), string(n.Ticket.Reason)}
	case rooms.NewsLobby:
		data = lobbyEvent{n.Lobby.Slug, n.Lobby.Name, n.Lobby.Seq, waitersOf(n.Lobby.Waiting)}
	case rooms.NewsKnock:
		data = knockEvent{n.Lobby.Slug, n.Lobby.Name, waiterOf(n.Ticket)}
	case rooms.NewsGone:
		data = goneEvent{n.Lobby.Slug, n.Ticket.ID, string(n.State)}
	case rooms.NewsDoor:
		data = doorEvent(wireDoor(n.Door))
	default:
		data = struct{}{}
	}
	return event(n.ID, string(n.Kind), data)
}

var opRoomEvents = operation{
	id: "listen-to-room", method: http.MethodGet, path: "/rooms/{slug}/events", tag: "Lobby", callers: anyone, scope: auth.ScopeRoomsWrite, inPerson: true,
	summary: "What happens before a room, pushed",
	detail: "Server-sent events. For somebody who waits: ticket {id, state, reason}, where state is waiting, admitted (join again), refused, " +
		"gone, or again (the door may be open now: join again after a moment drawn between 0 and 1.5 s). For hosts: lobby {slug, name, seq, " +
		"items} first, then knock {slug, name, item} and gone {slug, id, why: admitted, refused or left}; a knock of a known id brings it up " +
		"to date. For whoever comes before the room opens, known or not: door {state, code, opensAt} at once, and again whenever it is another, so " +
		"at the opening: join then after a moment drawn between 0 and 1.5 s; the stream ends with that. Before the stream ends for good: end {code}. A comment comes every 15 s; the stream may be cut at any time, and resumed " +
		"with Last-Event-ID.",
	answer: string(event("41", "ticket", ticketEvent{exampleTicket, "waiting", "lobby"})) +
		string(event("42", "ticket", ticketEvent{exampleTicket, "admitted", "lobby"})),
	codes: []fault.Code{fault.CodeSignInRequired, fault.CodeTicketNotFound, fault.CodeInvalid, fault.CodeUnavailable},
}

func (s *server) roomEvents(ctx context.Context, c *gin.Context, who auth.Identity, resume string) (*rooms.Feed, error) {
	in := RoomPath{Slug: c.Param("slug")}
	if err := in.check(); err != nil {
		return nil, err
	}
	return s.Rooms.Watch(ctx, who, network(c.Request).String(), in.Slug, resume)
}

var opMyEvents = operation{
	id: "listen-to-my-rooms", method: http.MethodGet, path: "/me/events", tag: "Lobby", callers: browsers,
	summary: "Who waits before the rooms that one leads, pushed",
	detail: "The events for hosts of GET /rooms/{slug}/events, of all rooms of which a grant makes the caller host and before which somebody " +
		"waits. After a cut: reset {} first, when something changed meanwhile; then nobody waits but those who follow.",
	answer: string(event("1x2s8fq0kdm3a", "knock", knockEvent{exampleRoom.Slug, exampleRoom.Name, exampleWaiter})),
	codes:  []fault.Code{fault.CodeForbidden, fault.CodeInvalid, fault.CodeUnavailable},
}

func (s *server) myEvents(ctx context.Context, _ *gin.Context, who auth.Identity, resume string) (*rooms.Feed, error) {
	return s.Rooms.WatchMine(ctx, who, resume)
}
