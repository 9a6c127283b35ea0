package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
	"parvis/schedule"
)

// keepPurged is how long what is left of a meeting that was erased waits for its last letters: by then nobody tries to send them.
const keepPurged = 7 * 24 * time.Hour

// PurgeMeeting implements schedule.Store. Who is invited, what they answered and whose agenda it stood in go at once, and nobody finds
// the meeting any more; its row goes with the last letter that is to be sent, which says what was cancelled.
func (d *DB) PurgeMeeting(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Plan, error)) error {
	if !isKey(id) {
		return noMeeting(nil)
	}
	var off rooms.StruckOff
	var by auth.Identity
	err := d.write(ctx, "purge meeting", func(t *tx) error {
		before, err := meetingWhere(t.DB, t.store.dialect.forUpdateOf("m"), "m.id = ? AND m.purged_at IS NULL", id)
		if err != nil {
			return err
		}
		p, err := decide(before)
		if err != nil {
			return err
		}
		if err := t.purgeable(before); err != nil {
			return err
		}
		p.Meeting.Version = before.Version + 1
		by = p.By
		if off, err = t.updateMeeting(before, p); err != nil {
			return err
		}
		return t.purge(before, p.At) // links that nobody has any more are held and revoked by now
	})
	if err == nil && d.struckOff != nil {
		d.struckOff(ctx, by, off)
	}
	return err
}

// purgeable is nil when nothing keeps a meeting: a call that runs, or a hold on its room or on somebody who was named or there.
func (t *tx) purgeable(m schedule.Meeting) error {
	var there bool
	err := one(t.DB, &there, "SELECT EXISTS (SELECT 1 FROM sessions WHERE room_id = ? AND ended_at IS NULL AND (meeting_id = ? OR ? = 'dedicated'))",
		m.Place.RoomID, m.ID, string(m.Place.Mode))
	if err != nil {
		return err
	}
	if there {
		return fault.New(fault.CodeConflict, "people are in this meeting: it is not erased while it runs").
			At("path.id", "end the call first: POST /rooms/"+m.Place.Slug+"/end")
	}
	var named []string
	if m.Organizer.PersonID != "" {
		named = append(named, m.Organizer.PersonID)
	}
	for _, x := range m.Deputies {
		named = append(named, x.PersonID)
	}
	var room, person bool
	if err := one(t.DB, &room, "SELECT EXISTS (SELECT 1 FROM rooms r WHERE r.id = ? AND r.id IN "+heldRooms+")", m.Place.RoomID); err != nil {
		return err
	}
	if room {
		return fault.Newf(fault.CodeHeld, "a hold on the room %s keeps what took place in it", m.Place.Slug).At("path.id", "have the hold on the room released, then ask again")
	}
	err = one(t.DB, &person, `SELECT EXISTS (SELECT 1 FROM invitees i WHERE i.meeting_id = ? AND (i.person_id IN `+heldPeople+` OR i.claimed_by IN `+heldPeople+`))
		OR EXISTS (SELECT 1 FROM sessions s JOIN participants p ON p.session_id = s.id WHERE s.meeting_id = ? AND p.person_id IN `+heldPeople+`)
		OR EXISTS (SELECT 1 FROM letters WHERE meeting_id = ? AND `+heldLetter+`)
		OR EXISTS (SELECT 1 FROM people p WHERE p.id IN ? AND p.id IN `+heldPeople+`)`, m.ID, m.ID, m.ID, keysOrNone(named))
	if err == nil && person {
		err = fault.New(fault.CodeHeld, "a hold on somebody of this meeting keeps it").At("path.id", "have the hold released by who looks after data protection, then ask again")
	}
	return err
}

// keysOrNone is a list for IN, which is never empty.
func keysOrNone(ids []string) []string {
	if len(ids) == 0 {
		return []string{noKey}
	}
	return ids
}

// noKey is the id of nothing.
const noKey = "00000000-0000-0000-0000-000000000000"

// purge takes away what a cancelled meeting leaves. Sessions that were held stay with their room, for as long as attendance is kept.
func (t *tx) purge(m schedule.Meeting, at time.Time) error {
	for _, step := range []string{
		"DELETE FROM answers WHERE meeting_id = ?",
		"DELETE FROM proposals WHERE meeting_id = ?",
		"DELETE FROM notices WHERE meeting_id = ?",
		"DELETE FROM operations WHERE meeting_id = ?",
		"DELETE FROM agenda WHERE meeting_id = ?",
		"DELETE FROM meeting_tags WHERE meeting_id = ?",
		"DELETE FROM invitees WHERE meeting_id = ?",
		"DELETE FROM openings WHERE source = ?",
		"UPDATE sessions SET meeting_id = NULL WHERE meeting_id = ?",
	} {
		if _, err := exec(t.DB, step, m.ID); err != nil {
			return err
		}
	}
	for column, next := range map[string]string{"split_from": m.SplitFrom, "split_into": m.SplitInto} { // what it was between is next to each other
		step := "UPDATE meetings SET " + column + " = ?, version = version + 1 WHERE room_id = ? AND " + column + " = ?"
		if _, err := exec(t.DB, step, optional(next), m.Place.RoomID, m.ID); err != nil {
			return err
		}
	}
	err := chunks(linksLeft(m.Invitees, nil), func(some []string) error {
		_, err := exec(t.DB, "UPDATE links SET name = '' WHERE id IN ? AND revoked_at IS NOT NULL", some)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := exec(t.DB, "UPDATE meetings SET purged_at = ?, external_id = '', deputies = '[]', tags = '{}', reminds_at = NULL WHERE id = ?", moment(at), m.ID); err != nil {
		return err
	}
	t.changed(ChangedRoom, m.Place.RoomID)
	return t.erasePurged(m.ID)
}

// erasePurged takes away the last of a meeting that was erased once no letter about it is to be sent, nor kept by a hold.
func (t *tx) erasePurged(meetingID string) error {
	var waits bool
	if err := one(t.DB, &waits, "SELECT EXISTS (SELECT 1 FROM letters WHERE meeting_id = ? AND (state = 'queued' OR "+heldLetter+"))", meetingID); err != nil || waits {
		return err
	}
	return t.eraseMeeting(meetingID)
}

func (t *tx) eraseMeeting(meetingID string) error {
	for _, step := range []string{"DELETE FROM letters WHERE meeting_id = ?", "DELETE FROM tellings WHERE meeting_id = ?", "DELETE FROM meetings WHERE id = ?"} {
		if _, err := exec(t.DB, step, meetingID); err != nil {
			return err
		}
	}
	return nil
}

// purgedOf holds the meeting of a letter where it was erased but for its letters, and answers it; empty for all others.
func (t *tx) purgedOf(letterID string) (string, error) {
	ids, err := all[string](t.DB, "SELECT id FROM meetings WHERE id = (SELECT meeting_id FROM letters WHERE id = ?) AND purged_at IS NOT NULL"+t.store.dialect.forUpdate, letterID)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// prunePurged takes away what is left of meetings whose last letter was dealt with unseen, or is never sent.
func (d *DB) prunePurged(ctx context.Context, now time.Time) error {
	var ids []string
	err := d.read(ctx, "purged meetings", func(g *gorm.DB) (err error) {
		ids, err = all[string](g, `SELECT m.id FROM meetings m WHERE m.purged_at IS NOT NULL AND (m.purged_at <= ?
			OR NOT EXISTS (SELECT 1 FROM letters l WHERE l.meeting_id = m.id AND l.state = 'queued')) AND m.id NOT IN (SELECT meeting_id FROM letters WHERE `+heldLetter+`) ORDER BY m.id LIMIT ?`, moment(now.Add(-keepPurged)), pruneBatch)
		return err
	})
	for _, id := range ids { // one that cannot go keeps no other
		err = errors.Join(err, d.write(ctx, "erase purged meeting", func(t *tx) error {
			if err := t.holdMeetings([]string{id}); err != nil {
				return err
			}
			return t.eraseMeeting(id)
		}))
	}
	return err
}
