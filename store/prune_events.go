package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"parvis/privacy"
)

// keepNumbers is for how long the numbers of what passes go on: nothing is said of a call, a wait or a sign-in that long after.
const keepNumbers = 30 * 24 * time.Hour

// passing are the subjects of which there is one for each join or sign-in. All others are numbered for good.
var passing = []string{"admission:", "interval:", "session:", "sign-in:", "ticket:", "wait:"}

// pruneEvents takes away events that were told to whoever wanted to hear of them. A message is a row of its own, so that none needs its
// event any more, and the trail says the same for as long as it has to: an event has no second life beside it.
func (d *DB) pruneEvents(ctx context.Context, now time.Time) error {
	err := d.batches(ctx, "prune events", pruneBatch, func(t *tx) (int64, error) { return t.pruneEvents(now) })
	if err != nil {
		return err
	}
	return d.pruneTable(ctx, "event_numbers", "forget_at <= ?", moment(now))
}

func (t *tx) pruneEvents(now time.Time) (int64, error) {
	address := "rowid"
	if t.store.dialect.postgres() {
		address = "ctid"
	}
	gone, err := all[struct {
		Subject string
		Seq     int64
	}](t.DB, "DELETE FROM events WHERE "+address+" IN (SELECT e."+address+" FROM events e WHERE NOT e.pending AND e.at <= ? ORDER BY e.at LIMIT ?"+t.skipLocked("e")+
		") RETURNING subject, seq", moment(now.Add(-privacy.KeepEvents)), pruneBatch)
	if err != nil {
		return 0, err
	}
	last := map[string]int64{}
	for _, g := range gone {
		last[g.Subject] = max(last[g.Subject], g.Seq)
	}
	return int64(len(gone)), t.keepNumbers(last, now)
}

// keepNumbers notes how far numbers went, in the order of their subjects: another replica may be at the same.
func (t *tx) keepNumbers(last map[string]int64, now time.Time) error {
	return chunks(slices.Sorted(maps.Keys(last)), func(some []string) error {
		args := make([]any, 0, 3*len(some))
		for _, subject := range some {
			args = append(args, subject, last[subject], forgetAt(subject, now))
		}
		_, err := exec(t.DB, "INSERT INTO event_numbers (subject, seq, forget_at) VALUES "+strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(some)), ", ")+` ON CONFLICT (subject)
			DO UPDATE SET seq = CASE WHEN event_numbers.seq > excluded.seq THEN event_numbers.seq ELSE excluded.seq END, forget_at = excluded.forget_at`, args...)
		return err
	})
}

func forgetAt(subject string, now time.Time) *moment {
	if slices.ContainsFunc(passing, func(kind string) bool { return strings.HasPrefix(subject, kind) }) {
		at := moment(now.Add(keepNumbers))
		return &at
	}
	return nil
}
