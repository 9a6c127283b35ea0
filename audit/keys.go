package audit

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"

	"parvis/seal"
)

// Keys are what the trail is written with. They stand in the settings, never in the database.
type Keys struct {
	signer ed25519.PrivateKey
	names  seal.Box // wraps the keys of people, and seals what tells of nobody in particular
}

// NewKeys derives the keys from the secret of the installation. Given a key of its own (PKCS #8 in PEM, as openssl genpkey
// -algorithm ed25519 writes it), that one signs.
func NewKeys(secret, own string) (Keys, error) {
	seed, err := hkdf.Key(sha256.New, []byte(secret), nil, "parvis audit signature v1", ed25519.SeedSize)
	if err != nil {
		return Keys{}, fmt.Errorf("derive the key of the audit: %w", err)
	}
	names, err := hkdf.Key(sha256.New, []byte(secret), nil, "parvis audit names v1", 32)
	if err != nil {
		return Keys{}, fmt.Errorf("derive the key of names: %w", err)
	}
	k := Keys{signer: ed25519.NewKeyFromSeed(seed), names: seal.New([32]byte(names))}
	if own != "" {
		if k.signer, err = parsePrivate(own); err != nil {
			return Keys{}, err
		}
	}
	return k, nil
}

func parsePrivate(text string) (ed25519.PrivateKey, error) {
	remedy := errors.New("the key of the audit is an Ed25519 private key in PEM: openssl genpkey -algorithm ed25519 makes one")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, remedy
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, remedy
	}
	signer, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, remedy
	}
	return signer, nil
}

// Public is the key that verifies, which is no secret.
func (k Keys) Public() PublicKey { return PublicKey(k.signer.Public().(ed25519.PublicKey)) }

// trusted is whose signatures count: this key's, and those of the ones that signed before it.
func (k Keys) trusted(former []PublicKey) []PublicKey {
	return append([]PublicKey{k.Public()}, former...)
}

// PublicKey verifies batches.
type PublicKey ed25519.PublicKey

// ID names a key beside what it signed: the beginning of its SHA-256.
func (p PublicKey) ID() string {
	sum := sha256.Sum256(p)
	return hex.EncodeToString(sum[:8])
}

// PEM is the key as openssl reads it.
func (p PublicKey) PEM() string {
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(p))
	if err != nil {
		panic(err) // every Ed25519 key has a form
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// ParsePublicKeys reads one or more keys as PEM writes them, one after the other.
func ParsePublicKeys(text string) ([]PublicKey, error) {
	var keys []PublicKey
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := key.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, errors.New("a key of the audit is an Ed25519 public key in PEM: parvis audit key prints it")
		}
		keys = append(keys, PublicKey(public))
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no public key in PEM: parvis audit key prints one")
	}
	return keys, nil
}
