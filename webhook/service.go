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
	Store     Store
	Directory Directory
	Box       seal.Box
	Allowed   Allowed
	Own       string // our own host, to which nothing is sent
	Hosts     Hosts
	Now       func() time.Time
}

// New is what somebody asks for. AccountID is the service account to which it is to belong: software leaves it out.
type New struct {
	AccountID   string
	URL         string
	Types       []Type
	Description string
	Contact     string
	Language    string // of mails to the contact: French without it
	Signature   Signature
	ManagedBy   string // by which files or software it is kept: of service accounts alone
}

// Change is what is to become of an endpoint; nil leaves a field.
type Change struct {
	AccountID   *string
	URL         *string
	Types       *[]Type
	Description *string
	Contact     *string
	Language    *string
}

// Create makes an endpoint and asks it for proof that it is the caller's. secret is told once; empty where a public key does.
func (s *Service) Create(ctx context.Context, who auth.Identity, in New) (w Webhook, secret string, err error) {
	if who.Kind == auth.Service {
		in.AccountID = cmp.Or(in.AccountID, who.ID)
	}
	if err := s.mayCreate(ctx, who); err != nil {
		return Webhook{}, "", err
	}
	orgID, err := s.owner(ctx, who, in.AccountID)
	if err != nil {
		return Webhook{}, "", err
	}
	if _, err := s.may(ctx, who, auth.WebhookAddress, orgID); err != nil {
		return Webhook{}, "", err
	}
	now := s.Now().UTC()
	if in.Signature == "" {
		in.Signature = HMAC
	}
	w = Webhook{
		ID: newID(), OrgID: orgID, AccountID: in.AccountID, URL: in.URL, Types: in.Types, Description: in.Description, Signature: in.Signature,
		Contact: in.Contact, Language: cmp.Or(in.Language, defaultLanguage), ManagedBy: in.ManagedBy,
		State: Pending, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if who.Kind == auth.Service {
		w.OrgName, w.AccountName = who.OrgName, who.Name
	}
	if err := errors.Join(auth.CheckManagedBy(who, in.ManagedBy), s.check(&w)); err != nil {
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
	if who.Kind == auth.Service {
		return w, secret, nil
	}
	if w, err = s.Store.Webhook(ctx, w.ID); err != nil { // for the names
		return Webhook{}, "", fmt.Errorf("read the webhook that was made: %w", err)
	}
	return w, secret, nil
}

// mayCreate refuses those who make webhooks for no organization at all, before anything is looked up.
func (s *Service) mayCreate(ctx context.Context, who auth.Identity) error {
	switch who.Kind {
	case auth.System:
		return nil
	case auth.Service:
		_, err := s.may(ctx, who, auth.WebhookAddress, who.OrgID)
		return err
	default:
		_, err := auth.ReachOf(who, auth.WebhookAddress)
		return err
	}
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

// List answers a page of the endpoints of an organization. Software leaves the organization out; a person without one gets those
// of all organizations whose webhooks they see.
func (s *Service) List(ctx context.Context, who auth.Identity, q Query) (Page, error) {
	if who.Kind == auth.Service {
		q.OrgID = cmp.Or(q.OrgID, who.OrgID)
	}
	var err error
	if q.OrgID == "" && who.Kind != auth.System {
		q.Reach, err = auth.ReachOf(who, auth.WebhookRead)
	} else {
		_, err = s.may(ctx, who, auth.WebhookRead, q.OrgID)
	}
	if err != nil {
		return Page{}, err
	}
	return s.Store.Webhooks(ctx, q)
}

// Get answers one endpoint.
func (s *Service) Get(ctx context.Context, who auth.Identity, id string) (Webhook, error) {
	w, _, err := s.find(ctx, who, auth.WebhookRead, id)
	if err != nil {
		return Webhook{}, err
	}
	return w, nil
}

// update changes an endpoint on which the caller holds a right; on is what that was asked of.
func (s *Service) update(ctx context.Context, who auth.Identity, right auth.Right, id string,
	change func(w *Webhook, on auth.Resource, now time.Time) (Act, error)) (Webhook, error) {
	found, on, err := s.find(ctx, who, right, id)
	if err != nil {
		return Webhook{}, err
	}
	now := s.Now().UTC()
	return s.Store.UpdateWebhook(ctx, id, func(w *Webhook) (Act, error) {
		if w.OrgID != found.OrgID {
			return Act{}, noWebhook()
		}
		return change(w, on, now)
	})
}

// Change changes an endpoint of the version that its author has seen. Another address has to be proved again.
func (s *Service) Change(ctx context.Context, who auth.Identity, id string, version int64, in Change) (Webhook, error) {
	moved, err := s.moved(ctx, who, id, in.AccountID)
	if err != nil {
		return Webhook{}, err
	}
	return s.update(ctx, who, auth.WebhookManage, id, func(w *Webhook, on auth.Resource, now time.Time) (act Act, err error) {
		if w.Version != version {
			return act, fault.New(fault.CodePreconditionFailed, "somebody changed this webhook since you read it")
		}
		before := w.Clone()
		if in.AccountID != nil {
			if moved != w.OrgID {
				return act, noOwner()
			}
			w.AccountID = *in.AccountID
		}
		if in.URL != nil {
			w.URL = *in.URL
		}
		if in.Types != nil {
			w.Types = slices.Clone(*in.Types)
		}
		if (w.URL != before.URL || hearsMore(before.Types, w.Types)) && who.Kind != auth.System {
			if err := auth.Allowed(who, auth.WebhookAddress, on); err != nil {
				return act, err
			}
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

// hearsMore tells that an endpoint is to be told of what it is not told of now; no types are all.
func hearsMore(before, after []Type) bool {
	if len(before) == 0 {
		return false
	}
	return len(after) == 0 || slices.ContainsFunc(after, func(t Type) bool { return !slices.Contains(before, t) })
}

// moved is the organization of the account to which an endpoint is to belong from now on; empty when it stays.
func (s *Service) moved(ctx context.Context, who auth.Identity, id string, accountID *string) (orgID string, err error) {
	if accountID == nil {
		return "", nil
	}
	if _, _, err := s.find(ctx, who, auth.WebhookManage, id); err != nil {
		return "", err
	}
	return s.owner(ctx, who, *accountID)
}

// Delete ends an endpoint at once, with what is queued for it.
func (s *Service) Delete(ctx context.Context, who auth.Identity, id string) error {
	_, err := s.update(ctx, who, auth.WebhookManage, id, func(w *Webhook, _ auth.Resource, now time.Time) (Act, error) {
		w.UpdatedAt = now
		return Act{Delete: true, Bury: true, Events: happened(who, event.WebhookDeleted, *w, now)}, nil
	})
	return err
}

// Rotate makes a new key. Those before go on signing beside it for a while. secret is as Create answers it.
func (s *Service) Rotate(ctx context.Context, who auth.Identity, id string, overlap time.Duration) (w Webhook, secret string, err error) {
	w, err = s.update(ctx, who, auth.WebhookAddress, id, func(w *Webhook, _ auth.Resource, now time.Time) (Act, error) {
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

// Enable asks for proof of the address again, of an endpoint that is disabled or never answered. One that is active stays so. Of
// software it becomes the caller's own; for a person its account has to act still.
func (s *Service) Enable(ctx context.Context, who auth.Identity, id string) (Webhook, error) {
	return s.update(ctx, who, auth.WebhookManage, id, func(w *Webhook, _ auth.Resource, now time.Time) (Act, error) {
		if w.State == Active {
			return Act{}, nil
		}
		if who.Kind == auth.Service {
			w.AccountID = who.ID
		} else if _, acts, err := s.Directory.Owner(ctx, w.AccountID, now); err != nil {
			return Act{}, fmt.Errorf("find the account of a webhook: %w", err)
		} else if !acts {
			return Act{}, fault.New(fault.CodeConflict, "the service account to which this webhook belongs acts no more: name another first")
		}
		first, err := challenge(w, now)
		if err != nil {
			return Act{}, err
		}
		w.UpdatedAt = now
		return Act{Send: []Delivery{first}, Events: happened(who, event.WebhookChanged, *w, now)}, nil
	})
}

func notActive() error {
	return fault.New(fault.CodeWebhookNotActive, "this webhook is disabled, or has not answered its challenge")
}

// Test sends an endpoint a message about nothing.
func (s *Service) Test(ctx context.Context, who auth.Identity, id string) (d Delivery, err error) {
	_, err = s.update(ctx, who, auth.WebhookManage, id, func(w *Webhook, _ auth.Resource, now time.Time) (Act, error) {
		if w.State != Active {
			return Act{}, notActive()
		}
		if d, err = own(*w, Test, map[string]any{}, now); err != nil {
			return Act{}, err
		}
		return Act{Send: []Delivery{d}, Asides: happened(who, event.WebhookTested, *w, now)}, nil
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
	if _, _, err := s.find(ctx, who, auth.WebhookManage, id); err != nil {
		return Delivery{}, err
	}
	now := s.Now().UTC()
	return s.Store.UpdateDelivery(ctx, id, deliveryID, func(w Webhook, d *Delivery) ([]event.Event, error) {
		if w.State != Active || d.Type == Challenge {
			return nil, notActive()
		}
		d.State, d.Attempts, d.NextAt = Queued, 0, now
		return happened(who, event.WebhookResent, w, now), nil
	})
}
