package devidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// keyring holds one key for each algorithm, so that a client may be registered with either.
type keyring struct {
	keys []signingKey
	main jose.SignatureAlgorithm // of ID tokens and logout tokens
}

// signingKey is one private key; it is op.SigningKey.
type signingKey struct {
	id  string
	alg jose.SignatureAlgorithm
	key crypto.Signer
}

func (k signingKey) ID() string                                  { return k.id }
func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return k.alg }
func (k signingKey) Key() any                                    { return k.key }

// publicKey is the half that everybody may have; it is op.Key.
type publicKey struct{ of signingKey }

func (k publicKey) ID() string                         { return k.of.id }
func (k publicKey) Algorithm() jose.SignatureAlgorithm { return k.of.alg }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return k.of.key.Public() }

var (
	_ op.SigningKey = signingKey{}
	_ op.Key        = publicKey{}
)

// openKeyring reads the keys of the file, or makes them and writes the file; without a file they end with the process.
func openKeyring(file, main string) (*keyring, error) {
	ring := &keyring{main: jose.SignatureAlgorithm(main)}
	if file == "" {
		return ring, ring.generate()
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := ring.generate(); err != nil {
			return nil, err
		}
		return ring, ring.write(file)
	case err != nil:
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	if err := ring.parse(text); err != nil {
		return nil, fmt.Errorf("key file %s: %w (remove the file and new keys are made)", file, err)
	}
	return ring, nil
}

func (r *keyring) generate() error {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("make an RSA key: %w", err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make an EC key: %w", err)
	}
	return errors.Join(r.add(rsaKey), r.add(ecKey))
}

func (r *keyring) add(key any) error {
	var k signingKey
	switch key := key.(type) {
	case *rsa.PrivateKey:
		k = signingKey{alg: jose.RS256, key: key}
	case *ecdsa.PrivateKey:
		k = signingKey{alg: jose.ES256, key: key}
	default:
		return fmt.Errorf("a %T is of no use here", key)
	}
	// The id is the key's thumbprint (RFC 7638): the same after a restart, another for another key.
	sum, err := (&jose.JSONWebKey{Key: k.key.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return fmt.Errorf("name a key: %w", err)
	}
	k.id = base64.RawURLEncoding.EncodeToString(sum)
	r.keys = append(r.keys, k)
	return nil
}

func (r *keyring) parse(text []byte) error {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return fmt.Errorf("a block is not a PKCS #8 key: %w", err)
		}
		if err := r.add(key); err != nil {
			return err
		}
	}
	for _, alg := range []string{RS256, ES256} {
		if _, ok := r.lookup(alg); !ok {
			return fmt.Errorf("it holds no %s key", alg)
		}
	}
	return nil
}

// write goes through a temporary file, so that a stop half-way leaves no broken file behind.
func (r *keyring) write(file string) error {
	var text []byte
	for _, k := range r.keys {
		der, err := x509.MarshalPKCS8PrivateKey(k.key)
		if err != nil {
			return fmt.Errorf("write the key file: %w", err)
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".devidp-*") // 0600
	if err != nil {
		return fmt.Errorf("write the key file: %w", err)
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("write the key file: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return nil
}

func (r *keyring) lookup(alg string) (signingKey, bool) {
	for _, k := range r.keys {
		if string(k.alg) == alg {
			return k, true
		}
	}
	return signingKey{}, false
}

// signingKey is the key of ID tokens.
func (r *keyring) signingKey() signingKey {
	k, _ := r.lookup(string(r.main))
	return k
}

func (r *keyring) public() []op.Key {
	keys := make([]op.Key, len(r.keys))
	for i, k := range r.keys {
		keys[i] = publicKey{k}
	}
	return keys
}

// sign makes a compact JWS of the claims. typ goes into its header.
func (r *keyring) sign(alg, typ string, claims map[string]any) (string, error) {
	k, ok := r.lookup(alg)
	if !ok {
		return "", fmt.Errorf("no key for %s", alg)
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: k.alg, Key: jose.JSONWebKey{Key: k.key, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", alg, err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", alg, err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", alg, err)
	}
	return signed.CompactSerialize()
}
