package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parvis/event"
	"parvis/seal"
)

const (
	published = 500 // events that become messages in one transaction
	batch     = 64  // messages of an endpoint that are settled in one transaction
	inFlight  = 16  // requests to an endpoint at a time
	// lease is for longer than the slowest batch takes: batch/inFlight times the longest attempt.
	lease = time.Minute
	// turn is for how long one endpoint may keep a worker before it queues up again behind the others; its last batch comes on
	// top, and both end within a worker's minute.
	turn = 15 * time.Second
)

// Courier carries messages out. Its methods are done by background work, as often as somebody asks: what is done already is
// not done again, unless a process died before it could say so.
type Courier struct {
	Queue  Queue
	Sender Sender
	Box    seal.Box
	Hosts  Hosts
	Now    func() time.Time
	Logger *slog.Logger
}

// PublishEvents makes messages of what happened.
func (c *Courier) PublishEvents(ctx context.Context) error {
	for {
		n, err := c.Queue.Publish(ctx, published, c.Now().UTC(), Compose)
		if err != nil {
			return fmt.Errorf("publish events: %w", err)
		}
		if n < published {
			break
		}
	}
	return nil
}

// WakeWebhooks has those drained whom their holder has left: it died.
func (c *Courier) WakeWebhooks(ctx context.Context) error {
	return wrap(c.Queue.WakeWebhooks(ctx, c.Now().UTC()), "wake webhooks")
}

// DeliverWebhook sends an endpoint what is due, unless somebody does so already. That a receiver fails is no error: the
// message has its own times.
func (c *Courier) DeliverWebhook(ctx context.Context, id string) (err error) {
	now := c.Now().UTC()
	holder := newID()
	w, mine, err := c.Queue.LeaseWebhook(ctx, id, holder, now, now.Add(lease))
	if err != nil || !mine {
		return wrap(err, "lease webhook")
	}
	held := true
	defer func() {
		if held { // also when ctx has ended: the next one need not wait for the lease to run out
			err = errors.Join(err, wrap(c.Queue.ReleaseWebhook(context.WithoutCancel(ctx), id, holder, c.Now().UTC()), "release webhook"))
		}
	}()
	for end := now.Add(turn); c.Now().Before(end) && ctx.Err() == nil; {
		due, err := c.Queue.DueDeliveries(ctx, w, batch, c.Now().UTC())
		if err != nil || len(due) == 0 {
			return wrap(err, "due deliveries")
		}
		if w, held, err = c.carry(ctx, w, holder, due); err != nil || !held {
			return wrap(err, "settle deliveries")
		}
	}
	return nil
}

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// carry sends a batch and writes down what came of it, whatever became of the work meanwhile: what is sent is sent.
func (c *Courier) carry(ctx context.Context, w Webhook, holder string, due []Delivery) (Webhook, bool, error) {
	s, err := newSigner(c.Box, w, c.Now())
	var answers []attempt
	if err == nil {
		answers = c.sendAll(ctx, w, s, due)
	} else { // nothing is sent that nobody could check: its owner sees why, and rotates the keys
		c.Logger.WarnContext(ctx, "webhook cannot sign", "webhook", w.ID, "organization", w.OrgID, "error", err)
		for _, d := range due {
			answers = append(answers, attempt{delivery: d, url: w.URL, failure: Unsigned})
		}
	}
	if ctx.Err() != nil { // the attempts that were cut off tell nothing about the receiver
		answers = came(answers)
	}
	now := c.Now().UTC()
	b := Batch{WebhookID: w.ID, Holder: holder, Now: now, Until: now.Add(lease)}
	for _, a := range answers {
		b.Results = append(b.Results, a.settle(now))
	}
	after, held, err := c.Queue.SettleDeliveries(context.WithoutCancel(ctx), b, func(w *Webhook) Act { return judge(w, answers, now) })
	if err == nil && held && after.State == Disabled && w.State != Disabled {
		c.Logger.WarnContext(ctx, "webhook disabled", "webhook", w.ID, "organization", w.OrgID, "reason", after.Reason)
	}
	return after, held, err
}

// attempt is what came of one message, at the address that it was sent to.
type attempt struct {
	delivery   Delivery
	url        string
	failure    Failure
	status     int
	retryAfter time.Duration
}

func (c *Courier) sendAll(ctx context.Context, w Webhook, s signer, due []Delivery) []attempt {
	attempts := make([]attempt, len(due))
	var running sync.WaitGroup
	next := make(chan int)
	for range min(inFlight, len(due)) {
		running.Go(func() {
			for i := range next {
				attempts[i] = c.send(ctx, w, s, due[i])
			}
		})
	}
	for i := range due {
		next <- i
	}
	close(next)
	running.Wait()
	return attempts
}

func (c *Courier) send(ctx context.Context, w Webhook, s signer, d Delivery) attempt {
	if c.Hosts.check(ctx, w) != nil { // as an address that is refused: tried again later, for policies change
		return attempt{delivery: d, url: w.URL, failure: Refused}
	}
	header := s.header(d.MessageID, c.Now(), d.Body)
	answer, failure := c.Sender.Send(ctx, Request{URL: w.URL, Header: header, Body: d.Body, Answer: d.Type == Challenge})
	a := attempt{delivery: d, url: w.URL, failure: failure, status: answer.Status, retryAfter: min(answer.RetryAfter, maxRetryAfter)}
	switch {
	case failure != NoFailure:
	case answer.Status >= 300 && answer.Status < 400:
		a.failure = Redirected
	case answer.Status < 200 || answer.Status >= 300:
		a.failure = BadStatus
	case d.Type == Challenge && !answers(d.Body, answer.Body):
		a.failure = BadAnswer
	}
	return a
}

// answers tells whether a receiver gave back the value of its challenge, in a JSON object.
func answers(asked, given []byte) bool {
	var challenge struct {
		Data struct {
			Challenge string `json:"challenge"`
		} `json:"data"`
	}
	var answer struct {
		Challenge string `json:"challenge"`
	}
	return json.Unmarshal(asked, &challenge) == nil && json.Unmarshal(given, &answer) == nil &&
		answer.Challenge != "" && answer.Challenge == challenge.Data.Challenge
}

// came are the attempts that came to an answer of the receiver.
func came(all []attempt) (some []attempt) {
	for _, a := range all {
		if a.failure == NoFailure || a.status != 0 {
			some = append(some, a)
		}
	}
	return some
}

// settle is the delivery as it stands after an attempt.
func (a attempt) settle(now time.Time) Delivery {
	d := a.delivery
	d.Attempts++
	d.AttemptedAt, d.Status, d.Failure = &now, a.status, a.failure
	pause, again := pauseAfter(d.Attempts)
	switch {
	case a.failure == NoFailure:
		d.State = Delivered
	case !again || a.status == statusGone:
		d.State = Buried
	default:
		d.NextAt = now.Add(max(pause, a.retryAfter))
	}
	return d
}

// judge is what follows from attempts for their endpoint. What an address says that it has no more is nothing to it.
func judge(w *Webhook, all []attempt, now time.Time) Act {
	var act Act
	var last attempt // that did not come through
	for _, a := range all {
		switch {
		case w.State == Disabled, a.url != w.URL:
		case a.failure == NoFailure:
			w.DeliveredAt, w.FailingSince, w.Dead = &now, nil, 0
			if w.State == Pending && a.delivery.MessageID == w.Challenge {
				w.State, w.Reason = Active, ""
			}
		case a.status == statusGone:
			act = w.disable(Gone, a, now)
		default:
			last = a
			w.failed(a, now)
		}
	}
	if w.State == Active && (w.Dead >= failingDead || (w.FailingSince != nil && now.Sub(*w.FailingSince) >= failingFor)) {
		act = w.disable(Failing, last, now)
	}
	return act
}

// failed notes an attempt that did not come through.
func (w *Webhook) failed(a attempt, now time.Time) {
	if asksToWait(a.status) && a.retryAfter > 0 {
		until := now.Add(a.retryAfter)
		w.PausedUntil = &until
	}
	if w.FailingSince == nil {
		w.FailingSince = &now
	}
	if _, again := pauseAfter(a.delivery.Attempts + 1); again {
		return
	}
	w.Dead++
	if w.State == Pending && a.delivery.MessageID == w.Challenge {
		w.Reason = Unanswered
	}
}

// disable gives an endpoint up after a last attempt, of which somebody is to hear. What is queued for it is dead; it can be sent
// again once the endpoint is enabled.
func (w *Webhook) disable(why Reason, last attempt, now time.Time) Act {
	w.State, w.Reason, w.DisabledAt, w.UpdatedAt = Disabled, why, &now, now
	w.Notice = &Notice{ID: newID(), Status: last.status, Failure: last.failure, Since: w.FailingSince}
	return Act{Bury: true, Notify: true, Events: []event.Event{{
		ID: newID(), Type: event.WebhookDisabled, OrgID: w.OrgID, Subject: "webhook:" + w.ID, Actor: "system:webhooks", At: now,
		Data: map[string]any{"reason": string(why)},
	}}}
}
