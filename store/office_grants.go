package store

import (
	"time"

	"parvis/access"
	"parvis/directory"
	"parvis/event"
)

// What an office gives in its rooms are grants of its people, one a person and room, of source office: a join reads them as any other,
// and dates begin and end by the clock alone. A grant that is taken back ends now and stays for a day, so that whoever leads a call by it
// is found (Lapsed).

const ofOffice = access.SourceOffice

// endedOfficeGrants is for how long an ended grant stays.
const endedOfficeGrants = 24 * time.Hour

// officeMoved brings the grants of an office up to date, of whom it has now and the rooms that it owns now.
func (t *tx) officeMoved(officeID string, now time.Time) error {
	rooms, err := all[string](t.DB, "SELECT id FROM rooms WHERE office_id = ? OR id IN (SELECT g.room_id FROM grants g WHERE g.source_kind = '"+ofOffice+"' AND g.source_id = ?) ORDER BY id", officeID, officeID)
	if err != nil {
		return err
	}
	for _, id := range rooms {
		if err := t.officeInRoom(officeID, id, now); err != nil {
			return err
		}
	}
	return nil
}

// officeInRoom brings the grants of an office in one room up to date.
func (t *tx) officeInRoom(officeID, roomID string, now time.Time) error {
	now = moment(now).time() // as rows keep it: what begins now and ends now never was
	seats, err := all[officeHolderRow](t.DB, `SELECT h.* FROM office_holders h JOIN rooms r ON r.id = ? AND r.office_id = h.office_id
		WHERE h.office_id = ? ORDER BY h.id`, roomID, officeID)
	if err != nil {
		return err
	}
	have, err := t.grantsWhere(roomID, "g.source_kind = '"+ofOffice+"' AND g.source_id = ?", officeID)
	if err != nil {
		return err
	}
	of := map[string]access.Grant{}
	for _, g := range have {
		of[g.Subject.ID] = g
	}
	for _, seat := range seats {
		before, there := of[seat.PersonID]
		delete(of, seat.PersonID)
		if err := t.putGrant(seat.grant(before, there, roomID, now)); err != nil {
			return err
		}
	}
	for _, g := range of {
		switch {
		case g.NotBefore != nil && !g.NotBefore.Before(now), g.NotAfter != nil && g.NotAfter.Before(now.Add(-endedOfficeGrants)):
			err = t.dropGrants(roomID, []string{g.ID})
		case g.NotAfter == nil || g.NotAfter.After(now):
			g.NotAfter = &now
			err = t.putGrant(g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grant is the seat in a room. It begins no earlier than it was given, so that whoever is in a call then is found as one whose role
// has begun (Lapsed); one that holds goes on.
func (r officeHolderRow) grant(before access.Grant, there bool, roomID string, now time.Time) access.Grant {
	g := access.Grant{
		ID: before.ID, RoomID: roomID, Subject: access.Subject{Kind: access.SubjectPerson, ID: r.PersonID}, Role: access.Role(r.Role), Sources: access.Everything(),
		NotBefore: timeOf(r.NotBefore), NotAfter: timeOf(r.NotAfter), SourceKind: ofOffice, SourceID: r.OfficeID,
	}
	if !there {
		g.ID = newID()
	}
	if g.NotBefore == nil || g.NotBefore.Before(now) {
		begins := now
		if there && before.Holds(nil, now) && before.Role == g.Role {
			begins = *before.NotBefore
		}
		g.NotBefore = &begins
	}
	if g.NotAfter != nil && !g.NotAfter.After(*g.NotBefore) { // it has ended: nothing begins any more
		begins := g.NotAfter.Add(-time.Microsecond)
		g.NotBefore = &begins
	}
	return g
}

// leavesOffices takes somebody who goes to another organization out of the offices of the one they leave, and tells it.
func (t *tx) leavesOffices(personID, orgID, actor string, at time.Time) error {
	offices, err := all[string](t.DB, "SELECT h.office_id FROM office_holders h JOIN offices f ON f.id = h.office_id WHERE h.person_id = ? AND f.org_id = ? ORDER BY h.office_id", personID, orgID)
	if err != nil {
		return err
	}
	for _, id := range offices {
		if _, err := exec(t.DB, "DELETE FROM office_holders WHERE office_id = ? AND person_id = ?", id, personID); err != nil {
			return err
		}
		if err := t.officeMoved(id, at); err != nil {
			return err
		}
		err := t.happened(event.Event{
			ID: newID(), Type: event.OfficeLeft, OrgID: orgID, Subject: "office:" + id, Actor: actor, At: at, Data: map[string]any{"person": personID},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mergeOffices gives the places of an account in offices to the one that it becomes, where both are of one organization and the other
// has none there; else they end.
func (t *tx) mergeOffices(m directory.Merge, by string, at time.Time) error {
	offices, err := all[string](t.DB, "SELECT office_id FROM office_holders WHERE person_id = ? ORDER BY office_id", m.Person.ID)
	if err != nil || len(offices) == 0 {
		return err
	}
	if m.Person.OrgID == m.Into.OrgID {
		_, err = exec(t.DB, "UPDATE office_holders SET person_id = ? WHERE person_id = ? AND office_id NOT IN (SELECT k.office_id FROM office_holders k WHERE k.person_id = ?)",
			m.Into.ID, m.Person.ID, m.Into.ID)
		if err != nil {
			return err
		}
	}
	if err := t.leavesOffices(m.Person.ID, m.Person.OrgID, by, at); err != nil {
		return err
	}
	for _, id := range offices {
		if err := t.officeMoved(id, at); err != nil {
			return err
		}
	}
	_, err = exec(t.DB, "DELETE FROM grants WHERE subject_kind = 'person' AND subject_id = ? AND source_kind = '"+ofOffice+"'", m.Person.ID) // the account is closed
	return err
}
