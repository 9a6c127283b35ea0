package emailproof

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
)

const codeDigits = 6

var codes = big.NewInt(1_000_000)

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, codes)
	if err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	return fmt.Sprintf("%0*d", codeDigits, n), nil
}

// hash is what is kept of a code. A million codes are tried in no time: without the key, which is not in the database, a
// copy of it tells none. The sign-in is part of it, so that a row is of no use to another.
func (p *Prover) hash(signInID, address, code string) []byte {
	mac := hmac.New(sha256.New, p.Key[:])
	for _, part := range []string{signInID, address, code} {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return mac.Sum(nil)
}

func isCode(s string) bool {
	if len(s) != codeDigits {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
