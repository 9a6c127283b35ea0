package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/scim"
)

var _ scim.Store = (*DB)(nil)

type scimClientRow struct {
	ID        string
	AccountID optional // none: files speak
	OrgID     string
	Provider  string
	IdpID     string
	CreatedAt moment
}

func (scimClientRow) TableName() string { return "scim_clients" }

func (r scimClientRow) client() scim.Client {
	return scim.Client{ID: r.ID, AccountID: string(r.AccountID), OrgID: r.OrgID, Provider: r.Provider, IdPID: r.IdpID, CreatedAt: r.CreatedAt.time()}
}

const selectClient = "SELECT id, account_id, org_id, provider, idp_id, created_at FROM scim_clients "

func noClient() error {
	return fault.New(fault.CodeNotFound, "this service account is bound to no identity provider")
}

// SCIMClient implements scim.Store.
func (d *DB) SCIMClient(ctx context.Context, accountID string) (scim.Client, error) {
	if !isKey(accountID) {
		return scim.Client{}, noClient()
	}
	if c, ok := d.caches.clients.get(accountID); ok {
		return c, nil
	}
	mark := d.caches.ledger.mark()
	var row scimClientRow
	err := d.read(ctx, "find scim client", func(g *gorm.DB) error { return one(g, &row, selectClient+"WHERE account_id = ?", accountID) })
	if err != nil {
		return scim.Client{}, err
	}
	d.caches.clients.put(accountID, row.client(), tagOf(ChangedAccount, accountID), mark)
	return row.client(), nil
}

// BindSCIM binds a service account to a provider and, behind a broker, to an idp_id: an administrator's act. An account that comes
// after one that is revoked, or after files, takes over of whom those spoke. fault.Conflict when the account speaks for others already, or another
// account for these; fault.Invalid when the account lacks the scope, or is of no organization.
func (d *DB) BindSCIM(ctx context.Context, accountID, provider, idpID, actor string, at time.Time) (scim.Client, error) {
	if !isKey(accountID) {
		return scim.Client{}, noServiceAccount()
	}
	var row scimClientRow
	err := d.write(ctx, "bind scim client", func(t *tx) error {
		found, err := accountsOf(t.DB, []string{accountID}, "WHERE a.id = ?"+d.dialect.forUpdateOf("a"), accountID)
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].RevokedAt != nil {
			return noServiceAccount()
		}
		account := found[0]
		if !(auth.Identity{Scopes: account.Scopes}).HasScope(auth.ScopePeopleManage) || account.OrgID == auth.DefaultOrgID {
			return fault.New(fault.CodeInvalid, "the account needs the scope people.manage, and an organization: parvis app allow gives the first")
		}
		if row, err = t.bound(account.ID, account.OrgID, provider, idpID, at); err != nil {
			return err
		}
		return t.happened(event.Event{
			ID: newID(), Type: event.SCIMBound, OrgID: account.OrgID, Subject: "service-account:" + account.ID, Actor: actor, At: at,
			Data: map[string]any{"provider": provider, "idpId": idpID, "client": row.ID},
		})
	})
	if err != nil {
		return scim.Client{}, err
	}
	return row.client(), nil
}

func (t *tx) bound(accountID, orgID, provider, idpID string, at time.Time) (scimClientRow, error) {
	rows, err := all[struct {
		Client    scimClientRow `gorm:"embedded"`
		RevokedAt *moment
	}](t.DB, `SELECT c.id, c.account_id, c.org_id, c.provider, c.idp_id, c.created_at, a.revoked_at
		FROM scim_clients c LEFT JOIN service_accounts a ON a.id = c.account_id WHERE c.account_id = ? OR (c.org_id = ? AND c.provider = ? AND c.idp_id = ?)`,
		accountID, orgID, provider, idpID)
	if err != nil {
		return scimClientRow{}, err
	}
	for _, r := range rows {
		switch own := string(r.Client.AccountID) == accountID; {
		case own && r.Client.Provider == provider && r.Client.IdpID == idpID:
			return r.Client, nil
		case own:
			return scimClientRow{}, fault.New(fault.CodeConflict, "the account speaks for another provider: make another account")
		case r.Client.AccountID != "" && r.RevokedAt == nil:
			return scimClientRow{}, fault.New(fault.CodeConflict, "another service account speaks for this provider: revoke it first")
		}
	}
	if len(rows) > 0 { // one whose account is revoked, or of whom files spoke
		before := rows[0].Client
		t.changed(ChangedAccount, string(before.AccountID)) // which speaks for nobody now
		before.AccountID = optional(accountID)
		_, err := exec(t.DB, "UPDATE scim_clients SET account_id = ? WHERE id = ?", accountID, before.ID)
		return before, err
	}
	row := scimClientRow{ID: newID(), AccountID: optional(accountID), OrgID: orgID, Provider: provider, IdpID: idpID, CreatedAt: moment(at)}
	return row, t.Create(&row).Error
}

// SCIMClients lists who speaks for the people of an organization.
func (d *DB) SCIMClients(ctx context.Context, orgID string) ([]scim.Client, error) {
	var clients []scim.Client
	err := d.read(ctx, "list scim clients", func(g *gorm.DB) error {
		rows, err := all[scimClientRow](g, selectClient+"WHERE org_id = ? ORDER BY id", orgID)
		for _, r := range rows {
			clients = append(clients, r.client())
		}
		return err
	})
	return clients, err
}
