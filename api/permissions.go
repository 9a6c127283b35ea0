package api

import (
	"context"
	"net/http"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
)

type permissions struct {
	Camera     patch[bool] `json:"camera,omitzero" nullable:"true"`
	Microphone patch[bool] `json:"microphone,omitzero" nullable:"true"`
	Screen     patch[bool] `json:"screen,omitzero" nullable:"true"`
	Chat       patch[bool] `json:"chat,omitzero" nullable:"true"`
	Reactions  patch[bool] `json:"reactions,omitzero" nullable:"true"`
}

// change reads what is given; null takes the decision back.
func (p permissions) change() rooms.PermissionChange {
	change := rooms.PermissionChange{}
	for a, m := range map[access.Ability]patch[bool]{
		access.AbilityCamera: p.Camera, access.AbilityMicrophone: p.Microphone, access.AbilityScreen: p.Screen,
		access.AbilityChat: p.Chat, access.AbilityReactions: p.Reactions,
	} {
		switch {
		case m.removed:
			change[a] = nil
		case m.set:
			change[a] = new(m.value)
		}
	}
	return change
}

type permitInput struct {
	ParticipantPath
	Body permissions `contentType:"application/merge-patch+json"`
}

var opPermit = onPerson(operation{
	id: "change-permissions", method: http.MethodPatch, path: "/rooms/{slug}/participants/{id}/permissions",
	summary: "Allow or forbid things to somebody", detail: "For the rest of the session, rejoining included. true allows, also what is forbidden to all but hosts; " +
		"false forbids, also to a host; null takes the decision about them back; what is left out stays. See PATCH /rooms/{slug}/permissions.",
	request: permissions{Microphone: given(false)}, answer: examplePerson,
})

func (s *server) permit(ctx context.Context, in *permitInput) (*personOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p, err := s.Rooms.Permit(ctx, of(ctx).who, in.Slug, in.ID, in.Body.change())
	if err != nil {
		return nil, err
	}
	return &personOutput{wirePerson(p)}, nil
}

type permitAllInput struct {
	RoomPath
	Body permissions `contentType:"application/merge-patch+json"`
}

type forAll struct {
	Forbidden []string `json:"forbidden" doc:"What all but hosts may not do in the meeting that runs."`
	Lasting   []string `json:"lasting" doc:"The room's own setting, which the next meeting begins with."`
}

type forAllOutput struct {
	Body forAll
}

var opPermitAll = onCall(operation{
	id: "change-permissions-for-all", method: http.MethodPatch, path: "/rooms/{slug}/permissions",
	summary: "Allow or forbid things to all but hosts", detail: "For the rest of the session. true allows, false forbids, null takes the decision back so that the room's setting counts, " +
		"what is left out stays. What somebody was allowed alone ends when it is allowed to all. The setting itself is changed by PATCH /rooms/{slug} with forbidden.",
	request: permissions{Microphone: given(false)}, answer: forAll{[]string{"microphone"}, []string{}}, codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) permitAll(ctx context.Context, in *permitAllInput) (*forAllOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	rule, err := s.Rooms.PermitAll(ctx, of(ctx).who, in.Slug, in.Body.change())
	if err != nil {
		return nil, err
	}
	return &forAllOutput{forAll{wireAbilities(rule.Forbidden), wireAbilities(rule.Lasting)}}, nil
}
