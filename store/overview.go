package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
	"parvis/text"
)

var _ rooms.OverviewStore = (*DB)(nil)

type liveRow struct {
	RoomID    string
	OrgID     string
	OrgName   string
	Slug      string
	Name      string
	SessionID string
	StartedAt moment
	LockedAt  *moment
	Entry     string
	Node      string
	People    int
	Connected int
	Waiting   int
}

func (r liveRow) room() rooms.LiveRoom {
	return rooms.LiveRoom{
		RoomID: r.RoomID, OrgID: r.OrgID, OrgName: r.OrgName, Slug: r.Slug, Name: r.Name, SessionID: r.SessionID, StartedAt: r.StartedAt.time(),
		People: r.People, Interrupted: r.People - r.Connected, Waiting: r.Waiting, Entry: access.Entry(r.Entry), Locked: r.LockedAt != nil, Node: r.Node,
	}
}

// relayed tells that an interval's admission has a relay whose replica lives. It takes the moment from which a heartbeat is fresh.
const relayed = `EXISTS (SELECT 1 FROM relays l JOIN replicas p ON p.name = l.replica AND p.seen_at >= ?
	WHERE l.admission_id = i.admission_id AND l.closed_at IS NULL)`

// selectLive counts each session of a page by itself: whoever is there in two tabs is one.
const selectLive = `SELECT s.room_id, r.org_id, o.name AS org_name, r.slug, r.name, s.id AS session_id, s.started_at, s.locked_at, r.entry,
		COALESCE((SELECT sr.node FROM session_rooms sr WHERE sr.session_id = s.id AND sr.sid = s.sid), '') AS node,
		(SELECT COUNT(DISTINCT i.participant_id) FROM intervals i WHERE i.session_id = s.id AND i.ended_at IS NULL) AS people,
		(SELECT COUNT(DISTINCT i.participant_id) FROM intervals i WHERE i.session_id = s.id AND i.ended_at IS NULL AND ` + relayed + `) AS connected,
		(SELECT COUNT(*) FROM lobby_tickets k WHERE k.room_id = s.room_id AND k.state = 'waiting' AND k.reason <> 'email' AND k.expires_at > ?) AS waiting
	FROM sessions s JOIN rooms r ON r.id = s.room_id JOIN organizations o ON o.id = r.org_id
	WHERE s.ended_at IS NULL`

func liveArgs(now time.Time) []any { return []any{moment(now.Add(-rooms.RelayFresh)), moment(now)} }

// LiveRooms implements rooms.OverviewStore. What is searched is folded in Go, since the engines fold differently: then the names of
// all that runs within reach are read first, in one more statement.
func (d *DB) LiveRooms(ctx context.Context, q rooms.LiveQuery) (rooms.LivePage, error) {
	where, args, err := liveWithin(q)
	if err != nil {
		return rooms.LivePage{}, err
	}
	size := pageSize(q.PageSize)
	var page rooms.LivePage
	err = d.snapshot(ctx, "live rooms", func(g *gorm.DB) error {
		page = rooms.LivePage{}
		where, args := where, args
		if words := text.Words(q.Search); len(words) > 0 {
			found, err := liveNamed(g, where, args, words, size+1)
			if err != nil || len(found) == 0 {
				return err
			}
			where, args = " AND s.id IN ?", []any{found}
		}
		rows, err := all[liveRow](g, selectLive+where+" ORDER BY s.started_at DESC, s.id DESC LIMIT ?", append(append(liveArgs(q.Now), args...), size+1)...)
		if len(rows) > size {
			rows = rows[:size]
			page.Next = cursor{rows[size-1].StartedAt.time(), rows[size-1].SessionID}.String()
		}
		if err != nil {
			return err
		}
		page.Rooms, err = liveRooms(g, rows, q.Now)
		return err
	})
	if err != nil {
		return rooms.LivePage{}, err
	}
	return page, nil
}

// liveRooms are these with how good the connections to them are.
func liveRooms(g *gorm.DB, rows []liveRow, now time.Time) ([]rooms.LiveRoom, error) {
	sessions := make([]string, len(rows))
	for i, r := range rows {
		sessions[i] = r.SessionID
	}
	connections, err := connectionsOf(g, sessions, now)
	var found []rooms.LiveRoom
	for _, r := range rows {
		room := r.room()
		room.Connections = connections[r.SessionID]
		found = append(found, room)
	}
	return found, err
}

// liveWithin is what a query leaves of the sessions that run.
func liveWithin(q rooms.LiveQuery) (where string, args []any, err error) {
	condition, args := within("r.org_id", q.Reach)
	where = " AND " + condition
	if q.OrgID != "" {
		condition, more := within("r.org_id", auth.Reach{OrgIDs: keysOnly([]string{q.OrgID})})
		where, args = where+" AND "+condition, append(args, more...)
	}
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return "", nil, err
		}
		where, args = where+" AND (s.started_at, s.id) < (?, ?)", append(args, moment(after.activeAt), after.id)
	}
	return where, args, nil
}

// liveNamed answers the sessions whose room or organization has a word that begins like each of these, the latest first.
func liveNamed(g *gorm.DB, where string, args []any, words []string, most int) ([]string, error) {
	rows, err := all[struct{ ID, Name, OrgName string }](g, `SELECT s.id, r.name, o.name AS org_name FROM sessions s JOIN rooms r ON r.id = s.room_id
		JOIN organizations o ON o.id = r.org_id WHERE s.ended_at IS NULL`+where+" ORDER BY s.started_at DESC, s.id DESC", args...)
	var found []string
	for _, r := range rows {
		has := text.Words(r.Name + " " + r.OrgName)
		named := !slices.ContainsFunc(words, func(w string) bool {
			return !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) })
		})
		if named && len(found) < most {
			found = append(found, r.ID)
		}
	}
	return found, err
}

// LiveRoom implements rooms.OverviewStore.
func (d *DB) LiveRoom(ctx context.Context, roomID string, now time.Time) (rooms.LiveRoom, error) {
	if !isKey(roomID) {
		return rooms.LiveRoom{}, rooms.NoLiveRoom()
	}
	var found []rooms.LiveRoom
	err := d.snapshot(ctx, "live room", func(g *gorm.DB) error {
		var row liveRow
		if err := one(g, &row, selectLive+" AND s.room_id = ?", append(liveArgs(now), roomID)...); err != nil {
			return err
		}
		var err error
		found, err = liveRooms(g, []liveRow{row}, now)
		return err
	})
	if errors.Is(err, gorm.ErrRecordNotFound) || fault.Is(err, fault.NotFound) {
		return rooms.LiveRoom{}, rooms.NoLiveRoom()
	}
	if err != nil {
		return rooms.LiveRoom{}, err
	}
	return found[0], nil
}

// LivePeople implements rooms.OverviewStore.
func (d *DB) LivePeople(ctx context.Context, sessionID string, now time.Time) ([]rooms.LivePerson, error) {
	var people []rooms.LivePerson
	err := d.read(ctx, "people of a live room", func(g *gorm.DB) error {
		rows, err := all[struct {
			ID        string
			WhoKind   string
			WhoID     string
			Name      string
			OrgName   string
			Role      string
			Assurance int
			Visit     string
			BeganAt   moment
			Connected bool
		}](g, `SELECT a.id, a.who_kind, a.who_id, a.name, a.org_name, a.role, a.assurance, a.visit, i.began_at, `+relayed+` AS connected
			FROM intervals i JOIN admissions a ON a.id = i.admission_id
			WHERE i.session_id = ? AND i.ended_at IS NULL ORDER BY i.began_at, a.id`, moment(now.Add(-rooms.RelayFresh)), sessionID)
		people = make([]rooms.LivePerson, len(rows))
		for i, r := range rows {
			people[i] = rooms.LivePerson{
				AdmissionID: r.ID, Who: rooms.Who{Kind: auth.Kind(r.WhoKind), ID: r.WhoID}, Name: r.Name, OrgName: r.OrgName,
				Role: access.Role(r.Role), Assurance: auth.Assurance(r.Assurance), Visit: auth.AdminRole(r.Visit), Since: r.BeganAt.time(), Connected: r.Connected,
			}
		}
		return err
	})
	return people, err
}

// VisitOf implements rooms.OverviewStore.
func (d *DB) VisitOf(ctx context.Context, roomID string, who rooms.Who) (auth.AdminRole, error) {
	var visit string
	err := d.read(ctx, "visit of somebody", func(g *gorm.DB) error {
		visit = ""
		return ignoreMissing(one(g, &visit, `SELECT p.visit FROM sessions s JOIN participants p ON p.session_id = s.id AND p.who_kind = ? AND p.who_id = ?
			WHERE s.room_id = ? AND s.ended_at IS NULL`, string(who.Kind), who.ID, roomID))
	})
	return auth.AdminRole(visit), err
}

// visitAgain makes the admission that a sign-in has and never opened one of an administrator.
var visitAgain = strings.Replace(admitAgain, "generation = a.generation + CASE", "visit = excluded.visit, visit_for = excluded.visit_for,\n\t\tgeneration = a.generation + CASE", 1)

// Visit implements rooms.OverviewStore.
func (d *DB) Visit(ctx context.Context, a rooms.Admission, events []event.Event) (rooms.Admission, error) {
	var written rooms.Admission
	err := d.write(ctx, "admit an administrator", func(t *tx) error {
		var ended bool
		err := one(t.DB, &ended, "SELECT ended_at IS NOT NULL FROM sign_ins WHERE id = ?"+d.dialect.forShare, a.SignInID)
		if ended || errors.Is(err, gorm.ErrRecordNotFound) {
			return fault.New(fault.CodeSignInExpired, "the sign-in has ended")
		}
		if err != nil {
			return err
		}
		rows, err := all[admissionRow](t.DB, "INSERT INTO admissions AS a ("+admitColumns+`, visit, visit_for)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'admitted', '', 1, ?, ?, ?, ?) `+visitAgain+returned,
			a.ID, a.OrgID, a.RoomID, string(a.WhoKind), a.WhoID, optional(a.PersonID), optional(a.SignInID), a.Name, a.OrgName, int(a.Assurance),
			string(a.Role), keptRights(a), moment(a.CreatedAt), optional(a.GrantID), string(a.Visit), a.VisitFor)
		if err != nil || len(rows) == 0 {
			return err
		}
		written = rows[0].admission()
		for i := range events {
			events[i].Subject = "admission:" + written.ID
		}
		return t.happened(events...)
	})
	return written, err
}
