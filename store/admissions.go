package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

var _ rooms.AdmissionStore = (*DB)(nil)

type admissionRow struct {
	ID         string
	OrgID      string
	RoomID     string
	SessionID  optional
	WhoKind    string
	WhoID      string
	PersonID   optional
	SignInID   optional
	GrantID    optional
	Visit      string
	VisitFor   string
	Name       string
	OrgName    string
	Assurance  int
	Role       string
	Sources    document[[]access.Source]
	State      string
	Reason     string
	Generation int64
	CreatedAt  moment
	EndedAt    *moment
}

func (admissionRow) TableName() string { return "admissions" }

const admissionColumns = `a.id, a.org_id, a.room_id, a.session_id, a.who_kind, a.who_id, a.person_id, a.sign_in_id, a.grant_id, a.visit,
	a.visit_for, a.name, a.org_name, a.assurance, a.role, a.sources, a.state, a.reason, a.generation, a.created_at, a.ended_at`

func (r *admissionRow) fields() []any {
	return []any{&r.ID, &r.OrgID, &r.RoomID, &r.SessionID, &r.WhoKind, &r.WhoID, &r.PersonID, &r.SignInID, &r.GrantID, &r.Visit,
		&r.VisitFor, &r.Name, &r.OrgName, &r.Assurance, &r.Role, &r.Sources, &r.State, &r.Reason, &r.Generation, &r.CreatedAt, &r.EndedAt}
}

func (r admissionRow) admission() rooms.Admission {
	a := rooms.Admission{
		ID: r.ID, OrgID: r.OrgID, RoomID: r.RoomID, SessionID: string(r.SessionID), WhoKind: auth.Kind(r.WhoKind), WhoID: r.WhoID,
		PersonID: string(r.PersonID), SignInID: string(r.SignInID), GrantID: string(r.GrantID), Name: r.Name, OrgName: r.OrgName,
		Visit: auth.AdminRole(r.Visit), VisitFor: r.VisitFor,
		Assurance: auth.Assurance(r.Assurance), Role: access.Role(r.Role),
		State: rooms.AdmissionState(r.State), Reason: rooms.EndReason(r.Reason), Generation: r.Generation,
		CreatedAt: r.CreatedAt.time(), EndedAt: timeOf(r.EndedAt),
	}
	a.Sources, a.Withheld, a.Silenced = rightsOf(r.Sources)
	return a
}

// selectEntered reads with an admission what is asked of the session that runs, and the organization of who holds it.
const selectEntered = "SELECT " + admissionColumns + ", " + roomColumns + `, CAST(n.tightened AS text), p.org_id FROM admissions a
	JOIN rooms r ON r.id = a.room_id LEFT JOIN sessions n ON n.room_id = a.room_id AND n.ended_at IS NULL LEFT JOIN people p ON p.id = a.person_id
	WHERE a.id = ?`

var selectAdmission = prepared(selectEntered)

func noAdmission(err error) error {
	return fault.New(fault.CodeNotFound, "there is no such admission").Because(err)
}

type scanner interface{ Scan(dst ...any) error }

// enteredRow is an admission with its room as the row has it: under no rules yet.
type enteredRow struct {
	rooms.Entered
	asked policy.Demands // of the session that runs
	org   string         // of the person, empty where it is none
}

// under is the room under its rules, and what is asked of the session.
func (e enteredRow) under(room rooms.Room) rooms.Entered {
	e.Room = room.Tightened(e.asked)
	return e.Entered
}

func scanEntered(row scanner) (enteredRow, error) {
	var a admissionRow
	var r roomRow
	var tightened, org optional
	err := row.Scan(append(append(a.fields(), r.fields()...), &tightened, &org)...)
	if errors.Is(err, sql.ErrNoRows) {
		return enteredRow{}, noAdmission(err)
	}
	found := enteredRow{Entered: rooms.Entered{Admission: a.admission(), Room: r.room()}, org: string(org)}
	if err == nil && len(tightened) > len("{}") {
		var rows document[map[string]demandRow]
		err = rows.Scan(string(tightened))
		found.asked = demandsIn(rows.v)
	}
	return found, err
}

// Admission implements rooms.AdmissionStore.
func (d *DB) Admission(ctx context.Context, id string) (rooms.Entered, error) {
	if !isKey(id) {
		return rooms.Entered{}, noAdmission(nil)
	}
	var in enteredRow
	err := d.query(ctx, "find admission", func(ctx context.Context, db *sql.DB) (err error) {
		in, err = scanEntered(db.QueryRowContext(ctx, selectAdmission.in(d.dialect), id))
		return err
	})
	if err != nil {
		return rooms.Entered{}, err
	}
	room, err := d.ruled(ctx, in.Room)
	return in.under(room), err
}

// heldBySignIn is the condition on what sign-ins hold. It takes their id or ids twice: there is one index on what nobody
// has opened, which joins fill, and one on what is open.
const heldBySignIn = "(a.sign_in_id IN (?) AND a.state = 'admitted' OR a.sign_in_id IN (?) AND a.state = 'open')"

// chosen is the condition of a selection; false when it does not name exactly one thing.
func chosen(s rooms.AdmissionSelection) (condition string, args []any, ok bool) {
	for _, c := range []struct{ condition, value string }{
		{"a.id = ?", s.ID}, {heldBySignIn, s.SignInID}, {"a.room_id = ?", s.RoomID}, {"a.who_kind = 'service' AND a.who_id = ?", s.ServiceID},
	} {
		if c.value == "" {
			continue
		}
		if ok {
			return "", nil, false
		}
		condition, ok = c.condition, true
		for range strings.Count(condition, "?") {
			args = append(args, c.value)
		}
		if c.value != s.ServiceID && !isKey(c.value) {
			condition, args = nobody, nil
		}
	}
	return condition, args, ok
}

// endingRow names what it embeds: GORM passes over an embedded type that is not exported, in silence.
type endingRow struct {
	Admission admissionRow `gorm:"embedded"`
	MediaName string
}

// EndAdmissions implements rooms.AdmissionStore.
func (d *DB) EndAdmissions(ctx context.Context, which rooms.AdmissionSelection, reason rooms.EndReason, now time.Time) ([]rooms.Ending, error) {
	condition, args, ok := chosen(which)
	if !ok {
		return nil, errors.New("end admissions: the selection must name exactly one thing")
	}
	var endings []rooms.Ending
	err := d.write(ctx, "end admissions", func(t *tx) (err error) {
		endings, err = t.endAdmissions(condition, args, reason, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return endings, nil
}

func (t *tx) endAdmissions(condition string, args []any, reason rooms.EndReason, now time.Time) ([]rooms.Ending, error) {
	rows, err := all[endingRow](t.DB, "SELECT "+admissionColumns+", r.media_name FROM admissions a JOIN rooms r ON r.id = a.room_id WHERE "+
		condition+" AND a.state <> 'ended' ORDER BY a.id"+t.store.dialect.forUpdateOf("a"), args...)
	if err != nil {
		return nil, err
	}
	var endings []rooms.Ending
	for _, r := range rows {
		a := r.Admission.admission()
		a.State, a.Reason, a.EndedAt = rooms.Ended, reason, timeOf(momentOf(&now))
		a.Generation++
		endings = append(endings, rooms.Ending{Admission: a, MediaName: r.MediaName})
	}
	return endings, chunks(endings, func(part []rooms.Ending) error { return t.end(part, reason, now) })
}

func (t *tx) end(endings []rooms.Ending, reason rooms.EndReason, now time.Time) error {
	ids := make([]string, len(endings))
	for i, e := range endings {
		ids[i] = e.Admission.ID
	}
	_, err := exec(t.DB, `UPDATE admissions SET state = 'ended', reason = ?, ended_at = ?, generation = generation + 1
		WHERE id IN ?`, string(reason), moment(now), ids)
	if err != nil {
		return err
	}
	// Who is connected leaves now; whose relay was lost before was last seen then.
	left, err := all[stay](t.DB, `UPDATE intervals SET ended_at = CASE
			WHEN EXISTS (SELECT 1 FROM relays l WHERE l.admission_id = intervals.admission_id AND l.closed_at IS NULL) AND began_at < ?
			THEN ? ELSE last_seen_at END
		WHERE admission_id IN ? AND ended_at IS NULL RETURNING `+stayColumns, moment(now), moment(now), ids)
	if err == nil {
		err = t.stayed(left)
	}
	if err != nil {
		return err
	}
	if err := t.lowerHands(endings, ids); err != nil {
		return err
	}
	events := make([]event.Event, len(endings))
	for i, e := range endings {
		t.changed(ChangedAdmission, e.Admission.ID)
		events[i] = event.Event{
			ID: newID(), Type: event.AdmissionEnded, OrgID: e.Admission.OrgID, Subject: "admission:" + e.Admission.ID,
			Actor: enderOf(e.Admission, reason), At: now,
			Data: map[string]any{"room": e.Admission.RoomID, "reason": string(reason)},
		}
	}
	return t.happened(events...)
}

// lowerHands takes down the hands of those who go; each is a step of its room's state, to be told in the room.
func (t *tx) lowerHands(endings []rooms.Ending, ids []string) error {
	hands, err := all[struct{ AdmissionID, RoomID string }](t.DB,
		"DELETE FROM hands WHERE admission_id IN ? RETURNING admission_id, room_id", ids)
	if err != nil {
		return err
	}
	for _, h := range hands {
		seq, err := t.nextSeq(h.RoomID)
		if err != nil {
			return err
		}
		for i := range endings {
			if endings[i].Admission.ID == h.AdmissionID {
				endings[i].HandSeq = seq
			}
		}
	}
	return nil
}

// enderOf is who ended an admission: its holder by leaving or signing out, else a rule.
func enderOf(a rooms.Admission, reason rooms.EndReason) string {
	if reason == rooms.EndLeft || reason == rooms.EndSignedOut {
		return string(a.WhoKind) + ":" + a.WhoID
	}
	return "system:rooms"
}
