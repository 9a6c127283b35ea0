package store

import (
	"context"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/rooms"
)

var _ rooms.PresenceStore = (*DB)(nil)

// Enter implements rooms.PresenceStore. The rows of sign-in, session and admission stay locked, in this order, which is
// that of their end and of what hosts do: it comes before, and is seen, or after, and finds admission, relay and interval.
func (d *DB) Enter(ctx context.Context, relay rooms.Relay, check func(rooms.Entered) error) (rooms.Entered, error) {
	if !isKey(relay.AdmissionID) {
		return rooms.Entered{}, noAdmission(nil)
	}
	var in rooms.Entered
	tightens := false // the session is written: a lock that is shared cannot become one's own
	err := d.write(ctx, "enter", func(t *tx) (err error) {
		ended, err := t.signInEnded(relay.AdmissionID)
		if err != nil {
			return err
		}
		session, err := t.sessionOf(relay.AdmissionID, tightens)
		if err != nil {
			return err
		}
		found, err := scanEntered(t.Raw(selectEntered+d.dialect.forUpdateOf("a"), relay.AdmissionID).Row())
		if err != nil {
			return err
		}
		room, err := d.ruledNow(t.DB, found.Room)
		if err != nil {
			return err
		}
		in = found.under(room)
		if ended && in.Admission.State != rooms.Ended { // admitted while the sign-in ended: see admitColumns
			in.Admission.State, in.Admission.Reason = rooms.Ended, rooms.EndSignedOut
		}
		in.Begins = session == ""
		if err := t.lookAround(&in, relay.OpenedAt); err != nil {
			return err
		}
		if err := t.lookAtPresence(&in, found.org); err != nil {
			return err
		}
		if err := check(in); err != nil {
			return err
		}
		binds, felt := in.Asks()
		if len(binds) > 0 && session != "" && !tightens {
			tightens = true
			return errAgain
		}
		in = in.Tighten()
		if err := t.bringUnder(&in); err != nil {
			return err
		}
		if session == "" {
			if session, err = t.beginSession(in, relay.OpenedAt); err != nil {
				return err
			}
		}
		if err := t.tighten(&in, session, binds, felt); err != nil {
			return err
		}
		fresh, err := t.begin(&in.Admission, session, relay.OpenedAt)
		if err == nil && fresh && in.Admission.Visit != "" {
			in.Announced, err = t.announceVisit(in, relay.OpenedAt)
		}
		if err != nil {
			return err
		}
		if err := t.lead(in, session, relay.OpenedAt); err != nil {
			return err
		}
		if in.Room.Limits.OpensWithHost && in.Admission.Role.Host() {
			t.changed(ChangedLobby, in.Room.ID) // for those who wait for a host
		}
		_, err = exec(t.DB, "INSERT INTO relays (id, admission_id, replica, opened_at) VALUES (?, ?, ?, ?)",
			relay.ID, relay.AdmissionID, relay.Replica, moment(relay.OpenedAt))
		return err
	})
	if err != nil {
		return rooms.Entered{}, err
	}
	return in, nil
}

// signInEnded locks the sign-in of an admission, where it has one, against its end.
func (t *tx) signInEnded(admissionID string) (bool, error) {
	var ended bool
	err := one(t.DB, &ended, "SELECT ended_at IS NOT NULL FROM sign_ins WHERE id = (SELECT sign_in_id FROM admissions WHERE id = ?)"+
		t.store.dialect.forShare, admissionID)
	return ended, ignoreMissing(err)
}

// sessionOf finds the session of an admission's room, locked against its end and against hosts, and, where it is to be written,
// against others who enter; empty when none runs.
func (t *tx) sessionOf(admissionID string, toWrite bool) (id string, err error) {
	lock := t.store.dialect.forShare
	if toWrite {
		lock = t.store.dialect.forUpdate
	}
	err = one(t.DB, &id, "SELECT id FROM sessions WHERE room_id = (SELECT room_id FROM admissions WHERE id = ?) AND ended_at IS NULL"+
		lock, admissionID)
	return id, ignoreMissing(err)
}

// lookAround reads what stands at the door besides the admission, where the room says that something does.
func (t *tx) lookAround(in *rooms.Entered, now time.Time) (err error) {
	if in.Room.Limits.MaxParticipants > 0 {
		// One after the other, so that two do not both take the last place. Who holds this row waits for no other but the
		// lobby's, and who holds that one never asks for this.
		if _, err := all[struct{ RoomID string }](t.DB, "SELECT room_id FROM room_use WHERE room_id = ?"+t.store.dialect.forUpdate, in.Room.ID); err != nil {
			return err
		}
		in.Others, in.Own, err = places(t.DB, in.Room.ID, holderOf(in.Admission))
	}
	if err == nil && in.Room.Guarded {
		in.Threshold, err = threshold(t.DB, in.Room.ID)
	}
	if err == nil {
		err = t.lookAtMeeting(in, now)
	}
	if err != nil || !(in.Threshold.Locked || in.Shut || len(in.Room.Presence) > 0 || (in.Begins && in.Room.Limits.OpensWithHost)) {
		return err
	}
	a := in.Admission
	args := append([]any{a.RoomID, a.ID}, holderOf(a).args()...)
	return one(t.DB, &in.Elsewhere, `SELECT (SELECT COUNT(*) FROM admissions a JOIN sessions s ON s.id = a.session_id AND s.ended_at IS NULL
				WHERE a.room_id = ? AND a.state = 'open' AND a.id <> ? AND `+sameHolder+`)
			+ (SELECT COUNT(*) FROM lobby_tickets WHERE room_id = ? AND sign_in_id = ? AND state = 'admitted')`,
		append(args, a.RoomID, optional(a.SignInID))...)
}

// lookAtMeeting reads whether the meeting still lets somebody in by whose grant they came, and, of a room that was made for
// one, whether it is open.
func (t *tx) lookAtMeeting(in *rooms.Entered, now time.Time) error {
	if in.Admission.GrantID != "" {
		var held int
		if err := one(t.DB, &held, "SELECT COUNT(*) FROM grants WHERE id = ?", in.Admission.GrantID); err != nil {
			return err
		}
		in.StruckOff = held == 0
	}
	if !in.Room.Dedicated {
		return nil
	}
	var open int
	err := one(t.DB, &open, "SELECT COUNT(*) FROM openings WHERE room_id = ? AND opens <= ? AND closes > ?", in.Room.ID, moment(now), moment(now))
	in.Shut = open == 0
	return err
}

// bringUnder brings the admission up to what hosts decided between the join and now.
func (t *tx) bringUnder(in *rooms.Entered) error {
	a := in.Present()
	if !a.Differs(in.Admission) {
		return nil
	}
	a.Generation++
	in.Admission = a
	return t.saveAdmission(a)
}

// beginSession begins one where none runs.
func (t *tx) beginSession(in rooms.Entered, at time.Time) (string, error) {
	id, meeting := newID(), ""
	if in.Room.Planned || in.Room.Dedicated {
		var err error
		if meeting, err = t.meetingNow(in.Room.ID, in.Room.Dedicated, at); err != nil {
			return "", err
		}
	}
	began, err := exec(t.DB, `INSERT INTO sessions (id, org_id, room_id, sid, started_at, meeting_id) VALUES (?, ?, ?, '', ?, ?)
		ON CONFLICT (room_id) WHERE ended_at IS NULL DO NOTHING`, id, in.Room.OrgID, in.Room.ID, moment(at), optional(meeting))
	if err != nil {
		return "", err
	}
	if began == 0 {
		return "", errAgain
	}
	if err := t.use(in.Room.ID, at); err != nil {
		return "", err
	}
	return id, t.happened(event.Event{
		ID: newID(), Seq: 1, Type: event.SessionStarted, OrgID: in.Room.OrgID, Subject: "session:" + id,
		Actor: string(in.Admission.WhoKind) + ":" + in.Admission.WhoID, At: at, Data: map[string]any{"room": in.Room.ID},
	})
}

// begin opens the admission and lets its interval begin (fresh), or go on when none has ended yet. Whoever came into this
// session as an administrator does so again, by whatever door.
func (t *tx) begin(a *rooms.Admission, session string, at time.Time) (fresh bool, err error) {
	var ticket usedTicket
	if a.State != rooms.Open || a.SessionID != session {
		if ticket, err = t.useTicket(*a); err != nil {
			return false, err
		}
		a.State, a.SessionID = rooms.Open, session
		a.Generation++
		_, err = exec(t.DB, "UPDATE admissions SET state = 'open', session_id = ?, generation = ? WHERE id = ?", session, a.Generation, a.ID)
		if err != nil {
			return false, err
		}
	}
	var participant struct{ ID, Visit string }
	err = one(t.DB, &participant, `INSERT INTO participants
			(id, session_id, who_kind, who_id, person_id, name, org_name, assurance, role, first_joined_at, door, email, visit)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (session_id, who_kind, who_id) DO UPDATE SET
			name = excluded.name, org_name = excluded.org_name, assurance = excluded.assurance, role = excluded.role,
			door = CASE WHEN participants.door = '' THEN excluded.door ELSE participants.door END,
			email = CASE WHEN excluded.email = '' THEN participants.email ELSE excluded.email END,
			visit = CASE WHEN excluded.visit = '' THEN participants.visit ELSE excluded.visit END
		RETURNING id, visit`,
		newID(), session, string(a.WhoKind), a.WhoID, optional(a.PersonID), a.Name, a.OrgName, int(a.Assurance), string(a.Role), moment(at),
		string(rooms.EntranceOf(*a, ticket.admitted())), ticket.Email, string(a.Visit))
	if err != nil {
		return false, err
	}
	if visit := auth.AdminRole(participant.Visit); visit != a.Visit {
		a.Visit = visit
		if _, err := exec(t.DB, "UPDATE admissions SET visit = ? WHERE id = ?", participant.Visit, a.ID); err != nil {
			return false, err
		}
	}
	id := newID()
	var interval string
	err = one(t.DB, &interval, `INSERT INTO intervals (id, session_id, participant_id, admission_id, began_at, last_seen_at)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (admission_id) WHERE ended_at IS NULL DO UPDATE SET last_seen_at =
			CASE WHEN intervals.last_seen_at < excluded.last_seen_at THEN excluded.last_seen_at ELSE intervals.last_seen_at END
		RETURNING id`,
		id, session, participant.ID, a.ID, moment(at), moment(at))
	if err != nil || interval != id {
		return false, err
	}
	return true, t.joined(*a, interval, participant.ID, at)
}

// announceVisit writes that an administrator came in: the step of the room's state that is its announcement, the act and the
// event, all or none.
func (t *tx) announceVisit(in rooms.Entered, at time.Time) (seq int64, err error) {
	act, e := in.Arrival(at)
	if err := t.saveActs(in.Admission.SessionID, []rooms.Act{act}); err != nil {
		return 0, err
	}
	if err := t.happened(e); err != nil {
		return 0, err
	}
	return t.nextSeq(in.Room.ID)
}

// joined tells that somebody came in.
func (t *tx) joined(a rooms.Admission, interval, participant string, at time.Time) error {
	return t.noticed(a.OrgID, event.ParticipantJoined, func() []event.Event {
		return []event.Event{{
			Seq: seqBegan, Subject: "interval:" + interval, Actor: string(a.WhoKind) + ":" + a.WhoID, At: at,
			Data: map[string]any{"session": a.SessionID, "participant": participant, "kind": string(a.WhoKind), "role": string(a.Role)},
		}}
	})
}

// CloseRelay implements rooms.PresenceStore. Closing twice changes nothing.
func (d *DB) CloseRelay(ctx context.Context, relayID string, at time.Time) error {
	return d.write(ctx, "close relay", func(t *tx) error {
		rows, err := all[struct{ AdmissionID string }](t.DB,
			"UPDATE relays SET closed_at = ?, quality = 0 WHERE id = ? AND closed_at IS NULL RETURNING admission_id", moment(at), relayID)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := t.activity(rows[0].AdmissionID, at); err != nil {
			return err
		}
		return t.seen(rows[0].AdmissionID, at)
	})
}

// activity notes that the holder of an admission was here until now: an open relay counts as activity, so somebody who
// listens for hours and then loses the connection for a moment is not idle.
func (t *tx) activity(admissionID string, at time.Time) error {
	_, err := exec(t.DB, `UPDATE sign_ins SET last_seen_at = ? WHERE id = (SELECT sign_in_id FROM admissions WHERE id = ?)
		AND last_seen_at < ? AND ended_at IS NULL`, moment(at), admissionID, moment(at))
	return err
}

func (t *tx) seen(admissionID string, at time.Time) error {
	_, err := exec(t.DB, "UPDATE intervals SET last_seen_at = ? WHERE admission_id = ? AND ended_at IS NULL AND last_seen_at < ?",
		moment(at), admissionID, moment(at))
	return err
}
