package api

import (
	"context"
	"net/http"

	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
)

type bulkRooms struct {
	Rooms []newRoom `json:"rooms" minItems:"1" maxItems:"200"`
}

type bulkRoomsInput struct {
	Body bulkRooms
}

// bulkResult is what came of one room: the room, or why there is none.
type bulkResult struct {
	Room   *room        `json:"room,omitempty"`
	Code   string       `json:"code,omitempty" doc:"Why it was not made."`
	Detail string       `json:"detail,omitempty" doc:"The same in English, for developers."`
	Errors []fieldError `json:"errors,omitempty" doc:"The fields, as if the room had been asked for alone."`
}

type bulkRoomsAnswer struct {
	Made    int          `json:"made"`
	Results []bulkResult `json:"results" doc:"In the order of the request."`
}

type bulkRoomsOutput struct {
	Body bulkRoomsAnswer
}

var opBulkRooms = operation{
	id: "create-rooms", method: http.MethodPost, path: "/rooms/bulk", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Make many rooms", detail: "Up to 200, each with its own result: one that is refused holds up no other. Repeat it with the same Idempotency-Key and nothing is made twice; what was refused is tried again.",
	request: bulkRooms{[]newRoom{{Name: "Hearing 1"}, {Name: "Hearing 2"}}},
	answer:  bulkRoomsAnswer{1, []bulkResult{{Room: &exampleRoom}, {Code: "policy-locked", Detail: "entry is locked by Ministry X", Errors: []fieldError{{Location: "body.entry", Message: "locked by Ministry X: at most \"signed-in\""}}}}},
	codes:   []fault.Code{fault.CodeForbidden},
}

func (s *server) createRooms(ctx context.Context, in *bulkRoomsInput) (*bulkRoomsOutput, error) {
	who := of(ctx).who
	if err := auth.Allowed(who, auth.RoomCreate, auth.Resource{OrgID: who.OrgID}); err != nil {
		return nil, err
	}
	out := bulkRoomsAnswer{Results: make([]bulkResult, len(in.Body.Rooms))}
	for i, asked := range in.Body.Rooms {
		made, err := s.makeRoom(once.Part(ctx, i), asked)
		if err != nil {
			of(ctx).partly = true
			p := problemOf(ctx, err)
			out.Results[i] = bulkResult{Code: p.Code, Detail: p.Detail, Errors: p.Errors}
			continue
		}
		wire := s.wireRoom(made)
		out.Made++
		out.Results[i].Room = &wire
	}
	return &bulkRoomsOutput{out}, nil
}

// room is the request in the words of rooms.
func (n newRoom) room() rooms.NewRoom {
	return rooms.NewRoom{
		Name: string(n.Name), Description: string(n.Description), Language: n.Language, Tags: texts(n.Tags), Entry: n.Entry, MinAssurance: n.MinAssurance,
		Template: n.Template, OwnerPersonID: n.Owner, ExternalID: n.ExternalID,
	}
}
