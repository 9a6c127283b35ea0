package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
)

var _ directory.AdministrationStore = (*DB)(nil)

type organizationRow struct {
	ID        string
	ParentID  optional
	Name      string
	Kind      string
	State     string
	Contact   string
	Siret     optional
	Version   int64
	CreatedAt moment
}

func (organizationRow) TableName() string { return "organizations" }

func rowOfOrganization(o directory.Organization) organizationRow {
	return organizationRow{
		ID: o.ID, ParentID: optional(o.ParentID), Name: o.Name, Kind: string(cmp.Or(o.Kind, directory.KindOther)),
		State: string(cmp.Or(o.State, directory.StateActive)), Contact: o.Contact, Siret: optional(o.Siret), Version: max(o.Version, 1), CreatedAt: moment(o.CreatedAt),
	}
}

func (r organizationRow) organization() directory.Organization {
	return directory.Organization{
		ID: r.ID, ParentID: string(r.ParentID), Name: r.Name, Kind: directory.OrganizationKind(r.Kind), State: directory.OrganizationState(r.State),
		Contact: r.Contact, Siret: string(r.Siret), Version: r.Version, CreatedAt: r.CreatedAt.time(),
	}
}

const selectOrganization = "SELECT o.id, o.parent_id, o.name, o.kind, o.state, o.contact, o.siret, o.version, o.created_at FROM organizations o "

func noOrganization() error {
	return fault.New(fault.CodeOrganizationNotFound, "there is no such organization")
}

// Organization implements directory.OrganizationStore.
func (d *DB) Organization(ctx context.Context, id string) (directory.Organization, error) {
	var found []directory.Organization
	if isKey(id) {
		err := d.snapshot(ctx, "find organization", func(g *gorm.DB) (err error) {
			found, err = organizationsOf(g, "WHERE o.id = ?", id)
			return err
		})
		if err != nil {
			return directory.Organization{}, err
		}
	}
	if len(found) == 0 {
		return directory.Organization{}, noOrganization()
	}
	return found[0], nil
}

// organizationsOf reads organizations with their rules.
func organizationsOf(g *gorm.DB, condition string, args ...any) ([]directory.Organization, error) {
	rows, err := all[organizationRow](g, selectOrganization+condition, args...)
	if err != nil {
		return nil, err
	}
	found, at, ids := make([]directory.Organization, len(rows)), map[string]int{}, make([]string, len(rows))
	for i, r := range rows {
		found[i], at[r.ID], ids[i] = r.organization(), i, r.ID
	}
	type rule struct{ OrgID, Sort, Name, Value string }
	err = chunks(ids, func(part []string) error {
		rules, err := all[rule](g, `SELECT org_id, 'idp' AS sort, '' AS name, idp_id AS value FROM organization_idps WHERE org_id IN ?
			UNION ALL SELECT org_id, 'domain', '', domain FROM organization_domains WHERE org_id IN ?
			UNION ALL SELECT org_id, 'claim', claim, value FROM organization_claims WHERE org_id IN ? ORDER BY sort, name, value`, part, part, part)
		for _, r := range rules {
			o := &found[at[r.OrgID]]
			switch r.Sort {
			case "idp":
				o.IdPIDs = append(o.IdPIDs, r.Value)
			case "domain":
				o.Domains = append(o.Domains, r.Value)
			default:
				o.Claims = append(o.Claims, directory.ClaimRule{Claim: r.Name, Value: r.Value})
			}
		}
		return err
	})
	return found, err
}

// within is the condition that an organization, named by a column, is one of those of a reach or stands below one.
func within(column string, reach auth.Reach) (condition string, args []any) {
	switch {
	case reach.All:
		return "1 = 1", nil
	case len(reach.OrgIDs) == 0:
		return nobody, nil
	}
	return column + ` IN (WITH RECURSIVE below(id) AS (SELECT id FROM organizations WHERE id IN ?
		UNION SELECT c.id FROM organizations c JOIN below b ON c.parent_id = b.id) SELECT id FROM below)`, []any{reach.OrgIDs}
}

// ofOrganizations is the condition that an organization, named by a column, is one; where none is named, one of a reach.
func ofOrganizations(column, orgID string, reach auth.Reach) (condition string, args []any) {
	if orgID == "" {
		return within(column, reach)
	}
	if !isKey(orgID) {
		return nobody, nil
	}
	return column + " = ?", []any{orgID}
}

// Organizations implements directory.OrganizationStore.
func (d *DB) Organizations(ctx context.Context, q directory.OrganizationQuery) (directory.OrganizationPage, error) {
	condition, args := within("o.id", q.Reach)
	where := "WHERE " + condition
	if word := strings.ToLower(strings.TrimSpace(q.Query)); word != "" {
		where += ` AND (LOWER(o.name) LIKE ? ESCAPE '\' OR o.siret LIKE ? ESCAPE '\')`
		args = append(args, "%"+escaped(word)+"%", escaped(word)+"%")
	}
	if q.State != "" {
		where += " AND o.state = ?"
		args = append(args, string(q.State))
	}
	if q.Cursor != "" {
		if !isKey(q.Cursor) {
			return directory.OrganizationPage{}, notOurCursor()
		}
		where += " AND (o.name, o.id) > (SELECT c.name, c.id FROM organizations c WHERE c.id = ?)"
		args = append(args, q.Cursor)
	}
	size := pageSize(q.PageSize)
	var page directory.OrganizationPage
	err := d.snapshot(ctx, "list organizations", func(g *gorm.DB) (err error) {
		page.Organizations, err = organizationsOf(g, where+" ORDER BY o.name, o.id LIMIT ?", append(args, size+1)...)
		return err
	})
	if len(page.Organizations) > size {
		page.Organizations = page.Organizations[:size]
		page.Next = page.Organizations[size-1].ID
	}
	return page, err
}

// escaped takes their meaning from the signs of LIKE.
func escaped(word string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word)
}

func notOurCursor() error {
	return fault.New(fault.CodeInvalid, "this cursor is not one of ours").At("query.cursor", "use next of the page before")
}

const aboveOne = `WITH RECURSIVE above(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM organizations WHERE id = ?
	UNION ALL SELECT o.id, o.parent_id, a.depth + 1 FROM organizations o JOIN above a ON o.id = a.parent_id WHERE a.depth < 100)
	SELECT id FROM above ORDER BY depth`

// Above implements directory.OrganizationStore.
func (d *DB) Above(ctx context.Context, id string) ([]string, error) {
	if !isKey(id) {
		return nil, noOrganization()
	}
	var line []string
	err := d.read(ctx, "find organizations above", func(g *gorm.DB) (err error) {
		line, err = lineOf(g, aboveOne, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(line) == 0 {
		return nil, noOrganization()
	}
	return line[1:], nil
}

// mostLevels bounds the tree of organizations: what walks it (rights, policies) goes further than that, and so misses nobody.
const mostLevels = 20

// belowOne is how many levels an organization and those below it are.
const belowOne = `WITH RECURSIVE below(id, depth) AS (SELECT id, 1 FROM organizations WHERE id = ?
	UNION ALL SELECT o.id, b.depth + 1 FROM organizations o JOIN below b ON o.parent_id = b.id WHERE b.depth < 100) SELECT MAX(depth) FROM below`

func tooDeep() error {
	return fault.Newf(fault.CodeConflict, "organizations stand at most %d deep", mostLevels).At("body.parent", "name one that stands higher")
}

func lineOf(g *gorm.DB, query, id string) ([]string, error) {
	rows, err := all[struct{ ID string }](g, query, id)
	line := make([]string, len(rows))
	for i, r := range rows {
		line[i] = r.ID
	}
	return line, err
}

// CreateOrganization implements directory.OrganizationStore.
func (d *DB) CreateOrganization(ctx context.Context, o directory.Organization, events ...event.Event) error {
	return d.write(ctx, "create organization", func(t *tx) error {
		if o.ParentID != "" {
			line, err := lineOf(t.DB, aboveOne, o.ParentID)
			if err != nil {
				return err
			}
			if len(line)+1 > mostLevels {
				return tooDeep()
			}
		}
		row := rowOfOrganization(o)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.keepRules(directory.Organization{ID: o.ID}, o); err != nil {
			return err
		}
		if err := t.happened(events...); err != nil {
			return err
		}
		return t.made(once.Organization, o.ID)
	})
}

// UpdateOrganization implements directory.OrganizationStore. The row of the default organization is the lock of the tree: two
// moves at once cannot close a circle.
func (d *DB) UpdateOrganization(ctx context.Context, id string, change func(*directory.Organization) ([]event.Event, error)) (directory.Organization, error) {
	if !isKey(id) {
		return directory.Organization{}, noOrganization()
	}
	var o directory.Organization
	err := d.write(ctx, "change organization", func(t *tx) error {
		for _, lock := range []string{directory.DefaultOrgID, id} {
			if _, err := all[struct{ ID string }](t.DB, "SELECT id FROM organizations WHERE id = ?"+d.dialect.forUpdate, lock); err != nil {
				return err
			}
		}
		found, err := organizationsOf(t.DB, "WHERE o.id = ?", id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return noOrganization()
		}
		before := found[0]
		o = before
		o.IdPIDs, o.Domains, o.Claims = slices.Clone(before.IdPIDs), slices.Clone(before.Domains), slices.Clone(before.Claims)
		events, err := change(&o)
		if err != nil || len(events) == 0 {
			return err
		}
		o.Version++
		if err := t.keepOrganization(before, o); err != nil {
			return err
		}
		return t.happened(events...)
	})
	if err != nil {
		return directory.Organization{}, err
	}
	return o, nil
}

func (t *tx) keepOrganization(before, after directory.Organization) error {
	if after.ParentID != "" && after.ParentID != before.ParentID {
		line, err := lineOf(t.DB, aboveOne, after.ParentID)
		if err != nil {
			return err
		}
		if slices.Contains(line, after.ID) {
			return fault.New(fault.CodeConflict, "an organization cannot stand below itself").At("body.parent", "name one that is not below this one")
		}
		var below int
		if err := one(t.DB, &below, belowOne, after.ID); err != nil {
			return err
		}
		if len(line)+below > mostLevels {
			return tooDeep()
		}
	}
	row := rowOfOrganization(after)
	err := t.Model(&row).Where("id = ?", row.ID).Select("ParentID", "Name", "Kind", "State", "Contact", "Siret", "Version").Updates(&row).Error
	if err != nil {
		return err
	}
	if after.ParentID != before.ParentID || after.Name != before.Name { // whose locks bind, and how they are called
		if err := t.policyTurn(); err != nil {
			return err
		}
	}
	return t.keepRules(before, after)
}

// keepRules writes what became of the rules of an organization; what is another's refuses it.
func (t *tx) keepRules(before, after directory.Organization) error {
	err := t.keepWords("organization_idps", "idp_id", after.ID, before.IdPIDs, after.IdPIDs)
	if err == nil {
		err = t.keepWords("organization_domains", "domain", after.ID, before.Domains, after.Domains)
	}
	if err != nil || slices.Equal(before.Claims, after.Claims) {
		return err
	}
	if _, err := exec(t.DB, "DELETE FROM organization_claims WHERE org_id = ?", after.ID); err != nil {
		return err
	}
	for _, c := range after.Claims {
		if _, err := exec(t.DB, "INSERT INTO organization_claims (claim, value, org_id) VALUES (?, ?, ?)", c.Claim, c.Value, after.ID); err != nil {
			return err
		}
	}
	return nil
}

// keepWords writes a list of words into a table of ours.
func (t *tx) keepWords(table, column, orgID string, before, after []string) error {
	if slices.Equal(before, after) {
		return nil
	}
	if _, err := exec(t.DB, "DELETE FROM "+table+" WHERE org_id = ?", orgID); err != nil {
		return err
	}
	for _, word := range after {
		if _, err := exec(t.DB, "INSERT INTO "+table+" ("+column+", org_id) VALUES (?, ?)", word, orgID); err != nil {
			return err
		}
	}
	return nil
}

// organization finds one by a rule, without its rules: gorm's error when there is none.
func (d *DB) organization(ctx context.Context, where string, args ...any) (directory.Organization, error) {
	var row organizationRow
	err := d.read(ctx, "find organization", func(g *gorm.DB) error { return one(g, &row, selectOrganization+where, args...) })
	if err != nil {
		return directory.Organization{}, err
	}
	return row.organization(), nil
}

// PlaceOrganization implements directory.Store. The rules are tried in the order of directory.Rules; a rule of an organization
// that waits places nobody.
func (d *DB) PlaceOrganization(ctx context.Context, c directory.Claims, now time.Time) (directory.Organization, error) {
	waits := false
	for _, rule := range placing(c) {
		org, err := d.organization(ctx, rule.where, rule.args...)
		switch {
		case fault.Is(err, fault.NotFound):
			continue
		case err != nil:
			return directory.Organization{}, err
		case org.State == directory.StateRefused:
			return directory.Organization{}, fault.New(fault.CodeOrganizationNotFound, "the organization of this account is refused here")
		case org.State == directory.StatePending:
			waits = true
			continue
		}
		return org, nil
	}
	switch {
	case c.Unknown == directory.UnknownRefused && !waits:
		return directory.Organization{}, fault.New(fault.CodeOrganizationNotFound, "no rule places this account in an organization")
	case c.Siret == "" || waits:
		return d.organization(ctx, "WHERE o.id = ?", directory.DefaultOrgID)
	}
	return d.newOfSiret(ctx, c, now)
}

type placement struct {
	where string
	args  []any
}

// placing is the rules that claims can meet, the first to be tried first.
func placing(c directory.Claims) []placement {
	var rules []placement
	add := func(given bool, where string, args ...any) {
		if given {
			rules = append(rules, placement{where, args})
		}
	}
	add(c.Siret != "", "WHERE o.siret = ?", c.Siret)
	add(c.IdPID != "", "JOIN organization_idps i ON i.org_id = o.id WHERE i.idp_id = ?", c.IdPID)
	_, domain, _ := strings.Cut(strings.ToLower(c.Email), "@")
	add(domain != "" && c.Vouched != directory.NotVouched, "JOIN organization_domains m ON m.org_id = o.id WHERE m.domain = ?", domain)
	const byClaim = "JOIN organization_claims m ON m.org_id = o.id WHERE m.claim = ? AND m.value IN ? ORDER BY m.value LIMIT 1"
	for _, name := range directory.ClaimNames() {
		values := c.Said(name)
		add(len(values) > 0, byClaim, name, values)
	}
	return rules
}

// newOfSiret makes the organization of a siret that is new: one whose people are placed in it, or one that waits.
func (d *DB) newOfSiret(ctx context.Context, c directory.Claims, now time.Time) (directory.Organization, error) {
	name, state := cmp.Or(strings.TrimSpace(c.OrganizationLabel), "SIRET "+c.Siret), directory.StateActive
	if c.Unknown == directory.UnknownPending {
		state = directory.StatePending
	}
	var row organizationRow
	err := d.write(ctx, "create organization", func(t *tx) error {
		id := newID()
		made, err := exec(t.DB, "INSERT INTO organizations (id, name, siret, state, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (siret) DO NOTHING",
			id, name, c.Siret, string(state), moment(now))
		if err != nil {
			return err
		}
		if made > 0 {
			e := event.Event{Type: event.OrganizationCreated, OrgID: id, Subject: "organization:" + id, Actor: "system:sign-in", At: now, Data: map[string]any{"state": state}}
			if err := t.happened(e); err != nil {
				return err
			}
		}
		if err := one(t.DB, &row, selectOrganization+"WHERE o.siret = ?", c.Siret); err != nil || row.State == string(directory.StateActive) {
			return err
		}
		return one(t.DB, &row, selectOrganization+"WHERE o.id = ?", directory.DefaultOrgID)
	})
	return row.organization(), err
}
