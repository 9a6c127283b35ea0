package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"parvis/webhook"
	"parvis/webhook/webhooktest"
)

var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// mailer answers what it is told to, and remembers which notices it had.
type mailer struct {
	answer error
	mailed []string
}

func (m *mailer) MailDisabled(_ context.Context, w webhook.Webhook) error {
	m.mailed = append(m.mailed, w.Notice.ID)
	return m.answer
}

// disabledAmong is a webhook that was disabled at noon beside one that is active, one that is pending, and one of another
// organization.
func disabledAmong(t *testing.T, contact string) (s *webhooktest.Memory, broken, active webhook.Webhook) {
	t.Helper()
	s = webhooktest.New()
	add := func(w webhook.Webhook) webhook.Webhook {
		if err := s.CreateWebhook(t.Context(), w, 20, webhook.Delivery{ID: "challenge " + w.ID, WebhookID: w.ID, Type: webhook.Challenge, State: webhook.Delivered}, nil); err != nil {
			t.Fatal(err)
		}
		return w
	}
	broken = add(webhook.Webhook{
		ID: "broken", OrgID: "interior", URL: "https://a.example/", Contact: contact, Language: "fr", State: webhook.Disabled, Reason: webhook.Failing, DisabledAt: &noon,
		Notice: &webhook.Notice{ID: "n", Status: 503, Failure: webhook.BadStatus},
	})
	active = add(webhook.Webhook{ID: "active", OrgID: "interior", Types: []webhook.Type{webhook.SessionEnded}, State: webhook.Active})
	add(webhook.Webhook{ID: "pending", OrgID: "interior", State: webhook.Pending})
	add(webhook.Webhook{ID: "elsewhere", OrgID: "justice", State: webhook.Active})
	return s, broken, active
}

func toldOthers(t *testing.T, s *webhooktest.Memory) (where []string) {
	t.Helper()
	for _, id := range []string{"broken", "active", "pending", "elsewhere"} {
		page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: id, Type: webhook.WebhookDisabled})
		if err != nil {
			t.Fatal(err)
		}
		for range page.Deliveries {
			where = append(where, id)
		}
	}
	return where
}

func owed(t *testing.T, s *webhooktest.Memory) bool {
	t.Helper()
	w, err := s.Webhook(t.Context(), "broken")
	if err != nil {
		t.Fatal(err)
	}
	return w.Notice != nil
}

func TestWhoLooksAfterADisabledWebhookIsToldOnce(t *testing.T) {
	for name, c := range map[string]struct {
		contact string
		answer  error
		now     time.Time
		off     bool // no mail is sent here
		mails   int
		told    string
		again   bool
	}{
		"by mail where there is a contact":                     {contact: "exploitation@a.example", mails: 1, told: "[]"},
		"by the other webhook without a contact":               {told: "[active]"},
		"by the other webhook where no mail is sent":           {contact: "exploitation@a.example", off: true, told: "[active]"},
		"by the other webhook when the mail is refused":        {contact: "exploitation@a.example", answer: fmt.Errorf("%w: code 550", webhook.ErrRefused), mails: 1, told: "[active]"},
		"later while the mail server is away":                  {contact: "exploitation@a.example", answer: errors.New("away"), mails: 1, told: "[]", again: true},
		"by the other webhook when it was away for three days": {contact: "exploitation@a.example", answer: errors.New("away"), now: noon.Add(73 * time.Hour), mails: 1, told: "[active]"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, _ := disabledAmong(t, c.contact)
			if c.now.IsZero() {
				c.now = noon
			}
			m := &mailer{answer: c.answer}
			n := webhook.Notifier{Store: s, Mail: m, Now: func() time.Time { return c.now }, Logger: slog.New(slog.DiscardHandler)}
			if c.off {
				n.Mail = nil
			}
			err := n.TellDisabled(t.Context(), "broken")
			if got := fmt.Sprint(toldOthers(t, s)); (err != nil) != c.again || len(m.mailed) != c.mails || got != c.told || owed(t, s) != c.again {
				t.Errorf("%v, %d mails, told %s, owed %v", err, len(m.mailed), got, owed(t, s))
			}
			if c.again {
				return
			}
			if err := n.TellDisabled(t.Context(), "broken"); err != nil || len(m.mailed) != c.mails || fmt.Sprint(toldOthers(t, s)) != c.told {
				t.Errorf("again: %v, %d mails, told %v", err, len(m.mailed), toldOthers(t, s))
			}
		})
	}
}

func TestNobodyIsToldOfAWebhookThatIsEnabledAgainOrGone(t *testing.T) {
	s, broken, _ := disabledAmong(t, "exploitation@a.example")
	m := &mailer{}
	n := webhook.Notifier{Store: s, Mail: m, Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler)}
	if _, err := s.UpdateWebhook(t.Context(), broken.ID, func(w *webhook.Webhook) (webhook.Act, error) {
		w.State = webhook.Pending // by the program before, which knows of no notice
		return webhook.Act{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{broken.ID, "active", "nobody"} {
		if err := n.TellDisabled(t.Context(), id); err != nil || len(m.mailed) > 0 || toldOthers(t, s) != nil {
			t.Errorf("%s: %v, %v, %v", id, err, m.mailed, toldOthers(t, s))
		}
	}
}

func TestTheOthersHearWhichWebhookAndWhy(t *testing.T) {
	s, _, active := disabledAmong(t, "")
	n := webhook.Notifier{Store: s, Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler)}
	if err := n.TellDisabled(t.Context(), "broken"); err != nil {
		t.Fatal(err)
	}
	page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: active.ID, State: webhook.Queued})
	if err != nil || len(page.Deliveries) != 1 {
		t.Fatal(page, err)
	}
	var body struct {
		Type, Tenant string
		Data         map[string]any
	}
	err = json.Unmarshal(page.Deliveries[0].Body, &body)
	got := fmt.Sprint(body.Type, " ", body.Tenant, " ", body.Data)
	if want := "webhook.disabled interior map[disabledAt:2026-11-21T12:00:00Z failure:status reason:failing status:503 webhook:broken]"; err != nil || got != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
}
