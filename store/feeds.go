package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parvis/schedule"
)

// SetFeed implements schedule.Store.
func (d *DB) SetFeed(ctx context.Context, personID string, tokenHash []byte, now time.Time) error {
	return d.write(ctx, "set feed", func(t *tx) error {
		if _, err := exec(t.DB, "DELETE FROM feeds WHERE person_id = ?", personID); err != nil || tokenHash == nil {
			return err
		}
		_, err := exec(t.DB, "INSERT INTO feeds (person_id, token_hash, created_at) VALUES (?, ?, ?)", personID, tokenHash, moment(now))
		return err
	})
}

type feedAddressRow struct {
	PersonID   string
	OrgID      string
	CreatedAt  moment
	LastReadAt *moment
}

func (r feedAddressRow) address() schedule.FeedAddress {
	return schedule.FeedAddress{PersonID: r.PersonID, OrgID: r.OrgID, Since: r.CreatedAt.time(), ReadAt: timeOf(r.LastReadAt)}
}

const selectFeed = "SELECT f.person_id, p.org_id, f.created_at, f.last_read_at FROM feeds f JOIN people p ON p.id = f.person_id "

// FeedFor implements schedule.Store.
func (d *DB) FeedFor(ctx context.Context, personID string) (schedule.FeedAddress, error) {
	return d.feedAddress(ctx, "WHERE f.person_id = ?", personID)
}

// FeedOf implements schedule.Store.
func (d *DB) FeedOf(ctx context.Context, tokenHash []byte) (schedule.FeedAddress, error) {
	return d.feedAddress(ctx, "AND p.deactivated_at IS NULL WHERE f.token_hash = ?", tokenHash)
}

func (d *DB) feedAddress(ctx context.Context, where string, by any) (schedule.FeedAddress, error) {
	var row feedAddressRow
	err := d.read(ctx, "find feed", func(g *gorm.DB) error { return one(g, &row, selectFeed+where, by) })
	if err != nil {
		return schedule.FeedAddress{}, err
	}
	return row.address(), nil
}

// FeedRead implements schedule.Store.
func (d *DB) FeedRead(ctx context.Context, tokenHash []byte, at time.Time) error {
	return d.write(ctx, "note that a feed was read", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE feeds SET last_read_at = ? WHERE token_hash = ? AND (last_read_at IS NULL OR last_read_at < ?)", moment(at), tokenHash, moment(at))
		return err
	})
}
