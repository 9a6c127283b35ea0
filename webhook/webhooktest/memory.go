// Package webhooktest keeps webhooks in memory, for tests of those who need a store of them.
package webhooktest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"parvis/event"
	"parvis/fault"
	"parvis/webhook"
)

// Memory keeps endpoints and deliveries as the database does. Make it with New.
type Memory struct {
	mu         sync.Mutex
	webhooks   map[string]webhook.Webhook
	deliveries map[string]webhook.Delivery
	events     []event.Event
}

var _ webhook.Store = (*Memory)(nil)

// New is an empty store.
func New() *Memory {
	return &Memory{webhooks: map[string]webhook.Webhook{}, deliveries: map[string]webhook.Delivery{}}
}

// Events are those that were written.
func (m *Memory) Events() []event.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events)
}

// CreateWebhook implements webhook.Store.
func (m *Memory) CreateWebhook(_ context.Context, w webhook.Webhook, most int, first webhook.Delivery, events []event.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	have := 0
	for _, other := range m.webhooks {
		if other.OrgID == w.OrgID {
			have++
		}
	}
	if have >= most {
		return fault.New(fault.CodeConflict, "an organization has too many webhooks")
	}
	m.webhooks[w.ID] = w.Clone()
	m.follow(w, webhook.Act{Send: []webhook.Delivery{first}, Events: events})
	return nil
}

func (m *Memory) follow(w webhook.Webhook, act webhook.Act) {
	for id, d := range m.deliveries {
		replaced := d.Type == webhook.Challenge && len(act.Send) > 0 && act.Send[0].Type == webhook.Challenge
		if d.WebhookID == w.ID && d.State == webhook.Queued && (act.Bury || replaced) {
			d.State, d.Failure = webhook.Buried, webhook.GivenUp
			m.deliveries[id] = d
		}
	}
	for _, d := range act.Send {
		m.deliveries[d.ID] = d
	}
	if act.Others != nil {
		for id, other := range m.webhooks {
			if d := *act.Others; id != w.ID && other.OrgID == w.OrgID && other.State == webhook.Active {
				d.ID, d.WebhookID = uuid.NewString(), id
				m.deliveries[d.ID] = d
			}
		}
	}
	m.events = append(append(m.events, act.Events...), act.Asides...)
}

func (m *Memory) find(id string) (webhook.Webhook, error) {
	w, ok := m.webhooks[id]
	if !ok {
		return webhook.Webhook{}, fault.New(fault.CodeWebhookNotFound, "there is no such webhook")
	}
	return w.Clone(), nil
}

// Webhook implements webhook.Store.
func (m *Memory) Webhook(_ context.Context, id string) (webhook.Webhook, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.find(id)
}

// Webhooks implements webhook.Store.
func (m *Memory) Webhooks(_ context.Context, q webhook.Query) (page webhook.Page, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.webhooks {
		of := q.OrgID != "" && w.OrgID == q.OrgID || q.OrgID == "" && (q.Reach.All || slices.Contains(q.Reach.OrgIDs, w.OrgID))
		if of && (q.Cursor == "" || w.ID < q.Cursor) {
			page.Webhooks = append(page.Webhooks, w.Clone())
		}
	}
	slices.SortFunc(page.Webhooks, func(a, b webhook.Webhook) int { return strings.Compare(b.ID, a.ID) })
	if q.PageSize > 0 && len(page.Webhooks) > q.PageSize {
		page.Webhooks = page.Webhooks[:q.PageSize]
		page.Next = page.Webhooks[q.PageSize-1].ID
	}
	return page, nil
}

// UpdateWebhook implements webhook.Store.
func (m *Memory) UpdateWebhook(_ context.Context, id string, change func(*webhook.Webhook) (webhook.Act, error)) (webhook.Webhook, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, err := m.find(id)
	if err != nil {
		return webhook.Webhook{}, err
	}
	act, err := change(&w)
	if err != nil {
		return webhook.Webhook{}, err
	}
	if len(act.Events) > 0 {
		w.Version++
	}
	m.webhooks[id] = w.Clone()
	if act.Delete {
		delete(m.webhooks, id)
	}
	m.follow(w, act)
	return w, nil
}

// Deliveries implements webhook.Store.
func (m *Memory) Deliveries(_ context.Context, q webhook.DeliveryQuery) (page webhook.DeliveryPage, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.deliveries {
		if d.WebhookID == q.WebhookID && (q.State == "" || d.State == q.State) && (q.Type == "" || d.Type == q.Type) && (q.Cursor == "" || d.ID < q.Cursor) {
			page.Deliveries = append(page.Deliveries, d)
		}
	}
	slices.SortFunc(page.Deliveries, func(a, b webhook.Delivery) int { return strings.Compare(b.ID, a.ID) })
	if q.PageSize > 0 && len(page.Deliveries) > q.PageSize {
		page.Deliveries = page.Deliveries[:q.PageSize]
		page.Next = page.Deliveries[q.PageSize-1].ID
	}
	return page, nil
}

// UpdateDelivery implements webhook.Store.
func (m *Memory) UpdateDelivery(_ context.Context, webhookID, id string, change func(webhook.Webhook, *webhook.Delivery) ([]event.Event, error)) (webhook.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, err := m.find(webhookID)
	if err != nil {
		return webhook.Delivery{}, err
	}
	d, ok := m.deliveries[id]
	if !ok || d.WebhookID != webhookID {
		return webhook.Delivery{}, webhook.NoDelivery()
	}
	events, err := change(w, &d)
	if err != nil {
		return webhook.Delivery{}, err
	}
	m.events = append(m.events, events...)
	m.deliveries[id] = d
	return d, nil
}
