package service

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

// A secret reads parvis_<id>_<secret>: a prefix that secret scanners find, the account's id as 32 hexadecimal digits, so
// that whoever finds one knows what to revoke, and 32 random bytes in base64url. An access token reads parvis_at_<secret>.
const (
	prefix      = "parvis_"
	tokenPrefix = "parvis_at_"
	idChars     = 32
	secretBytes = 32
	secretChars = 43
	secretText  = len(prefix) + idChars + 1 + secretChars
	tokenText   = len(tokenPrefix) + secretChars
)

type random [secretBytes]byte

func newRandom() (r random) {
	rand.Read(r[:]) // never fails: crypto/rand ends the program instead
	return r
}

func (r random) hash() []byte {
	sum := sha256.Sum256(r[:])
	return sum[:]
}

func (r random) String() string { return base64.RawURLEncoding.EncodeToString(r[:]) }

func textOfSecret(accountID string, r random) string {
	id := uuid.MustParse(accountID)
	return prefix + hex.EncodeToString(id[:]) + "_" + r.String()
}

// parseSecret reads what textOfSecret wrote for an account, and no other spelling of it.
func parseSecret(accountID, text string) (r random, ok bool) {
	id, err := uuid.Parse(accountID)
	if err != nil || len(text) != secretText || !strings.HasPrefix(text, prefix+hex.EncodeToString(id[:])+"_") {
		return r, false
	}
	return parseRandom(text[secretText-secretChars:])
}

func textOfToken(r random) string { return tokenPrefix + r.String() }

func parseToken(text string) (r random, ok bool) {
	if len(text) != tokenText || !strings.HasPrefix(text, tokenPrefix) {
		return r, false
	}
	return parseRandom(text[len(tokenPrefix):])
}

func parseRandom(chars string) (r random, ok bool) {
	n, err := base64.RawURLEncoding.Strict().Decode(r[:], []byte(chars))
	return r, err == nil && n == secretBytes
}
