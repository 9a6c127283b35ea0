package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
)

type appointmentRow struct {
	ID       string
	PersonID string
	Role     string
	OrgID    optional
	GivenBy  string
	GivenAt  moment
}

func (appointmentRow) TableName() string { return "appointments" }

// holderRow is an appointment with who holds it and where.
type holderRow struct {
	Appointment appointmentRow `gorm:"embedded;embeddedPrefix:held_"`
	Person      personRow      `gorm:"embedded"`
	HeldName    string
}

const selectHolder = `SELECT a.id AS held_id, a.person_id AS held_person_id, a.role AS held_role, a.org_id AS held_org_id, a.given_by AS held_given_by,
	a.given_at AS held_given_at, COALESCE(h.name, '') AS held_name, p.id, p.org_id, o.name AS org_name, p.given_name, p.family_name, p.email, p.locale, p.unit,
	p.created_at, p.updated_at, p.deactivated_at
	FROM appointments a JOIN people p ON p.id = a.person_id JOIN organizations o ON o.id = p.org_id LEFT JOIN organizations h ON h.id = a.org_id `

func (r holderRow) holder() directory.Holder {
	return directory.Holder{
		ID: r.Appointment.ID, Person: r.Person.person(), OrgName: r.HeldName,
		Appointment: auth.Appointment{Role: auth.AdminRole(r.Appointment.Role), OrgID: string(r.Appointment.OrgID)},
		GivenBy:     r.Appointment.GivenBy, GivenAt: r.Appointment.GivenAt.time(),
	}
}

func noAppointment() error {
	return fault.New(fault.CodeAppointmentNotFound, "there is none, or it is not yours to see")
}

// appointmentsColumn is the appointments of the holder of a sign-in, each "role:organization", as a list in JSON.
func appointmentsColumn(aggregate string) string {
	return `(SELECT COALESCE(` + aggregate + `(ap.role || ':' || COALESCE(CAST(ap.org_id AS TEXT), '')), '[]') FROM appointments ap
		WHERE ap.person_id = s.person_id) AS appointments`
}

// appointmentsIn reads what appointmentsColumn writes.
func appointmentsIn(words []string) []auth.Appointment {
	var held []auth.Appointment
	slices.Sort(words)
	for _, w := range words {
		role, org, _ := strings.Cut(w, ":")
		held = append(held, auth.Appointment{Role: auth.AdminRole(role), OrgID: org})
	}
	return held
}

// Appointments implements directory.AppointmentStore.
func (d *DB) Appointments(ctx context.Context, q directory.AppointmentQuery) ([]directory.Holder, error) {
	where, args := "WHERE a.org_id IS NULL", []any(nil)
	switch {
	case q.PersonID != "":
		where, args = "WHERE a.person_id = ?", []any{q.PersonID}
	case q.OrgID != "":
		where, args = "WHERE a.org_id = ?", []any{q.OrgID}
	}
	var held []directory.Holder
	err := d.read(ctx, "list appointments", func(g *gorm.DB) error {
		rows, err := all[holderRow](g, selectHolder+where+" ORDER BY p.family_name, p.given_name, p.id, a.id", args...)
		for _, r := range rows {
			held = append(held, r.holder())
		}
		return err
	})
	return held, err
}

// Appointment implements directory.AppointmentStore.
func (d *DB) Appointment(ctx context.Context, id string) (directory.Holder, error) {
	if !isKey(id) {
		return directory.Holder{}, noAppointment()
	}
	var rows []holderRow
	err := d.read(ctx, "find appointment", func(g *gorm.DB) (err error) {
		rows, err = all[holderRow](g, selectHolder+"WHERE a.id = ?", id)
		return err
	})
	if err == nil && len(rows) == 0 {
		err = noAppointment()
	}
	if err != nil {
		return directory.Holder{}, err
	}
	return rows[0].holder(), nil
}

// Appoint implements directory.AppointmentStore.
func (d *DB) Appoint(ctx context.Context, h directory.Holder, events ...event.Event) (directory.Holder, bool, error) {
	isNew := false
	err := d.person(ctx, "appoint", h.Person.ID, func(t *tx) (err error) {
		h.ID, isNew, err = t.appoint(h)
		if err != nil || !isNew {
			return err
		}
		return t.happened(events...)
	})
	if err != nil {
		return directory.Holder{}, false, err
	}
	kept, err := d.Appointment(ctx, h.ID)
	return kept, isNew, err
}

// appoint writes an appointment that is not there yet, and has the sign-ins of the person read again.
func (t *tx) appoint(h directory.Holder) (id string, isNew bool, err error) {
	err = one(t.DB, &id, "SELECT id FROM appointments WHERE person_id = ? AND role = ? AND COALESCE(CAST(org_id AS TEXT), '') = ?", h.Person.ID, string(h.Role), h.OrgID)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return id, false, err
	}
	err = t.Create(&appointmentRow{
		ID: h.ID, PersonID: h.Person.ID, Role: string(h.Role), OrgID: optional(h.OrgID), GivenBy: h.GivenBy, GivenAt: moment(h.GivenAt),
	}).Error
	if err != nil {
		return "", false, err
	}
	return h.ID, true, t.signInsChanged([]string{h.Person.ID})
}

// Dismiss implements directory.AppointmentStore.
func (d *DB) Dismiss(ctx context.Context, id string, events ...event.Event) error {
	if !isKey(id) {
		return noAppointment()
	}
	return d.write(ctx, "dismiss", func(t *tx) error {
		var row appointmentRow
		err := one(t.DB, &row, "SELECT id, person_id, role FROM appointments WHERE id = ?", id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noAppointment()
		}
		if err != nil {
			return err
		}
		if row.Role == string(auth.PlatformAdmin) {
			if err := t.keepsAdministrator(row.PersonID); err != nil {
				return err
			}
		}
		if _, err := exec(t.DB, "DELETE FROM appointments WHERE id = ?", id); err != nil {
			return err
		}
		if err := t.signInsChanged([]string{row.PersonID}); err != nil {
			return err
		}
		return t.happened(events...)
	})
}

// keepsAdministrator refuses what would leave the platform without an administrator: the person is the last one with an
// account that is open. All platform-admins are locked, so that two do not go at the same moment.
func (t *tx) keepsAdministrator(personID string) error {
	rows, err := all[appointmentRow](t.DB, "SELECT id, person_id FROM appointments WHERE role = 'platform-admin' ORDER BY id"+t.store.dialect.forUpdate)
	if err != nil {
		return err
	}
	holds := false
	var others []string
	for _, r := range rows {
		if r.PersonID == personID {
			holds = true
		} else {
			others = append(others, r.PersonID)
		}
	}
	if !holds {
		return nil
	}
	open := 0
	if len(others) > 0 {
		if err := one(t.DB, &open, "SELECT COUNT(*) FROM people WHERE id IN ? AND deactivated_at IS NULL", others); err != nil {
			return err
		}
	}
	if open == 0 {
		return fault.New(fault.CodeLastAdministrator, "this is the last platform-admin: make somebody else one first")
	}
	return nil
}

// OfferClaim implements directory.AppointmentStore.
func (d *DB) OfferClaim(ctx context.Context, hash []byte, at, expires time.Time, events ...event.Event) error {
	return d.write(ctx, "offer a claim", func(t *tx) error {
		if _, err := exec(t.DB, "DELETE FROM platform_claims WHERE used_at IS NULL"); err != nil {
			return err
		}
		if _, err := exec(t.DB, "INSERT INTO platform_claims (created_at, expires_at, code_hash) VALUES (?, ?, ?)", moment(at), moment(expires), hash); err != nil {
			return err
		}
		return t.happened(events...)
	})
}

// ClaimPlatform implements directory.AppointmentStore.
func (d *DB) ClaimPlatform(ctx context.Context, hash []byte, h directory.Holder, events ...event.Event) (directory.Holder, error) {
	err := d.person(ctx, "claim the platform", h.Person.ID, func(t *tx) error {
		used, err := exec(t.DB, "UPDATE platform_claims SET used_at = ?, used_by = ? WHERE code_hash = ? AND used_at IS NULL AND expires_at > ?",
			moment(h.GivenAt), h.Person.ID, hash, moment(h.GivenAt))
		if err != nil {
			return err
		}
		if used == 0 {
			return fault.New(fault.CodeClaimInvalid, "this code is none of ours, was used, or has run out")
		}
		if h.ID, _, err = t.appoint(h); err != nil {
			return err
		}
		return t.happened(events...)
	})
	if err != nil {
		return directory.Holder{}, err
	}
	return d.Appointment(ctx, h.ID)
}

// moved tells both organizations that somebody went from one to the other, and ends what the person administered of the one that
// is left and of those below it: nobody there sees or closes the account any more. A role of the platform, and one of an
// organization that the person was never of, stays.
func (t *tx) moved(personID, from, to string, at time.Time) error {
	events := []event.Event{}
	tell := func(what event.Type, orgID string, data map[string]any) {
		events = append(events, event.Event{ID: newID(), Type: what, OrgID: orgID, Subject: "person:" + personID, Actor: "person:" + personID, At: at, Data: data})
	}
	for _, org := range []string{from, to} {
		tell(event.PersonMoved, org, map[string]any{"from": from, "to": to})
	}
	left, err := all[appointmentRow](t.DB, `WITH RECURSIVE below(id, depth) AS (SELECT id, 0 FROM organizations WHERE id = ?
			UNION ALL SELECT o.id, b.depth + 1 FROM organizations o JOIN below b ON o.parent_id = b.id WHERE b.depth < 100)
		SELECT a.* FROM appointments a WHERE a.person_id = ? AND a.org_id IN (SELECT id FROM below) ORDER BY a.id`, from, personID)
	if err != nil {
		return err
	}
	for _, a := range left {
		if _, err := exec(t.DB, "DELETE FROM appointments WHERE id = ?", a.ID); err != nil {
			return err
		}
		tell(event.RoleTaken, string(a.OrgID), map[string]any{"role": a.Role, "organization": string(a.OrgID), "moved": to})
	}
	if err := t.leavesOffices(personID, from, "person:"+personID, at); err != nil {
		return err
	}
	return t.happened(events...)
}
