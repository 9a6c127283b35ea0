package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

var _ rooms.OwnerStore = (*DB)(nil)

// OfficeName implements rooms.OwnerStore.
func (d *DB) OfficeName(ctx context.Context, id string) (rooms.Office, error) {
	if !isKey(id) {
		return rooms.Office{}, noOffice()
	}
	var row officeRow
	err := d.read(ctx, "name of an office", func(g *gorm.DB) error {
		err := one(g, &row, selectOffice+"WHERE f.id = ?", id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noOffice()
		}
		return err
	})
	return rooms.Office{ID: row.ID, Name: row.Name, UnitID: string(row.UnitID)}, err
}

// OfficesOf implements rooms.OwnerStore.
func (d *DB) OfficesOf(ctx context.Context, orgID string) ([]rooms.Office, error) {
	var offices []rooms.Office
	err := d.read(ctx, "offices of an organization", func(g *gorm.DB) error {
		rows, err := all[officeRow](g, selectOffice+"WHERE f.org_id = ? ORDER BY f.name, f.id", orgID)
		offices = make([]rooms.Office, len(rows))
		for i, r := range rows {
			offices[i] = rooms.Office{ID: r.ID, Name: r.Name, UnitID: string(r.UnitID)}
		}
		return err
	})
	return offices, err
}

// ownerNow begins the condition that somebody owns a room, now or later, by a grant that lasts; it takes the moment.
const ownerNow = `EXISTS (SELECT 1 FROM grants g WHERE g.room_id = r.id AND g.role = 'owner' AND (` + givenByRoom + ` OR g.source_kind = '` + ofOffice + `')
	AND (g.not_after IS NULL OR g.not_after > ?) AND (`

// ownedNow is the condition that somebody with an account owns a room, of whatever organization. Accounts are read once for
// all rooms, whatever their number: a key of an account is no text to PostgreSQL, and found by none.
const ownedNow = ownerNow + `
		g.subject_kind = 'person' AND g.subject_id IN (SELECT CAST(p.id AS text) FROM people p WHERE p.deactivated_at IS NULL)
		OR g.subject_kind = 'service' AND g.subject_id IN (SELECT CAST(a.id AS text) FROM service_accounts a WHERE a.revoked_at IS NULL)
		OR g.subject_kind = 'organization'
		OR g.subject_kind = 'group' AND g.subject_id IN (SELECT CAST(m.group_id AS text) FROM group_members m JOIN people p ON p.id = m.person_id AND p.deactivated_at IS NULL)))`

// ownedAtHome is the condition that such an owner is of the organization; it takes the moment and the organization, see atHome.
const ownedAtHome = ownerNow + `
		g.subject_kind = 'person' AND g.subject_id IN (SELECT CAST(p.id AS text) FROM people p WHERE p.deactivated_at IS NULL AND p.org_id = ?)
		OR g.subject_kind = 'service' AND g.subject_id IN (SELECT CAST(a.id AS text) FROM service_accounts a WHERE a.revoked_at IS NULL AND a.org_id = ?)
		OR g.subject_kind = 'organization' AND g.subject_id = ?
		OR g.subject_kind = 'group' AND g.subject_id IN (SELECT CAST(m.group_id AS text) FROM group_members m JOIN people p ON p.id = m.person_id AND p.deactivated_at IS NULL AND p.org_id = ?)))`

func atHome(orgID string, now time.Time) []any { return []any{moment(now), orgID, orgID, orgID, orgID} }

// Ownerless implements rooms.OwnerStore.
func (d *DB) Ownerless(ctx context.Context, orgID string, now time.Time, most int) ([]rooms.Ownerless, error) {
	var list []rooms.Ownerless
	err := d.read(ctx, "rooms without an owner", func(g *gorm.DB) error {
		rows, err := all[struct {
			Slug, Name string
			OfficeID   optional
			OfficeName optional
			CreatedAt  moment
			LastUsedAt *moment
			Elsewhere  bool
		}](g, `SELECT r.slug, r.name, r.office_id, f.name AS office_name, r.created_at, u.last_used_at, `+ownedNow+` AS elsewhere FROM rooms r JOIN room_use u ON u.room_id = r.id
			LEFT JOIN offices f ON f.id = r.office_id
			WHERE r.org_id = ? AND r.archived_at IS NULL AND NOT r.dedicated AND r.personal_of IS NULL AND NOT `+ownedAtHome+" ORDER BY u.active_at, r.id LIMIT ?",
			slices.Concat([]any{moment(now), orgID}, atHome(orgID, now), []any{most})...)
		list = make([]rooms.Ownerless, len(rows))
		for i, r := range rows {
			list[i] = rooms.Ownerless{
				Slug: r.Slug, Name: r.Name, Office: rooms.Office{ID: string(r.OfficeID), Name: string(r.OfficeName)}, CreatedAt: r.CreatedAt.time(), LastUsedAt: timeOf(r.LastUsedAt),
				Elsewhere: r.Elsewhere,
			}
		}
		return err
	})
	return list, err
}

// movedRoom is what MoveRoom reads of a room.
type movedRoom struct {
	OrgID      string
	OfficeID   optional
	PersonalOf optional
	Dedicated  bool
	ArchivedAt *moment
}

// MoveRoom implements rooms.OwnerStore. Offices are held before rooms, as where their people change.
func (d *DB) MoveRoom(ctx context.Context, roomID string, to rooms.Heir, caller []access.Subject, now time.Time, decide func(rooms.Owned) ([]event.Event, error)) ([]string, error) {
	if !isKey(roomID) {
		return nil, noRoom(nil)
	}
	var people []string
	err := d.write(ctx, "give a room away", func(t *tx) error {
		people = nil
		var room movedRoom
		const read = "SELECT org_id, office_id, personal_of, dedicated, archived_at FROM rooms WHERE id = ?"
		if err := one(t.DB, &room, read, roomID); errors.Is(err, gorm.ErrRecordNotFound) {
			return noRoom(err)
		} else if err != nil {
			return err
		}
		offices := slices.DeleteFunc([]string{string(room.OfficeID), to.OfficeID}, func(id string) bool { return id == "" })
		slices.Sort(offices)
		for _, id := range slices.Compact(offices) {
			if _, err := t.holdOffice(room.OrgID, id); err != nil {
				return err
			}
		}
		before := room.OfficeID
		if err := one(t.DB, &room, read+d.dialect.forUpdate, roomID); err != nil {
			return err
		}
		if room.OfficeID != before {
			return errAgain
		}
		events, err := t.mayMove(roomID, room, caller, now, decide)
		if err != nil {
			return err
		}
		if to.OfficeID != "" && to.OfficeID == string(room.OfficeID) {
			return nil
		}
		if people, err = t.moveRoom(roomID, room, to, now); err != nil {
			return err
		}
		return t.happened(events...)
	})
	return people, err
}

func (t *tx) mayMove(roomID string, room movedRoom, caller []access.Subject, now time.Time, decide func(rooms.Owned) ([]event.Event, error)) ([]event.Event, error) {
	o := rooms.Owned{OfficeID: string(room.OfficeID)}
	var err error
	if len(caller) > 0 {
		if o.Mine, err = t.grantsWhere(roomID, subjectIs("g.", len(caller)), subjectArgs(nil, caller)...); err != nil {
			return nil, err
		}
	}
	if err := one(t.DB, &o.Owners, "SELECT "+ownedAtHome+" FROM rooms r WHERE r.id = ?", append(atHome(room.OrgID, now), roomID)...); err != nil {
		return nil, err
	}
	events, err := decide(o)
	switch {
	case err != nil:
		return nil, err
	case room.Dedicated:
		return nil, fault.New(fault.CodeConflict, "this room is of one meeting, and goes with it")
	case room.PersonalOf != "":
		return nil, fault.New(fault.CodeConflict, "this is somebody's own room: make another one")
	case room.ArchivedAt != nil:
		return nil, fault.New(fault.CodeConflict, "this room is archived: restore it first")
	}
	return events, nil
}

// moveRoom gives a room to its heir, and answers whose role may be another one.
func (t *tx) moveRoom(roomID string, room movedRoom, to rooms.Heir, now time.Time) ([]string, error) {
	owners, err := t.grantsWhere(roomID, "g.role = 'owner' AND g.subject_kind = 'person' AND ("+givenByRoom+")")
	if err != nil {
		return nil, err
	}
	people := map[string]bool{}
	if to.OfficeID != "" {
		var owns int
		if err := one(t.DB, &owns, "SELECT COUNT(*) FROM rooms WHERE office_id = ?", to.OfficeID); err != nil {
			return nil, err
		}
		if owns >= directory.MaxOfficeRooms {
			return nil, fault.Newf(fault.CodeConflict, "an office owns at most %d rooms", directory.MaxOfficeRooms)
		}
	} else {
		if err := t.maySit(room.OrgID, to.PersonID); err != nil {
			return nil, err
		}
		if owners, err = t.ownersElsewhere(owners, room.OrgID); err != nil {
			return nil, err
		}
	}
	for _, g := range owners { // who owned it leads it
		g.Role = access.Moderator
		if err := t.putGrant(g); err != nil {
			return nil, err
		}
		people[g.Subject.ID] = true
	}
	if _, err := exec(t.DB, "UPDATE rooms SET office_id = ?, updated_at = ?, version = version + 1 WHERE id = ?", optional(to.OfficeID), moment(now), roomID); err != nil {
		return nil, err
	}
	t.changed(ChangedRoom, roomID)
	for _, id := range []string{string(room.OfficeID), to.OfficeID} {
		if id == "" {
			continue
		}
		if err := t.officeInRoom(id, roomID, now); err != nil {
			return nil, err
		}
		if err := t.inOffice(id, people); err != nil {
			return nil, err
		}
	}
	if to.PersonID != "" {
		people[to.PersonID] = true
		if err := t.owns(roomID, to.PersonID); err != nil {
			return nil, err
		}
	}
	ids := make([]string, 0, len(people))
	for id := range people {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, nil
}

// ownersElsewhere leaves those who are people of another organization.
func (t *tx) ownersElsewhere(owners []access.Grant, orgID string) ([]access.Grant, error) {
	ids := make([]string, len(owners))
	for i, g := range owners {
		ids[i] = g.Subject.ID
	}
	elsewhere, err := all[string](t.DB, "SELECT id FROM people WHERE id IN ? AND org_id <> ?", ids, orgID)
	return slices.DeleteFunc(owners, func(g access.Grant) bool { return !slices.Contains(elsewhere, g.Subject.ID) }), err
}

func (t *tx) inOffice(officeID string, people map[string]bool) error {
	ids, err := all[string](t.DB, "SELECT person_id FROM office_holders WHERE office_id = ?", officeID)
	for _, id := range ids {
		people[id] = true
	}
	return err
}

// owns makes somebody an owner of a room for good, whatever role the room gave them before.
func (t *tx) owns(roomID, personID string) error {
	subject := access.Subject{Kind: access.SubjectPerson, ID: personID}
	has, err := t.heldBy(roomID, subject)
	if err != nil {
		return err
	}
	grant := access.Grant{ID: newID(), RoomID: roomID, Subject: subject, SourceKind: ofRoom, SourceID: roomID}
	if len(has) > 0 {
		grant = has[0]
	}
	grant.Role, grant.Sources, grant.NotBefore, grant.NotAfter = access.Owner, access.Everything(), nil, nil
	return t.putGrant(grant)
}
