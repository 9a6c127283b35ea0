package store

import (
	"context"
	"fmt"
	"time"

	"parvis/privacy"
)

// How long what is of no more use stays, for those who look for a fault.
const (
	keepChanges  = time.Hour
	keepWebhooks = 24 * time.Hour
	keepRelays   = 24 * time.Hour
	keepTickets  = privacy.KeepTickets  // ExpireTickets has told hosts of those who waited
	keepUnopened = privacy.KeepUnopened // a pass lasts minutes; joining again renews the admission
	keepSignIns  = privacy.KeepSignIns
	keepLetters  = privacy.KeepLetters
)

// pruneBatch is how many rows go in one transaction: nobody waits long for it.
const pruneBatch = 2000

// signInOver is the condition of a sign-in that was ended, or has run out, that nobody is in a call with and nothing waits or
// proves by. An admission of it that is still open opens nothing: the gate asks for the cookie.
const signInOver = `(ended_at <= ? OR expires_at <= ?)
	AND NOT EXISTS (SELECT 1 FROM lobby_tickets k WHERE k.sign_in_id = sign_ins.id)
	AND NOT EXISTS (SELECT 1 FROM email_proofs p WHERE p.sign_in_id = sign_ins.id)
	AND NOT EXISTS (SELECT 1 FROM admissions a JOIN intervals i ON i.admission_id = a.id AND i.ended_at IS NULL
		WHERE a.sign_in_id = sign_ins.id AND a.state = 'open')`

// tellingsOver is the condition of what letters said that nobody compares with any more.
const tellingsOver = "NOT EXISTS (SELECT 1 FROM letters l WHERE l.meeting_id = tellings.meeting_id) AND meeting_id IN (SELECT id FROM meetings WHERE last_at <= ?)"

// lettersOver is the condition of letters that were dealt with, about meetings that are over; reminders go before.
const lettersOver = "done_at <= ? AND (kind = 'reminder' OR meeting_id IN (SELECT id FROM meetings WHERE last_at <= ?))"

// Prune deletes what has run out: changes that every reader has seen, attempts, used logout tokens and assertions, access
// tokens, idempotency keys, webhooks, closed relays, tickets, admissions that nobody opened, invitations, operations, proofs of addresses, deliveries,
// sign-ins, letters about meetings that are over, events that were told, the lines of sessions that have ended, openings that have closed, and attendance whose time is over. What a hold keeps stays.
func (d *DB) Prune(ctx context.Context, now time.Time) error {
	for _, old := range []struct {
		table, condition string
		args             []any
	}{
		{"changes", "at <= ?", []any{moment(now.Add(-keepChanges))}},
		{"sign_in_attempts", "expires_at <= ?", []any{moment(now)}},
		{"used_logout_tokens", "expires_at <= ?", []any{moment(now)}},
		{"used_assertions", "expires_at <= ?", []any{moment(now)}},
		{"service_access_tokens", "expires_at <= ?", []any{moment(now)}},
		{"idempotency_keys", "created_at <= ?", []any{moment(now.Add(-idempotencyKept))}},
		{"webhook_inbox", "received_at <= ?", []any{moment(now.Add(-keepWebhooks))}},
		{"relays", "closed_at <= ?", []any{moment(now.Add(-keepRelays))}},
		{"lobby_tickets", "expires_at <= ?" + notHeldThere, []any{moment(now.Add(-keepTickets))}},
		{"admissions", "state = 'admitted' AND created_at <= ?" + notHeldThere, []any{moment(now.Add(-keepUnopened))}},
		{"admissions", "state = 'ended' AND session_id IS NULL AND ended_at <= ?" + notHeldThere, []any{moment(now.Add(-keepUnopened))}},
		{"invitations", "expires_at <= ?", []any{moment(now)}},
		{"operations", "created_at <= ?", []any{moment(now.Add(-keepOperations))}},
		{"email_proofs", "expires_at <= ?", []any{moment(now)}},                                                       // what was asked for before no longer counts either
		{"sign_ins", signInOver + notHeldPerson, []any{moment(now.Add(-keepSignIns)), moment(now.Add(-keepSignIns))}}, // after what points to them
		{"letters", lettersOver + notHeldLetter, []any{moment(now.Add(-keepLetters)), moment(now.Add(-keepLetters))}},
		{"notices", "created_at <= ?", []any{moment(now.Add(-keepLetters))}},
		{"tellings", tellingsOver, []any{moment(now.Add(-keepLetters))}},
		{"messages", "session_id IN (SELECT id FROM sessions WHERE ended_at <= ?)" + notHeldSession, []any{moment(now)}},
		{"exports", "asked_at <= ?", []any{moment(now.Add(-privacy.KeepExports))}},
	} {
		if err := d.pruneTable(ctx, old.table, old.condition, old.args...); err != nil {
			return err
		}
	}
	if err := d.pruneEvents(ctx, now); err != nil {
		return err
	}
	if err := d.pruneOpenings(ctx, now); err != nil {
		return err
	}
	if err := d.pruneWebhooks(ctx, now); err != nil {
		return err
	}
	if err := d.pruneAttendance(ctx, now); err != nil {
		return err
	}
	return d.prunePurged(ctx, now)
}

func (d *DB) pruneTable(ctx context.Context, table, condition string, args ...any) error {
	return d.batches(ctx, "prune "+table, pruneBatch, func(t *tx) (int64, error) { return t.prune(table, condition, args...) })
}

// batches runs do, each time in a transaction of its own, until there is less than a batch left to do.
func (d *DB) batches(ctx context.Context, op string, size int64, do func(*tx) (int64, error)) error {
	for more := true; more; {
		err := d.write(ctx, op, func(t *tx) error {
			done, err := do(t)
			more = done == size
			return err
		})
		if err != nil {
			return fmt.Errorf("prune: %w", err)
		}
	}
	return nil
}

// pruneAttendance counts the sessions that nobody has counted, then takes away who was in those whose time is over and what
// hosts did there. The session stays with its counts.
func (d *DB) pruneAttendance(ctx context.Context, now time.Time) error {
	if err := d.batches(ctx, "count sessions", countBatch, (*tx).countLeft); err != nil {
		return err
	}
	if err := d.batches(ctx, "prune names", pruneBatch, func(t *tx) (int64, error) { return t.nameless(now) }); err != nil {
		return err
	}
	for _, old := range outOfTime {
		if err := d.pruneTable(ctx, old.table, "session_id IN (SELECT id FROM sessions WHERE attendance_until <= ? AND NOT forgotten)"+notHeldSession+old.only, moment(now)); err != nil {
			return err
		}
	}
	return d.batches(ctx, "forget sessions", countBatch, func(t *tx) (int64, error) { return t.forget(now) })
}

// prune deletes a batch of rows by their physical address, which needs no key that all tables share.
func (t *tx) prune(table, condition string, args ...any) (int64, error) {
	address := "rowid"
	locked := ""
	if t.store.dialect.postgres() {
		address, locked = "ctid", " FOR UPDATE SKIP LOCKED" // another replica prunes the others
	}
	return exec(t.DB, fmt.Sprintf("DELETE FROM %s WHERE %s IN (SELECT %s FROM %s WHERE %s LIMIT %d%s)",
		table, address, address, table, condition, pruneBatch, locked), args...)
}
