package audit

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// What is signed begins with what it is, so that no signature stands for another statement.
const (
	batchForm  = "parvis audit batch\x01"
	expiryForm = "parvis audit expiry\x01"
)

func (b Batch) statement() []byte {
	s := append([]byte(nil), batchForm...)
	s = binary.BigEndian.AppendUint64(s, uint64(b.ID))
	s = binary.BigEndian.AppendUint32(s, uint32(b.Size))
	s = append(s, b.Root[:]...)
	s = append(s, b.PreviousRoot[:]...)
	s = appendText(s, b.KeyID)
	return appendTime(s, b.SealedAt)
}

func (b Batch) expiry() []byte {
	s := append([]byte(nil), expiryForm...)
	s = binary.BigEndian.AppendUint64(s, uint64(b.ID))
	s = append(s, b.Root[:]...)
	if b.ExpiredAt != nil {
		s = appendTime(s, *b.ExpiredAt)
	}
	return s
}

// next makes the batch that follows another, of rows with these hashes.
func (k Keys) next(last Batch, leaves []Hash, now time.Time) Batch {
	b := Batch{
		ID: last.ID + 1, Size: len(leaves), Root: Root(leaves), PreviousRoot: last.Root, KeyID: k.Public().ID(),
		SealedAt: now.UTC().Truncate(time.Microsecond), Leaves: leaves,
	}
	b.Signature = ed25519.Sign(k.signer, b.statement())
	return b
}

// Expire says that the rows of a batch were taken away because their time was over. The signature tells it from rows that
// somebody removed in the database. A batch whose own signature does not hold, by this key or one that signed before, is not
// expired: when it was sealed is what somebody wrote there.
func (k Keys) Expire(b Batch, former []PublicKey, now time.Time) (Batch, error) {
	if !slices.ContainsFunc(k.trusted(former), func(key PublicKey) bool {
		return key.ID() == b.KeyID && ed25519.Verify(ed25519.PublicKey(key), b.statement(), b.Signature)
	}) {
		return b, fmt.Errorf("the signature of batch %d of the audit does not hold: its rows stay (parvis audit verify)", b.ID)
	}
	at := now.UTC().Truncate(time.Microsecond)
	b.ExpiredAt = &at
	b.ExpirySignature = ed25519.Sign(k.signer, b.expiry())
	return b, nil
}
