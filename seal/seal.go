// Package seal encrypts what the database keeps and must not show: ID tokens, passcodes.
//
// It owns one form, AES-256-GCM with a random nonce (NIST SP 800-38D), bound to the row it stands in. It refuses to know
// where keys come from (cmd derives them from PARVIS_SECRET).
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// Box seals and opens with one key. It is safe for concurrent use.
type Box struct{ aead cipher.AEAD }

// New makes a Box.
func New(key [32]byte) Box {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // AES takes every key of 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // GCM takes every AES block
	}
	return Box{aead}
}

// Seal encrypts a text for a row, whose id is the additional data: copied into another row it does not open. An empty text
// is nothing.
func (b Box) Seal(text, row string) []byte {
	if text == "" {
		return nil
	}
	return b.aead.Seal(nil, nil, []byte(text), []byte(row))
}

// Open is the reverse of Seal.
func (b Box) Open(sealed []byte, row string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	text, err := b.aead.Open(nil, nil, sealed, []byte(row))
	if err != nil {
		return "", fmt.Errorf("open what is sealed for %s: %w", row, err)
	}
	return string(text), nil
}
