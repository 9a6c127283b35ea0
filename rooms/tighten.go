package rooms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
)

// What organizations of those who are present make of a session. It is decided where somebody comes in (Entered), kept with the
// session, and goes with it: nothing loosens it before.

// Tightened is the room in a session of which that is asked.
func (r Room) Tightened(asked policy.Demands) Room {
	if len(asked) == 0 {
		return r
	}
	r = r.Own().Under(r.Rules.tightened(asked))
	r.Presence = asked
	return r
}

// tightened is the rules with what is asked of a session itself. What is asked about those who enter concerns who comes from then on
// (Room.forNewcomers): who is in the call was let in by what counted then.
func (r Rules) tightened(asked policy.Demands) Rules {
	if d, is := asked[policy.ForbiddenToAll]; is {
		r.Forbidden = r.Forbidden.With(access.ParseAbilities(d.Value.List)...)
	}
	if d, is := asked[policy.AttendanceDays]; is {
		r.AttendanceDays = lower(r.AttendanceDays, d.Value.Number)
	}
	if d, is := asked[policy.ChatKeeping]; is {
		r.ChatUnkept = r.ChatUnkept || d.Value.Number > 0
	}
	r.Unrecorded = r.Unrecorded || asked[policy.Recording].Value.Number > 0
	r.Untranscribed = r.Untranscribed || asked[policy.Transcription].Value.Number > 0
	return r
}

// forNewcomers is the room as those find it who are not in the call yet and do not lead it.
func (r Room) forNewcomers() Room {
	if len(r.Presence) == 0 {
		return r
	}
	guests := guestsSetting()
	if v := r.guests(); v.Number > 0 {
		r.Rules.Guests = guests.Word(v)
	}
	r.MinAssurance = auth.Assurance(r.assurance(r.MinAssurance).Number)
	return r
}

// refusesNewcomer tells whether the room lets nobody in any more who is known no better than that, because of who is present.
func (r Room) refusesNewcomer(kind auth.Kind, assurance auth.Assurance) bool {
	if len(r.Presence) == 0 {
		return false
	}
	r = r.forNewcomers()
	r.Rules.MinAssurance = r.MinAssurance
	return r.Rules.refuses(kind, assurance)
}

func guestsSetting() *policy.Setting {
	s, _ := policy.Find(policy.Guests)
	return s
}

// guests is what counts for people without an account who come now.
func (r Room) guests() policy.Value {
	v := policy.Value{}
	if r.Rules.Guests != "" {
		v = guestsSetting().Choose(r.Rules.Guests)
	}
	v.Number = max(v.Number, r.Presence[policy.Guests].Value.Number)
	return v
}

func (r Room) assurance(own auth.Assurance) policy.Value {
	return policy.Value{Number: max(int(own), r.Presence[policy.MinAssurance].Value.Number)}
}

// bounds is how far anybody in the room may go with a setting that presence tightens.
func (r Room) bounds(s *policy.Setting) policy.Value {
	switch s.Name {
	case policy.ForbiddenToAll:
		return valueOfAbilities(r.Rules.Forbidden)
	case policy.AttendanceDays:
		return policy.Value{Number: r.Rules.AttendanceDays}
	case policy.ChatKeeping:
		return valueOfSwitch(r.Rules.ChatUnkept)
	case policy.Recording:
		return valueOfSwitch(r.Rules.Unrecorded)
	case policy.Transcription:
		return valueOfSwitch(r.Rules.Untranscribed)
	case policy.Guests:
		return r.guests()
	case policy.MinAssurance:
		return r.assurance(r.Rules.MinAssurance)
	default:
		return s.Loosest()
	}
}

// counts is what counts in the room now, of what presence tightens, where hosts decided that for the meeting.
func (r Room) counts(permits Permission) func(*policy.Setting) policy.Value {
	return func(s *policy.Setting) policy.Value {
		switch s.Name {
		case policy.ForbiddenToAll:
			return valueOfAbilities(r.rule(permits))
		case policy.AttendanceDays:
			return policy.Value{Number: r.Limits.AttendanceDays}
		case policy.MinAssurance:
			return r.assurance(r.MinAssurance)
		case policy.Recording, policy.Transcription:
			return s.Choose(policy.CaptureOff) // nothing can record yet: nobody has to be asked whether it may stay so
		default:
			return r.bounds(s)
		}
	}
}

// asks is what the organization of somebody who joins would make stricter in the room by their coming. Of people alone: a guest has
// no organization, software is nobody who is present, and who is of the room's own asks for nothing more than it does.
func (s *Service) asks(ctx context.Context, who auth.Identity, room Room, st standing) (policy.Demands, error) {
	if who.Kind != auth.Person || who.OrgID == room.OrgID || who.OrgID == auth.DefaultOrgID || who.OrgID == "" || st.role.Host() {
		return nil, nil
	}
	asked, err := s.Policies.Demands(ctx, who.OrgID)
	if err != nil {
		return nil, fmt.Errorf("policies of who joins: %w", err)
	}
	return asked.Beyond(room.counts(st.permits)), nil
}

// Asks is what comes of who enters: binds is what becomes the bound of the session, felt what somebody in it would notice.
func (in Entered) Asks() (binds, felt policy.Demands) {
	if len(in.Demands) == 0 {
		return nil, nil
	}
	return in.Demands.Beyond(in.Room.bounds), in.Demands.Beyond(in.Room.counts(in.Threshold.Permits))
}

// unasked tells whether who enters would tighten the session of others whom nobody has asked: hosts decide it by entering, and for
// whom they let in knowing it.
func (in Entered) unasked() bool {
	if in.Company == 0 || in.AlsoHere || in.Present().Role.Host() {
		return false
	}
	_, felt := in.Asks()
	return !felt.Within(in.Agreed)
}

// Tighten is the entry once what it asks for counts.
func (in Entered) Tighten() Entered {
	binds, _ := in.Asks()
	in.Room = in.Room.Tightened(policy.Meet(in.Room.Presence, binds))
	return in
}

// tightenedSaid is what presence asks of the session, whole.
type tightenedSaid struct {
	Tightened []strictSaid `json:"tightened"`
}

type strictSaid struct {
	Setting  policy.Name     `json:"setting"`
	Value    json.RawMessage `json:"value"`
	LockedBy []string        `json:"lockedBy"`
}

func saidOf(asked policy.Demands) tightenedSaid {
	told := tightenedSaid{Tightened: []strictSaid{}}
	asked.Each(func(s *policy.Setting, d policy.Demand) {
		told.Tightened = append(told.Tightened, strictSaid{s.Name, s.JSON(d.Value), d.Says()})
	})
	return told
}

// FollowTightening brings one call under what those who are present ask by now, and tells everybody in it.
func (s *Service) FollowTightening(ctx context.Context, roomID string) error {
	h := host{who: auth.Identity{Kind: auth.System, ID: "policy"}, role: access.Owner, at: s.Now().UTC()}
	_, err := s.changeRunning(ctx, roomID, h, func(r *Running, h host) error {
		if r.Session.Untold {
			r.obey(h)
		}
		return nil
	})
	if fault.HasCode(err, fault.CodeNoSession) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("follow who is present: %w", err)
	}
	return nil
}

// followTightenings does so where the process that should have is gone.
func (w *sweep) followTightenings(ctx context.Context, known []Presence) error {
	var errs []error
	for _, p := range known {
		if p.Untold {
			errs = append(errs, w.FollowTightening(ctx, p.RoomID))
		}
	}
	return errors.Join(errs...)
}

// tell says in the call what presence asks of it, once.
func (r *Running) tell(h host) {
	if r.Session.Untold {
		r.Session.Untold = false
		r.say(h.at, event.SignalTightened, saidOf(r.Room.Presence))
	}
}
