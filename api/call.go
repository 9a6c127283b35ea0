package api

import (
	"context"
	"net/http"
	"time"

	"parvis/fault"
)

// Speaker is the caller's own participant. Rights in a call are those of its admission, which rooms finds by it.
type Speaker struct {
	Participant string `json:"participant" pattern:"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" patternDescription:"the id that joining answered" example:"0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90" doc:"Your own."`
}

var exampleSpeaker = Speaker{"0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90"}

// inCall describes an operation of somebody who is in the room.
func inCall(o operation) operation {
	o.tag, o.callers = "Calls", signedIn
	o.codes = append(o.codes, fault.CodeNotAdmitted, fault.CodeRemoved, fault.CodeBlocked, fault.CodeMeetingOver)
	return o
}

type messageBody struct {
	Speaker
	Text block `json:"text" minLength:"1" maxLength:"2000" example:"Good morning"`
}

type sayInput struct {
	RoomPath
	Body messageBody
}

type said struct {
	ID  string    `json:"id"`
	At  time.Time `json:"at"`
	Seq int64     `json:"seq" doc:"The place among the room's signals."`
}

type sayOutput struct {
	Body said
}

var opSay = inCall(operation{
	id: "say", method: http.MethodPost, path: "/rooms/{slug}/messages", status: http.StatusCreated,
	summary: "Write to the room", request: messageBody{exampleSpeaker, "Good morning"},
	codes:  []fault.Code{fault.CodeForbiddenByHost},
	answer: said{"0198a5c3-0b21-7f4c-93e5-7d1a2c8b6f04", exampleTime, 12},
})

func (s *server) say(ctx context.Context, in *sayInput) (*sayOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	m, seq, err := s.Rooms.Say(ctx, of(ctx).who, in.Slug, in.Body.Participant, string(in.Body.Text))
	if err != nil {
		return nil, err
	}
	return &sayOutput{said{m.ID, at(m.At), seq}}, nil
}

type handBody struct {
	Speaker
	Raised bool `json:"raised"`
}

type raiseInput struct {
	RoomPath
	Body handBody
}

var opRaise = inCall(operation{
	id: "raise-hand", method: http.MethodPost, path: "/rooms/{slug}/hand", status: http.StatusNoContent,
	summary: "Raise or lower the hand", detail: "Doing it twice changes nothing.", request: handBody{exampleSpeaker, true},
})

func (s *server) raise(ctx context.Context, in *raiseInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Raise(ctx, of(ctx).who, in.Slug, in.Body.Participant, in.Body.Raised)
}

type reactionBody struct {
	Speaker
	Reaction string `json:"reaction" enum:"thumbs-up,thumbs-down,clap,heart,laugh,surprised,party,thanks"`
}

type reactInput struct {
	RoomPath
	Body reactionBody
}

var opReact = inCall(operation{
	id: "react", method: http.MethodPost, path: "/rooms/{slug}/reactions", status: http.StatusNoContent,
	summary: "Show a reaction", detail: "Those of one room are told together, four times a second.",
	request: reactionBody{exampleSpeaker, "clap"},
	codes:   []fault.Code{fault.CodeForbiddenByHost},
})

func (s *server) react(ctx context.Context, in *reactInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.React(ctx, of(ctx).who, in.Slug, in.Body.Participant, in.Body.Reaction)
}

type leaveInput struct {
	RoomPath
	Body Speaker
}

var opLeave = inCall(operation{
	id: "leave-room", method: http.MethodPost, path: "/rooms/{slug}/leave", status: http.StatusNoContent,
	summary: "Leave", detail: "Also by navigator.sendBeacon. Leaving twice is no error.", request: exampleSpeaker,
})

func (s *server) leave(ctx context.Context, in *leaveInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Leave(ctx, of(ctx).who, in.Slug, in.Body.Participant)
}

type stateInput struct {
	RoomPath
	Participant string `query:"participant" required:"true" pattern:"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" patternDescription:"the id that joining answered" doc:"Your own."`
}

type roomState struct {
	Seq      int64     `json:"seq" doc:"Signals up to this one are in here."`
	Hands    []hand    `json:"hands" doc:"First raised first."`
	Messages []message `json:"messages" doc:"The last lines, oldest first."`

	Locked          bool        `json:"locked"`
	Spotlight       []string    `json:"spotlight" doc:"Participants whom a host shows large to everybody, in this order."`
	Role            string      `json:"role" enum:"owner,moderator,member" doc:"Yours."`
	Forbidden       []string    `json:"forbidden" doc:"What you may not do, all reasons together."`
	ForbiddenToMe   []string    `json:"forbiddenToMe" doc:"What is forbidden to you alone."`
	AllowedToMe     []string    `json:"allowedToMe" doc:"What you may do although it is forbidden to all but hosts."`
	ForbiddenForAll []string    `json:"forbiddenForAll" doc:"What is forbidden to all but hosts, in this meeting."`
	EndsAt          *time.Time  `json:"endsAt,omitempty" doc:"When the meeting ends, where its length is limited."`
	Tightened       []tightened `json:"tightened" doc:"What counts until the meeting ends because of who came, and who locked it."`

	Administrators []visitor `json:"administrators" doc:"Who is there by an administrative role and is none of the room's people, first come first."`
}

type visitor struct {
	Participant  string    `json:"participant"`
	Name         string    `json:"name"`
	Organization string    `json:"organization,omitempty"`
	Role         string    `json:"role" enum:"platform-admin,org-admin"`
	Since        time.Time `json:"since"`
}

type hand struct {
	Participant string    `json:"participant"`
	Name        string    `json:"name"`
	RaisedAt    time.Time `json:"raisedAt"`
}

type message struct {
	ID          string    `json:"id"`
	Participant string    `json:"participant"`
	Name        string    `json:"name"`
	Text        string    `json:"text"`
	At          time.Time `json:"at"`
}

type stateOutput struct {
	Body roomState
}

var opState = inCall(operation{
	id: "get-room-state", method: http.MethodGet, path: "/rooms/{slug}/state",
	summary: "What was said and who raised a hand", detail: "For after connecting, after reconnecting and when a signal was missed.",
	codes: []fault.Code{fault.CodeInvalid},
	answer: roomState{
		Seq: 12, Hands: []hand{{exampleSpeaker.Participant, "Camille", exampleTime}},
		Messages:  []message{{"0198a5c3-0b21-7f4c-93e5-7d1a2c8b6f04", exampleSpeaker.Participant, "Camille", "Good morning", exampleTime}},
		Spotlight: []string{}, Role: "member", Forbidden: []string{"screen"}, ForbiddenToMe: []string{}, AllowedToMe: []string{},
		ForbiddenForAll: []string{"screen"}, Administrators: []visitor{}, Tightened: exampleTightened,
	},
})

func (s *server) state(ctx context.Context, in *stateInput) (*stateOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	st, err := s.Rooms.State(ctx, of(ctx).who, in.Slug, in.Participant)
	if err != nil {
		return nil, err
	}
	out := roomState{
		Seq: st.Seq, Hands: make([]hand, len(st.Hands)), Messages: make([]message, len(st.Messages)),
		Locked: st.Locked, Spotlight: append([]string{}, st.Spotlight...), Role: string(st.Role), Forbidden: wireAbilities(st.Forbidden),
		ForbiddenToMe: wireAbilities(st.ForbiddenToMe), AllowedToMe: wireAbilities(st.AllowedToMe), ForbiddenForAll: wireAbilities(st.ForbiddenForAll), EndsAt: atOrNever(st.EndsAt),
		Tightened: wireTightened(st.Tightened), Administrators: make([]visitor, len(st.Visitors)),
	}
	for i, v := range st.Visitors {
		out.Administrators[i] = visitor{v.AdmissionID, v.Name, v.OrgName, string(v.Office), at(v.Since)}
	}
	for i, h := range st.Hands {
		out.Hands[i] = hand{h.AdmissionID, h.Name, at(h.RaisedAt)}
	}
	for i, m := range st.Messages {
		out.Messages[i] = message{m.ID, m.AdmissionID, m.Name, m.Text, at(m.At)}
	}
	return &stateOutput{out}, nil
}
