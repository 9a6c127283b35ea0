package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"parvis/auth/service"
	"parvis/webhook"
)

type webhookCommands struct {
	List       webhookList       `cmd:"" help:"List the webhooks of an organization."`
	Show       webhookShow       `cmd:"" help:"Show a webhook: where it goes, of what it hears, how it stands and why."`
	Create     webhookCreate     `cmd:"" help:"Make a webhook; its secret is shown once."`
	Update     webhookUpdate     `cmd:"" help:"Change a webhook: where it goes, of what it hears, whom it concerns."`
	Rotate     webhookRotate     `cmd:"" help:"Give a webhook a new key, shown once; the one before goes on beside it for a while."`
	Test       webhookTest       `cmd:"" help:"Send a webhook a message about nothing."`
	Enable     webhookEnable     `cmd:"" help:"Enable a disabled webhook again: its receiver answers a new challenge."`
	Delete     webhookDelete     `cmd:"" help:"Delete a webhook at once, with what is queued for it."`
	Deliveries webhookDeliveries `cmd:"" help:"List what was sent to a webhook, or is to be."`
	Redeliver  webhookRedeliver  `cmd:"" help:"Send a message again."`
}

type webhookWire struct {
	ID           string     `json:"id"`
	Org          string     `json:"org"`
	OrgName      string     `json:"orgName"`
	Account      string     `json:"account"`
	AccountName  string     `json:"accountName"`
	URL          string     `json:"url"`
	Types        []string   `json:"types"`
	Description  string     `json:"description"`
	Contact      string     `json:"contact"`
	Signature    string     `json:"signature"`
	State        string     `json:"state"`
	Reason       string     `json:"reason,omitempty"`
	CreatedAt    time.Time  `json:"createdAt"`
	DisabledAt   *time.Time `json:"disabledAt,omitempty"`
	DeliveredAt  *time.Time `json:"deliveredAt,omitempty"`
	FailingSince *time.Time `json:"failingSince,omitempty"`
	DeadLetters  int        `json:"deadLetters"`
	Secret       string     `json:"secret,omitempty"`
}

func wireWebhook(w webhook.Webhook) webhookWire {
	wire := webhookWire{
		ID: w.ID, Org: w.OrgID, OrgName: w.OrgName, Account: w.AccountID, AccountName: w.AccountName, URL: w.URL, Types: []string{}, Description: w.Description,
		Contact: w.Contact, Signature: string(w.Signature), State: string(w.State), Reason: string(w.Reason), CreatedAt: w.CreatedAt,
		DisabledAt: w.DisabledAt, DeliveredAt: w.DeliveredAt, FailingSince: w.FailingSince, DeadLetters: w.Dead,
	}
	for _, t := range w.Types {
		wire.Types = append(wire.Types, string(t))
	}
	return wire
}

func (w webhookWire) stands() string {
	if w.Reason != "" {
		return w.State + ": " + w.Reason
	}
	return w.State
}

// write is the webhook for people.
func (w webhookWire) write(p *process) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(label, value string) { fmt.Fprintf(table, "%s\t%s\n", label, value) }
	row("id", w.ID)
	row("url", w.URL)
	row("organization", w.Org+"  "+w.OrgName)
	row("account", w.Account+"  "+w.AccountName)
	row("state", w.stands())
	row("types", orElse(w.Types, "all"))
	row("description", w.Description)
	row("contact", w.Contact)
	row("signature", w.Signature)
	row("last delivered", day(w.DeliveredAt))
	row("failing since", day(w.FailingSince))
	row("given up", fmt.Sprint(w.DeadLetters))
	if err := table.Flush(); err != nil || w.Secret == "" {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "\nsecret  %s\n\nKeep the secret now: it is not shown again.\n", w.Secret)
	return err
}

// webhooks is the use cases of webhooks, as a command has them. Without the installation's secret none is made.
func (d *database) webhooks() (*webhook.Service, error) {
	allowed, err := webhook.ParseAllowed(d.config.WebhookAllow)
	if err != nil {
		return nil, fmt.Errorf("PARVIS_WEBHOOK_ALLOW %w", err)
	}
	hosts := (&platform{store: d.store}).webhookHosts
	s := &webhook.Service{Store: d.store, Directory: d.store, Allowed: allowed, Hosts: hosts, Now: time.Now}
	if d.config.URL != nil {
		s.Own = d.config.URL.Hostname()
	}
	return s, nil
}

type webhookList struct {
	output
	Org string `required:"" help:"The organization: its id, siret or exact name."`
}

// Run lists webhooks.
func (c webhookList) Run(p *process) error {
	return p.withWebhooks(func(d *database, s *webhook.Service) error {
		id, _, err := d.store.OrgByKey(p.ctx, c.Org)
		if err != nil {
			return err
		}
		page, err := s.List(p.ctx, service.Administrator(), webhook.Query{OrgID: id, PageSize: 200}) // an organization has 20 at most
		if err != nil {
			return err
		}
		wire := []webhookWire{}
		for _, w := range page.Webhooks {
			wire = append(wire, wireWebhook(w))
		}
		return c.answer(p, wire, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tURL\tACCOUNT\tSTATE\tLAST DELIVERED")
			for _, w := range wire {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", w.ID, w.URL, w.AccountName, w.stands(), day(w.DeliveredAt))
			}
			return table.Flush()
		})
	})
}

// withWebhooks is withDatabase for those who work with webhooks.
func (p *process) withWebhooks(do func(*database, *webhook.Service) error) error {
	return p.withDatabase(func(d *database) error {
		s, err := d.webhooks()
		if err != nil {
			return err
		}
		return do(d, s)
	})
}

// webhookID names the webhook of a command.
type webhookID struct {
	output
	ID string `arg:"" name:"webhook-id" help:"The webhook's id."`
}

// on runs an act on the webhook and answers what became of it.
func (c webhookID) on(p *process, act func(*webhook.Service) (webhook.Webhook, error)) error {
	return p.withWebhooks(func(_ *database, s *webhook.Service) error {
		w, err := act(s)
		if err != nil {
			return err
		}
		wire := wireWebhook(w)
		return c.answer(p, wire, func() error { return wire.write(p) })
	})
}

type webhookShow struct{ webhookID }

// Run shows a webhook.
func (c webhookShow) Run(p *process) error {
	return c.on(p, func(s *webhook.Service) (webhook.Webhook, error) { return s.Get(p.ctx, service.Administrator(), c.ID) })
}

type webhookEnable struct{ webhookID }

// Run enables a webhook again.
func (c webhookEnable) Run(p *process) error {
	return c.on(p, func(s *webhook.Service) (webhook.Webhook, error) {
		return s.Enable(p.ctx, service.Administrator(), c.ID)
	})
}

type webhookDelete struct{ webhookID }

// Run deletes a webhook and answers how it stood.
func (c webhookDelete) Run(p *process) error {
	return c.on(p, func(s *webhook.Service) (webhook.Webhook, error) {
		w, err := s.Get(p.ctx, service.Administrator(), c.ID)
		if err != nil {
			return w, err
		}
		return w, s.Delete(p.ctx, service.Administrator(), c.ID)
	})
}

type webhookCreate struct {
	output
	Account     string   `required:"" help:"The service account to which it belongs, by client_id; its organization is the one of which the webhook hears."`
	URL         string   `name:"url" required:"" help:"Where messages go, such as https://agenda.example.gouv.fr/hooks."`
	Types       []string `help:"Of what it hears, separated by commas, such as meeting.updated; without it, of all."`
	Description string   `help:"What it is for."`
	Contact     string   `help:"An e-mail address: who is told when it is disabled."`
	Language    string   `enum:"fr,en" default:"fr" help:"Of those mails: fr or en."`
	Signature   string   `enum:"hmac-sha256,ed25519" default:"hmac-sha256" help:"With a secret, or with a key of which the receiver gets the public half."`
}

var errNoWebhookSecret = errors.New("PARVIS_SECRET is missing: the keys of webhooks are sealed with it")

// Run makes a webhook. Processes that run send it its challenge.
func (c webhookCreate) Run(p *process) error {
	return p.withWebhooks(func(d *database, s *webhook.Service) error {
		if err := d.seals(s); err != nil {
			return err
		}
		in := webhook.New{
			AccountID: c.Account, URL: c.URL, Description: c.Description, Contact: c.Contact, Language: c.Language, Signature: webhook.Signature(c.Signature), Types: typesIn(c.Types),
		}
		w, secret, err := s.Create(p.ctx, service.Administrator(), in)
		if err != nil {
			return err
		}
		return c.given(p, w, secret)
	})
}

type deliveryWire struct {
	ID          string     `json:"id"`
	MessageID   string     `json:"messageId"`
	Type        string     `json:"type"`
	State       string     `json:"state"`
	Attempts    int        `json:"attempts"`
	CreatedAt   time.Time  `json:"createdAt"`
	AttemptedAt *time.Time `json:"attemptedAt,omitempty"`
	Status      int        `json:"status,omitempty"`
	Failure     string     `json:"failure,omitempty"`
}

func wireSent(d webhook.Delivery) deliveryWire {
	return deliveryWire{d.ID, d.MessageID, string(d.Type), string(d.State), d.Attempts, d.CreatedAt, d.AttemptedAt, d.Status, string(d.Failure)}
}

func writeSent(p *process, wire []deliveryWire) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tAT\tTYPE\tSTATE\tATTEMPTS\tSTATUS\tFAILURE")
	for _, w := range wire {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", w.ID, w.CreatedAt.Local().Format(time.DateTime), w.Type, w.State, w.Attempts, w.Status, w.Failure)
	}
	return table.Flush()
}

type webhookDeliveries struct {
	webhookID
	State string `enum:"queued,delivered,dead," default:"" help:"Those alone that are queued, delivered or dead."`
	Limit int    `default:"50" help:"At most so many, the newest: 1 to 200."`
}

// Run lists deliveries.
func (c webhookDeliveries) Run(p *process) error {
	if c.Limit < 1 || c.Limit > 200 {
		return errors.New("--limit is 1 to 200")
	}
	return p.withWebhooks(func(_ *database, s *webhook.Service) error {
		page, err := s.Deliveries(p.ctx, service.Administrator(), c.ID, webhook.DeliveryQuery{State: webhook.DeliveryState(c.State), PageSize: c.Limit})
		if err != nil {
			return err
		}
		wire := []deliveryWire{}
		for _, d := range page.Deliveries {
			wire = append(wire, wireSent(d))
		}
		return c.answer(p, wire, func() error { return writeSent(p, wire) })
	})
}

type webhookTest struct{ webhookID }

// Run sends a test.
func (c webhookTest) Run(p *process) error {
	return c.send(p, func(s *webhook.Service) (webhook.Delivery, error) {
		return s.Test(p.ctx, service.Administrator(), c.ID)
	})
}

type webhookRedeliver struct {
	webhookID
	DeliveryID string `arg:"" name:"delivery-id" help:"The delivery's id, as deliveries lists it."`
}

// Run sends a message again.
func (c webhookRedeliver) Run(p *process) error {
	return c.send(p, func(s *webhook.Service) (webhook.Delivery, error) {
		return s.Redeliver(p.ctx, service.Administrator(), c.ID, c.DeliveryID)
	})
}

func (c webhookID) send(p *process, act func(*webhook.Service) (webhook.Delivery, error)) error {
	return p.withWebhooks(func(_ *database, s *webhook.Service) error {
		d, err := act(s)
		if err != nil {
			return err
		}
		wire := wireSent(d)
		return c.answer(p, wire, func() error { return writeSent(p, []deliveryWire{wire}) })
	})
}
