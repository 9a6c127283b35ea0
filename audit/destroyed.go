package audit

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"
)

// destructionForm begins what is signed when a key is destroyed.
const destructionForm = "parvis audit destruction\x01"

// Vouch signs that the key of a person's names was destroyed by an erasure. The database alone cannot: whoever sets a column there
// would have erased names.
type Vouch func(keyID, personID string, destroyedAt time.Time) []byte

func destruction(keyID, personID string, at time.Time) []byte {
	s := append([]byte(nil), destructionForm...)
	s = appendText(s, keyID)
	s = appendText(s, personID)
	return appendTime(s, at)
}

// Destruction is a Vouch. The signature outlives the rows that tell of the erasure, which expire.
func (k Keys) Destruction(keyID, personID string, destroyedAt time.Time) []byte {
	return ed25519.Sign(k.signer, destruction(keyID, personID, destroyedAt))
}

// erased tells that one of these keys signed for the end of this one.
func (p PersonKey) erased(by []PublicKey) bool {
	said := destruction(p.ID, p.PersonID, p.DestroyedAt)
	return p.Destroyed && slices.ContainsFunc(by, func(key PublicKey) bool {
		return len(p.Destruction) > 0 && ed25519.Verify(ed25519.PublicKey(key), said, p.Destruction)
	})
}

// takenAway says of a key that no erasure destroyed it.
func (p PersonKey) takenAway() error {
	return fmt.Errorf("the key %s was taken away from person:%[2]s, and no signature says that it was by an erasure: if it was, by a version before, sign it with parvis audit forget %[2]s --yes", p.ID, p.PersonID)
}
