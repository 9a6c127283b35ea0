package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/directory"
)

type orgCommands struct {
	List   orgList   `cmd:"" help:"List organizations."`
	Show   orgShow   `cmd:"" help:"Show an organization with the rules by which people come to it, and its units."`
	Create orgCreate `cmd:"" help:"Make an organization."`
	Update orgUpdate `cmd:"" help:"Change an organization: its name, where it stands, and who belongs to it."`
}

type orgWire struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	State     string    `json:"state"`
	Parent    string    `json:"parent,omitempty"`
	Contact   string    `json:"contact,omitempty"`
	Siret     string    `json:"siret,omitempty"`
	IdPIDs    []string  `json:"idpIds"`
	Domains   []string  `json:"domains"`
	Claims    []string  `json:"claims"`
	Units     []orgUnit `json:"units,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
}

type orgUnit struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
}

func wireOrg(o directory.Organization) orgWire {
	w := orgWire{
		ID: o.ID, Name: o.Name, Kind: string(o.Kind), State: string(o.State), Parent: o.ParentID, Contact: o.Contact, Siret: o.Siret,
		IdPIDs: append([]string{}, o.IdPIDs...), Domains: append([]string{}, o.Domains...), Claims: []string{}, CreatedAt: o.CreatedAt,
	}
	for _, c := range o.Claims {
		w.Claims = append(w.Claims, c.Claim+"="+c.Value)
	}
	return w
}

// write is the organization for people.
func (w orgWire) write(p *process) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"id", w.ID}, {"name", w.Name}, {"kind", w.Kind}, {"state", w.State}, {"parent", w.Parent}, {"contact", w.Contact}, {"siret", w.Siret},
		{"idp_id", orElse(w.IdPIDs, "none")}, {"domains", orElse(w.Domains, "none")}, {"claims", orElse(w.Claims, "none")},
	} {
		fmt.Fprintf(table, "%s\t%s\n", row[0], row[1])
	}
	for _, u := range w.Units {
		fmt.Fprintf(table, "unit\t%s  %s\n", u.ID, u.Name)
	}
	return table.Flush()
}

// organization finds one by id, siret or exact name; nothing names none.
func (d *database) organization(ctx context.Context, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	id, _, err := d.store.OrgByKey(ctx, key)
	return id, err
}

type orgList struct {
	output
	Search string `help:"A part of the name, or the beginning of the siret."`
	State  string `enum:",active,pending,refused" default:"" help:"Those alone that are active, pending or refused."`
}

// Run lists organizations.
func (c orgList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		wire := []orgWire{}
		for q := (directory.OrganizationQuery{Query: c.Search, State: directory.OrganizationState(c.State), PageSize: 200}); ; {
			page, err := d.administration().Organizations(p.ctx, operator(), q)
			if err != nil {
				return err
			}
			for _, o := range page.Organizations {
				wire = append(wire, wireOrg(o))
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		return c.answer(p, wire, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tNAME\tKIND\tSTATE\tSIRET")
			for _, w := range wire {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", w.ID, w.Name, w.Kind, w.State, w.Siret)
			}
			return table.Flush()
		})
	})
}

// orgKey names the organization of a command.
type orgKey struct {
	output
	Org string `arg:"" help:"The organization: its id, siret or exact name."`
}

type orgShow struct{ orgKey }

// Run shows an organization.
func (c orgShow) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		id, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		return c.show(p, d, id)
	})
}

func (o output) show(p *process, d *database, id string) error {
	org, err := d.administration().Organization(p.ctx, operator(), id)
	if err != nil {
		return err
	}
	units, err := d.administration().Units(p.ctx, operator(), id)
	if err != nil {
		return err
	}
	wire := wireOrg(org)
	for _, u := range units {
		wire.Units = append(wire.Units, orgUnit{u.ID, u.Name, u.ParentID})
	}
	return o.answer(p, wire, func() error { return wire.write(p) })
}

// orgFields is what a command says of an organization.
type orgFields struct {
	Kind    string   `enum:",ministry,agency,other" default:"" help:"ministry, agency or other."`
	Contact string   `help:"Whom its people ask."`
	Parent  string   `help:"The organization above: its id, siret or exact name."`
	Siret   string   `help:"14 digits: who comes with it belongs to the organization."`
	IdPs    []string `name:"idp" help:"Identity providers (idp_id) whose people belong to it, separated by commas."`
	Domains []string `name:"domain" help:"Domains of e-mail whose people belong to it, where the provider answers for the address, separated by commas."`
	Claims  []string `name:"claim" help:"Claims whose bearers belong to it, as claim=value, separated by commas: provider, organization_label, organizational_unit, roles."`
}

func (f orgFields) claims() ([]directory.ClaimRule, error) {
	rules := []directory.ClaimRule{}
	for _, c := range f.Claims {
		claim, value, ok := strings.Cut(c, "=")
		if !ok {
			return nil, errors.New("a claim is written as claim=value, such as provider=ministry")
		}
		rules = append(rules, directory.ClaimRule{Claim: claim, Value: value})
	}
	return rules, nil
}

type orgCreate struct {
	output
	orgFields
	Name string `arg:"" help:"Its name."`
}

// Run makes an organization.
func (c orgCreate) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		claims, err := c.claims()
		if err != nil {
			return err
		}
		parent, err := d.organization(p.ctx, c.Parent)
		if err != nil {
			return err
		}
		made, err := d.administration().CreateOrganization(p.ctx, operator(), directory.Organization{
			Name: c.Name, Kind: directory.OrganizationKind(c.Kind), Contact: c.Contact, ParentID: parent, Siret: c.Siret, IdPIDs: c.IdPs, Domains: c.Domains, Claims: claims,
		})
		if err != nil {
			return err
		}
		return c.show(p, d, made.ID)
	})
}

type orgUpdate struct {
	orgKey
	orgFields
	Name  string `help:"Another name."`
	State string `enum:",active,pending,refused" default:"" help:"active accepts it, refused keeps its people out."`
}

// Run changes an organization. A list that is given takes the place of the one before.
func (c orgUpdate) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		id, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		change, err := c.change(p.ctx, d)
		if err != nil {
			return err
		}
		if _, err := d.administration().UpdateOrganization(p.ctx, operator(), id, directory.AnyVersion, change); err != nil {
			return err
		}
		return c.show(p, d, id)
	})
}

func (c orgUpdate) change(ctx context.Context, d *database) (directory.OrganizationChange, error) {
	var change directory.OrganizationChange
	claims, err := c.claims()
	if err != nil {
		return change, err
	}
	parent, err := d.organization(ctx, c.Parent)
	if err != nil {
		return change, err
	}
	change.Name, change.Contact, change.ParentID, change.Siret = said(c.Name), said(c.Contact), said(parent), said(c.Siret)
	change.Kind, change.State = said(directory.OrganizationKind(c.Kind)), said(directory.OrganizationState(c.State))
	if len(c.IdPs) > 0 {
		change.IdPIDs = &c.IdPs
	}
	if len(c.Domains) > 0 {
		change.Domains = &c.Domains
	}
	if len(claims) > 0 {
		change.Claims = &claims
	}
	return change, nil
}

// said is what was given; nothing leaves what is there.
func said[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}
