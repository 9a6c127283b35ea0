package schedule

import (
	"context"
	"fmt"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule/recur"
)

// Policies is what planning asks of policies.
type Policies interface {
	// Effective answers what counts for an organization; template is empty here. It may be a second old.
	Effective(ctx context.Context, orgID, template string) (policy.Effective, error)
}

func (s *Service) policies(ctx context.Context, orgID string) (policy.Effective, error) {
	e, err := s.Policies.Effective(ctx, orgID, "")
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	return e, nil
}

// promises is nil when policies allow what a meeting promises and did not promise before; else it names each field and who locked
// the setting. What it leaves to the room, the room is bound to without a word.
func (d Definition) promises(e policy.Effective, before *Definition) error {
	entry, assurance := e.Of(policy.Entry), e.Of(policy.MinAssurance)
	var refused *fault.Error
	ask := func(r policy.Resolved, at string, said bool, v policy.Value) {
		if !said {
			return
		}
		err := r.Refusal("body."+at, v)
		switch {
		case err == nil:
		case refused == nil:
			refused = fault.Of(err)
		default:
			refused.Fields = append(refused.Fields, fault.Of(err).Fields...)
		}
	}
	was := Definition{}
	if before != nil {
		was = *before
	}
	own := d.Place.Mode == Dedicated // any other room has its own proof of identity
	ask(entry, "access.entry", d.Access.Entry != was.Access.Entry, entry.Setting.Choose(string(d.Access.Entry)))
	ask(assurance, "access.minAssurance", own && d.Access.MinAssurance != was.Access.MinAssurance, policy.Value{Number: int(d.Access.MinAssurance)})
	ask(e.Of(policy.MaxParticipants), "settings.maxParticipants", d.Settings.MaxParticipants != was.Settings.MaxParticipants && d.Settings.MaxParticipants > 0,
		policy.Value{Number: d.Settings.MaxParticipants})
	minutes := e.Of(policy.MaxMinutes)
	ask(minutes, "duration", d.When.Duration != was.When.Duration, inMinutes(d.When.Duration))
	for _, o := range d.Overrides {
		if o.Duration != nil {
			ask(minutes, durationOf(o.ID), *o.Duration > was.lasted(o.ID, d.When.Start-was.When.Start), inMinutes(*o.Duration))
		}
	}
	if refused == nil {
		return nil
	}
	return refused
}

// lasted is how long a date was promised to be. The series may have been moved since, and its dates with it.
func (d Definition) lasted(id, moved recur.Local) recur.Duration {
	longest := d.When.Duration
	for _, o := range d.Overrides {
		if o.Duration != nil && (o.ID == id || o.ID+moved == id) {
			longest = max(longest, *o.Duration)
		}
	}
	return longest
}

// durationOf is where a request that gives a series whole says how long one of its dates is.
func durationOf(id recur.Local) string { return "recurrence.overrides." + id.String() + ".duration" }

func inMinutes(d recur.Duration) policy.Value {
	return policy.Value{Number: int(max(1, d.Std()/time.Minute))}
}

// roomDefaults gives a room that is made with a meeting what its organization says where the meeting says nothing.
func (m Meeting) roomDefaults(r *access.NewRoom, e policy.Effective) {
	r.AttendanceDays = e.Of(policy.AttendanceDays).Value.Number
	r.MaxMinutes = e.Of(policy.MaxMinutes).Value.Number
	if r.Dedicated { // all else is as its meeting says
		r.MaxMinutes = MinutesFor(r.MaxMinutes, m.openMinutes())
		return
	}
	entry := e.Of(policy.Entry)
	r.Entry = access.Entry(entry.Setting.Word(entry.Value))
	r.MinAssurance = auth.Assurance(e.Of(policy.MinAssurance).Value.Number)
	r.OpensWithHost = e.Of(policy.OpensWithHost).Value.True()
	r.MuteOnEntry = e.Of(policy.MuteOnEntry).Value.True()
	r.Forbidden = access.ParseAbilities(e.Of(policy.ForbiddenToAll).Value.List)
	r.MaxParticipants = e.Of(policy.MaxParticipants).Value.Number
}
