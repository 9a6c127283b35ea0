package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/auth/service"
	"parvis/config"
	"parvis/fault"
	"parvis/scim"
)

type scimCommands struct {
	Bind scimBind `cmd:"" help:"Let a service account provision the people of its organization who sign in by one provider."`
	List scimList `cmd:"" help:"List which service accounts provision the people of an organization."`
}

type scimWire struct {
	Client    string    `json:"client"`
	ClientID  string    `json:"clientId"`
	Org       string    `json:"org"`
	Provider  string    `json:"provider"`
	IdpID     string    `json:"idpId,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
}

func wireSCIM(c scim.Client) scimWire {
	return scimWire{Client: c.ID, ClientID: c.AccountID, Org: c.OrgID, Provider: c.Provider, IdpID: c.IdPID, CreatedAt: c.CreatedAt}
}

type scimBind struct {
	output
	ID       string `arg:"" name:"client-id" help:"The account's client_id. It needs the scope people.manage."`
	Provider string `required:"" help:"The provider by whom the people sign in, as PARVIS_OIDC_<NAME>_ISSUER names it, in lower case."`
	IdpID    string `name:"idp-id" help:"Behind a broker: the idp_id of the organization's identity provider there. Without it the provider is the organization's own."`
}

var (
	providerWord = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$`)
	idpWord      = regexp.MustCompile(`^[!-~]{0,200}$`)
)

// Run binds an account.
func (c scimBind) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		if err := c.check(p); err != nil {
			return err
		}
		bound, err := d.store.BindSCIM(p.ctx, c.ID, c.Provider, c.IdpID, actorOf(), time.Now().UTC())
		if err != nil {
			return err
		}
		wire := wireSCIM(bound)
		return c.answer(p, wire, func() error { return writeSCIM(p, []scimWire{wire}) })
	})
}

// check refuses a name that no sign-in can have. A provider that these settings do not name may be that of the servers' settings.
func (c scimBind) check(p *process) error {
	wrong := fault.New(fault.CodeInvalid, "the account cannot be bound")
	if !providerWord.MatchString(c.Provider) {
		return wrong.At("body.provider", "give the name of a provider: lower case letters, digits and dashes")
	}
	if !idpWord.MatchString(c.IdpID) {
		return wrong.At("body.idp-id", "give the idp_id as the broker says it, or none")
	}
	cfg, err := config.Load(p.environ, config.Database)
	if err != nil || len(cfg.Providers) == 0 {
		return err
	}
	var names []string
	for _, known := range cfg.Providers {
		names = append(names, known.Name)
	}
	if !slices.Contains(names, c.Provider) {
		return wrong.At("body.provider", "the settings name these: "+strings.Join(names, ", "))
	}
	return nil
}

// actorOf is who types a command, as events name them.
func actorOf() string {
	who := service.Administrator()
	return string(who.Kind) + ":" + who.ID
}

type scimList struct {
	output
	Org string `required:"" help:"The organization: its id, siret or exact name."`
}

// Run lists bindings.
func (c scimList) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		org, _, err := d.store.OrgByKey(p.ctx, c.Org)
		if err != nil {
			return err
		}
		clients, err := d.store.SCIMClients(p.ctx, org)
		if err != nil {
			return err
		}
		wire := make([]scimWire, len(clients))
		for i, one := range clients {
			wire[i] = wireSCIM(one)
		}
		return c.answer(p, wire, func() error { return writeSCIM(p, wire) })
	})
}

func writeSCIM(p *process, list []scimWire) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLIENT ID\tPROVIDER\tIDP ID\tBOUND")
	for _, w := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", w.ClientID, w.Provider, w.IdpID, day(&w.CreatedAt))
	}
	return table.Flush()
}
