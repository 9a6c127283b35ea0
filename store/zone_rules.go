package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"parvis/schedule"
)

// RulesInUse implements schedule.Store. meetings_rules has all that it reads.
func (d *DB) RulesInUse(ctx context.Context, endsAfter time.Time) (used []schedule.ZoneRules, err error) {
	err = d.read(ctx, "rules of zones in use", func(g *gorm.DB) error {
		rows, err := all[struct{ Zone, ZoneStamp string }](g, "SELECT DISTINCT zone, zone_stamp FROM meetings WHERE status = 'confirmed' AND last_at > ?", moment(endsAfter))
		for _, r := range rows {
			used = append(used, schedule.ZoneRules{Zone: r.Zone, Stamp: r.ZoneStamp})
		}
		return err
	})
	return used, err
}

// DecideRules implements schedule.Store.
func (d *DB) DecideRules(ctx context.Context, r schedule.ZoneRules, since time.Time) (decides bool, err error) {
	err = d.write(ctx, "decide rules of a zone", func(t *tx) error {
		_, err := exec(t.DB, `INSERT INTO zone_rules (zone, stamp, since) VALUES (?, ?, ?)
			ON CONFLICT (zone) DO UPDATE SET stamp = excluded.stamp, since = excluded.since WHERE zone_rules.since < excluded.since`, r.Zone, r.Stamp, moment(since))
		if err != nil {
			return err
		}
		var row struct{ Stamp string }
		err = one(t.DB, &row, "SELECT stamp FROM zone_rules WHERE zone = ?", r.Zone)
		decides = row.Stamp == r.Stamp
		return err
	})
	return decides, err
}

// ProjectedOtherwise implements schedule.Store.
func (d *DB) ProjectedOtherwise(ctx context.Context, r schedule.ZoneRules, endsAfter time.Time, last string, most int) (ids []string, err error) {
	if last == "" {
		last = uuid.Nil.String() // comes before all
	}
	err = d.read(ctx, "meetings projected by other rules", func(g *gorm.DB) (err error) {
		ids, err = all[string](g, "SELECT id FROM meetings WHERE status = 'confirmed' AND last_at > ? AND zone = ? AND zone_stamp <> ? AND id > ? ORDER BY id LIMIT ?",
			moment(endsAfter), r.Zone, r.Stamp, last, most)
		return err
	})
	return ids, err
}
