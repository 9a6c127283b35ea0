package provision

import (
	"fmt"
	"slices"
	"strings"
)

// once refuses what the files name twice.
func (m *maker) once() {
	for i := range m.want {
		r := &m.want[i]
		if first, twice := m.wanted[r.Identity]; twice {
			m.say(r.Place.At, "", "%s is named twice, first at %s: keep one", r.Identity, first.Place.At)
			continue
		}
		m.wanted[r.Identity] = r
	}
}

// doubles refuses what two things answer to, where the files speak of it: nobody could say which of them is meant.
func (m *maker) doubles() {
	for _, r := range m.twice {
		switch wanted := m.wanted[r.Identity]; {
		case wanted != nil:
			m.say(wanted.Place.At, "", "there are two of %s: rename or remove one of them first", r.Identity)
		case m.refers(r.Identity):
			m.say(m.named[r.Identity], "", "these files refer to %s, and there are two of it: rename or remove one of them first", r.Identity)
		}
	}
}

// refers tells that something in the files refers to a thing.
func (m *maker) refers(to Identity) bool { _, yes := m.named[to]; return yes }

func (m *maker) reference(at Position, to Identity) {
	if !m.refers(to) {
		m.named[to] = at
	}
}

func (m *maker) known(i Identity) bool {
	_, there := m.there[i]
	return there || m.wanted[i] != nil
}

// refer finds what the files refer to, and writes what follows from it.
func (m *maker) refer() {
	for i := range m.want {
		r := &m.want[i]
		refer := func(key string, to Identity) {
			m.reference(r.Place.of(key), to)
			if !m.known(to) {
				m.say(r.Place.of(key), key, "there is no %s, here or on the platform", to)
			}
		}
		if r.Org != "" && r.Org != m.home {
			refer("organization", Identity{KindOrganization, "", r.Org})
		} else if r.Org != "" {
			m.reference(r.Place.At, Identity{KindOrganization, "", m.home})
		}
		actsFor, _ := r.Fields["actsFor"].([]any)
		for _, org := range actsFor {
			m.reference(r.Place.of("actsFor"), Identity{KindOrganization, "", fmt.Sprint(org)}) // or it is a siret
		}
		parent, _ := r.Fields["parent"].(string)
		switch {
		case r.Kind == KindOrganization && parent != "":
			refer("parent", Identity{KindOrganization, "", parent})
		case r.Kind == KindUnit && parent != "":
			refer("parent", Identity{KindUnit, r.Org, parent})
		case r.Kind == KindRoom:
			if name, ok := r.Fields["template"].(string); ok {
				refer("template", Identity{KindTemplate, m.home, name})
				m.prefix(r, name)
			}
			if _, there := m.there[r.Identity]; !there && strings.HasPrefix(r.Key, slugPrefix) {
				m.say(r.Place.of("slug"), "slug", "the organization has no room with this code: give a key in its place, and one is made")
			}
		}
	}
	m.cycles()
}

// prefix writes the name that the platform gives to a room of a template.
func (m *maker) prefix(r *Resource, template string) {
	i := Identity{KindTemplate, m.home, template}
	prefix, _ := m.there[i].Fields["prefix"].(string)
	if t := m.wanted[i]; t != nil && t.Fields["prefix"] != nil {
		prefix, _ = t.Fields["prefix"].(string)
	}
	if name, ok := r.Fields["name"].(string); ok && prefix != "" && !strings.HasPrefix(name, prefix) {
		r.Fields["name"] = prefix + " " + name
	}
}

func (m *maker) cycles() {
	for _, r := range m.want {
		at, steps := &r, 0
		for at != nil {
			parent, _ := at.Fields["parent"].(string)
			if at = m.wanted[Identity{at.Kind, at.Org, parent}]; parent == "" || at == nil {
				break
			}
			if steps++; at.Identity == r.Identity || steps > len(m.want) {
				m.say(r.Place.of("parent"), "parent", "%s stands below itself: take it out of the circle", r.Identity)
				break
			}
		}
	}
}

// inOrder has each thing after what it needs.
func (m *maker) inOrder() []Resource {
	list := slices.Clone(m.want)
	slices.SortStableFunc(list, func(a, b Resource) int {
		if a.Kind != b.Kind {
			return place(a.Kind) - place(b.Kind)
		}
		return m.depth(a) - m.depth(b)
	})
	return list
}

func place(k Kind) int { return slices.IndexFunc(rules, func(r rule) bool { return r.kind == k }) }

func (m *maker) depth(r Resource) int {
	for n := 0; ; n++ {
		parent, _ := r.Fields["parent"].(string)
		above := m.wanted[Identity{r.Kind, r.Org, parent}]
		if parent == "" || above == nil {
			return n
		}
		r = *above
	}
}
