package store

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/fault"
	"parvis/scim"
)

// A sign-in and a user of a SCIM client are of one person when the client's provider signed in whom the client calls so: by idp_id and
// uid behind a broker, by the subject where the provider is the organization's own; within the client's organization alone.

const selectAwaited = `SELECT u.*, c.account_id FROM scim_users u JOIN scim_clients c ON c.id = u.client_id
	WHERE c.org_id = ? AND c.provider = ? AND u.external_id <> ''
	AND ((c.idp_id = '' AND u.external_id = ?) OR (c.idp_id <> '' AND c.idp_id = ? AND u.external_id = ? AND u.external_id <> ''))
	AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.person_id = u.person_id)
	ORDER BY u.id`

type awaitedRow struct {
	User      scimUserRow `gorm:"embedded"`
	AccountID optional
}

func (t *tx) awaitedUsers(c directory.Claims, orgID, lock string) ([]awaitedRow, error) {
	return all[awaitedRow](t.DB, selectAwaited+lock, orgID, c.Provider, c.Subject, c.IdPID, c.UID)
}

// awaited finds who was provisioned before they ever signed in, as whom this is; empty when nobody was. The user is locked: a merge
// gives it to the account that stays.
func (t *tx) awaited(c directory.Claims, orgID string) (string, error) {
	users, err := t.awaitedUsers(c, orgID, t.store.dialect.forUpdateOf("u"))
	if err != nil {
		return "", err
	}
	for _, u := range users { // a look of its own, after the lock: two first sign-ins may come at once
		if comes, err := t.comesFirst(u.User.PersonID, c, orgID); err != nil || comes {
			return u.User.PersonID, err
		}
	}
	return "", nil
}

// comesFirst tells whether a sign-in is the first under the key of a person's user. Who has signed in is awaited no more: the provider
// calls whoever comes by another subject somebody else, and an administrator who knows better merges the two. So did one who merged an
// account of the organization into this one: its user may still wait for its key.
func (t *tx) comesFirst(personID string, c directory.Claims, orgID string) (bool, error) {
	signed, err := t.hasSignedIn(personID)
	if err != nil || !signed {
		return err == nil, err
	}
	var comes bool
	err = one(t.DB, &comes, `SELECT EXISTS (SELECT 1 FROM people f WHERE f.id <> ? AND f.org_id = ? AND f.id IN (`+accountsBelow+`))
		AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.person_id = ? AND i.provider = ? AND (i.sub = ? OR (i.idp_id <> '' AND i.idp_id = ? AND i.uid = ?)))`,
		personID, orgID, personID, personID, c.Provider, c.Subject, c.IdPID, c.UID)
	return comes, err
}

// provisioned joins who signs in with the user that a client made of them meanwhile, and notes by which uid a client finds them. Whom
// the client has closed is closed from now on.
func (t *tx) provisioned(personID string, c directory.Claims, orgID string, now time.Time) error {
	_, err := exec(t.DB, "UPDATE identities SET idp_id = ?, uid = ? WHERE iss = ? AND sub = ? AND (idp_id <> ? OR uid <> ?)",
		c.IdPID, c.UID, c.Issuer, c.Subject, c.IdPID, c.UID)
	if err != nil {
		return err
	}
	users, err := t.awaitedUsers(c, orgID, "")
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.User.PersonID == personID {
			continue
		}
		if err := t.joinedWith(u, personID, orgID, now); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) joinedWith(u awaitedRow, personID, orgID string, now time.Time) error {
	signed, err := t.hasSignedIn(u.User.PersonID)
	if err != nil || signed { // two people whom the provider keeps apart are not made one by a client
		return err
	}
	var row scimClientRow
	err = one(t.DB, &row, selectClient+"WHERE id = ?", u.User.ClientID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errAgain
	}
	if err != nil {
		return err
	}
	user, by := u.User.user(), scim.Act{By: "service:" + string(u.AccountID), At: now}
	if u.AccountID == "" {
		by.By = "system:import"
	}
	if err := t.relinkSCIMUser(row.client(), &user, personID, by); err != nil || user.Active {
		return err
	}
	if err := t.movesNow(personID, orgID, now); err != nil {
		return err
	}
	err = t.notByClient(row.client(), personID)
	if fault.HasCode(err, fault.CodeLastAdministrator) || fault.HasCode(err, fault.CodeForbidden) { // nobody is kept out who was never told
		return nil
	}
	if err != nil {
		return err
	}
	return t.closeBySCIM(row.client(), personID, by)
}

// movesNow brings somebody to the organization that signs them in before the rest of what their provider says is written: a client speaks
// for its people from this sign-in on.
func (t *tx) movesNow(personID, orgID string, now time.Time) error {
	var from string
	err := one(t.DB, &from, "SELECT org_id FROM people WHERE id = ?"+t.store.dialect.forUpdate, personID)
	if err != nil || from == orgID {
		return err
	}
	if _, err := exec(t.DB, "UPDATE people SET org_id = ?, updated_at = ? WHERE id = ?", orgID, moment(now), personID); err != nil {
		return err
	}
	return t.moved(personID, from, orgID, now)
}
