package store

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/event"
	"parvis/fault"
)

var _ directory.Store = (*DB)(nil)

type personRow struct {
	ID            string
	OrgID         string
	OrgName       string `gorm:"->;-:migration"` // joined
	GivenName     string
	FamilyName    string
	Email         string
	Locale        string
	Unit          string
	CreatedAt     moment
	UpdatedAt     moment
	DeactivatedAt *moment
}

func (personRow) TableName() string { return "people" }

func (r personRow) person() directory.Person {
	return directory.Person{
		ID: r.ID, OrgID: r.OrgID, OrgName: r.OrgName, GivenName: r.GivenName, FamilyName: r.FamilyName, Email: r.Email,
		Locale: r.Locale, Unit: r.Unit, CreatedAt: r.CreatedAt.time(), DeactivatedAt: timeOf(r.DeactivatedAt),
	}
}

const selectPerson = `SELECT p.id, p.org_id, o.name AS org_name, p.given_name, p.family_name, p.email, p.locale, p.unit, p.created_at,
	p.updated_at, p.deactivated_at FROM people p JOIN organizations o ON o.id = p.org_id `

func noPerson() error { return fault.New(fault.CodePersonNotFound, "there is no such person") }

// Person implements directory.Store.
func (d *DB) Person(ctx context.Context, id string) (directory.Person, error) {
	if !isKey(id) {
		return directory.Person{}, noPerson()
	}
	var row personRow
	err := d.read(ctx, "find person", func(g *gorm.DB) error { return one(g, &row, selectPerson+"WHERE p.id = ?", id) })
	if fault.HasCode(err, fault.CodeNotFound) {
		return directory.Person{}, noPerson()
	}
	if err != nil {
		return directory.Person{}, err
	}
	return row.person(), nil
}

// UpsertPerson implements directory.Store. A claim that is missing leaves what is known. What was given to an address that
// the provider answers for becomes the person's in the same transaction, but for invitations to meetings: see settleClaims.
func (d *DB) UpsertPerson(ctx context.Context, c directory.Claims, orgID string, now time.Time) (directory.Person, error) {
	var row personRow
	var claims unsettled
	err := d.write(ctx, "find or make person", func(t *tx) error {
		id, err := t.personOf(c, orgID, now)
		if err != nil {
			return err
		}
		if err := t.provisioned(id, c, orgID, now); err != nil {
			return err
		}
		if row, err = t.bringUpToDate(id, c, orgID, now); err != nil {
			return err
		}
		if err := t.noteEmail(id, row.Email, now); err != nil {
			return err
		}
		proved := row.DeactivatedAt == nil && vouched(c, orgID)
		if err := t.noteVouched(id, proved, now); err != nil {
			return err
		}
		if claims, err = t.unsettled(id, row.Email, proved, now); err != nil || !proved {
			return err
		}
		return t.claimAddress(id, c.Email, now)
	})
	if err == nil {
		err = d.settleClaims(ctx, claims, now)
	}
	if err != nil {
		return directory.Person{}, err
	}
	return row.person(), nil
}

const selectIdentity = "SELECT person_id FROM identities WHERE iss = ? AND sub = ?"

// personOf finds the person of an identity, or makes both. The identity's key decides between two first sign-ins.
func (t *tx) personOf(c directory.Claims, orgID string, now time.Time) (string, error) {
	var id string
	if err := one(t.DB, &id, selectIdentity, c.Issuer, c.Subject); !errors.Is(err, gorm.ErrRecordNotFound) {
		return id, err
	}
	if awaited, err := t.awaited(c, orgID); err != nil || awaited != "" {
		if err == nil {
			err = t.identified(awaited, c, now)
		}
		return awaited, err
	}
	id = newID()
	_, err := exec(t.DB, `INSERT INTO people (id, org_id, given_name, family_name, email, locale, created_at, updated_at)
		VALUES (?, ?, '', '', '', '', ?, ?)`, id, optional(orgID), moment(now), moment(now))
	if err != nil {
		return "", err
	}
	if err := t.identified(id, c, now); err != nil {
		return "", err
	}
	return id, t.happened(event.Event{
		ID: newID(), Seq: 1, Type: event.PersonCreated, OrgID: orgID, Subject: "person:" + id, Actor: "person:" + id, At: now,
		Data: map[string]any{"provider": c.Provider},
	})
}

// identified writes by what a person is found from now on.
func (t *tx) identified(personID string, c directory.Claims, now time.Time) error {
	first, err := exec(t.DB, `INSERT INTO identities (iss, sub, provider, person_id, created_at, idp_id, uid) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (iss, sub) DO NOTHING`, c.Issuer, c.Subject, c.Provider, personID, moment(now), c.IdPID, c.UID)
	if err == nil && first == 0 {
		return errAgain // which takes the row of people back
	}
	return err
}

func (t *tx) bringUpToDate(id string, c directory.Claims, orgID string, now time.Time) (personRow, error) {
	var row personRow
	if err := one(t.DB, &row, selectPerson+"WHERE p.id = ?"+t.store.dialect.forUpdateOf("p"), id); err != nil {
		return row, err
	}
	var erasing int64
	if err := one(t.DB, &erasing, "SELECT COUNT(*) FROM erasures WHERE person_id = ?", id); err != nil || erasing > 0 {
		return row, cmp.Or(err, errAgain) // the identity was another's a moment ago: it is nobody's now
	}
	before := row
	row.OrgID = orgID
	row.GivenName = cmp.Or(c.GivenName, row.GivenName)
	row.FamilyName = cmp.Or(c.FamilyName, row.FamilyName)
	row.Email = cmp.Or(c.Email, row.Email)
	row.Locale = cmp.Or(c.Locale, row.Locale)
	row.Unit = cmp.Or(c.OrganizationUnit, row.Unit)
	if err := t.noteWords(row); err != nil {
		return row, err
	}
	if row == before {
		return row, nil
	}
	_, err := exec(t.DB, "UPDATE people SET org_id = ?, given_name = ?, family_name = ?, email = ?, locale = ?, unit = ?, updated_at = ? WHERE id = ?",
		optional(row.OrgID), row.GivenName, row.FamilyName, row.Email, row.Locale, row.Unit, moment(now), id)
	if err == nil && before.OrgID != row.OrgID {
		err = t.moved(id, before.OrgID, row.OrgID, now)
	}
	if err != nil {
		return row, err
	}
	return row, one(t.DB, &row, selectPerson+"WHERE p.id = ?", id)
}

// noteEmail keeps the history of addresses: one at a time, each with its period. Written in other letters it is the same address, and
// nobody has it anew.
func (t *tx) noteEmail(personID, address string, now time.Time) error {
	if address == "" {
		return nil
	}
	var present struct{ ID, Address, Folded string }
	err := one(t.DB, &present, "SELECT id, address, folded FROM emails WHERE person_id = ? AND until IS NULL", personID)
	if present.Address == address || (err != nil && !errors.Is(err, gorm.ErrRecordNotFound)) {
		return err
	}
	if present.Folded == strings.ToLower(address) {
		_, err := exec(t.DB, "UPDATE emails SET address = ? WHERE id = ?", address, present.ID)
		return err
	}
	if present.ID != "" {
		if _, err := exec(t.DB, "UPDATE emails SET until = CASE WHEN since > ? THEN since ELSE ? END WHERE id = ?", moment(now), moment(now), present.ID); err != nil {
			return err
		}
	}
	_, err = exec(t.DB, "INSERT INTO emails (id, person_id, address, folded, since) VALUES (?, ?, ?, ?, ?)",
		newID(), personID, address, strings.ToLower(address), moment(now))
	return err
}

// noteVouched notes whether the provider answers for the present address, not more often than it has to be known.
func (t *tx) noteVouched(personID string, proved bool, now time.Time) error {
	if !proved {
		_, err := exec(t.DB, "UPDATE emails SET vouched_at = NULL WHERE person_id = ? AND until IS NULL AND vouched_at IS NOT NULL", personID)
		return err
	}
	_, err := exec(t.DB, "UPDATE emails SET vouched_at = ? WHERE person_id = ? AND until IS NULL AND (vouched_at IS NULL OR vouched_at < ?)",
		moment(now), personID, moment(now.Add(-vouchedAnew)))
	return err
}

// PersonByEmail finds the one person of an organization (by id, siret or exact name) who has this address at present,
// for an administrator's command: nobody is ever signed in or let in by it. fault.NotFound when there is none,
// fault.Conflict when there are several.
func (d *DB) PersonByEmail(ctx context.Context, orgKey, email string) (directory.Person, error) {
	orgID, _, err := d.OrgByKey(ctx, orgKey)
	if err != nil {
		return directory.Person{}, err
	}
	var rows []personRow
	err = d.read(ctx, "find person by address", func(g *gorm.DB) (err error) {
		rows, err = all[personRow](g, selectPerson+`JOIN emails e ON e.person_id = p.id AND e.until IS NULL
			WHERE e.folded = ? AND p.org_id = ? LIMIT 2`, strings.ToLower(email), orgID)
		return err
	})
	switch {
	case err != nil:
		return directory.Person{}, err
	case len(rows) == 0:
		return directory.Person{}, fault.New(fault.CodeNotFound, "nobody in this organization has this address")
	case len(rows) > 1:
		return directory.Person{}, fault.New(fault.CodeConflict, "several people have this address: give a person's id")
	}
	return rows[0].person(), nil
}
