package access

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Bounds of a passcode: digits, so that it can be dialled.
const (
	MinPasscode = 4
	MaxPasscode = 12
)

// passcodeCost makes one check take some 60 ms. bcrypt needs 4 kB for it, where argon2id would take 19 MiB for each who
// comes at nine o'clock. Digits do not withstand who has the hash in any case: the guess limits at the door keep them.
const passcodeCost = 10

// IsPasscode reports whether a text may be a passcode.
func IsPasscode(code string) bool {
	return len(code) >= MinPasscode && len(code) <= MaxPasscode && strings.Trim(code, "0123456789") == ""
}

// HashPasscode is a passcode as an opening keeps it: salted, and slow to try.
func HashPasscode(code string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(code), passcodeCost)
	if err != nil {
		return "", fmt.Errorf("hash a passcode: %w", err)
	}
	return string(hash), nil
}

// TakesPasscode reports whether this is the passcode of the hash. It is slow by design.
func TakesPasscode(hash, code string) bool {
	return IsPasscode(code) && bcrypt.CompareHashAndPassword([]byte(hash), []byte(code)) == nil
}
