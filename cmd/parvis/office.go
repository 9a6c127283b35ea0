package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/directory"
	"parvis/fault"
)

type officeCommands struct {
	List      officeList      `cmd:"" help:"List the offices of an organization."`
	Show      officeShow      `cmd:"" help:"Show an office with its people and its rooms."`
	Create    officeCreate    `cmd:"" help:"Make an office: a function that owns rooms, whoever fills it."`
	Rename    officeRename    `cmd:"" help:"Give an office another name."`
	Place     officePlace     `cmd:"" help:"Put an office in a unit of its organization, or in none."`
	Delete    officeDelete    `cmd:"" help:"Delete an office that owns no rooms."`
	Holder    officeHolder    `cmd:"" help:"Make somebody a holder, who owns the rooms: at once or from a date, for good or until one."`
	Deputy    officeDeputy    `cmd:"" help:"Make somebody a deputy, who owns or moderates the rooms until a date."`
	Leave     officeLeave     `cmd:"" help:"Take somebody out of an office at once. Its rooms stay its own."`
	Ownerless officeOwnerless `cmd:"" help:"List the rooms that nobody of the organization owns any more."`
	HandOver  officeHandOver  `cmd:"" help:"Give a room without an owner, or one of an office, to an office or a person."`
}

type officeWire struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Unit      string       `json:"unit,omitempty"`
	Vacant    bool         `json:"vacant"`
	People    []officeSeat `json:"people"`
	Rooms     []officeRoom `json:"rooms"`
	CreatedAt time.Time    `json:"createdAt"`
}

type officeSeat struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Kind   string     `json:"kind"`
	Role   string     `json:"role"`
	From   *time.Time `json:"from,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	Closed bool       `json:"closed,omitempty"`
}

type officeRoom struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

func wireOffice(o directory.Office) officeWire {
	w := officeWire{ID: o.ID, Name: o.Name, Unit: o.UnitID, Vacant: o.Vacant(time.Now()), People: []officeSeat{}, Rooms: []officeRoom{}, CreatedAt: o.CreatedAt}
	for _, h := range o.Holders {
		w.People = append(w.People, officeSeat{h.Person.ID, h.Person.DisplayName(), string(h.Kind), h.Role, h.NotBefore, h.NotAfter, h.Closed != nil})
	}
	for _, r := range o.Rooms {
		w.Rooms = append(w.Rooms, officeRoom{r.Slug, r.Name})
	}
	return w
}

// holders are the names of who holds it, for a row of a list.
func (w officeWire) holders() string {
	var names []string
	for _, s := range w.People {
		if s.Kind == string(directory.Holds) && !s.Closed {
			names = append(names, s.Name)
		}
	}
	switch {
	case w.Vacant && len(names) == 0:
		return "nobody"
	case w.Vacant:
		return "nobody now; " + strings.Join(names, ", ")
	default:
		return strings.Join(names, ", ")
	}
}

// dates say when somebody is in the office.
func (s officeSeat) dates() string {
	said := "for good"
	switch {
	case s.From != nil && s.Until != nil:
		said = "from " + minute(s.From) + " until " + minute(s.Until)
	case s.From != nil:
		said = "from " + minute(s.From)
	case s.Until != nil:
		said = "until " + minute(s.Until)
	}
	if s.Closed {
		said += ", account closed"
	}
	return said
}

func minute(at *time.Time) string { return at.Local().Format("2006-01-02 15:04") }

// write is the office for people.
func (w officeWire) write(p *process) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(label, value string) { fmt.Fprintf(table, "%s\t%s\n", label, value) }
	row("id", w.ID)
	row("name", w.Name)
	row("unit", w.Unit)
	row("held by", w.holders())
	for _, s := range w.People {
		row(s.Kind, s.Person+"  "+s.Name+"  "+s.Role+" "+s.dates())
	}
	for _, r := range w.Rooms {
		row("room", r.Slug+"  "+r.Name)
	}
	return table.Flush()
}

// ofOrg names the organization of a command about offices.
type ofOrg struct {
	output
	Org string `required:"" help:"The organization: its id, siret or exact name."`
}

// offices lists those of the organization.
func (d *database) offices(ctx context.Context, key string) (orgID string, list []directory.Office, err error) {
	if orgID, err = d.organization(ctx, key); err != nil {
		return "", nil, err
	}
	list, err = d.administration().Offices(ctx, operator(), orgID)
	return orgID, list, err
}

// office finds one by id or exact name, which no other of its organization has.
func (d *database) office(ctx context.Context, org, key string) (directory.Office, error) {
	_, list, err := d.offices(ctx, org)
	if err != nil {
		return directory.Office{}, err
	}
	for _, o := range list {
		if o.ID == key || o.Name == key {
			return o, nil
		}
	}
	return directory.Office{}, fault.New(fault.CodeOfficeNotFound, "there is no office of this id or name in the organization: parvis office list shows them")
}

// unit finds one by id or exact name; nothing names none.
func (d *database) unit(ctx context.Context, orgID, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	units, err := d.administration().Units(ctx, operator(), orgID)
	if err != nil {
		return "", err
	}
	var found []string
	for _, u := range units {
		switch key {
		case u.ID:
			return u.ID, nil
		case u.Name:
			found = append(found, u.ID)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fault.New(fault.CodeUnitNotFound, "there is no unit of this id or name in the organization: parvis org show lists them")
	default:
		return "", fault.New(fault.CodeConflict, "several units bear this name: give an id")
	}
}

type officeList struct{ ofOrg }

// Run lists offices.
func (c officeList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		_, offices, err := d.offices(p.ctx, c.Org)
		if err != nil {
			return err
		}
		wire := make([]officeWire, len(offices))
		for i, o := range offices {
			wire[i] = wireOffice(o)
		}
		return c.answer(p, wire, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tNAME\tHELD BY\tROOMS")
			for _, w := range wire {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", w.ID, w.Name, w.holders(), strconv.Itoa(len(w.Rooms)))
			}
			return table.Flush()
		})
	})
}

// officeKey names the office of a command.
type officeKey struct {
	ofOrg
	Office string `arg:"" help:"The office: its id or exact name."`
}

// on runs an act on the office and answers what became of it.
func (c officeKey) on(p *process, act func(*database, directory.Office) (directory.Office, error)) error {
	return p.withDatabase(func(d *database) error {
		o, err := d.office(p.ctx, c.Org, c.Office)
		if err != nil {
			return err
		}
		if o, err = act(d, o); err != nil {
			return err
		}
		return c.tell(p, o)
	})
}

func (o output) tell(p *process, office directory.Office) error {
	wire := wireOffice(office)
	return o.answer(p, wire, func() error { return wire.write(p) })
}

type officeShow struct{ officeKey }

// Run shows an office.
func (c officeShow) Run(p *process) error {
	return c.on(p, func(_ *database, o directory.Office) (directory.Office, error) { return o, nil })
}

type officeCreate struct {
	ofOrg
	Name string `arg:"" help:"Its name, which no other office of the organization has."`
	Unit string `help:"The unit in which it stands: its id or exact name; without it, none."`
}

// Run makes an office.
func (c officeCreate) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		org, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		unit, err := d.unit(p.ctx, org, c.Unit)
		if err != nil {
			return err
		}
		o, err := d.administration().CreateOffice(p.ctx, operator(), directory.Office{OrgID: org, Name: strings.TrimSpace(c.Name), UnitID: unit})
		if err != nil {
			return err
		}
		return c.tell(p, o)
	})
}

type officeRename struct {
	officeKey
	Name string `arg:"" help:"The new name."`
}

// Run renames an office.
func (c officeRename) Run(p *process) error {
	name := strings.TrimSpace(c.Name)
	return c.on(p, func(d *database, o directory.Office) (directory.Office, error) {
		return d.administration().UpdateOffice(p.ctx, operator(), o.OrgID, o.ID, directory.AnyVersion, directory.OfficeChange{Name: &name})
	})
}

type officePlace struct {
	officeKey
	Unit string `required:"" help:"The unit: its id or exact name; none puts the office in the organization itself."`
}

// Run puts an office elsewhere.
func (c officePlace) Run(p *process) error {
	return c.on(p, func(d *database, o directory.Office) (directory.Office, error) {
		unit := ""
		if c.Unit != "none" {
			var err error
			if unit, err = d.unit(p.ctx, o.OrgID, c.Unit); err != nil {
				return directory.Office{}, err
			}
		}
		return d.administration().UpdateOffice(p.ctx, operator(), o.OrgID, o.ID, directory.AnyVersion, directory.OfficeChange{UnitID: &unit})
	})
}

type officeDelete struct{ officeKey }

// Run deletes an office and answers how it stood.
func (c officeDelete) Run(p *process) error {
	return c.on(p, func(d *database, o directory.Office) (directory.Office, error) {
		return o, d.administration().DeleteOffice(p.ctx, operator(), o.OrgID, o.ID)
	})
}
