package webhook

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/seal"
)

const (
	maxWebhooks    = 20 // of an organization
	maxKeys        = 3  // that sign at a time
	maxDescription = 500
	maxOverlap     = 30 * 24 * time.Hour
	// DefaultOverlap is for how long the key before goes on signing.
	DefaultOverlap = 24 * time.Hour
)

// languages are those of mails to a contact.
var languages = []string{defaultLanguage, "en"}

const defaultLanguage = "fr"

// Service is what an organization's software does with its endpoints.
type Service struct {
	Store   Store
	Box     seal.Box
	Allowed Allowed
	Own     string // our own host, to which nothing is sent
	Hosts   Hosts
	Now     func() time.Time
}

// New is what somebody asks for.
type New struct {
	URL         string
	Types       []Type
	Description string
	Contact     string
	Language    string // of mails to the contact: French without it
	Signature   Signature
}

// Change is what is to become of an endpoint; nil leaves a field.
type Change struct {
	URL         *string
	Types       *[]Type
	Description *string
	Contact     *string
	Language    *string
}

func allowed(who auth.Identity, orgID string) error {
	return auth.Allowed(who, auth.WebhookManage, auth.Resource{OrgID: orgID})
}

// Create makes an endpoint and asks it for proof that it is the caller's. secret is told once; empty where a public key does.
func (s *Service) Create(ctx context.Context, who auth.Identity, in New) (w Webhook, secret string, err error) {
	if err := allowed(who, who.OrgID); err != nil {
		return Webhook{}, "", err
	}
	now := s.Now().UTC()
	if in.Signature == "" {
		in.Signature = HMAC
	}
	w = Webhook{
		ID: newID(), OrgID: who.OrgID, AccountID: who.ID, URL: in.URL, Types: in.Types, Description: in.Description, Signature: in.Signature,
		Contact: in.Contact, Language: cmp.Or(in.Language, defaultLanguage),
		State: Pending, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if err := s.check(&w); err != nil {
		return Webhook{}, "", err
	}
	if err := s.Hosts.check(ctx, w); err != nil {
		return Webhook{}, "", err
	}
	var k Key
	k, secret = newKey(s.Box, w.Signature, w.ID, now)
	w.Keys = []Key{k}
	first, err := challenge(&w, now)
	if err != nil {
		return Webhook{}, "", err
	}
	if err := s.Store.CreateWebhook(ctx, w, maxWebhooks, first, happened(who, event.WebhookCreated, w, now)); err != nil {
		return Webhook{}, "", fmt.Errorf("create webhook: %w", err)
	}
	return w, secret, nil
}

// challenge begins the proof of an address.
func challenge(w *Webhook, now time.Time) (Delivery, error) {
	d, err := own(*w, Challenge, map[string]any{"challenge": rand.Text()}, now)
	w.State, w.Reason, w.Challenge = Pending, "", d.MessageID
	w.DisabledAt, w.FailingSince, w.Dead, w.PausedUntil, w.Notice = nil, nil, 0, nil, nil
	return d, err
}

// happened is an event about an endpoint by somebody. Its address stays out: it may hold a token.
func happened(who auth.Identity, t event.Type, w Webhook, now time.Time) []event.Event {
	return []event.Event{{
		ID: newID(), Type: t, OrgID: w.OrgID, Subject: "webhook:" + w.ID,
		Actor: string(who.Kind) + ":" + who.ID, OnBehalfOf: who.OnBehalfOf, At: now, Data: map[string]any{"types": w.Types},
	}}
}

func (s *Service) check(w *Webhook) error {
	wrong := fault.New(fault.CodeInvalid, "some fields are not valid: see errors")
	if message := s.Allowed.checkURL(w.URL, s.Own); message != "" {
		wrong.At("body.url", message)
	}
	if len([]rune(w.Description)) > maxDescription {
		wrong.At("body.description", fmt.Sprintf("at most %d characters", maxDescription))
	}
	if _, ok := access.EmailSubject(w.Contact); !ok && w.Contact != "" {
		wrong.At("body.contact", "an e-mail address, such as exploitation@justice.example")
	}
	if !slices.Contains(languages, w.Language) {
		wrong.At("body.contactLanguage", "fr or en")
	}
	if w.Signature != HMAC && w.Signature != Ed25519 {
		wrong.At("body.signature", "hmac-sha256 or ed25519")
	}
	slices.Sort(w.Types)
	w.Types = slices.Compact(w.Types)
	for _, t := range w.Types {
		if !slices.Contains(types, t) {
			wrong.At("body.types", "names a type that there is not: see the documentation for all")
			break
		}
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// List answers a page of the endpoints of the caller's organization.
func (s *Service) List(ctx context.Context, who auth.Identity, q Query) (Page, error) {
	if err := allowed(who, who.OrgID); err != nil {
		return Page{}, err
	}
	q.OrgID = who.OrgID
	return s.Store.Webhooks(ctx, q)
}

// Get answers one endpoint.
func (s *Service) Get(ctx context.Context, who auth.Identity, id string) (Webhook, error) {
	if err := allowed(who, who.OrgID); err != nil {
		return Webhook{}, err
	}
	w, err := s.Store.Webhook(ctx, id)
	if err == nil && w.OrgID != who.OrgID {
		err = noWebhook()
	}
	if err != nil {
		return Webhook{}, err
	}
	return w, nil
}

// update changes an endpoint of the caller's organization.
func (s *Service) update(ctx context.Context, who auth.Identity, id string, change func(*Webhook, time.Time) (Act, error)) (Webhook, error) {
	if err := allowed(who, who.OrgID); err != nil {
		return Webhook{}, err
	}
	now := s.Now().UTC()
	return s.Store.UpdateWebhook(ctx, id, func(w *Webhook) (Act, error) {
		if w.OrgID != who.OrgID {
			return Act{}, noWebhook()
		}
		return change(w, now)
	})
}

// Change changes an endpoint of the version that its author has seen. Another address has to be proved again.
func (s *Service) Change(ctx context.Context, who auth.Identity, id string, version int64, in Change) (Webhook, error) {
	return s.update(ctx, who, id, func(w *Webhook, now time.Time) (act Act, err error) {
		if w.Version != version {
			return act, fault.New(fault.CodePreconditionFailed, "somebody changed this webhook since you read it")
		}
		before := w.Clone()
		if in.URL != nil {
			w.URL = *in.URL
		}
		if in.Types != nil {
			w.Types = slices.Clone(*in.Types)
		}
		if in.Description != nil {
			w.Description = *in.Description
		}
		if in.Contact != nil {
			w.Contact = *in.Contact
		}
		if in.Language != nil {
			w.Language = *in.Language
		}
		if err := errors.Join(s.check(w), s.Hosts.check(ctx, *w)); err != nil {
			return act, err
		}
		if w.URL != before.URL {
			first, err := challenge(w, now)
			if err != nil {
				return act, err
			}
			act.Send = []Delivery{first}
		}
		w.UpdatedAt = now
		act.Events = happened(who, event.WebhookChanged, *w, now)
		return act, nil
	})
}

// Delete ends an endpoint at once, with what is queued for it.
func (s *Service) Delete(ctx context.Context, who auth.Identity, id string) error {
	_, err := s.update(ctx, who, id, func(w *Webhook, now time.Time) (Act, error) {
		w.UpdatedAt = now
		return Act{Delete: true, Bury: true, Events: happened(who, event.WebhookDeleted, *w, now)}, nil
	})
	return err
}

// Rotate makes a new key. Those before go on signing beside it for a while. secret is as Create answers it.
func (s *Service) Rotate(ctx context.Context, who auth.Identity, id string, overlap time.Duration) (w Webhook, secret string, err error) {
	w, err = s.update(ctx, who, id, func(w *Webhook, now time.Time) (Act, error) {
		until := now.Add(min(max(overlap, 0), maxOverlap))
		var k Key
		k, secret = newKey(s.Box, w.Signature, w.ID, now)
		keys := []Key{k}
		for _, old := range w.Keys {
			if old.ExpiresAt == nil || old.ExpiresAt.After(until) {
				old.ExpiresAt = &until
			}
			if old.counts(now) && len(keys) < maxKeys {
				keys = append(keys, old)
			}
		}
		w.Keys, w.UpdatedAt = keys, now
		return Act{Events: happened(who, event.WebhookChanged, *w, now)}, nil
	})
	if err != nil {
		return Webhook{}, "", err
	}
	return w, secret, nil
}

// Enable asks for proof of the address again, of an endpoint that is disabled or never answered. One that is active stays so.
func (s *Service) Enable(ctx context.Context, who auth.Identity, id string) (Webhook, error) {
	return s.update(ctx, who, id, func(w *Webhook, now time.Time) (Act, error) {
		if w.State == Active {
			return Act{}, nil
		}
		first, err := challenge(w, now)
		if err != nil {
			return Act{}, err
		}
		w.AccountID, w.UpdatedAt = who.ID, now
		return Act{Send: []Delivery{first}, Events: happened(who, event.WebhookChanged, *w, now)}, nil
	})
}

func notActive() error {
	return fault.New(fault.CodeWebhookNotActive, "this webhook is disabled, or has not answered its challenge")
}

// Test sends an endpoint a message about nothing.
func (s *Service) Test(ctx context.Context, who auth.Identity, id string) (d Delivery, err error) {
	_, err = s.update(ctx, who, id, func(w *Webhook, now time.Time) (Act, error) {
		if w.State != Active {
			return Act{}, notActive()
		}
		if d, err = own(*w, Test, map[string]any{}, now); err != nil {
			return Act{}, err
		}
		return Act{Send: []Delivery{d}}, nil
	})
	if err != nil {
		return Delivery{}, err
	}
	return d, nil
}

// Deliveries answers a page of what was sent to an endpoint, or is to be.
func (s *Service) Deliveries(ctx context.Context, who auth.Identity, id string, q DeliveryQuery) (DeliveryPage, error) {
	w, err := s.Get(ctx, who, id)
	if err != nil {
		return DeliveryPage{}, err
	}
	q.WebhookID = w.ID
	return s.Store.Deliveries(ctx, q)
}

// Redeliver sends a message once more, under the same webhook-id, with all its attempts anew.
func (s *Service) Redeliver(ctx context.Context, who auth.Identity, id, deliveryID string) (Delivery, error) {
	if _, err := s.Get(ctx, who, id); err != nil {
		return Delivery{}, err
	}
	now := s.Now().UTC()
	return s.Store.UpdateDelivery(ctx, id, deliveryID, func(w Webhook, d *Delivery) error {
		if w.State != Active || d.Type == Challenge {
			return notActive()
		}
		d.State, d.Attempts, d.NextAt = Queued, 0, now
		return nil
	})
}
