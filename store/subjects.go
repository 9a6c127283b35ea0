package store

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/fault"
	"parvis/privacy"
)

var (
	_ privacy.People = (*DB)(nil)
	_ privacy.Hosts  = (*DB)(nil)
)

func nobodyThere() error { return fault.New(fault.CodePersonNotFound, "there is no such person") }

// DataSubject implements privacy.People.
func (d *DB) DataSubject(ctx context.Context, personID string) (privacy.Subject, error) {
	if !isKey(personID) {
		return privacy.Subject{}, nobodyThere()
	}
	var row struct {
		ID, OrgID           string
		RequestedAt, DoneAt *moment
	}
	var line []string
	err := d.read(ctx, "whose data", func(g *gorm.DB) error {
		err := one(g, &row, "SELECT p.id, p.org_id, e.requested_at, e.done_at FROM people p LEFT JOIN erasures e ON e.person_id = p.id WHERE p.id = ?", personID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nobodyThere()
		}
		if err == nil {
			line, err = lineOf(g, aboveOne, row.OrgID)
		}
		return err
	})
	if err != nil {
		return privacy.Subject{}, err
	}
	return privacy.Subject{ID: row.ID, OrgID: row.OrgID, Above: line[min(1, len(line)):], ErasingAt: timeOf(row.RequestedAt), ErasedAt: timeOf(row.DoneAt)}, nil
}

// SubjectAppointments implements privacy.People.
func (d *DB) SubjectAppointments(ctx context.Context, personID string) ([]privacy.Appointment, error) {
	if !isKey(personID) {
		return nil, nil
	}
	var held []privacy.Appointment
	err := d.read(ctx, "what somebody administers", func(g *gorm.DB) error {
		rows, err := all[appointmentRow](g, "SELECT role, org_id FROM appointments WHERE person_id = ? ORDER BY id", personID)
		held = make([]privacy.Appointment, len(rows))
		for i, r := range rows {
			held[i].Role, held[i].OrgID = auth.AdminRole(r.Role), string(r.OrgID)
			if err == nil && r.OrgID != "" {
				var line []string
				line, err = lineOf(g, aboveOne, held[i].OrgID)
				held[i].Above = line[min(1, len(line)):]
			}
		}
		return err
	})
	return held, err
}

// RoomOrg implements privacy.People.
func (d *DB) RoomOrg(ctx context.Context, room string) (id, orgID string, above []string, err error) {
	where := "slug = ?"
	if isKey(room) {
		where = "id = ?"
	}
	var row struct{ ID, OrgID string }
	err = d.read(ctx, "organization of a room", func(g *gorm.DB) error {
		err := one(g, &row, "SELECT id, org_id FROM rooms WHERE "+where, room)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noRoom(err)
		}
		if err == nil {
			above, err = lineOf(g, aboveOne, row.OrgID)
		}
		return err
	})
	return row.ID, row.OrgID, above[min(1, len(above)):], err
}

// WebhookHosts implements privacy.Hosts.
func (d *DB) WebhookHosts(ctx context.Context) ([]string, error) {
	var hosts []string
	err := d.read(ctx, "hosts of webhooks", func(g *gorm.DB) error {
		rows, err := all[struct{ URL string }](g, "SELECT DISTINCT url FROM webhooks WHERE deleted_at IS NULL")
		hosts = nil
		for _, r := range rows {
			if u, err := url.Parse(r.URL); err == nil && u.Host != "" {
				hosts = append(hosts, u.Host)
			}
		}
		return err
	})
	slices.Sort(hosts)
	return slices.Compact(hosts), err
}

// RowsOf implements privacy.Hosts. Names are of the declaration, never from outside.
func (d *DB) RowsOf(ctx context.Context, tables []string) (map[string]int64, error) {
	counts := make(map[string]int64, len(tables))
	for _, table := range tables {
		if !slices.ContainsFunc(privacy.Tables(), func(t privacy.Table) bool { return t.Name == table }) {
			return nil, errors.New("count rows: no such table is declared")
		}
		err := d.read(ctx, "count rows", func(g *gorm.DB) error {
			var n int64
			err := one(g, &n, "SELECT COUNT(*) FROM "+table)
			counts[table] = n
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return counts, nil
}
