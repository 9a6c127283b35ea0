package rooms

import (
	"parvis/access"
	"parvis/auth"
	"parvis/policy"
)

// What policies make of a room.

// Rules is what policies bind a room to. The zero value binds nobody.
type Rules struct {
	Entry           access.Entry // the widest; empty: any
	MinAssurance    auth.Assurance
	Guests          string // a word of policy.Guests; empty: as the entry says
	OpensWithHost   bool
	MuteOnEntry     bool
	Forbidden       access.Abilities
	MaxParticipants int
	MaxMinutes      int
	AttendanceDays  int
	ChatUnkept      bool
	Unrecorded      bool
	Untranscribed   bool
}

// RulesOf is what effective policies bind rooms to. Of what a room has a field for only locks do: it keeps its own value, and a
// default is what new rooms begin with.
func RulesOf(e policy.Effective) Rules {
	var r Rules
	word := func(name policy.Name) string {
		found := e.Of(name)
		return found.Setting.Word(found.Bound)
	}
	if e.Of(policy.Entry).Locked {
		r.Entry = access.Entry(word(policy.Entry))
	}
	r.MinAssurance, _ = auth.ParseAssurance(word(policy.MinAssurance))
	if guests := e.Of(policy.Guests); guests.Value.Number > 0 {
		r.Guests = guests.Setting.Word(guests.Value)
	}
	r.OpensWithHost = e.Of(policy.OpensWithHost).Bound.True()
	r.MuteOnEntry = e.Of(policy.MuteOnEntry).Bound.True()
	r.Forbidden = r.Forbidden.With(access.ParseAbilities(e.Of(policy.ForbiddenToAll).Bound.List)...)
	r.MaxParticipants = e.Of(policy.MaxParticipants).Bound.Number
	r.MaxMinutes = e.Of(policy.MaxMinutes).Bound.Number
	r.AttendanceDays = e.Of(policy.AttendanceDays).Bound.Number
	r.ChatUnkept = e.Of(policy.ChatKeeping).Value.Number > 0
	r.Unrecorded, r.Untranscribed = e.Of(policy.Recording).Value.Number > 0, e.Of(policy.Transcription).Value.Number > 0
	return r
}

// Chosen is what the owners of a room chose, where that is more than rules allow.
type Chosen struct {
	Entry        access.Entry
	MinAssurance auth.Assurance
	Forbidden    access.Abilities
	Limits       Limits
}

// Under is a room, as it is kept, under rules: as strict as they are, or stricter. What it would be without them stays with it.
func (r Room) Under(rules Rules) Room {
	own := Chosen{r.Entry, r.MinAssurance, r.Forbidden, r.Limits}
	r.Rules, r.Chosen = rules, nil
	r = r.bound()
	r.Forbidden = rules.forbid(r.Forbidden)
	r.Limits = rules.limit(r.Limits)
	if r.Entry != own.Entry || r.MinAssurance != own.MinAssurance || !r.Forbidden.Equal(own.Forbidden) || r.Limits != own.Limits {
		r.Chosen = &own
	}
	return r
}

// Own is the room as its owners chose it, whatever rules say.
func (r Room) Own() Room {
	if r.Chosen != nil {
		r.Entry, r.MinAssurance, r.Forbidden, r.Limits = r.Chosen.Entry, r.Chosen.MinAssurance, r.Chosen.Forbidden, r.Chosen.Limits
	}
	return r
}

// rule is what is forbidden to all but hosts where hosts decided this for a meeting: no host allows what rules forbid.
func (r Room) rule(decided Permission) access.Abilities {
	return r.Rules.forbid(decided.Over(r.Forbidden))
}

// decided is what hosts decided about somebody, as far as rules let it count.
func (r Room) decided(a Adjustment) Adjustment {
	if len(r.Rules.Forbidden) > 0 {
		a.Allowed = a.Allowed.Without(r.Rules.Forbidden...)
	}
	return a
}

// bound brings who enters under the rules: openings say that anew.
func (r Room) bound() Room {
	if r.Rules.Entry != "" && r.Entry.Width() > r.Rules.Entry.Width() {
		r.Entry = r.Rules.Entry
	}
	r.MinAssurance = max(r.MinAssurance, r.Rules.MinAssurance)
	return r
}

func (r Rules) forbid(own access.Abilities) access.Abilities {
	if len(r.Forbidden) == 0 {
		return own
	}
	return own.With(r.Forbidden...)
}

func (r Rules) limit(l Limits) Limits {
	l.OpensWithHost = l.OpensWithHost || r.OpensWithHost
	l.MuteOnEntry = l.MuteOnEntry || r.MuteOnEntry
	l.MaxParticipants = lower(l.MaxParticipants, r.MaxParticipants)
	l.MaxMinutes = lower(l.MaxMinutes, r.MaxMinutes)
	l.AttendanceDays = lower(l.AttendanceDays, r.AttendanceDays)
	return l
}

// lower is the lower of two limits, of which 0 is none.
func lower(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// refuses tells whether the rules let nobody in who is known no better than that, whatever the room says.
func (r Rules) refuses(kind auth.Kind, assurance auth.Assurance) bool {
	guest := kind == auth.Guest || kind == auth.Nobody
	return guest && r.Guests == policy.GuestsRefused || assurance < r.MinAssurance && kind != auth.Service
}
