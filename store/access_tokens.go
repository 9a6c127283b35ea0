package store

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
)

type accessTokenRow struct {
	Hash         []byte
	AccountID    string
	CredentialID string
	PersonID     optional
	Scopes       document[[]auth.Scope]
	CreatedAt    moment
	ExpiresAt    moment
}

func (accessTokenRow) TableName() string { return "service_access_tokens" }

// CreateToken implements service.Store.
func (d *DB) CreateToken(ctx context.Context, token service.Token) error {
	return d.write(ctx, "create access token", func(t *tx) error {
		return t.Create(&accessTokenRow{
			Hash: token.Hash, AccountID: token.AccountID, CredentialID: token.CredentialID, PersonID: optional(token.PersonID),
			Scopes: listOf(token.Scopes), CreatedAt: moment(token.CreatedAt), ExpiresAt: moment(token.ExpiresAt),
		}).Error
	})
}

// Token implements service.Store. A token never changes: what it stands for does, and is asked for at each use.
func (d *DB) Token(ctx context.Context, hash []byte) (service.Token, error) {
	if len(hash) != sha256.Size {
		return service.Token{}, fault.New(fault.CodeNotFound, "there is no such token")
	}
	key := [sha256.Size]byte(hash)
	token, ok := d.caches.tokens.get(key)
	if !ok {
		mark := d.caches.ledger.mark()
		var row accessTokenRow
		err := d.read(ctx, "find access token", func(g *gorm.DB) error {
			return one(g, &row, "SELECT * FROM service_access_tokens WHERE hash = ?", hash)
		})
		if err != nil {
			return service.Token{}, err
		}
		token = service.Token{
			Hash: row.Hash, AccountID: row.AccountID, CredentialID: row.CredentialID, PersonID: string(row.PersonID), Scopes: row.Scopes.v,
			CreatedAt: row.CreatedAt.time(), ExpiresAt: row.ExpiresAt.time(),
		}
		d.caches.tokens.put(key, token, tagOf(ChangedAccount, token.AccountID), mark)
	}
	token.Hash, token.Scopes = slices.Clone(token.Hash), slices.Clone(token.Scopes)
	return token, nil
}

// UseAssertion implements service.Store. The id is kept as its hash: it may hold any character.
func (d *DB) UseAssertion(ctx context.Context, accountID, jti string, until time.Time) (used bool, err error) {
	hash := sha256.Sum256([]byte(jti))
	err = d.write(ctx, "use assertion", func(t *tx) error {
		first, err := exec(t.DB, "INSERT INTO used_assertions (account_id, jti_hash, expires_at) VALUES (?, ?, ?) ON CONFLICT (account_id, jti_hash) DO NOTHING",
			accountID, hash[:], moment(until))
		used = first == 0
		return err
	})
	return used, err
}

// Subject implements service.Store.
func (d *DB) Subject(ctx context.Context, personID string) (service.Person, error) {
	if !isKey(personID) {
		return service.Person{}, noPerson()
	}
	var row personRow
	var groups []struct{ ID string }
	err := d.snapshot(ctx, "find person to act for", func(g *gorm.DB) (err error) {
		if err := one(g, &row, selectPerson+"WHERE p.id = ?", personID); err != nil {
			return err
		}
		groups, err = all[struct{ ID string }](g, "SELECT g.id FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.person_id = ? AND g.org_id = ?",
			personID, row.OrgID)
		return err
	})
	if err != nil {
		return service.Person{}, err
	}
	p := row.person()
	subject := service.Person{ID: p.ID, OrgID: p.OrgID, OrgName: p.OrgName, Name: p.DisplayName(), Email: p.Email, Closed: p.DeactivatedAt != nil}
	for _, g := range groups {
		subject.Groups = append(subject.Groups, g.ID)
	}
	slices.Sort(subject.Groups) // the key of grants
	return subject, nil
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
