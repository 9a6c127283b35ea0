package schedule

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule/recur"
)

// Origin says where the value of a setting comes from: a level of policies, or one of these.
type Origin string

// The origins besides the levels of policies.
const (
	OriginPlatform Origin = "platform" // nobody said anything else
	OriginMeeting  Origin = "meeting"  // whoever planned it said so
	OriginRoom     Origin = "room"     // the room was there before and keeps its own
)

// Setting is one rule that counts in the room while it is open for a meeting. Value is what a program compares (a string, a
// number, true or false, a list of strings), in the form in which a meeting says it. By is the name of whose policy it comes from.
// Locked tells that nobody below LockedBy goes further than Bound. Reason is for people who look after programs, in English.
type Setting struct {
	Name     string
	Value    any
	Origin   Origin
	By       string
	Locked   bool
	Bound    any
	LockedBy string
	Reason   string
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
	return s.PolicyOf(ctx, who, v.Meeting)
}

// PolicyOf answers the rules of a meeting that somebody may read, or tries out.
func (s *Service) PolicyOf(ctx context.Context, who auth.Identity, m Meeting) ([]Setting, error) {
	g, err := s.governing(ctx, who, m)
	if err != nil {
		return nil, err
	}
	return m.rules(g), nil
}

// governing is what counts in the room of a meeting; of one that is not made yet, or no more, what its organization says.
func (s *Service) governing(ctx context.Context, who auth.Identity, m Meeting) (policy.Governed, error) {
	g, err := s.Rooms.Governing(ctx, who, m.Place.Slug)
	if fault.Is(err, fault.NotFound) {
		g.Above, err = s.policies(ctx, m.OrgID)
	}
	if err != nil {
		return policy.Governed{}, fmt.Errorf("policies of a meeting: %w", err)
	}
	return g, nil
}

// planner is who says what a meeting says. It stands below all that policies say.
var planner = policy.Source{Level: policy.Room, ID: "meeting"}

// ofNoRoom is what a room has no setting of its own for, but for the entry, of which what is planned counts besides.
var ofNoRoom = []policy.Name{policy.Entry, policy.Guests, policy.ChatKeeping, policy.Recording, policy.Transcription}

// rules is what comes of the meeting, of its room and of policies.
func (d Definition) rules(g policy.Governed) []Setting {
	own := d.Place.Mode == Dedicated
	e := d.counting(g)
	told := func(name policy.Name) Setting {
		if !own && g.Own.Settings == nil && !slices.Contains(ofNoRoom, name) {
			return unread(e.Of(name))
		}
		return d.told(e.Of(name))
	}
	entry := told(policy.Entry)
	if !own && g.Own.Settings == nil {
		entry.Reason += "; the room keeps its own entry where that is wider"
	}
	passcode := Setting{Name: "passcodeRequired", Origin: OriginRoom, Reason: "the room was there before: its own setting counts, and is read at the room"}
	if own {
		passcode = chosen("passcodeRequired", d.Access.Passcode != "" || d.Access.Hash != "", false)
	}
	return []Setting{
		entry, told(policy.Guests),
		chosen("opensBefore", recur.Duration(d.Access.OpensBefore).String(), recur.Duration(DefaultOpensBefore).String()),
		chosen("closesAfter", recur.Duration(d.Access.ClosesAfter).String(), recur.Duration(DefaultClosesAfter).String()),
		told(policy.MinAssurance), passcode, told(policy.MaxParticipants), told(policy.MaxMinutes), told(policy.OpensWithHost),
		told(policy.MuteOnEntry),
		told(policy.ForbiddenToAll), told(policy.ChatKeeping), told(policy.AttendanceDays),
		captured(told(policy.Recording)), captured(told(policy.Transcription)),
	}
}

// counting is what policies, the room and the meeting come to.
func (d Definition) counting(g policy.Governed) policy.Effective {
	said := g.Above.Below(d.layer(g.Above))
	if d.Place.Mode == Dedicated {
		return said.Below(rest(g)).With(g.Present)
	}
	e := g.Above.Below(g.Own)
	if entry := e.Of(policy.Entry); g.Own.Settings == nil || said.Of(policy.Entry).Value.Number < entry.Value.Number {
		e[slices.IndexFunc(e, func(r policy.Resolved) bool { return r.Setting == entry.Setting })] = said.Of(policy.Entry) // the wider one counts
	}
	return e.With(g.Present)
}

// rest is what a room that was made for a meeting says, where it is no setting of the meeting.
func rest(g policy.Governed) policy.Layer {
	own := policy.Layer{Source: g.Own.Source, Settings: map[policy.Name]policy.Decided{}}
	for _, name := range []policy.Name{policy.MaxMinutes, policy.AttendanceDays} {
		if said, is := g.Own.Settings[name]; is && !said.Value.Equal(g.Above.Of(name).Value) {
			own.Settings[name] = said
		}
	}
	return own
}

// layer is what a meeting says that is not said above it anyhow.
func (d Definition) layer(above policy.Effective) policy.Layer {
	all := map[policy.Name]policy.Decided{}
	for _, name := range begins {
		if v := d.setting(name); !v.Equal(above.Of(name).Value) {
			all[name] = policy.Decided{Value: v}
		}
	}
	return policy.Layer{Source: planner, Settings: all}
}

// told is a setting as callers read it.
func (d Definition) told(r policy.Resolved) Setting {
	s := Setting{Name: string(r.Setting.Name), Value: plain(r.Setting, r.Value), Origin: Origin(r.From.Level.String()), By: r.From.Name, Reason: r.Reason()}
	s.lock(r)
	if r.From.Level == policy.Room {
		s.By = "" // who asks knows which room
	}
	if r.From != planner {
		return s
	}
	s.Origin = OriginMeeting
	switch {
	case r.Kept || r.Locked && r.Value.Equal(r.Bound): // as the reason says
	case slices.Contains(d.Defaults, r.Setting.Name):
		s.Reason = "nobody chose it: it was the default when the meeting was planned"
	default:
		s.Reason = asPlanned
	}
	return s
}

const asPlanned = "whoever planned the meeting said so"

// unread is a setting of a room whose own value the caller may not read.
func unread(r policy.Resolved) Setting {
	s := Setting{Name: string(r.Setting.Name), Origin: OriginRoom, Reason: "the room was there before: its own setting counts, and is read at the room"}
	if s.lock(r); s.Locked {
		s.Reason += "; it goes no further than what " + s.LockedBy + " locked"
	}
	return s
}

func (s *Setting) lock(r policy.Resolved) {
	if r.Locked {
		s.Locked, s.Bound, s.LockedBy = true, plain(r.Setting, r.Bound), cmp.Or(r.By.Name, r.By.Level.String())
	}
}

// plain is a value as a meeting says it.
func plain(s *policy.Setting, v policy.Value) any {
	switch s.Kind {
	case policy.Choice:
		return s.Word(v)
	case policy.Switch:
		return v.True()
	case policy.Limit:
		return v.Number
	default:
		return append([]string{}, v.List...)
	}
}

// chosen is a setting that the meeting has said something about, or not, and that no policy is about.
func chosen[V comparable](name string, value, usual V) Setting {
	if value != usual {
		return Setting{Name: name, Value: value, Origin: OriginMeeting, Reason: asPlanned}
	}
	return Setting{Name: name, Value: value, Origin: OriginPlatform, Reason: "nobody said anything else: the platform's default"}
}

// captured says of recording and transcription what comes of it that they are allowed.
func captured(s Setting) Setting {
	if s.Value == policy.CaptureAllowed {
		s.Reason += "; this version of the platform does none, so that nothing comes of it yet"
	}
	return s
}
