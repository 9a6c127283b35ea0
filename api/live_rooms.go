package api

import (
	"context"
	"net/http"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// overseer is where meetings run, and what administrators do to them (rooms.Service), by who asks.
type overseer interface {
	LiveRooms(ctx context.Context, who auth.Identity, q rooms.LiveQuery) (rooms.LivePage, error)
	LiveRoom(ctx context.Context, who auth.Identity, roomID string) (rooms.LiveRoom, error)
	LivePeople(ctx context.Context, who auth.Identity, roomID string) ([]rooms.LivePerson, error)
	Visit(ctx context.Context, who auth.Identity, roomID, reason string) (rooms.Visited, error)
	EndLive(ctx context.Context, who auth.Identity, roomID, reason string) error
	RemoveLive(ctx context.Context, who auth.Identity, roomID, participant, reason string) error
}

// LiveRoomPath is the address of a room in which a meeting runs, for administrators, who do not get its link.
type LiveRoomPath struct {
	ID string `path:"id" maxLength:"64" example:"0198a5c2-6b20-7d93-9f41-3c7e5a1b8d02" doc:"The room, by id."`
}

type liveRoom struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	Organization organization `json:"organization"`
	Session      string       `json:"session"`
	Since        time.Time    `json:"since"`
	People       int          `json:"people" doc:"Two tabs of somebody count once."`
	Interrupted  int          `json:"interrupted" doc:"Of these, whose connection is lost and who may come back."`
	Waiting      int          `json:"waiting" doc:"Who waits in the lobby."`
	Entry        string       `json:"entry" enum:"hosts,members,organization,signed-in,everyone"`
	Locked       bool         `json:"locked"`
	Quality      string       `json:"quality" enum:"good,poor,interrupted,unknown" doc:"good: the connections of all are open, and the media server judges none of them to be poor or lost. poor: all are open, and one at least is judged so. interrupted: not those of all are open. unknown: nobody is there."`
	Connections  connections  `json:"connections" doc:"Of the people whose connection is open, how many the media server judges how, by the loss and delay of sound and pictures, both ways. Of somebody in two tabs the worse counts."`
	Node         string       `json:"node,omitempty" doc:"Of the media server that carries the meeting; left out where it does not say so."`
}

// connections counts the people whose connection is open by how good it is.
type connections struct {
	Excellent int `json:"excellent"`
	Good      int `json:"good"`
	Poor      int `json:"poor" doc:"Sound or pictures suffer."`
	Lost      int `json:"lost" doc:"No sound or picture passes, while the browser is still heard of."`
	Unknown   int `json:"unknown" doc:"Not judged yet: who has just come, or come back."`
}

func wireLiveRoom(r rooms.LiveRoom) liveRoom {
	quality := "good"
	switch {
	case r.People == 0:
		quality = "unknown"
	case r.Interrupted > 0:
		quality = "interrupted"
	case r.Connections.Poor+r.Connections.Lost > 0:
		quality = "poor"
	}
	return liveRoom{
		ID: r.RoomID, Name: r.Name, Organization: organization{r.OrgID, r.OrgName}, Session: r.SessionID, Since: at(r.StartedAt), People: r.People,
		Interrupted: r.Interrupted, Waiting: r.Waiting, Entry: string(r.Entry), Locked: r.Locked, Quality: quality, Connections: wireConnections(r.Connections), Node: r.Node,
	}
}

func wireConnections(c rooms.Connections) connections {
	return connections{Excellent: c.Excellent, Good: c.Good, Poor: c.Poor, Lost: c.Lost, Unknown: c.Unknown}
}

var exampleLiveRoom = liveRoom{
	ID: "0198a5c2-6b20-7d93-9f41-3c7e5a1b8d02", Name: "Budget 2027", Organization: organization{"0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25", "Ministère des Finances"},
	Session: "0198a5c2-9a30-7e14-8c52-6d1f3b7a9e05", Since: exampleTime, People: 12, Waiting: 1, Entry: "organization", Quality: "poor",
	Connections: connections{Excellent: 9, Good: 2, Poor: 1},
}

// onLive describes an operation on meetings that run. No software asks for it: whose meetings are watched is known by name.
func onLive(o operation) operation {
	o.tag, o.callers = "Administration", browsers
	o.codes = append(o.codes, fault.CodeForbidden, fault.CodeRoomNotFound)
	return o
}

// onLiveAct describes what changes something, for which a reason is given.
func onLiveAct(o operation) operation {
	o.request = reasonBody{"Nobody is left who hosts it"}
	o.detail += " It needs a fresh sign-in and a reason, which the trail and the room's history keep: name nobody in it."
	o.codes = append(o.codes, fault.CodeElevationRequired)
	return onLive(o)
}

type listLiveInput struct {
	Query        line   `query:"q" maxLength:"100" doc:"The beginnings of words of the room's name or its organization's; all of them have to be found."`
	Organization string `query:"organization" maxLength:"64" doc:"By id, with those below it; left out: all that you administer."`
	PageSize     int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor       string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type liveList struct {
	Items []liveRoom `json:"items"`
	Paged
}

type liveListOutput struct {
	Body liveList
}

var opListLive = onLive(operation{
	id: "list-live-rooms", method: http.MethodGet, path: "/live-rooms", summary: "Where meetings run now",
	detail: "Of the organizations that you administer, the latest begun first, with counts and without names.",
	answer: liveList{Items: []liveRoom{exampleLiveRoom}}, codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listLive(ctx context.Context, in *listLiveInput) (*liveListOutput, error) {
	page, err := s.Live.LiveRooms(ctx, of(ctx).who, rooms.LiveQuery{OrgID: in.Organization, Search: string(in.Query), PageSize: in.PageSize, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	list := liveList{Items: make([]liveRoom, len(page.Rooms)), Paged: Paged{page.Next}}
	for i, r := range page.Rooms {
		list.Items[i] = wireLiveRoom(r)
	}
	return &liveListOutput{list}, nil
}

type liveOutput struct {
	Body liveRoom
}

var opGetLive = onLive(operation{
	id: "get-live-room", method: http.MethodGet, path: "/live-rooms/{id}", summary: "A meeting that runs", answer: exampleLiveRoom,
})

func (s *server) getLive(ctx context.Context, in *LiveRoomPath) (*liveOutput, error) {
	r, err := s.Live.LiveRoom(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return &liveOutput{wireLiveRoom(r)}, nil
}

type livePerson struct {
	Participant   string    `json:"participant"`
	Kind          string    `json:"kind" enum:"person,guest,service,phone,matrix,system"`
	Name          string    `json:"name"`
	Organization  string    `json:"organization,omitempty"`
	Role          string    `json:"role" enum:"owner,moderator,member"`
	Assurance     string    `json:"assurance" enum:"unknown,phone,email,agent,agent-mfa"`
	Administrator string    `json:"administrator,omitempty" enum:"platform-admin,org-admin" doc:"Of one who is none of the room's people, and was announced: by which role."`
	Since         time.Time `json:"since"`
	Connection    string    `json:"connection" enum:"open,interrupted"`
}

type livePeople struct {
	Items []livePerson `json:"items"`
}

type livePeopleOutput struct {
	Body livePeople
}

var opLivePeople = onLive(operation{
	id: "list-live-people", method: http.MethodGet, path: "/live-rooms/{id}/people", summary: "Who is in a meeting that runs", reads: audit.LivePeopleRead,
	detail: "First come first; somebody in two tabs stands there twice. Not for auditors. The audit trail says who read it: the first time at once, and how often besides once a minute.",
	answer: livePeople{[]livePerson{{
		Participant: exampleSpeaker.Participant, Kind: "person", Name: "Camille Martin", Organization: "Ministère des Finances", Role: "owner", Assurance: "agent",
		Since: exampleTime, Connection: "open",
	}}},
})

func (s *server) livePeople(ctx context.Context, in *LiveRoomPath) (*livePeopleOutput, error) {
	people, err := s.Live.LivePeople(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	list := livePeople{make([]livePerson, len(people))}
	for i, p := range people {
		connection := "open"
		if !p.Connected {
			connection = "interrupted"
		}
		list.Items[i] = livePerson{
			Participant: p.AdmissionID, Kind: string(p.Who.Kind), Name: p.Name, Organization: p.OrgName, Role: string(p.Role), Assurance: p.Assurance.String(),
			Administrator: string(p.Visit), Since: at(p.Since), Connection: connection,
		}
	}
	return &livePeopleOutput{list}, nil
}

type reasonBody struct {
	Reason line `json:"reason" minLength:"1" maxLength:"300" doc:"Why."`
}

type liveActInput struct {
	LiveRoomPath
	Body reasonBody
}

type visited struct {
	URL       string `json:"url" format:"uri" doc:"The room: join it there."`
	Slug      string `json:"slug"`
	Announced bool   `json:"announced" doc:"Whether all who are in it will be told; false for one's own room, which one enters as always."`
}

type visitOutput struct {
	Body visited
}

var opVisit = onLiveAct(operation{
	id: "enter-live-room", method: http.MethodPost, path: "/live-rooms/{id}/enter", summary: "Enter a meeting as an administrator",
	detail: "Whatever the entry, the lobby and the lock: joining lets you in from now on. All who are in it are told when you come, and see you marked for as long as you are there. Who was taken out or blocked by a host is refused.",
	answer: visited{exampleRoom.URL, exampleRoom.Slug, true},
	codes:  []fault.Code{fault.CodeRemoved, fault.CodeBlocked, fault.CodeRoomArchived, fault.CodeAssuranceTooLow},
})

func (s *server) visit(ctx context.Context, in *liveActInput) (*visitOutput, error) {
	v, err := s.Live.Visit(ctx, of(ctx).who, in.ID, string(in.Body.Reason))
	if err != nil {
		return nil, err
	}
	return &visitOutput{visited{s.roomURL(v.Room.Slug), v.Room.Slug, v.Announced}}, nil
}

var opEndLive = onLiveAct(operation{
	id: "end-live-room", method: http.MethodPost, path: "/live-rooms/{id}/end", status: http.StatusNoContent, summary: "End a meeting for everybody",
	detail: "All who are in it are told by whom.",
})

func (s *server) endLive(ctx context.Context, in *liveActInput) (*none, error) {
	return nil, s.Live.EndLive(ctx, of(ctx).who, in.ID, string(in.Body.Reason))
}

type removeLiveInput struct {
	LiveRoomPath
	Participant string `path:"participant" maxLength:"64" example:"0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90" doc:"As the list of people says it."`
	Body        reasonBody
}

var opRemoveLive = onLiveAct(operation{
	id: "remove-live-person", method: http.MethodPost, path: "/live-rooms/{id}/people/{participant}/remove", status: http.StatusNoContent,
	summary: "Take somebody out of a meeting", detail: "For the rest of it they wait in the lobby, until a host lets them in.",
	codes: []fault.Code{fault.CodeParticipantNotFound},
})

func (s *server) removeLive(ctx context.Context, in *removeLiveInput) (*none, error) {
	return nil, s.Live.RemoveLive(ctx, of(ctx).who, in.ID, in.Participant, string(in.Body.Reason))
}
