// Package policytest keeps policies and room templates in memory, for tests of those who need a store of them.
package policytest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parvis/event"
	"parvis/fault"
	"parvis/policy"
)

// Free is policies of which nobody has decided anything.
type Free struct{}

// Effective implements schedule.Policies.
func (Free) Effective(context.Context, string, string) (policy.Effective, error) {
	return policy.Resolve(), nil
}

// Memory keeps policies as the database does. Organizations is those that there are, by id, with their names, Units of which one each
// is. Make it with New.
type Memory struct {
	Organizations map[string]string
	Units         map[string]string
	Fails         error // what it answers instead

	mu        sync.Mutex
	documents map[policy.Source]policy.Document
	templates map[string]policy.RoomTemplate
	changed   time.Time
	now       func() time.Time
}

// New is an empty store of these organizations.
func New(now func() time.Time, organizations map[string]string) *Memory {
	return &Memory{Organizations: organizations, documents: map[policy.Source]policy.Document{}, templates: map[string]policy.RoomTemplate{}, now: now}
}

func at(level policy.Level, id string) policy.Source { return policy.Source{Level: level, ID: id} }

// Effective implements rooms.PolicyStore.
func (m *Memory) Effective(ctx context.Context, orgID, templateID string) (policy.Effective, error) {
	return m.EffectiveIn(ctx, policy.Scope{Org: orgID, Template: templateID})
}

// EffectiveIn implements rooms.PolicyStore.
func (m *Memory) EffectiveIn(_ context.Context, scope policy.Scope) (policy.Effective, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return nil, m.Fails
	}
	var layers []policy.Layer
	add := func(level policy.Level, id string) {
		if doc, ok := m.documents[at(level, id)]; ok {
			layers = append(layers, doc.Layer)
		}
	}
	add(policy.Platform, "")
	add(policy.Organization, scope.Org)
	add(policy.Unit, scope.Unit)
	if t, ok := m.templates[scope.Template]; ok {
		layers = append(layers, t.Layer())
	}
	add(policy.Room, scope.Room)
	return policy.Resolve(layers...), nil
}

// Demands implements rooms.PolicyStore.
func (m *Memory) Demands(ctx context.Context, orgID string) (policy.Demands, error) {
	e, err := m.Effective(ctx, orgID, "")
	return e.Demands(), err
}

// EffectiveAbove implements rooms.PolicyStore: organizations in memory stand below the platform alone.
func (m *Memory) EffectiveAbove(ctx context.Context, scope policy.Scope) (policy.Effective, error) {
	switch level, _ := scope.Nearest(); level {
	case policy.Room:
		scope.Room = ""
	case policy.Unit:
		scope.Unit = ""
	default:
		scope = policy.Scope{}
	}
	return m.EffectiveIn(ctx, scope)
}

// OrganizationsAbove implements rooms.PolicyStore.
func (m *Memory) OrganizationsAbove(_ context.Context, orgID string) ([]string, error) {
	if _, ok := m.Organizations[orgID]; !ok {
		return nil, noOrganization()
	}
	return []string{}, nil
}

func noOrganization() error {
	return fault.New(fault.CodeOrganizationNotFound, "there is no such organization")
}

// Policy implements rooms.PolicyStore.
func (m *Memory) Policy(_ context.Context, level policy.Level, subject string) (policy.Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.policy(level, subject)
}

func (m *Memory) policy(level policy.Level, subject string) (policy.Document, error) {
	name := m.Organizations[subject]
	if _, err := m.ScopeAt(context.Background(), level, subject); err != nil {
		return policy.Document{}, err
	}
	doc := m.documents[at(level, subject)]
	doc.Source = policy.Source{Level: level, ID: subject, Name: name}
	doc.Settings = maps.Clone(doc.Settings)
	if doc.Settings == nil {
		doc.Settings = map[policy.Name]policy.Decided{}
	}
	return doc, nil
}

// UpdatePolicy implements rooms.PolicyStore.
func (m *Memory) UpdatePolicy(_ context.Context, level policy.Level, subject string, change func(*policy.Document) ([]event.Event, error)) (policy.Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	doc, err := m.policy(level, subject)
	if err != nil {
		return policy.Document{}, err
	}
	source := doc.Source
	if _, err := change(&doc); err != nil {
		return policy.Document{}, err
	}
	doc.Source = source
	doc.Version++
	m.documents[at(level, subject)], m.changed = doc, m.now()
	return doc, nil
}

// PoliciesChangedSince implements rooms.PolicyStore.
func (m *Memory) PoliciesChangedSince(_ context.Context, since time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed.After(since), nil
}

// Templates implements rooms.TemplateStore.
func (m *Memory) Templates(_ context.Context, orgID string) ([]policy.RoomTemplate, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := []policy.RoomTemplate{}
	for _, t := range m.templates {
		if t.OrgID == orgID {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b policy.RoomTemplate) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Template implements rooms.TemplateStore.
func (m *Memory) Template(_ context.Context, id string) (policy.RoomTemplate, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.template(id)
}

func (m *Memory) template(id string) (policy.RoomTemplate, error) {
	t, ok := m.templates[id]
	if !ok {
		return policy.RoomTemplate{}, fault.New(fault.CodeTemplateNotFound, "there is no such room template")
	}
	t.Settings = maps.Clone(t.Settings)
	return t, nil
}

// CreateTemplate implements rooms.TemplateStore.
func (m *Memory) CreateTemplate(_ context.Context, t policy.RoomTemplate, most int, _ []event.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	have := 0
	for _, other := range m.templates {
		if other.OrgID != t.OrgID {
			continue
		}
		if have++; other.Name == t.Name {
			return fault.New(fault.CodeConflict, "there is one of this name")
		}
	}
	if have >= most {
		return fault.New(fault.CodeConflict, "an organization has no more room templates")
	}
	m.templates[t.ID], m.changed = t, m.now()
	return nil
}

// UpdateTemplate implements rooms.TemplateStore.
func (m *Memory) UpdateTemplate(_ context.Context, id string, change func(*policy.RoomTemplate) ([]event.Event, error)) (policy.RoomTemplate, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, err := m.template(id)
	if err != nil {
		return policy.RoomTemplate{}, err
	}
	after := before
	if _, err := change(&after); err != nil {
		return policy.RoomTemplate{}, err
	}
	after.ID, after.OrgID, after.CreatedAt, after.ManagedBy, after.Version = before.ID, before.OrgID, before.CreatedAt, before.ManagedBy, before.Version+1
	m.templates[id], m.changed = after, m.now()
	return after, nil
}

// DeleteTemplate implements rooms.TemplateStore.
func (m *Memory) DeleteTemplate(_ context.Context, id string, check func(policy.RoomTemplate) ([]event.Event, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, err := m.template(id)
	if err != nil {
		return err
	}
	if _, err := check(t); err != nil {
		return err
	}
	delete(m.templates, id)
	m.changed = m.now()
	return nil
}

// ScopeAt implements rooms.PolicyStore. Every room is there.
func (m *Memory) ScopeAt(_ context.Context, level policy.Level, subject string) (policy.Scope, error) {
	switch _, ok := m.Organizations[subject]; {
	case level == policy.Platform:
		return policy.Scope{}, nil
	case level == policy.Unit:
		org, ok := m.Units[subject]
		if !ok {
			return policy.Scope{}, fault.New(fault.CodeUnitNotFound, "there is no such unit in this organization")
		}
		return policy.Scope{Org: org, Unit: subject}, nil
	case level == policy.Room:
		return policy.Scope{Room: subject}, nil
	case !ok:
		return policy.Scope{}, noOrganization()
	default:
		return policy.Scope{Org: subject}, nil
	}
}

// PlaceRoom implements rooms.PolicyStore. Rooms are not kept here: nothing comes of it.
func (m *Memory) PlaceRoom(_ context.Context, _, unitID string, _ error, _ event.Event) error {
	if _, ok := m.Units[unitID]; unitID != "" && !ok {
		return fault.New(fault.CodeUnitNotFound, "there is no such unit in this organization")
	}
	return nil
}
