package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/rooms"
	"parvis/text"
)

// searched is how many names are read at a time, where rooms are searched: the engines fold differently, so it is done in Go.
const searched = 2000

type orgRoomRow struct {
	ID           string
	Slug         string
	Name         string
	OfficeID     optional
	OfficeName   optional
	UnitID       optional
	UnitName     optional
	ByOffice     bool
	TemplateID   optional
	TemplateName optional
	Dedicated    bool
	Running      bool
	CreatedAt    moment
	LastUsedAt   *moment
	ActiveAt     moment
	ArchivedAt   *moment
}

func (r orgRoomRow) room() rooms.OrgRoom {
	return rooms.OrgRoom{
		ID: r.ID, Slug: r.Slug, Name: r.Name, Office: rooms.Office{ID: string(r.OfficeID), Name: string(r.OfficeName)}, Unit: rooms.Named{ID: string(r.UnitID), Name: string(r.UnitName)}, ByOffice: r.ByOffice,
		Template: rooms.Named{ID: string(r.TemplateID), Name: string(r.TemplateName)}, Dedicated: r.Dedicated, Meeting: r.Running,
		CreatedAt: r.CreatedAt.time(), LastUsedAt: timeOf(r.LastUsedAt), ArchivedAt: timeOf(r.ArchivedAt),
	}
}

const selectOrgRoom = `SELECT r.id, r.slug, r.name, r.office_id, f.name AS office_name, n.id AS unit_id, n.name AS unit_name, (r.unit_id IS NULL AND f.unit_id IS NOT NULL) AS by_office, t.id AS template_id, t.name AS template_name,
		r.dedicated, EXISTS (SELECT 1 FROM sessions s WHERE s.room_id = r.id AND s.ended_at IS NULL) AS running, r.created_at, u.last_used_at, u.active_at, r.archived_at
	FROM room_use u JOIN rooms r ON r.id = u.room_id LEFT JOIN offices f ON f.id = r.office_id
	LEFT JOIN units n ON n.id = COALESCE(r.unit_id, f.unit_id) LEFT JOIN templates t ON t.id = r.template_id`

// RoomsOf implements rooms.OwnerStore.
func (d *DB) RoomsOf(ctx context.Context, q rooms.OrgRoomQuery) (rooms.OrgRoomPage, error) {
	where, args := orgRooms(q)
	var after cursor
	if q.Cursor != "" {
		var err error
		if after, err = parseCursor(q.Cursor); err != nil {
			return rooms.OrgRoomPage{}, err
		}
	}
	size := pageSize(q.PageSize)
	var page rooms.OrgRoomPage
	err := d.snapshot(ctx, "rooms of an organization", func(g *gorm.DB) error {
		page = rooms.OrgRoomPage{}
		where, args := where, args
		if words := text.Words(q.Search); len(words) > 0 {
			found, err := roomsNamed(g, where, args, after, words, size+1)
			if err != nil || len(found) == 0 {
				return err
			}
			where, args = " WHERE r.id IN ?", []any{found}
		} else if q.Cursor != "" {
			where, args = where+" AND (u.active_at, u.room_id) < (?, ?)", append(slices.Clone(args), moment(after.activeAt), after.id)
		}
		rows, err := all[orgRoomRow](g, selectOrgRoom+where+" ORDER BY u.active_at DESC, u.room_id DESC LIMIT ?", append(slices.Clone(args), size+1)...)
		if err != nil {
			return err
		}
		if len(rows) > size {
			rows = rows[:size]
			page.Next = cursor{rows[size-1].ActiveAt.time(), rows[size-1].ID}.String()
		}
		for _, r := range rows {
			page.Rooms = append(page.Rooms, r.room())
		}
		return ownersOf(g, page.Rooms, q)
	})
	if err != nil {
		return rooms.OrgRoomPage{}, err
	}
	return page, nil
}

// orgRooms is what a query leaves of the rooms of its organization.
func orgRooms(q rooms.OrgRoomQuery) (where string, args []any) {
	condition, args := ofOrganizations("u.org_id", q.OrgID, auth.Reach{})
	where = " WHERE " + condition
	if q.Archived {
		where += " AND r.archived_at IS NOT NULL"
	} else {
		where += " AND r.archived_at IS NULL"
	}
	if q.Ownerless {
		where += " AND NOT r.dedicated AND r.personal_of IS NULL AND NOT " + ownedAtHome
		args = append(args, atHome(q.OrgID, q.Now)...)
	}
	for _, by := range []struct{ is, id string }{{"r.template_id = ?", q.TemplateID}, {"COALESCE(r.unit_id, f.unit_id) IN (" + unitAndBelow + ")", q.UnitID}} {
		switch {
		case by.id == "":
		case !isKey(by.id):
			where += " AND " + nobody
		default:
			where += " AND " + by.is
			args = append(args, by.id)
		}
	}
	return where, args
}

// roomsNamed answers the rooms whose name has a word that begins like each of these, or whose code does, last used first.
func roomsNamed(g *gorm.DB, where string, args []any, after cursor, words []string, most int) ([]string, error) {
	var found []string
	for {
		page, given := where, slices.Clone(args)
		if after.id != "" {
			page += " AND (u.active_at, u.room_id) < (?, ?)"
			given = append(given, moment(after.activeAt), after.id)
		}
		rows, err := all[struct {
			ID, Slug, Name string
			ActiveAt       moment
		}](g, `SELECT r.id, r.slug, r.name, u.active_at FROM room_use u JOIN rooms r ON r.id = u.room_id LEFT JOIN offices f ON f.id = r.office_id`+page+
			" ORDER BY u.active_at DESC, u.room_id DESC LIMIT ?", append(given, searched)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			has := text.Words(r.Name + " " + r.Slug)
			named := !slices.ContainsFunc(words, func(w string) bool {
				return !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) })
			})
			if named {
				found = append(found, r.ID)
			}
			if len(found) == most {
				return found, nil
			}
		}
		if len(rows) < searched {
			return found, nil
		}
		after = cursor{rows[len(rows)-1].ActiveAt.time(), rows[len(rows)-1].ID}
	}
}

// ownersOf writes into rooms who owns them now: people and software, by name, whose accounts are open.
func ownersOf(g *gorm.DB, list []rooms.OrgRoom, q rooms.OrgRoomQuery) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]string, len(list))
	at := map[string]int{}
	for i, r := range list {
		ids[i], at[r.ID] = r.ID, i
	}
	rows, err := all[struct{ RoomID, Kind, ID, Name string }](g, `SELECT DISTINCT g.room_id, g.subject_kind AS kind, g.subject_id AS id, COALESCE(p.given_name || ' ' || p.family_name, a.name) AS name
		FROM grants g LEFT JOIN people p ON g.subject_kind = 'person' AND CAST(p.id AS text) = g.subject_id AND p.deactivated_at IS NULL
		LEFT JOIN service_accounts a ON g.subject_kind = 'service' AND CAST(a.id AS text) = g.subject_id AND a.revoked_at IS NULL
		WHERE g.room_id IN ? AND g.role = 'owner' AND (`+givenByRoom+` OR g.source_kind = '`+ofOffice+`') AND (p.id IS NOT NULL OR a.id IS NOT NULL)
			AND (g.not_before IS NULL OR g.not_before <= ?) AND (g.not_after IS NULL OR g.not_after > ?)
		ORDER BY name, id`, ids, moment(q.Now), moment(q.Now))
	for _, r := range rows {
		room := &list[at[r.RoomID]]
		room.Owners = append(room.Owners, rooms.RoomOwner{ID: r.ID, Kind: auth.Kind(r.Kind), Name: strings.TrimSpace(r.Name)})
	}
	return err
}
