package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

type roomCommands struct {
	Create  roomCreate  `cmd:"" help:"Make a room for somebody."`
	List    roomList    `cmd:"" help:"List the rooms of somebody, or of an organization."`
	Show    roomShow    `cmd:"" help:"Show a room."`
	Archive roomArchive `cmd:"" help:"Archive a room: nobody enters it any more, and it can be restored."`
	Restore roomRestore `cmd:"" help:"Restore an archived room, with its link."`
}

type roomCreate struct {
	output
	Name  string `required:"" help:"The room's name."`
	Owner string `required:"" help:"The owner: a person's id, or an address that one person of --org holds."`
	Org   string `help:"The organization: its id, siret or exact name; needed when the owner is given by address."`
	Entry string `help:"Who enters without waiting: hosts, members, organization, signed-in, everyone; or restricted, trusted, public. As policies say when left out."`
}

type roomWire struct {
	Slug     string       `json:"slug"`
	URL      string       `json:"url,omitempty"`
	Name     string       `json:"name"`
	Entry    access.Entry `json:"entry"`
	Created  time.Time    `json:"createdAt"`
	LastUsed *time.Time   `json:"lastUsedAt,omitempty"`
	Archived *time.Time   `json:"archivedAt,omitempty"`
}

func (d *database) wireRoom(r rooms.Listed) roomWire {
	wire := roomWire{Slug: r.Slug, Name: r.Name, Entry: r.Entry, Created: r.CreatedAt, LastUsed: r.LastUsedAt, Archived: r.ArchivedAt}
	if d.config.URL != nil {
		wire.URL = d.config.URL.JoinPath(r.Slug).String()
	}
	return wire
}

// Run makes a room as the person it is for.
func (c roomCreate) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		owner, err := d.person(p.ctx, c.Owner, c.Org)
		if err != nil {
			return err
		}
		room, err := d.rooms.Create(p.ctx, asPerson(owner), rooms.NewRoom{Name: c.Name, Entry: c.Entry})
		if err != nil {
			return err
		}
		wire := d.wireRoom(room)
		if c.Output == "json" {
			return json.NewEncoder(p.stdout).Encode(wire)
		}
		_, err = fmt.Fprintln(p.stdout, strings.TrimSpace(wire.Slug+"  "+wire.URL))
		return err
	})
}

type roomList struct {
	output
	Owner string `help:"A person's id, or an address that one person of --org holds."`
	Org   string `help:"The organization: its id, siret or exact name."`

	Archived bool `help:"The archived ones, in the place of the others."`
}

// Run lists rooms, last used first.
func (c roomList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		who, err := c.as(p, d)
		if err != nil {
			return err
		}
		var all []roomWire
		for query := (rooms.ListQuery{PageSize: 200, Archived: c.Archived}); ; {
			page, err := d.rooms.List(p.ctx, who, query)
			if err != nil {
				return err
			}
			for _, r := range page.Rooms {
				all = append(all, d.wireRoom(r))
			}
			if query.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		return c.print(p, all)
	})
}

func (c roomList) as(p *process, d *database) (auth.Identity, error) {
	switch {
	case c.Owner != "":
		owner, err := d.person(p.ctx, c.Owner, c.Org)
		return asPerson(owner), err
	case c.Org != "":
		id, _, err := d.store.OrgByKey(p.ctx, c.Org)
		return auth.Identity{Kind: auth.Service, ID: "command", OrgID: id, Scopes: auth.Scopes()}, err
	default:
		return auth.Identity{}, errors.New("say whose rooms: --owner or --org")
	}
}

func (c roomList) print(p *process, all []roomWire) error {
	if c.Output == "json" {
		return json.NewEncoder(p.stdout).Encode(all)
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CODE\tNAME\tENTRY\tLAST USED")
	for _, r := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Slug, r.Name, r.Entry, day(r.LastUsed))
	}
	return table.Flush()
}
