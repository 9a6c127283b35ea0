package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// sealer encrypts ID tokens at rest with AES-256-GCM. The sign-in's id is the additional data, so that a token copied
// into another row does not open there.
type sealer struct{ aead cipher.AEAD }

func newSealer(key [32]byte) sealer {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // AES takes every key of 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // GCM takes every AES block
	}
	return sealer{aead}
}

func (s sealer) seal(text, signInID string) []byte {
	if text == "" {
		return nil
	}
	return s.aead.Seal(nil, nil, []byte(text), []byte(signInID))
}

func (s sealer) open(sealed []byte, signInID string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	text, err := s.aead.Open(nil, nil, sealed, []byte(signInID))
	if err != nil {
		return "", fmt.Errorf("open ID token of sign-in %s: %w", signInID, err)
	}
	return string(text), nil
}
