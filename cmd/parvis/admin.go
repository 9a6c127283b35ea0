package main

import (
	"fmt"
	"time"

	"parvis/auth"
	"parvis/directory"
)

type adminCommands struct {
	Claim  adminClaim  `cmd:"" help:"Print a code by which somebody who is signed in becomes platform-admin: good once, for 30 minutes."`
	List   adminList   `cmd:"" help:"List who administers an organization, or the whole platform."`
	Grant  adminGrant  `cmd:"" help:"Give an administrative role to somebody with an account."`
	Revoke adminRevoke `cmd:"" help:"Take an administrative role away; the last platform-admin keeps theirs."`
}

// operator is who types a command: somebody with the database of the installation.
func operator() auth.Identity { return auth.Identity{Kind: auth.System, ID: "command"} }

func (d *database) administration() *directory.Administration {
	return directory.NewAdministration(d.store, time.Now)
}

type adminClaim struct{ output }

type claimWire struct {
	Code      string    `json:"code"`
	Path      string    `json:"path"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Run prints a code.
func (c adminClaim) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		code, expires, err := d.administration().OfferClaim(p.ctx)
		if err != nil {
			return err
		}
		wire := claimWire{Code: code, Path: "/admin/claim", ExpiresAt: expires.UTC()}
		return c.answer(p, wire, func() error {
			_, err := fmt.Fprintf(p.stdout, "code     %s\nopen     %s\nuntil    %s\n\nSign in, open the page and type the code. It is good once, and the one before is good no more.\n",
				code, wire.Path, expires.Local().Format(time.RFC3339))
			return err
		})
	})
}

type adminList struct {
	output
	Org string `help:"The organization: its id, siret or exact name; without it, the whole platform."`
}

type holderWire struct {
	ID      string    `json:"id"`
	Role    string    `json:"role"`
	Org     string    `json:"org,omitempty"`
	Person  string    `json:"person"`
	Name    string    `json:"name"`
	Email   string    `json:"email,omitempty"`
	GivenAt time.Time `json:"givenAt"`
}

// Run lists administrators.
func (c adminList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		org, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		held, err := d.administration().Appointments(p.ctx, operator(), org)
		if err != nil {
			return err
		}
		wire := make([]holderWire, len(held))
		for i, h := range held {
			wire[i] = wireHolder(h)
		}
		return c.answer(p, wire, func() error { return writeHolders(p, wire) })
	})
}
