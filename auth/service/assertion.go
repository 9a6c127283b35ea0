package service

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	// AssertionType is the client_assertion_type of private_key_jwt.
	AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

	maxAssertion   = 8 << 10
	assertionLives = 5 * time.Minute
	assertionSkew  = time.Minute
	maxJTI         = 255
)

// algorithms are those that any key of ours may sign with: neither none nor one by a shared secret.
var algorithms = []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256, jose.ES384, jose.PS256, jose.RS256}

// assertion is a JWT by which a client says who it is (RFC 7523 section 3), not verified yet.
type assertion struct {
	token *jwt.JSONWebToken
	kid   string
	alg   string
	typ   string
	says  jwt.Claims
}

// readAssertion reads what an assertion says, in order to know by whose keys to judge it.
func readAssertion(raw string) (assertion, error) {
	if len(raw) > maxAssertion {
		return assertion{}, errors.New("it is too long")
	}
	token, err := jwt.ParseSigned(raw, algorithms)
	if err != nil {
		return assertion{}, err
	}
	h := token.Headers[0]
	typ, _ := h.ExtraHeaders[jose.HeaderType].(string)
	read := assertion{token: token, kid: h.KeyID, alg: h.Algorithm, typ: typ}
	return read, token.UnsafeClaimsWithoutVerification(&read.says)
}

// verify checks the signature by one key of the account, always by exactly one: that of another when the account has none
// for it, so that the answer takes the same time.
func (s assertion) verify(keys []Key) (Key, error) {
	key, known := s.chosen(keys)
	if !known {
		s.waste()
		return Key{}, errors.New("no key of the account is meant")
	}
	var public jose.JSONWebKey
	if err := json.Unmarshal(key.JWK, &public); err != nil {
		return Key{}, err
	}
	if public.Algorithm != s.alg {
		s.waste()
		return Key{}, errors.New("the algorithm is not that of the key")
	}
	return key, s.token.Claims(public.Key, &jwt.Claims{})
}

// chosen is the key that the assertion names; one that names none means the only one.
func (s assertion) chosen(keys []Key) (Key, bool) {
	if s.kid == "" && len(keys) == 1 {
		return keys[0], true
	}
	i := slices.IndexFunc(keys, func(k Key) bool { return k.KID == s.kid })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}

// waste verifies by a key that nobody has.
func (s assertion) waste() { _ = s.token.Claims(decoys()[s.alg], &jwt.Claims{}) }

// decoys are keys that sign nothing, by algorithm. To verify by a modulus nobody need know its factors.
var decoys = sync.OnceValue(func() map[string]crypto.PublicKey {
	modulus := make([]byte, minRSA/8)
	rand.Read(modulus)
	modulus[0] |= 0x80
	modulus[len(modulus)-1] |= 1
	byRSA := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	p256, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, err3 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err := errors.Join(err, err2, err3); err != nil {
		panic(err) // crypto/rand does not fail
	}
	return map[string]crypto.PublicKey{
		string(jose.RS256): byRSA, string(jose.PS256): byRSA, string(jose.EdDSA): edwards,
		string(jose.ES256): &p256.PublicKey, string(jose.ES384): &p384.PublicKey,
	}
})

// holds checks what an assertion whose signature is good says (RFC 7523 section 3, RFC 9700). Its audience is one: an
// assertion that is good elsewhere too could be brought to us from there.
func (s assertion) holds(clientID string, audiences []string, now time.Time) error {
	c := s.says
	switch {
	case s.typ != "" && !strings.EqualFold(s.typ, "JWT") && !strings.EqualFold(s.typ, "client-authentication+jwt"):
		return errors.New("its typ is another")
	case c.Issuer != clientID || c.Subject != clientID:
		return errors.New("iss and sub are not both the client_id")
	case len(c.Audience) != 1 || !slices.Contains(audiences, c.Audience[0]):
		return errors.New("aud is neither the issuer nor the token endpoint")
	case c.Expiry == nil || !now.Before(c.Expiry.Time()):
		return errors.New("exp is missing or past")
	case c.Expiry.Time().After(now.Add(assertionLives)):
		return errors.New("exp is more than 5 minutes ahead")
	case later(c.IssuedAt, now) || later(c.NotBefore, now):
		return errors.New("iat or nbf is ahead")
	case c.ID == "" || len(c.ID) > maxJTI:
		return errors.New("jti is missing or too long")
	}
	return nil
}

func later(at *jwt.NumericDate, now time.Time) bool {
	return at != nil && at.Time().After(now.Add(assertionSkew))
}

// Algorithms are the words for them (RFC 7518, RFC 8037).
func Algorithms() []string {
	words := make([]string, len(algorithms))
	for i, a := range algorithms {
		words[i] = string(a)
	}
	return words
}
