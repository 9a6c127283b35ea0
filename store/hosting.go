package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

var _ rooms.HostStore = (*DB)(nil)

type sessionRow struct {
	ID        string
	StartedAt moment
	LockedAt  *moment
	LockedBy  string
	Spotlight document[[]string]
	Permits   document[rooms.Permission]
	Tightened document[map[string]demandRow]
	Untold    bool
}

type adjustmentRow struct {
	SessionID string
	WhoKind   string
	WhoID     string
	Role      string
	Name      string
	Forbidden document[access.Abilities]
	Allowed   document[access.Abilities]
	Held      string
	UpdatedAt moment
}

func (adjustmentRow) TableName() string { return "adjustments" }

func (r adjustmentRow) who() rooms.Who { return rooms.Who{Kind: auth.Kind(r.WhoKind), ID: r.WhoID} }

func (r adjustmentRow) adjustment() rooms.Adjustment {
	return rooms.Adjustment{
		Role: access.Role(r.Role), Name: r.Name, Forbidden: r.Forbidden.v, Allowed: r.Allowed.v, Held: rooms.Held(r.Held),
	}
}

type presentRow struct {
	Admission admissionRow `gorm:"embedded"`
	JoinedAt  *moment
	RaisedAt  *moment
}

func noSession(err error) error {
	return fault.New(fault.CodeNoSession, "nobody is in this room").Because(err)
}

// unopenedFor is for how long an admission that nobody has opened is somebody to act on; its pass is long over then.
const unopenedFor = time.Hour

// running reads a room's running session whole. With lock its rows stay as they are until the transaction ends.
func (d *DB) running(g *gorm.DB, roomID string, now time.Time, lock bool) (rooms.Running, error) {
	forUpdate := map[bool]string{true: d.dialect.forUpdate}[lock]
	var run rooms.Running
	var s sessionRow
	err := one(g, &s, "SELECT id, started_at, locked_at, locked_by, spotlight, permits, tightened, untold FROM sessions WHERE room_id = ? AND ended_at IS NULL"+forUpdate, roomID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return run, noSession(err)
	} else if err != nil {
		return run, err
	}
	var r roomRow
	if err := one(g, &r, "SELECT "+roomColumns+" FROM rooms r WHERE r.id = ?"+forUpdate, roomID); err != nil {
		return run, err
	}
	if run.Room, err = d.ruledNow(g, r.room()); err != nil {
		return run, err
	}
	run.Room = run.Room.Tightened(demandsIn(s.Tightened.v))
	run.Session = rooms.Session{
		ID: s.ID, StartedAt: s.StartedAt.time(), LockedAt: timeOf(s.LockedAt), LockedBy: s.LockedBy, Spotlight: s.Spotlight.v, Permits: s.Permits.v, Untold: s.Untold,
	}
	if run.Adjusted, err = adjusted(g, s.ID); err != nil {
		return run, err
	}
	people, err := all[presentRow](g, "SELECT "+admissionColumns+`, i.began_at AS joined_at, h.raised_at FROM admissions a
		LEFT JOIN intervals i ON i.admission_id = a.id AND i.ended_at IS NULL LEFT JOIN hands h ON h.admission_id = a.id
		WHERE a.room_id = ? AND (a.state = 'open' AND a.session_id = ? OR a.state = 'admitted' AND a.created_at > ?)
		ORDER BY a.id`+map[bool]string{true: d.dialect.forUpdateOf("a")}[lock], roomID, s.ID, moment(now.Add(-unopenedFor)))
	for _, p := range people {
		run.People = append(run.People, rooms.Person{Admission: p.Admission.admission(), JoinedAt: timeOf(p.JoinedAt), HandAt: timeOf(p.RaisedAt)})
	}
	return run, err
}

func adjusted(g *gorm.DB, sessionID string) (map[rooms.Who]rooms.Adjustment, error) {
	rows, err := all[adjustmentRow](g, "SELECT * FROM adjustments WHERE session_id = ?", sessionID)
	found := make(map[rooms.Who]rooms.Adjustment, len(rows))
	for _, r := range rows {
		found[r.who()] = r.adjustment()
	}
	return found, err
}

// Running implements rooms.HostStore.
func (d *DB) Running(ctx context.Context, roomID string, now time.Time) (rooms.Running, error) {
	var run rooms.Running
	err := d.snapshot(ctx, "running session", func(g *gorm.DB) (err error) {
		run, err = d.running(g, roomID, now, false)
		return err
	})
	return run, err
}

// UpdateRunning implements rooms.HostStore. Rows are locked as elsewhere: the session before its admissions, so that two
// hosts act one after the other, and before or after somebody comes in or leaves.
func (d *DB) UpdateRunning(ctx context.Context, roomID string, now time.Time, change func(*rooms.Running) error) (rooms.Moderated, error) {
	return d.updateRunning(ctx, roomID, now, func(_ *tx, r *rooms.Running) error { return change(r) })
}

// UpdateSince implements rooms.HostStore. The ids of acts tell their order: they are given under the session's lock.
func (d *DB) UpdateSince(ctx context.Context, roomID, actID string, now time.Time, change func(*rooms.Running, []rooms.Act) error) (rooms.Moderated, error) {
	none := fault.New(fault.CodeNotFound, "there is no such act")
	if !isKey(actID) {
		return rooms.Moderated{}, none
	}
	return d.updateRunning(ctx, roomID, now, func(t *tx, r *rooms.Running) error {
		rows, err := all[actRow](t.DB, "SELECT * FROM acts WHERE session_id = ? AND id >= ? ORDER BY id", r.Session.ID, actID)
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].ID != actID {
			return none
		}
		acts := make([]rooms.Act, len(rows))
		for i, row := range rows {
			acts[i] = row.act()
		}
		return change(r, acts)
	})
}

func (d *DB) updateRunning(ctx context.Context, roomID string, now time.Time, change func(*tx, *rooms.Running) error) (rooms.Moderated, error) {
	var done rooms.Moderated
	err := d.write(ctx, "moderate", func(t *tx) error {
		before, err := d.running(t.DB, roomID, now, true)
		if err != nil {
			return err
		}
		after := before.Clone()
		if err := change(t, &after); err != nil {
			return err
		}
		done = rooms.Moderated{Running: after}
		return t.moderate(before, &done, now)
	})
	if err != nil {
		return rooms.Moderated{}, err
	}
	return done, nil
}

// moderate writes what differs, in the order in which Enter and Settle lock.
func (t *tx) moderate(before rooms.Running, done *rooms.Moderated, now time.Time) error {
	after := &done.Running
	for _, step := range []func() error{
		func() error { return t.saveSession(before.Session, after.Session) },
		func() error { return t.saveAdjusted(before, *after, now) },
		func() error { return t.savePeople(before, done, now) },
		func() error { return t.saveBlocks(after.Blocks) },
		func() error { return t.keepRoles(after.Kept, now) },
		func() error { return t.saveActs(after.Session.ID, after.Acts) },
		func() error { return t.number(after) },
		func() error { return t.guard(before, *after, now) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if after.Over == "" {
		return nil
	}
	ended, err := t.endSessions([]string{after.Session.ID}, after.Over, now)
	if err != nil || !ended[after.Session.ID] {
		return err // somebody is undecided: the sweep ends it, and says so
	}
	return t.happened(event.Event{
		ID: newID(), Type: event.SessionEnded, OrgID: after.Room.OrgID, Subject: "session:" + after.Session.ID, Actor: endedBy(after.Acts), At: now,
		Data: map[string]any{"reason": string(after.Over)},
	})
}

func (t *tx) saveSession(before, after rooms.Session) error {
	sameLock := (before.LockedAt == nil) == (after.LockedAt == nil)
	if sameLock && before.Untold == after.Untold && slices.Equal(before.Spotlight, after.Spotlight) && maps.Equal(before.Permits, after.Permits) {
		return nil
	}
	permits := after.Permits
	if permits == nil {
		permits = rooms.Permission{}
	}
	_, err := exec(t.DB, "UPDATE sessions SET locked_at = ?, locked_by = ?, spotlight = ?, permits = ?, untold = ? WHERE id = ?",
		momentOf(after.LockedAt), after.LockedBy, listOf(after.Spotlight), documentOf(permits), after.Untold, after.ID)
	return err
}

func (t *tx) saveAdjusted(before, after rooms.Running, now time.Time) error {
	for who, a := range after.Adjusted {
		was := before.Adjusted[who]
		if was.Role == a.Role && was.Name == a.Name && was.Held == a.Held && was.Forbidden.Equal(a.Forbidden) && was.Allowed.Equal(a.Allowed) {
			continue
		}
		if err := t.saveAdjustment(after.Session.ID, who, a, moment(now)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) saveAdjustment(sessionID string, who rooms.Who, a rooms.Adjustment, at moment) error {
	_, err := exec(t.DB, `INSERT INTO adjustments (session_id, who_kind, who_id, role, name, forbidden, allowed, held, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session_id, who_kind, who_id) DO UPDATE SET
			role = excluded.role, name = excluded.name, forbidden = excluded.forbidden, allowed = excluded.allowed, held = excluded.held, updated_at = excluded.updated_at`,
		sessionID, string(who.Kind), who.ID, string(a.Role), a.Name, abilitiesOf(a.Forbidden), abilitiesOf(a.Allowed), string(a.Held), at)
	return err
}

// savePeople writes names, roles and rights that changed, and ends who was dismissed.
func (t *tx) savePeople(before rooms.Running, done *rooms.Moderated, now time.Time) error {
	dismissed := map[rooms.EndReason][]string{}
	for i, p := range done.People {
		was := before.People[i]
		if (was.HandAt == nil) != (p.HandAt == nil) && p.HandAt == nil {
			if _, err := exec(t.DB, "DELETE FROM hands WHERE admission_id = ?", p.ID); err != nil {
				return err
			}
		}
		switch {
		case p.State == rooms.Ended:
			dismissed[p.Reason] = append(dismissed[p.Reason], p.ID)
		case p.Differs(was.Admission):
			a := p.Admission
			a.Generation++
			if err := t.saveAdmission(a); err != nil {
				return err
			}
			done.People[i].Generation = a.Generation
			done.Changed = append(done.Changed, a)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(dismissed)) {
		err := chunks(dismissed[reason], func(ids []string) error {
			ended, err := t.endAdmissions("a.id IN (?)", []any{ids}, reason, now)
			done.Ended = append(done.Ended, ended...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) saveAdmission(a rooms.Admission) error {
	_, err := exec(t.DB, "UPDATE admissions SET name = ?, role = ?, sources = ?, generation = ? WHERE id = ?",
		a.Name, string(a.Role), keptRights(a), a.Generation, a.ID)
	if err != nil {
		return err
	}
	t.changed(ChangedAdmission, a.ID)
	_, err = exec(t.DB, "UPDATE participants SET name = ?, role = ? WHERE session_id = ? AND who_kind = ? AND who_id = ?",
		a.Name, string(a.Role), optional(a.SessionID), string(a.WhoKind), a.WhoID)
	return err
}

// keepRoles writes roles for after the meeting. The last owner stays one.
func (t *tx) keepRoles(grants []access.Grant, now time.Time) error {
	for _, g := range grants {
		if err := t.holdRoom(g.RoomID); err != nil { // as every change of who owns it
			return err
		}
		_, err := exec(t.DB, "DELETE FROM grants WHERE room_id = ? AND subject_kind = ? AND subject_id = ? AND source_kind = 'room'",
			g.RoomID, string(g.Subject.Kind), g.Subject.ID)
		if err != nil {
			return err
		}
		if err := t.createGrants([]access.Grant{g}); err != nil {
			return err
		}
		owners, err := t.owners(g.RoomID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(owners, func(o access.Grant) bool { return rooms.ForGood(o, now) }) {
			return fault.New(fault.CodeLastOwner, "this is the last owner of the room").At("body.keep", "make somebody else an owner first")
		}
	}
	return nil
}

type actRow struct {
	ID         string
	SessionID  string
	At         moment
	Actor      string
	ActorName  string
	Act        string
	Target     string
	TargetName string
	Data       document[map[string]any]
}

func (actRow) TableName() string { return "acts" }

func (t *tx) saveActs(sessionID string, acts []rooms.Act) error {
	if len(acts) == 0 {
		return nil
	}
	rows := make([]actRow, len(acts))
	for i, a := range acts {
		target := ""
		if a.Target.ID != "" {
			target = string(a.Target.Kind) + ":" + a.Target.ID
		}
		data := a.Data
		if data == nil {
			data = map[string]any{}
		}
		rows[i] = actRow{a.ID, sessionID, moment(a.At), a.Actor, a.ActorName, string(a.Act), target, a.TargetName, documentOf(data)}
	}
	return t.CreateInBatches(rows, chunk).Error
}

func (r actRow) act() rooms.Act {
	kind, id, _ := strings.Cut(r.Target, ":")
	return rooms.Act{
		ID: r.ID, At: r.At.time(), Actor: r.Actor, ActorName: r.ActorName, Act: rooms.ActName(r.Act),
		Target: rooms.Who{Kind: auth.Kind(kind), ID: id}, TargetName: r.TargetName, Data: r.Data.v,
	}
}

// number gives the signals their places in the room's state.
func (t *tx) number(run *rooms.Running) error {
	for i := range run.Signals {
		seq, err := t.nextSeq(run.Room.ID)
		if err != nil {
			return err
		}
		run.Signals[i].Seq = seq
	}
	return nil
}

// endedBy is whose act ended a session, else a rule.
func endedBy(acts []rooms.Act) string {
	if len(acts) == 0 || acts[len(acts)-1].Actor == "" {
		return "system:rooms"
	}
	return acts[len(acts)-1].Actor
}
