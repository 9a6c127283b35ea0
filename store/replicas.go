package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/rooms"
)

// Heartbeat implements rooms.PresenceStore. A beat that is late does not take back a later one; one after a gap begins
// anew.
func (d *DB) Heartbeat(ctx context.Context, replica string, at time.Time) error {
	return d.write(ctx, "heartbeat", func(t *tx) error {
		_, err := exec(t.DB, `INSERT INTO replicas (name, seen_at, since) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at,
				since = CASE WHEN replicas.seen_at < ? THEN excluded.since ELSE replicas.since END
			WHERE replicas.seen_at < excluded.seen_at`,
			replica, moment(at), moment(at), moment(at.Add(-rooms.RelayFresh)))
		return err
	})
}

// WatchedSince implements rooms.PresenceStore.
func (d *DB) WatchedSince(ctx context.Context, fresh time.Time) (since time.Time, err error) {
	err = d.read(ctx, "watched since", func(g *gorm.DB) error {
		var latest struct{ Since *moment }
		if err := one(g, &latest, "SELECT MAX(since) AS since FROM replicas WHERE seen_at >= ?", moment(fresh)); err != nil {
			return err
		}
		if latest.Since != nil {
			since = latest.Since.time()
		}
		return nil
	})
	return since, err
}

// RetireReplica implements rooms.PresenceStore. Its people were last seen with its last heartbeat, or now when that is
// fresh.
func (d *DB) RetireReplica(ctx context.Context, replica string, at time.Time) error {
	return d.write(ctx, "retire replica", func(t *tx) error {
		var beat struct{ SeenAt moment }
		err := one(t.DB, &beat, "SELECT seen_at FROM replicas WHERE name = ?"+d.dialect.forUpdate, replica)
		last := beat.SeenAt.time()
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound), err == nil && at.Sub(last) < rooms.RelayFresh:
			last = at
		case err != nil:
			return err
		}
		return t.retire(replica, last, at)
	})
}

// RetireSilent implements rooms.PresenceStore. A relay of a replica that has no row (it entered somebody and died before
// it ever beat) is retired by its own age.
func (d *DB) RetireSilent(ctx context.Context, before time.Time) error {
	return d.write(ctx, "retire silent replicas", func(t *tx) error {
		silent, err := all[struct {
			Name   string
			SeenAt moment
		}](t.DB, "SELECT name, seen_at FROM replicas WHERE seen_at < ? ORDER BY name"+d.dialect.forUpdate, moment(before))
		if err != nil {
			return err
		}
		for _, r := range silent {
			if err := t.retire(r.Name, r.SeenAt.time(), r.SeenAt.time()); err != nil {
				return err
			}
		}
		_, err = exec(t.DB, `UPDATE relays SET closed_at = opened_at, quality = 0 WHERE closed_at IS NULL AND opened_at < ?
			AND NOT EXISTS (SELECT 1 FROM replicas p WHERE p.name = relays.replica)`, moment(before))
		return err
	})
}

// retire closes the relays that a replica left open and forgets it; its people were last seen at `last`. Until then
// their sign-ins were active too.
func (t *tx) retire(replica string, last, closed time.Time) error {
	const theirs = "(SELECT l.admission_id FROM relays l WHERE l.replica = ? AND l.closed_at IS NULL)"
	for _, s := range []struct {
		query string
		args  []any
	}{
		{
			`UPDATE sign_ins SET last_seen_at = ? WHERE ended_at IS NULL AND last_seen_at < ?
				AND id IN (SELECT a.sign_in_id FROM admissions a WHERE a.id IN ` + theirs + ")",
			[]any{moment(last), moment(last), replica},
		},
		{
			"UPDATE intervals SET last_seen_at = ? WHERE ended_at IS NULL AND last_seen_at < ? AND admission_id IN " + theirs,
			[]any{moment(last), moment(last), replica},
		},
		{
			`UPDATE relays SET closed_at = CASE WHEN opened_at > ? THEN opened_at ELSE ? END, quality = 0 WHERE replica = ? AND closed_at IS NULL`,
			[]any{moment(closed), moment(closed), replica},
		},
		{"DELETE FROM replicas WHERE name = ?", []any{replica}},
	} {
		if _, err := exec(t.DB, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}
