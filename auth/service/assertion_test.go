package service_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"parvis/auth/service"
)

func TestAnAssertionThatLiesProvesNothing(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	key := edwards(t, "one")
	d.register(t, a, key)
	other, _ := d.account(t)
	d.register(t, other, edwards(t, "one"))

	says := func(change map[string]any) string {
		c := d.claims(a)
		maps.Copy(c, change)
		maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
		return key.sign(t, c, nil)
	}
	unix := func(d time.Time) int64 { return d.Unix() }
	public := []byte(key.key.Public().(ed25519.PublicKey))
	text := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	good := says(nil)
	parts := strings.Split(good, ".")
	for name, assertion := range map[string]string{
		"for another client":         says(map[string]any{"sub": other.ID}),
		"by another client":          says(map[string]any{"iss": other.ID}),
		"for another platform":       says(map[string]any{"aud": "https://elsewhere.example"}),
		"for nobody":                 says(map[string]any{"aud": nil}),
		"for us and for another":     says(map[string]any{"aud": []string{issuer, "https://elsewhere.example"}}),
		"for a neighbour of ours":    says(map[string]any{"aud": issuer + "/"}),
		"without an end":             says(map[string]any{"exp": nil}),
		"that has ended":             says(map[string]any{"exp": unix(d.now)}),
		"that lives too long":        says(map[string]any{"exp": unix(d.now.Add(5*time.Minute + time.Second))}),
		"from the future":            says(map[string]any{"iat": unix(d.now.Add(61 * time.Second))}),
		"not good yet":               says(map[string]any{"nbf": unix(d.now.Add(61 * time.Second))}),
		"without an id":              says(map[string]any{"jti": nil}),
		"with an endless id":         says(map[string]any{"jti": strings.Repeat("j", 256)}),
		"of another type":            key.sign(t, d.claims(a), map[string]any{"typ": "at+jwt"}),
		"by an unknown key":          signer{"two", key.alg, key.key}.sign(t, d.claims(a), nil),
		"by another's key":           edwards(t, "one").sign(t, d.claims(a), nil),
		"by the key in its header":   edwards(t, "one").sign(t, d.claims(a), map[string]any{"jwk": jose.JSONWebKey{Key: key.key.Public()}}),
		"by the public key as HS256": hs256(t, public, d.claims(a)),
		"with none":                  text(`{"alg":"none","kid":"one"}`) + "." + parts[1] + ".",
		"with a signature cut off":   parts[0] + "." + parts[1] + ".",
		"with other claims":          parts[0] + "." + text(`{"iss":"`+a.ID+`"}`) + "." + parts[2],
		"in JSON":                    `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"with spaces":                good + " ",
		"encrypted":                  strings.Repeat(good+".", 1) + parts[1] + "." + parts[2],
		"of many dots":               strings.Repeat(".", 5000),
	} {
		if d.refuses(t, service.InvalidClient, byAssertion(a, assertion)); t.Failed() {
			t.Fatalf("%s is taken, or refused otherwise", name)
		}
	}
	in := byAssertion(other, good)
	d.refuses(t, service.InvalidClient, in) // whose client_id is not the one that signed
	d.token(t, byAssertion(a, good))        // which none of these has used up
}

func hs256(t *testing.T, secret []byte, claims any) string {
	t.Helper()
	made, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: secret}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", "one"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := made.Sign(jsonOf(t, claims))
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAnAssertionIsGoodOnce(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	key := edwards(t, "one")
	d.register(t, a, key)
	text := key.sign(t, d.claims(a), nil)
	var granted atomic.Int32
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := d.Grant(t.Context(), byAssertion(a, text)); err == nil {
				granted.Add(1)
			}
		})
	}
	wg.Wait()
	if granted.Load() != 1 {
		t.Errorf("granted %d times", granted.Load())
	}
}

func TestEveryKindOfKeySignsWithItsOwnAlgorithm(t *testing.T) {
	d := newDesk()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	for _, key := range []signer{{"rsa", jose.RS256, rsaKey}, {"p256", jose.ES256, p256}, {"p384", jose.ES384, p384}, edwards(t, "ed")} {
		a, _ := d.account(t)
		d.register(t, a, key)
		for _, aud := range []any{issuer, issuer + "/oauth/token", []string{issuer}} {
			c := d.claims(a)
			c["aud"] = aud
			d.who(t, d.token(t, byAssertion(a, key.sign(t, c, nil))))
		}
		key.kid = "" // the only key need not be named
		d.token(t, byAssertion(a, key.sign(t, d.claims(a), nil)))
	}
	// The same RSA key signs by PS256 only when it was registered for it.
	a, _ := d.account(t)
	key := signer{"rsa", jose.PS256, rsaKey}
	d.register(t, a, key)
	d.refuses(t, service.InvalidClient, byAssertion(a, key.sign(t, d.claims(a), nil)))
	jwk, _ := jose.JSONWebKey{Key: rsaKey.Public(), Algorithm: "PS256"}.MarshalJSON()
	if _, made, err := d.PutKey(t.Context(), admin, a.ID, "rsa", jwk); err != nil || made {
		t.Fatalf("put: made %v, %v", made, err)
	}
	d.token(t, byAssertion(a, key.sign(t, d.claims(a), nil)))
	key.alg = jose.RS256
	d.refuses(t, service.InvalidClient, byAssertion(a, key.sign(t, d.claims(a), nil)))
}

func TestAClockThatIsAMinuteFastIsForgiven(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	key := edwards(t, "one")
	d.register(t, a, key)
	c := d.claims(a)
	c["iat"], c["nbf"], c["exp"] = d.now.Add(time.Minute).Unix(), d.now.Add(time.Minute).Unix(), d.now.Add(5*time.Minute).Unix()
	d.token(t, byAssertion(a, key.sign(t, c, nil)))
}

func TestOfSeveralKeysTheAssertionNamesOneAndItsTokensDieWithIt(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	old, young := edwards(t, "2025"), edwards(t, "2026")
	d.register(t, a, old)
	d.register(t, a, young)
	nameless := old
	nameless.kid = ""
	d.refuses(t, service.InvalidClient, byAssertion(a, nameless.sign(t, d.claims(a), nil)))
	tokens := []string{d.token(t, byAssertion(a, old.sign(t, d.claims(a), nil))), d.token(t, byAssertion(a, young.sign(t, d.claims(a), nil)))}
	d.register(t, a, young) // the same once more: nothing happens to its tokens
	d.who(t, tokens[1])
	if _, err := d.RemoveKey(t.Context(), admin, a.ID, "2025"); err != nil {
		t.Fatal(err)
	}
	d.turnsAway(t, "a key that is gone", tokens[0], office)
	d.who(t, tokens[1])
	d.register(t, a, edwards(t, "2026")) // another one under the name
	d.turnsAway(t, "a key in whose place another stands", tokens[1], office)
}

func TestAKeyThatIsNoGoodIsNotRegistered(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p521, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	_, private, _ := ed25519.GenerateKey(nil)
	jwk := func(k jose.JSONWebKey) []byte {
		text, err := k.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	public := private.Public()
	for name, c := range map[string]struct {
		kid  string
		text []byte
		at   string
	}{
		"an RSA key of 1024 bits":      {"k", jwk(jose.JSONWebKey{Key: small.Public()}), "body"},
		"a key of P-521":               {"k", jwk(jose.JSONWebKey{Key: p521.Public()}), "body"},
		"a private key":                {"k", jwk(jose.JSONWebKey{Key: private}), "body"},
		"a shared secret":              {"k", jwk(jose.JSONWebKey{Key: []byte("secret")}), "body"},
		"a key of another name":        {"k", jwk(jose.JSONWebKey{Key: public, KeyID: "other"}), "body"},
		"a key for encryption":         {"k", jwk(jose.JSONWebKey{Key: public, Use: "enc"}), "body"},
		"a key of another's algorithm": {"k", jwk(jose.JSONWebKey{Key: public, Algorithm: "HS256"}), "body"},
		"a point beside the curve":     {"k", []byte(`{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}`), "body"},
		"half a point":                 {"k", []byte(`{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`), "body"},
		"a point and more":             {"k", []byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURoAAA"}`), "body"},
		"an address of keys":           {"k", []byte(`{"jwks_uri":"https://example.org/jwks"}`), "body"},
		"a private PEM":                {"k", []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "body"},
		"nothing":                      {"k", nil, "body"},
		"a name with a slash":          {"../k", jwk(jose.JSONWebKey{Key: public}), "path.kid"},
	} {
		_, _, err := d.PutKey(t.Context(), admin, a.ID, c.kid, c.text)
		if got := places(err); !slices.Equal(got, []string{c.at}) {
			t.Errorf("%s: got %v at %v", name, err, got)
		}
	}
	if got, _ := d.Get(t.Context(), admin, a.ID); len(got.Keys) != 0 {
		t.Errorf("got %v", got.Keys)
	}
}

func TestAKeyInPEMIsTaken(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	const pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n" // RFC 8410 section 10.1
	got, made, err := d.PutKey(t.Context(), admin, a.ID, "rfc8410", []byte(pem))
	if err != nil || !made || !strings.Contains(string(got.Keys[0].JWK), `"x":"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"`) {
		t.Errorf("got %v, %v", got.Keys, err)
	}
}
