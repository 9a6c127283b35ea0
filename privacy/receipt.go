package privacy

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"parvis/fault"
)

// ReceiptVersion is the form of receipts that this program writes.
const ReceiptVersion = 1

// Receipt proves that an erasure was done. It names nobody: Person is an id that leads to an empty row.
type Receipt struct {
	Version     int           `json:"version"`
	Erasure     string        `json:"erasure"`
	Person      string        `json:"person"`
	Platform    string        `json:"platform"`
	RequestedAt string        `json:"requestedAt"`
	DoneAt      string        `json:"doneAt"`
	Kinds       []ReceiptKind `json:"kinds"`
	Handed      Handed        `json:"handed"`
	KeyID       string        `json:"keyId"`
	Signature   string        `json:"signature,omitempty"` // base64 of Ed25519 over all that stands before it
}

// ReceiptKind is what became of one kind.
type ReceiptKind struct {
	Kind Kind `json:"kind"`
	Count
	Fate Fate   `json:"fate"`
	Why  *Words `json:"why,omitempty"` // something stays
}

// KeyID names a key that signs receipts.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// PublicKey is the key that verifies receipts, as it is written.
func (s *Service) PublicKey() string {
	if len(s.Key) == 0 {
		return ""
	}
	return base64.StdEncoding.EncodeToString(s.Key.Public().(ed25519.PublicKey))
}

func (s *Service) receipt(e Erasure, at time.Time) Receipt {
	r := Receipt{
		Version: ReceiptVersion, Erasure: e.ID, Person: e.PersonID, Platform: s.URL, RequestedAt: e.RequestedAt.UTC().Format(time.RFC3339),
		DoneAt: at.Format(time.RFC3339), Handed: e.Done.Handed, KeyID: KeyID(s.Key.Public().(ed25519.PublicKey)),
	}
	for _, d := range declared {
		k := ReceiptKind{Kind: d.Kind, Count: e.Done.Kinds[d.Kind], Fate: d.Fate}
		if d.Fate != Removed && d.Why.EN != "" {
			why := d.Why
			k.Why = &why
		}
		if k.Held > 0 {
			k.Why = &Words{"un gel conserve ce qui s'est passé dans un salon ; l'effacement s'achève à sa levée", "a hold keeps what happened in a room; the erasure is completed when it is released"}
		}
		r.Kinds = append(r.Kinds, k)
	}
	r.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(s.Key, r.signed()))
	return r
}

// signed is what a signature is over: the receipt without it, in the one form that this program writes.
func (r Receipt) signed() []byte {
	r.Signature = ""
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and numbers
	}
	return append([]byte("parvis erasure receipt v1\n"), text...)
}

// ReceiptIn finds the receipt in what an erasure answers, where it stands beside other members; a receipt alone is answered as it is.
func ReceiptIn(text []byte) []byte {
	var around struct {
		Receipt json.RawMessage `json:"receipt"`
	}
	if json.Unmarshal(text, &around) == nil && len(around.Receipt) > 0 {
		return around.Receipt
	}
	return text
}

// VerifyReceipt reads a receipt and answers it when its signature is by the key.
func VerifyReceipt(text []byte, key ed25519.PublicKey) (Receipt, error) {
	var r Receipt
	bad := func(detail string, err error) (Receipt, error) {
		return Receipt{}, fault.New(fault.CodeReceiptInvalid, detail).Because(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return bad("this is not a receipt", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bad("something follows the receipt", err)
	}
	if r.Version != ReceiptVersion {
		return bad("the receipt is of another version: use the program that wrote it, or a later one", nil)
	}
	if len(key) != ed25519.PublicKeySize {
		return bad("the key is not an Ed25519 key", nil)
	}
	if r.KeyID != KeyID(key) {
		return bad(fmt.Sprintf("another key has signed it: this one is %s", KeyID(key)), nil)
	}
	signature, err := base64.StdEncoding.DecodeString(r.Signature)
	if err != nil || !ed25519.Verify(key, r.signed(), signature) {
		return bad("the signature is not over these words: the receipt was changed", err)
	}
	return r, nil
}
