package store

import (
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/rooms"
)

// What hosts decided about a guest follows when the guest signs in, so that nobody comes back in the same browser as
// somebody else. It stays with the account when that signs out.

// guestSessions locks the running sessions in which a guest is, or about whom something is decided in them: a host who
// decides at the same moment comes before, and is found, or after, and finds whose account it is.
func (t *tx) guestSessions(guest string) ([]string, error) {
	rows, err := all[struct{ ID string }](t.DB, `SELECT id FROM sessions WHERE ended_at IS NULL
		AND (room_id IN (SELECT a.room_id FROM admissions a WHERE `+heldBySignIn+`)
			OR id IN (SELECT session_id FROM adjustments WHERE who_kind = 'guest' AND who_id = ?))
		ORDER BY id`+t.store.dialect.forUpdate, guest, guest, guest)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// handAdjusted brings what is decided about a guest in these sessions to who the guest is now: that they wait, and what
// they may and may not do. A role and a name were the guest's.
func (t *tx) handAdjusted(sessions []string, guest string, to signin.SignIn) error {
	if len(sessions) == 0 {
		return nil
	}
	rows, err := all[adjustmentRow](t.DB, "SELECT * FROM adjustments WHERE session_id IN ? AND who_kind = 'guest' AND who_id = ? ORDER BY session_id",
		sessions, guest)
	if err != nil {
		return err
	}
	for _, row := range rows {
		was := row.adjustment()
		if was.Held == rooms.NotHeld && len(was.Forbidden) == 0 && len(was.Allowed) == 0 {
			continue
		}
		if err := t.adjustAlso(row, holderIn(to)); err != nil {
			return err
		}
	}
	return nil
}

// adjustAlso adds to what is decided about somebody what is decided about the guest that they were. Of what is forbidden to
// the one and allowed to the other, the first counts.
func (t *tx) adjustAlso(guest adjustmentRow, who rooms.Who) error {
	have, err := all[adjustmentRow](t.DB, "SELECT * FROM adjustments WHERE session_id = ? AND who_kind = ? AND who_id = ?",
		guest.SessionID, string(who.Kind), who.ID)
	if err != nil {
		return err
	}
	now := rooms.Adjustment{Held: rooms.Held(guest.Held)}
	if len(have) > 0 {
		now = have[0].adjustment()
		if now.Held == rooms.NotHeld {
			now.Held = rooms.Held(guest.Held)
		}
	}
	now.Forbidden = now.Forbidden.With(guest.Forbidden.v...)
	now.Allowed = now.Allowed.With(guest.Allowed.v...).Without(now.Forbidden...)
	if err := t.saveAdjustment(guest.SessionID, who, now, guest.UpdatedAt); err != nil {
		return err
	}
	var room string
	if err := one(t.DB, &room, "SELECT room_id FROM sessions WHERE id = ?", guest.SessionID); err != nil {
		return err
	}
	t.changed(ChangedRoom, room)
	return nil
}

// handBlocks makes the blocks of a guest those of who the guest is now. They keep the name under which hosts know whom
// they blocked, and their id, by which a host may be about to take them back. Where the account is blocked already the
// guest's says nothing more: their sign-in has ended.
func (t *tx) handBlocks(guest string, to signin.SignIn) error {
	who := holderIn(to)
	twice, err := all[struct{ RoomID string }](t.DB, `DELETE FROM blocks WHERE who_kind = 'guest' AND who_id = ? AND room_id IN (
		SELECT b.room_id FROM blocks b WHERE b.who_kind = ? AND b.who_id = ?) RETURNING room_id`, guest, string(who.Kind), who.ID)
	if err != nil {
		return err
	}
	moved, err := all[struct{ RoomID string }](t.DB, "UPDATE blocks SET who_kind = ?, who_id = ? WHERE who_kind = 'guest' AND who_id = ? RETURNING room_id",
		string(who.Kind), who.ID, guest)
	for _, b := range append(twice, moved...) {
		t.changed(ChangedRoom, b.RoomID)
	}
	return err
}

// holderIn is as whom the holder of a sign-in is known in rooms.
func holderIn(s signin.SignIn) rooms.Who {
	if s.Kind == auth.Person {
		return rooms.Who{Kind: auth.Person, ID: s.PersonID}
	}
	return rooms.Who{Kind: s.Kind, ID: s.ID}
}
