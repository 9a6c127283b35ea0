package schedule

import (
	"cmp"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/policy"
	"parvis/schedule/recur"
)

// begins are the settings of a meeting that take what policies say where nobody else says anything.
var begins = []policy.Name{policy.Entry, policy.MinAssurance, policy.OpensWithHost, policy.MuteOnEntry, policy.MaxParticipants, policy.ForbiddenToAll}

// setting is what a meeting says of a setting.
func (d Definition) setting(name policy.Name) policy.Value {
	switch name {
	case policy.Entry:
		s, _ := policy.Find(policy.Entry)
		return s.Choose(string(d.Access.Entry))
	case policy.MinAssurance:
		return policy.Value{Number: int(d.Access.MinAssurance)}
	case policy.OpensWithHost:
		return switched(d.Settings.OpensWithHost)
	case policy.MuteOnEntry:
		return switched(d.Settings.MuteOnEntry)
	case policy.MaxParticipants:
		return policy.Value{Number: d.Settings.MaxParticipants}
	default:
		return policy.Value{List: d.Settings.Forbidden.Words()}.Sorted()
	}
}

func switched(on bool) policy.Value {
	if on {
		return policy.Value{Number: 1}
	}
	return policy.Value{}
}

// setSetting has a meeting say a value of a setting.
func (d *Definition) setSetting(name policy.Name, v policy.Value) {
	switch name {
	case policy.Entry:
		s, _ := policy.Find(policy.Entry)
		d.Access.Entry = access.Entry(s.Word(v))
	case policy.MinAssurance:
		d.Access.MinAssurance = auth.Assurance(v.Number)
	case policy.OpensWithHost:
		d.Settings.OpensWithHost = v.True()
	case policy.MuteOnEntry:
		d.Settings.MuteOnEntry = v.True()
	case policy.MaxParticipants:
		d.Settings.MaxParticipants = v.Number
	default:
		d.Settings.Forbidden = access.ParseAbilities(v.List)
	}
}

// silent tells that a request says nothing of a setting.
func (d Definition) silent(name policy.Name) bool {
	return slices.Contains(d.Unsaid, name) || name == policy.Entry && d.Access.Entry == ""
}

// begin gives a meeting that says nothing of a setting what policies say, and notes that nobody chose it. What nobody chose before
// and is as it was is still nobody's choice: a change of something else says it too. In a room that was there before the settings of
// a room are the room's own.
func (d *Definition) begin(e policy.Effective, before *Definition) {
	own := cmp.Or(d.Place.Mode, Dedicated) == Dedicated
	var defaults []policy.Name
	for _, name := range begins {
		silent := d.silent(name)
		nobodys := silent || before != nil && slices.Contains(before.Defaults, name) && d.setting(name).Equal(before.setting(name))
		switch {
		case !nobodys:
			continue
		case name != policy.Entry && !own:
			d.setSetting(name, policy.Value{})
			continue
		case silent:
			d.setSetting(name, e.Of(name).Value)
		}
		defaults = append(defaults, name)
	}
	d.Defaults, d.Unsaid = defaults, nil
}

// Usual are the settings of a meeting that are as the platform itself says. Of a meeting of which nobody noted it, these were not chosen.
func (d Definition) Usual() (names []policy.Name) {
	for _, name := range begins {
		s, _ := policy.Find(name)
		if (name == policy.Entry || d.Place.Mode == Dedicated) && d.setting(name).Equal(s.Usual) {
			names = append(names, name)
		}
	}
	return names
}

// AlsoDefault are the defaults of a meeting with a setting that its program did not know, so that nobody can have chosen it.
func (d Definition) AlsoDefault(name policy.Name) (names []policy.Name) {
	for _, one := range begins {
		if one == name || slices.Contains(d.Defaults, one) {
			names = append(names, one)
		}
	}
	return names
}

// DefaultsWith are the defaults of a meeting once it has the settings of the room from another part of its series.
func (d Definition) DefaultsWith(b Definition) (names []policy.Name) {
	for _, name := range begins {
		from := b
		if name == policy.Entry || name == policy.MinAssurance {
			from = d
		}
		if slices.Contains(from.Defaults, name) {
			names = append(names, name)
		}
	}
	return names
}

// stands has a definition say what another one said of settings that it says nothing of.
func (d *Definition) stands(before Definition, name policy.Name) {
	if d.silent(name) {
		d.setSetting(name, before.setting(name))
		d.Unsaid = slices.DeleteFunc(slices.Clone(d.Unsaid), func(n policy.Name) bool { return n == name })
	}
}

// openMinutes is for how long the room is open for the longest date.
func (d Definition) openMinutes() int {
	longest := d.When.Duration
	for _, o := range d.Overrides {
		if o.Duration != nil {
			longest = max(longest, *o.Duration)
		}
	}
	return inMinutes(longest + recur.Duration(d.Access.OpensBefore+d.Access.ClosesAfter+time.Minute-1)).Number
}

// MinutesFor is the longest time of a session in a room of which a meeting needs so many minutes: a default gives way to how long
// the meeting is planned to be. 0 is no limit.
func MinutesFor(limit, needed int) int {
	s, _ := policy.Find(policy.MaxMinutes)
	switch {
	case limit == 0 || limit >= needed:
		return limit
	case needed > s.Most:
		return 0
	default:
		return needed
	}
}
