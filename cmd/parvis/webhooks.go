package main

import (
	"fmt"
	"time"

	"parvis/job"
	"parvis/jobs"
	"parvis/mail/invitation"
	"parvis/mail/notice"
	"parvis/seal"
	"parvis/webhook"
	"parvis/webhook/deliver"
)

// buildWebhooks joins what manages webhooks, what carries their messages, and what sends one.
func (p *platform) buildWebhooks(key [32]byte) error {
	allowed, err := webhook.ParseAllowed(p.config.WebhookAllow)
	if err != nil {
		return fmt.Errorf("PARVIS_WEBHOOK_ALLOW %w", err)
	}
	box := seal.New(key)
	p.webhooks = &webhook.Service{Store: p.store, Directory: p.store, Box: box, Allowed: allowed, Own: p.config.URL.Hostname(), Hosts: p.webhookHosts, Now: time.Now}
	p.sender = deliver.New(deliver.Options{Allowed: allowed, Metrics: p.metrics})
	p.courier = &webhook.Courier{Queue: p.store, Sender: p.sender, Box: box, Hosts: p.webhookHosts, Now: time.Now, Logger: p.logger}
	return nil
}

// receiversAtOnce is to how many endpoints a replica sends at a time. A slow one keeps its place for less than a minute, and
// costs a goroutine meanwhile.
const receiversAtOnce = 64

func (p *platform) delivering() jobs.Worker {
	return jobs.Worker{Do: p.courier.DeliverWebhook, AtOnce: receiversAtOnce}
}

// notifying tells who looks after a webhook that it was disabled: by mail where one is sent, by the other webhooks elsewhere.
func (p *platform) notifying() (jobs.Worker, error) {
	tells := &webhook.Notifier{Store: p.store, Now: time.Now, Logger: p.logger}
	sends, err := newMailer(p.config, p.logger)
	if err != nil {
		return jobs.Worker{}, err
	}
	if sends != nil {
		tells.Mail = notice.New(notice.Options{Sender: sends, Platform: p.config.Name, BaseURL: p.config.URL.String(), Host: p.config.URL.Hostname()})
	}
	return jobs.Worker{Do: tells.TellDisabled, Timeout: 30 * time.Second, AtOnce: 1, Tries: job.MostTries, Pause: invitation.Pause}, nil
}
