package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/event"
	"parvis/fault"
)

const mergeCounts = `SELECT (SELECT COUNT(*) FROM identities WHERE person_id = ?) AS identities,
	(SELECT COUNT(*) FROM grants WHERE subject_kind = 'person' AND subject_id = ? AND source_kind IN ('room', 'invitation')) AS rooms,
	(SELECT COUNT(*) FROM meetings WHERE organizer_id = ?) AS meetings, (SELECT COUNT(*) FROM agenda WHERE person_id = ?) AS agenda,
	(SELECT COUNT(*) FROM office_holders WHERE person_id = ?) AS offices`

// PreviewMerge implements directory.PeopleStore.
func (d *DB) PreviewMerge(ctx context.Context, id, into string) (m directory.Merge, err error) {
	if !isKey(id) || !isKey(into) {
		return directory.Merge{}, noPerson()
	}
	err = d.snapshot(ctx, "preview a merge", func(g *gorm.DB) (err error) {
		m, err = mergeOf(g, id, into, "")
		return err
	})
	return m, err
}

// mergeOf reads what would be merged; lock is added to the statement that reads the accounts.
func mergeOf(g *gorm.DB, id, into, lock string) (directory.Merge, error) {
	rows, err := all[personRow](g, selectPerson+"WHERE p.id IN ? ORDER BY p.id"+lock, []string{id, into})
	if err != nil {
		return directory.Merge{}, err
	}
	var m directory.Merge
	for _, r := range rows {
		if r.ID == id {
			m.Person = r.person()
		} else {
			m.Into = r.person()
		}
	}
	switch {
	case m.Person.ID == "" || m.Into.ID == "":
		return directory.Merge{}, noPerson()
	case m.Into.DeactivatedAt != nil:
		return directory.Merge{}, fault.New(fault.CodeConflict, "the account that is to stay is closed: open it first")
	}
	var merged bool
	if err := one(g, &merged, "SELECT EXISTS (SELECT 1 FROM merges WHERE person_id = ?)", id); err != nil {
		return directory.Merge{}, err
	}
	if merged {
		return directory.Merge{}, fault.New(fault.CodeConflict, "this account was merged already")
	}
	if err := mayMerge(g, id, into); err != nil {
		return directory.Merge{}, err
	}
	var counts struct{ Identities, Rooms, Meetings, Agenda, Offices int }
	if err := one(g, &counts, mergeCounts, id, id, id, id, id); err != nil {
		return directory.Merge{}, err
	}
	m.Identities, m.Rooms, m.Meetings, m.Agenda, m.Offices = counts.Identities, counts.Rooms, counts.Meetings, counts.Agenda, counts.Offices
	held, err := administersOf(g, id, into)
	if err != nil {
		return directory.Merge{}, err
	}
	for _, h := range held.roles {
		if h.Person.ID == id {
			m.Roles = append(m.Roles, h)
		}
	}
	m.Version = versionOfMerge(m, held)
	return m, nil
}

// administers is the roles of two accounts, and their places in offices: whoever signs in as one is the other afterwards.
type administers struct {
	roles  []directory.Holder
	places []string
}

func administersOf(g *gorm.DB, people ...string) (a administers, err error) {
	rows, err := all[holderRow](g, selectHolder+"WHERE a.person_id IN ? ORDER BY a.id", people)
	for _, r := range rows {
		a.roles = append(a.roles, r.holder())
	}
	if err != nil {
		return a, err
	}
	a.places, err = all[string](g, "SELECT id FROM office_holders WHERE person_id IN ? ORDER BY id", people)
	return a, err
}

// versionOfMerge is a number that another merge, or the same one after something changed, does not have.
func versionOfMerge(m directory.Merge, held administers) int64 {
	h64 := fnv.New64a()
	fmt.Fprint(h64, m.Person.ID, m.Person.OrgID, m.Person.Email, m.Into.ID, m.Into.OrgID, m.Into.Email, m.Identities, m.Rooms, m.Meetings, m.Agenda)
	for _, h := range held.roles {
		fmt.Fprint(h64, " role ", h.ID)
	}
	for _, place := range held.places {
		fmt.Fprint(h64, " place ", place)
	}
	return int64(binary.BigEndian.Uint64(h64.Sum(nil))>>11) + 1
}

// MergePeople implements directory.PeopleStore. Of two roles in a room from the same source the higher one stays; what is
// decided against either is held against the one; addresses keep their history; administrative roles end.
func (d *DB) MergePeople(ctx context.Context, m directory.Merge, by string, at time.Time, events ...event.Event) error {
	from, into := m.Person.ID, m.Into.ID
	return d.write(ctx, "merge people", func(t *tx) error {
		if err := t.holdForMerge(from); err != nil {
			return err
		}
		now, err := mergeOf(t.DB, from, into, d.dialect.forUpdateOf("p"))
		if err != nil {
			return err
		}
		if now.Version != m.Version {
			return fault.New(fault.CodePreconditionFailed, "what would be merged has changed since you saw it")
		}
		if err := t.keepsAdministrator(from); err != nil {
			return err
		}
		if err := t.closeFor(from, at); err != nil {
			return err
		}
		if err := t.mergeOffices(now, by, at); err != nil {
			return err
		}
		ended, err := t.endAppointments(now, by, at, events)
		if err != nil {
			return err
		}
		for _, move := range []func(from, into string, at time.Time) error{t.moveGrants, t.moveAccount, t.moveMeetings, t.moveBlocks} {
			if err := move(from, into, at); err != nil {
				return err
			}
		}
		if _, err := exec(t.DB, "INSERT INTO merges (person_id, into_id, merged_by, merged_at) VALUES (?, ?, ?, ?)", from, into, by, moment(at)); err != nil {
			return err
		}
		if err := t.signInsChanged([]string{into}); err != nil {
			return err
		}
		return t.happened(append(ended, events...)...)
	})
}

// holdForMerge locks what is held before people: meetings, and the users whom a client made of the account, at whom a first sign-in
// looks.
func (t *tx) holdForMerge(from string) error {
	for _, s := range []mergeStep{
		step(`SELECT id FROM meetings WHERE organizer_id = ? OR id IN (SELECT meeting_id FROM agenda WHERE person_id = ?)
			OR id IN (SELECT meeting_id FROM invitees WHERE person_id = ? OR claimed_by = ?) ORDER BY id`, from, from, from, from),
		step("SELECT id FROM scim_users WHERE person_id = ? ORDER BY id", from),
	} {
		if _, err := all[string](t.DB, s.query+t.store.dialect.forUpdate, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// endAppointments ends what the account administers, and answers what is to be told of it.
func (t *tx) endAppointments(m directory.Merge, by string, at time.Time, told []event.Event) ([]event.Event, error) {
	rows, err := all[appointmentRow](t.DB, "DELETE FROM appointments WHERE person_id = ? RETURNING role, org_id", m.Person.ID)
	events := make([]event.Event, len(rows))
	for i, r := range rows {
		events[i] = event.Event{
			ID: newID(), Type: event.RoleTaken, OrgID: cmp.Or(string(r.OrgID), m.Person.OrgID), Subject: "person:" + m.Person.ID, Actor: by, At: at,
			Data: map[string]any{"role": r.Role, "organization": string(r.OrgID), "merged": m.Into.ID},
		}
		if len(told) > 0 {
			events[i].OnBehalfOf = told[0].OnBehalfOf
		}
	}
	return events, err
}

// each runs statements that take the same arguments in their own order.
func (t *tx) each(statements []mergeStep) error {
	for _, s := range statements {
		if _, err := exec(t.DB, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

type mergeStep struct {
	query string
	args  []any
}

func step(query string, args ...any) mergeStep { return mergeStep{query, args} }

const sameGrant = `k.room_id = g.room_id AND k.source_kind = g.source_kind AND k.source_id = g.source_id AND k.subject_kind = 'person'`

func (t *tx) moveGrants(from, into string, _ time.Time) error {
	concerned, err := all[struct{ RoomID string }](t.DB, "SELECT DISTINCT room_id FROM grants WHERE subject_kind = 'person' AND subject_id = ?", from)
	if err != nil {
		return err
	}
	for _, c := range concerned {
		t.changed(ChangedGrants, c.RoomID)
	}
	const rank = "CASE %s.role WHEN 'owner' THEN 3 WHEN 'moderator' THEN 2 ELSE 1 END"
	lower := fmt.Sprintf(rank, "g") + " < " + fmt.Sprintf(rank, "k")
	return t.each([]mergeStep{
		// The lower of two goes, be it the one's or the other's; then there is nothing in the way.
		step(`DELETE FROM invitations WHERE grant_id IN (SELECT g.id FROM grants g JOIN grants k ON `+sameGrant+` WHERE g.subject_kind = 'person'
			AND ((g.subject_id = ? AND k.subject_id = ? AND `+lower+`) OR (g.subject_id = ? AND k.subject_id = ? AND NOT (`+fmt.Sprintf(rank, "k")+" < "+fmt.Sprintf(rank, "g")+`))))`,
			into, from, from, into),
		step(`DELETE FROM grants WHERE id IN (SELECT g.id FROM grants g JOIN grants k ON `+sameGrant+` WHERE g.subject_kind = 'person' AND g.subject_id = ? AND k.subject_id = ? AND `+lower+`)`,
			into, from),
		step(`DELETE FROM grants WHERE id IN (SELECT g.id FROM grants g JOIN grants k ON `+sameGrant+` WHERE g.subject_kind = 'person' AND g.subject_id = ? AND k.subject_id = ?)`, from, into),
		step("UPDATE grants SET subject_id = ? WHERE subject_kind = 'person' AND subject_id = ?", into, from),
		step(`UPDATE rooms SET personal_of = NULL WHERE personal_of = ? AND archived_at IS NULL
			AND EXISTS (SELECT 1 FROM rooms k WHERE k.personal_of = ? AND k.archived_at IS NULL)`, from, into),
		step("UPDATE rooms SET personal_of = ? WHERE personal_of = ?", into, from),
	})
}

func (t *tx) moveAccount(from, into string, at time.Time) error {
	return t.each([]mergeStep{
		step("UPDATE identities SET person_id = ? WHERE person_id = ?", into, from),
		step("UPDATE scim_users SET person_id = ? WHERE person_id = ?", into, from),
		step("UPDATE emails SET until = CASE WHEN since > ? THEN since ELSE ? END WHERE person_id = ? AND until IS NULL", moment(at), moment(at), from),
		step("UPDATE emails SET person_id = ? WHERE person_id = ?", into, from),
		step(`INSERT INTO group_members (group_id, person_id, added_at) SELECT m.group_id, p.id, m.added_at FROM group_members m
			JOIN groups g ON g.id = m.group_id JOIN people p ON p.id = ? AND p.org_id = g.org_id WHERE m.person_id = ? ON CONFLICT (group_id, person_id) DO NOTHING`, into, from),
		step("DELETE FROM group_members WHERE person_id = ?", from),
		step("DELETE FROM people_words WHERE person_id = ?", from),
		step("DELETE FROM feeds WHERE person_id = ?", from),
		step("DELETE FROM service_access_tokens WHERE person_id = ?", from),
	})
}

func (t *tx) moveMeetings(from, into string, _ time.Time) error {
	deputies := "UPDATE meetings SET deputies = REPLACE(deputies, ?, ?) WHERE deputies LIKE ?"
	if t.store.dialect.postgres() {
		deputies = "UPDATE meetings SET deputies = REPLACE(CAST(deputies AS text), ?, ?)::jsonb WHERE CAST(deputies AS text) LIKE ?"
	}
	return t.each([]mergeStep{
		step("UPDATE meetings SET organizer_id = ? WHERE organizer_id = ?", into, from),
		step(deputies, from, into, "%"+from+"%"),
		step(`UPDATE invitees SET person_id = ? WHERE person_id = ? AND NOT EXISTS (SELECT 1 FROM invitees k
			WHERE k.meeting_id = invitees.meeting_id AND (k.person_id = ? OR k.claimed_by = ?))`, into, from, into, into),
		step(`UPDATE invitees SET claimed_by = ? WHERE claimed_by = ? AND NOT EXISTS (SELECT 1 FROM invitees k
			WHERE k.meeting_id = invitees.meeting_id AND (k.person_id = ? OR k.claimed_by = ?))`, into, from, into, into),
		step(`INSERT INTO agenda (person_id, meeting_id, first_at, last_at) SELECT p.id, a.meeting_id, a.first_at, a.last_at
			FROM agenda a JOIN people p ON p.id = ? WHERE a.person_id = ? ON CONFLICT (person_id, meeting_id) DO NOTHING`, into, from),
		step("DELETE FROM agenda WHERE person_id = ?", from),
	})
}

func (t *tx) moveBlocks(from, into string, _ time.Time) error {
	concerned, err := all[struct{ RoomID string }](t.DB, "SELECT room_id FROM blocks WHERE who_kind = 'person' AND who_id = ?", from)
	if err != nil {
		return err
	}
	for _, c := range concerned {
		t.changed(ChangedRoom, c.RoomID)
	}
	return t.each([]mergeStep{
		step(`DELETE FROM blocks WHERE who_kind = 'person' AND who_id = ? AND room_id IN (SELECT k.room_id FROM blocks k WHERE k.who_kind = 'person' AND k.who_id = ?)`, from, into),
		step("UPDATE blocks SET who_id = ? WHERE who_kind = 'person' AND who_id = ?", into, from),
	})
}
