package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/auth"
	"parvis/auth/service"
)

type tokenCommands struct {
	Create tokenCreate `cmd:"" help:"Make a token for a service account; it is shown once."`
	List   tokenList   `cmd:"" help:"List the tokens of an organization."`
	Revoke tokenRevoke `cmd:"" help:"Revoke a token at once."`
}

// output is how a command answers.
type output struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
}

type tokenCreate struct {
	output
	Name    string        `required:"" help:"What the token is for, such as \"HR agenda\"."`
	Scopes  []string      `required:"" help:"Scopes, separated by commas: rooms.read, rooms.write, attendance.read."`
	Org     string        `required:"" help:"The organization: its id, siret or exact name."`
	Expires time.Duration `help:"How long it lives, such as 8760h; without it, until it is revoked."`
}

type tokenWire struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Org       string     `json:"org"`
	Scopes    string     `json:"scopes"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	LastUsed  *time.Time `json:"lastUsedAt,omitempty"`
	RevokedAt *time.Time `json:"revokedAt,omitempty"`
	Token     string     `json:"token,omitempty"`
}

func wireToken(t service.Token) tokenWire {
	scopes := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		scopes[i] = string(s)
	}
	return tokenWire{
		ID: t.ID, Name: t.Name, Org: t.OrgID, Scopes: strings.Join(scopes, ","), CreatedAt: t.CreatedAt,
		ExpiresAt: t.ExpiresAt, LastUsed: t.LastUsedAt, RevokedAt: t.RevokedAt,
	}
}

// Run makes a token.
func (c tokenCreate) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		scopes := make([]auth.Scope, len(c.Scopes))
		for i, s := range c.Scopes {
			scopes[i] = auth.Scope(strings.TrimSpace(s))
		}
		var expires *time.Time
		if c.Expires > 0 {
			at := time.Now().UTC().Add(c.Expires)
			expires = &at
		}
		made, text, err := d.services.Create(p.ctx, c.Org, c.Name, scopes, expires)
		if err != nil {
			return err
		}
		wire := wireToken(made)
		wire.Token = text
		if c.Output == "json" {
			return json.NewEncoder(p.stdout).Encode(wire)
		}
		_, err = fmt.Fprintf(p.stdout, "%s\n\nKeep it now: it is not shown again. Its id is %s.\n", text, made.ID)
		return err
	})
}

type tokenList struct {
	output
	Org string `required:"" help:"The organization: its id, siret or exact name."`
}

// Run lists tokens.
func (c tokenList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		tokens, err := d.services.List(p.ctx, c.Org)
		if err != nil {
			return err
		}
		wire := make([]tokenWire, len(tokens))
		for i, t := range tokens {
			wire[i] = wireToken(t)
		}
		if c.Output == "json" {
			return json.NewEncoder(p.stdout).Encode(wire)
		}
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tNAME\tSCOPES\tSTATE\tLAST USED")
		for _, t := range wire {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, t.Scopes, t.state(time.Now()), day(t.LastUsed))
		}
		return table.Flush()
	})
}

func (t tokenWire) state(now time.Time) string {
	switch {
	case t.RevokedAt != nil:
		return "revoked " + day(t.RevokedAt)
	case t.ExpiresAt != nil && now.After(*t.ExpiresAt):
		return "expired " + day(t.ExpiresAt)
	case t.ExpiresAt != nil:
		return "until " + day(t.ExpiresAt)
	default:
		return "valid"
	}
}

func day(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Local().Format(time.DateOnly)
}

type tokenRevoke struct {
	ID string `arg:"" help:"The token's id."`
}

// Run revokes a token. Processes that run see it within a second.
func (c tokenRevoke) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		if err := d.services.Revoke(p.ctx, c.ID); err != nil {
			return err
		}
		if err := d.endAdmissionsOf(p.ctx, c.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, "The token is revoked.")
		return err
	})
}
