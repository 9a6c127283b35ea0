package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/event"
	"parvis/fault"
	"parvis/job"
	"parvis/webhook"
)

var (
	_ webhook.Store     = (*DB)(nil)
	_ webhook.Directory = (*DB)(nil)
)

type webhookRow struct {
	ID           string
	OrgID        string
	OrgName      string `gorm:"->;-:migration"` // joined, as the name of the account
	AccountID    string
	AccountName  string `gorm:"->;-:migration"`
	URL          string
	Types        document[[]webhook.Type]
	Description  string
	Contact      string
	Language     string
	Signature    string
	Keys         document[[]webhook.Key]
	State        string
	Reason       string
	Challenge    string
	Version      int64
	CreatedAt    moment
	UpdatedAt    moment
	DisabledAt   *moment
	DeliveredAt  *moment
	FailingSince *moment
	Dead         int
	PausedUntil  *moment
	Notice       document[*webhook.Notice]
	DeletedAt    *moment
	ManagedBy    string
}

func (webhookRow) TableName() string { return "webhooks" }

func rowOfWebhook(w webhook.Webhook) webhookRow {
	return webhookRow{
		ID: w.ID, OrgID: w.OrgID, AccountID: w.AccountID, URL: w.URL, Types: listOf(w.Types), Description: w.Description,
		Signature: string(w.Signature), Keys: listOf(w.Keys), State: string(w.State), Reason: string(w.Reason), Challenge: w.Challenge,
		Version: w.Version, CreatedAt: moment(w.CreatedAt), UpdatedAt: moment(w.UpdatedAt), DisabledAt: momentOf(w.DisabledAt),
		DeliveredAt: momentOf(w.DeliveredAt), FailingSince: momentOf(w.FailingSince), Dead: w.Dead, PausedUntil: momentOf(w.PausedUntil),
		Contact: w.Contact, Language: w.Language, Notice: documentOf(w.Notice), ManagedBy: w.ManagedBy,
	}
}

func (r webhookRow) webhook() webhook.Webhook {
	return webhook.Webhook{
		ID: r.ID, OrgID: r.OrgID, OrgName: r.OrgName, AccountID: r.AccountID, AccountName: r.AccountName, URL: r.URL, Types: r.Types.v, Description: r.Description,
		Signature: webhook.Signature(r.Signature), Keys: r.Keys.v, State: webhook.State(r.State), Reason: webhook.Reason(r.Reason), Challenge: r.Challenge,
		Version: r.Version, CreatedAt: r.CreatedAt.time(), UpdatedAt: r.UpdatedAt.time(), DisabledAt: timeOf(r.DisabledAt),
		DeliveredAt: timeOf(r.DeliveredAt), FailingSince: timeOf(r.FailingSince), Dead: r.Dead, PausedUntil: timeOf(r.PausedUntil),
		Contact: r.Contact, Language: r.Language, Notice: r.Notice.v, ManagedBy: r.ManagedBy,
	}
}

func noWebhook(err error) error {
	return fault.New(fault.CodeWebhookNotFound, "there is no such webhook").Because(err)
}

const (
	liveWebhook   = "w.deleted_at IS NULL"
	selectWebhook = "SELECT w.*, o.name AS org_name, a.name AS account_name FROM webhooks w JOIN organizations o ON o.id = w.org_id JOIN service_accounts a ON a.id = w.account_id "
)

// makerLives is the condition that the account which made an endpoint may still act. It takes the present moment.
const makerLives = "EXISTS (SELECT 1 FROM service_accounts a WHERE a.id = w.account_id AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > ?))"

func oneWebhook(g *gorm.DB, id, lock string) (webhook.Webhook, error) {
	if !isKey(id) {
		return webhook.Webhook{}, noWebhook(nil)
	}
	var r webhookRow
	err := one(g, &r, selectWebhook+"WHERE w.id = ? AND "+liveWebhook+lock, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return webhook.Webhook{}, noWebhook(err)
	}
	return r.webhook(), err
}

// CreateWebhook implements webhook.Store. The organization's row makes those who create one at the same time count each other.
func (d *DB) CreateWebhook(ctx context.Context, w webhook.Webhook, most int, first webhook.Delivery, events []event.Event) error {
	return d.write(ctx, "create webhook", func(t *tx) error {
		if err := one(t.DB, new(string), "SELECT id FROM organizations WHERE id = ?"+d.dialect.forUpdate, w.OrgID); err != nil {
			return err
		}
		var have int
		if err := one(t.DB, &have, "SELECT COUNT(*) FROM webhooks w WHERE w.org_id = ? AND "+liveWebhook, w.OrgID); err != nil {
			return err
		}
		if have >= most {
			return fault.Newf(fault.CodeConflict, "an organization has at most %d webhooks: delete one first", most)
		}
		row := rowOfWebhook(w)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		return t.follow(w, webhook.Act{Events: events, Send: []webhook.Delivery{first}})
	})
}

// Webhook implements webhook.Store.
func (d *DB) Webhook(ctx context.Context, id string) (w webhook.Webhook, err error) {
	err = d.read(ctx, "find webhook", func(g *gorm.DB) error {
		w, err = oneWebhook(g, id, "")
		return err
	})
	return w, err
}

// Webhooks implements webhook.Store.
func (d *DB) Webhooks(ctx context.Context, q webhook.Query) (webhook.Page, error) {
	condition, args := ofOrganizations("w.org_id", q.OrgID, q.Reach)
	condition = "WHERE " + condition + " AND " + liveWebhook
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return webhook.Page{}, err
		}
		condition += " AND w.id < ?"
		args = append(args, after.id)
	}
	size := pageSize(q.PageSize)
	var page webhook.Page
	err := d.read(ctx, "list webhooks", func(g *gorm.DB) error {
		rows, err := all[webhookRow](g, selectWebhook+condition+" ORDER BY w.id DESC LIMIT ?", append(args, size+1)...)
		for _, r := range rows {
			page.Webhooks = append(page.Webhooks, r.webhook())
		}
		return err
	})
	if err != nil {
		return webhook.Page{}, err
	}
	if len(page.Webhooks) > size {
		page.Webhooks = page.Webhooks[:size]
		last := page.Webhooks[size-1]
		page.Next = cursor{last.CreatedAt, last.ID}.String()
	}
	return page, nil
}

// UpdateWebhook implements webhook.Store.
func (d *DB) UpdateWebhook(ctx context.Context, id string, change func(*webhook.Webhook) (webhook.Act, error)) (w webhook.Webhook, err error) {
	err = d.write(ctx, "update webhook", func(t *tx) error {
		w, err = oneWebhook(t.DB, id, d.dialect.forUpdateOf("w"))
		if err != nil {
			return err
		}
		act, err := change(&w)
		if err != nil {
			return err
		}
		return t.keepWebhook(&w, act)
	})
	if err != nil {
		return webhook.Webhook{}, err
	}
	return w, nil
}

// keepWebhook writes an endpoint with what follows from its change.
func (t *tx) keepWebhook(w *webhook.Webhook, act webhook.Act) error {
	if len(act.Events) > 0 {
		w.Version++
	}
	row := rowOfWebhook(*w)
	columns := []any{"URL", "Types", "Description", "Keys", "State", "Reason", "Challenge", "Version", "UpdatedAt", "DisabledAt", "DeliveredAt", "FailingSince", "Dead", "PausedUntil", "Contact", "Language", "Notice"}
	if act.Delete {
		row.DeletedAt = momentOf(&w.UpdatedAt)
		columns = append(columns, "DeletedAt")
	}
	if err := t.Model(&row).Where("id = ?", row.ID).Select("AccountID", columns...).UpdateColumns(&row).Error; err != nil {
		return err
	}
	return t.follow(*w, act)
}

// follow writes what follows from a change of an endpoint.
func (t *tx) follow(w webhook.Webhook, act webhook.Act) error {
	if act.Bury {
		if err := t.bury(w.ID, ""); err != nil {
			return err
		}
	}
	for _, d := range act.Send {
		if d.Type == webhook.Challenge { // the one before proves nothing any more
			if err := t.bury(w.ID, " AND type = '"+string(webhook.Challenge)+"'"); err != nil {
				return err
			}
		}
		row := rowOfDelivery(d)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
	}
	if len(act.Send) > 0 {
		if err := t.later(job.Task{Kind: job.DeliverWebhook, Subject: w.ID}); err != nil {
			return err
		}
	}
	if act.Others != nil {
		if err := t.tellOthers(w, *act.Others); err != nil {
			return err
		}
	}
	if act.Notify {
		if err := t.later(job.Task{Kind: job.TellDisabled, Subject: w.ID}); err != nil {
			return err
		}
	}
	if len(act.Events) > 0 {
		t.changed(ChangedWebhooks, allWebhooks)
	}
	if said := slices.Concat(act.Events, act.Asides); len(said) > 0 {
		return t.happened(said...)
	}
	return nil
}

// Owner implements webhook.Directory.
func (d *DB) Owner(ctx context.Context, accountID string, now time.Time) (orgID string, acts bool, err error) {
	if !isKey(accountID) {
		return "", false, noServiceAccount()
	}
	var found struct {
		OrgID string
		Acts  bool
	}
	err = d.read(ctx, "find the account of a webhook", func(g *gorm.DB) error {
		return one(g, &found, "SELECT a.org_id, a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > ?) AS acts FROM service_accounts a WHERE a.id = ?", moment(now), accountID)
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = noServiceAccount()
	}
	return found.OrgID, found.Acts, err
}

// tellOthers queues a message for the other active endpoints of an organization.
func (t *tx) tellOthers(w webhook.Webhook, d webhook.Delivery) error {
	others, err := all[string](t.DB, "SELECT w.id FROM webhooks w WHERE w.org_id = ? AND w.id <> ? AND w.state = 'active' AND "+liveWebhook, w.OrgID, w.ID)
	if err != nil {
		return err
	}
	for _, id := range others {
		d.ID, d.WebhookID = newID(), id
		row := rowOfDelivery(d)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.later(job.Task{Kind: job.DeliverWebhook, Subject: id}); err != nil {
			return err
		}
	}
	return nil
}

// bury gives up what is queued for an endpoint.
func (t *tx) bury(webhookID, only string) error {
	_, err := exec(t.DB, "UPDATE deliveries SET state = 'dead', failure = ? WHERE webhook_id = ? AND state = 'queued'"+only, string(webhook.GivenUp), webhookID)
	return err
}

// endWebhooksOf disables the endpoints of an account that acts no more.
func (t *tx) endWebhooksOf(accountID string, at time.Time) error {
	ids, err := all[string](t.DB, `UPDATE webhooks SET state = 'disabled', reason = ?, disabled_at = ?, updated_at = ?, version = version + 1
		WHERE account_id = ? AND deleted_at IS NULL AND state <> 'disabled' RETURNING id`,
		string(webhook.AccountRevoked), moment(at), moment(at), accountID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.endWebhook(id); err != nil {
			return err
		}
	}
	return nil
}

// endWebhook gives up what is queued for an endpoint that is disabled, and has its people told.
func (t *tx) endWebhook(id string) error {
	t.changed(ChangedWebhooks, allWebhooks)
	if _, err := exec(t.DB, "UPDATE webhooks SET notice = ? WHERE id = ?", documentOf(webhook.NewNotice()), id); err != nil {
		return err
	}
	if err := t.bury(id, ""); err != nil {
		return err
	}
	return t.later(job.Task{Kind: job.TellDisabled, Subject: id})
}

// allWebhooks is the one tag under which interests are cached: they are few, and read whole.
const allWebhooks = "all"

// interests is who wants to hear of what.
func (t *tx) interests() (webhook.Interests, error) {
	cache := t.store.caches.interests
	if found, ok := cache.get(allWebhooks); ok {
		return found, nil
	}
	mark := t.store.caches.ledger.mark()
	rows, err := all[struct {
		OrgID string
		Types document[[]webhook.Type]
	}](t.DB, "SELECT w.org_id, w.types FROM webhooks w WHERE w.state = 'active' AND "+liveWebhook)
	if err != nil {
		return nil, err
	}
	found := webhook.Interests{}
	for _, r := range rows {
		found.Add(r.OrgID, r.Types.v)
	}
	cache.put(allWebhooks, found, tagOf(ChangedWebhooks, allWebhooks), mark)
	return found, nil
}
