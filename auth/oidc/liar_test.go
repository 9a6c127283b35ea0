package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"parvis/auth/oidc"
)

// issuerKey is made once: RSA keys are slow to make.
var issuerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

const (
	clientID     = "parvis"
	clientSecret = "secret-of-the-test"
)

// issuer is an OpenID provider that tells the truth until one of its hooks makes it lie.
type issuer struct {
	*httptest.Server
	clock *clock

	discovery  func(map[string]any)
	idToken    func(map[string]any)                       // changes the claims
	sign       func(map[string]any) string                // signs the ID token, instead of RS256 with the key
	tokens     func(http.ResponseWriter, *http.Request)   // answers the token endpoint
	userinfo   func(w http.ResponseWriter, signed string) // answers the userinfo endpoint
	info       func(map[string]any)                       // changes the claims of userinfo
	unhealthy  atomic.Bool
	discovered atomic.Int32
	keysRead   atomic.Int32
	exchanged  atomic.Int32

	mu    sync.Mutex
	codes map[string]url.Values // code -> authorization request
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{codes: map[string]url.Values{}, clock: &clock{at: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)}}
	var mux http.ServeMux
	mux.HandleFunc("/.well-known/openid-configuration", i.serveDiscovery)
	mux.HandleFunc("/jwks", i.serveKeys)
	mux.HandleFunc("/token", i.serveToken)
	mux.HandleFunc("/userinfo", i.serveUserinfo)
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.unhealthy.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Server.Close)
	return i
}

// config is the issuer as an operator registers it.
func (i *issuer) config() oidc.ProviderConfig {
	return oidc.ProviderConfig{
		Name: "op", Label: "OP", Issuer: i.URL, ClientID: clientID, ClientSecret: clientSecret, ClientAuth: "post",
		Scopes: []string{"openid", "given_name"}, PKCE: true, Userinfo: oidc.UserinfoJWT, Alg: "RS256",
	}
}

// with registers the issuer, changed as the test wants it.
func (i *issuer) with(changes ...func(*oidc.ProviderConfig)) setting {
	return func(o *oidc.Options) {
		c := i.config()
		for _, change := range changes {
			change(&c)
		}
		o.Providers = append(o.Providers, c)
	}
}

// grant is the browser's way through the provider: it answers the callback's query.
func (i *issuer) grant(location string) url.Values {
	u, err := url.Parse(location)
	if err != nil {
		panic(err)
	}
	code := rand.Text()
	i.mu.Lock()
	i.codes[code] = u.Query()
	i.mu.Unlock()
	return url.Values{"code": {code}, "state": {u.Query().Get("state")}}
}

func (i *issuer) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	i.discovered.Add(1)
	doc := map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token",
		"jwks_uri": i.URL + "/jwks", "userinfo_endpoint": i.URL + "/userinfo", "end_session_endpoint": i.URL + "/end?from=op",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
	}
	if i.discovery != nil {
		i.discovery(doc)
	}
	answerJSON(w, doc)
}

func (i *issuer) serveKeys(w http.ResponseWriter, _ *http.Request) {
	i.keysRead.Add(1)
	answerJSON(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: issuerKey().Public(), KeyID: "k1", Use: "sig"}}})
}

func (i *issuer) serveToken(w http.ResponseWriter, r *http.Request) {
	i.exchanged.Add(1)
	if i.tokens != nil {
		i.tokens(w, r)
		return
	}
	code := r.PostFormValue("code")
	i.mu.Lock()
	asked, known := i.codes[code]
	delete(i.codes, code)
	i.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	challenge := asked.Get("code_challenge")
	if !known || id != clientID || secret != clientSecret || (challenge != "" && challenge != base64.RawURLEncoding.EncodeToString(sum[:])) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		answerJSON(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := i.idClaims(asked.Get("nonce"))
	if i.idToken != nil {
		i.idToken(claims)
	}
	sign := i.sign
	if sign == nil {
		sign = func(c map[string]any) string { return signed(c, "JWT") }
	}
	answerJSON(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": sign(claims), "expires_in": 60})
}

func (i *issuer) idClaims(nonce string) map[string]any {
	now := i.clock.Now()
	return map[string]any{
		"iss": i.URL, "aud": clientID, "sub": "ada", "nonce": nonce, "acr": "eidas1", "sid": "session-of-ada",
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
}

func (i *issuer) serveUserinfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer access" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	claims := map[string]any{
		"iss": i.URL, "aud": clientID, "sub": "ada", "given_name": "Ada", "usual_name": "Martin", "email": "ada@example.org",
		"siret": "11001401600015", "idp_id": "idp-1", "organization_label": "Ministère", "roles": []string{"agent_public"},
	}
	if i.info != nil {
		i.info(claims)
	}
	answer := signed(claims, "")
	if i.userinfo != nil {
		i.userinfo(w, answer)
		return
	}
	w.Header().Set("Content-Type", "application/jwt")
	_, _ = w.Write([]byte(answer))
}

// signed is claims as a token of the issuer's key; typ is left out when empty.
func signed(claims map[string]any, typ string) string {
	return signedBy(issuerKey(), jose.RS256, "k1", typ, claims)
}

func signedBy(key any, alg jose.SignatureAlgorithm, kid, typ string, claims map[string]any) string {
	options := (&jose.SignerOptions{}).WithHeader("kid", kid)
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		panic(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

// unsigned is claims with alg none.
func unsigned(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
}

// signedWithPublicKey is the old trick: HS256 with what everybody knows as the secret.
func signedWithPublicKey(claims map[string]any) string {
	public, err := x509.MarshalPKIXPublicKey(issuerKey().Public())
	if err != nil {
		panic(err)
	}
	return signedBy(public, jose.HS256, "k1", "JWT", claims)
}

func with(claims map[string]any, more map[string]any) map[string]any {
	claims = maps.Clone(claims)
	maps.Copy(claims, more)
	return claims
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// visit is one way through the provider and back.
func (b *browser) visit(t *testing.T, i *issuer, returnTo string) reply {
	t.Helper()
	begun := b.get(t, "/auth/login?"+url.Values{"returnTo": {returnTo}}.Encode())
	if begun.StatusCode != http.StatusFound {
		return begun
	}
	return b.get(t, "/auth/callback/op?"+i.grant(begun.Header.Get("Location")).Encode())
}
