package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"parvis/access"
)

type grantRow struct {
	ID          string
	RoomID      string
	SubjectKind string
	SubjectID   string
	Role        string
	Sources     document[[]access.Source]
	NotBefore   *moment
	NotAfter    *moment
	SourceKind  string
	SourceID    string
}

func (grantRow) TableName() string { return "grants" }

func rowOfGrant(g access.Grant) grantRow {
	return grantRow{
		ID: g.ID, RoomID: g.RoomID, SubjectKind: string(g.Subject.Kind), SubjectID: g.Subject.ID, Role: string(g.Role),
		Sources: keptSources(g.Sources), NotBefore: momentOf(g.NotBefore), NotAfter: momentOf(g.NotAfter),
		SourceKind: g.SourceKind, SourceID: g.SourceID,
	}
}

func (r grantRow) grant() access.Grant {
	return access.Grant{
		ID: r.ID, RoomID: r.RoomID, Subject: access.Subject{Kind: access.SubjectKind(r.SubjectKind), ID: r.SubjectID},
		Role: access.Role(r.Role), Sources: sourcesOf(r.Sources), NotBefore: timeOf(r.NotBefore), NotAfter: timeOf(r.NotAfter),
		SourceKind: r.SourceKind, SourceID: r.SourceID,
	}
}

// noSource stands alone in the row of a grant that lets nothing be published. An empty list is everything there, and was from
// the first version on; no other place writes or reads that list, and none may.
const noSource access.Source = "none"

func keptSources(s access.Sources) document[[]access.Source] {
	switch {
	case s.All:
		return listOf[access.Source](nil)
	case len(s.Listed) == 0:
		return listOf([]access.Source{noSource})
	default:
		return listOf(s.Listed)
	}
}

func sourcesOf(kept document[[]access.Source]) access.Sources {
	if len(kept.v) == 0 {
		return access.Everything()
	}
	listed := slices.DeleteFunc(slices.Clone(kept.v), func(s access.Source) bool { return s == noSource })
	if len(listed) == 0 {
		return access.Only()
	}
	return access.Only(listed...)
}

func (t *tx) createGrants(grants []access.Grant) error {
	t.regranted(grants)
	b := t.batch()
	b.grants(grants)
	return b.send()
}

// grants writes grants. Whether somebody knew others in their rooms, and has to be told, is for the caller: see regranted.
func (b *batch) grants(grants []access.Grant) {
	rows := make([]grantRow, len(grants))
	for i, g := range grants {
		rows[i] = rowOfGrant(g)
	}
	insert(b, rows)
}

// regranted says of the rooms of these grants that others count there now.
func (t *tx) regranted(grants []access.Grant) {
	told := map[string]bool{}
	for _, g := range grants {
		if !told[g.RoomID] {
			told[g.RoomID] = true
			t.changed(ChangedGrants, g.RoomID)
		}
	}
}

const grantColumns = "id, room_id, subject_kind, subject_id, role, sources, not_before, not_after, source_kind, source_id"

func (r *grantRow) fields() []any {
	return []any{&r.ID, &r.RoomID, &r.SubjectKind, &r.SubjectID, &r.Role, &r.Sources, &r.NotBefore, &r.NotAfter, &r.SourceKind, &r.SourceID}
}

// selectGrants has one statement for each small number of subjects: nobody has more than a few.
var selectGrants = func() (s [9]statement) {
	for n := 1; n < len(s); n++ {
		s[n] = prepared("SELECT " + grantColumns + " FROM grants WHERE room_id = ? AND " + subjectIs("", n) + " ORDER BY id")
	}
	return s
}()

// subjectIs is the condition for n subjects; each takes a kind and an id.
func subjectIs(prefix string, n int) string {
	one := "(" + prefix + "subject_kind = ? AND " + prefix + "subject_id = ?)"
	return "(" + strings.Join(slices.Repeat([]string{one}, n), " OR ") + ")"
}

func subjectArgs(args []any, subjects []access.Subject) []any {
	for _, s := range subjects {
		args = append(args, string(s.Kind), s.ID)
	}
	return args
}

// fewGrants is up to how many grants a room's are kept whole: then whoever comes next needs no question. A room with
// thousands of invitees is asked about each of them instead.
const fewGrants = 32

// heldGrants is what a cache knows of a room's grants: all of them, or that they are many.
type heldGrants struct {
	all  []access.Grant
	many bool
}

func (h heldGrants) of(subjects []access.Subject) []access.Grant {
	var found []access.Grant
	for _, g := range h.all {
		if slices.Contains(subjects, g.Subject) {
			found = append(found, g)
		}
	}
	return found
}

// Grants implements rooms.RoomStore.
func (d *DB) Grants(ctx context.Context, roomID string, subjects []access.Subject) ([]access.Grant, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	held, ok := d.caches.roomGrants.get(roomID)
	if !ok {
		mark := d.caches.ledger.mark()
		var err error
		if held, err = d.roomGrants(ctx, roomID); err != nil {
			return nil, err
		}
		d.caches.roomGrants.put(roomID, held, tagOf(ChangedGrants, roomID), mark)
	}
	if !held.many {
		return held.of(subjects), nil
	}
	return d.grantsOf(ctx, roomID, subjects)
}

var selectRoomGrants = prepared("SELECT " + grantColumns + " FROM grants WHERE room_id = ? ORDER BY id LIMIT " + strconv.Itoa(fewGrants+1))

func (d *DB) roomGrants(ctx context.Context, roomID string) (held heldGrants, err error) {
	err = d.query(ctx, "grants of a room", func(ctx context.Context, db *sql.DB) (err error) {
		held.all, err = scanGrants(db.QueryContext(ctx, selectRoomGrants.in(d.dialect), roomID))
		return err
	})
	if held.many = len(held.all) > fewGrants; held.many {
		held.all = nil
	}
	return held, err
}

// grantsOf answers the grants of the subjects in a room that has many.
func (d *DB) grantsOf(ctx context.Context, roomID string, subjects []access.Subject) ([]access.Grant, error) {
	key := grantsKeyOf(roomID, subjects)
	if g, ok := d.caches.grants.get(key); ok {
		return slices.Clone(g), nil
	}
	mark := d.caches.ledger.mark()
	var found []access.Grant
	err := d.query(ctx, "grants of a room", func(ctx context.Context, db *sql.DB) (err error) {
		found, err = d.selectGrants(ctx, db, roomID, subjects)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.caches.grants.put(key, found, tagOf(ChangedGrants, roomID), mark)
	return slices.Clone(found), nil
}

func grantsKeyOf(roomID string, subjects []access.Subject) grantsKey {
	var b strings.Builder
	for _, s := range subjects {
		b.WriteString(string(s.Kind))
		b.WriteByte(0)
		b.WriteString(s.ID)
		b.WriteByte(0)
	}
	return grantsKey{room: roomID, subjects: b.String()}
}

func (d *DB) selectGrants(ctx context.Context, db *sql.DB, roomID string, subjects []access.Subject) ([]access.Grant, error) {
	var found []access.Grant
	for part := range slices.Chunk(subjects, len(selectGrants)-1) {
		some, err := scanGrants(db.QueryContext(ctx, selectGrants[len(part)].in(d.dialect), subjectArgs([]any{roomID}, part)...))
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func scanGrants(rows *sql.Rows, err error) ([]access.Grant, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []access.Grant
	for rows.Next() {
		var r grantRow
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, err
		}
		found = append(found, r.grant())
	}
	return found, rows.Err()
}
