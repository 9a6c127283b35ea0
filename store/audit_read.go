package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
)

// Batches implements audit.Archive. A batch and its rows are seen at the same moment: rows expire meanwhile.
func (d *DB) Batches(ctx context.Context, after int64, most int) (found []audit.Batch, rows map[int64][]audit.Row, err error) {
	err = d.snapshot(ctx, "read the audit", func(g *gorm.DB) error {
		found, rows = nil, map[int64][]audit.Row{}
		batches, err := all[batchRow](g, "SELECT * FROM audit_batches WHERE id > ? ORDER BY id LIMIT ?", after, most)
		if err != nil || len(batches) == 0 {
			return err
		}
		ids := make([]int64, len(batches))
		for i, b := range batches {
			ids[i], found = b.ID, append(found, b.batch())
		}
		trail, err := all[trailRow](g, "SELECT "+trailColumns+" FROM audit_trail t WHERE t.batch_id IN ? ORDER BY t.batch_id, t.position", ids)
		for _, r := range trail {
			rows[r.BatchID] = append(rows[r.BatchID], r.row())
		}
		return err
	})
	return found, rows, err
}

// Stray implements audit.Archive.
func (d *DB) Stray(ctx context.Context, most int) (found []audit.Row, err error) {
	err = d.read(ctx, "stray audit rows", func(g *gorm.DB) error {
		rows, err := all[trailRow](g, "SELECT "+trailColumns+" FROM audit_trail t LEFT JOIN audit_batches b ON b.id = t.batch_id WHERE b.id IS NULL LIMIT ?", most)
		for _, r := range rows {
			found = append(found, r.row())
		}
		return err
	})
	return found, err
}

// PersonKeys implements audit.Archive.
func (d *DB) PersonKeys(ctx context.Context, ids []string) (map[string]audit.PersonKey, error) {
	found := map[string]audit.PersonKey{}
	err := d.read(ctx, "keys of people", func(g *gorm.DB) error {
		return chunks(distinct(ids), func(some []string) error {
			rows, err := all[personKeyRow](g, "SELECT * FROM person_keys WHERE id IN ?", some)
			for _, r := range rows {
				found[r.ID] = r.key()
			}
			return err
		})
	})
	return found, err
}

// Find implements audit.Archive.
func (d *DB) Find(ctx context.Context, q audit.Query) (page audit.Page, err error) {
	where, args, err := conditionsOf(q)
	if err != nil {
		return page, err
	}
	err = d.read(ctx, "search the audit", func(g *gorm.DB) error {
		page = audit.Page{}
		rows, err := all[trailRow](g, "SELECT "+trailColumns+" FROM audit_trail t WHERE "+where+" ORDER BY t.at DESC, t.id DESC LIMIT ?", append(args, q.PageSize+1)...)
		if len(rows) > q.PageSize {
			rows = rows[:q.PageSize]
			last := rows[len(rows)-1]
			page.Next = cursor{last.At.time(), last.ID}.String()
		}
		for _, r := range rows {
			page.Rows = append(page.Rows, r.row())
		}
		return err
	})
	return page, err
}

func conditionsOf(q audit.Query) (string, []any, error) {
	conditions, args := []string{"1 = 1"}, []any{}
	add := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	for column, value := range map[string]string{"t.actor": q.Actor, "t.subject": q.Subject, "t.action": q.Action, "t.result": string(q.Result)} {
		if value != "" {
			add(column+" = ?", value)
		}
	}
	if q.Org != "" {
		add("t.org_id IN ?", keysOnly([]string{q.Org}))
	}
	if q.OrgIDs != nil {
		condition, these := within("t.org_id", auth.Reach{OrgIDs: keysOnly(q.OrgIDs)})
		add(condition, these...)
	}
	if !q.From.IsZero() {
		add("t.at >= ?", moment(q.From))
	}
	if !q.To.IsZero() {
		add("t.at < ?", moment(q.To))
	}
	if q.ID != "" {
		add("t.id IN ?", keysOnly([]string{q.ID}))
	}
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return "", nil, err
		}
		add("(t.at, t.id) < (?, ?)", moment(after.activeAt), after.id)
	}
	return strings.Join(conditions, " AND "), args, nil
}

// keysOnly leaves out what is no key, and is never empty: an empty list is no SQL.
func keysOnly(ids []string) []string {
	keys := []string{"ffffffff-ffff-ffff-ffff-ffffffffffff"}
	for _, id := range ids {
		if isKey(id) {
			keys = append(keys, id)
		}
	}
	return keys
}

// DestroyedKeys implements audit.Archive.
func (d *DB) DestroyedKeys(ctx context.Context, after string, most int) (found []audit.PersonKey, err error) {
	condition, args := "", []any{}
	if after != "" {
		condition, args = " AND id > ?", []any{after}
	}
	err = d.read(ctx, "destroyed keys of people", func(g *gorm.DB) error {
		rows, err := all[personKeyRow](g, "SELECT * FROM person_keys WHERE destroyed_at IS NOT NULL"+condition+" ORDER BY id LIMIT ?", append(args, most)...)
		found = make([]audit.PersonKey, len(rows))
		for i, r := range rows {
			found[i] = r.key()
		}
		return err
	})
	return found, err
}

// DestroyNames implements audit.Archive.
func (d *DB) DestroyNames(ctx context.Context, personID string, now time.Time, vouch audit.Vouch, e audit.Entry) error {
	if !isKey(personID) {
		return noPerson()
	}
	return d.write(ctx, "destroy names", func(t *tx) error {
		if err := t.holdAccounts(personID); err != nil {
			return err
		}
		held, err := openHolds(t.DB, personID)
		if err == nil && len(held) > 0 {
			err = fault.Newf(fault.CodeHeld, "the hold %s keeps what is about this person", held[0].ID)
		}
		if err != nil {
			return err
		}
		if err := t.destroyKey(personID, now, vouch); err != nil {
			return err
		}
		return t.record(e)
	})
}

// destroyKey takes the key of a person away, and what waits for it. Whoever has none yet gets one that is destroyed already, so that
// what still waits is sealed without a name.
func (t *tx) destroyKey(personID string, now time.Time, vouch audit.Vouch) error {
	_, err := exec(t.DB, `INSERT INTO person_keys (id, person_id, created_at, destroyed_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET wrapped = NULL, destroyed_at = COALESCE(person_keys.destroyed_at, excluded.destroyed_at)`,
		newID(), personID, moment(now), moment(now))
	if err == nil {
		err = t.vouch(personID, vouch)
	}
	if err == nil {
		_, err = exec(t.DB, "UPDATE audit SET network = '', reason = '' WHERE actor = ?", "person:"+personID)
	}
	return err
}

// vouch signs that the key of a person was destroyed. What stood there as a signature says nothing.
func (t *tx) vouch(personID string, vouch audit.Vouch) error {
	rows, err := all[personKeyRow](t.DB, "SELECT * FROM person_keys WHERE person_id = ? AND destroyed_at IS NOT NULL", personID)
	for _, r := range rows {
		if err == nil {
			k := r.key()
			_, err = exec(t.DB, "UPDATE person_keys SET destruction = ? WHERE id = ?", vouch(k.ID, k.PersonID, k.DestroyedAt), k.ID)
		}
	}
	return err
}
