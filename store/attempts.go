package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parvis/auth/oidc"
)

var _ oidc.Attempts = (*DB)(nil)

type attemptRow struct {
	StateHash    []byte
	BrowserHash  []byte
	Provider     string
	Nonce        string
	PKCEVerifier string `gorm:"column:pkce_verifier"`
	ReturnTo     string
	ExpiresAt    moment
	Elevate      bool
}

func (attemptRow) TableName() string { return "sign_in_attempts" }

// BeginAttempt implements oidc.Attempts.
func (d *DB) BeginAttempt(ctx context.Context, a oidc.Attempt, now time.Time) error {
	return d.write(ctx, "begin attempt", func(t *tx) error {
		if _, err := t.prune("sign_in_attempts", "expires_at <= ?", moment(now)); err != nil {
			return err
		}
		return t.Create(&attemptRow{
			StateHash: a.StateHash, BrowserHash: a.BrowserHash, Provider: a.Provider, Nonce: a.Nonce,
			PKCEVerifier: a.PKCEVerifier, ReturnTo: a.ReturnTo, ExpiresAt: moment(a.ExpiresAt), Elevate: a.Elevate,
		}).Error
	})
}

// TakeAttempt implements oidc.Attempts. An expired attempt is used up like any other.
func (d *DB) TakeAttempt(ctx context.Context, stateHash []byte, now time.Time) (oidc.Attempt, error) {
	var row attemptRow
	err := d.write(ctx, "take attempt", func(t *tx) error {
		return one(t.DB, &row, `DELETE FROM sign_in_attempts WHERE state_hash = ?
			RETURNING state_hash, browser_hash, provider, nonce, pkce_verifier, return_to, expires_at, elevate`, stateHash)
	})
	if err == nil && !now.Before(row.ExpiresAt.time()) {
		err = asFault(ctx, "take attempt", gorm.ErrRecordNotFound)
	}
	if err != nil {
		return oidc.Attempt{}, err
	}
	return oidc.Attempt{
		StateHash: row.StateHash, BrowserHash: row.BrowserHash, Provider: row.Provider, Nonce: row.Nonce,
		PKCEVerifier: row.PKCEVerifier, ReturnTo: row.ReturnTo, ExpiresAt: row.ExpiresAt.time(), Elevate: row.Elevate,
	}, nil
}

// LogoutTokenUsed implements oidc.Attempts.
func (d *DB) LogoutTokenUsed(ctx context.Context, issuer, jti string, now time.Time) (used bool, err error) {
	err = d.read(ctx, "find logout token", func(g *gorm.DB) error {
		return one(g, &used, "SELECT EXISTS (SELECT 1 FROM used_logout_tokens WHERE issuer = ? AND jti = ? AND expires_at > ?)", issuer, jti, moment(now))
	})
	return used, err
}

// UseLogoutToken implements oidc.Attempts.
func (d *DB) UseLogoutToken(ctx context.Context, issuer, jti string, now, expires time.Time) error {
	return d.write(ctx, "use logout token", func(t *tx) error {
		_, err := exec(t.DB, `INSERT INTO used_logout_tokens (issuer, jti, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (issuer, jti) DO UPDATE SET expires_at = excluded.expires_at WHERE used_logout_tokens.expires_at <= ?`,
			issuer, jti, moment(expires), moment(now))
		return err
	})
}
