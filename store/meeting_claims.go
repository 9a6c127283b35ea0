package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"parvis/access"
)

// Invitations to meetings that went to an address become those of an account by the rule of claims.go, and by no other: a
// provider answers for the address. What becomes of them is less: the invitation stays that of the address, with its personal
// link, and the organizer learns nothing of the account.

const (
	vouchedAnew = 24 * time.Hour
	// vouchedFor is how long the word of a provider counts when somebody is invited: addresses are given to others in time. Who
	// has not signed in for longer claims the invitation when they do.
	vouchedFor = 30 * 24 * time.Hour
	// claimedAtOnce is how many meetings one transaction holds.
	claimedAtOnce = 100
)

// unclaimed is what the index invitees_unclaimed holds of an address.
const unclaimed = "folded = ? AND person_id IS NULL AND claimed_by IS NULL"

// holdersOf finds who has some addresses; nobody has one that several have.
func (d *DB) holdersOf(addresses []string, now time.Time, into map[string]string) (question, error) {
	listed, err := d.dialect.listed(addresses)
	return question{
		`SELECT e.folded, CAST(e.person_id AS text) FROM emails e JOIN people p ON p.id = e.person_id
			WHERE e.until IS NULL AND p.deactivated_at IS NULL AND e.vouched_at > ? AND ` + d.dialect.among("e.folded", "text"),
		[]any{stamp(now.Add(-vouchedFor)), listed},
		func(scan func(...any) error) error {
			var address, id string
			err := scan(&address, &id)
			if _, several := into[address]; several {
				id = ""
			}
			into[address] = id
			return err
		},
	}, err
}

// toCome leaves out what is over: an address is given to others in time, and what was is that of who had it then.
const toCome = " AND EXISTS (SELECT 1 FROM meetings m WHERE m.id = i.meeting_id AND m.last_at > ?)"

// claimMeetings gives somebody the invitations of their address. It is no part of the transaction that makes or changes the
// person: meetings are held before people, as those who change them do.
func (d *DB) claimMeetings(ctx context.Context, personID, address string, now time.Time) error {
	for after := uuid.Nil.String(); after != ""; {
		var last string // of the attempt that is committed: one before it has claimed nothing
		err := d.write(ctx, "claim invitations to meetings", func(t *tx) (err error) {
			last, err = t.claimSome(personID, access.FoldAddress(address), after, now)
			return err
		})
		if err != nil {
			return err
		}
		after = last
	}
	return nil
}

// others leaves out meetings to which somebody is invited besides: who is invited by account, or by another address of theirs, is
// invited once.
const others = " AND NOT EXISTS (SELECT 1 FROM invitees o WHERE o.meeting_id = i.meeting_id AND (o.person_id = ? OR o.claimed_by = ?))"

// claimSome claims invitations of meetings that it holds, of those after one, and answers the last of them; empty where there are
// no more.
func (t *tx) claimSome(personID, folded, after string, now time.Time) (last string, err error) {
	ids, err := all[string](t.DB, "SELECT DISTINCT meeting_id FROM invitees i WHERE "+unclaimed+toCome+others+" AND meeting_id > ? ORDER BY meeting_id LIMIT ?",
		folded, moment(now), personID, personID, after, claimedAtOnce)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	if len(ids) == claimedAtOnce {
		last = ids[claimedAtOnce-1]
	}
	if err := t.holdMeetings(ids); err != nil {
		return "", err
	}
	// As it is now: somebody may have been struck off, or invited by account, and the address may be another's, since.
	if held, err := t.holdAddress(personID, folded, now); err != nil || !held {
		return "", err
	}
	held, err := all[string](t.DB, "SELECT meeting_id FROM invitees i WHERE meeting_id IN ? AND "+unclaimed+others, ids, folded, personID, personID)
	if err != nil || len(held) == 0 {
		return last, err
	}
	if _, err := exec(t.DB, "UPDATE invitees SET claimed_by = ? WHERE meeting_id IN ? AND "+unclaimed, personID, held, folded); err != nil {
		return "", err
	}
	_, err = exec(t.DB, `INSERT INTO agenda (person_id, meeting_id, first_at, last_at) SELECT p.id, m.id, m.first_at, m.last_at FROM meetings m JOIN people p ON p.id = ?
		WHERE m.id IN ? ON CONFLICT (person_id, meeting_id) DO NOTHING`, personID, held)
	if err == nil {
		err = t.claimGrants(personID, folded, held)
	}
	return last, err
}

func (t *tx) holdMeetings(ids []string) error {
	_, err := all[string](t.DB, "SELECT id FROM meetings WHERE id IN ? ORDER BY id"+t.store.dialect.forUpdate, ids)
	return err
}

// claimGrants gives a person what meetings give to an address.
func (t *tx) claimGrants(personID, folded string, meetings []string) error {
	rows, err := all[grantRow](t.DB, "SELECT "+grantColumns+" FROM grants WHERE source_id IN ? AND source_kind = 'meeting' AND subject_kind = 'email' AND subject_id = ? ORDER BY room_id, id",
		meetings, folded)
	if err != nil || len(rows) == 0 {
		return err
	}
	grants := make([]access.Grant, len(rows))
	for n, r := range rows {
		if n == 0 || rows[n-1].RoomID != r.RoomID {
			if err := t.holdRoom(r.RoomID); err != nil {
				return err
			}
		}
		grants[n] = r.grant()
		grants[n].ID, grants[n].Subject = newID(), access.Subject{Kind: access.SubjectPerson, ID: personID}
	}
	return t.createGrants(grants)
}
