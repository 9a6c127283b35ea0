package service

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

// A token reads parvis_<id>_<secret>: a prefix that secret scanners find, the id as 32 hexadecimal digits, so that one
// indexed row is read, and 32 random bytes in base64url.
const (
	prefix      = "parvis_"
	idChars     = 32
	secretBytes = 32
	secretChars = 43
	textChars   = len(prefix) + idChars + 1 + secretChars
)

func textOf(id uuid.UUID, secret [secretBytes]byte) string {
	return prefix + hex.EncodeToString(id[:]) + "_" + base64.RawURLEncoding.EncodeToString(secret[:])
}

func newSecret() (secret [secretBytes]byte) {
	rand.Read(secret[:]) // never fails: crypto/rand ends the program instead
	return secret
}

// parse reads what textOf wrote, and no other spelling of it.
func parse(text string) (id string, secret [secretBytes]byte, ok bool) {
	if len(text) != textChars || !strings.HasPrefix(text, prefix) || text[len(prefix)+idChars] != '_' {
		return "", secret, false
	}
	digits, chars := text[len(prefix):len(prefix)+idChars], text[textChars-secretChars:]
	var key uuid.UUID
	if _, err := hex.Decode(key[:], []byte(digits)); err != nil || digits != strings.ToLower(digits) {
		return "", secret, false
	}
	n, err := base64.RawURLEncoding.Strict().Decode(secret[:], []byte(chars))
	return key.String(), secret, err == nil && n == secretBytes
}

func hashOf(secret [secretBytes]byte) []byte {
	sum := sha256.Sum256(secret[:])
	return sum[:]
}
