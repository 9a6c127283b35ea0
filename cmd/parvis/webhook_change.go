package main

import (
	"errors"
	"strings"
	"time"

	"parvis/auth/service"
	"parvis/seal"
	"parvis/webhook"
)

type webhookUpdate struct {
	webhookID
	URL         string   `name:"url" help:"Another address: its receiver answers a challenge before anything goes there."`
	Types       []string `help:"Of what it hears, all of it, separated by commas, such as meeting.updated."`
	All         bool     `help:"It hears of all."`
	Description *string  `help:"What it is for; an empty one takes it away."`
	Contact     *string  `help:"Who is told when it is disabled: an e-mail address; an empty one tells nobody."`
	Language    string   `enum:"fr,en," default:"" help:"Of those mails: fr or en."`
	Account     string   `help:"Another service account of the organization, by client_id."`
}

// Run changes a webhook. What is not named stays.
func (c webhookUpdate) Run(p *process) error {
	change, err := c.change()
	if err != nil {
		return err
	}
	return c.on(p, func(s *webhook.Service) (webhook.Webhook, error) {
		w, err := s.Get(p.ctx, service.Administrator(), c.ID)
		if err != nil {
			return w, err
		}
		return s.Change(p.ctx, service.Administrator(), c.ID, w.Version, change)
	})
}

func (c webhookUpdate) change() (webhook.Change, error) {
	if len(c.Types) > 0 && c.All {
		return webhook.Change{}, errors.New("--all stands alone: name types, or say --all")
	}
	change := webhook.Change{URL: said(c.URL), Description: c.Description, Contact: c.Contact, Language: said(c.Language), AccountID: said(c.Account)}
	if len(c.Types) > 0 || c.All {
		types := typesIn(c.Types)
		change.Types = &types
	}
	if change == (webhook.Change{}) {
		return change, errors.New("say what changes: --url, --types, --all, --description, --contact, --language or --account")
	}
	return change, nil
}

func typesIn(words []string) []webhook.Type {
	types := []webhook.Type{}
	for _, t := range words {
		types = append(types, webhook.Type(strings.TrimSpace(t)))
	}
	return types
}

type webhookRotate struct {
	webhookID
	Overlap time.Duration `default:"24h" help:"How long the key of before goes on signing beside the new one, at most 720h; 0s ends it at once."`
}

// Run gives a webhook a new key.
func (c webhookRotate) Run(p *process) error {
	if c.Overlap < 0 || c.Overlap > 30*24*time.Hour {
		return errors.New("--overlap is 0s to 720h")
	}
	return p.withWebhooks(func(d *database, s *webhook.Service) error {
		if err := d.seals(s); err != nil {
			return err
		}
		w, secret, err := s.Rotate(p.ctx, service.Administrator(), c.ID, c.Overlap)
		if err != nil {
			return err
		}
		return c.given(p, w, secret)
	})
}

// given answers a webhook with its secret, which nobody can show again.
func (o output) given(p *process, w webhook.Webhook, secret string) error {
	wire := wireWebhook(w)
	wire.Secret = secret
	return o.answer(p, wire, func() error { return wire.write(p) })
}

// seals has new keys sealed with the secret of the installation.
func (d *database) seals(s *webhook.Service) error {
	if d.config.Secret == "" {
		return errNoWebhookSecret
	}
	keys, err := deriveKeys(d.config.Secret.Reveal())
	if err != nil {
		return err
	}
	s.Box = seal.New(keys.webhooks)
	return nil
}
