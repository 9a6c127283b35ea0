package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

var _ rooms.HistoryStore = (*DB)(nil)

// recordRow is a session as its room's history shows it. Counts and AttendanceUntil are NULL while it runs, and of one
// that an earlier program ended until it is counted (see countLeft).
type recordRow struct {
	ID              string
	MeetingID       optional
	StartedAt       moment
	EndedAt         *moment
	EndReason       string
	AttendanceUntil *moment
	AttendanceDays  int
	People          *int
	Peak            *int
}

const selectRecord = `SELECT s.id, s.meeting_id, s.started_at, s.ended_at, s.end_reason, s.attendance_until, r.attendance_days, s.people, s.peak
	FROM sessions s JOIN rooms r ON r.id = s.room_id WHERE s.room_id = ?`

func (r recordRow) record(count tally) rooms.SessionRecord {
	rec := rooms.SessionRecord{
		ID: r.ID, MeetingID: string(r.MeetingID), StartedAt: r.StartedAt.time(), EndedAt: timeOf(r.EndedAt), EndReason: rooms.SessionEnd(r.EndReason),
		Participants: count.people, Peak: count.peak, ExpiresAt: timeOf(r.AttendanceUntil),
	}
	if r.counted() {
		rec.Participants, rec.Peak = *r.People, *r.Peak
	}
	if rec.ExpiresAt == nil && rec.EndedAt != nil {
		until := keptUntil(*rec.EndedAt, r.AttendanceDays)
		rec.ExpiresAt = &until
	}
	return rec
}

func (r recordRow) counted() bool { return r.People != nil && r.Peak != nil }

// keptUntil is when the names of a session go that ended then.
func keptUntil(ended time.Time, days int) time.Time { return ended.UTC().AddDate(0, 0, days) }

// Sessions implements rooms.HistoryStore.
func (d *DB) Sessions(ctx context.Context, q rooms.SessionQuery) (rooms.SessionPage, error) {
	query, args := selectRecord, []any{q.RoomID}
	if q.ID != "" {
		query, args = query+" AND s.id = ?", append(args, q.ID)
	}
	if q.MeetingID != "" {
		query, args = query+" AND s.meeting_id = ?", append(args, q.MeetingID)
	}
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return rooms.SessionPage{}, err
		}
		query, args = query+" AND (s.started_at, s.id) < (?, ?)", append(args, moment(after.activeAt), after.id)
	}
	size := pageSize(q.PageSize)
	query, args = query+" ORDER BY s.started_at DESC, s.id DESC LIMIT ?", append(args, size+1)
	if !isKey(q.RoomID) || (q.ID != "" && !isKey(q.ID)) || (q.MeetingID != "" && !isKey(q.MeetingID)) {
		return rooms.SessionPage{}, nil
	}
	var page rooms.SessionPage
	err := d.snapshot(ctx, "list sessions", func(g *gorm.DB) error {
		page = rooms.SessionPage{}
		rows, err := all[recordRow](g, query, args...)
		if err != nil {
			return err
		}
		if len(rows) > size {
			rows = rows[:size]
			page.Next = cursor{rows[size-1].StartedAt.time(), rows[size-1].ID}.String()
		}
		counts, err := countsOf(g, rows)
		for _, r := range rows {
			page.Sessions = append(page.Sessions, r.record(counts[r.ID]))
		}
		return err
	})
	if err != nil {
		return rooms.SessionPage{}, err
	}
	return page, nil
}

// countsOf counts those that no one has counted: the running one, as a rule.
func countsOf(g *gorm.DB, rows []recordRow) (map[string]tally, error) {
	var ids []string
	for _, r := range rows {
		if !r.counted() {
			ids = append(ids, r.ID)
		}
	}
	return tallies(g, ids)
}

// tally is the count of a session: this stays when the names go.
type tally struct{ people, peak int }

func tallies(g *gorm.DB, sessionIDs []string) (map[string]tally, error) {
	counts := map[string]tally{}
	if len(sessionIDs) == 0 {
		return counts, nil
	}
	rows, err := attendees(g, sessionIDs)
	if err != nil {
		return nil, err
	}
	for id, people := range rows {
		n, peak := rooms.Tally(people)
		counts[id] = tally{n, peak}
	}
	return counts, nil
}

type attendeeRow struct {
	ID        string
	SessionID string
	WhoKind   string
	WhoID     string
	PersonID  optional
	Name      string
	OrgName   string
	Assurance int
	Role      string
	Door      string
	Email     string
	BeganAt   moment
	EndedAt   *moment
}

func (r attendeeRow) attendee() rooms.Attendee {
	return rooms.Attendee{
		Who: rooms.Who{Kind: auth.Kind(r.WhoKind), ID: r.WhoID}, PersonID: string(r.PersonID), Name: r.Name, OrgName: r.OrgName,
		Assurance: auth.Assurance(r.Assurance), Role: access.Role(r.Role), Door: rooms.Entrance(r.Door), Email: r.Email,
	}
}

// selectAttendees has a row for each interval. A guest who signs in stays the guest of the participant; that the
// admission has become the person's tells who it is.
const selectAttendees = `SELECT p.id, p.session_id, p.who_kind, p.who_id, COALESCE(p.person_id, a.person_id) AS person_id, p.name, p.org_name,
		p.assurance, p.role, p.door, p.email, i.began_at, i.ended_at
	FROM intervals i JOIN participants p ON p.id = i.participant_id JOIN admissions a ON a.id = i.admission_id
	WHERE i.session_id IN ? ORDER BY i.began_at, i.id`

// attendees reads who was in sessions, by session.
func attendees(g *gorm.DB, sessionIDs []string) (map[string][]rooms.Attendee, error) {
	rows, err := all[attendeeRow](g, selectAttendees, sessionIDs)
	if err != nil {
		return nil, err
	}
	found := map[string][]rooms.Attendee{}
	at := make(map[string]int, len(rows)) // participant -> place in the list of the session
	for _, r := range rows {
		list := found[r.SessionID]
		i, known := at[r.ID]
		if !known {
			i = len(list)
			at[r.ID] = i
			list = append(list, r.attendee())
		}
		if r.PersonID != "" { // of one admission, but not of those before the guest signed in
			list[i].PersonID = string(r.PersonID)
		}
		list[i].Stays = append(list[i].Stays, rooms.Stay{From: r.BeganAt.time(), To: timeOf(r.EndedAt)})
		found[r.SessionID] = list
	}
	return found, nil
}

// Attendance implements rooms.HistoryStore.
func (d *DB) Attendance(ctx context.Context, roomID, sessionID string) (rooms.Attendance, error) {
	if !isKey(roomID) || !isKey(sessionID) {
		return rooms.Attendance{}, rooms.NoSessionRecord()
	}
	var found rooms.Attendance
	err := d.snapshot(ctx, "attendance", func(g *gorm.DB) error {
		found = rooms.Attendance{}
		var r recordRow
		if err := one(g, &r, selectRecord+" AND s.id = ?", roomID, sessionID); errors.Is(err, gorm.ErrRecordNotFound) {
			return rooms.NoSessionRecord()
		} else if err != nil {
			return err
		}
		people, err := attendees(g, []string{sessionID})
		if err != nil {
			return err
		}
		found.People = people[sessionID]
		n, peak := rooms.Tally(found.People)
		found.Session = r.record(tally{n, peak})
		acts, err := all[actRow](g, "SELECT * FROM acts WHERE session_id = ? ORDER BY at, id", sessionID)
		for _, a := range acts {
			found.Acts = append(found.Acts, a.act())
		}
		return err
	})
	if err != nil {
		return rooms.Attendance{}, err
	}
	return found, nil
}

// count writes, once a session is over, what of it stays, and until when the rest does.
func (t *tx) count(sessionID string, ended time.Time, attendanceDays int) error {
	counts, err := tallies(t.DB, []string{sessionID})
	if err != nil {
		return err
	}
	c := counts[sessionID]
	_, err = exec(t.DB, "UPDATE sessions SET people = ?, peak = ?, attendance_until = ? WHERE id = ?",
		c.people, c.peak, moment(keptUntil(ended, attendanceDays)), sessionID)
	return err
}

// countBatch is how many sessions are counted, or forgotten, in one transaction.
const countBatch = 100

// countLeft counts sessions that a program of an earlier schema ended, before a roll-out or during it.
func (t *tx) countLeft() (int64, error) {
	rows, err := all[struct {
		ID             string
		RoomID         string
		OrgID          string
		TemplateID     optional
		UnitID         optional
		Governed       bool
		Tightened      document[map[string]demandRow]
		EndedAt        moment
		AttendanceDays int
	}](t.DB, `SELECT s.id, s.room_id, r.org_id, r.template_id, r.unit_id, r.governed, s.tightened, s.ended_at, r.attendance_days FROM sessions s JOIN rooms r ON r.id = s.room_id
		WHERE s.ended_at IS NOT NULL AND s.attendance_until IS NULL LIMIT ?`+t.skipLocked("s"), countBatch)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		room, err := t.store.ruledNow(t.DB, rooms.Room{
			ID: r.RoomID, OrgID: r.OrgID, UnitID: string(r.UnitID), TemplateID: string(r.TemplateID), Governed: r.Governed,
			Limits: rooms.Limits{AttendanceDays: r.AttendanceDays},
		})
		if err != nil {
			return 0, err
		}
		room = room.Tightened(demandsIn(r.Tightened.v))
		if err := t.count(r.ID, r.EndedAt.time(), room.Limits.AttendanceDays); err != nil {
			return 0, err
		}
	}
	return int64(len(rows)), nil
}

// skipLocked leaves to another replica what it is at.
func (t *tx) skipLocked(alias string) string {
	if !t.store.dialect.postgres() {
		return ""
	}
	return t.store.dialect.forUpdateOf(alias) + " SKIP LOCKED"
}

// outOfTime is what goes of sessions whose time is over, in this order: what a row leads to goes before it, also when another
// replica is at it and fails. What is left then goes with the next round.
var outOfTime = []struct{ table, only string }{
	{"acts", ""},
	{"adjustments", ""},
	{"intervals", ` AND NOT EXISTS (SELECT 1 FROM admissions a WHERE a.id = intervals.admission_id AND a.session_id = intervals.session_id
		AND (a.name <> '' OR a.org_name <> ''))`},
	{"participants", " AND NOT EXISTS (SELECT 1 FROM intervals i WHERE i.participant_id = participants.id)"},
}

// nameless takes the names off the admissions by which people were in sessions that are out of time. Whoever could
// still come in by one of them joins anew.
func (t *tx) nameless(now time.Time) (int64, error) {
	return exec(t.DB, `UPDATE admissions SET name = '', org_name = '', visit_for = '', ended_at = COALESCE(ended_at, ?), state = 'ended',
		reason = CASE WHEN state = 'ended' THEN reason ELSE 'meeting-over' END WHERE id IN (
		SELECT a.id FROM sessions s JOIN intervals i ON i.session_id = s.id JOIN admissions a ON a.id = i.admission_id AND a.session_id = s.id
		WHERE s.attendance_until <= ? AND NOT s.forgotten AND s.id NOT IN `+heldSessions+` AND (a.name <> '' OR a.org_name <> '') LIMIT ?`+t.skipLocked("a")+")", moment(now), moment(now), pruneBatch)
}

// forget notes of sessions that nothing personal is left of them.
func (t *tx) forget(now time.Time) (int64, error) {
	return exec(t.DB, `UPDATE sessions SET forgotten = ?, locked_by = '' WHERE id IN (SELECT s.id FROM sessions s
		WHERE s.attendance_until <= ? AND NOT s.forgotten AND s.id NOT IN `+heldSessions+`
			AND NOT EXISTS (SELECT 1 FROM participants p WHERE p.session_id = s.id)
			AND NOT EXISTS (SELECT 1 FROM acts a WHERE a.session_id = s.id)
			AND NOT EXISTS (SELECT 1 FROM adjustments d WHERE d.session_id = s.id)
		LIMIT ?`+t.skipLocked("s")+`)`, true, moment(now), countBatch)
}
