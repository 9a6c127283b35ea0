package policy

import "slices"

// Level is where something is decided, the one that binds the others first.
type Level uint8

// The levels. Platform is what the program says itself where nobody else does, and what is decided for all.
const (
	Platform Level = iota
	Organization
	Unit
	Template
	Room
)

var levelNames = [...]string{"platform", "organization", "unit", "template", "room"}

func (l Level) String() string { return levelNames[l] }

// ParseLevel reads the word that String writes.
func ParseLevel(word string) (Level, bool) {
	i := slices.Index(levelNames[:], word)
	return Level(max(i, 0)), i >= 0
}

// Source is who decided something: the level, and whose it is there. ID is empty for the platform.
type Source struct {
	Level Level
	ID    string
	Name  string
}

// Decided is what somebody decided about a setting. Locked: nobody below goes further; else it is what counts where nobody below
// says anything.
type Decided struct {
	Value  Value
	Locked bool
}

// Layer is all that is decided at one place.
type Layer struct {
	Source
	Settings map[Name]Decided
}

// Overridden is what does not count, and why: something below said more, or something above allows less.
type Overridden struct {
	Source
	Decided
}

// Resolved is what comes of a setting. From is who said the value; nobody did when Usual is set. By is who allows no more than
// Bound, where somebody locked it (Locked). Kept tells that what was said last is further than that, and does not count.
type Resolved struct {
	Setting   *Setting
	Value     Value
	From      Source
	Usual     bool
	Locked    bool
	Bound     Value
	By        Source
	Kept      bool
	Overrode  []Overridden
	Organized []Source // organizations of others that made it stricter for a meeting, by being there
}

// Effective is what comes of every setting, in the order of Settings.
type Effective []Resolved

// Of is what comes of one setting.
func (e Effective) Of(name Name) Resolved {
	s := must(name)
	if s.index < len(e) {
		return e[s.index]
	}
	return usual(s)
}

func usual(s *Setting) Resolved {
	return Resolved{Setting: s, Value: s.Usual, Usual: true, Bound: s.Loosest()}
}

// Resolve says what counts below these layers, the platform's first, then from the farthest to the nearest. Of layers at one level
// the earlier binds the later.
func Resolve(layers ...Layer) Effective {
	all := make(Effective, len(settings))
	for i, s := range settings {
		r := usual(s)
		for _, l := range layers {
			if d, said := l.Settings[s.Name]; said && s.At(l.Level) {
				r.say(l.Source, d)
			}
		}
		all[i] = r
	}
	return all
}

// Below is what counts when one more layer is under what was resolved.
func (e Effective) Below(l Layer) Effective {
	all := make(Effective, len(settings))
	for i, s := range settings {
		all[i] = e.Of(s.Name)
		all[i].Overrode = slices.Clone(all[i].Overrode)
		if d, said := l.Settings[s.Name]; said && s.At(l.Level) {
			all[i].say(l.Source, d)
		}
	}
	return all
}

// say brings in what is decided one place further down.
func (r *Resolved) say(by Source, d Decided) {
	s := r.Setting
	before := Overridden{r.From, Decided{r.Value, false}}
	if s.Within(d.Value, r.Bound) {
		if !r.Usual && !d.Value.Equal(r.Value) {
			r.Overrode = append(r.Overrode, before)
		}
		r.Value, r.From, r.Usual, r.Kept = d.Value, by, false, false
	} else {
		r.Overrode = append(r.Overrode, Overridden{by, d})
		r.Value, r.Kept = s.Strictest(d.Value, r.Bound), true
		if r.From, r.Usual = r.By, false; !r.Value.Equal(r.Bound) {
			r.From = by // part of it is what was said here
		}
	}
	if d.Locked {
		bound := s.Strictest(r.Bound, d.Value)
		if !r.Locked || !bound.Equal(r.Bound) {
			r.By = by
		}
		r.Bound, r.Locked = bound, true
	}
}
