package store

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
)

var _ service.Store = (*DB)(nil)

type accountRow struct {
	ID         string
	OrgID      string
	OrgName    string `gorm:"->;-:migration"` // joined
	Name       string
	Contact    string
	Scopes     document[[]auth.Scope]
	Networks   document[[]netip.Prefix]
	ActsFor    document[[]string]
	Version    int64
	CreatedAt  moment
	ExpiresAt  *moment
	LastUsedAt *moment
	RevokedAt  *moment
}

func (accountRow) TableName() string { return "service_accounts" }

func rowOfAccount(a service.Account) accountRow {
	return accountRow{
		ID: a.ID, OrgID: a.OrgID, Name: a.Name, Contact: a.Contact, Scopes: listOf(a.Scopes), Networks: listOf(a.Networks), ActsFor: listOf(a.ActsFor),
		Version: a.Version, CreatedAt: moment(a.CreatedAt), ExpiresAt: momentOf(a.ExpiresAt), LastUsedAt: momentOf(a.LastUsedAt),
		RevokedAt: momentOf(a.RevokedAt),
	}
}

func (r accountRow) account(credentials []credentialRow) service.Account {
	a := service.Account{
		ID: r.ID, OrgID: r.OrgID, OrgName: r.OrgName, Name: r.Name, Contact: r.Contact, Scopes: r.Scopes.v, Networks: r.Networks.v, ActsFor: r.ActsFor.v,
		Version: r.Version, CreatedAt: r.CreatedAt.time(), ExpiresAt: timeOf(r.ExpiresAt), LastUsedAt: timeOf(r.LastUsedAt),
		RevokedAt: timeOf(r.RevokedAt),
	}
	for _, c := range credentials {
		if c.AccountID != r.ID {
			continue
		}
		if c.KID == "" {
			a.Secrets = append(a.Secrets, service.Secret{ID: c.ID, Hash: c.SecretHash, CreatedAt: c.CreatedAt.time(), ExpiresAt: timeOf(c.ExpiresAt)})
		} else {
			a.Keys = append(a.Keys, service.Key{ID: c.ID, KID: string(c.KID), JWK: []byte(c.JWK), CreatedAt: c.CreatedAt.time()})
		}
	}
	return a
}

// credentialRow is a secret, or a key.
type credentialRow struct {
	ID         string
	AccountID  string
	SecretHash optionalBytes
	KID        optional `gorm:"column:kid"`
	JWK        optional `gorm:"column:jwk"`
	CreatedAt  moment
	ExpiresAt  *moment
}

func (credentialRow) TableName() string { return "service_credentials" }

func credentialsOf(a service.Account) []credentialRow {
	var rows []credentialRow
	for _, s := range a.Secrets {
		rows = append(rows, credentialRow{ID: s.ID, AccountID: a.ID, SecretHash: s.Hash, CreatedAt: moment(s.CreatedAt), ExpiresAt: momentOf(s.ExpiresAt)})
	}
	for _, k := range a.Keys {
		rows = append(rows, credentialRow{ID: k.ID, AccountID: a.ID, KID: optional(k.KID), JWK: optional(k.JWK), CreatedAt: moment(k.CreatedAt)})
	}
	return rows
}

const (
	selectAccount     = "SELECT a.*, o.name AS org_name FROM service_accounts a JOIN organizations o ON o.id = a.org_id "
	selectCredentials = "SELECT * FROM service_credentials WHERE account_id IN ? ORDER BY created_at, id"
)

func noServiceAccount() error {
	return fault.New(fault.CodeAccountNotFound, "there is no such service account")
}

// CreateAccount implements service.Store.
func (d *DB) CreateAccount(ctx context.Context, a service.Account, events []event.Event) error {
	return d.write(ctx, "create service account", func(t *tx) error {
		row := rowOfAccount(a)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if rows := credentialsOf(a); len(rows) > 0 {
			if err := t.Create(&rows).Error; err != nil {
				return err
			}
		}
		if err := t.happened(events...); err != nil {
			return err
		}
		return t.made(once.ServiceAccount, a.ID)
	})
}

// Account implements service.Store.
func (d *DB) Account(ctx context.Context, id string) (service.Account, error) {
	if a, ok := d.caches.accounts.get(id); ok {
		return a.Clone(), nil
	}
	mark := d.caches.ledger.mark()
	a, err := d.AccountNow(ctx, id)
	if err != nil {
		return service.Account{}, err
	}
	d.caches.accounts.put(id, a, tagOf(ChangedAccount, id), mark)
	return a.Clone(), nil
}

// AccountNow implements service.Store. It asks for the credentials of an account that is not there, too.
func (d *DB) AccountNow(ctx context.Context, id string) (service.Account, error) {
	if !isKey(id) {
		return service.Account{}, noServiceAccount()
	}
	var found []service.Account
	err := d.snapshot(ctx, "find service account", func(g *gorm.DB) (err error) {
		found, err = accountsOf(g, []string{id}, "WHERE a.id = ?", id)
		return err
	})
	if err == nil && len(found) == 0 {
		err = noServiceAccount()
	}
	if err != nil {
		return service.Account{}, err
	}
	return found[0], nil
}

// accountsOf reads accounts, and the credentials of those that are named; of those it finds when none is.
func accountsOf(g *gorm.DB, ids []string, condition string, args ...any) ([]service.Account, error) {
	rows, err := all[accountRow](g, selectAccount+condition, args...)
	if err != nil {
		return nil, err
	}
	if ids == nil {
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
	}
	var credentials []credentialRow
	err = chunks(ids, func(part []string) error {
		some, err := all[credentialRow](g, selectCredentials, part)
		credentials = append(credentials, some...)
		return err
	})
	if err != nil {
		return nil, err
	}
	accounts := make([]service.Account, len(rows))
	for i, r := range rows {
		accounts[i] = r.account(credentials)
	}
	return accounts, nil
}

// Accounts implements service.Store.
func (d *DB) Accounts(ctx context.Context, q service.Query) (service.Page, error) {
	condition, args := ofOrganizations("a.org_id", q.OrgID, q.Reach)
	condition = "WHERE " + condition
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return service.Page{}, err
		}
		condition += " AND (a.created_at, a.id) < (?, ?)"
		args = append(args, moment(after.activeAt), after.id)
	}
	size := pageSize(q.PageSize)
	var page service.Page
	err := d.snapshot(ctx, "list service accounts", func(g *gorm.DB) (err error) {
		page.Accounts, err = accountsOf(g, nil, condition+" ORDER BY a.created_at DESC, a.id DESC LIMIT ?", append(args, size+1)...)
		return err
	})
	if err != nil {
		return service.Page{}, err
	}
	if len(page.Accounts) > size {
		page.Accounts = page.Accounts[:size]
		last := page.Accounts[size-1]
		page.Next = cursor{last.CreatedAt, last.ID}.String()
	}
	return page, nil
}

// UpdateAccount implements service.Store.
func (d *DB) UpdateAccount(ctx context.Context, id string, change func(*service.Account) ([]event.Event, error)) (service.Account, error) {
	if !isKey(id) {
		return service.Account{}, noServiceAccount()
	}
	var account service.Account
	err := d.write(ctx, "change service account", func(t *tx) error {
		found, err := accountsOf(t.DB, []string{id}, "WHERE a.id = ?"+d.dialect.forUpdateOf("a"), id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return noServiceAccount()
		}
		before := found[0]
		account = before.Clone()
		events, err := change(&account)
		if err != nil || len(events) == 0 {
			return err
		}
		account.Version++
		if err := t.keepAccount(before, account); err != nil {
			return err
		}
		t.changed(ChangedAccount, id)
		return t.happened(events...)
	})
	if err != nil {
		return service.Account{}, err
	}
	return account, nil
}

func (t *tx) keepAccount(before, after service.Account) error {
	row := rowOfAccount(after)
	err := t.Model(&row).Where("id = ?", row.ID).Select("Name", "Contact", "Scopes", "Networks", "ActsFor", "Version", "ExpiresAt", "RevokedAt").Updates(&row).Error
	if err != nil {
		return err
	}
	if err := t.keepCredentials(credentialsOf(before), credentialsOf(after)); err != nil {
		return err
	}
	if before.RevokedAt != nil || after.RevokedAt == nil {
		return nil
	}
	condition, args, _ := chosen(rooms.AdmissionSelection{ServiceID: after.ID})
	if _, err = t.endAdmissions(condition, args, rooms.EndRevoked, *after.RevokedAt); err != nil {
		return err
	}
	return t.endWebhooksOf(after.ID, *after.RevokedAt)
}

// keepCredentials writes what became of credentials. Those that go go first: a new key may bear the name of an old one.
func (t *tx) keepCredentials(before, after []credentialRow) error {
	with := func(id string) func(credentialRow) bool { return func(c credentialRow) bool { return c.ID == id } }
	for _, old := range before {
		if slices.ContainsFunc(after, with(old.ID)) {
			continue
		}
		if _, err := exec(t.DB, "DELETE FROM service_credentials WHERE id = ?", old.ID); err != nil {
			return err
		}
	}
	for _, c := range after {
		if !slices.ContainsFunc(before, with(c.ID)) {
			if err := t.Create(&c).Error; err != nil {
				return err
			}
			continue
		}
		if _, err := exec(t.DB, "UPDATE service_credentials SET expires_at = ? WHERE id = ?", c.ExpiresAt, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// TouchAccount implements service.Store. Other replicas need not hear of it: they touch by themselves.
func (d *DB) TouchAccount(ctx context.Context, id string, at time.Time) error {
	err := d.write(ctx, "touch service account", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE service_accounts SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)", moment(at), id, moment(at))
		return err
	})
	d.caches.ledger.forget(tagOf(ChangedAccount, id))
	return err
}
