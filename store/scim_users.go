package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"parvis/event"
	"parvis/fault"
	"parvis/scim"
	"parvis/text"
)

type scimUserRow struct {
	ID           string
	ClientID     string
	PersonID     string
	UserName     string
	ExternalID   string
	DisplayName  string
	GivenName    string
	FamilyName   string
	Title        string
	UserType     string
	Department   string
	Organization string
	Active       bool
	Attributes   document[scim.Document]
	Version      int64
	CreatedAt    moment
	UpdatedAt    moment
}

func (scimUserRow) TableName() string { return "scim_users" }

func rowOfSCIMUser(u scim.User) scimUserRow {
	return scimUserRow{
		ID: u.ID, ClientID: u.ClientID, PersonID: u.PersonID, UserName: scim.Fold(u.Text("userName")), ExternalID: u.Text("externalId"),
		DisplayName: scim.Fold(u.Text("displayName")), GivenName: scim.Fold(u.Text("name.givenName")), FamilyName: scim.Fold(u.Text("name.familyName")),
		Title: scim.Fold(u.Text("title")), UserType: scim.Fold(u.Text("userType")), Department: scim.Fold(u.Enterprise("department")),
		Organization: scim.Fold(u.Enterprise("organization")), Active: u.Active, Attributes: documentOf(u.Attributes), Version: u.Version,
		CreatedAt: moment(u.CreatedAt), UpdatedAt: moment(u.UpdatedAt),
	}
}

func (r scimUserRow) user() scim.User {
	return scim.User{
		ID: r.ID, ClientID: r.ClientID, PersonID: r.PersonID, Active: r.Active, Attributes: r.Attributes.v, Version: r.Version,
		CreatedAt: r.CreatedAt.time(), UpdatedAt: r.UpdatedAt.time(),
	}
}

type scimEmailRow struct {
	UserID    string
	Place     int
	Address   string
	Kind      string
	IsPrimary bool
}

func (scimEmailRow) TableName() string { return "scim_emails" }

func scimEmailsOf(u scim.User) []scimEmailRow {
	var rows []scimEmailRow
	for i, e := range u.Emails() {
		rows = append(rows, scimEmailRow{u.ID, i, e.Address, e.Type, e.Primary})
	}
	return rows
}

func noSCIMUser() error { return fault.New(fault.CodeNotFound, "there is no such user of this client") }

// CreateSCIMUsers implements scim.Store. It waits for the database as often for a hundred as for one.
func (d *DB) CreateSCIMUsers(ctx context.Context, c scim.Client, users []scim.User, by scim.Act) error {
	return d.closing(ctx, "create scim users", by.At, func(t *tx) error { return t.createSCIMUsers(c, slices.Clone(users), by) })
}

// createSCIMUsers writes users, and says in them whose they are.
func (t *tx) createSCIMUsers(c scim.Client, users []scim.User, by scim.Act) error {
	keys := make([]string, 0, len(users))
	for _, u := range users {
		if key := u.Text("externalId"); key != "" {
			keys = append(keys, key)
		}
	}
	people, err := t.signedInAs(c, keys)
	if err != nil {
		return err
	}
	b := t.batch()
	made := scimMade{act: by, client: c}
	for i := range users {
		u := &users[i]
		if u.PersonID = people[u.Text("externalId")]; u.PersonID == "" {
			u.PersonID = newID()
			made.newcomer(*u)
		} else if !u.Active {
			made.closed = append(made.closed, u.PersonID)
		} else {
			made.open = append(made.open, u.PersonID)
		}
		made.users, made.emails = append(made.users, rowOfSCIMUser(*u)), append(made.emails, scimEmailsOf(*u)...)
		made.events = append(made.events, made.event(event.PersonProvisioned, u.PersonID, map[string]any{"client": c.ID, "user": u.ID, "active": u.Active}))
	}
	made.into(b)
	if err := b.send(); err != nil {
		return err
	}
	return t.settleAccounts(made)
}

// scimMade is the rows of new users.
type scimMade struct {
	act          scim.Act
	client       scim.Client
	people       []newPersonRow
	addresses    []newEmailRow
	words        []personWordRow
	users        []scimUserRow
	emails       []scimEmailRow
	events       []event.Event
	closed, open []string // of those who have been here before
}

type newPersonRow struct {
	ID             string
	OrgID          string
	GivenName      string
	FamilyName     string
	Email          string
	Locale         string
	Unit           string
	CreatedAt      moment
	UpdatedAt      moment
	DeactivatedAt  *moment
	ClosedByClient optional
}

func (newPersonRow) TableName() string { return "people" }

type newEmailRow struct {
	ID       string
	PersonID string
	Address  string
	Folded   string
	Since    moment
}

func (newEmailRow) TableName() string { return "emails" }

type personWordRow struct {
	PersonID string
	OrgID    string
	Word     string
}

func (personWordRow) TableName() string { return "people_words" }

// newcomer is a person who has never signed in. The address is written as one that nobody vouches for.
func (m *scimMade) newcomer(u scim.User) {
	p := personOfSCIM(u, m.client.OrgID)
	row := newPersonRow{
		ID: u.PersonID, OrgID: p.OrgID, GivenName: p.GivenName, FamilyName: p.FamilyName, Email: p.Email, Locale: p.Locale, Unit: p.Unit,
		CreatedAt: moment(m.act.At), UpdatedAt: moment(m.act.At),
	}
	if !u.Active {
		row.DeactivatedAt, row.ClosedByClient = momentOf(&m.act.At), optional(m.client.ID)
	}
	m.people = append(m.people, row)
	if p.Email != "" {
		m.addresses = append(m.addresses, newEmailRow{newID(), u.PersonID, p.Email, strings.ToLower(p.Email), moment(m.act.At)})
	}
	for _, w := range wordsOf(p) {
		m.words = append(m.words, personWordRow{u.PersonID, p.OrgID, w})
	}
	m.events = append(m.events, m.event(event.PersonCreated, u.PersonID, map[string]any{"provider": m.client.Provider}))
}

// personOfSCIM is what a client says of somebody until they say it themselves by signing in.
func personOfSCIM(u scim.User, orgID string) personRow {
	p := personRow{ID: u.PersonID, OrgID: orgID, Unit: u.Enterprise("department"), Locale: u.Text("locale")}
	p.GivenName, p.FamilyName = u.Names()
	if address := text.Line(u.Address()); strings.Contains(address, "@") {
		p.Email = address
	}
	return p
}

func (m *scimMade) event(what event.Type, personID string, data map[string]any) event.Event {
	return event.Event{ID: newID(), Type: what, OrgID: m.client.OrgID, Subject: "person:" + personID, Actor: m.act.By, At: m.act.At, Data: data}
}

func (m *scimMade) into(b *batch) {
	insert(b, m.people)
	insert(b, m.addresses)
	insert(b, m.words)
	insert(b, m.users)
	insert(b, m.emails)
	b.happened(m.events)
}

// settleAccounts closes and opens the accounts of those who had one before they were provisioned.
func (t *tx) settleAccounts(m scimMade) error {
	for _, id := range m.closed {
		if err := t.closeBySCIM(m.client, id, m.act); err != nil {
			return err
		}
	}
	for _, id := range m.open {
		if err := t.reopenBySCIM(m.client, id, m.act); err != nil {
			return err
		}
	}
	return nil
}

// signedInAs finds the people of the client's organization whom its provider has signed in under these keys, and locks their accounts:
// of one that is merged meanwhile the keys are another's.
func (t *tx) signedInAs(c scim.Client, keys []string) (map[string]string, error) {
	people, err := t.holdersOf(c, keys)
	if err != nil || len(people) == 0 {
		return people, err
	}
	held := slices.Sorted(maps.Values(people))
	err = chunks(slices.Compact(held), func(part []string) error {
		_, err := all[string](t.DB, "SELECT id FROM people WHERE id IN ? ORDER BY id"+t.store.dialect.forUpdate, part)
		return err
	})
	if err != nil {
		return nil, err
	}
	now, err := t.holdersOf(c, keys)
	if err == nil && !maps.Equal(people, now) {
		err = errAgain
	}
	return people, err
}

// holdersOf finds by the uid behind a broker, by the sub else. An address is never looked at.
func (t *tx) holdersOf(c scim.Client, keys []string) (map[string]string, error) {
	column, idp := "i.sub", ""
	args := []any{c.Provider, c.OrgID}
	if c.IdPID != "" {
		column, idp = "i.uid", " AND i.idp_id = ?"
		args = append(args, c.IdPID)
	}
	people := map[string]string{}
	err := chunks(keys, func(part []string) error {
		rows, err := all[struct{ Name, PersonID string }](t.DB, "SELECT "+column+` AS name, i.person_id FROM identities i JOIN people p ON p.id = i.person_id
			WHERE i.provider = ? AND p.org_id = ?`+idp+" AND "+column+" IN ? ORDER BY i.created_at DESC", append(args[:len(args):len(args)], part)...)
		for _, r := range rows {
			people[r.Name] = r.PersonID // the first of several: the oldest
		}
		return err
	})
	return people, err
}

const selectSCIMUser = "SELECT u.* FROM scim_users u WHERE u.client_id = ? AND "

// SCIMUser implements scim.Store.
func (d *DB) SCIMUser(ctx context.Context, c scim.Client, id string) (scim.User, error) {
	if !isKey(id) {
		return scim.User{}, noSCIMUser()
	}
	var list []scim.User
	err := d.read(ctx, "find scim user", func(g *gorm.DB) error {
		var row scimUserRow
		if err := one(g, &row, selectSCIMUser+"u.id = ?", c.ID, id); err != nil {
			return err
		}
		list = []scim.User{row.user()}
		return groupsOfSCIM(g, list)
	})
	if err != nil {
		return scim.User{}, err
	}
	return list[0], nil
}

// groupsOfSCIM reads in which groups users are.
func groupsOfSCIM(g *gorm.DB, users []scim.User) error {
	at := make(map[string]int, len(users))
	ids := make([]string, len(users))
	for i, u := range users {
		at[u.ID], ids[i] = i, u.ID
	}
	return chunks(ids, func(part []string) error {
		rows, err := all[struct{ UserID, GroupID, Name string }](g, `SELECT m.user_id, m.group_id, n.name FROM scim_group_members m JOIN groups n ON n.id = m.group_id
			WHERE m.user_id IN ? ORDER BY m.group_id`, part)
		for _, r := range rows {
			u := &users[at[r.UserID]]
			u.Groups = append(u.Groups, scim.Membership{ID: r.GroupID, Name: r.Name})
		}
		return err
	})
}

// SCIMUsers implements scim.Store.
func (d *DB) SCIMUsers(ctx context.Context, c scim.Client, q scim.Query) ([]scim.User, int, error) {
	var page []scim.User
	total := 0
	err := d.read(ctx, "list scim users", func(g *gorm.DB) (err error) {
		total, err = scimPage(q, scimUsersTable, scimCount(g, "scim_users", c), func(tail string, args []any) (int, error) {
			rows, err := all[scimUserRow](g, selectSCIMUser+tail, append([]any{c.ID}, args...)...)
			for _, r := range rows {
				page = append(page, r.user())
			}
			return len(rows), err
		})
		if err != nil || !q.WithParts {
			return err
		}
		return groupsOfSCIM(g, page)
	})
	return page, total, err
}

func scimCount(g *gorm.DB, table string, c scim.Client) func(where string, args []any) (int, error) {
	return func(where string, args []any) (n int, err error) {
		err = one(g, &n, fmt.Sprintf("SELECT COUNT(*) FROM %s u WHERE u.client_id = ? AND %s", table, where), append([]any{c.ID}, args...)...)
		return n, err
	}
}
