package audit

import (
	"crypto/ed25519"
	"encoding/binary"
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
// somebody removed in the database.
func (k Keys) Expire(b Batch, now time.Time) Batch {
	at := now.UTC().Truncate(time.Microsecond)
	b.ExpiredAt = &at
	b.ExpirySignature = ed25519.Sign(k.signer, b.expiry())
	return b
}
