package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/event"
	"parvis/policy"
	"parvis/rooms"
)

var _ rooms.PolicyStore = (*DB)(nil)

// ChangedPolicies is a change of a policy or a template, as OnChange tells it. All are one thing: a change is rare, and each
// may be about every room.
const ChangedPolicies = "policies"

const allPolicies = "all"

type policyRow struct {
	Level     string
	Subject   string
	Settings  document[map[string]decidedRow]
	Version   int64
	UpdatedAt moment
	UpdatedBy string
}

func (policyRow) TableName() string { return "policies" }

// decidedRow is what is decided about a setting, as it is kept.
type decidedRow struct {
	Value  json.RawMessage `json:"value"`
	Locked bool            `json:"locked,omitempty"`
}

func rowOfSettings(all map[policy.Name]policy.Decided) document[map[string]decidedRow] {
	rows := map[string]decidedRow{}
	for name, d := range all {
		if s, ok := policy.Find(name); ok {
			rows[string(name)] = decidedRow{s.JSON(d.Value), d.Locked}
		}
	}
	return documentOf(rows)
}

// settingsIn reads what is decided. What a later version wrote and this one does not know counts for nothing; a value that this
// version cannot read binds as strictly as it can, so that a rule is never lost.
func settingsIn(rows map[string]decidedRow) map[policy.Name]policy.Decided {
	all := make(map[policy.Name]policy.Decided, len(rows))
	for name, row := range rows {
		s, known := policy.Find(policy.Name(name))
		if !known {
			continue
		}
		v, ok := s.Parse(row.Value)
		if !ok {
			v = s.Unread()
		}
		all[s.Name] = policy.Decided{Value: v, Locked: row.Locked}
	}
	return all
}

func (r policyRow) document(name string) policy.Document {
	level, _ := policy.ParseLevel(r.Level)
	return policy.Document{
		Layer:   policy.Layer{Source: policy.Source{Level: level, ID: r.Subject, Name: name}, Settings: settingsIn(r.Settings.v)},
		Version: r.Version, UpdatedAt: r.UpdatedAt.time(), UpdatedBy: r.UpdatedBy,
	}
}

// resolvedPolicies is what comes of policies for the rooms of one scope. demands is what it asks of the meetings of others.
type resolvedPolicies struct {
	effective policy.Effective
	demands   policy.Demands
	rules     rooms.Rules
	version   int64 // of the clock
}

// resolvePolicies reads what counts, all of one moment.
func resolvePolicies(g *gorm.DB, key policy.Scope) (found resolvedPolicies, err error) {
	if found.version, err = policyVersion(g); err != nil || found.version == 0 { // nobody ever decided anything
		return found.with(policy.Resolve()), err
	}
	layers, err := layersIn(g, key)
	if err != nil {
		return found, err
	}
	return found.with(policy.Resolve(layers...)), nil
}

// with is what comes of settings: some bind where nobody ever decided anything, too.
func (p resolvedPolicies) with(e policy.Effective) resolvedPolicies {
	p.effective, p.rules, p.demands = e, rooms.RulesOf(e), e.Demands()
	return p
}

// layersIn reads every layer of a scope, the farthest first.
func layersIn(g *gorm.DB, key policy.Scope) ([]policy.Layer, error) {
	layers, err := layersOf(g, key.Org)
	if err != nil {
		return nil, err
	}
	units, err := layersOfUnits(g, key.Unit)
	if err != nil {
		return nil, err
	}
	layers = append(layers, units...)
	if isKey(key.Template) {
		var t templateRow
		err := one(g, &t, "SELECT * FROM templates WHERE id = ?", key.Template)
		if ignoreMissing(err) != nil {
			return nil, err
		}
		if err == nil {
			layers = append(layers, t.template().Layer())
		}
	}
	if !isKey(key.Room) {
		return layers, nil
	}
	var own policyRow
	err = one(g, &own, "SELECT * FROM policies WHERE level = 'room' AND subject = ?", key.Room)
	if err == nil {
		layers = append(layers, own.document("").Layer)
	}
	return layers, ignoreMissing(err)
}

// layersOfUnits reads what a unit and those above it say, the farthest first.
func layersOfUnits(g *gorm.DB, unit string) ([]policy.Layer, error) {
	if !isKey(unit) {
		return nil, nil
	}
	type unitPolicy struct {
		Name   string
		Policy policyRow `gorm:"embedded"`
	}
	rows, err := all[unitPolicy](g, `WITH RECURSIVE above (id, name, parent_id, far) AS (
			SELECT id, name, parent_id, 0 FROM units WHERE id = ?
			UNION ALL SELECT u.id, u.name, u.parent_id, a.far + 1 FROM units u JOIN above a ON u.id = a.parent_id WHERE a.far < ?)
		SELECT a.name, p.* FROM above a JOIN policies p ON p.level = 'unit' AND p.subject = CAST(a.id AS TEXT) ORDER BY a.far DESC`, unit, deepest)
	layers := make([]policy.Layer, len(rows))
	for i, r := range rows {
		layers[i] = r.Policy.document(r.Name).Layer
	}
	return layers, err
}

// layersOf reads what the platform says, and the organization with those above it, the farthest first.
func layersOf(g *gorm.DB, org string) ([]policy.Layer, error) {
	chain, err := organizationsAbove(g, org)
	if err != nil {
		return nil, err
	}
	subjects := make([]string, len(chain))
	for i, o := range chain {
		subjects[i] = o.ID
	}
	rows, err := all[policyRow](g, "SELECT * FROM policies WHERE level = 'platform' OR level = 'organization' AND subject IN ?", append(subjects, ""))
	if err != nil {
		return nil, err
	}
	byPlace := map[string]policyRow{}
	for _, r := range rows {
		byPlace[r.Level+" "+r.Subject] = r
	}
	layers := []policy.Layer{}
	if r, ok := byPlace[policy.Platform.String()+" "]; ok {
		layers = append(layers, r.document("").Layer)
	}
	for _, o := range chain {
		if r, ok := byPlace[policy.Organization.String()+" "+o.ID]; ok {
			layers = append(layers, r.document(o.Name).Layer)
		}
	}
	return layers, nil
}

// deepest bounds the tree of organizations, so that a cycle that should not be is not walked for ever.
const deepest = 32

type namedOrg struct{ ID, Name string }

// organizationsAbove is an organization and those above it, the farthest first.
func organizationsAbove(g *gorm.DB, org string) ([]namedOrg, error) {
	if !isKey(org) {
		return nil, nil
	}
	return all[namedOrg](g, `WITH RECURSIVE above (id, name, parent_id, far) AS (
			SELECT id, name, parent_id, 0 FROM organizations WHERE id = ?
			UNION ALL SELECT o.id, o.name, o.parent_id, a.far + 1 FROM organizations o JOIN above a ON o.id = a.parent_id WHERE a.far < ?)
		SELECT id, name FROM above ORDER BY far DESC`, org, deepest)
}

// policyVersion counts the changes so far; 0 when there was none.
func policyVersion(g *gorm.DB) (version int64, err error) {
	err = one(g, &version, "SELECT COALESCE(MAX(version), 0) FROM policy_clock")
	return version, err
}

// policies is what counts in a scope; it may come from a cache that is at most one second old.
func (d *DB) policies(ctx context.Context, key policy.Scope) (resolvedPolicies, error) {
	if found, ok := d.caches.policies.get(key); ok {
		return found, nil
	}
	mark := d.caches.ledger.mark()
	var found resolvedPolicies
	err := d.snapshot(ctx, "policies", func(g *gorm.DB) (err error) {
		found, err = resolvePolicies(g, key)
		return err
	})
	if err != nil {
		return resolvedPolicies{}, err
	}
	d.caches.policies.put(key, found, tagOf(ChangedPolicies, allPolicies), mark)
	return found, nil
}

// ruled is a room under the rules that count for it; see policies.
func (d *DB) ruled(ctx context.Context, r rooms.Room) (rooms.Room, error) {
	found, err := d.policies(ctx, r.Scope())
	if err != nil {
		return rooms.Room{}, err
	}
	return r.Under(found.rules), nil
}

// ruledNow is ruled past the cache: what is there is taken when nothing has changed since.
func (d *DB) ruledNow(g *gorm.DB, r rooms.Room) (rooms.Room, error) {
	found, err := d.policiesNow(g, r.Scope())
	if err != nil {
		return rooms.Room{}, err
	}
	return r.Under(found.rules), nil
}

func (d *DB) policiesNow(g *gorm.DB, key policy.Scope) (resolvedPolicies, error) {
	version, err := policyVersion(g)
	if err != nil {
		return resolvedPolicies{}, err
	}
	found, ok := d.caches.policies.get(key)
	if !ok || found.version != version {
		if found, err = resolvePolicies(g, key); err != nil {
			return resolvedPolicies{}, fmt.Errorf("policies: %w", err)
		}
	}
	return found, nil
}

// demandsNow is what an organization asks of the meetings of others, past the cache.
func (d *DB) demandsNow(g *gorm.DB, org string) (policy.Demands, error) {
	found, err := d.policiesNow(g, policy.Scope{Org: org})
	return found.demands, err
}

// Effective implements rooms.PolicyStore.
func (d *DB) Effective(ctx context.Context, orgID, templateID string) (policy.Effective, error) {
	return d.EffectiveIn(ctx, policy.Scope{Org: orgID, Template: templateID})
}

// EffectiveIn implements rooms.PolicyStore.
func (d *DB) EffectiveIn(ctx context.Context, scope policy.Scope) (policy.Effective, error) {
	found, err := d.policies(ctx, scope)
	return found.effective, err
}

// Demands implements rooms.PolicyStore.
func (d *DB) Demands(ctx context.Context, orgID string) (policy.Demands, error) {
	found, err := d.policies(ctx, policy.Scope{Org: orgID})
	return found.demands, err
}

// EffectiveAbove implements rooms.PolicyStore.
func (d *DB) EffectiveAbove(ctx context.Context, scope policy.Scope) (policy.Effective, error) {
	var layers []policy.Layer
	err := d.snapshot(ctx, "policies above", func(g *gorm.DB) (err error) {
		layers, err = layersIn(g, scope)
		return err
	})
	level, subject := scope.Nearest()
	layers = slices.DeleteFunc(layers, func(l policy.Layer) bool { return l.Level == level && l.ID == subject })
	return policy.Resolve(layers...), err
}

// ScopeAt implements rooms.PolicyStore.
func (d *DB) ScopeAt(ctx context.Context, level policy.Level, subject string) (policy.Scope, error) {
	var scope policy.Scope
	err := d.read(ctx, "where a policy is", func(g *gorm.DB) (err error) {
		scope, _, err = policyPlace(g, level, subject)
		return err
	})
	return scope, err
}

// policyPlace finds where a policy is, and how the place is called.
func policyPlace(g *gorm.DB, level policy.Level, subject string) (scope policy.Scope, name string, err error) {
	var row struct {
		Name       string
		OrgID      string
		UnitID     optional
		TemplateID optional
	}
	query, none := "", error(noOrganization())
	switch level {
	case policy.Platform:
		return policy.Scope{}, "", nil
	case policy.Organization:
		query = "SELECT name, id AS org_id FROM organizations WHERE id = ?"
	case policy.Unit:
		query, none = "SELECT name, org_id, id AS unit_id FROM units WHERE id = ?", noUnit()
	case policy.Room:
		query, none = "SELECT '' AS name, org_id, unit_id, template_id FROM rooms WHERE id = ?", noRoom(nil)
	default:
		return policy.Scope{}, "", fmt.Errorf("no document is kept at the level %s", level)
	}
	if !isKey(subject) {
		return policy.Scope{}, "", none
	}
	if err := one(g, &row, query, subject); errors.Is(err, gorm.ErrRecordNotFound) {
		return policy.Scope{}, "", none
	} else if err != nil {
		return policy.Scope{}, "", err
	}
	scope = policy.Scope{Org: row.OrgID, Unit: string(row.UnitID), Template: string(row.TemplateID)}
	if level == policy.Room {
		scope.Room = subject
	}
	return scope, row.Name, nil
}

// OrganizationsAbove implements rooms.PolicyStore.
func (d *DB) OrganizationsAbove(ctx context.Context, orgID string) ([]string, error) {
	var chain []namedOrg
	err := d.read(ctx, "organizations above", func(g *gorm.DB) (err error) {
		chain, err = organizationsAbove(g, orgID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(chain) == 0 {
		return nil, noOrganization()
	}
	above := make([]string, 0, len(chain)-1)
	for _, o := range chain[:len(chain)-1] {
		above = append(above, o.ID)
	}
	return above, nil
}

// Policy implements rooms.PolicyStore.
func (d *DB) Policy(ctx context.Context, level policy.Level, subject string) (policy.Document, error) {
	var doc policy.Document
	err := d.snapshot(ctx, "policy", func(g *gorm.DB) (err error) {
		doc, err = policyOf(g, level, subject, "")
		return err
	})
	return doc, err
}

func policyOf(g *gorm.DB, level policy.Level, subject, lock string) (policy.Document, error) {
	_, name, err := policyPlace(g, level, subject)
	if err != nil {
		return policy.Document{}, err
	}
	row := policyRow{Level: level.String(), Subject: subject}
	err = one(g, &row, "SELECT * FROM policies WHERE level = ? AND subject = ?"+lock, level.String(), subject)
	return row.document(name), ignoreMissing(err)
}

// UpdatePolicy implements rooms.PolicyStore.
func (d *DB) UpdatePolicy(ctx context.Context, level policy.Level, subject string, change func(*policy.Document) ([]event.Event, error)) (policy.Document, error) {
	var doc policy.Document
	err := d.write(ctx, "update policy", func(t *tx) (err error) {
		if err := t.policyTurn(); err != nil {
			return err
		}
		if doc, err = policyOf(t.DB, level, subject, d.dialect.forUpdate); err != nil {
			return err
		}
		source := doc.Source
		events, err := change(&doc)
		if err != nil {
			return err
		}
		doc.Source = source
		doc.Version++
		_, err = exec(t.DB, `INSERT INTO policies (level, subject, settings, version, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (level, subject) DO UPDATE SET settings = excluded.settings, version = excluded.version, updated_at = excluded.updated_at,
				updated_by = excluded.updated_by`,
			level.String(), subject, rowOfSettings(doc.Settings), doc.Version, moment(doc.UpdatedAt), doc.UpdatedBy)
		if err != nil {
			return err
		}
		if level == policy.Room {
			if err := t.govern(subject); err != nil {
				return err
			}
		}
		return t.happened(events...)
	})
	return doc, err
}

// govern has the readers of a room look for a policy of its own.
func (t *tx) govern(roomID string) error {
	rows, err := exec(t.DB, "UPDATE rooms SET governed = ? WHERE id = ? AND governed = ?", true, roomID, false)
	if rows > 0 {
		t.changed(ChangedRoom, roomID)
	}
	return err
}

// PlaceRoom implements rooms.PolicyStore.
func (d *DB) PlaceRoom(ctx context.Context, roomID, unitID string, lifts error, e event.Event) error {
	if !isKey(roomID) {
		return noRoom(nil)
	}
	return d.write(ctx, "place a room", func(t *tx) error {
		if err := t.policyTurn(); err != nil { // whose locks bind it
			return err
		}
		if unitID != "" {
			var there bool
			if !isKey(unitID) {
				return noUnit()
			}
			err := one(t.DB, &there, "SELECT EXISTS (SELECT 1 FROM units u JOIN rooms r ON r.org_id = u.org_id WHERE u.id = ? AND r.id = ?)", unitID, roomID)
			if err != nil {
				return err
			}
			if !there {
				return noUnit()
			}
		}
		if lifts != nil {
			if governed, err := t.leavesPolicy(roomID, unitID); err != nil || governed {
				return cmp.Or(err, lifts)
			}
		}
		rows, err := exec(t.DB, "UPDATE rooms SET unit_id = ? WHERE id = ?", optional(unitID), roomID)
		if err != nil {
			return err
		}
		if rows == 0 {
			return noRoom(nil)
		}
		t.changed(ChangedRoom, roomID)
		return t.happened(e)
	})
}

// leavesPolicy tells whether a room that goes to a unit, or to none, leaves one whose policy, or that of a unit above, binds it.
func (t *tx) leavesPolicy(roomID, unitID string) (bool, error) {
	var from string
	if err := one(t.DB, &from, "SELECT unit_id FROM rooms WHERE id = ? AND unit_id IS NOT NULL", roomID); err != nil {
		return false, ignoreMissing(err)
	}
	if unitID != "" {
		line, err := lineOf(t.DB, unitsAbove, unitID)
		if err != nil || slices.Contains(line, from) {
			return false, err
		}
	}
	return t.governed(from)
}

// policyTurn lets changes of policies come one after the other, counts this one and has everybody forget what they hold.
func (t *tx) policyTurn() error {
	_, err := exec(t.DB, `INSERT INTO policy_clock (id, version, changed_at) VALUES (1, 1, ?)
		ON CONFLICT (id) DO UPDATE SET version = policy_clock.version + 1, changed_at = excluded.changed_at`, moment(t.store.now()))
	t.changed(ChangedPolicies, allPolicies)
	return err
}

// PoliciesChangedSince implements rooms.PolicyStore.
func (d *DB) PoliciesChangedSince(ctx context.Context, since time.Time) (bool, error) {
	var n int64
	err := d.read(ctx, "policies changed", func(g *gorm.DB) error {
		return one(g, &n, "SELECT COUNT(*) FROM policy_clock WHERE changed_at > ?", moment(since))
	})
	return n > 0, err
}
