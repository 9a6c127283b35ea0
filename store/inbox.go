package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parvis/rooms"
)

var (
	_ rooms.Inbox  = (*DB)(nil)
	_ rooms.Leases = (*DB)(nil)
)

const (
	// inboxClaim is how long a worker may take over what it claimed.
	inboxClaim = time.Minute
	// inboxPause grows with each failed attempt, up to inboxPatience; Prune drops what is a day old: a webhook is a hint.
	inboxPause    = 2 * time.Second
	inboxPatience = 5 * time.Minute
)

// Keep implements rooms.Inbox.
func (d *DB) Keep(ctx context.Context, e rooms.MediaEvent, now time.Time) (isNew bool, err error) {
	err = d.write(ctx, "keep webhook", func(t *tx) error {
		rows, err := exec(t.DB, `INSERT INTO webhook_inbox (id, type, room, sid, identity, at, received_at, attempts, not_before)
			VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING`,
			e.ID, e.Type, e.Room, e.Sid, e.Identity, moment(e.At), moment(now), moment(now))
		isNew = rows == 1
		return err
	})
	return isNew, err
}

type inboxRow struct {
	Position int64
	ID       string
	Type     string
	Room     string
	Sid      string
	Identity string
	At       moment
	Attempts int
}

func (r inboxRow) event() rooms.MediaEvent {
	return rooms.MediaEvent{ID: r.ID, Type: r.Type, Room: r.Room, Sid: r.Sid, Identity: r.Identity, At: r.At.time()}
}

// Work implements rooms.Inbox. Workers of several replicas share the events, never those of one room; an event that
// fails holds back the later ones of its room, and is tried again after a pause. The errors of do come back joined.
func (d *DB) Work(ctx context.Context, limit int, now time.Time, do func(context.Context, rooms.MediaEvent) error) (int, error) {
	claimed, err := d.claim(ctx, limit, now)
	if err != nil {
		return 0, err
	}
	done, held := 0, map[string]bool{}
	var errs []error
	for _, row := range claimed {
		if held[row.Room] {
			err = d.release(ctx, row, now, row.Attempts)
		} else if failed := do(ctx, row.event()); failed != nil {
			held[row.Room] = true
			errs = append(errs, fmt.Errorf("webhook %s: %w", row.Type, failed))
			err = d.release(ctx, row, now.Add(min(inboxPause<<min(row.Attempts, 10), inboxPatience)), row.Attempts+1)
		} else if err = d.finish(ctx, row, now); err == nil {
			done++
		}
		if err != nil { // the claim runs out by itself
			return done, errors.Join(append(errs, err)...)
		}
	}
	return done, errors.Join(errs...)
}

const inboxLock = 0x70617276 // "parv": one claim at a time among the replicas

// claim takes events whose room has no earlier event in somebody's hands.
func (d *DB) claim(ctx context.Context, limit int, now time.Time) (rows []inboxRow, err error) {
	err = d.write(ctx, "claim webhooks", func(t *tx) error {
		if d.dialect.postgres() {
			if _, err := exec(t.DB, "SELECT pg_advisory_xact_lock(?)", inboxLock); err != nil {
				return err
			}
		}
		rows, err = all[inboxRow](t.DB, `SELECT position, id, type, room, sid, identity, at, attempts FROM webhook_inbox w
			WHERE done_at IS NULL AND NOT EXISTS (SELECT 1 FROM webhook_inbox e
				WHERE e.room = w.room AND e.done_at IS NULL AND e.position <= w.position AND e.not_before > ?)
			ORDER BY position LIMIT ?`, moment(now), limit)
		if err != nil || len(rows) == 0 {
			return err
		}
		positions := make([]int64, len(rows))
		for i, r := range rows {
			positions[i] = r.Position
		}
		return chunks(positions, func(part []int64) error {
			_, err := exec(t.DB, "UPDATE webhook_inbox SET not_before = ? WHERE position IN ?", moment(now.Add(inboxClaim)), part)
			return err
		})
	})
	return rows, err
}

func (d *DB) finish(ctx context.Context, r inboxRow, now time.Time) error {
	return d.write(ctx, "finish webhook", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE webhook_inbox SET done_at = ? WHERE position = ?", moment(now), r.Position)
		return err
	})
}

func (d *DB) release(ctx context.Context, r inboxRow, notBefore time.Time, attempts int) error {
	return d.write(ctx, "release webhook", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE webhook_inbox SET not_before = ?, attempts = ? WHERE position = ?", moment(notBefore), attempts, r.Position)
		return err
	})
}

// Take implements rooms.Leases.
func (d *DB) Take(ctx context.Context, name, holder string, now, until time.Time) (taken bool, err error) {
	err = d.write(ctx, "take lease", func(t *tx) error {
		rows, err := exec(t.DB, `INSERT INTO leases (name, holder, until) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE leases.holder = excluded.holder OR leases.until <= ?`, name, holder, moment(until), moment(now))
		taken = rows == 1
		return err
	})
	return taken, err
}
