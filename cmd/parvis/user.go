package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"parvis/auth"
	"parvis/directory"
)

type userCommands struct {
	List       userList       `cmd:"" help:"List people."`
	Show       userShow       `cmd:"" help:"Show a person with their administrative roles."`
	Deactivate userDeactivate `cmd:"" help:"Close an account at once, with its sign-ins and calls."`
	Reactivate userReactivate `cmd:"" help:"Open an account again."`
	Import     userImport     `cmd:"" help:"Tell of the people of an organization in a file (CSV)."`
}

type userWire struct {
	ID            string       `json:"id"`
	Name          string       `json:"name"`
	Email         string       `json:"email,omitempty"`
	Org           string       `json:"org"`
	OrgName       string       `json:"orgName"`
	Roles         []holderWire `json:"roles,omitempty"`
	CreatedAt     time.Time    `json:"createdAt"`
	DeactivatedAt *time.Time   `json:"deactivatedAt,omitempty"`
}

func wireUser(p directory.Person) userWire {
	return userWire{ID: p.ID, Name: p.DisplayName(), Email: p.Email, Org: p.OrgID, OrgName: p.OrgName, CreatedAt: p.CreatedAt, DeactivatedAt: p.DeactivatedAt}
}

func (w userWire) state() string {
	if w.DeactivatedAt != nil {
		return "closed " + day(w.DeactivatedAt)
	}
	return "open"
}

type userList struct {
	output
	Org    string `help:"The organization: its id, siret or exact name; without it, all."`
	Search string `help:"The beginnings of words of name or address."`
	Closed bool   `help:"Those alone whose account is closed."`
}

// Run lists people.
func (c userList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		org, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		q := directory.PeopleQuery{OrgID: org, Query: c.Search, PageSize: 200}
		if c.Closed {
			q.Deactivated = &c.Closed
		}
		wire := []userWire{}
		for {
			page, err := d.administration().People(p.ctx, operator(), q)
			if err != nil {
				return err
			}
			for _, one := range page.People {
				wire = append(wire, wireUser(one))
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		return c.answer(p, wire, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tNAME\tE-MAIL\tORGANIZATION\tACCOUNT")
			for _, w := range wire {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", w.ID, w.Name, w.Email, w.OrgName, w.state())
			}
			return table.Flush()
		})
	})
}

// userKey names the person of a command.
type userKey struct {
	output
	Person string `arg:"" help:"The person: an id, or an address with --org."`
	Org    string `help:"The organization within which the address names somebody."`
}

// on runs an act on the person and answers what became of them.
func (c userKey) on(p *process, act func(context.Context, *directory.Administration, auth.Identity, string) (directory.Person, error)) error {
	return p.withDatabase(func(d *database) error {
		found, err := d.person(p.ctx, c.Person, c.Org)
		if err != nil {
			return err
		}
		person, err := act(p.ctx, d.administration(), operator(), found.ID)
		if err != nil {
			return err
		}
		held, err := d.administration().RolesOf(p.ctx, operator(), person.ID)
		if err != nil {
			return err
		}
		wire := wireUser(person)
		for _, h := range held {
			wire.Roles = append(wire.Roles, holderWire{ID: h.ID, Role: string(h.Role), Org: h.OrgID, Person: person.ID, Name: wire.Name, GivenAt: h.GivenAt})
		}
		return c.answer(p, wire, func() error { return wire.write(p) })
	})
}

// write is the person for people.
func (w userWire) write(p *process) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"id", w.ID}, {"name", w.Name}, {"e-mail", w.Email}, {"organization", w.Org + "  " + w.OrgName}, {"account", w.state()},
	} {
		fmt.Fprintf(table, "%s\t%s\n", row[0], row[1])
	}
	for _, r := range w.Roles {
		fmt.Fprintf(table, "role\t%s  %s\n", r.Role, r.Org)
	}
	return table.Flush()
}

type userShow struct{ userKey }

// Run shows a person.
func (c userShow) Run(p *process) error {
	return c.on(p, func(ctx context.Context, a *directory.Administration, who auth.Identity, id string) (directory.Person, error) {
		return a.Account(ctx, who, id)
	})
}

type userDeactivate struct{ userKey }

// Run closes an account. Processes that run see it within a second.
func (c userDeactivate) Run(p *process) error {
	return c.on(p, func(ctx context.Context, a *directory.Administration, who auth.Identity, id string) (directory.Person, error) {
		return a.Deactivate(ctx, who, id)
	})
}

type userReactivate struct{ userKey }

// Run opens an account again.
func (c userReactivate) Run(p *process) error {
	return c.on(p, func(ctx context.Context, a *directory.Administration, who auth.Identity, id string) (directory.Person, error) {
		return a.Reactivate(ctx, who, id)
	})
}
