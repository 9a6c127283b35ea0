package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"parvis/event"
	"parvis/rooms"
)

// Settle implements rooms.PresenceStore. What was decided is some moments old: who came back through the gate meanwhile
// is not made to leave, and a session with somebody in it does not end; an event about a session that did not end is
// left out.
func (d *DB) Settle(ctx context.Context, decided rooms.Settlement, now time.Time) error {
	return d.write(ctx, "settle", func(t *tx) error {
		if err := t.lockSessions(decided.Over); err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(decided.Left)) {
			if err := t.leave(id, decided.Left[id], now); err != nil {
				return err
			}
		}
		if err := t.seenAtSFU(decided.Seen, now); err != nil {
			return err
		}
		if err := t.carry(decided, now); err != nil {
			return err
		}
		ended, err := t.endSessions(decided.Over, rooms.EndedEmpty, now)
		if err != nil {
			return err
		}
		events := slices.DeleteFunc(slices.Clone(decided.Events), func(e event.Event) bool {
			id, about := strings.CutPrefix(e.Subject, "session:")
			return about && e.Type == event.SessionEnded && !ended[id]
		})
		for i := range events {
			if events[i].Type == event.SessionEnded {
				events[i].ID = newID() // after those who left
				events[i].Data = map[string]any{"reason": string(rooms.EndedEmpty)}
			}
		}
		return t.happened(events...)
	})
}

// lockSessions comes first: Enter takes session and interval in the same order.
func (t *tx) lockSessions(ids []string) error {
	return chunks(slices.Sorted(slices.Values(ids)), func(part []string) error {
		_, err := all[struct{ ID string }](t.DB, "SELECT id FROM sessions WHERE id IN ? AND ended_at IS NULL ORDER BY id"+t.store.dialect.forUpdate, part)
		return err
	})
}

// leave ends an interval, unless a relay that counts is open again and the admission holds.
func (t *tx) leave(admissionID string, at, now time.Time) error {
	left, err := all[stay](t.DB, `UPDATE intervals
		SET ended_at = CASE WHEN began_at > ? THEN began_at ELSE ? END
		WHERE admission_id = ? AND ended_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM relays l JOIN replicas p ON p.name = l.replica JOIN admissions a ON a.id = l.admission_id
			WHERE l.admission_id = intervals.admission_id AND l.closed_at IS NULL AND p.seen_at >= ? AND a.state <> 'ended')
		RETURNING `+stayColumns, moment(at), moment(at), admissionID, moment(now.Add(-rooms.RelayFresh)))
	if err == nil {
		err = t.stayed(left)
	}
	if err != nil || len(left) == 0 {
		return err
	}
	return t.dropHand(admissionID)
}

// dropHand takes down the hand of somebody who is not there any more. Nobody is told: the step of the room's state is
// a gap, which makes clients read it anew.
func (t *tx) dropHand(admissionID string) error {
	hands, err := all[struct{ RoomID string }](t.DB, "DELETE FROM hands WHERE admission_id = ? RETURNING room_id", admissionID)
	if err != nil || len(hands) == 0 {
		return err
	}
	_, err = t.nextSeq(hands[0].RoomID)
	return err
}

func (t *tx) seenAtSFU(ids []string, now time.Time) error {
	return chunks(slices.Sorted(slices.Values(ids)), func(part []string) error {
		_, err := exec(t.DB, "UPDATE intervals SET last_seen_at = ? WHERE admission_id IN ? AND ended_at IS NULL AND last_seen_at < ?",
			moment(now), part, moment(now))
		return err
	})
}

// carry notes which SFU rooms carry sessions and which sessions look empty.
func (t *tx) carry(decided rooms.Settlement, now time.Time) error {
	for _, id := range slices.Sorted(maps.Keys(decided.EmptySince)) {
		if _, err := exec(t.DB, "UPDATE sessions SET empty_since = ? WHERE id = ? AND ended_at IS NULL", momentOf(decided.EmptySince[id]), id); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(decided.Sids)) {
		room := decided.Sids[id]
		known, err := exec(t.DB, "UPDATE sessions SET sid = ? WHERE id = ? AND ended_at IS NULL", room.Sid, id)
		if err != nil {
			return err
		}
		if known == 0 { // it ended meanwhile; the others go on
			continue
		}
		_, err = exec(t.DB, `INSERT INTO session_rooms (session_id, sid, node, seen_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (session_id, sid) DO UPDATE SET node = excluded.node WHERE excluded.node <> ''`, id, room.Sid, room.Node, moment(now))
		if err != nil {
			return err
		}
	}
	return nil
}

// endSessions ends those in which no interval is undecided, with the last moment that somebody was there. Clocks of
// replicas differ: what began on one is not ended earlier by another.
func (t *tx) endSessions(ids []string, reason rooms.SessionEnd, now time.Time) (ended map[string]bool, err error) {
	ended = map[string]bool{}
	for _, id := range slices.Sorted(slices.Values(ids)) {
		over, err := all[struct {
			RoomID         string
			OrgID          string
			TemplateID     optional
			UnitID         optional
			Governed       bool
			Tightened      document[map[string]demandRow]
			StartedAt      moment
			AttendanceDays int
			LastOut        *moment
		}](t.DB, `SELECT s.room_id, r.org_id, r.template_id, r.unit_id, r.governed, s.tightened, s.started_at, r.attendance_days,
				(SELECT MAX(i.ended_at) FROM intervals i WHERE i.session_id = s.id) AS last_out
			FROM sessions s JOIN rooms r ON r.id = s.room_id WHERE s.id = ? AND s.ended_at IS NULL AND NOT EXISTS (
				SELECT 1 FROM intervals i WHERE i.session_id = s.id AND i.ended_at IS NULL)`, id)
		if err != nil {
			return nil, err
		}
		for _, s := range over { // one, or none
			at := now
			if s.LastOut != nil {
				at = s.LastOut.time()
			}
			if at.Before(s.StartedAt.time()) {
				at = s.StartedAt.time()
			}
			if _, err := exec(t.DB, "UPDATE sessions SET ended_at = ?, end_reason = ? WHERE id = ?", moment(at), string(reason), id); err != nil {
				return nil, err
			}
			room, err := t.store.ruledNow(t.DB, rooms.Room{
				ID: s.RoomID, OrgID: s.OrgID, UnitID: string(s.UnitID), TemplateID: string(s.TemplateID), Governed: s.Governed,
				Limits: rooms.Limits{AttendanceDays: s.AttendanceDays},
			})
			if err != nil {
				return nil, err
			}
			room = room.Tightened(demandsIn(s.Tightened.v))
			if err := t.count(id, at, room.Limits.AttendanceDays); err != nil {
				return nil, err
			}
			if err := t.unguard(s.RoomID); err != nil {
				return nil, err
			}
			if err := t.waitersByPresence(s.RoomID); err != nil {
				return nil, err
			}
			if err := t.use(s.RoomID, at); err != nil {
				return nil, err
			}
			ended[id] = true
		}
	}
	return ended, nil
}
