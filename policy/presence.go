package policy

import (
	"cmp"
	"slices"
)

// What organizations ask of a meeting of another in which people of theirs are.

// Demand is how far a setting may go while a meeting lasts, and who locked it there.
type Demand struct {
	Value Value
	By    []Source // each once, by name
}

// Demands is what is asked, by the name of the setting. nil asks for nothing.
type Demands map[Name]Demand

// Demands is what an organization asks of the meetings of others: what it or anybody above it locked, of the settings that presence
// tightens. A default asks for nothing: it is what rooms below begin with, and rooms of others are not below.
func (e Effective) Demands() Demands {
	var asked Demands
	for _, r := range e {
		if !r.Setting.Presence || !r.Locked {
			continue
		}
		if asked == nil {
			asked = Demands{}
		}
		asked[r.Setting.Name] = Demand{r.Bound, []Source{r.By}}
	}
	return asked
}

// Meet is what several ask together: of each setting the strictest value; where none of two is stricter, what both allow.
func Meet(all ...Demands) Demands {
	var met Demands
	for _, asked := range all {
		for name, d := range asked {
			if met == nil {
				met = Demands{}
			}
			if have, is := met[name]; is {
				d = must(name).meet(have, d)
			}
			met[name] = d
		}
	}
	return met
}

func (s *Setting) meet(a, b Demand) Demand {
	both := Demand{Value: s.Strictest(a.Value, b.Value)}
	ofA, ofB := s.same(both.Value, a.Value), s.same(both.Value, b.Value)
	if ofA || !ofB {
		both.By = append(both.By, a.By...)
	}
	if ofB || !ofA {
		both.By = append(both.By, b.By...)
	}
	slices.SortFunc(both.By, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	both.By = slices.Compact(both.By)
	return both
}

// same tells whether two values allow the same: of hosts, one may be named twice.
func (s *Setting) same(a, b Value) bool { return s.Within(a, b) && s.Within(b, a) }

// Beyond is what is asked and does not count yet, where counts says what does: what would become stricter by it.
func (d Demands) Beyond(counts func(*Setting) Value) Demands {
	var beyond Demands
	for name, asked := range d {
		if s := must(name); !s.Within(counts(s), asked.Value) {
			if beyond == nil {
				beyond = Demands{}
			}
			beyond[name] = asked
		}
	}
	return beyond
}

// Within tells whether nothing is asked that goes beyond what others ask.
func (d Demands) Within(others Demands) bool {
	return len(d.Beyond(func(s *Setting) Value {
		if have, is := others[s.Name]; is {
			return have.Value
		}
		return s.Loosest()
	})) == 0
}

// Equal tells whether the same is asked, by whomever.
func (d Demands) Equal(others Demands) bool { return d.Within(others) && others.Within(d) }

// Each runs over what is asked, in the order of Settings.
func (d Demands) Each(do func(*Setting, Demand)) {
	for _, s := range settings {
		if asked, is := d[s.Name]; is {
			do(s, asked)
		}
	}
}

// With is what counts in a meeting in which that is asked. What anybody below may decide for later meetings stays as it is.
func (e Effective) With(d Demands) Effective {
	if len(d) == 0 {
		return e
	}
	all := slices.Clone(e)
	for i := range all {
		r := &all[i]
		asked, is := d[r.Setting.Name]
		if !is || r.Setting.Within(r.Value, asked.Value) {
			continue
		}
		r.Overrode = append(slices.Clone(r.Overrode), Overridden{r.From, Decided{Value: r.Value}})
		r.Value, r.Organized = r.Setting.Strictest(r.Value, asked.Value), asked.By
		r.From, r.Usual = asked.By[0], false
	}
	return all
}

// Says names who asks, as people read it.
func (d Demand) Says() []string {
	names := make([]string, len(d.By))
	for i, by := range d.By {
		names[i] = by.said()
	}
	return names
}
