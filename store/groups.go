package store

import (
	"context"
	"time"
)

// groupsOf are the groups of the holder of a sign-in, of the organization that the sign-in was placed in: who moves on
// leaves them behind. It is a list in JSON.
func groupsOf(aggregate string) string {
	return `(SELECT COALESCE(` + aggregate + `(m.group_id), '[]') FROM group_members m JOIN groups g ON g.id = m.group_id AND g.org_id = s.org_id
		WHERE m.person_id = s.person_id) AS group_ids`
}

// CreateGroup writes a group of an organization, without anybody in it.
func (d *DB) CreateGroup(ctx context.Context, id, orgID, name string, now time.Time) error {
	return d.write(ctx, "create group", func(t *tx) error {
		_, err := exec(t.DB, "INSERT INTO groups (id, org_id, name, created_at) VALUES (?, ?, ?, ?)", id, orgID, name, moment(now))
		return err
	})
}

// ChangeGroup adds people to a group and removes others. Their sign-ins are forgotten everywhere, because a sign-in says of
// which groups its holder is.
func (d *DB) ChangeGroup(ctx context.Context, groupID string, add, remove []string, now time.Time) error {
	return d.write(ctx, "change group", func(t *tx) error {
		for _, id := range add {
			_, err := exec(t.DB, "INSERT INTO group_members (group_id, person_id, added_at) VALUES (?, ?, ?) ON CONFLICT (group_id, person_id) DO NOTHING",
				groupID, id, moment(now))
			if err != nil {
				return err
			}
		}
		err := chunks(remove, func(part []string) error {
			_, err := exec(t.DB, "DELETE FROM group_members WHERE group_id = ? AND person_id IN ?", groupID, part)
			return err
		})
		if err != nil {
			return err
		}
		if err := t.signInsChanged(add); err != nil {
			return err
		}
		return t.signInsChanged(remove)
	})
}

// signInsChanged has the sign-ins of people read again.
func (t *tx) signInsChanged(people []string) error {
	return chunks(people, func(part []string) error {
		rows, err := all[struct{ ID string }](t.DB, "SELECT id FROM sign_ins WHERE person_id IN ? AND ended_at IS NULL", part)
		for _, r := range rows {
			t.changed(ChangedSignIn, r.ID)
		}
		return err
	})
}
