package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/auth"
	"parvis/auth/service"
)

type appCommands struct {
	Create       appCreate       `cmd:"" help:"Make a service account and its first secret, which is shown once."`
	List         appList         `cmd:"" help:"List the service accounts of an organization."`
	Show         appShow         `cmd:"" help:"Show a service account with its secrets and keys."`
	Rename       appRename       `cmd:"" help:"Give a service account another name, or somebody else who looks after it."`
	Revoke       appRevoke       `cmd:"" help:"Revoke a service account at once, with its tokens and calls."`
	RotateSecret appRotateSecret `cmd:"" help:"Make a new secret; those before it end after a while."`
	AddSecret    appAddSecret    `cmd:"" help:"Make a secret beside the others, which stay."`
	RemoveSecret appRemoveSecret `cmd:"" help:"Remove a secret at once, with the tokens that were got by it."`
	AddKey       appAddKey       `cmd:"" help:"Register a public key, so that the account needs no secret."`
	RemoveKey    appRemoveKey    `cmd:"" help:"Remove a public key at once."`
	Allow        appAllow        `cmd:"" help:"Say what a service account may: scopes, networks, for whose people, until when."`
}

type appWire struct {
	ClientID  string      `json:"clientId"`
	Name      string      `json:"name"`
	Contact   string      `json:"contact,omitempty"`
	Org       string      `json:"org"`
	OrgName   string      `json:"orgName,omitempty"`
	Scopes    []string    `json:"scopes"`
	Networks  []string    `json:"networks"`
	ActsFor   []string    `json:"actsFor"`
	CreatedAt time.Time   `json:"createdAt"`
	ExpiresAt *time.Time  `json:"expiresAt,omitempty"`
	LastUsed  *time.Time  `json:"lastUsedAt,omitempty"`
	RevokedAt *time.Time  `json:"revokedAt,omitempty"`
	Secrets   []appSecret `json:"secrets"`
	Keys      []appKey    `json:"keys"`
	Secret    string      `json:"clientSecret,omitempty"`
}

type appSecret struct {
	ID        string     `json:"id"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

type appKey struct {
	KID       string    `json:"kid"`
	CreatedAt time.Time `json:"createdAt"`
}

func wireApp(a service.Account) appWire {
	w := appWire{
		ClientID: a.ID, Name: a.Name, Contact: a.Contact, Org: a.OrgID, OrgName: a.OrgName, Scopes: []string{}, Networks: []string{},
		ActsFor: append([]string{}, a.ActsFor...), CreatedAt: a.CreatedAt, ExpiresAt: a.ExpiresAt, LastUsed: a.LastUsedAt,
		RevokedAt: a.RevokedAt, Secrets: []appSecret{}, Keys: []appKey{},
	}
	for _, s := range a.Scopes {
		w.Scopes = append(w.Scopes, string(s))
	}
	for _, n := range a.Networks {
		w.Networks = append(w.Networks, n.String())
	}
	for _, s := range a.Secrets {
		w.Secrets = append(w.Secrets, appSecret{s.ID, s.CreatedAt, s.ExpiresAt})
	}
	for _, k := range a.Keys {
		w.Keys = append(w.Keys, appKey{k.KID, k.CreatedAt})
	}
	return w
}

func (w appWire) state(now time.Time) string {
	switch {
	case w.RevokedAt != nil:
		return "revoked " + day(w.RevokedAt)
	case w.ExpiresAt != nil && now.After(*w.ExpiresAt):
		return "expired " + day(w.ExpiresAt)
	case w.ExpiresAt != nil:
		return "until " + day(w.ExpiresAt)
	default:
		return "valid"
	}
}

// write is the account for people.
func (w appWire) write(p *process) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(label, value string) { fmt.Fprintf(table, "%s\t%s\n", label, value) }
	row("client_id", w.ClientID)
	row("name", w.Name)
	row("contact", w.Contact)
	row("organization", w.Org+"  "+w.OrgName)
	row("state", w.state(time.Now()))
	row("scopes", strings.Join(w.Scopes, " "))
	row("networks", orElse(w.Networks, "any"))
	row("acts for", orElse(w.ActsFor, "nobody"))
	row("last used", day(w.LastUsed))
	for _, s := range w.Secrets {
		row("secret", s.ID+"  until "+day(s.ExpiresAt))
	}
	for _, k := range w.Keys {
		row("key", k.KID)
	}
	return table.Flush()
}

func orElse(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(words, " ")
}

// writeSecret is a secret, which nobody can show again.
func (w appWire) writeSecret(p *process) error {
	_, err := fmt.Fprintf(p.stdout, "client_id      %s\nclient_secret  %s\n\nKeep the secret now: it is not shown again.\n", w.ClientID, w.Secret)
	return err
}

type appCreate struct {
	output
	Name     string        `required:"" help:"What the account is for, such as \"HR agenda\"."`
	Contact  string        `help:"An e-mail address: who looks after it."`
	Scopes   []string      `required:"" help:"Scopes, separated by commas, such as rooms.read,rooms.write."`
	Org      string        `required:"" help:"The organization: its id, siret or exact name."`
	Networks []string      `name:"network" help:"From where it may come: networks or addresses, separated by commas; without it, from anywhere."`
	ActsFor  []string      `help:"For whose people it may act: organizations, separated by commas; without it, for nobody."`
	Expires  time.Duration `help:"How long it lives, such as 8760h; without it, until it is revoked."`
	NoSecret bool          `help:"Make no secret: the account will sign with a key (add-key)."`
}

// Run makes an account.
func (c appCreate) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		account, err := d.services.Create(p.ctx, service.Administrator(), service.NewAccount{
			Org: c.Org, Name: c.Name, Contact: c.Contact, Scopes: scopesOf(c.Scopes), Networks: c.Networks, ActsFor: c.ActsFor, ExpiresAt: in(c.Expires),
		})
		if err != nil {
			return err
		}
		if c.NoSecret {
			wire := wireApp(account)
			return c.answer(p, wire, func() error { return wire.write(p) })
		}
		return addSecret(p, d, c.output, account.ID, service.NewSecret{})
	})
}

func addSecret(p *process, d *database, o output, id string, in service.NewSecret) error {
	account, _, text, err := d.services.AddSecret(p.ctx, service.Administrator(), id, in)
	if err != nil {
		return err
	}
	wire := wireApp(account)
	wire.Secret = text
	return o.answer(p, wire, func() error { return wire.writeSecret(p) })
}

func scopesOf(words []string) []auth.Scope {
	scopes := make([]auth.Scope, len(words))
	for i, s := range words {
		scopes[i] = auth.Scope(strings.TrimSpace(s))
	}
	return scopes
}

// in is the moment after a time; nil for none.
func in(d time.Duration) *time.Time {
	if d <= 0 {
		return nil
	}
	at := time.Now().UTC().Add(d)
	return &at
}

type appList struct {
	output
	Org string `required:"" help:"The organization: its id, siret or exact name."`
}

// Run lists accounts.
func (c appList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		wire := []appWire{}
		for query := (service.Query{PageSize: 200}); ; {
			page, err := d.services.List(p.ctx, service.Administrator(), c.Org, query)
			if err != nil {
				return err
			}
			for _, a := range page.Accounts {
				wire = append(wire, wireApp(a))
			}
			if query.Cursor = page.Next; page.Next == "" {
				break
			}
		}
		return c.answer(p, wire, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "CLIENT ID\tNAME\tSCOPES\tSTATE\tLAST USED")
			for _, w := range wire {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", w.ClientID, w.Name, strings.Join(w.Scopes, ","), w.state(time.Now()), day(w.LastUsed))
			}
			return table.Flush()
		})
	})
}

// appID names the account of a command.
type appID struct {
	output
	ID string `arg:"" name:"client-id" help:"The account's client_id."`
}

// on runs an act on the account and answers what became of it.
func (c appID) on(p *process, act func(*database) (service.Account, error)) error {
	return p.withDatabase(func(d *database) error {
		account, err := act(d)
		if err != nil {
			return err
		}
		wire := wireApp(account)
		return c.answer(p, wire, func() error { return wire.write(p) })
	})
}

type appShow struct{ appID }

// Run shows an account.
func (c appShow) Run(p *process) error {
	return c.on(p, func(d *database) (service.Account, error) {
		return d.services.Get(p.ctx, service.Administrator(), c.ID)
	})
}

type appRevoke struct{ appID }

// Run revokes an account. Processes that run see it within a second.
func (c appRevoke) Run(p *process) error {
	return c.on(p, func(d *database) (service.Account, error) {
		return d.services.Revoke(p.ctx, service.Administrator(), c.ID)
	})
}
