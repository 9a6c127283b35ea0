package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

type joinBody struct {
	Name     line   `json:"name,omitempty" maxLength:"64" doc:"For guests and service accounts: the name that others see. A signed-in person joins under their own." example:"Camille"`
	Link     string `json:"link,omitempty" maxLength:"128" doc:"The token of a personal link, of the part of its address after #i=."`
	Passcode string `json:"passcode,omitempty" maxLength:"12" pattern:"^[0-9]*$" doc:"Of the meeting: for those who have no role in the room and no personal link." example:"482913"`
}

type joinInput struct {
	RoomPath
	Body *joinBody
}

func (in joinInput) request() rooms.JoinRequest {
	if in.Body == nil {
		return rooms.JoinRequest{}
	}
	return rooms.JoinRequest{Name: string(in.Body.Name), Link: in.Body.Link, Passcode: in.Body.Passcode}
}

type joined struct {
	Room        joinedRoom  `json:"room"`
	Role        string      `json:"role" enum:"owner,moderator,member"`
	Participant participant `json:"participant"`
	LiveKit     pass        `json:"livekit"`
	EntersMuted bool        `json:"entersMuted" doc:"Enter with the microphone closed: publish it muted, or not before the person opens it. It is no prohibition. Who comes back into a call where they had opened it need not close it."`
	Notice      string      `json:"notice,omitempty" enum:"link-unknown" doc:"link-unknown: the personal link is not known, or was revoked; it counted for nothing."`
}

type joinedRoom struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Language string `json:"language"`
	URL      string `json:"url" format:"uri"`
}

type participant struct {
	ID           string `json:"id" doc:"The identity in the call; each request during it carries it."`
	Name         string `json:"name"`
	Assurance    string `json:"assurance" enum:"unknown,phone,email,agent,agent-mfa"`
	Organization string `json:"organization"`
}

type pass struct {
	URL       string    `json:"url" doc:"Where to connect, by WebSocket."`
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expiresAt" doc:"Connect before. A call that runs goes on."`
}

// joinOutput is 200 with a pass (joined) or 202 with a ticket (waiting).
type joinOutput struct {
	Status int
	Body   any
}

// waiting is the answer to who has to wait. It says nothing of the room that its link does not.
type waiting struct {
	Ticket ticket     `json:"ticket"`
	Room   beforeRoom `json:"room"`
	Notice string     `json:"notice,omitempty" enum:"link-unknown" doc:"As in the answer with a pass."`
}

type ticket struct {
	ID        string    `json:"id" doc:"Of this place in the lobby. It is good for this browser alone."`
	State     string    `json:"state" enum:"waiting"`
	Reason    string    `json:"reason" enum:"lobby,host,removed,returned,email,tightens" doc:"What is waited for: that a host decides, or that one comes; or what happened before. tightens: that a host agrees that the meeting becomes stricter, as your organization asks. email: that an address is proved (POST /me/email); hosts see nothing of the ticket until this browser has joined again."`
	Since     time.Time `json:"since"`
	ExpiresAt time.Time `json:"expiresAt" doc:"Joining again or an open stream puts it off."`
	Name      string    `json:"name" doc:"As the hosts see it."`
	Note      string    `json:"note" doc:"The line that was left to the hosts."`
}

type beforeRoom struct {
	Slug     string `json:"slug"`
	URL      string `json:"url" format:"uri"`
	Language string `json:"language"`
}

var opJoin = operation{
	id: "join-room", method: http.MethodPost, path: "/rooms/{slug}/join", tag: "Calls", callers: anyone, scope: auth.ScopeRoomsWrite, inPerson: true,
	summary: "Join", detail: "Answers 200 with a pass, or 202 with a ticket for somebody who has to wait: listen to GET /rooms/{slug}/events " +
		"then, and join again once admitted. Somebody who is not signed in gives a name and gets a guest's cookie. Joining again " +
		"before the first connection answers the same participant, and while waiting the same ticket. A personal link that is not " +
		"known counts for nothing: the answer says so in notice, a refusal in errors[] (body.link: link-unknown).",
	request: joinBody{Name: "Camille"},
	answer: joined{
		Room: joinedRoom{exampleRoom.Slug, exampleRoom.Name, exampleRoom.Language, exampleRoom.URL}, Role: "member",
		Participant: participant{"0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90", "Camille", "unknown", ""},
		LiveKit:     pass{"wss://meet.example.gouv.fr/livekit", "eyJhbGciOiJIUzI1NiJ9…", exampleTime.Add(10 * time.Minute)},
	},
	codes: []fault.Code{
		fault.CodeSignInRequired, fault.CodeMembersOnly, fault.CodeAssuranceTooLow, fault.CodeNotOpenYet, fault.CodeRemoved,
		fault.CodeMeetingOver, fault.CodePasscodeRequired, fault.CodePasscodeWrong, fault.CodeBlocked, fault.CodeRoomLocked, fault.CodeRoomFull, fault.CodeLinkExpired,
		fault.CodeRefused, fault.CodeLobbyFull, fault.CodeRoomArchived, fault.CodeMediaUnavailable,
	},
}

// joinsOrWaits documents both answers, which Huma cannot tell from the type of the body.
func (s *server) joinsOrWaits(op *huma.Operation) {
	schemas := s.doc.Components.Schemas
	op.Responses["200"].Content["application/json"].Schema = schemas.Schema(reflect.TypeFor[joined](), true, "Joined")
	op.Responses["202"] = &huma.Response{Description: "Wait in the lobby", Content: map[string]*huma.MediaType{"application/json": {
		Schema: schemas.Schema(reflect.TypeFor[waiting](), true, "Waiting"),
		Example: waiting{
			ticket{"0198a5c2-b3d1-7e60-9c15-7a4f2e8d6b31", "waiting", "lobby", exampleTime, exampleTime.Add(2 * time.Minute), "Camille", ""},
			beforeRoom{exampleRoom.Slug, exampleRoom.URL, exampleRoom.Language}, "",
		},
	}}}
}

func (s *server) join(ctx context.Context, in *joinInput) (*joinOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	request := in.request()
	if x := of(ctx); !x.who.Anonymous() { // of the others it is asked before they get a cookie
		request.MayKnock = func() error { return s.mayKnock(network(x.request), in.Slug) }
	}
	j, err := s.guessing(ctx, in.Slug, request, func() (rooms.Joined, error) {
		who, err := s.atTheDoor(ctx, in.Slug, request)
		if err != nil {
			return rooms.Joined{}, err
		}
		return s.Rooms.Join(ctx, who, in.Slug, request)
	})
	if err != nil {
		return nil, err
	}
	notice := ""
	if j.Unlinked {
		notice = string(fault.CodeLinkUnknown)
	}
	if t := j.Ticket; t != nil {
		return &joinOutput{http.StatusAccepted, waiting{
			ticket{t.ID, string(t.State), string(t.Reason), at(t.Since), at(t.ExpiresAt), t.Name, t.Note},
			beforeRoom{j.Room.Slug, s.roomURL(j.Room.Slug), j.Room.Language}, notice,
		}}, nil
	}
	a := j.Admission
	return &joinOutput{http.StatusOK, joined{
		Room:        joinedRoom{j.Room.Slug, j.Room.Name, j.Room.Language, s.roomURL(j.Room.Slug)},
		Role:        string(a.Role),
		Participant: participant{a.ID, a.Name, a.Assurance.String(), a.OrgName},
		LiveKit:     pass{j.Pass.URL, j.Pass.Token, at(j.Pass.ExpiresAt)},
		EntersMuted: j.Muted,
		Notice:      notice,
	}}, nil
}

// atTheDoor is who joins. Somebody who is not signed in becomes a guest, and a guest takes another name, only once it
// is known that the room lets guests in or wait: nobody gets a cookie for a refusal.
func (s *server) atTheDoor(ctx context.Context, slug string, request rooms.JoinRequest) (auth.Identity, error) {
	x, name := of(ctx), request.Name
	renamed := x.who.Kind == auth.Guest && name != "" && name != x.who.Name
	if !x.who.Anonymous() && !renamed {
		return x.who, nil
	}
	waits, err := s.Rooms.MayGuestJoin(ctx, slug, request)
	if err != nil {
		return auth.Identity{}, err
	}
	if name == "" {
		if x.stale != nil {
			return auth.Identity{}, x.stale // a person whose sign-in ended did not mean to come as a guest
		}
		return auth.Identity{}, fault.New(fault.CodeInvalid, "say under which name you join").
			At("body.name", "give a name of 1 to 64 visible characters")
	}
	if waits && x.who.Anonymous() {
		if err := s.mayKnock(network(x.request), slug); err != nil {
			return auth.Identity{}, err
		}
	}
	guest, err := s.SignIns.EnsureGuest(ctx, x.writer, x.request, name)
	if err != nil {
		return auth.Identity{}, err
	}
	x.who = guest
	return guest, nil
}
