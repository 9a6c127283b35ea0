package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

var _ rooms.LiveStore = (*DB)(nil)

type messageRow struct {
	ID          string
	RoomID      string
	SessionID   string
	AdmissionID string
	Seq         int64
	Name        string
	Text        string
	At          moment
}

func (messageRow) TableName() string { return "messages" }

func (r messageRow) message() rooms.Message {
	return rooms.Message{ID: r.ID, RoomID: r.RoomID, SessionID: r.SessionID, AdmissionID: r.AdmissionID, Name: r.Name, Text: r.Text, At: r.At.time()}
}

// nextSeq counts a step of the room's state. The row stays locked: steps of a room are committed in their order.
func (t *tx) nextSeq(roomID string) (seq int64, err error) {
	err = one(t.DB, &seq, `INSERT INTO room_seq (room_id, seq) VALUES (?, 1)
		ON CONFLICT (room_id) DO UPDATE SET seq = room_seq.seq + 1 RETURNING seq`, roomID)
	return seq, err
}

func presentSeq(g *gorm.DB, roomID string) (seq int64, err error) {
	err = one(g, &seq, "SELECT seq FROM room_seq WHERE room_id = ?", roomID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return 0, nil
	}
	return seq, err
}

// AddMessage implements rooms.LiveStore.
func (d *DB) AddMessage(ctx context.Context, m rooms.Message, keep bool) (seq int64, err error) {
	err = d.write(ctx, "add message", func(t *tx) error {
		if seq, err = t.nextSeq(m.RoomID); err != nil || !keep {
			return err
		}
		return t.Create(&messageRow{
			ID: m.ID, RoomID: m.RoomID, SessionID: m.SessionID, AdmissionID: m.AdmissionID, Seq: seq, Name: m.Name, Text: m.Text, At: moment(m.At),
		}).Error
	})
	return seq, err
}

// SetHand implements rooms.LiveStore. The hand of an admission that is not open cannot be raised: fault.Forbidden
// (not-admitted); an unknown one is fault.NotFound.
func (d *DB) SetHand(ctx context.Context, admissionID string, at *time.Time) (seq int64, changed bool, err error) {
	if !isKey(admissionID) {
		return 0, false, noAdmission(nil)
	}
	err = d.write(ctx, "set hand", func(t *tx) error {
		var a struct{ RoomID, State string }
		if err := one(t.DB, &a, "SELECT room_id, state FROM admissions WHERE id = ?"+d.dialect.forUpdate, admissionID); err != nil {
			return err
		}
		var rows int64
		var err error
		switch {
		case at == nil:
			rows, err = exec(t.DB, "DELETE FROM hands WHERE admission_id = ?", admissionID)
		case a.State != string(rooms.Open):
			return fault.New(fault.CodeNotAdmitted, "only somebody in the room raises a hand")
		default:
			rows, err = exec(t.DB, "INSERT INTO hands (admission_id, room_id, raised_at) VALUES (?, ?, ?) ON CONFLICT (admission_id) DO NOTHING",
				admissionID, a.RoomID, moment(*at))
		}
		if err != nil {
			return err
		}
		if changed = rows > 0; changed {
			seq, err = t.nextSeq(a.RoomID)
		} else {
			seq, err = presentSeq(t.DB, a.RoomID)
		}
		return err
	})
	if err != nil {
		return 0, false, err
	}
	return seq, changed, nil
}

// readerOf reads what hosts decided about the holder of an admission in a session, and about everybody.
func readerOf(g *gorm.DB, admissionID string, in sessionRow, state *rooms.State) error {
	var reader struct {
		Role        string
		ForAll      document[access.Abilities]
		ForbiddenTo optional
		AllowedTo   optional
	}
	err := one(g, &reader, `SELECT a.role, r.forbidden AS for_all, CAST(d.forbidden AS text) AS forbidden_to,
			CAST(d.allowed AS text) AS allowed_to
		FROM admissions a JOIN rooms r ON r.id = a.room_id
		LEFT JOIN adjustments d ON d.session_id = ? AND d.who_kind = a.who_kind AND d.who_id = a.who_id
		WHERE a.id = ?`, optional(in.ID), admissionID)
	if err != nil {
		return ignoreMissing(err)
	}
	state.Role, state.ForbiddenForAll = access.Role(reader.Role), in.Permits.v.Over(reader.ForAll.v)
	if state.ForbiddenToMe, err = abilitiesIn(reader.ForbiddenTo); err != nil {
		return err
	}
	state.AllowedToMe, err = abilitiesIn(reader.AllowedTo)
	return err
}

// abilitiesIn reads a set that may be missing.
func abilitiesIn(text optional) (access.Abilities, error) {
	if text == "" {
		return nil, nil
	}
	var set document[access.Abilities]
	err := set.Scan(string(text))
	return set.v, err
}

// visitors are the administrators in a room who are none of its people.
func visitors(g *gorm.DB, roomID string) ([]rooms.Visitor, error) {
	rows, err := all[struct {
		ID      string
		Name    string
		OrgName string
		Visit   string
		BeganAt moment
	}](g, `SELECT a.id, a.name, a.org_name, a.visit, i.began_at FROM admissions a JOIN intervals i ON i.admission_id = a.id AND i.ended_at IS NULL
		WHERE a.room_id = ? AND a.state = 'open' AND a.visit <> '' ORDER BY i.began_at, a.id`, roomID)
	var found []rooms.Visitor
	for _, r := range rows {
		found = append(found, rooms.Visitor{AdmissionID: r.ID, Name: r.Name, OrgName: r.OrgName, Office: auth.AdminRole(r.Visit), Since: r.BeganAt.time()})
	}
	return found, err
}

// State implements rooms.LiveStore. It reads one moment: what a signal up to Seq said is in what it answers.
func (d *DB) State(ctx context.Context, roomID, admissionID string, limit int) (rooms.State, error) {
	var state rooms.State
	err := d.snapshot(ctx, "state of a room", func(g *gorm.DB) (err error) {
		state = rooms.State{}
		if state.Seq, err = presentSeq(g, roomID); err != nil {
			return err
		}
		var s sessionRow
		err = ignoreMissing(one(g, &s, "SELECT id, started_at, locked_at, locked_by, spotlight, permits FROM sessions WHERE room_id = ? AND ended_at IS NULL", roomID))
		if err != nil {
			return err
		}
		if s.ID != "" {
			state.StartedAt = s.StartedAt.time()
		}
		state.Locked, state.Spotlight = s.LockedAt != nil, s.Spotlight.v
		if err := readerOf(g, admissionID, s, &state); err != nil {
			return err
		}
		hands, err := all[struct {
			AdmissionID string
			Name        string
			RaisedAt    moment
		}](g, `SELECT h.admission_id, a.name, h.raised_at FROM hands h JOIN admissions a ON a.id = h.admission_id
			WHERE h.room_id = ? ORDER BY h.raised_at, h.admission_id`, roomID)
		if err != nil {
			return err
		}
		for _, h := range hands {
			state.Hands = append(state.Hands, rooms.Hand{AdmissionID: h.AdmissionID, Name: h.Name, RaisedAt: h.RaisedAt.time()})
		}
		if state.Visitors, err = visitors(g, roomID); err != nil {
			return err
		}
		lines, err := all[messageRow](g, `SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id
			WHERE s.room_id = ? AND s.ended_at IS NULL ORDER BY m.seq DESC LIMIT ?`, roomID, limit)
		for _, l := range slices.Backward(lines) {
			state.Messages = append(state.Messages, l.message())
		}
		return err
	})
	if err != nil {
		return rooms.State{}, err
	}
	return state, nil
}
