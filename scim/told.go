package scim

import "time"

// Told is what a file says of a user; nil leaves what is.
type Told struct {
	GivenName, FamilyName, Email, Unit, Title *string
	Active                                    *bool
}

// NewUser is a user of whom nothing is said yet but the key by which the provider knows them, which is their name too.
func NewUser(c Client, key string, at time.Time) User {
	return User{
		ID: newID(), ClientID: c.ID, Active: true, Attributes: Document{"userName": key, "externalId": key}, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
}

// Tell is the user with what is told, and what of it is new. The user itself stays as it is.
func (u User) Tell(t Told) (User, []string) {
	d := clone(u.Attributes).(Document)
	var changed []string
	tell := func(column string, value *string, in Document, name string) {
		if value == nil || word(in, name) == *value {
			return
		}
		changed = append(changed, column)
		if *value == "" {
			delete(in, name)
		} else {
			in[name] = *value
		}
	}
	part := func(name string) Document {
		if inner, ok := d[name].(Document); ok {
			return inner
		}
		return Document{}
	}
	keep := func(name string, inner Document) {
		if len(inner) == 0 {
			delete(d, name)
		} else {
			d[name] = inner
		}
	}
	name, extended := part("name"), part(enterpriseURN)
	tell("givenName", t.GivenName, name, "givenName")
	tell("familyName", t.FamilyName, name, "familyName")
	tell("unit", t.Unit, extended, "department")
	tell("title", t.Title, d, "title")
	keep("name", name)
	keep(enterpriseURN, extended)
	if t.Email != nil && *t.Email != u.Address() {
		changed = append(changed, "email")
		delete(d, "emails")
		if *t.Email != "" {
			d["emails"] = []any{Document{"value": *t.Email, "type": "work", "primary": true}}
		}
	}
	if t.Active != nil && *t.Active != u.Active {
		changed = append(changed, "active")
		u.Active = *t.Active
	}
	u.Attributes = d
	return u, changed
}
