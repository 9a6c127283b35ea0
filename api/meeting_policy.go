package api

import (
	"context"
	"net/http"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
)

// meetingSetting is one rule that counts in a meeting.
type meetingSetting struct {
	Name     string `json:"name" example:"entry"`
	Value    any    `json:"value" doc:"A string, a number, true or false, or a list of strings. In the form of the property of that name of the meeting: opensBefore is a duration such as PT15M, and maxParticipants 0 no limit. null where it is the room's to say, and you may not read the room."`
	Origin   string `json:"origin" enum:"platform,organization,unit,template,room,meeting" doc:"Who said so: the platform or nobody, a policy, the room itself, or whoever planned the meeting. More may come: take an unknown one for somebody above the meeting."`
	By       string `json:"by,omitempty" doc:"The name of the organization, unit or template that said so."`
	Locked   bool   `json:"locked" doc:"A policy lets nobody go further than bound."`
	Bound    any    `json:"bound,omitempty" doc:"How far anybody may go, where it is locked."`
	LockedBy string `json:"lockedBy,omitempty" doc:"The name of who locked it; platform for the platform, room for who administers the room."`
	Reason   string `json:"reason" doc:"In English, for whoever looks after a program."`
}

type effectivePolicy struct {
	Settings []meetingSetting `json:"settings"`
}

type effectivePolicyOutput struct {
	Body effectivePolicy
}

var exampleSettings = []meetingSetting{
	{Name: "entry", Value: "members", Origin: "organization", By: "Ministry X", Locked: true, Bound: "members", LockedBy: "Ministry X", Reason: "locked by Ministry X"},
	{Name: "maxParticipants", Value: 0, Origin: "platform", Reason: "nobody said anything else: the platform's own default"},
}

var opEffectivePolicy = operation{
	id: "get-effective-policy", method: http.MethodGet, path: "/meetings/{id}/effective-policy", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsRead,
	summary: "Which rules count in a meeting, and why", detail: "Each with its value, where that comes from, who locked it, and a reason: what policies say of its room, and below them what was planned.",
	answer: effectivePolicy{exampleSettings}, codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound},
}

func (s *server) effectivePolicy(ctx context.Context, in *MeetingPath) (*effectivePolicyOutput, error) {
	list, err := s.Schedule.EffectivePolicy(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return &effectivePolicyOutput{effectivePolicy{wireSettings(list)}}, nil
}

func wireSettings(list []schedule.Setting) []meetingSetting {
	out := make([]meetingSetting, len(list))
	for i, one := range list {
		out[i] = meetingSetting{one.Name, one.Value, string(one.Origin), one.By, one.Locked, one.Bound, one.LockedBy, one.Reason}
	}
	return out
}
