package store

import (
	"context"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

// A claim of an invitation lasts while its person holds the address: the account is open, their provider answers for the address,
// and nobody's has answered for it lately who was given it later. Addresses are given to others in time, and to come is then
// theirs; what was stays with who was there.

// holdsAddress is the condition that a person, by an expression, holds an address, by another. It takes the moment from which on
// the word for another counts.
func holdsAddress(person, folded string) string {
	return `EXISTS (SELECT 1 FROM emails e JOIN people p ON p.id = e.person_id WHERE e.person_id = ` + person + ` AND e.folded = ` + folded + `
		AND e.until IS NULL AND e.vouched_at IS NOT NULL AND p.deactivated_at IS NULL AND NOT EXISTS (SELECT 1 FROM emails n JOIN people q ON q.id = n.person_id
			WHERE n.folded = e.folded AND n.until IS NULL AND n.since > e.since AND n.vouched_at > ? AND q.deactivated_at IS NULL))`
}

// holdAddress has the account of somebody stay as it is, and tells whether they hold an address.
func (t *tx) holdAddress(personID, folded string, now time.Time) (bool, error) {
	if _, err := all[string](t.DB, "SELECT id FROM people WHERE id = ?"+t.store.dialect.forShare, personID); err != nil {
		return false, err
	}
	held, err := all[string](t.DB, "SELECT h.id FROM people h WHERE h.id = ? AND "+holdsAddress("h.id", "?"), personID, folded, moment(now.Add(-vouchedFor)))
	return len(held) > 0, err
}

// void is the condition that a claim lasts no longer, after one that says which claims.
var void = " AND NOT " + holdsAddress("i.claimed_by", "i.folded") + toCome

func voidArgs(which any, now time.Time) []any {
	return []any{which, moment(now.Add(-vouchedFor)), moment(now)}
}

// unsettled is what a sign-in leaves to be done about claims: whose are void, and what address is invited.
type unsettled struct {
	void              []string
	personID, claimed string
}

// unsettled finds what there is to do about the claims of somebody who signs in, and of those who claimed by their address before,
// whatever address they have since: nearly nothing at nearly all sign-ins, as one look into three indexes says. What is beyond so many
// people the next sign-in finds.
func (t *tx) unsettled(personID, address string, proved bool, now time.Time) (u unsettled, err error) {
	const claimants = "SELECT DISTINCT i.claimed_by AS person_id FROM invitees i WHERE "
	folded := access.FoldAddress(address)
	query, args := claimants+"i.claimed_by = ?"+void, voidArgs(personID, now)
	if proved {
		query += " UNION " + claimants + "i.folded = ? AND i.claimed_by IS NOT NULL" + void + " UNION SELECT NULL AS person_id FROM invitees i WHERE " + unclaimed + toCome
		args = append(append(args, voidArgs(folded, now)...), folded, moment(now))
	}
	rows, err := all[struct{ PersonID optional }](t.DB, query+" LIMIT ?", append(args, claimedAtOnce)...)
	for _, r := range rows {
		if r.PersonID != "" {
			u.void = append(u.void, string(r.PersonID))
		}
	}
	if proved && len(rows) > 0 {
		u.personID, u.claimed = personID, folded
	}
	return u, err
}

// settleClaims releases what is void, and claims what is then nobody's.
func (d *DB) settleClaims(ctx context.Context, u unsettled, now time.Time) error {
	if err := d.releaseMeetings(ctx, u.void, now); err != nil || u.claimed == "" {
		return err
	}
	return d.claimMeetings(ctx, u.personID, u.claimed, now)
}

// releaseMeetings takes void claims of people back. As claiming, it is no part of the transaction that changes the person; what
// is left undone the next sign-in does.
func (d *DB) releaseMeetings(ctx context.Context, people []string, now time.Time) error {
	for more := len(people) > 0; more; {
		var off rooms.StruckOff
		err := d.write(ctx, "release invitations to meetings", func(t *tx) (err error) {
			off, more, err = t.releaseSome(people, now)
			return err
		})
		if err != nil {
			return err
		}
		if d.struckOff != nil {
			d.struckOff(ctx, auth.Identity{Kind: auth.System, ID: "schedule"}, off)
		}
	}
	return nil
}

// claim is an invitation to a meeting that somebody claimed, or has.
type claim struct{ MeetingID, PersonID string }

// releaseSome releases void claims of meetings that it holds, and tells whether there were any.
func (t *tx) releaseSome(people []string, now time.Time) (off rooms.StruckOff, some bool, err error) {
	ids, err := all[string](t.DB, "SELECT DISTINCT i.meeting_id FROM invitees i WHERE i.claimed_by IN ?"+void+" ORDER BY i.meeting_id LIMIT ?", append(voidArgs(people, now), claimedAtOnce)...)
	if err != nil || len(ids) == 0 {
		return off, false, err
	}
	meetings, err := all[meetingRow](t.DB, "SELECT * FROM meetings WHERE id IN ? ORDER BY id"+t.store.dialect.forUpdate, ids)
	if err != nil {
		return off, false, err
	}
	rows, err := all[inviteeRow](t.DB, "SELECT i.* FROM invitees i WHERE i.meeting_id IN ? AND i.claimed_by IN ?"+void, append([]any{ids}, voidArgs(people, now)...)...)
	if err != nil || len(rows) == 0 {
		return off, err == nil, err
	}
	claims := map[claim]bool{}
	var released []string
	for _, r := range rows {
		released, claims[claim{r.MeetingID, string(r.ClaimedBy)}] = append(released, r.ID), true
	}
	if err := t.forgetAnswers(released); err != nil {
		return off, false, err
	}
	if _, err := exec(t.DB, "UPDATE invitees SET claimed_by = NULL WHERE id IN ?", released); err != nil {
		return off, false, err
	}
	if err := t.stillInvited(claims, ids, people); err != nil {
		return off, false, err
	}
	gone, err := t.claimedGrants(claims, ids, people)
	if err == nil {
		off, err = t.strikeOff(gone, now)
	}
	if err == nil {
		err = t.leaveAgendas(claims, meetings)
	}
	return off, true, err
}

// stillInvited takes out of claims those of people who are invited to the meeting otherwise, too.
func (t *tx) stillInvited(claims map[claim]bool, meetings, people []string) error {
	rows, err := all[inviteeRow](t.DB, "SELECT * FROM invitees WHERE meeting_id IN ? AND (person_id IN ? OR claimed_by IN ?)", meetings, people, people)
	for _, r := range rows {
		delete(claims, claim{r.MeetingID, string(r.PersonID)})
		delete(claims, claim{r.MeetingID, string(r.ClaimedBy)})
	}
	return err
}

// claimedGrants are what came by claims, in rooms that it holds.
func (t *tx) claimedGrants(claims map[claim]bool, meetings, people []string) (list []access.Grant, err error) {
	rows, err := all[grantRow](t.DB, "SELECT "+grantColumns+" FROM grants WHERE source_id IN ? AND source_kind = 'meeting' AND subject_kind = 'person' AND subject_id IN ? ORDER BY room_id, id",
		meetings, people)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if !claims[claim{r.SourceID, r.SubjectID}] {
			continue
		}
		if n := len(list); n == 0 || list[n-1].RoomID != r.RoomID {
			if err := t.holdRoom(r.RoomID); err != nil {
				return nil, err
			}
		}
		list = append(list, r.grant())
	}
	return list, nil
}

// leaveAgendas takes meetings out of the agendas of those whom they are no longer about: not of who leads them.
func (t *tx) leaveAgendas(claims map[claim]bool, meetings []meetingRow) error {
	b := t.batch()
	for _, row := range meetings {
		m, err := row.meeting()
		if err != nil {
			return err
		}
		lead := agendaOf(m)
		for c := range claims {
			if c.MeetingID == row.ID && !slices.Contains(lead, c.PersonID) {
				b.exec("DELETE FROM agenda WHERE person_id = ? AND meeting_id = ?", c.PersonID, c.MeetingID)
			}
		}
	}
	return b.send()
}
