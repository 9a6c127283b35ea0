package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// ListPeople implements directory.PeopleStore.
func (d *DB) ListPeople(ctx context.Context, q directory.PeopleQuery) (directory.PeoplePage, error) {
	condition, args := within("p.org_id", q.Reach)
	where := "WHERE " + condition
	if q.OrgID != "" {
		where += " AND p.org_id = ?"
		args = append(args, q.OrgID)
	}
	if q.Deactivated != nil {
		where += map[bool]string{true: " AND p.deactivated_at IS NOT NULL", false: " AND p.deactivated_at IS NULL"}[*q.Deactivated]
	}
	for i, term := range termsOf(q.Query) {
		if i == 0 {
			where += " AND p.id IN (SELECT w.person_id FROM people_words w WHERE w.word >= ? AND w.word < ?)"
		} else {
			where += " AND EXISTS (SELECT 1 FROM people_words w WHERE w.person_id = p.id AND w.word >= ? AND w.word < ?)"
		}
		args = append(args, term, term+lastRune)
	}
	if q.Cursor != "" {
		if !isKey(q.Cursor) {
			return directory.PeoplePage{}, notOurCursor()
		}
		where += " AND (p.family_name, p.given_name, p.id) > (SELECT c.family_name, c.given_name, c.id FROM people c WHERE c.id = ?)"
		args = append(args, q.Cursor)
	}
	size := pageSize(q.PageSize)
	var page directory.PeoplePage
	err := d.read(ctx, "list people", func(g *gorm.DB) error {
		rows, err := all[personRow](g, selectPerson+where+" ORDER BY p.family_name, p.given_name, p.id LIMIT ?", append(args, size+1)...)
		for _, r := range rows {
			page.People = append(page.People, r.person())
		}
		return err
	})
	if len(page.People) > size {
		page.People = page.People[:size]
		page.Next = page.People[size-1].ID
	}
	return page, err
}

// DeactivatePerson closes an account as its provider or an operator does: nobody is asked whether the platform keeps an
// administrator. Invitations that it claimed are those of the address again.
func (d *DB) DeactivatePerson(ctx context.Context, id string, at time.Time) error {
	err := d.person(ctx, "deactivate person", id, func(t *tx) error { return t.closeFor(id, at) })
	if err == nil {
		err = d.releaseMeetings(ctx, []string{id}, at)
	}
	return err
}

// person changes what is there of a person, under the lock of the account.
func (d *DB) person(ctx context.Context, op, id string, do func(*tx) error) error {
	if !isKey(id) {
		return noPerson()
	}
	return d.write(ctx, op, func(t *tx) error {
		var found string
		err := one(t.DB, &found, "SELECT id FROM people WHERE id = ?"+d.dialect.forUpdate, id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noPerson()
		}
		if err != nil {
			return err
		}
		return do(t)
	})
}

// closeFor closes an account by an administrator's word: what provisioning closed before is opened by it no more.
func (t *tx) closeFor(id string, at time.Time) error {
	if _, err := exec(t.DB, "UPDATE people SET closed_by_client = NULL WHERE id = ?", id); err != nil {
		return err
	}
	return t.deactivate(id, at)
}

// deactivate closes an account and ends its sign-ins and admissions with it: the gate refuses at once, processes that run
// cut the relays when they read the change. A second time keeps the first moment and ends what is left.
func (t *tx) deactivate(id string, at time.Time) error {
	if _, err := exec(t.DB, "UPDATE people SET deactivated_at = COALESCE(deactivated_at, ?) WHERE id = ?", moment(at), id); err != nil {
		return err
	}
	return t.endAllOf(id, rooms.EndDeactivated, at)
}

// endAllOf ends what runs by an account.
func (t *tx) endAllOf(id string, why rooms.EndReason, at time.Time) error {
	ended, err := t.endSignIns("s.person_id = ?", []any{id}, at)
	if err != nil {
		return err
	}
	if err := t.endPlaces(ended, why, at); err != nil {
		return err
	}
	// What software holds for the person.
	_, err = t.endAdmissions("a.person_id = ? AND a.sign_in_id IS NULL", []any{id}, why, at)
	return err
}

// ClosePerson implements directory.PeopleStore.
func (d *DB) ClosePerson(ctx context.Context, id string, at time.Time, events ...event.Event) error {
	err := d.person(ctx, "close account", id, func(t *tx) error {
		if err := t.keepsAdministrator(id); err != nil {
			return err
		}
		var closed bool
		// What provisioning closed, an administrator closes for good: that is another act.
		if err := one(t.DB, &closed, "SELECT deactivated_at IS NOT NULL AND closed_by_client IS NULL FROM people WHERE id = ?", id); err != nil {
			return err
		}
		if err := t.closeFor(id, at); err != nil || closed {
			return err
		}
		return t.happened(events...)
	})
	if err == nil {
		err = d.releaseMeetings(ctx, []string{id}, at)
	}
	return err
}

// OpenPerson implements directory.PeopleStore.
func (d *DB) OpenPerson(ctx context.Context, id string, _ time.Time, events ...event.Event) error {
	return d.person(ctx, "open account", id, func(t *tx) error {
		var merged bool
		if err := one(t.DB, &merged, "SELECT EXISTS (SELECT 1 FROM merges WHERE person_id = ?)", id); err != nil {
			return err
		}
		if merged {
			return fault.New(fault.CodeConflict, "this account was merged into another: it stays closed")
		}
		if erasing, err := t.erasing(id); err != nil {
			return err
		} else if erasing {
			return gone()
		}
		rows, err := exec(t.DB, "UPDATE people SET deactivated_at = NULL, closed_by_client = NULL WHERE id = ? AND deactivated_at IS NOT NULL", id)
		if err != nil || rows == 0 {
			return err
		}
		return t.happened(events...)
	})
}

// SignOutPerson implements directory.PeopleStore.
func (d *DB) SignOutPerson(ctx context.Context, id string, at time.Time, events ...event.Event) error {
	return d.person(ctx, "end sign-ins of a person", id, func(t *tx) error {
		if err := t.endAllOf(id, rooms.EndSignedOut, at); err != nil {
			return err
		}
		return t.happened(events...)
	})
}

var _ directory.PeopleStore = (*DB)(nil)
