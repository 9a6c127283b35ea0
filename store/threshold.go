package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/event"
	"parvis/rooms"
)

// Threshold implements rooms.HostStore.
func (d *DB) Threshold(ctx context.Context, roomID string) (rooms.Threshold, error) {
	if t, ok := d.caches.thresholds.get(roomID); ok {
		return t, nil
	}
	mark := d.caches.ledger.mark()
	var found rooms.Threshold
	err := d.snapshot(ctx, "threshold", func(g *gorm.DB) (err error) {
		found, err = threshold(g, roomID)
		return err
	})
	if err != nil {
		return rooms.Threshold{}, err
	}
	d.caches.thresholds.put(roomID, found, tagOf(ChangedRoom, roomID), mark)
	return found, nil
}

func threshold(g *gorm.DB, roomID string) (rooms.Threshold, error) {
	found := rooms.Threshold{Blocked: map[rooms.Who]bool{}}
	var s sessionRow
	err := one(g, &s, "SELECT id, started_at, locked_at, permits, tightened FROM sessions WHERE room_id = ? AND ended_at IS NULL", roomID)
	switch {
	case err == nil:
		found.SessionID, found.Locked, found.Permits = s.ID, s.LockedAt != nil, s.Permits.v
		found.Tightened = demandsIn(s.Tightened.v)
		if found.Adjusted, err = adjusted(g, s.ID); err != nil {
			return found, err
		}
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return found, err
	}
	blocks, err := all[struct{ WhoKind, WhoID string }](g, "SELECT who_kind, who_id FROM blocks WHERE room_id = ?", roomID)
	for _, b := range blocks {
		found.Blocked[rooms.Who{Kind: auth.Kind(b.WhoKind), ID: b.WhoID}] = true
	}
	return found, err
}

// guard tells the door to look, from the first decision on, and brings the entry up to what a block asks for.
func (t *tx) guard(before, after rooms.Running, now time.Time) error {
	entry := before.Room.Entry != after.Room.Entry
	if entry {
		_, err := exec(t.DB, "UPDATE rooms SET entry = ?, version = version + 1, updated_at = ? WHERE id = ?",
			string(after.Room.Entry), moment(now), after.Room.ID)
		if err != nil {
			return err
		}
	}
	guarded := before.Room.Guarded || after.Session.LockedAt != nil || len(after.Blocks) > 0 || len(after.Adjusted) > 0 || len(after.Session.Permits) > 0
	if guarded && !before.Room.Guarded {
		if _, err := exec(t.DB, "UPDATE rooms SET guarded = ? WHERE id = ?", true, after.Room.ID); err != nil {
			return err
		}
	}
	if guarded || entry {
		t.changed(ChangedRoom, after.Room.ID)
	}
	if len(after.Acts) == 0 {
		return nil
	}
	events := make([]event.Event, len(after.Acts))
	for i, a := range after.Acts {
		data := map[string]any{"session": after.Session.ID, "act": string(a.Act)}
		if a.Target.ID != "" {
			data["target"] = string(a.Target.Kind) + ":" + a.Target.ID
		}
		if office, found := a.Data["administrator"]; found { // of those who are none of the room's hosts
			data["administrator"] = office
		}
		reason, _ := a.Data["reason"].(string)
		events[i] = event.Event{
			ID: newID(), Type: event.RoomModerated, OrgID: after.Room.OrgID, Subject: "room:" + after.Room.ID, Actor: a.Actor,
			OnBehalfOf: a.OnBehalfOf, At: a.At, Data: data, Reason: reason,
		}
	}
	return t.happened(events...)
}

// unguard is asked when a session ends: what was decided in it falls, and where nobody is blocked the door need not look.
func (t *tx) unguard(roomID string) error {
	eased, err := exec(t.DB, `UPDATE rooms SET guarded = ? WHERE id = ? AND guarded = ?
		AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.room_id = rooms.id)`, false, roomID, true)
	if err != nil {
		return err
	}
	if eased == 0 { // guarded by blocks, or never guarded: the former must forget the session
		var guarded bool
		if err := one(t.DB, &guarded, "SELECT guarded FROM rooms WHERE id = ?", roomID); err != nil || !guarded {
			return ignoreMissing(err)
		}
	}
	t.changed(ChangedRoom, roomID)
	return nil
}

// liveOfSignIn counts an administrator who was let in and has not come yet among those who are inside. wasInSession tells whether somebody has been in a session and was not struck off its meeting since, hostsInRoom whether a
// host is in it now.
const (
	wasInSession = `SELECT COUNT(*) FROM participants p WHERE p.session_id = ? AND p.who_kind = ? AND p.who_id = ? AND NOT EXISTS (
		SELECT 1 FROM intervals i JOIN admissions a ON a.id = i.admission_id WHERE i.participant_id = p.id AND a.reason = 'revoked')`
	hostsInRoom = `SELECT COUNT(*) FROM sessions s JOIN intervals i ON i.session_id = s.id AND i.ended_at IS NULL
		JOIN admissions a ON a.id = i.admission_id AND a.state <> 'ended'
		WHERE s.room_id = ? AND s.ended_at IS NULL AND a.role IN ('owner', 'moderator')`
	liveOfSignIn = `SELECT (SELECT COUNT(*) FROM admissions WHERE session_id = ? AND sign_in_id = ? AND state = 'open')
		+ (SELECT COUNT(*) FROM admissions WHERE sign_in_id = ? AND room_id = ? AND state = 'admitted' AND visit <> '')`
)

// AtDoor implements rooms.HostStore.
func (d *DB) AtDoor(ctx context.Context, roomID, signInID string, who rooms.Who) (rooms.AtDoor, error) {
	var found rooms.AtDoor
	err := d.snapshot(ctx, "who is at the door", func(g *gorm.DB) error {
		var session string
		if err := ignoreMissing(one(g, &session, "SELECT id FROM sessions WHERE room_id = ? AND ended_at IS NULL", roomID)); err != nil || session == "" {
			return err
		}
		var err error
		if found.Others, found.Own, err = places(g, roomID, holder{who: who, signIn: signInID}); err != nil {
			return err
		}
		counts := []struct {
			into  *int
			query string
			args  []any
		}{
			{&found.Hosts, hostsInRoom, []any{roomID}},
			{&found.Before, wasInSession, []any{session, string(who.Kind), who.ID}},
		}
		if isKey(signInID) {
			counts = append(counts, struct {
				into  *int
				query string
				args  []any
			}{&found.Live, liveOfSignIn, []any{session, signInID, signInID, roomID}})
		}
		for _, c := range counts {
			if err := one(g, c.into, c.query, c.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}
