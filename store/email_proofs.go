package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/emailproof"
)

var _ emailproof.Store = (*DB)(nil)

type emailProofRow struct {
	Address   string
	CodeHash  []byte
	Attempts  int
	ExpiresAt moment
	Asked     document[[]time.Time]
}

func (r emailProofRow) proof() emailproof.Proof {
	return emailproof.Proof{Address: r.Address, CodeHash: r.CodeHash, Attempts: r.Attempts, ExpiresAt: r.ExpiresAt.time(), Asked: r.Asked.v}
}

// UpdateProof implements emailproof.Store. The lock is that of the sign-in, which is there before its first proof.
func (d *DB) UpdateProof(ctx context.Context, signInID string, now time.Time, change func(*emailproof.Proof) error) error {
	if !isKey(signInID) {
		return noSignIn()
	}
	return d.write(ctx, "update e-mail proof", func(t *tx) error {
		if err := t.holdGuest(signInID, now); err != nil {
			return err
		}
		var row emailProofRow
		err := one(t.DB, &row, "SELECT address, code_hash, attempts, expires_at, asked FROM email_proofs WHERE sign_in_id = ?", signInID)
		if ignoreMissing(err) != nil {
			return err
		}
		proof := row.proof()
		if err != nil {
			proof = emailproof.Proof{}
		}
		if err := change(&proof); err != nil {
			return err
		}
		if err := t.keepProof(signInID, proof); err != nil || !proof.Proved {
			return err
		}
		t.changed(ChangedSignIn, signInID)
		_, err = exec(t.DB, "UPDATE sign_ins SET emails = ?, assurance = ? WHERE id = ?", listOf([]string{proof.Address}), int(auth.AssuranceEmail), signInID)
		return err
	})
}

// holdGuest locks the sign-in of a guest against an end and other changes of its proof.
func (t *tx) holdGuest(signInID string, now time.Time) error {
	var id string
	err := one(t.DB, &id, "SELECT id FROM sign_ins WHERE id = ? AND kind = 'guest' AND ended_at IS NULL AND expires_at > ?"+t.store.dialect.forUpdate,
		signInID, moment(now))
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return noSignIn()
	}
	return err
}

func (t *tx) keepProof(signInID string, p emailproof.Proof) error {
	hash := p.CodeHash
	if hash == nil {
		hash = []byte{}
	}
	_, err := exec(t.DB, `INSERT INTO email_proofs (sign_in_id, address, code_hash, attempts, expires_at, asked) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (sign_in_id) DO UPDATE SET address = excluded.address, code_hash = excluded.code_hash, attempts = excluded.attempts,
			expires_at = excluded.expires_at, asked = excluded.asked`,
		signInID, p.Address, hash, p.Attempts, moment(p.ExpiresAt), listOf(p.Asked))
	return err
}
