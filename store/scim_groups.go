package store

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parvis/event"
	"parvis/fault"
	"parvis/scim"
)

type scimGroupRow struct {
	ID          string
	ClientID    string
	ExternalID  string
	DisplayName string
	Name        string `gorm:"->;-:migration"` // joined
	Version     int64
	CreatedAt   moment
	UpdatedAt   moment
}

func (scimGroupRow) TableName() string { return "scim_groups" }

func (r scimGroupRow) group() scim.Group {
	return scim.Group{
		ID: r.ID, ClientID: r.ClientID, ExternalID: r.ExternalID, Name: r.Name, Version: r.Version,
		CreatedAt: r.CreatedAt.time(), UpdatedAt: r.UpdatedAt.time(),
	}
}

func rowOfSCIMGroup(g scim.Group) scimGroupRow {
	return scimGroupRow{
		ID: g.ID, ClientID: g.ClientID, ExternalID: g.ExternalID, DisplayName: scim.Fold(g.Name), Version: g.Version,
		CreatedAt: moment(g.CreatedAt), UpdatedAt: moment(g.UpdatedAt),
	}
}

type scimMemberRow struct{ GroupID, UserID string }

func (scimMemberRow) TableName() string { return "scim_group_members" }

type groupMemberRow struct {
	GroupID  string
	PersonID string
	AddedAt  moment
}

func (groupMemberRow) TableName() string { return "group_members" }

const selectSCIMGroup = "SELECT u.*, n.name FROM scim_groups u JOIN groups n ON n.id = u.id WHERE u.client_id = ? AND "

func noSCIMGroup() error {
	return fault.New(fault.CodeNotFound, "there is no such group of this client")
}

// CreateSCIMGroup implements scim.Store.
func (d *DB) CreateSCIMGroup(ctx context.Context, c scim.Client, g scim.Group, by scim.Act) error {
	return d.write(ctx, "create scim group", func(t *tx) error { return t.createSCIMGroup(c, g, by) })
}

func (t *tx) createSCIMGroup(c scim.Client, g scim.Group, by scim.Act) error {
	if _, err := exec(t.DB, "INSERT INTO groups (id, org_id, name, created_at) VALUES (?, ?, ?, ?)", g.ID, c.OrgID, g.Name, moment(by.At)); err != nil {
		return err
	}
	row := rowOfSCIMGroup(g)
	if err := t.Create(&row).Error; err != nil {
		return err
	}
	if err := t.changeSCIMMembers(c, g.ID, g.Members, nil, by); err != nil {
		return err
	}
	return t.happened(groupEvent(event.GroupCreated, c, g.ID, by, map[string]any{"members": len(g.Members)}))
}

func groupEvent(what event.Type, c scim.Client, id string, by scim.Act, data map[string]any) event.Event {
	data["client"] = c.ID
	return event.Event{ID: newID(), Type: what, OrgID: c.OrgID, Subject: "group:" + id, Actor: by.By, At: by.At, Data: data}
}

// SCIMGroup implements scim.Store.
func (d *DB) SCIMGroup(ctx context.Context, c scim.Client, id string, members bool) (scim.Group, error) {
	if !isKey(id) {
		return scim.Group{}, noSCIMGroup()
	}
	var list []scim.Group
	err := d.read(ctx, "find scim group", func(g *gorm.DB) error {
		var row scimGroupRow
		if err := one(g, &row, selectSCIMGroup+"u.id = ?", c.ID, id); err != nil {
			return err
		}
		list = []scim.Group{row.group()}
		if !members {
			return nil
		}
		return membersOfSCIM(g, list)
	})
	if err != nil {
		return scim.Group{}, err
	}
	return list[0], nil
}

func membersOfSCIM(g *gorm.DB, groups []scim.Group) error {
	at := make(map[string]int, len(groups))
	ids := make([]string, len(groups))
	for i, group := range groups {
		at[group.ID], ids[i] = i, group.ID
	}
	return chunks(ids, func(part []string) error {
		rows, err := all[scimMemberRow](g, "SELECT group_id, user_id FROM scim_group_members WHERE group_id IN ? ORDER BY user_id", part)
		for _, r := range rows {
			group := &groups[at[r.GroupID]]
			group.Members = append(group.Members, r.UserID)
		}
		return err
	})
}

// SCIMGroups implements scim.Store.
func (d *DB) SCIMGroups(ctx context.Context, c scim.Client, q scim.Query) ([]scim.Group, int, error) {
	var page []scim.Group
	total := 0
	err := d.read(ctx, "list scim groups", func(g *gorm.DB) (err error) {
		total, err = scimPage(q, scimGroupsTable, scimCount(g, "scim_groups", c), func(tail string, args []any) (int, error) {
			rows, err := all[scimGroupRow](g, selectSCIMGroup+tail, append([]any{c.ID}, args...)...)
			for _, r := range rows {
				page = append(page, r.group())
			}
			return len(rows), err
		})
		if err != nil || !q.WithParts {
			return err
		}
		return membersOfSCIM(g, page)
	})
	return page, total, err
}

// UpdateSCIMGroup implements scim.Store.
func (d *DB) UpdateSCIMGroup(ctx context.Context, c scim.Client, id string, by scim.Act, change func(*scim.Group) error) (scim.Group, error) {
	var group scim.Group
	err := d.write(ctx, "change scim group", func(t *tx) error {
		before, err := t.holdSCIMGroup(c, id)
		if err != nil {
			return err
		}
		group = before
		group.Members = slices.Clone(before.Members)
		if err := change(&group); err != nil {
			return err
		}
		slices.Sort(group.Members)
		if reflect.DeepEqual(before, group) {
			return nil
		}
		return t.keepSCIMGroup(c, before, &group, by)
	})
	if err != nil {
		return scim.Group{}, err
	}
	return group, nil
}

func (t *tx) holdSCIMGroup(c scim.Client, id string) (scim.Group, error) {
	if !isKey(id) {
		return scim.Group{}, noSCIMGroup()
	}
	var row scimGroupRow
	err := one(t.DB, &row, selectSCIMGroup+"u.id = ?"+t.store.dialect.forUpdateOf("u"), c.ID, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return scim.Group{}, noSCIMGroup()
	}
	if err != nil {
		return scim.Group{}, err
	}
	list := []scim.Group{row.group()}
	err = membersOfSCIM(t.DB, list)
	return list[0], err
}

func (t *tx) keepSCIMGroup(c scim.Client, before scim.Group, group *scim.Group, by scim.Act) error {
	group.Version, group.UpdatedAt = before.Version+1, by.At
	if _, err := exec(t.DB, "UPDATE groups SET name = ? WHERE id = ?", group.Name, group.ID); err != nil {
		return err
	}
	_, err := exec(t.DB, "UPDATE scim_groups SET external_id = ?, display_name = ?, version = ?, updated_at = ? WHERE id = ?",
		group.ExternalID, scim.Fold(group.Name), group.Version, moment(by.At), group.ID)
	if err != nil {
		return err
	}
	added, removed := apart(before.Members, group.Members)
	if err := t.changeSCIMMembers(c, group.ID, added, removed, by); err != nil {
		return err
	}
	return t.happened(groupEvent(event.GroupUpdated, c, group.ID, by, map[string]any{"added": len(added), "removed": len(removed)}))
}

// apart is what came to a list and what went from it.
func apart(before, after []string) (added, removed []string) {
	there := make(map[string]bool, len(before))
	for _, id := range before {
		there[id] = true
	}
	for _, id := range after {
		if !there[id] {
			added = append(added, id)
		}
		delete(there, id)
	}
	for _, id := range before {
		if there[id] {
			removed = append(removed, id)
		}
	}
	return added, removed
}

// changeSCIMMembers brings users into a group and takes others out, and their persons with them. Only users of the same client can be
// in a group of its.
func (t *tx) changeSCIMMembers(c scim.Client, groupID string, add, remove []string, by scim.Act) error {
	wrong := fault.New(fault.CodeInvalid, "a member of the group is no user of this client: make the user first")
	for _, id := range add {
		if !isKey(id) {
			return wrong
		}
	}
	var changed []string
	err := chunks(add, func(part []string) error {
		users, err := all[scimUserRow](t.DB, "SELECT id, person_id FROM scim_users WHERE client_id = ? AND id IN ?"+t.store.dialect.forShare, c.ID, part)
		if err != nil {
			return err
		}
		if len(users) != len(part) {
			return wrong
		}
		members, people := make([]scimMemberRow, len(users)), make([]groupMemberRow, len(users))
		for i, u := range users {
			members[i], people[i] = scimMemberRow{groupID, u.ID}, groupMemberRow{groupID, u.PersonID, moment(by.At)}
			changed = append(changed, u.PersonID)
		}
		b := t.batch()
		insert(b, members)
		insert(b, people, clause.OnConflict{DoNothing: true})
		return b.send()
	})
	if err != nil {
		return err
	}
	err = chunks(remove, func(part []string) error {
		users, err := all[scimUserRow](t.DB, "SELECT id, person_id FROM scim_users WHERE client_id = ? AND id IN ?", c.ID, part)
		if err != nil {
			return err
		}
		people := make([]string, len(users))
		for i, u := range users {
			people[i] = u.PersonID
		}
		changed = append(changed, people...)
		if _, err := exec(t.DB, "DELETE FROM scim_group_members WHERE group_id = ? AND user_id IN ?", groupID, part); err != nil {
			return err
		}
		_, err = exec(t.DB, `DELETE FROM group_members WHERE group_id = ? AND person_id IN ? AND NOT EXISTS (SELECT 1 FROM scim_group_members m
			JOIN scim_users u ON u.id = m.user_id WHERE m.group_id = group_members.group_id AND u.person_id = group_members.person_id)`, groupID, people)
		return err
	})
	if err != nil {
		return err
	}
	return t.signInsChanged(changed)
}

// DeleteSCIMGroup implements scim.Store. The name stays in rooms that gave the group a role, which nobody has any more.
func (d *DB) DeleteSCIMGroup(ctx context.Context, c scim.Client, id string, by scim.Act, check func(scim.Group) error) error {
	return d.write(ctx, "delete scim group", func(t *tx) error {
		group, err := t.holdSCIMGroup(c, id)
		if err != nil {
			return err
		}
		if err := check(group); err != nil {
			return err
		}
		if err := t.changeSCIMMembers(c, id, nil, group.Members, by); err != nil {
			return err
		}
		if _, err := exec(t.DB, "DELETE FROM scim_groups WHERE id = ?", id); err != nil {
			return err
		}
		return t.happened(groupEvent(event.GroupDeleted, c, id, by, map[string]any{}))
	})
}
