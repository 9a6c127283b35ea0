package store

import (
	"context"
	"errors"
	"reflect"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/scim"
)

// UpdateSCIMUser implements scim.Store.
func (d *DB) UpdateSCIMUser(ctx context.Context, c scim.Client, id string, by scim.Act, change func(*scim.User) error) (scim.User, error) {
	var user scim.User
	err := d.closing(ctx, "change scim user", by.At, func(t *tx) error {
		before, err := t.holdSCIMUser(c, id)
		if err != nil {
			return err
		}
		user = before
		if err := change(&user); err != nil {
			return err
		}
		if user.Active != before.Active || !reflect.DeepEqual(user.Attributes, before.Attributes) {
			if err := t.keepSCIMUser(c, before, &user, by); err != nil {
				return err
			}
		}
		list := []scim.User{user}
		err = groupsOfSCIM(t.DB, list)
		user = list[0]
		return err
	})
	if err != nil {
		return scim.User{}, err
	}
	return user, nil
}

func (t *tx) holdSCIMUser(c scim.Client, id string) (scim.User, error) {
	if !isKey(id) {
		return scim.User{}, noSCIMUser()
	}
	var row scimUserRow
	err := one(t.DB, &row, selectSCIMUser+"u.id = ?"+t.store.dialect.forUpdate, c.ID, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return scim.User{}, noSCIMUser()
	}
	return row.user(), err
}

func (t *tx) keepSCIMUser(c scim.Client, before scim.User, user *scim.User, by scim.Act) error {
	if err := t.keepHeld(before, user); err != nil {
		return err
	}
	user.Version, user.UpdatedAt = before.Version+1, by.At
	if before.Text("externalId") != user.Text("externalId") {
		if err := t.moveSCIMUser(c, user, by); err != nil {
			return err
		}
		if err := t.happened(renumbered(c, *user, by)); err != nil {
			return err
		}
	}
	row := rowOfSCIMUser(*user)
	err := t.Model(&row).Where("id = ?", row.ID).Select("PersonID", "UserName", "ExternalID", "DisplayName", "GivenName", "FamilyName", "Title", "UserType",
		"Department", "Organization", "Active", "Attributes", "Version", "UpdatedAt").Updates(&row).Error
	if err != nil {
		return err
	}
	b := t.batch()
	b.exec("DELETE FROM scim_emails WHERE user_id = ?", row.ID)
	insert(b, scimEmailsOf(*user))
	if err := b.send(); err != nil {
		return err
	}
	if err := t.tellNewcomer(c, *user, by.At); err != nil {
		return err
	}
	if !user.Active {
		return t.closeBySCIM(c, user.PersonID, by)
	}
	if before.Active && before.PersonID == user.PersonID {
		return nil // another user of the same person may have closed the account
	}
	return t.reopenBySCIM(c, user.PersonID, by)
}

// moveSCIMUser follows another externalId to whom it names. Whoever signed in by the one before stays who they are: for somebody else
// the client makes another user.
func (t *tx) moveSCIMUser(c scim.Client, user *scim.User, by scim.Act) error {
	if signed, err := t.hasSignedIn(user.PersonID); err != nil || signed {
		if err == nil {
			err = &scim.Error{Status: 400, Type: "mutability", Detail: "the person has signed in by this externalId: delete the user and make another"}
		}
		return err
	}
	people, err := t.signedInAs(c, []string{user.Text("externalId")})
	if err != nil {
		return err
	}
	if id := people[user.Text("externalId")]; id != "" {
		return t.relinkSCIMUser(c, user, id, by)
	}
	return nil
}

// renumbered tells that another externalId decides from now on who signs in as the person. It says neither: many are made of a name,
// and the trail outlasts the person.
func renumbered(c scim.Client, user scim.User, by scim.Act) event.Event {
	return event.Event{
		ID: newID(), Type: event.PersonProvisioned, OrgID: c.OrgID, Subject: "person:" + user.PersonID, Actor: by.By, At: by.At,
		Data: map[string]any{
			"client": c.ID, "user": user.ID, "active": user.Active, "changed": []string{"externalId"},
		},
	}
}

func (t *tx) hasSignedIn(personID string) (bool, error) {
	var n int
	err := one(t.DB, &n, "SELECT COUNT(*) FROM identities WHERE person_id = ?", personID)
	return n > 0, err
}

// relinkSCIMUser makes a user that of another person, whom the provider has signed in, in place of one who never came: that one is
// closed, and the other is in the groups.
func (t *tx) relinkSCIMUser(c scim.Client, user *scim.User, personID string, by scim.Act) error {
	was := user.PersonID
	user.PersonID = personID
	_, err := exec(t.DB, "UPDATE scim_users SET person_id = ? WHERE id = ?", personID, user.ID)
	if err != nil {
		return err
	}
	_, err = exec(t.DB, `INSERT INTO group_members (group_id, person_id, added_at)
		SELECT m.group_id, u.person_id, ? FROM scim_group_members m JOIN scim_users u ON u.id = m.user_id WHERE m.user_id = ?
		ON CONFLICT (group_id, person_id) DO NOTHING`, moment(by.At), user.ID)
	if err != nil {
		return err
	}
	if err := t.leaveSCIMGroups(was, user.ID); err != nil {
		return err
	}
	if err := t.closeBySCIM(c, was, by); err != nil {
		return err
	}
	if err := t.signInsChanged([]string{personID}); err != nil {
		return err
	}
	return t.happened(event.Event{
		ID: newID(), Type: event.PersonProvisioned, OrgID: c.OrgID, Subject: "person:" + personID, Actor: by.By, At: by.At,
		Data: map[string]any{"client": c.ID, "user": user.ID, "active": user.Active, "before": was},
	})
}

// leaveSCIMGroups takes a person out of the groups in which they are by one user, and by no other.
func (t *tx) leaveSCIMGroups(personID, userID string) error {
	_, err := exec(t.DB, `DELETE FROM group_members WHERE person_id = ? AND group_id IN (SELECT m.group_id FROM scim_group_members m WHERE m.user_id = ?)
		AND NOT EXISTS (SELECT 1 FROM scim_group_members o JOIN scim_users u ON u.id = o.user_id
			WHERE o.group_id = group_members.group_id AND u.person_id = group_members.person_id AND u.id <> ?)`, personID, userID, userID)
	if err != nil {
		return err
	}
	return t.signInsChanged([]string{personID})
}

// tellNewcomer brings name and address of somebody up to date who has never signed in. From the first sign-in on the provider's word
// counts, which is proved each time.
func (t *tx) tellNewcomer(c scim.Client, user scim.User, at time.Time) error {
	if signed, err := t.hasSignedIn(user.PersonID); err != nil || signed {
		return err
	}
	var erasing bool
	if err := one(t.DB, &erasing, "SELECT "+beingErased, user.PersonID); err != nil || erasing {
		return err
	}
	p := personOfSCIM(user, c.OrgID)
	_, err := exec(t.DB, "UPDATE people SET given_name = ?, family_name = ?, email = ?, locale = ?, unit = ?, updated_at = ? WHERE id = ? AND org_id = ?",
		p.GivenName, p.FamilyName, p.Email, p.Locale, p.Unit, moment(at), p.ID, c.OrgID)
	if err != nil {
		return err
	}
	if err := t.noteWords(p); err != nil {
		return err
	}
	return t.noteEmail(p.ID, p.Email, at)
}

// DeleteSCIMUser implements scim.Store. The person stays, closed: what they did is not undone.
func (d *DB) DeleteSCIMUser(ctx context.Context, c scim.Client, id string, by scim.Act, check func(scim.User) error) error {
	return d.closing(ctx, "delete scim user", by.At, func(t *tx) error {
		user, err := t.holdSCIMUser(c, id)
		if err != nil {
			return err
		}
		if err := check(user); err != nil {
			return err
		}
		if err := t.holdAccounts(user.PersonID); err != nil {
			return err
		}
		if err := t.notHeld(user.PersonID); err != nil {
			return err
		}
		if err := t.closeBySCIM(c, user.PersonID, by); err != nil {
			return err
		}
		if err := t.leaveSCIMGroups(user.PersonID, user.ID); err != nil {
			return err
		}
		for _, statement := range []string{
			"UPDATE scim_groups SET version = version + 1 WHERE id IN (SELECT group_id FROM scim_group_members WHERE user_id = ?)",
			"DELETE FROM scim_group_members WHERE user_id = ?", "DELETE FROM scim_emails WHERE user_id = ?", "DELETE FROM scim_users WHERE id = ?",
		} {
			if _, err := exec(t.DB, statement, user.ID); err != nil {
				return err
			}
		}
		return t.happened(event.Event{
			ID: newID(), Type: event.PersonUnlinked, OrgID: c.OrgID, Subject: "person:" + user.PersonID, Actor: by.By, At: by.At,
			Data: map[string]any{"client": c.ID, "user": user.ID},
		})
	})
}

// closing is write for what may close accounts: the invitations that these people claimed are those of the address again.
func (d *DB) closing(ctx context.Context, op string, at time.Time, do func(*tx) error) error {
	var closed []string
	err := d.write(ctx, op, func(t *tx) error {
		err := do(t)
		closed = t.closed
		return err
	})
	if err == nil {
		err = d.releaseMeetings(ctx, closed, at)
	}
	return err
}

// closeBySCIM closes the account of somebody who is of the client's organization, as an administrator would: who has moved on is
// another's. One that is closed stays as it is.
func (t *tx) closeBySCIM(c scim.Client, personID string, by scim.Act) error {
	open, err := all[string](t.DB, "SELECT id FROM people WHERE id = ? AND org_id = ? AND deactivated_at IS NULL"+t.store.dialect.forUpdate, personID, c.OrgID)
	if err != nil || len(open) == 0 {
		return err
	}
	if c.AccountID == "" { // whoever sends a file is a person, who was asked which accounts they may close
		err = t.keepsAdministrator(personID)
	} else {
		err = t.notByClient(c, personID)
	}
	if err != nil {
		return err
	}
	if _, err := exec(t.DB, "UPDATE people SET closed_by_client = ? WHERE id = ?", c.ID, personID); err != nil {
		return err
	}
	if err := t.deactivate(personID, by.At); err != nil {
		return err
	}
	t.closed = append(t.closed, personID)
	return t.happened(event.Event{
		ID: newID(), Type: event.PersonDeactivated, OrgID: c.OrgID, Subject: "person:" + personID, Actor: by.By, At: by.At, Data: map[string]any{"client": c.ID},
	})
}

// notByClient refuses to close by software who administers the platform, and the last one who administers the organization: a client
// that was taken over leaves somebody who stops it. The account is locked; those who administer are, so that two do not go at the same moment.
func (t *tx) notByClient(c scim.Client, personID string) error {
	rows, err := all[appointmentRow](t.DB, "SELECT id, person_id, role FROM appointments WHERE (role = 'platform-admin' AND person_id = ?) OR (role = 'org-admin' AND org_id = ?) ORDER BY id"+
		t.store.dialect.forUpdate, personID, c.OrgID)
	if err != nil {
		return err
	}
	var others []string
	holds := false
	for _, r := range rows {
		switch {
		case r.Role == string(auth.PlatformAdmin):
			return fault.New(fault.CodeForbidden, "this person administers the platform: a platform-admin closes the account")
		case r.PersonID == personID:
			holds = true
		default:
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
		return fault.New(fault.CodeLastAdministrator, "this is the last org-admin of the organization: have somebody else made one first")
	}
	return nil
}

// keepHeld keeps of somebody under a hold what a client takes away. It is not refused: most often it comes with active: false, and an
// account that stayed open would be worse.
func (t *tx) keepHeld(before scim.User, user *scim.User) error {
	kept, some := user.Keeping(before)
	if !some {
		return nil
	}
	if err := t.holdAccounts(before.PersonID); err != nil {
		return err
	}
	held, err := openHolds(t.DB, before.PersonID)
	if err == nil && len(held) > 0 {
		*user = kept
	}
	return err
}

// notHeld refuses to forget what a client said of somebody whom a hold keeps.
func (t *tx) notHeld(personID string) error {
	held, err := openHolds(t.DB, personID)
	if err == nil && len(held) > 0 {
		err = fault.New(fault.CodeHeld, "a hold keeps what is about this person: set active to false instead, which closes the account")
	}
	return err
}

// reopenBySCIM opens an account that this client has closed, and no other: what an administrator closed an administrator opens, and
// what was merged or erased nobody.
func (t *tx) reopenBySCIM(c scim.Client, personID string, by scim.Act) error {
	opened, err := exec(t.DB, "UPDATE people SET deactivated_at = NULL, closed_by_client = NULL WHERE id = ? AND org_id = ? AND closed_by_client = ? AND deactivated_at IS NOT NULL"+
		" AND NOT EXISTS (SELECT 1 FROM merges m WHERE m.person_id = people.id) AND NOT "+beingErased, personID, c.OrgID, c.ID, personID)
	if err != nil || opened == 0 {
		return err
	}
	return t.happened(event.Event{
		ID: newID(), Type: event.PersonReactivated, OrgID: c.OrgID, Subject: "person:" + personID, Actor: by.By, At: by.At, Data: map[string]any{"client": c.ID},
	})
}
