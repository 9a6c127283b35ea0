package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
)

// roleKey names a person and an administrative role.
type roleKey struct {
	output
	Person string `arg:"" help:"The person: an id, or an address with --org or --in."`
	Role   string `arg:"" enum:"platform-admin,org-admin,auditor,support" help:"platform-admin, org-admin, auditor or support."`
	Org    string `help:"The organization for which the role is held: its id, siret or exact name; without it, the whole platform. An org-admin has one."`
	In     string `help:"The organization within which the address names somebody, where it is not that of the role."`
}

// find is who and what, in the words of the directory.
func (c roleKey) find(ctx context.Context, d *database) (directory.Person, auth.Appointment, error) {
	org, err := d.organization(ctx, c.Org)
	if err != nil {
		return directory.Person{}, auth.Appointment{}, err
	}
	in, err := d.organization(ctx, cmp.Or(c.In, c.Org))
	if err != nil {
		return directory.Person{}, auth.Appointment{}, err
	}
	p, err := d.person(ctx, c.Person, in)
	return p, auth.Appointment{Role: auth.AdminRole(c.Role), OrgID: org}, err
}

func wireHolder(h directory.Holder) holderWire {
	return holderWire{h.ID, string(h.Role), h.OrgID, h.Person.ID, h.Person.DisplayName(), h.Person.Email, h.GivenAt}
}

func writeHolders(p *process, wire []holderWire) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ROLE\tNAME\tE-MAIL\tPERSON\tSINCE")
	for _, w := range wire {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", w.Role, w.Name, w.Email, w.Person, day(&w.GivenAt))
	}
	return table.Flush()
}

type adminGrant struct{ roleKey }

// Run gives a role, in the trail as the operator's act. One that is held stays.
func (c adminGrant) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		person, role, err := c.find(p.ctx, d)
		if err != nil {
			return err
		}
		held, _, err := d.administration().Appoint(p.ctx, operator(), person.ID, role)
		if err != nil {
			return err
		}
		wire := wireHolder(held)
		return c.answer(p, wire, func() error { return writeHolders(p, []holderWire{wire}) })
	})
}

type adminRevoke struct{ roleKey }

// Run takes a role away, but never that of the last platform-admin. Processes that run see it within a second.
func (c adminRevoke) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		person, role, err := c.find(p.ctx, d)
		if err != nil {
			return err
		}
		held, err := d.administration().RolesOf(p.ctx, operator(), person.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(held, func(h directory.Holder) bool { return h.Appointment == role })
		if at < 0 {
			return fault.New(fault.CodeAppointmentNotFound, "the person does not hold this role: parvis user show says which they hold")
		}
		if err := d.administration().Dismiss(p.ctx, operator(), held[at].ID); err != nil {
			return err
		}
		wire := wireHolder(held[at])
		return c.answer(p, wire, func() error {
			_, err := fmt.Fprintf(p.stdout, "taken    %s\nfrom     %s  %s\n", wire.Role, wire.Person, wire.Name)
			return err
		})
	})
}
