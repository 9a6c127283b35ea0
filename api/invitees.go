package api

import (
	"context"
	"net/http"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
)

type inviteeList struct {
	Items []newInvitee `json:"items"`
}

type inviteesOutput struct {
	ETag string `header:"ETag" doc:"The version of the meeting, for If-Match." example:"\"1\""`
	Body inviteeList
}

func (s *server) answerInvitees(v schedule.View) *inviteesOutput {
	return &inviteesOutput{etag(v.Version), inviteeList{append([]newInvitee{}, wireDefinition(v.Definition).Invitees...)}}
}

var opListInvitees = operation{
	id: "list-invitees", method: http.MethodGet, path: "/meetings/{id}/invitees", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsRead,
	summary: "Who is invited", detail: "For those who lead the meeting.", answer: inviteeList{[]newInvitee{exampleInvitee}},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound},
}

func (s *server) listInvitees(ctx context.Context, in *MeetingPath) (*inviteesOutput, error) {
	v, err := s.Schedule.Get(ctx, of(ctx).who, in.ID)
	if err == nil && !v.Leads {
		err = fault.New(fault.CodeForbidden, "who is invited is for those who lead the meeting")
	}
	if err != nil {
		return nil, err
	}
	return s.answerInvitees(v), nil
}

type inviteBody struct {
	Invitees []newInvitee `json:"invitees" minItems:"1" maxItems:"1000"`
}

type inviteInput struct {
	MeetingPath
	Precondition
	TellQuery
	Body inviteBody
}

var opInvite = operation{
	id: "invite", method: http.MethodPost, path: "/meetings/{id}/invitees", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Invite more people", detail: "Who is invited already stays so, with the role and name that are given now.",
	request: inviteBody{[]newInvitee{exampleNewInvitee}}, answer: inviteeList{[]newInvitee{exampleInvitee}},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired, fault.CodeMeetingCancelled},
}

func (s *server) invite(ctx context.Context, in *inviteInput) (*inviteesOutput, error) {
	if v, again, err := s.meetingMade(ctx); again {
		if err != nil {
			return nil, err
		}
		return s.answerInvitees(v), nil
	}
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	more := make([]schedule.Invitee, len(in.Body.Invitees))
	for i, x := range in.Body.Invitees {
		more[i] = x.invitee()
	}
	v, err := s.telling(in.TellQuery).Invite(ctx, of(ctx).who, in.ID, version, more)
	if err != nil {
		return nil, err
	}
	return s.answerInvitees(v), nil
}

// InviteePath is the address of somebody invited.
type InviteePath struct {
	MeetingPath
	Invitee string `path:"invitee" maxLength:"36" example:"0193f0c4-7b22-7d66-9b4f-6e3a2c0d5f81" doc:"Somebody invited."`
}

type inviteePatch struct {
	Name     patch[line]   `json:"name,omitzero" maxLength:"120" nullable:"true"`
	Role     patch[string] `json:"role,omitzero" enum:"moderator,presenter,member" nullable:"true"`
	Required patch[bool]   `json:"required,omitzero" nullable:"true"`
	Language patch[string] `json:"language,omitzero" enum:"fr,en" nullable:"true"`
}

type changeInviteeInput struct {
	InviteePath
	Precondition
	Body inviteePatch `contentType:"application/merge-patch+json"`
}

var opChangeInvitee = operation{
	id: "change-invitee", method: http.MethodPatch, path: "/meetings/{id}/invitees/{invitee}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Change what somebody is invited for", request: inviteePatch{Role: given("moderator")}, answer: inviteeList{[]newInvitee{exampleInvitee}},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeInviteeNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired, fault.CodeMeetingCancelled},
}

func (s *server) changeInvitee(ctx context.Context, in *changeInviteeInput) (*inviteesOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	nobody, presenter, yes := "", schedule.InviteePresenter, true
	var wrong fault.Error
	v, err := s.Schedule.ChangeInvitee(ctx, of(ctx).who, in.ID, version, in.Invitee, schedule.InviteeChange{
		Name:     patched(in.Body.Name, "body.name", func(l line) string { return string(l) }, &nobody, &wrong),
		Role:     patched(in.Body.Role, "body.role", func(w string) schedule.InviteeRole { return schedule.InviteeRole(w) }, &presenter, &wrong),
		Required: patched(in.Body.Required, "body.required", same[bool], &yes, &wrong),
		Language: patched(in.Body.Language, "body.language", same[string], &nobody, &wrong),
	})
	if err != nil {
		return nil, err
	}
	return s.answerInvitees(v), nil
}

type uninviteInput struct {
	InviteePath
	Precondition
	TellQuery
}

var opUninvite = operation{
	id: "uninvite", method: http.MethodDelete, path: "/meetings/{id}/invitees/{invitee}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Strike somebody off", detail: "They come in by this meeting no more, and leave a call that they are in by it.", answer: inviteeList{[]newInvitee{}},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeInviteeNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired, fault.CodeMeetingCancelled},
}

func (s *server) uninvite(ctx context.Context, in *uninviteInput) (*inviteesOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.telling(in.TellQuery).Uninvite(ctx, of(ctx).who, in.ID, version, in.Invitee)
	if err != nil {
		return nil, err
	}
	return s.answerInvitees(v), nil
}
