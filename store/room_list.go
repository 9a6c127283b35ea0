package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
)

const (
	defaultPage = 50
	maxPage     = 200
)

type listedRow struct {
	Room       roomRow `gorm:"embedded"` // GORM passes over an embedded type that is not exported
	Standing   int
	LastUsedAt *moment
	ActiveAt   moment
}

var standings = [...]access.Role{access.NoRole, access.Member, access.Moderator, access.Owner}

// strongest is the role of grants, as a number; holding says whose, and that they hold.
const (
	strongest = "MAX(CASE g.role WHEN 'owner' THEN 3 WHEN 'moderator' THEN 2 ELSE 1 END)"
	holding   = " FROM grants g WHERE %s AND " + listedBy + " AND (g.not_before IS NULL OR g.not_before <= ?) AND (g.not_after IS NULL OR g.not_after > ?)"
)

// listedBy leaves out the rooms that an agenda shows: those of meetings to which one is invited, and those made for one.
const listedBy = `g.source_kind NOT IN ('meeting', 'deputy')
		AND NOT (g.source_kind = 'organizer' AND EXISTS (SELECT 1 FROM rooms d WHERE d.id = g.room_id AND d.dedicated))`

const listedColumns = "SELECT " + roomColumns + ", u.active_at, u.last_used_at, "

// Rooms implements rooms.RoomStore. Rooms stand by the moment of their last use, those never used by that of their
// creation, latest first.
func (d *DB) Rooms(ctx context.Context, q rooms.RoomQuery) (rooms.RoomPage, error) {
	query, args, err := listQuery(q)
	if err != nil {
		return rooms.RoomPage{}, err
	}
	size := pageSize(q.PageSize)
	var rows []listedRow
	err = d.read(ctx, "list rooms", func(g *gorm.DB) (err error) {
		rows, err = all[listedRow](g, query, append(args, size+1)...)
		return err
	})
	if err != nil {
		return rooms.RoomPage{}, err
	}
	var page rooms.RoomPage
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		page.Next = cursor{last.ActiveAt.time(), last.Room.ID}.String()
	}
	for _, r := range rows {
		room, err := d.ruled(ctx, r.Room.room())
		if err != nil {
			return rooms.RoomPage{}, err
		}
		page.Rooms = append(page.Rooms, rooms.Listed{Room: room, Role: standings[r.Standing], LastUsedAt: timeOf(r.LastUsedAt)})
	}
	return page, nil
}

func pageSize(asked int) int {
	if asked <= 0 {
		return defaultPage
	}
	return min(asked, maxPage)
}

func listQuery(q rooms.RoomQuery) (string, []any, error) {
	if len(q.Subjects) == 0 && !q.AllOfOrg {
		return "", nil, fault.New(fault.CodeForbidden, "nobody asks for these rooms")
	}
	mine := fmt.Sprintf(holding, "1 = 0")
	var args []any
	if len(q.Subjects) > 0 {
		mine = fmt.Sprintf(holding, subjectIs("g.", len(q.Subjects)))
		args = subjectArgs(args, q.Subjects)
	}
	args = append(args, moment(q.Now), moment(q.Now))
	var b strings.Builder
	if q.AllOfOrg {
		// Of each room that is shown, and not of all that somebody has: software has ten thousand.
		b.WriteString(listedColumns + "COALESCE((SELECT " + strongest + mine + " AND g.room_id = r.id), 0) AS standing" +
			" FROM room_use u JOIN rooms r ON r.id = u.room_id WHERE u.org_id = ?")
		args = append(args, q.OrgID)
	} else {
		b.WriteString("WITH m AS (SELECT g.room_id, " + strongest + " AS standing" + mine + " GROUP BY g.room_id) " + listedColumns + "m.standing" +
			" FROM m JOIN rooms r ON r.id = m.room_id JOIN room_use u ON u.room_id = r.id WHERE 1 = 1")
	}
	if q.Archived {
		b.WriteString(" AND r.archived_at IS NOT NULL")
	} else {
		b.WriteString(" AND r.archived_at IS NULL")
	}
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return "", nil, err
		}
		b.WriteString(" AND (u.active_at, u.room_id) < (?, ?)")
		args = append(args, moment(after.activeAt), after.id)
	}
	b.WriteString(" ORDER BY u.active_at DESC, u.room_id DESC LIMIT ?")
	return b.String(), args, nil
}

// cursor is where a page ended.
type cursor struct {
	activeAt time.Time
	id       string
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(stamp(c.activeAt) + " " + c.id))
}

func parseCursor(text string) (cursor, error) {
	wrong := fault.New(fault.CodeInvalid, "this cursor is not one of ours").At("query.cursor", "use next of the page before")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, wrong
	}
	at, id, _ := strings.Cut(string(raw), " ")
	activeAt, err := time.Parse(stampLayout, at)
	if err != nil || !isKey(id) {
		return cursor{}, wrong
	}
	return cursor{activeAt, id}, nil
}
