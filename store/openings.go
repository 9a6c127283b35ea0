package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

// Openings, and the rooms that are made with meetings. What writes here is a step of a transaction that the store of
// meetings owns: a meeting, its room, its openings and its grants are saved together or not at all.

type openingRow struct {
	ID           string
	RoomID       string
	Source       string
	Opens        moment
	Closes       moment
	Entry        string
	MinAssurance int
	PasscodeHash string
}

func (openingRow) TableName() string { return "openings" }

const openingColumns = "id, room_id, source, opens, closes, entry, min_assurance, passcode_hash"

func (r *openingRow) fields() []any {
	return []any{&r.ID, &r.RoomID, &r.Source, &r.Opens, &r.Closes, &r.Entry, &r.MinAssurance, &r.PasscodeHash}
}

func rowOfOpening(o access.Opening) openingRow {
	return openingRow{o.ID, o.RoomID, o.Source, moment(o.Opens), moment(o.Closes), string(o.Entry), int(o.MinAssurance), o.PasscodeHash}
}

func (r openingRow) opening() access.Opening {
	return access.Opening{
		ID: r.ID, RoomID: r.RoomID, Source: r.Source, Opens: r.Opens.time(), Closes: r.Closes.time(),
		Entry: access.Entry(r.Entry), MinAssurance: auth.Assurance(r.MinAssurance), PasscodeHash: r.PasscodeHash,
	}
}

var selectOpenings = prepared("SELECT " + openingColumns + " FROM openings WHERE room_id = ? ORDER BY opens, id")

// Openings implements rooms.RoomStore.
func (d *DB) Openings(ctx context.Context, roomID string) (access.Openings, error) {
	if found, ok := d.caches.openings.get(roomID); ok {
		return found, nil
	}
	mark := d.caches.ledger.mark()
	var found access.Openings
	err := d.query(ctx, "openings of a room", func(ctx context.Context, db *sql.DB) (err error) {
		found, err = scanOpenings(db.QueryContext(ctx, selectOpenings.in(d.dialect), roomID))
		return err
	})
	if err != nil {
		return nil, err
	}
	d.caches.openings.put(roomID, found, tagOf(ChangedRoom, roomID), mark)
	return found, nil
}

func scanOpenings(rows *sql.Rows, err error) (access.Openings, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found access.Openings
	for rows.Next() {
		var r openingRow
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, err
		}
		found = append(found, r.opening())
	}
	return found, rows.Err()
}

// ReplaceOpenings makes these the openings of a meeting; see replaceOpenings.
func (d *DB) ReplaceOpenings(ctx context.Context, source, roomID string, all []access.Opening, now time.Time) error {
	return d.write(ctx, "replace openings", func(t *tx) error { return t.replaceOpenings(source, roomID, all, now) })
}

// replaceOpenings makes these the openings of a meeting, in the room where it takes place now. Those that have closed stay,
// for what looks back, until they are pruned; what is the same already is not written, and nobody hears of it.
func (t *tx) replaceOpenings(source, roomID string, all []access.Opening, now time.Time) error {
	have, err := t.openOpenings(source, now)
	if err != nil {
		return err
	}
	want := slices.DeleteFunc(slices.Clone(all), func(o access.Opening) bool { return !o.Closes.After(now) })
	for i := range want {
		want[i].Source, want[i].RoomID = source, roomID
	}
	if sameOpenings(have, want) {
		return nil
	}
	places := []string{roomID}
	for _, o := range have {
		places = append(places, o.RoomID)
	}
	slices.Sort(places)
	places = slices.Compact(places)
	for _, id := range places { // one meeting after the other, or one may miss what the other plans
		if err := t.holdRoom(id); err != nil {
			return err
		}
	}
	b := t.batch()
	b.exec("DELETE FROM openings WHERE source = ? AND closes > ?", source, moment(now))
	b.openings(want)
	for _, id := range places {
		b.replan(id, now)
	}
	return b.send()
}

func (t *tx) openOpenings(source string, now time.Time) ([]access.Opening, error) {
	rows, err := all[openingRow](t.DB, "SELECT "+openingColumns+" FROM openings WHERE source = ? AND closes > ?", source, moment(now))
	have := make([]access.Opening, len(rows))
	for i, r := range rows {
		have[i] = r.opening()
	}
	return have, err
}

// sameOpenings reports whether both say the same, under whatever ids.
func sameOpenings(a, b []access.Opening) bool {
	return slices.Equal(plainly(a), plainly(b))
}

func plainly(openings []access.Opening) []access.Opening {
	list := slices.Clone(openings)
	for i := range list {
		list[i].ID, list[i].Opens, list[i].Closes = "", moment(list[i].Opens).time(), moment(list[i].Closes).time()
	}
	slices.SortFunc(list, func(a, b access.Opening) int {
		return cmp.Or(a.Opens.Compare(b.Opens), a.Closes.Compare(b.Closes), cmp.Compare(a.PasscodeHash, b.PasscodeHash))
	})
	return list
}

func (b *batch) openings(openings []access.Opening) {
	rows := make([]openingRow, len(openings))
	for i, o := range openings {
		rows[i] = rowOfOpening(o)
	}
	insert(b, rows)
}

// replan says of a room that this transaction holds whether the door has to read openings, and that they are others.
func (b *batch) replan(roomID string, now time.Time) {
	b.t.changed(ChangedRoom, roomID)
	b.exec("UPDATE rooms SET planned = EXISTS (SELECT 1 FROM openings o WHERE o.room_id = rooms.id AND o.closes > ?) WHERE id = ?", moment(now), roomID)
}

// keepOpenings is how long a closed opening stays: for longer than a meeting runs over.
const keepOpenings = 7 * 24 * time.Hour

// pruneOpenings frees the door of the rooms whose openings have all closed, and forgets those that closed long ago.
func (d *DB) pruneOpenings(ctx context.Context, now time.Time) error {
	var past []struct{ ID string }
	err := d.read(ctx, "rooms with no opening to come", func(g *gorm.DB) (err error) {
		past, err = all[struct{ ID string }](g, `SELECT DISTINCT r.id FROM openings c JOIN rooms r ON r.id = c.room_id AND r.planned = ? WHERE c.closes <= ?
			AND NOT EXISTS (SELECT 1 FROM openings o WHERE o.room_id = r.id AND o.closes > ?) LIMIT 1000`, true, moment(now), moment(now))
		return err
	})
	if err != nil {
		return err
	}
	for _, room := range past {
		err := d.write(ctx, "free the door", func(t *tx) error {
			if err := t.holdRoom(room.ID); err != nil {
				return err
			}
			b := t.batch()
			b.replan(room.ID, now)
			return b.send()
		})
		if err != nil {
			return err
		}
	}
	return d.pruneTable(ctx, "openings", "closes <= ?", moment(now.Add(-keepOpenings)))
}

// CreateMeetingRoom makes the room of a meeting with its grants. fault.Conflict when the slug is taken.
func (d *DB) CreateMeetingRoom(ctx context.Context, n access.NewRoom, grants []access.Grant) error {
	return d.write(ctx, "create the room of a meeting", func(t *tx) error {
		t.regranted(grants)
		b := t.batch()
		b.room(rooms.OfMeeting(n))
		b.grants(grants)
		return b.send()
	})
}

// ArchiveMeetingRoom archives the room of a meeting; see archiveMeetingRoom.
func (d *DB) ArchiveMeetingRoom(ctx context.Context, roomID string, now time.Time) (endings []rooms.Ending, err error) {
	err = d.write(ctx, "archive the room of a meeting", func(t *tx) (err error) {
		endings, err = t.archiveMeetingRoom(roomID, now)
		return err
	})
	return endings, err
}

// archiveMeetingRoom archives a room that was made for a meeting, and no other: who is in it leaves. The endings are for
// rooms.Service.StruckOff, after the commit.
func (t *tx) archiveMeetingRoom(roomID string, now time.Time) ([]rooms.Ending, error) {
	if !isKey(roomID) {
		return nil, noRoom(nil)
	}
	done, err := exec(t.DB, "UPDATE rooms SET archived_at = ?, updated_at = ?, version = version + 1 WHERE id = ? AND dedicated = ? AND archived_at IS NULL",
		moment(now), moment(now), roomID, true)
	if err != nil || done == 0 {
		return nil, err
	}
	b := t.batch()
	b.exec("DELETE FROM openings WHERE room_id = ? AND closes > ?", roomID, moment(now))
	b.replan(roomID, now)
	if err := b.send(); err != nil {
		return nil, err
	}
	return t.endAdmissions("a.room_id = ?", []any{roomID}, rooms.EndArchived, now)
}
