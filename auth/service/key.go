package service

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"regexp"

	"github.com/go-jose/go-jose/v4"
)

const (
	maxKeyText = 8 << 10
	minRSA     = 2048
	maxRSA     = 4096 // a larger one costs us more than it proves
)

// kidForm is what a key may be called: it stands in the paths of the API.
var kidForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// canonical reads a public key, as a JWK (RFC 7517) or in PEM (RFC 7468), and writes it as a JWK with what counts and
// nothing else. The error says what is wrong with it, in words for whoever sent it.
func canonical(kid string, text []byte) ([]byte, error) {
	if len(text) > maxKeyText {
		return nil, errors.New("a key has at most 8 KiB")
	}
	key, err := readKey(text)
	if err != nil {
		return nil, err
	}
	switch {
	case key.KeyID != "" && key.KeyID != kid:
		return nil, errors.New("its kid is not the name that it is to have")
	case key.Use != "" && key.Use != "sig":
		return nil, errors.New("its use is not sig")
	}
	algorithm, err := algorithmOf(key)
	if err != nil {
		return nil, err
	}
	return jose.JSONWebKey{Key: key.Key, KeyID: kid, Algorithm: string(algorithm), Use: "sig"}.MarshalJSON()
}

func readKey(text []byte) (jose.JSONWebKey, error) {
	var key jose.JSONWebKey
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("-----BEGIN")) {
		block, rest := pem.Decode(text)
		if block == nil || block.Type != "PUBLIC KEY" || len(bytes.TrimSpace(rest)) > 0 {
			return key, errors.New("send one PUBLIC KEY in PEM, and keep the private one")
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		key.Key = parsed
		return key, unreadable(err)
	}
	if err := key.UnmarshalJSON(text); err != nil {
		return key, unreadable(err)
	}
	if !key.IsPublic() {
		return key, errors.New("send the public key alone: the private one is nobody's but yours, and this one is known now, make another")
	}
	if !key.Valid() || !wholePoint(key, text) {
		return key, errors.New("it is not a valid key")
	}
	return key, nil
}

// wholePoint refuses an Ed25519 key of another length, which go-jose (v4.1) would fill up with zeros or cut.
func wholePoint(key jose.JSONWebKey, text []byte) bool {
	if _, ok := key.Key.(ed25519.PublicKey); !ok {
		return true
	}
	var given struct{ X string }
	if json.Unmarshal(text, &given) != nil {
		return false
	}
	point, err := base64.RawURLEncoding.Strict().DecodeString(given.X)
	return err == nil && len(point) == ed25519.PublicKeySize
}

func unreadable(err error) error {
	if err != nil {
		return errors.New("it is not readable as a public key, RSA, EC P-256 or P-384, or Ed25519")
	}
	return nil
}

// algorithmOf is the one algorithm that a key signs with. What an assertion says of itself never chooses it.
func algorithmOf(key jose.JSONWebKey) (jose.SignatureAlgorithm, error) {
	allowed, err := algorithmsFor(key.Key)
	if err != nil {
		return "", err
	}
	if key.Algorithm == "" {
		return allowed[0], nil
	}
	for _, a := range allowed {
		if string(a) == key.Algorithm {
			return a, nil
		}
	}
	return "", errors.New("its alg is not one of its kind: RS256 or PS256 for RSA, ES256 for P-256, ES384 for P-384, EdDSA for Ed25519")
}

func algorithmsFor(key crypto.PublicKey) ([]jose.SignatureAlgorithm, error) {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSA || bits > maxRSA || key.E < 3 || key.E%2 == 0 {
			return nil, errors.New("an RSA key has 2048 to 4096 bits")
		}
		return []jose.SignatureAlgorithm{jose.RS256, jose.PS256}, nil
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256():
			return []jose.SignatureAlgorithm{jose.ES256}, nil
		case elliptic.P384():
			return []jose.SignatureAlgorithm{jose.ES384}, nil
		}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}, nil
	}
	return nil, errors.New("its kind is not taken: RSA, EC P-256 or P-384, or Ed25519")
}
