package store

import (
	"errors"
	"parvis/fault"
	"time"

	"gorm.io/gorm"

	"parvis/directory"
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
	if err != nil || len(users) == 0 {
		return "", err
	}
	return users[0].User.PersonID, nil
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
	// The person row moved to its organization only after this: the client speaks for it from this sign-in on.
	if _, err := exec(t.DB, "UPDATE people SET org_id = ? WHERE id = ?", orgID, personID); err != nil {
		return err
	}
	err = t.closeBySCIM(row.client(), personID, by)
	if fault.HasCode(err, fault.CodeLastAdministrator) { // nobody is kept out who was never told
		return nil
	}
	return err
}
