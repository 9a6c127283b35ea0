package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/event"
	"parvis/privacy"
	"parvis/rooms"
)

// MeetingsLed implements privacy.Wiping.
func (d *DB) MeetingsLed(ctx context.Context, personID string, now time.Time, most int) (led []privacy.Led, err error) {
	err = d.read(ctx, "meetings somebody leads", func(g *gorm.DB) error {
		rows, err := all[struct {
			ID       string
			Deputies document[[]deputyDoc]
		}](g, "SELECT id, deputies FROM meetings WHERE organizer_id = ? AND status = 'confirmed' AND last_at >= ? ORDER BY id LIMIT ?", personID, moment(now), most)
		if err != nil {
			return err
		}
		led = make([]privacy.Led, len(rows))
		for i, r := range rows {
			led[i].ID = r.ID
			for _, deputy := range r.Deputies.v {
				if deputy.Until != nil && !deputy.Until.After(now) {
					continue
				}
				var open int64
				if err := one(g, &open, "SELECT COUNT(*) FROM people WHERE id = ? AND deactivated_at IS NULL", deputy.Person); err != nil {
					return err
				}
				if open > 0 {
					led[i].Deputies = append(led[i].Deputies, deputy.Person)
				}
			}
		}
		return nil
	})
	return led, err
}

const roomsOwned = `SELECT DISTINCT r.id, r.org_id, r.slug, r.personal_of FROM rooms r WHERE r.archived_at IS NULL AND (r.personal_of = ? OR EXISTS (
	SELECT 1 FROM grants g WHERE g.room_id = r.id AND g.role = 'owner' AND g.subject_kind = 'person' AND g.subject_id = ? AND ` + givenByRoom + `)) ORDER BY r.id`

// ownedRoom may be of another organization than its owner: what becomes of it is told there.
type ownedRoom struct {
	ID, OrgID, Slug string
	PersonalOf      optional
}

// HandRooms implements privacy.Wiping. A room is a transaction of its own.
func (d *DB) HandRooms(ctx context.Context, erasureID string, now time.Time) error {
	e, err := d.Erasure(ctx, erasureID)
	if err != nil {
		return err
	}
	var owned []ownedRoom
	err = d.read(ctx, "rooms somebody owns", func(g *gorm.DB) (err error) {
		owned, err = all[ownedRoom](g, roomsOwned, e.PersonID, e.PersonID)
		return err
	})
	if err != nil {
		return err
	}
	for _, room := range owned {
		err := d.erasureStep(ctx, "hand a room over", erasureID, func(t *tx, e *privacy.Erasure) error { return t.handRoom(e, room, now) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) handRoom(e *privacy.Erasure, room ownedRoom, now time.Time) error {
	if err := t.holdRoom(room.ID); err != nil {
		return err
	}
	var still int64
	if err := one(t.DB, &still, "SELECT COUNT(*) FROM ("+roomsOwned+") x WHERE x.id = ?", e.PersonID, e.PersonID, room.ID); err != nil || still == 0 {
		return err
	}
	leads, err := t.nextOrganizer(room.ID, now)
	if err != nil {
		return err
	}
	if room.PersonalOf != "" {
		name := privacy.ErasedName
		if leads != "" { // a meeting that somebody else leads now still takes place there
			name = "Salle / Room " + room.Slug
		}
		if _, err := exec(t.DB, "UPDATE rooms SET name = ?, personal_of = NULL, updated_at = ?, version = version + 1 WHERE id = ?", name, moment(now), room.ID); err != nil {
			return err
		}
		t.changed(ChangedRoom, room.ID)
		if leads == "" {
			return t.archiveErased(e, room, now)
		}
	}
	owners, err := t.owners(room.ID)
	if err != nil {
		return err
	}
	owners = slices.DeleteFunc(owners, func(g access.Grant) bool {
		return g.Subject == access.Subject{Kind: access.SubjectPerson, ID: e.PersonID}
	})
	if len(owners) > 0 {
		return t.dropOwner(e, room.ID)
	}
	var office bool
	if err := one(t.DB, &office, "SELECT office_id IS NOT NULL FROM rooms WHERE id = ?", room.ID); err != nil {
		return err
	}
	if office { // it stays with the office, whoever holds that
		return t.dropOwner(e, room.ID)
	}
	if room.OrgID != e.OrgID { // whoever erases decides about rooms of their own organization
		return t.leaveOwnerless(e, room, now)
	}
	heir := e.Handover.PersonID
	if e.Handover.To == privacy.Deputies {
		if heir, err = t.moderator(room.ID, e.PersonID); err != nil {
			return err
		}
	}
	if heir == "" {
		heir = leads
	}
	if heir == "" {
		return t.archiveErased(e, room, now)
	}
	if err := t.makeOwner(e, room, heir, now); err != nil {
		return err
	}
	e.Done.Handed.Rooms++
	return t.dropOwner(e, room.ID)
}

// nextOrganizer is who organizes the next meeting in a room; nobody without one.
func (t *tx) nextOrganizer(roomID string, now time.Time) (string, error) {
	var row struct{ OrganizerID optional }
	err := one(t.DB, &row, `SELECT m.organizer_id FROM meetings m JOIN people p ON p.id = m.organizer_id AND p.deactivated_at IS NULL
		WHERE m.room_id = ? AND m.status = 'confirmed' AND m.last_at >= ? ORDER BY m.first_at, m.id LIMIT 1`, roomID, moment(now))
	return string(row.OrganizerID), ignoreMissing(err)
}

// moderator is a person who hosts a room for good.
func (t *tx) moderator(roomID, but string) (string, error) {
	grants, err := t.grantsWhere(roomID, givenByRoom+" AND g.role = ? AND g.subject_kind = 'person' AND g.subject_id <> ? AND g.not_after IS NULL", string(access.Moderator), but)
	if err != nil || len(grants) == 0 {
		return "", err
	}
	subjects := make([]access.Subject, len(grants))
	for i, g := range grants {
		subjects[i] = g.Subject
	}
	known, err := knownSubjects(t.DB, subjects, t.store.now())
	for _, g := range grants {
		if s, there := known[g.Subject]; there && !s.Gone {
			return g.Subject.ID, err
		}
	}
	return "", err
}

func (t *tx) makeOwner(e *privacy.Erasure, room ownedRoom, heir string, now time.Time) error {
	subject := access.Subject{Kind: access.SubjectPerson, ID: heir}
	has, err := t.heldBy(room.ID, subject)
	if err != nil {
		return err
	}
	grant := access.Grant{ID: newID(), RoomID: room.ID, Subject: subject, SourceKind: ofRoom, SourceID: room.ID}
	what := event.MemberGranted
	if len(has) > 0 {
		grant, what = has[0], event.MemberChanged
	}
	grant.Role, grant.Sources, grant.NotBefore, grant.NotAfter = access.Owner, access.Everything(), nil, nil
	if err := t.putGrant(grant); err != nil {
		return err
	}
	given := memberEvent(what, room.OrgID, e.PersonID, grant, now)
	given.Actor = "system:erasure"
	return t.happened(given)
}

// dropOwner takes what the room gave to the person back.
func (t *tx) dropOwner(e *privacy.Erasure, roomID string) error {
	had, err := t.heldBy(roomID, access.Subject{Kind: access.SubjectPerson, ID: e.PersonID})
	if err != nil {
		return err
	}
	ids := make([]string, len(had))
	for i, g := range had {
		ids[i] = g.ID
	}
	count := e.Done.Kinds[privacy.Roles]
	count.Removed += len(ids)
	e.Done.Kinds[privacy.Roles] = count
	return t.dropGrants(roomID, ids)
}

// leaveOwnerless takes the last owner of another organization's room away, and tells it there: the room stands among those without an
// owner, for its administrators to hand over.
func (t *tx) leaveOwnerless(e *privacy.Erasure, room ownedRoom, now time.Time) error {
	had, err := t.heldBy(room.ID, access.Subject{Kind: access.SubjectPerson, ID: e.PersonID})
	if err != nil {
		return err
	}
	for _, grant := range had {
		removed := memberEvent(event.MemberRemoved, room.OrgID, e.PersonID, grant, now)
		removed.Actor = "system:erasure"
		if err := t.happened(removed); err != nil {
			return err
		}
	}
	return t.dropOwner(e, room.ID)
}

// archiveErased archives a room that nobody leads any more: who is in it leaves.
func (t *tx) archiveErased(e *privacy.Erasure, room ownedRoom, now time.Time) error {
	roomID := room.ID
	if _, err := exec(t.DB, "UPDATE rooms SET archived_at = ?, updated_at = ?, version = version + 1 WHERE id = ? AND archived_at IS NULL", moment(now), moment(now), roomID); err != nil {
		return err
	}
	t.changed(ChangedRoom, roomID)
	if _, err := t.endAdmissions("a.room_id = ?", []any{roomID}, rooms.EndArchived, now); err != nil {
		return err
	}
	e.Done.Handed.Archived++
	if err := t.happened(event.Event{ID: newID(), Type: event.RoomArchived, OrgID: room.OrgID, Subject: "room:" + roomID, Actor: "system:erasure", At: now}); err != nil {
		return err
	}
	return t.dropOwner(e, roomID)
}

// lastAdministrator tells whether nobody else administers the platform.
func lastAdministrator(g *gorm.DB, personID string) (last bool, err error) {
	err = one(g, &last, `SELECT EXISTS (SELECT 1 FROM appointments WHERE role = 'platform-admin' AND person_id = ?) AND NOT EXISTS (
		SELECT 1 FROM appointments a JOIN people p ON p.id = a.person_id WHERE a.role = 'platform-admin' AND a.person_id <> ? AND p.deactivated_at IS NULL)`, personID, personID)
	return last, err
}
