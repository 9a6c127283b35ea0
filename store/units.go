package store

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
)

type unitRow struct {
	ID        string
	OrgID     string
	ParentID  optional
	Name      string
	Version   int64
	CreatedAt moment
}

func (unitRow) TableName() string { return "units" }

func (r unitRow) unit() directory.Unit {
	return directory.Unit{ID: r.ID, OrgID: r.OrgID, ParentID: string(r.ParentID), Name: r.Name, Version: r.Version, CreatedAt: r.CreatedAt.time()}
}

func noUnit() error {
	return fault.New(fault.CodeUnitNotFound, "there is no such unit in this organization")
}

const selectUnit = "SELECT u.id, u.org_id, u.parent_id, u.name, u.version, u.created_at FROM units u "

// Units implements directory.UnitStore.
func (d *DB) Units(ctx context.Context, orgID string) ([]directory.Unit, error) {
	var units []directory.Unit
	err := d.read(ctx, "list units", func(g *gorm.DB) error {
		rows, err := all[unitRow](g, selectUnit+"WHERE u.org_id = ? ORDER BY u.name, u.id", orgID)
		for _, r := range rows {
			units = append(units, r.unit())
		}
		return err
	})
	return units, err
}

// divide holds the organization while its units change: two moves at once cannot close a circle.
func (d *DB) divide(ctx context.Context, op, orgID string, do func(*tx) error) error {
	if !isKey(orgID) {
		return noUnit()
	}
	return d.write(ctx, op, func(t *tx) error {
		if _, err := all[struct{ ID string }](t.DB, "SELECT id FROM organizations WHERE id = ?"+d.dialect.forUpdate, orgID); err != nil {
			return err
		}
		return do(t)
	})
}

// CreateUnit implements directory.UnitStore.
func (d *DB) CreateUnit(ctx context.Context, u directory.Unit, limit int, events ...event.Event) error {
	return d.divide(ctx, "create unit", u.OrgID, func(t *tx) error {
		var have int
		if err := one(t.DB, &have, "SELECT COUNT(*) FROM units WHERE org_id = ?", u.OrgID); err != nil {
			return err
		}
		if have >= limit {
			return fault.Newf(fault.CodeConflict, "an organization has at most %d units", limit)
		}
		if err := t.unitAbove(u); err != nil {
			return err
		}
		err := t.Create(&unitRow{
			ID: u.ID, OrgID: u.OrgID, ParentID: optional(u.ParentID), Name: u.Name, Version: u.Version, CreatedAt: moment(u.CreatedAt),
		}).Error
		if err != nil {
			return err
		}
		if err := t.happened(events...); err != nil {
			return err
		}
		return t.made(once.Unit, u.ID)
	})
}

const unitsAbove = `WITH RECURSIVE above(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM units WHERE id = ?
	UNION ALL SELECT u.id, u.parent_id, a.depth + 1 FROM units u JOIN above a ON u.id = a.parent_id WHERE a.depth < 100)
	SELECT id FROM above ORDER BY depth`

// mostUnitLevels bounds the tree of units: what walks it for policies goes further than that, and so misses no lock.
const mostUnitLevels = 20

const belowUnit = `WITH RECURSIVE below(id, depth) AS (SELECT id, 1 FROM units WHERE id = ?
	UNION ALL SELECT u.id, b.depth + 1 FROM units u JOIN below b ON u.parent_id = b.id WHERE b.depth < 100) `

// unitLevels is how many levels a unit and those below it are; none for one that is not there yet.
const unitLevels = belowUnit + "SELECT COALESCE(MAX(depth), 1) FROM below"

// unitAndBelow is a unit with all that stand below it.
const unitAndBelow = belowUnit + "SELECT id FROM below"

// unitAbove refuses a unit above that is none of the organization, that stands below the unit itself, or so deep that all would not
// be found.
func (t *tx) unitAbove(u directory.Unit) error {
	if u.ParentID == "" {
		return nil
	}
	nowhere := fault.New(fault.CodeInvalid, "there is no such unit above").At("body.parent", "name a unit of this organization")
	if !isKey(u.ParentID) {
		return nowhere
	}
	var id string
	err := one(t.DB, &id, "SELECT id FROM units WHERE id = ? AND org_id = ?", u.ParentID, u.OrgID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nowhere
	}
	if err != nil {
		return err
	}
	line, err := lineOf(t.DB, unitsAbove, u.ParentID)
	if err != nil {
		return err
	}
	if slices.Contains(line, u.ID) {
		return fault.New(fault.CodeConflict, "a unit cannot stand below itself").At("body.parent", "name one that is not below this one")
	}
	var below int
	if err := one(t.DB, &below, unitLevels, u.ID); err != nil {
		return err
	}
	if len(line)+below > mostUnitLevels {
		return fault.Newf(fault.CodeConflict, "units stand at most %d deep", mostUnitLevels).At("body.parent", "name one that stands higher")
	}
	return nil
}

// governed tells whether a unit, or one above it, has a policy. Changes of policies come before or after the whole: see policyTurn.
func (t *tx) governed(unitID string) (governed bool, err error) {
	line, err := lineOf(t.DB, unitsAbove, unitID)
	if err != nil {
		return false, err
	}
	err = one(t.DB, &governed, "SELECT EXISTS (SELECT 1 FROM policies WHERE level = 'unit' AND subject IN ?)", line)
	return governed, err
}

// UpdateUnit implements directory.UnitStore.
func (d *DB) UpdateUnit(ctx context.Context, orgID, id string, lifts error, change func(*directory.Unit) ([]event.Event, error)) (directory.Unit, error) {
	if !isKey(id) {
		return directory.Unit{}, noUnit()
	}
	var u directory.Unit
	err := d.divide(ctx, "change unit", orgID, func(t *tx) error {
		var row unitRow
		err := one(t.DB, &row, selectUnit+"WHERE u.id = ? AND u.org_id = ?", id, orgID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noUnit()
		}
		if err != nil {
			return err
		}
		u = row.unit()
		events, err := change(&u)
		if err != nil || len(events) == 0 {
			return err
		}
		if u.ParentID != string(row.ParentID) {
			if err := t.unitAbove(u); err != nil {
				return err
			}
		}
		u.Version++
		if u.ParentID != string(row.ParentID) || u.Name != row.Name { // whose locks bind, and how they are called
			if err := t.policyTurn(); err != nil {
				return err
			}
		}
		if lifts != nil && u.ParentID != string(row.ParentID) {
			if governed, err := t.governed(id); err != nil || governed {
				return cmp.Or(err, lifts)
			}
		}
		if _, err := exec(t.DB, "UPDATE units SET name = ?, parent_id = ?, version = ? WHERE id = ?", u.Name, optional(u.ParentID), u.Version, id); err != nil {
			return err
		}
		return t.happened(events...)
	})
	if err != nil {
		return directory.Unit{}, err
	}
	return u, nil
}

// mayLift refuses what takes rooms from under a policy of a unit of the organization.
func (t *tx) mayLift(orgID, id string, refusal error) error {
	if err := one(t.DB, new(string), "SELECT id FROM units WHERE id = ? AND org_id = ?", id, orgID); err != nil {
		return ignoreMissing(err)
	}
	if err := t.policyTurn(); err != nil {
		return err
	}
	governed, err := t.governed(id)
	if err == nil && governed {
		err = refusal
	}
	return err
}

// DeleteUnit implements directory.UnitStore.
func (d *DB) DeleteUnit(ctx context.Context, orgID, id string, lifts error, events ...event.Event) error {
	if !isKey(id) {
		return noUnit()
	}
	return d.divide(ctx, "delete unit", orgID, func(t *tx) error {
		if lifts != nil {
			if err := t.mayLift(orgID, id, lifts); err != nil {
				return err
			}
		}
		var below bool
		if err := one(t.DB, &below, "SELECT EXISTS (SELECT 1 FROM units WHERE parent_id = ?)", id); err != nil {
			return err
		}
		var seats bool
		if err := one(t.DB, &seats, "SELECT EXISTS (SELECT 1 FROM offices WHERE unit_id = ? AND org_id = ?)", id, orgID); err != nil {
			return err
		}
		if seats {
			return fault.New(fault.CodeConflict, "offices stand in this unit: move those first")
		}
		gone, err := exec(t.DB, "DELETE FROM units WHERE id = ? AND org_id = ? AND NOT EXISTS (SELECT 1 FROM units c WHERE c.parent_id = units.id)", id, orgID)
		switch {
		case err != nil:
			return err
		case gone > 0:
			if err := t.ungovern(id); err != nil {
				return err
			}
			return t.happened(events...)
		}
		var there bool
		if err := one(t.DB, &there, "SELECT EXISTS (SELECT 1 FROM units WHERE id = ? AND org_id = ?)", id, orgID); err != nil {
			return err
		}
		if there && below {
			return fault.New(fault.CodeConflict, "units stand below this one: move or delete those first")
		}
		return noUnit()
	})
}

// ungovern takes away what a unit that is gone decided: its rooms stand below their organization alone.
func (t *tx) ungovern(unitID string) error {
	if err := t.policyTurn(); err != nil {
		return err
	}
	if _, err := exec(t.DB, "DELETE FROM policies WHERE level = 'unit' AND subject = ?", unitID); err != nil {
		return err
	}
	left, err := all[struct{ ID string }](t.DB, "UPDATE rooms SET unit_id = NULL WHERE unit_id = ? RETURNING id", unitID)
	for _, r := range left {
		t.changed(ChangedRoom, r.ID)
	}
	return err
}
