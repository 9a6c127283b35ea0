package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
	"parvis/fault"
)

var _ service.Store = (*DB)(nil)

type tokenRow struct {
	ID         string
	OrgID      string
	Name       string
	Scopes     document[[]auth.Scope]
	SecretHash []byte
	CreatedAt  moment
	ExpiresAt  *moment
	LastUsedAt *moment
	RevokedAt  *moment
}

func (tokenRow) TableName() string { return "service_tokens" }

func (r tokenRow) token() service.Token {
	return service.Token{
		ID: r.ID, OrgID: r.OrgID, Name: r.Name, Scopes: r.Scopes.v, SecretHash: r.SecretHash, CreatedAt: r.CreatedAt.time(),
		ExpiresAt: timeOf(r.ExpiresAt), LastUsedAt: timeOf(r.LastUsedAt), RevokedAt: timeOf(r.RevokedAt),
	}
}

func tokenEvent(what event.Type, t service.Token, at time.Time) event.Event {
	return event.Event{ID: newID(), Type: what, OrgID: t.OrgID, Subject: "service-token:" + t.ID, Actor: "system:command", At: at}
}

// CreateToken implements service.Store.
func (d *DB) CreateToken(ctx context.Context, token service.Token) error {
	return d.write(ctx, "create token", func(t *tx) error {
		err := t.Create(&tokenRow{
			ID: token.ID, OrgID: token.OrgID, Name: token.Name, Scopes: listOf(token.Scopes), SecretHash: token.SecretHash,
			CreatedAt: moment(token.CreatedAt), ExpiresAt: momentOf(token.ExpiresAt), LastUsedAt: momentOf(token.LastUsedAt),
			RevokedAt: momentOf(token.RevokedAt),
		}).Error
		if err != nil {
			return err
		}
		return t.happened(tokenEvent(event.ServiceTokenMade, token, token.CreatedAt))
	})
}

func noToken() error { return fault.New(fault.CodeNotFound, "there is no such token") }

// Token implements service.Store.
func (d *DB) Token(ctx context.Context, id string) (service.Token, error) {
	if !isKey(id) {
		return service.Token{}, noToken()
	}
	token, ok := d.caches.tokens.get(id)
	if !ok {
		mark := d.caches.ledger.mark()
		var row struct {
			Token   tokenRow `gorm:"embedded"`
			OrgName string
		}
		err := d.read(ctx, "find token", func(g *gorm.DB) error {
			return one(g, &row, "SELECT t.*, o.name AS org_name FROM service_tokens t JOIN organizations o ON o.id = t.org_id WHERE t.id = ?", id)
		})
		if err != nil {
			return service.Token{}, err
		}
		token = row.Token.token()
		token.OrgName = row.OrgName
		d.caches.tokens.put(id, token, tagOf(ChangedToken, id), mark)
	}
	token.Scopes, token.SecretHash = slices.Clone(token.Scopes), slices.Clone(token.SecretHash)
	return token, nil
}

// Tokens implements service.Store, newest first.
func (d *DB) Tokens(ctx context.Context, orgID string) ([]service.Token, error) {
	var rows []tokenRow
	err := d.read(ctx, "list tokens", func(g *gorm.DB) (err error) {
		rows, err = all[tokenRow](g, "SELECT * FROM service_tokens WHERE org_id = ? ORDER BY created_at DESC, id DESC", orgID)
		return err
	})
	if err != nil {
		return nil, err
	}
	found := make([]service.Token, len(rows))
	for i, r := range rows {
		found[i] = r.token()
	}
	return found, nil
}

// RevokeToken implements service.Store. A second time keeps the first moment.
func (d *DB) RevokeToken(ctx context.Context, id string, now time.Time) (service.Token, error) {
	if !isKey(id) {
		return service.Token{}, noToken()
	}
	var token service.Token
	err := d.write(ctx, "revoke token", func(t *tx) error {
		var row tokenRow
		if err := one(t.DB, &row, "SELECT * FROM service_tokens WHERE id = ?"+d.dialect.forUpdate, id); err != nil {
			return err
		}
		if token = row.token(); token.RevokedAt != nil {
			return nil
		}
		token.RevokedAt = timeOf(momentOf(&now))
		if _, err := exec(t.DB, "UPDATE service_tokens SET revoked_at = ? WHERE id = ?", moment(now), id); err != nil {
			return err
		}
		t.changed(ChangedToken, id)
		return t.happened(tokenEvent(event.ServiceTokenEnded, token, now))
	})
	if err != nil {
		return service.Token{}, err
	}
	return token, nil
}

// TouchToken implements service.Store. Other replicas need not hear of it: they touch by themselves.
func (d *DB) TouchToken(ctx context.Context, id string, at time.Time) error {
	err := d.write(ctx, "touch token", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE service_tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)", moment(at), id, moment(at))
		return err
	})
	d.caches.ledger.forget(tagOf(ChangedToken, id))
	return err
}

// OrgByKey implements service.Store. A name that several organizations bear is fault.Conflict.
func (d *DB) OrgByKey(ctx context.Context, key string) (id, name string, err error) {
	condition, args := "o.siret = ? OR o.name = ?", []any{key, key}
	if isKey(key) {
		condition, args = "o.id = ?", []any{key}
	}
	var rows []organizationRow
	err = d.read(ctx, "find organization", func(g *gorm.DB) (err error) {
		rows, err = all[organizationRow](g, selectOrganization+"WHERE "+condition+" LIMIT 2", args...)
		return err
	})
	switch {
	case err != nil:
		return "", "", err
	case len(rows) == 0:
		return "", "", fault.New(fault.CodeNotFound, "there is no organization with this id, siret or name")
	case len(rows) > 1:
		return "", "", fault.New(fault.CodeConflict, "several organizations bear this name: give an id or a siret")
	}
	return rows[0].ID, rows[0].Name, nil
}
