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
	Name   string `json:"name" example:"entry"`
	Value  any    `json:"value" doc:"A string, a number, true or false, or a list of strings. In the form of the property of that name of the meeting: opensBefore is a duration such as PT15M, and maxParticipants 0 no limit. null where it is the room's to say."`
	Origin string `json:"origin" enum:"platform,meeting,room" doc:"Who said so. There will be more: take an unknown one for somebody above the meeting."`
	Reason string `json:"reason" doc:"In English, for whoever looks after a program."`
}

type effectivePolicy struct {
	Settings []meetingSetting `json:"settings"`
}

type effectivePolicyOutput struct {
	Body effectivePolicy
}

var exampleSettings = []meetingSetting{
	{"entry", "members", "meeting", "whoever planned the meeting said so"},
	{"maxParticipants", 0, "platform", "nobody said anything else: the platform's default"},
}

var opEffectivePolicy = operation{
	id: "get-effective-policy", method: http.MethodGet, path: "/meetings/{id}/effective-policy", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsRead,
	summary: "Which rules count in a meeting, and why", detail: "Each with its value, where that comes from, and a reason.",
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
		out[i] = meetingSetting{one.Name, one.Value, string(one.Origin), one.Reason}
	}
	return out
}
