package schedule

import (
	"context"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/schedule/recur"
)

// Origin says where the value of a setting comes from.
type Origin string

// The origins. Later ones, of organizations and units, come with policies.
const (
	OriginPlatform Origin = "platform" // nobody said anything else
	OriginMeeting  Origin = "meeting"  // whoever planned it said so
	OriginRoom     Origin = "room"     // the room was there before and keeps its own
)

// Setting is one rule that counts in the room while it is open for a meeting. Value is what a program compares (a string, a
// number, true or false, a list of strings), in the form in which a meeting says it; Reason is for people who look after programs, in English.
type Setting struct {
	Name   string
	Value  any
	Origin Origin
	Reason string
}

// EffectivePolicy answers each rule that counts in a meeting, with its origin and a reason.
func (s *Service) EffectivePolicy(ctx context.Context, who auth.Identity, id string) ([]Setting, error) {
	v, err := s.Get(ctx, who, id)
	if err == nil && who.Kind == auth.Person && who.OrgID != v.OrgID {
		err = fault.New(fault.CodeForbidden, "the rules of a meeting are for people of its organization")
	}
	if err != nil {
		return nil, err
	}
	return v.Policy(), nil
}

// Policy is what comes of the meeting, of its room where it existed before, and of the platform.
func (d Definition) Policy() []Setting {
	list := []Setting{
		chosen("entry", string(d.Access.Entry), string(defaultEntry)),
		chosen("opensBefore", recur.Duration(d.Access.OpensBefore).String(), recur.Duration(DefaultOpensBefore).String()),
		chosen("closesAfter", recur.Duration(d.Access.ClosesAfter).String(), recur.Duration(DefaultClosesAfter).String()),
	}
	if d.Place.Mode == Dedicated {
		list = append(list,
			chosen("minAssurance", d.Access.MinAssurance.String(), auth.AssuranceUnknown.String()),
			chosen("passcodeRequired", d.Access.Passcode != "" || d.Access.Hash != "", false),
			chosen("maxParticipants", d.Settings.MaxParticipants, 0),
			chosen("opensWithHost", d.Settings.OpensWithHost, false),
			Setting{"forbidden", words(d.Settings.Forbidden), originOf(len(d.Settings.Forbidden) > 0), reasonOf(len(d.Settings.Forbidden) > 0)},
		)
	} else {
		list[0].Reason += "; the room keeps its own entry where that is wider"
		for _, name := range []string{"minAssurance", "passcodeRequired", "maxParticipants", "opensWithHost", "forbidden"} {
			list = append(list, Setting{name, nil, OriginRoom, "the room was there before: its own setting counts, and is read at the room"})
		}
	}
	for _, name := range []string{"recording", "transcription"} {
		list = append(list, Setting{name, "off", OriginPlatform, "this version of the platform does none"})
	}
	return list
}

// chosen is a setting that the meeting has said something about, or not.
func chosen[V comparable](name string, value, usual V) Setting {
	return Setting{name, value, originOf(value != usual), reasonOf(value != usual)}
}

func originOf(said bool) Origin {
	if said {
		return OriginMeeting
	}
	return OriginPlatform
}

func reasonOf(said bool) string {
	if said {
		return "whoever planned the meeting said so"
	}
	return "nobody said anything else: the platform's default"
}

func words(a access.Abilities) []string {
	list := make([]string, len(a))
	for i, one := range a {
		list[i] = string(one)
	}
	return list
}
