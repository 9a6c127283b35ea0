package scim

import (
	"strings"
	"time"
)

// Client is a service account that speaks of people: those of one organization whom one provider signs in, or, behind a broker, one
// identity provider. Without an account files speak of them (directory.ImportStore).
type Client struct {
	ID        string
	AccountID string
	OrgID     string
	Provider  string
	IdPID     string // empty: the provider is the organization's own
	CreatedAt time.Time
}

// User is somebody of whom a client speaks. Attributes is what it says of them, but for active.
type User struct {
	ID         string
	ClientID   string
	PersonID   string
	Active     bool
	Attributes Document
	Groups     []Membership // where they were asked for
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Membership is a group that a user is in.
type Membership struct{ ID, Name string }

// Email is an address of a user, folded.
type Email struct {
	Address, Type string
	Primary       bool
}

// Group is people under one name. Members are users of the same client, by id.
type Group struct {
	ID         string
	ClientID   string
	ExternalID string
	Name       string
	Members    []string
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Fold is how texts are compared whose case does not count (RFC 7643 section 2.2).
func Fold(s string) string { return strings.ToLower(s) }

func word(d Document, name string) string { s, _ := d[name].(string); return s }

// Text is one attribute, "name.givenName" for one within another; empty without it.
func (u User) Text(path string) string {
	name, sub, nested := strings.Cut(path, ".")
	if !nested {
		return word(u.Attributes, name)
	}
	inner, _ := u.Attributes[name].(Document)
	return word(inner, sub)
}

// Enterprise is one attribute of the extension.
func (u User) Enterprise(name string) string {
	extended, _ := u.Attributes[enterpriseURN].(Document)
	return word(extended, name)
}

// Emails are the addresses, folded.
func (u User) Emails() []Email {
	list, _ := u.Attributes["emails"].([]any)
	emails := make([]Email, 0, len(list))
	for _, item := range list {
		e, _ := item.(Document)
		emails = append(emails, Email{Fold(word(e, "value")), Fold(word(e, "type")), e["primary"] == true})
	}
	return emails
}

// Address is the one that letters go to: the primary one, else that of work, else the first.
func (u User) Address() string {
	list, _ := u.Attributes["emails"].([]any)
	best, rank := "", 0
	for _, item := range list {
		e, _ := item.(Document)
		at := 1
		switch {
		case e["primary"] == true:
			at = 3
		case strings.EqualFold(word(e, "type"), "work"):
			at = 2
		}
		if at > rank {
			best, rank = word(e, "value"), at
		}
	}
	return best
}

// Names are what a person of this user is called before they say it themselves by signing in.
func (u User) Names() (given, family string) {
	given, family = u.Text("name.givenName"), u.Text("name.familyName")
	if given != "" || family != "" {
		return given, family
	}
	for _, whole := range []string{u.Text("displayName"), u.Text("name.formatted"), u.Text("userName")} {
		if whole != "" {
			return whole, ""
		}
	}
	return "", ""
}

// document is the user as it is edited: with active.
func (u User) document() Document {
	d := clone(u.Attributes).(Document)
	d["active"] = u.Active
	return d
}

// take makes a cleaned document the user's.
func (u *User) take(d Document) {
	active, said := d["active"].(bool)
	u.Active = active || !said
	delete(d, "active")
	u.Attributes = d
}

func (g Group) document() Document {
	d := Document{"displayName": g.Name}
	if g.ExternalID != "" {
		d["externalId"] = g.ExternalID
	}
	if len(g.Members) > 0 {
		members := make([]any, len(g.Members))
		for i, id := range g.Members {
			members[i] = Document{"value": id}
		}
		d["members"] = members
	}
	return d
}

// take makes a cleaned document the group's. A member that is a group is refused: membership is of people, so that nobody comes to a
// right through a group in a group.
func (g *Group) take(d Document) error {
	g.Name, g.ExternalID, g.Members = word(d, "displayName"), word(d, "externalId"), nil
	list, _ := d["members"].([]any)
	seen := map[string]bool{}
	for _, item := range list {
		m, _ := item.(Document)
		if kind := word(m, "type"); kind != "" && !strings.EqualFold(kind, "User") {
			return invalidValue("a member of a group is a user: groups have no groups in them")
		}
		if id := strings.ToLower(word(m, "value")); !seen[id] {
			seen[id] = true
			g.Members = append(g.Members, id)
		}
	}
	return nil
}

func clone(v any) any {
	switch v := v.(type) {
	case Document:
		c := make(Document, len(v))
		for key, item := range v {
			c[key] = clone(item)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, item := range v {
			c[i] = clone(item)
		}
		return c
	}
	return v
}
