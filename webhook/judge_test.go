package webhook

import (
	"context"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/seal"
)

func tried(failure Failure, status, attempts int) attempt {
	return attempt{delivery: Delivery{MessageID: "m", State: Queued, Attempts: attempts}, failure: failure, status: status}
}

func TestAMessageIsTriedTenTimesInADay(t *testing.T) {
	now, tries := ten, 0
	d := Delivery{State: Queued}
	for d.State == Queued {
		d = attempt{delivery: d, failure: BadStatus, status: 500}.settle(now)
		tries++
		if d.State == Queued {
			now = d.NextAt
		}
	}
	if took := now.Sub(ten); tries != 10 || d.State != Buried || took < 21*time.Hour || took > 27*time.Hour {
		t.Errorf("%d tries in %s, then %s", tries, took, d.State)
	}
}

func TestAReceiverIsHeardWhenItAsksForAPause(t *testing.T) {
	a := tried(BadStatus, 503, 0)
	a.retryAfter = 20 * time.Minute
	if d := a.settle(ten); d.NextAt != ten.Add(20*time.Minute) {
		t.Errorf("got %s", d.NextAt)
	}
	w := Webhook{State: Active}
	if act := judge(&w, []attempt{a}, ten); w.PausedUntil == nil || !w.PausedUntil.Equal(ten.Add(20*time.Minute)) || act.Bury {
		t.Errorf("got %v", w.PausedUntil)
	}
}

func TestGoneEndsAWebhookAtOnce(t *testing.T) {
	a := tried(BadStatus, 410, 0)
	if d := a.settle(ten); d.State != Buried {
		t.Errorf("got %s", d.State)
	}
	w := Webhook{ID: "w", State: Active}
	act := judge(&w, []attempt{a, tried(NoFailure, 200, 0)}, ten)
	if w.State != Disabled || w.Reason != Gone || !act.Bury || !act.Notify || w.Notice == nil || w.Notice.Status != 410 || len(act.Events) != 1 || act.Events[0].Type != event.WebhookDisabled {
		t.Errorf("got %+v %+v", w, act)
	}
}

func TestAWebhookThatFailsForLongIsDisabledAndOneThatCameBackIsNot(t *testing.T) {
	since := ten.Add(-failingFor)
	for name, c := range map[string]struct {
		w    Webhook
		all  []attempt
		want State
	}{
		"five days of failures":             {Webhook{State: Active, FailingSince: &since}, []attempt{tried(TimedOut, 0, 0)}, Disabled},
		"a hundred dead letters":            {Webhook{State: Active, Dead: failingDead - 1}, []attempt{tried(BadStatus, 500, len(pauses))}, Disabled},
		"one came through":                  {Webhook{State: Active, FailingSince: &since, Dead: 99}, []attempt{tried(NoFailure, 204, 3)}, Active},
		"it has only begun to fail":         {Webhook{State: Active}, []attempt{tried(BadStatus, 500, 0)}, Active},
		"one that is pending stays pending": {Webhook{State: Pending, FailingSince: &since}, []attempt{tried(BadStatus, 500, 0)}, Pending},
	} {
		t.Run(name, func(t *testing.T) {
			judge(&c.w, c.all, ten)
			if c.w.State != c.want || (c.want == Active && c.all[0].failure == NoFailure && (c.w.FailingSince != nil || c.w.Dead != 0)) {
				t.Errorf("got %+v", c.w)
			}
		})
	}
}

func TestOnlyTheNewestChallengeProvesAnAddress(t *testing.T) {
	w := Webhook{State: Pending, Challenge: "m"}
	old := tried(NoFailure, 200, 0)
	old.delivery.MessageID = "old"
	judge(&w, []attempt{old}, ten)
	if w.State != Pending {
		t.Error("an old challenge proves the new address")
	}
	judge(&w, []attempt{tried(BadAnswer, 200, len(pauses))}, ten)
	if w.State != Pending || w.Reason != Unanswered {
		t.Errorf("got %s %s", w.State, w.Reason)
	}
	judge(&w, []attempt{tried(NoFailure, 200, 0)}, ten)
	if w.State != Active || w.Reason != "" {
		t.Errorf("got %s %s", w.State, w.Reason)
	}
}

func TestAnAddressThatAWebhookHadSaysNothingOfTheOneThatItHas(t *testing.T) {
	old := func(a attempt) attempt { a.url = "https://a.example/"; return a }
	for name, a := range map[string]attempt{
		"it answers the challenge": tried(NoFailure, 200, 0), "it is gone": tried(BadStatus, 410, 0), "it fails for the last time": tried(BadStatus, 500, len(pauses)),
	} {
		since := ten.Add(-time.Hour)
		w := Webhook{State: Pending, Challenge: "m", URL: "https://b.example/", FailingSince: &since, Dead: 3}
		before := w
		if act := judge(&w, []attempt{old(a)}, ten); !reflect.DeepEqual(w, before) || act.Bury {
			t.Errorf("%s: got %+v, %+v", name, w, act)
		}
	}
}

func TestAChallengeIsAnsweredByItsValueAlone(t *testing.T) {
	asked := []byte(`{"data":{"challenge":"abc"}}`)
	for given, want := range map[string]bool{
		`{"challenge":"abc"}`: true, `{"challenge":"abc","more":1}`: true, `{"challenge":"ABC"}`: false, `"abc"`: false, `abc`: false, ``: false, `{"challenge":""}`: false,
	} {
		if answers(asked, []byte(given)) != want {
			t.Errorf("%s: got %v", given, !want)
		}
	}
	if answers([]byte(`{"data":{}}`), []byte(`{"challenge":""}`)) {
		t.Error("nothing is answered by nothing")
	}
}

func TestAMessageHoldsIdsAndNothingElse(t *testing.T) {
	_, body, err := Compose(Happening{
		Event: event.Event{
			ID: "e", Type: event.TicketAdmitted, OrgID: "o", Actor: "person:camille", At: ten,
			Data: map[string]any{"room": "internal", "ticket": "t", "whose": "guest:zoe", "name": "Zoé", "email": "zoe@example.org"},
		},
		MeetingID: "m", SessionID: "s", Room: "aaa-bbbb-ccc", Seq: 7,
	})
	want := `{"id":"e","type":"participant.admitted","occurredAt":"2026-11-21T10:00:00Z","tenant":"o","meetingId":"m","sessionId":"s","seq":7,"data":{"room":"aaa-bbbb-ccc","ticket":"t"}}`
	if err != nil || string(body) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, body, want)
	}
}

func TestNobodyIsAskedAboutWhatNoReceiverKnows(t *testing.T) {
	i := Interests{}
	i.Add("all", nil)
	i.Add("some", []Type{SessionEnded})
	for _, c := range []struct {
		org  string
		what event.Type
		want bool
	}{
		{"all", event.SessionStarted, true}, {"all", event.TicketRefused, true}, {"all", event.SignInCreated, false}, {"all", event.Type("webhook.challenge"), false},
		{"some", event.SessionEnded, true}, {"some", event.SessionStarted, false}, {"none", event.SessionEnded, false},
	} {
		if got := i.Want(c.org, c.what); got != c.want {
			t.Errorf("%s %s: got %v", c.org, c.what, got)
		}
	}
}

func TestWhatTheOperatorAllowsIsReadWhole(t *testing.T) {
	for _, bad := range []string{"", "0.0.0.0/0", "::/0", "https://a.example", "a.example:8443", "a.example/x", "*.example", "10.0.0.0/33"} {
		if _, err := ParseAllowed([]string{"a.example", bad}); err == nil {
			t.Errorf("%q is taken", bad)
		} else if bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q is repeated: %v", bad, err)
		}
	}
	if _, err := ParseAllowed(nil); err != nil {
		t.Error(err)
	}
}

func TestNobodyMakesAWebhookWithoutTheScope(t *testing.T) {
	s := Service{Now: func() time.Time { return ten }}
	for _, who := range []auth.Identity{{}, {Kind: auth.Person, ID: "camille"}, {Kind: auth.Service, ID: "x"}} {
		if _, _, err := s.Create(t.Context(), who, New{URL: "https://a.example/"}); err == nil {
			t.Errorf("%v may", who)
		}
	}
}

// still is a queue with one message, which keeps what came of it.
type still struct {
	Queue
	settled []Delivery
}

func (s *still) SettleDeliveries(_ context.Context, b Batch, judge func(*Webhook) Act) (Webhook, bool, error) {
	s.settled = b.Results
	w := Webhook{State: Active}
	judge(&w)
	return w, true, nil
}

func TestNothingIsSentThatNobodyCouldCheck(t *testing.T) {
	k, _ := newKey(seal.New([32]byte{9}), HMAC, "w", ten) // of another installation's secret
	q := &still{}
	c := Courier{Queue: q, Box: box, Now: func() time.Time { return ten }, Logger: slog.New(slog.DiscardHandler)} // without a sender
	_, held, err := c.carry(t.Context(), Webhook{ID: "w", State: Active, Signature: HMAC, Keys: []Key{k}}, "h", []Delivery{{State: Queued}})
	if !held || err != nil || len(q.settled) != 1 || q.settled[0].Failure != Unsigned || q.settled[0].State != Queued {
		t.Errorf("%v %v %+v", held, err, q.settled)
	}
}
