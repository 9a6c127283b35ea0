package service_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"go.uber.org/goleak"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/auth/service/servicetest"
	"parvis/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	interior = "0198a5c2-3c0f-7b02-8f3d-000000000001"
	justice  = "0198a5c2-3c0f-7b02-8f3d-000000000002"
	issuer   = "https://meet.example.org"
)

var (
	office = netip.MustParseAddr("192.0.2.7")
	admin  = service.Administrator()
)

// desk is the accounts of two ministries at nine o'clock.
type desk struct {
	*service.Accounts
	store *servicetest.Memory
	log   bytes.Buffer
	now   time.Time
	jtis  int
}

func newDesk() *desk {
	d := &desk{store: servicetest.New(), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	d.store.AddOrg(interior, "Intérieur")
	d.store.AddOrg(justice, "Justice")
	d.store.PutPerson(service.Person{ID: "camille", OrgID: interior, OrgName: "Intérieur", Name: "Camille Martin", Email: "camille@interior.example", Groups: []string{"g"}})
	d.store.PutPerson(service.Person{ID: "louise", OrgID: justice, OrgName: "Justice", Name: "Louise"})
	d.Accounts = service.New(d.store, service.Options{
		Audiences: []string{issuer, issuer + "/oauth/token"}, Now: func() time.Time { return d.now }, Logger: slog.New(slog.NewTextHandler(&d.log, nil)),
	})
	return d
}

// account makes one of the interior ministry with a secret, which it answers.
func (d *desk) account(t *testing.T, change ...func(*service.NewAccount)) (service.Account, string) {
	t.Helper()
	in := service.NewAccount{Org: interior, Name: "HR agenda", Scopes: []auth.Scope{auth.ScopeRoomsRead, auth.ScopeRoomsWrite}}
	for _, f := range change {
		f(&in)
	}
	a, err := d.Create(t.Context(), admin, in)
	if err != nil {
		t.Fatal(err)
	}
	a, _, text, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{})
	if err != nil {
		t.Fatal(err)
	}
	return a, text
}

func bySecret(a service.Account, secret string) service.Request {
	return service.Request{GrantType: service.GrantClientCredentials, ClientID: a.ID, Secret: secret, From: office}
}

func forPerson(in service.Request, person string) service.Request {
	in.GrantType, in.SubjectToken, in.SubjectTokenType = service.GrantTokenExchange, person, service.TypePersonID
	return in
}

// token gets one that has to be granted.
func (d *desk) token(t *testing.T, in service.Request) string {
	t.Helper()
	issued, err := d.Grant(t.Context(), in)
	if err != nil {
		t.Fatalf("grant: %v", err)
	}
	return issued.Token
}

// refuses grants nothing, with a word of OAuth's.
func (d *desk) refuses(t *testing.T, code string, in service.Request) *service.Refusal {
	t.Helper()
	before := d.store.Tokens()
	_, err := d.Grant(t.Context(), in)
	var refusal *service.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("got %v, want %s", err, code)
		return &service.Refusal{}
	}
	if d.store.Tokens() != before {
		t.Error("a token was issued")
	}
	return refusal
}

func (d *desk) who(t *testing.T, token string) auth.Identity {
	t.Helper()
	who, err := d.Identify(t.Context(), token, office)
	if err != nil {
		t.Fatalf("identify: %v", err)
	}
	return who
}

// turnsAway refuses a bearer with the one answer that there is.
func (d *desk) turnsAway(t *testing.T, what, token string, from netip.Addr) {
	t.Helper()
	who, err := d.Identify(t.Context(), token, from)
	got := fault.Of(err)
	if got.Code != fault.CodeBadCredentials || got.Detail != "the bearer token is not accepted" || !who.Anonymous() {
		t.Errorf("%s: got %+v, %v", what, who, err)
	}
}

// signer is a private key with the name and the algorithm of its public one.
type signer struct {
	kid string
	alg jose.SignatureAlgorithm
	key crypto.Signer
}

func edwards(t *testing.T, kid string) signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return signer{kid, jose.EdDSA, key}
}

func (s signer) jwk(t *testing.T) []byte {
	t.Helper()
	text, err := jose.JSONWebKey{Key: s.key.Public(), KeyID: s.kid}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (d *desk) register(t *testing.T, a service.Account, s signer) {
	t.Helper()
	if _, _, err := d.PutKey(t.Context(), admin, a.ID, s.kid, s.jwk(t)); err != nil {
		t.Fatal(err)
	}
}

// claims is a good assertion's.
func (d *desk) claims(a service.Account) map[string]any {
	d.jtis++
	return map[string]any{
		"iss": a.ID, "sub": a.ID, "aud": issuer + "/oauth/token", "iat": d.now.Unix(), "exp": d.now.Add(time.Minute).Unix(),
		"jti": strings.Repeat("j", d.jtis),
	}
}

// sign writes a JWT; header holds what is to stand there besides alg and kid.
func (s signer) sign(t *testing.T, claims any, header map[string]any) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithType("JWT")
	if s.kid != "" {
		options = options.WithHeader("kid", s.kid)
	}
	for name, value := range header {
		options = options.WithHeader(jose.HeaderKey(name), value)
	}
	made, err := jose.NewSigner(jose.SigningKey{Algorithm: s.alg, Key: s.key}, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(made).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func byAssertion(a service.Account, text string) service.Request {
	return service.Request{GrantType: service.GrantClientCredentials, ClientID: a.ID, Assertion: text, From: office}
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
