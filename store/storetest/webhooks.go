package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
	"parvis/fault"
	"parvis/webhook"
)

// WebhooksStore is what the suite of webhook.Store needs: an endpoint belongs to an account.
type WebhooksStore interface {
	webhook.Store
	CreateAccount(ctx context.Context, a service.Account, events []event.Event) error
}

// Hook is a webhook of the default organization that has proved its address.
func Hook(account string, types ...webhook.Type) webhook.Webhook {
	return webhook.Webhook{
		ID: NewID(), OrgID: auth.DefaultOrgID, AccountID: account, URL: "https://agenda.example/hooks", Types: types, Description: "Agenda", Language: "fr", ManagedBy: "declared@agenda",
		Signature: webhook.HMAC, Keys: []webhook.Key{{ID: NewID(), Sealed: []byte{1, 2}, CreatedAt: kept(Nine)}}, State: webhook.Active, Challenge: NewID(),
		Version: 1, CreatedAt: kept(Nine), UpdatedAt: kept(Nine),
	}
}

// Message is one that waits to be sent to a webhook.
func Message(w webhook.Webhook, t webhook.Type) webhook.Delivery {
	return webhook.Delivery{
		ID: NewID(), WebhookID: w.ID, MessageID: NewID(), Type: t, Body: []byte(`{"a":1}`), State: webhook.Queued, NextAt: kept(Nine), CreatedAt: kept(Nine),
	}
}

func hookEvent(w webhook.Webhook, t event.Type) []event.Event {
	return []event.Event{{ID: NewID(), Type: t, OrgID: w.OrgID, Subject: "webhook:" + w.ID, Actor: "service:x", At: Nine}}
}

// CreateHook keeps a webhook whose challenge is answered already.
func CreateHook(t *testing.T, s webhook.Store, w webhook.Webhook) webhook.Webhook {
	t.Helper()
	first := Message(w, webhook.Challenge)
	first.MessageID, first.State = w.Challenge, webhook.Delivered
	if err := s.CreateWebhook(t.Context(), w, 20, first, hookEvent(w, event.WebhookCreated)); err != nil {
		t.Fatalf("create webhook: %v", err)
	}
	return w
}

func hookAccount(t *testing.T, s WebhooksStore) string {
	t.Helper()
	a := ServiceAccount()
	a.ExpiresAt = nil
	if err := s.CreateAccount(t.Context(), a, accountEvent(a, event.ServiceAccountCreated)); err != nil {
		t.Fatalf("create account: %v", err)
	}
	return a.ID
}

// Webhooks is the suite of webhook.Store.
func Webhooks(t *testing.T, newStore func(*testing.T) WebhooksStore) {
	t.Run("a webhook of nobody is not found", func(t *testing.T) { hookOfNobody(t, newStore(t)) })
	t.Run("a webhook comes back as it was written", func(t *testing.T) { hookRoundTrip(t, newStore(t)) })
	t.Run("a change that is refused changes nothing, and one that nobody made moves no version", func(t *testing.T) { hookChanges(t, newStore(t)) })
	t.Run("an organization never has more than it may, however many ask at once", func(t *testing.T) { hookBound(t, newStore(t)) })
	t.Run("webhooks are listed by organization, newest first, page by page", func(t *testing.T) { hookPages(t, newStore(t)) })
	t.Run("deliveries are listed by state and type, newest first, page by page", func(t *testing.T) { deliveryPages(t, newStore(t)) })
	t.Run("a deleted webhook is not found, and what was queued is given up", func(t *testing.T) { hookDeleted(t, newStore(t)) })
	t.Run("a new challenge takes the place of the one before", func(t *testing.T) { hookChallenges(t, newStore(t)) })
	t.Run("a delivery is changed within its webhook alone", func(t *testing.T) { deliveryChanges(t, newStore(t)) })
}

func hookOfNobody(t *testing.T, s WebhooksStore) {
	for _, id := range []string{NewID(), "nonsense", ""} {
		_, err := s.Webhook(t.Context(), id)
		mustBe(t, err, fault.NotFound)
		_, err = s.UpdateWebhook(t.Context(), id, func(*webhook.Webhook) (webhook.Act, error) {
			t.Error("nothing is there to change")
			return webhook.Act{}, nil
		})
		mustBe(t, err, fault.NotFound)
	}
}

func hookRoundTrip(t *testing.T, s WebhooksStore) {
	want := CreateHook(t, s, Hook(hookAccount(t, s), webhook.MeetingCreated))
	later := kept(Nine.Add(time.Minute))
	for range 2 {
		got, err := s.Webhook(t.Context(), want.ID)
		mustSame(t, want, got, err)
		want, err = s.UpdateWebhook(t.Context(), want.ID, func(w *webhook.Webhook) (webhook.Act, error) {
			w.URL, w.Types, w.Description, w.State, w.Reason, w.Challenge = "https://b.example", nil, "", webhook.Disabled, webhook.Gone, NewID()
			w.DisabledAt, w.DeliveredAt, w.FailingSince, w.Dead, w.PausedUntil, w.UpdatedAt = &later, &later, &later, 3, &later, later
			w.Contact, w.Language, w.Notice = "exploitation@b.example", "en", &webhook.Notice{ID: NewID(), Status: 410, Failure: webhook.BadStatus, Since: &later}
			w.Keys = append(w.Keys, webhook.Key{ID: NewID(), Sealed: []byte{3}, Public: "whpk_x", CreatedAt: later, ExpiresAt: &later})
			return webhook.Act{Events: hookEvent(*w, event.WebhookChanged)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if want.Version != 3 {
		t.Errorf("version %d", want.Version)
	}
}

func hookChanges(t *testing.T, s WebhooksStore) {
	want := CreateHook(t, s, Hook(hookAccount(t, s)))
	no := errors.New("no")
	_, err := s.UpdateWebhook(t.Context(), want.ID, func(w *webhook.Webhook) (webhook.Act, error) {
		w.URL = "https://b.example"
		return webhook.Act{}, no
	})
	if !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	got, err := s.Webhook(t.Context(), want.ID)
	mustSame(t, want, got, err)
	got, err = s.UpdateWebhook(t.Context(), want.ID, func(w *webhook.Webhook) (webhook.Act, error) {
		w.Dead = 1
		return webhook.Act{}, nil
	})
	if err != nil || got.Version != 1 || got.Dead != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func hookBound(t *testing.T, s WebhooksStore) {
	account := hookAccount(t, s)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			w := Hook(account)
			if err := s.CreateWebhook(t.Context(), w, 3, Message(w, webhook.Challenge), nil); err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if page, err := s.Webhooks(t.Context(), webhook.Query{OrgID: auth.DefaultOrgID}); err != nil || len(page.Webhooks) != 3 {
		t.Errorf("%d, %v", len(page.Webhooks), err)
	}
}

func hookPages(t *testing.T, s WebhooksStore) {
	account := hookAccount(t, s)
	var want, got []string
	for range 3 {
		want = append([]string{CreateHook(t, s, Hook(account)).ID}, want...)
	}
	for q := (webhook.Query{OrgID: auth.DefaultOrgID, PageSize: 2}); ; {
		page, err := s.Webhooks(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range page.Webhooks {
			got = append(got, w.ID)
		}
		if q.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	if !slices.Equal(want, got) {
		t.Errorf("got %v, want %v", got, want)
	}
	if page, err := s.Webhooks(t.Context(), webhook.Query{OrgID: NewID()}); err != nil || len(page.Webhooks) != 0 {
		t.Errorf("another's: %v, %v", page, err)
	}
}

func send(t *testing.T, s webhook.Store, w webhook.Webhook, all ...webhook.Delivery) {
	t.Helper()
	_, err := s.UpdateWebhook(t.Context(), w.ID, func(*webhook.Webhook) (webhook.Act, error) { return webhook.Act{Send: all}, nil })
	if err != nil {
		t.Fatalf("send: %v", err)
	}
}

func deliveryPages(t *testing.T, s WebhooksStore) {
	account := hookAccount(t, s)
	w, other := CreateHook(t, s, Hook(account)), CreateHook(t, s, Hook(account))
	one, two, three := Message(w, webhook.Test), Message(w, webhook.SessionEnded), Message(w, webhook.Test)
	send(t, s, w, one, two, three)
	send(t, s, other, Message(other, webhook.Test))
	list := func(q webhook.DeliveryQuery) (ids []string) {
		t.Helper()
		for q.WebhookID = w.ID; ; {
			page, err := s.Deliveries(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range page.Deliveries {
				ids = append(ids, d.ID)
			}
			if q.Cursor = page.Next; page.Next == "" {
				return ids
			}
		}
	}
	if got := list(webhook.DeliveryQuery{State: webhook.Queued, PageSize: 2}); !slices.Equal(got, []string{three.ID, two.ID, one.ID}) {
		t.Errorf("queued: %v", got)
	}
	if got := list(webhook.DeliveryQuery{Type: webhook.Test, PageSize: 1}); !slices.Equal(got, []string{three.ID, one.ID}) {
		t.Errorf("tests: %v", got)
	}
	page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w.ID, Type: webhook.SessionEnded})
	if err == nil && len(page.Deliveries) == 1 {
		mustSame(t, two, page.Deliveries[0], nil)
	} else {
		t.Errorf("%v, %v", page, err)
	}
}

func hookDeleted(t *testing.T, s WebhooksStore) {
	w := CreateHook(t, s, Hook(hookAccount(t, s)))
	send(t, s, w, Message(w, webhook.Test))
	_, err := s.UpdateWebhook(t.Context(), w.ID, func(w *webhook.Webhook) (webhook.Act, error) {
		return webhook.Act{Delete: true, Bury: true, Events: hookEvent(*w, event.WebhookDeleted)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Webhook(t.Context(), w.ID)
	mustBe(t, err, fault.NotFound)
	if page, err := s.Webhooks(t.Context(), webhook.Query{OrgID: w.OrgID}); err != nil || len(page.Webhooks) != 0 {
		t.Errorf("got %v, %v", page, err)
	}
	if page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w.ID, State: webhook.Queued}); err != nil || len(page.Deliveries) != 0 {
		t.Errorf("got %v, %v", page, err)
	}
}

func hookChallenges(t *testing.T, s WebhooksStore) {
	w := CreateHook(t, s, Hook(hookAccount(t, s)))
	test, first, second := Message(w, webhook.Test), Message(w, webhook.Challenge), Message(w, webhook.Challenge)
	send(t, s, w, test)
	send(t, s, w, first)
	send(t, s, w, second)
	page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w.ID, State: webhook.Queued})
	if err != nil || len(page.Deliveries) != 2 || page.Deliveries[0].ID != second.ID || page.Deliveries[1].ID != test.ID {
		t.Errorf("got %v, %v", page, err)
	}
}

func deliveryChanges(t *testing.T, s WebhooksStore) {
	account := hookAccount(t, s)
	w, other := CreateHook(t, s, Hook(account)), CreateHook(t, s, Hook(account))
	d := Message(w, webhook.Test)
	send(t, s, w, d)
	none := func(webhook.Webhook, *webhook.Delivery) ([]event.Event, error) {
		t.Error("nothing is there to change")
		return nil, nil
	}
	for _, at := range [][2]string{{other.ID, d.ID}, {w.ID, NewID()}, {w.ID, "nonsense"}, {NewID(), d.ID}} {
		_, err := s.UpdateDelivery(t.Context(), at[0], at[1], none)
		mustBe(t, err, fault.NotFound)
	}
	later := kept(Nine.Add(time.Minute))
	got, err := s.UpdateDelivery(t.Context(), w.ID, d.ID, func(_ webhook.Webhook, d *webhook.Delivery) ([]event.Event, error) {
		d.State, d.Attempts, d.NextAt = webhook.Queued, 0, later
		return hookEvent(w, event.WebhookResent), nil
	})
	d.NextAt = later
	mustSame(t, d, got, err)
}
