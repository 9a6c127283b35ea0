package provision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Do is what a step does.
type Do string

// What steps do.
const (
	Create  Do = "create"
	Change  Do = "change"
	Restore Do = "restore"
	Remove  Do = "remove"
)

// Step is one thing to be done. Before and After have the fields that it changes, or all that a new thing is said to have.
type Step struct {
	Do Do `json:"do"`
	Identity
	Label  string `json:"label,omitempty"`
	Before Fields `json:"before,omitempty"`
	After  Fields `json:"after,omitempty"`

	ID    string `json:"-"`
	Place Place  `json:"-"`
}

// Left is what a plan does not do, and why.
type Left struct {
	Identity
	At   *Position `json:"at,omitempty"`
	Says string    `json:"says"`
}

// Plan is what there is to do.
type Plan struct {
	ID    string `json:"id"` // of what it was made of: the same plan has the same
	Steps []Step `json:"steps"`
	Left  []Left `json:"left"` // that the files ask for, and that others have to do
	Kept  []Left `json:"kept"` // that no file names any more, and that stays
}

// Empty tells that all is as the files say.
func (p Plan) Empty() bool { return len(p.Steps) == 0 && len(p.Left) == 0 }

// Options says how a plan is made.
type Options struct {
	// Prune removes what no file names, of those kinds that the files speak of and that may be removed at all.
	Prune bool
}

// Make compares the files with what there is.
func Make(ctx context.Context, remote Remote, files Files, o Options) (Plan, error) {
	remote.Named(files.Mark())
	home, err := remote.Home(ctx)
	if err != nil {
		return Plan{}, err
	}
	m := &maker{options: o, files: files, want: files.resources(home), home: home, wanted: map[Identity]*Resource{}, there: map[Identity]Resource{}, named: map[Identity]Position{}}
	m.once()
	if err := m.read(ctx, remote); err != nil {
		return Plan{}, err
	}
	m.refer()
	m.doubles()
	if len(m.wrong) > 0 {
		return Plan{}, m.wrong
	}
	for _, r := range m.inOrder() {
		m.compare(r)
	}
	m.unnamed()
	return m.done()
}

type maker struct {
	options Options
	files   Files
	home    string
	want    []Resource
	wanted  map[Identity]*Resource
	there   map[Identity]Resource
	twice   []Resource            // of what has the same identity as another
	named   map[Identity]Position // where things in the files refer to them first
	wrong   Problems
	plan    Plan
}

func (m *maker) say(at Position, key, format string, args ...any) {
	m.wrong = append(m.wrong, Problem{at, key, fmt.Sprintf(format, args...)})
}

// read asks for what the plan needs to know, and for nothing else: an account needs no scope for what the files do not name.
func (m *maker) read(ctx context.Context, remote Remote) error {
	orgs := []string{m.home}
	needs := map[Kind]bool{}
	for _, r := range m.want {
		needs[r.Kind] = true
		if r.Org != "" && !slices.Contains(orgs, r.Org) {
			orgs = append(orgs, r.Org)
		}
		if r.Kind == KindOrganization && !slices.Contains(orgs, r.Key) {
			orgs = append(orgs, r.Key)
		}
		needs[KindTemplate] = needs[KindTemplate] || r.Kind == KindRoom && r.Fields["template"] != nil
		needs[KindOrganization] = needs[KindOrganization] || len(orgs) > 1 || r.Fields["actsFor"] != nil
	}
	for k := range m.files.Says {
		needs[k] = needs[k] || m.files.Says[k]
	}
	for _, of := range rules {
		if !needs[of.kind] {
			continue
		}
		things, err := remote.Read(ctx, of.kind, orgs)
		if err != nil {
			return err
		}
		for _, r := range things {
			settle(of, r.Fields)
			if _, twice := m.there[r.Identity]; twice {
				m.twice = append(m.twice, r)
				continue
			}
			m.there[r.Identity] = r
		}
	}
	for i := range m.want {
		settle(ruleOf(m.want[i].Kind), m.want[i].Fields)
	}
	return nil
}

// settle puts lists into one order where the order says nothing.
func settle(of rule, f Fields) {
	for _, name := range of.sets {
		if list, ok := f[name].([]any); ok {
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
}

// compare plans what makes one thing as the files say.
func (m *maker) compare(r Resource) {
	of := ruleOf(r.Kind)
	now, there := m.there[r.Identity]
	if !there {
		m.create(of, r)
		return
	}
	step := Step{Do: Change, Identity: r.Identity, Label: now.Label, Before: Fields{}, After: Fields{}, ID: now.ID, Place: r.Place}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		want, is := r.Fields[name], now.Fields[name]
		if same(want, is) {
			continue
		}
		switch {
		case slices.Contains(of.others, name) || r.Kind == KindOrganization && name == "parent":
			m.left(r, name, of.who)
		case slices.Contains(of.made, name):
			m.left(r, name, "it stays as it was made: give it another key, and remove this one")
		default:
			step.Before[name], step.After[name] = is, want
		}
	}
	if m.options.Prune {
		for name, is := range now.Fields {
			if _, said := r.Fields[name]; !said && strings.HasPrefix(name, settingsPrefix) && is != nil {
				step.Before[name], step.After[name] = is, nil
			}
		}
	}
	if now.Archived {
		step.Do = Restore
	}
	m.step(now, step)
}

// same compares two values of JSON; what is not said, null, and nothing are one.
func same(a, b any) bool { return reflect.DeepEqual(a, b) || nothing(a) && nothing(b) }

// Differs tells that a thing is not any more what a step was planned from.
func (s Step) Differs(now Fields) bool {
	settle(ruleOf(s.Kind), now)
	for name, was := range s.Before {
		if !same(was, now[name]) {
			return true
		}
	}
	return false
}

func nothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

func (m *maker) create(of rule, r Resource) {
	after := maps.Clone(r.Fields)
	for _, name := range of.others {
		if !nothing(after[name]) {
			m.left(r, name, of.who)
		}
		delete(after, name)
	}
	maps.DeleteFunc(after, func(_ string, v any) bool { return v == nil })
	if r.Kind == KindPolicy { // each organization has one
		m.step(Resource{}, Step{Do: Change, Identity: r.Identity, Before: Fields{}, After: after, Place: r.Place})
		return
	}
	m.plan.Steps = append(m.plan.Steps, Step{Do: Create, Identity: r.Identity, After: after, Place: r.Place})
}

func (m *maker) step(now Resource, s Step) {
	if len(s.After) == 0 && s.Do != Restore {
		return
	}
	if now.Protected != "" {
		at := s.Place.At
		m.plan.Left = append(m.plan.Left, Left{s.Identity, &at, now.Protected})
		return
	}
	m.plan.Steps = append(m.plan.Steps, s)
}

func (m *maker) left(r Resource, name, says string) {
	at := r.Place.of(name)
	m.plan.Left = append(m.plan.Left, Left{r.Identity, &at, name + ": " + says})
}

// unnamed plans what becomes of what no file names, of the kinds that files speak of; last things first.
func (m *maker) unnamed() {
	var gone []Resource
	for _, r := range slices.AppendSeq(slices.Clone(m.twice), maps.Values(m.there)) {
		if m.wanted[r.Identity] == nil && m.files.Says[r.Kind] && !r.Archived && (r.Kind != KindPolicy || len(r.Fields) > 0) {
			gone = append(gone, r)
		}
	}
	slices.SortFunc(gone, func(a, b Resource) int {
		if a.Kind != b.Kind {
			return place(b.Kind) - place(a.Kind)
		}
		return strings.Compare(a.Org+"\x00"+a.Key+"\x00"+a.ID, b.Org+"\x00"+b.Key+"\x00"+b.ID)
	})
	for _, r := range gone {
		of := ruleOf(r.Kind)
		_, bySlug := r.Slug()
		switch {
		case r.Kind == KindRoom && bySlug, r.Protected != "":
			continue // a room that people made, or the account that applies: neither is for files to tell
		case !of.removable:
			m.plan.Kept = append(m.plan.Kept, Left{r.Identity, nil, of.keep})
		case r.Foreign != "":
			m.plan.Kept = append(m.plan.Kept, Left{r.Identity, nil, r.Foreign})
		case m.refers(r.Identity):
			m.plan.Kept = append(m.plan.Kept, Left{r.Identity, nil, "rooms of these files are made by it"})
		case !m.options.Prune:
			m.plan.Kept = append(m.plan.Kept, Left{r.Identity, nil, "--prune removes it"})
		default:
			m.plan.Steps = append(m.plan.Steps, Step{Do: Remove, Identity: r.Identity, Label: r.Label, Before: r.Fields, ID: r.ID})
		}
	}
}

func (m *maker) done() (Plan, error) {
	text, err := json.Marshal(m.plan.Steps)
	if err != nil {
		return Plan{}, fmt.Errorf("name a plan: %w", err)
	}
	sum := sha256.Sum256(text)
	m.plan.ID = hex.EncodeToString(sum[:16])
	return m.plan, nil
}
