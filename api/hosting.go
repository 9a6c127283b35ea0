package api

import (
	"context"
	"net/http"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// ParticipantPath names somebody in the call of a room.
type ParticipantPath struct {
	RoomPath
	ID string `path:"id" example:"0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90" doc:"An id of GET participants."`
}

func (p ParticipantPath) check() error {
	if err := p.RoomPath.check(); err != nil {
		return err
	}
	if !isID(p.ID) {
		return fault.New(fault.CodeParticipantNotFound, "an id has the form of a UUID, in lower case")
	}
	return nil
}

// byHost describes an operation of those who host a room.
func byHost(o operation) operation {
	o.tag, o.callers, o.scope = "Hosting", signedIn, auth.ScopeRoomsWrite
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

// onCall is byHost for what needs a call that runs.
func onCall(o operation) operation {
	o = byHost(o)
	o.codes = append(o.codes, fault.CodeNoSession, fault.CodeMediaUnavailable)
	return o
}

// onPerson is onCall for what is done to one.
func onPerson(o operation) operation {
	o = onCall(o)
	o.codes = append(o.codes, fault.CodeParticipantNotFound, fault.CodeInvalid)
	return o
}

type inCallPerson struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Organization string    `json:"organization"`
	Assurance    string    `json:"assurance" enum:"unknown,phone,email,agent,agent-mfa"`
	Kind         string    `json:"kind" enum:"person,guest,service,phone,matrix,system"`
	Role         string    `json:"role" enum:"owner,moderator,member"`
	JoinedAt     time.Time `json:"joinedAt"`
	Connected    bool      `json:"connected" doc:"Whether the call has them now."`
	Forbidden    []string  `json:"forbidden" doc:"What is forbidden to them alone, for the rest of the session."`
	Allowed      []string  `json:"allowed" doc:"What they may do although it is forbidden to all but hosts."`
	Hand         *upHand   `json:"hand,omitempty"`
}

type upHand struct {
	RaisedAt time.Time `json:"raisedAt"`
}

func wirePerson(p rooms.Participant) inCallPerson {
	out := inCallPerson{
		ID: p.ID, Name: p.Name, Organization: p.OrgName, Assurance: p.Assurance.String(), Kind: string(p.WhoKind), Role: string(p.Role),
		JoinedAt: at(p.CreatedAt), Connected: p.JoinedAt != nil, Forbidden: wireAbilities(p.Forbidden), Allowed: wireAbilities(p.Allowed),
	}
	if p.JoinedAt != nil {
		out.JoinedAt = at(*p.JoinedAt)
	}
	if p.HandAt != nil {
		out.Hand = &upHand{at(*p.HandAt)}
	}
	return out
}

func wireAbilities(s access.Abilities) []string {
	out := make([]string, len(s))
	for i, a := range s {
		out[i] = string(a)
	}
	return out
}

var examplePerson = inCallPerson{
	ID: exampleSpeaker.Participant, Name: "Camille Martin", Organization: "Ministry of Example", Assurance: "agent", Kind: "person", Role: "member",
	JoinedAt: exampleTime, Connected: true, Forbidden: []string{}, Allowed: []string{},
}

type personOutput struct {
	Body inCallPerson
}

type peopleInCall struct {
	Items []inCallPerson `json:"items" doc:"First come first."`
}

type peopleOutput struct {
	Body peopleInCall
}

var opParticipants = byHost(operation{
	id: "list-participants", method: http.MethodGet, path: "/rooms/{slug}/participants", summary: "Who is in the call",
	answer: peopleInCall{[]inCallPerson{examplePerson}},
})

func (s *server) participants(ctx context.Context, in *RoomPath) (*peopleOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	found, err := s.Rooms.Participants(ctx, of(ctx).who, in.Slug)
	if err != nil {
		return nil, err
	}
	out := peopleInCall{Items: make([]inCallPerson, len(found))}
	for i, p := range found {
		out.Items[i] = wirePerson(p)
	}
	return &peopleOutput{out}, nil
}

type muteBody struct {
	Source string `json:"source,omitempty" enum:"microphone,camera,screen" default:"microphone"`
}

type muteInput struct {
	ParticipantPath
	Body *muteBody
}

var opMute = onPerson(operation{
	id: "mute", method: http.MethodPost, path: "/rooms/{slug}/participants/{id}/mute", status: http.StatusNoContent,
	summary: "Mute a microphone, or stop a camera or a share", detail: "The person may turn it on again; see permissions. Muting twice is no error.",
	request: muteBody{"microphone"},
})

func (s *server) mute(ctx context.Context, in *muteInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	source := access.AbilityMicrophone
	if in.Body != nil && in.Body.Source != "" {
		source = access.Ability(in.Body.Source)
	}
	return nil, s.Rooms.Mute(ctx, of(ctx).who, in.Slug, in.ID, source)
}

type muteAllBody struct {
	Source string   `json:"source,omitempty" enum:"microphone,camera,screen" default:"microphone"`
	Except []string `json:"except,omitempty" maxItems:"50" doc:"Participants who stay as they are, such as your own."`
}

type muteAllInput struct {
	RoomPath
	Body *muteAllBody
}

type mutedAll struct {
	Muted int `json:"muted" doc:"How many were muted by this."`
}

type muteAllOutput struct {
	Body mutedAll
}

var opMuteAll = onCall(operation{
	id: "mute-all", method: http.MethodPost, path: "/rooms/{slug}/mute-all", summary: "Mute everybody",
	detail: "Owners are muted by owners only.", request: muteAllBody{"microphone", []string{exampleSpeaker.Participant}}, answer: mutedAll{12},
})

func (s *server) muteAll(ctx context.Context, in *muteAllInput) (*muteAllOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	source, except := access.AbilityMicrophone, []string(nil)
	if in.Body != nil {
		except = in.Body.Except
		if in.Body.Source != "" {
			source = access.Ability(in.Body.Source)
		}
	}
	n, err := s.Rooms.MuteAll(ctx, of(ctx).who, in.Slug, source, except)
	if err != nil {
		return nil, err
	}
	return &muteAllOutput{mutedAll{n}}, nil
}

type participantInput struct {
	ParticipantPath
}

var opAskToUnmute = onPerson(operation{
	id: "ask-to-unmute", method: http.MethodPost, path: "/rooms/{slug}/participants/{id}/ask-to-unmute", status: http.StatusNoContent,
	summary: "Ask somebody to unmute", detail: "Nobody turns a microphone on for another: the person agrees, or does not.",
})

func (s *server) askToUnmute(ctx context.Context, in *participantInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.AskToUnmute(ctx, of(ctx).who, in.Slug, in.ID)
}

type agreeInput struct {
	RoomPath
	ID   string `path:"id" example:"0198a5c4-1b11-7a20-8e41-9b6f3d5c2a77" doc:"As the signal unmute-asked named it."`
	Body Speaker
}

var opAgreeToUnmute = inCall(operation{
	id: "accept-unmute-request", method: http.MethodPost, path: "/rooms/{slug}/unmute-requests/{id}/accept", status: http.StatusNoContent,
	summary: "Agree to unmute", detail: "By the one who was asked, within five minutes. Where the microphone is forbidden to them, or to all but hosts, it is allowed to them from then on, unless a host forbade it after asking; the browser turns it on.",
	request: exampleSpeaker, codes: []fault.Code{fault.CodeNotFound, fault.CodeNoSession, fault.CodeForbiddenByHost},
})

func (s *server) agreeToUnmute(ctx context.Context, in *agreeInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.AgreeToUnmute(ctx, of(ctx).who, in.Slug, in.Body.Participant, in.ID)
}

type removeBody struct {
	Block bool `json:"block,omitempty" doc:"Keep them out until a host unblocks them."`
}

type removeInput struct {
	ParticipantPath
	Body *removeBody
}

type removed struct {
	GuestsWait bool `json:"guestsWait" doc:"Whether guests of this room wait from now on: a guest who was blocked is not known in another browser."`
}

type removeOutput struct {
	Body removed
}

var opRemove = onPerson(operation{
	id: "remove-participant", method: http.MethodPost, path: "/rooms/{slug}/participants/{id}/remove",
	summary: "Remove somebody, or block them", detail: "Who is removed waits in the lobby for the rest of the session, whatever the entry; who is blocked is refused.",
	request: removeBody{false}, answer: removed{false},
})

func (s *server) remove(ctx context.Context, in *removeInput) (*removeOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	guestsWait, err := s.Rooms.Remove(ctx, of(ctx).who, in.Slug, in.ID, in.Body != nil && in.Body.Block)
	if err != nil {
		return nil, err
	}
	return &removeOutput{removed{guestsWait}}, nil
}

var opReturn = onPerson(operation{
	id: "return-to-lobby", method: http.MethodPost, path: "/rooms/{slug}/participants/{id}/lobby", status: http.StatusNoContent,
	summary: "Send somebody back to the lobby",
})

func (s *server) returnToLobby(ctx context.Context, in *participantInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Return(ctx, of(ctx).who, in.Slug, in.ID)
}

type nameBody struct {
	Name line `json:"name" minLength:"1" maxLength:"64" example:"Maître Bernard"`
}

type renameInput struct {
	ParticipantPath
	Body nameBody
}

var opRename = onPerson(operation{
	id: "rename-guest", method: http.MethodPut, path: "/rooms/{slug}/participants/{id}/name",
	summary: "Rename a guest", detail: "For the rest of the session. Others have the name of their account.",
	request: nameBody{"Maître Bernard"}, answer: examplePerson,
})

func (s *server) rename(ctx context.Context, in *renameInput) (*personOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p, err := s.Rooms.Rename(ctx, of(ctx).who, in.Slug, in.ID, string(in.Body.Name))
	if err != nil {
		return nil, err
	}
	return &personOutput{wirePerson(p)}, nil
}

type roleBody struct {
	Role string `json:"role" enum:"owner,moderator,member"`
	Keep bool   `json:"keep,omitempty" doc:"Write a grant, so that the role holds after the meeting."`
}

type roleInput struct {
	ParticipantPath
	Body roleBody
}

var opSetRole = onPerson(operation{
	id: "set-role", method: http.MethodPut, path: "/rooms/{slug}/participants/{id}/role",
	summary: "Promote or demote somebody", detail: "By an owner, at once, for the rest of the session.",
	request: roleBody{"moderator", false}, answer: examplePerson, codes: []fault.Code{fault.CodeLastOwner},
})

func (s *server) setRole(ctx context.Context, in *roleInput) (*personOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p, err := s.Rooms.SetRole(ctx, of(ctx).who, in.Slug, in.ID, access.Role(in.Body.Role), in.Body.Keep)
	if err != nil {
		return nil, err
	}
	return &personOutput{wirePerson(p)}, nil
}

type spotlightBody struct {
	Participants []string `json:"participants" maxItems:"9" doc:"Shown large to everybody, in this order; an empty list ends it."`
}

type spotlightInput struct {
	RoomPath
	Body spotlightBody
}

var opSpotlight = onCall(operation{
	id: "set-spotlight", method: http.MethodPut, path: "/rooms/{slug}/spotlight", status: http.StatusNoContent,
	summary: "Show some people large to everybody", request: spotlightBody{[]string{exampleSpeaker.Participant}},
	codes: []fault.Code{fault.CodeParticipantNotFound},
})

func (s *server) spotlight(ctx context.Context, in *spotlightInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Spotlight(ctx, of(ctx).who, in.Slug, in.Body.Participants)
}

type spotlightOneBody struct {
	On bool `json:"on"`
}

type spotlightOneInput struct {
	ParticipantPath
	Body spotlightOneBody
}

var opSpotlightOne = onPerson(operation{
	id: "set-participant-spotlight", method: http.MethodPut, path: "/rooms/{slug}/participants/{id}/spotlight", status: http.StatusNoContent,
	summary: "Show somebody large to everybody, or no more", detail: "Beside those who are in the spotlight already, at most nine. Twice is no error.",
	request: spotlightOneBody{true},
})

func (s *server) spotlightOne(ctx context.Context, in *spotlightOneInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.SpotlightOne(ctx, of(ctx).who, in.Slug, in.ID, in.Body.On)
}

type lowerBody struct {
	Participants []string `json:"participants,omitempty" maxItems:"500" doc:"Whose; all when left out."`
}

type lowerInput struct {
	RoomPath
	Body *lowerBody
}

var opLowerHands = onCall(operation{
	id: "lower-hands", method: http.MethodPost, path: "/rooms/{slug}/lower-hands", status: http.StatusNoContent,
	summary: "Lower hands", request: lowerBody{[]string{exampleSpeaker.Participant}},
})

func (s *server) lowerHands(ctx context.Context, in *lowerInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var whose []string
	if in.Body != nil {
		whose = in.Body.Participants
	}
	return nil, s.Rooms.LowerHands(ctx, of(ctx).who, in.Slug, whose)
}

var opLock = onCall(operation{
	id: "lock-room", method: http.MethodPost, path: "/rooms/{slug}/lock", status: http.StatusNoContent,
	summary: "Lock the room", detail: "Nobody new enters or knocks but hosts; who is in the call may reconnect. It falls with the session. Twice is no error.",
})

var opUnlock = onCall(operation{
	id: "unlock-room", method: http.MethodPost, path: "/rooms/{slug}/unlock", status: http.StatusNoContent, summary: "Unlock the room",
})

func (s *server) lock(ctx context.Context, in *RoomPath) (*none, error) {
	return s.setLock(ctx, in, true)
}
func (s *server) unlock(ctx context.Context, in *RoomPath) (*none, error) {
	return s.setLock(ctx, in, false)
}

func (s *server) setLock(ctx context.Context, in *RoomPath, locked bool) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Lock(ctx, of(ctx).who, in.Slug, locked)
}

var opEnd = byHost(operation{
	id: "end-meeting", method: http.MethodPost, path: "/rooms/{slug}/end", status: http.StatusNoContent,
	summary: "End the meeting for everybody", detail: "When nobody is in the room it is over already: no error.",
})

func (s *server) end(ctx context.Context, in *RoomPath) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.End(ctx, of(ctx).who, in.Slug)
}
