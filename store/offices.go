package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
)

var _ directory.OfficeStore = (*DB)(nil)

type officeRow struct {
	ID        string
	OrgID     string
	UnitID    optional
	Name      string
	Version   int64
	CreatedAt moment
}

func (officeRow) TableName() string { return "offices" }

func (r officeRow) office() directory.Office {
	return directory.Office{ID: r.ID, OrgID: r.OrgID, UnitID: string(r.UnitID), Name: r.Name, Version: r.Version, CreatedAt: r.CreatedAt.time()}
}

type officeHolderRow struct {
	ID        string
	OfficeID  string
	PersonID  string
	Kind      string
	Role      string
	NotBefore *moment
	NotAfter  *moment
	AddedBy   string
	AddedAt   moment
}

func (officeHolderRow) TableName() string { return "office_holders" }

func noOffice() error {
	return fault.New(fault.CodeOfficeNotFound, "there is no such office in this organization")
}

const selectOffice = "SELECT f.id, f.org_id, f.unit_id, f.name, f.version, f.created_at FROM offices f "

// Offices implements directory.OfficeStore.
func (d *DB) Offices(ctx context.Context, orgID string) ([]directory.Office, error) {
	var offices []directory.Office
	err := d.snapshot(ctx, "list offices", func(g *gorm.DB) (err error) {
		offices, err = officesWhere(g, "WHERE f.org_id = ? ORDER BY f.name, f.id", orgID)
		return err
	})
	return offices, err
}

// Office implements directory.OfficeStore.
func (d *DB) Office(ctx context.Context, orgID, id string) (directory.Office, error) {
	if !isKey(id) || !isKey(orgID) {
		return directory.Office{}, noOffice()
	}
	var offices []directory.Office
	err := d.snapshot(ctx, "find office", func(g *gorm.DB) (err error) {
		offices, err = officesWhere(g, "WHERE f.id = ? AND f.org_id = ?", id, orgID)
		return err
	})
	if err == nil && len(offices) == 0 {
		err = noOffice()
	}
	if err != nil {
		return directory.Office{}, err
	}
	return offices[0], nil
}

func officesWhere(g *gorm.DB, where string, args ...any) ([]directory.Office, error) {
	rows, err := all[officeRow](g, selectOffice+where, args...)
	if err != nil {
		return nil, err
	}
	offices, at, ids := make([]directory.Office, len(rows)), map[string]int{}, make([]string, len(rows))
	for i, r := range rows {
		offices[i], at[r.ID], ids[i] = r.office(), i, r.ID
	}
	return offices, chunks(ids, func(part []string) error {
		held, err := all[struct {
			Seat   officeHolderRow `gorm:"embedded;embeddedPrefix:seat_"`
			Person personRow       `gorm:"embedded"`
		}](g, `SELECT h.office_id AS seat_office_id, h.kind AS seat_kind, h.role AS seat_role, h.not_before AS seat_not_before, h.not_after AS seat_not_after, h.added_at AS seat_added_at,
			p.id, p.org_id, o.name AS org_name, p.given_name, p.family_name, p.email, p.locale, p.unit, p.created_at, p.updated_at, p.deactivated_at
			FROM office_holders h JOIN people p ON p.id = h.person_id JOIN organizations o ON o.id = p.org_id WHERE h.office_id IN ?
			ORDER BY CASE h.kind WHEN 'holder' THEN 0 ELSE 1 END, p.family_name, p.given_name, p.id`, part)
		if err != nil {
			return err
		}
		for _, h := range held {
			o, p := &offices[at[h.Seat.OfficeID]], h.Person.person()
			o.Holders = append(o.Holders, directory.OfficeHolder{
				Person: p, Kind: directory.HolderKind(h.Seat.Kind), Role: h.Seat.Role, NotBefore: timeOf(h.Seat.NotBefore), NotAfter: timeOf(h.Seat.NotAfter),
				Closed: p.DeactivatedAt, AddedAt: h.Seat.AddedAt.time(),
			})
		}
		owned, err := all[struct{ OfficeID, ID, Slug, Name string }](g, "SELECT office_id, id, slug, name FROM rooms WHERE office_id IN ? AND archived_at IS NULL ORDER BY name, id", part)
		for _, r := range owned {
			o := &offices[at[r.OfficeID]]
			o.Rooms = append(o.Rooms, directory.OfficeRoom{ID: r.ID, Slug: r.Slug, Name: r.Name})
		}
		return err
	})
}

// CreateOffice implements directory.OfficeStore.
func (d *DB) CreateOffice(ctx context.Context, o directory.Office, limit int, events ...event.Event) error {
	return d.divide(ctx, "create office", o.OrgID, func(t *tx) error {
		var have int
		if err := one(t.DB, &have, "SELECT COUNT(*) FROM offices WHERE org_id = ?", o.OrgID); err != nil {
			return err
		}
		if have >= limit {
			return fault.Newf(fault.CodeConflict, "an organization has at most %d offices", limit)
		}
		if err := t.officeFits(o); err != nil {
			return err
		}
		err := t.Create(&officeRow{ID: o.ID, OrgID: o.OrgID, UnitID: optional(o.UnitID), Name: o.Name, Version: o.Version, CreatedAt: moment(o.CreatedAt)}).Error
		if err != nil {
			return err
		}
		if err := t.happened(events...); err != nil {
			return err
		}
		return t.made(once.Office, o.ID)
	})
}

// officeFits refuses the name of another office, and a unit that is none of the organization.
func (t *tx) officeFits(o directory.Office) error {
	var taken bool
	if err := one(t.DB, &taken, "SELECT EXISTS (SELECT 1 FROM offices WHERE org_id = ? AND name = ? AND id <> ?)", o.OrgID, o.Name, o.ID); err != nil {
		return err
	}
	if taken {
		return fault.New(fault.CodeConflict, "another office of the organization is called so").At("body.name", "give another name")
	}
	if o.UnitID == "" {
		return nil
	}
	nowhere := fault.New(fault.CodeInvalid, "there is no such unit").At("body.unit", "name a unit of this organization")
	if !isKey(o.UnitID) {
		return nowhere
	}
	err := one(t.DB, new(string), "SELECT id FROM units WHERE id = ? AND org_id = ?", o.UnitID, o.OrgID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nowhere
	}
	return err
}

// holdOffice lets one transaction after the other change who is in an office, and what it owns.
func (t *tx) holdOffice(orgID, id string) (officeRow, error) {
	var row officeRow
	if !isKey(id) || !isKey(orgID) {
		return row, noOffice()
	}
	err := one(t.DB, &row, selectOffice+"WHERE f.id = ? AND f.org_id = ?"+t.store.dialect.forUpdateOf("f"), id, orgID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, noOffice()
	}
	return row, err
}

// UpdateOffice implements directory.OfficeStore.
func (d *DB) UpdateOffice(ctx context.Context, orgID, id string, change func(*directory.Office) ([]event.Event, error)) (directory.Office, error) {
	err := d.divide(ctx, "change office", orgID, func(t *tx) error {
		row, err := t.holdOffice(orgID, id)
		if err != nil {
			return err
		}
		o := row.office()
		events, err := change(&o)
		if err != nil || len(events) == 0 {
			return err
		}
		if err := t.officeFits(o); err != nil {
			return err
		}
		if _, err := exec(t.DB, "UPDATE offices SET name = ?, unit_id = ?, version = version + 1 WHERE id = ?", o.Name, optional(o.UnitID), id); err != nil {
			return err
		}
		return t.happened(events...)
	})
	if err != nil {
		return directory.Office{}, err
	}
	return d.Office(ctx, orgID, id)
}

// DeleteOffice implements directory.OfficeStore.
func (d *DB) DeleteOffice(ctx context.Context, orgID, id string, events ...event.Event) error {
	return d.write(ctx, "delete office", func(t *tx) error {
		if _, err := t.holdOffice(orgID, id); err != nil {
			return err
		}
		var owns bool
		if err := one(t.DB, &owns, "SELECT EXISTS (SELECT 1 FROM rooms WHERE office_id = ?)", id); err != nil {
			return err
		}
		if owns {
			return fault.New(fault.CodeConflict, "the office owns rooms, archived ones too: hand them over first")
		}
		for _, statement := range []string{"DELETE FROM office_holders WHERE office_id = ?", "DELETE FROM offices WHERE id = ?"} {
			if _, err := exec(t.DB, statement, id); err != nil {
				return err
			}
		}
		return t.happened(events...)
	})
}

// SeatInOffice implements directory.OfficeStore.
func (d *DB) SeatInOffice(ctx context.Context, orgID, id string, s directory.Seat, limit int, by string, at time.Time, events ...event.Event) error {
	return d.write(ctx, "seat somebody in an office", func(t *tx) error {
		if _, err := t.holdOffice(orgID, id); err != nil {
			return err
		}
		if err := t.maySit(orgID, s.PersonID); err != nil {
			return err
		}
		var others int
		if err := one(t.DB, &others, "SELECT COUNT(*) FROM office_holders WHERE office_id = ? AND person_id <> ?", id, s.PersonID); err != nil {
			return err
		}
		if others >= limit {
			return fault.Newf(fault.CodeConflict, "an office has at most %d holders and deputies", limit)
		}
		if _, err := exec(t.DB, "DELETE FROM office_holders WHERE office_id = ? AND person_id = ?", id, s.PersonID); err != nil {
			return err
		}
		row := officeHolderRow{
			ID: newID(), OfficeID: id, PersonID: s.PersonID, Kind: string(s.Kind), Role: s.Role, NotBefore: momentOf(s.NotBefore), NotAfter: momentOf(s.NotAfter),
			AddedBy: by, AddedAt: moment(at),
		}
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.officeMoved(id, at); err != nil {
			return err
		}
		return t.happened(events...)
	})
}

// maySit refuses who is of another organization, or whose account is closed.
func (t *tx) maySit(orgID, personID string) error {
	nobody := fault.New(fault.CodePersonNotFound, "there is no such person in the organization of the office")
	if !isKey(personID) {
		return nobody
	}
	var row struct{ DeactivatedAt *moment }
	err := one(t.DB, &row, "SELECT deactivated_at FROM people WHERE id = ? AND org_id = ?"+t.store.dialect.forUpdate, personID, orgID)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nobody
	case err != nil:
		return err
	case row.DeactivatedAt != nil:
		return fault.New(fault.CodeConflict, "the account of this person is closed")
	}
	return nil
}

// LeaveOffice implements directory.OfficeStore.
func (d *DB) LeaveOffice(ctx context.Context, orgID, id, personID string, at time.Time, events ...event.Event) error {
	return d.write(ctx, "leave an office", func(t *tx) error {
		if _, err := t.holdOffice(orgID, id); err != nil {
			return err
		}
		left := int64(0)
		if isKey(personID) {
			var err error
			if left, err = exec(t.DB, "DELETE FROM office_holders WHERE office_id = ? AND person_id = ?", id, personID); err != nil {
				return err
			}
		}
		if left == 0 {
			return fault.New(fault.CodePersonNotFound, "nobody of that id is in the office")
		}
		if err := t.officeMoved(id, at); err != nil {
			return err
		}
		return t.happened(events...)
	})
}
