package storetest

import (
	"testing"
	"time"

	"parvis/auth/service"
	"parvis/job"
	"parvis/webhook"
)

// noticesOwed is how many tasks there are to tell that a webhook was disabled.
func noticesOwed(t *testing.T, s WebhookQueueStore, w webhook.Webhook) (n int) {
	t.Helper()
	list, err := s.Tasks(t.Context(), job.Query{Kind: job.TellDisabled, Most: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range list {
		if task.Task.Subject == w.ID {
			n++
		}
	}
	return n
}

func disabledByFailures(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	holder := NewID()
	if _, mine, err := s.LeaseWebhook(t.Context(), w.ID, holder, Nine, Nine.Add(time.Minute)); !mine || err != nil {
		t.Fatal(mine, err)
	}
	notice := &webhook.Notice{ID: NewID(), Status: 410, Failure: webhook.BadStatus, Since: &w.CreatedAt}
	_, _, err := s.SettleDeliveries(t.Context(), webhook.Batch{WebhookID: w.ID, Holder: holder, Now: Nine, Until: Nine}, func(w *webhook.Webhook) webhook.Act {
		w.State, w.Reason, w.DisabledAt, w.Notice = webhook.Disabled, webhook.Gone, &w.CreatedAt, notice
		return webhook.Act{Bury: true, Notify: true}
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Webhook(t.Context(), w.ID)
	if err != nil || got.Notice == nil || noticesOwed(t, s, w) != 1 {
		t.Fatalf("%+v, %v, %d tasks", got, err, noticesOwed(t, s, w))
	}
	mustSame(t, *notice, *got.Notice, nil)
}

func disabledByRevocation(t *testing.T, s WebhookQueueStore) {
	w, stays := listener(t, s), listener(t, s)
	changeAccount(t, s, service.Account{ID: w.AccountID}, func(a *service.Account) { a.RevokedAt = &a.CreatedAt })
	got, err := s.Webhook(t.Context(), w.ID)
	if err != nil || got.Notice == nil || got.Notice.ID == "" || noticesOwed(t, s, w) != 1 || noticesOwed(t, s, stays) != 0 {
		t.Errorf("%+v, %v, %d tasks", got, err, noticesOwed(t, s, w))
	}
}

func othersAreTold(t *testing.T, s WebhookQueueStore) {
	broken, some, pending, gone := listener(t, s), listener(t, s, webhook.SessionEnded), Hook(hookAccount(t, s)), listener(t, s)
	pending.State = webhook.Pending
	CreateHook(t, s, pending)
	elsewhere := Hook(hookAccount(t, s))
	elsewhere.OrgID = place(t, s, "13002526500013", "Direction")
	CreateHook(t, s, elsewhere)
	message := Message(broken, webhook.WebhookDisabled)
	for _, of := range []struct {
		id  string
		act webhook.Act
	}{{gone.ID, webhook.Act{Delete: true}}, {broken.ID, webhook.Act{Others: &message}}} {
		if _, err := s.UpdateWebhook(t.Context(), of.id, func(*webhook.Webhook) (webhook.Act, error) { return of.act, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for w, want := range map[string]int{broken.ID: 0, some.ID: 1, pending.ID: 0, elsewhere.ID: 0} {
		page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w, Type: webhook.WebhookDisabled})
		if err != nil || len(page.Deliveries) != want {
			t.Errorf("%d messages, want %d, %v", len(page.Deliveries), want, err)
		}
	}
	if due, err := s.DueDeliveries(t.Context(), some, 10, Nine); err != nil || len(due) != 1 || due[0].MessageID != message.MessageID {
		t.Errorf("due: %v, %v", due, err)
	}
}
