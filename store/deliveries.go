package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/event"
	"parvis/job"
	"parvis/webhook"
)

var _ webhook.Queue = (*DB)(nil)

type deliveryRow struct {
	ID          string
	WebhookID   string
	MessageID   string
	Type        string
	Body        []byte
	State       string
	Attempts    int
	NextAt      moment
	CreatedAt   moment
	AttemptedAt *moment
	Status      int
	Failure     string
}

func (deliveryRow) TableName() string { return "deliveries" }

func rowOfDelivery(d webhook.Delivery) deliveryRow {
	return deliveryRow{
		ID: d.ID, WebhookID: d.WebhookID, MessageID: d.MessageID, Type: string(d.Type), Body: d.Body, State: string(d.State), Attempts: d.Attempts,
		NextAt: moment(d.NextAt), CreatedAt: moment(d.CreatedAt), AttemptedAt: momentOf(d.AttemptedAt), Status: d.Status, Failure: string(d.Failure),
	}
}

func (r deliveryRow) delivery() webhook.Delivery {
	return webhook.Delivery{
		ID: r.ID, WebhookID: r.WebhookID, MessageID: r.MessageID, Type: webhook.Type(r.Type), Body: r.Body, State: webhook.DeliveryState(r.State),
		Attempts: r.Attempts, NextAt: r.NextAt.time(), CreatedAt: r.CreatedAt.time(), AttemptedAt: timeOf(r.AttemptedAt), Status: r.Status,
		Failure: webhook.Failure(r.Failure),
	}
}

// Deliveries implements webhook.Store.
func (d *DB) Deliveries(ctx context.Context, q webhook.DeliveryQuery) (webhook.DeliveryPage, error) {
	condition, args := "WHERE webhook_id = ?", []any{q.WebhookID}
	if q.State != "" {
		condition, args = condition+" AND state = ?", append(args, string(q.State))
	}
	if q.Type != "" {
		condition, args = condition+" AND type = ?", append(args, string(q.Type))
	}
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return webhook.DeliveryPage{}, err
		}
		condition, args = condition+" AND id < ?", append(args, after.id)
	}
	size := pageSize(q.PageSize)
	var page webhook.DeliveryPage
	err := d.read(ctx, "list deliveries", func(g *gorm.DB) error {
		rows, err := all[deliveryRow](g, "SELECT * FROM deliveries "+condition+" ORDER BY id DESC LIMIT ?", append(args, size+1)...)
		for _, r := range rows {
			page.Deliveries = append(page.Deliveries, r.delivery())
		}
		return err
	})
	if err != nil {
		return webhook.DeliveryPage{}, err
	}
	if len(page.Deliveries) > size {
		page.Deliveries = page.Deliveries[:size]
		last := page.Deliveries[size-1]
		page.Next = cursor{last.CreatedAt, last.ID}.String()
	}
	return page, nil
}

// UpdateDelivery implements webhook.Store.
func (d *DB) UpdateDelivery(ctx context.Context, webhookID, id string, change func(webhook.Webhook, *webhook.Delivery) ([]event.Event, error)) (found webhook.Delivery, err error) {
	if !isKey(id) {
		return found, webhook.NoDelivery()
	}
	err = d.write(ctx, "update delivery", func(t *tx) error {
		w, err := oneWebhook(t.DB, webhookID, d.dialect.forUpdateOf("w"))
		if err != nil {
			return err
		}
		var r deliveryRow
		err = one(t.DB, &r, "SELECT * FROM deliveries WHERE id = ? AND webhook_id = ?", id, webhookID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return webhook.NoDelivery()
		}
		if err != nil {
			return err
		}
		found = r.delivery()
		events, err := change(w, &found)
		if err != nil {
			return err
		}
		r = rowOfDelivery(found)
		if err := t.Model(&r).Where("id = ?", id).Select("State", "Attempts", "NextAt").UpdateColumns(&r).Error; err != nil {
			return err
		}
		if len(events) > 0 {
			if err := t.happened(events...); err != nil {
				return err
			}
		}
		return t.later(job.Task{Kind: job.DeliverWebhook, Subject: webhookID})
	})
	if err != nil {
		return webhook.Delivery{}, err
	}
	return found, nil
}

// LeaseWebhook implements webhook.Queue.
func (d *DB) LeaseWebhook(ctx context.Context, id, holder string, now, until time.Time) (w webhook.Webhook, mine bool, err error) {
	if !isKey(id) {
		return w, false, nil
	}
	err = d.write(ctx, "lease webhook", func(t *tx) error {
		taken, err := exec(t.DB, `UPDATE webhooks AS w SET leased_by = ?, leased_until = ? WHERE w.id = ? AND w.state <> 'disabled' AND `+liveWebhook+`
			AND (w.leased_until IS NULL OR w.leased_until <= ?) AND `+makerLives, holder, moment(until), id, moment(now), moment(now))
		if err != nil || taken == 0 {
			return err
		}
		mine = true
		w, err = oneWebhook(t.DB, id, "")
		return err
	})
	if err != nil {
		return webhook.Webhook{}, false, err
	}
	return w, mine, nil
}

// mayBeSent is the condition on deliveries d of an endpoint w: who has not proved its address gets the challenge alone. It
// takes the present moment twice.
const mayBeSent = `d.state = 'queued' AND d.next_at <= ? AND (w.paused_until IS NULL OR w.paused_until <= ?) AND w.deleted_at IS NULL
	AND (w.state = 'active' OR w.state = 'pending' AND d.message_id = w.challenge)`

// DueDeliveries implements webhook.Queue.
func (d *DB) DueDeliveries(ctx context.Context, w webhook.Webhook, most int, now time.Time) (due []webhook.Delivery, err error) {
	err = d.read(ctx, "due deliveries", func(g *gorm.DB) error {
		rows, err := all[deliveryRow](g, "SELECT d.* FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.webhook_id = ? AND w.url = ? AND "+mayBeSent+
			" ORDER BY d.next_at, d.id LIMIT ?", w.ID, w.URL, moment(now), moment(now), most)
		for _, r := range rows {
			due = append(due, r.delivery())
		}
		return err
	})
	return due, err
}

// SettleDeliveries implements webhook.Queue. What was given up, or sent again, meanwhile stays as it is now.
func (d *DB) SettleDeliveries(ctx context.Context, b webhook.Batch, judge func(*webhook.Webhook) webhook.Act) (w webhook.Webhook, held bool, err error) {
	err = d.write(ctx, "settle deliveries", func(t *tx) error {
		kept, err := exec(t.DB, "UPDATE webhooks SET leased_until = ? WHERE id = ? AND leased_by = ? AND deleted_at IS NULL", moment(b.Until), b.WebhookID, b.Holder)
		if err != nil {
			return err
		}
		if err := t.settleDeliveries(b); err != nil {
			return err
		}
		if held = kept > 0; !held {
			return nil
		}
		if w, err = oneWebhook(t.DB, b.WebhookID, ""); err != nil {
			return err
		}
		before := w.State
		act := judge(&w)
		if w.State != before { // interests change with it
			t.changed(ChangedWebhooks, allWebhooks)
		}
		return t.keepWebhook(&w, act)
	})
	return w, held, err
}

// outcome is what many deliveries of a batch share.
type outcome struct {
	status, attempts int
}

// settleDeliveries writes those that came through with one statement for each outcome, the others one by one: each has its
// own next time.
func (t *tx) settleDeliveries(b webhook.Batch) error {
	through := map[outcome][]string{}
	for _, d := range b.Results {
		if d.State == webhook.Delivered {
			o := outcome{d.Status, d.Attempts}
			through[o] = append(through[o], d.ID)
			continue
		}
		if _, err := exec(t.DB, "UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, attempted_at = ?, status = ?, failure = ? WHERE id = ? AND state = 'queued'",
			string(d.State), d.Attempts, moment(d.NextAt), moment(b.Now), d.Status, string(d.Failure), d.ID); err != nil {
			return err
		}
	}
	for o, ids := range through {
		if _, err := exec(t.DB, "UPDATE deliveries SET state = 'delivered', attempts = ?, attempted_at = ?, status = ?, failure = '' WHERE id IN ? AND state = 'queued'",
			o.attempts, moment(b.Now), o.status, ids); err != nil {
			return err
		}
	}
	return nil
}

// ReleaseWebhook implements webhook.Queue. The lease goes before anybody looks for what is due: who found it taken has
// committed what they wanted sent.
func (d *DB) ReleaseWebhook(ctx context.Context, id, holder string, now time.Time) error {
	return d.write(ctx, "release webhook", func(t *tx) error {
		released, err := exec(t.DB, "UPDATE webhooks SET leased_by = NULL, leased_until = NULL WHERE id = ? AND leased_by = ?", id, holder)
		if err != nil || released == 0 {
			return err
		}
		var next struct{ At, Paused, Wake *moment }
		err = one(t.DB, &next, `SELECT MIN(d.next_at) AS at, MAX(w.paused_until) AS paused, MAX(w.wake_at) AS wake
			FROM webhooks w JOIN deliveries d ON d.webhook_id = w.id AND d.state = 'queued'
			WHERE w.id = ? AND `+liveWebhook+` AND (w.state = 'active' OR w.state = 'pending' AND d.message_id = w.challenge)`, id)
		if err != nil || next.At == nil {
			return ignoreMissing(err)
		}
		at := next.At.time()
		if next.Paused != nil && next.Paused.time().After(at) {
			at = next.Paused.time()
		}
		return t.wakeAt(id, at, timeOf(next.Wake), now)
	})
}

// wakeAt has a webhook drained at a moment, unless that is arranged already: else each message that fails would leave one
// more task behind, for as long as anything waits.
func (t *tx) wakeAt(id string, at time.Time, arranged *time.Time, now time.Time) error {
	if !at.After(now) {
		return t.later(job.Task{Kind: job.DeliverWebhook, Subject: id})
	}
	if arranged != nil && arranged.After(now) && !arranged.After(at) {
		return nil
	}
	if _, err := exec(t.DB, "UPDATE webhooks SET wake_at = ? WHERE id = ?", moment(at), id); err != nil {
		return err
	}
	return t.later(job.Task{Kind: job.DeliverWebhook, Subject: id, At: at})
}

// drainWaits is the condition that a task to drain an endpoint w waits already: with the queue stopped, or its places taken for
// long, each look would add one more.
const drainWaits = `CAST(w.id AS text) IN (SELECT COALESCE(j.args ->> 'subject', '') FROM river_job j
	WHERE j.state = 'available' AND j.queue = '` + string(job.DeliverWebhook) + `')`

// WakeWebhooks implements webhook.Queue.
func (d *DB) WakeWebhooks(ctx context.Context, now time.Time) error {
	idle := "FROM webhooks w WHERE w.deleted_at IS NULL AND w.state <> 'disabled' AND (w.leased_until IS NULL OR w.leased_until <= ?) AND " + makerLives +
		" AND EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook_id = w.id AND " + mayBeSent + ") AND NOT " + drainWaits
	args := []any{moment(now), moment(now), moment(now), moment(now)}
	var ids []string
	err := d.read(ctx, "webhooks to wake", func(g *gorm.DB) (err error) {
		ids, err = all[string](g, "SELECT w.id "+idle, args...)
		return err
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	tasks := make([]job.Task, len(ids))
	for i, id := range ids {
		tasks[i] = job.Task{Kind: job.DeliverWebhook, Subject: id}
	}
	return d.write(ctx, "wake webhooks", func(t *tx) error { return t.later(tasks...) })
}

const keepDeliveries = 30 * 24 * time.Hour

// pruneWebhooks takes away deliveries whose time is over, and the endpoints that were deleted.
func (d *DB) pruneWebhooks(ctx context.Context, now time.Time) error {
	for _, old := range []struct {
		table, condition string
		args             []any
	}{
		{"deliveries", "created_at <= ?", []any{moment(now.Add(-keepDeliveries))}},
		{"deliveries", "webhook_id IN (SELECT w.id FROM webhooks w WHERE w.deleted_at IS NOT NULL)", nil},
		{"webhooks", "deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook_id = webhooks.id)", nil},
	} {
		if err := d.pruneTable(ctx, old.table, old.condition, old.args...); err != nil {
			return err
		}
	}
	return nil
}
