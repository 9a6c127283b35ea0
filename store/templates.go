package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"parvis/event"
	"parvis/fault"
	"parvis/once"
	"parvis/policy"
	"parvis/rooms"
)

var _ rooms.TemplateStore = (*DB)(nil)

type templateRow struct {
	ID        string
	OrgID     string
	Name      string
	Prefix    string
	Settings  document[map[string]decidedRow]
	Version   int64
	CreatedAt moment
	UpdatedAt moment
	UpdatedBy string
	ManagedBy string
}

func (templateRow) TableName() string { return "templates" }

func rowOfTemplate(t policy.RoomTemplate) templateRow {
	return templateRow{
		ID: t.ID, OrgID: t.OrgID, Name: t.Name, Prefix: t.Prefix, Settings: rowOfSettings(t.Settings), Version: t.Version,
		CreatedAt: moment(t.CreatedAt), UpdatedAt: moment(t.UpdatedAt), UpdatedBy: t.UpdatedBy, ManagedBy: t.ManagedBy,
	}
}

func (r templateRow) template() policy.RoomTemplate {
	return policy.RoomTemplate{
		ID: r.ID, OrgID: r.OrgID, Name: r.Name, Prefix: r.Prefix, Settings: settingsIn(r.Settings.v), Version: r.Version,
		CreatedAt: r.CreatedAt.time(), UpdatedAt: r.UpdatedAt.time(), UpdatedBy: r.UpdatedBy, ManagedBy: r.ManagedBy,
	}
}

func noTemplate(err error) error {
	return fault.New(fault.CodeTemplateNotFound, "there is no such room template").Because(err)
}

// Templates implements rooms.TemplateStore.
func (d *DB) Templates(ctx context.Context, orgID string) ([]policy.RoomTemplate, error) {
	var rows []templateRow
	err := d.read(ctx, "room templates", func(g *gorm.DB) (err error) {
		rows, err = all[templateRow](g, "SELECT * FROM templates WHERE org_id = ? ORDER BY name", orgID)
		return err
	})
	list := make([]policy.RoomTemplate, len(rows))
	for i, r := range rows {
		list[i] = r.template()
	}
	return list, err
}

// Template implements rooms.TemplateStore.
func (d *DB) Template(ctx context.Context, id string) (policy.RoomTemplate, error) {
	var t policy.RoomTemplate
	err := d.read(ctx, "room template", func(g *gorm.DB) (err error) {
		t, err = templateOf(g, id, "")
		return err
	})
	return t, err
}

func templateOf(g *gorm.DB, id, lock string) (policy.RoomTemplate, error) {
	if !isKey(id) {
		return policy.RoomTemplate{}, noTemplate(nil)
	}
	var row templateRow
	err := one(g, &row, "SELECT * FROM templates WHERE id = ?"+lock, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return policy.RoomTemplate{}, noTemplate(err)
	}
	return row.template(), err
}

// CreateTemplate implements rooms.TemplateStore.
func (d *DB) CreateTemplate(ctx context.Context, made policy.RoomTemplate, most int, events []event.Event) error {
	return d.write(ctx, "create room template", func(t *tx) error {
		if err := t.policyTurn(); err != nil {
			return err
		}
		var have int
		if err := one(t.DB, &have, "SELECT COUNT(*) FROM templates WHERE org_id = ?", made.OrgID); err != nil {
			return err
		}
		if have >= most {
			return fault.Newf(fault.CodeConflict, "an organization has at most %d room templates", most)
		}
		row := rowOfTemplate(made)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.happened(events...); err != nil {
			return err
		}
		return t.made(once.Template, made.ID)
	})
}

// UpdateTemplate implements rooms.TemplateStore.
func (d *DB) UpdateTemplate(ctx context.Context, id string, change func(*policy.RoomTemplate) ([]event.Event, error)) (policy.RoomTemplate, error) {
	var after policy.RoomTemplate
	err := d.write(ctx, "update room template", func(t *tx) error {
		if err := t.policyTurn(); err != nil {
			return err
		}
		before, err := templateOf(t.DB, id, d.dialect.forUpdate)
		if err != nil {
			return err
		}
		after = before
		events, err := change(&after)
		if err != nil {
			return err
		}
		after.ID, after.OrgID, after.CreatedAt, after.ManagedBy, after.Version = before.ID, before.OrgID, before.CreatedAt, before.ManagedBy, before.Version+1
		row := rowOfTemplate(after)
		err = t.Model(&templateRow{}).Where("id = ?", id).Select("Name", "Prefix", "Settings", "Version", "UpdatedAt", "UpdatedBy").UpdateColumns(&row).Error
		if err != nil {
			return err
		}
		return t.happened(events...)
	})
	return after, err
}

// DeleteTemplate implements rooms.TemplateStore.
func (d *DB) DeleteTemplate(ctx context.Context, id string, check func(policy.RoomTemplate) ([]event.Event, error)) error {
	return d.write(ctx, "delete room template", func(t *tx) error {
		if err := t.policyTurn(); err != nil {
			return err
		}
		before, err := templateOf(t.DB, id, d.dialect.forUpdate)
		if err != nil {
			return err
		}
		events, err := check(before)
		if err != nil {
			return err
		}
		if _, err := exec(t.DB, "DELETE FROM templates WHERE id = ?", id); err != nil {
			return err
		}
		return t.happened(events...)
	})
}
