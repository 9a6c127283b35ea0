package devidp_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parvis/auth/devidp"
)

const (
	state    = "state-of-thirty-two-characters-00"
	nonce    = "nonce-of-thirty-two-characters-00"
	callback = "http://localhost:8080/auth/callback/dev" // nobody listens: browsers of these tests stop before it
	goodbye  = "http://localhost:8080/auth/logged-out"
)

// clock is far from the real time, so that a time taken from elsewhere shows.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a provider on a port of its own, and an application registered there.
type world struct {
	*testing.T
	provider *devidp.Provider
	issuer   string
	clock    *clock
	oidc     *oidc.Provider
	app      oauth2.Config
}

func newWorld(t *testing.T, change ...func(*devidp.Options)) *world {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	w := &world{
		T:      t,
		issuer: "http://" + server.Listener.Addr().String(),
		clock:  &clock{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)},
	}
	options := devidp.Options{
		Issuer: w.issuer,
		Now:    w.clock.Now,
		Clients: []devidp.Client{{
			ID: "parvis", Name: "Parvis", Secret: "a secret/with+odd characters",
			RedirectURIs: []string{callback}, PostLogoutRedirectURIs: []string{goodbye},
		}},
	}
	for _, f := range change {
		f(&options)
	}
	var err error
	if w.provider, err = devidp.New(options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.provider.Close)
	server.Config.Handler = w.provider.Handler()
	server.Start()
	t.Cleanup(server.Close)
	if w.oidc, err = oidc.NewProvider(w.context(), w.issuer); err != nil {
		t.Fatal(err)
	}
	w.app = oauth2.Config{
		ClientID: "parvis", ClientSecret: options.Clients[0].Secret, RedirectURL: callback, Endpoint: w.oidc.Endpoint(),
		Scopes: []string{"openid", "given_name", "usual_name", "email", "siret", "roles"},
	}
	return w
}

// context carries a client that keeps no connection: go-oidc holds on to its context, and goleak to connections.
func (w *world) context() context.Context {
	return oidc.ClientContext(context.Background(), &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true},
	})
}

// browser keeps cookies and follows redirects, but not to the application.
type browser struct {
	*world
	http *http.Client
}

func (w *world) browser() *browser {
	w.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	return &browser{w, &http.Client{
		Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if !strings.HasPrefix(r.URL.String(), w.issuer) {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}}
}

// page is what the browser shows, or where the application gets it back.
type page struct {
	status int
	header http.Header
	body   string
	back   *url.URL // the application's address, when the browser was sent there
}

func (b *browser) do(r *http.Request) page {
	b.Helper()
	response, err := b.http.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.Fatal(err)
	}
	p := page{status: response.StatusCode, header: response.Header, body: string(body)}
	if response.StatusCode/100 == 3 {
		if p.back, err = response.Location(); err != nil {
			b.Fatal(err)
		}
	}
	return p
}

func (b *browser) get(address string) page {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) post(path string, form url.Values) page {
	b.Helper()
	r, err := http.NewRequest(http.MethodPost, b.issuer+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.issuer)
	return b.do(r)
}

// ask goes to the provider as the application sends one there.
func (b *browser) ask(with ...oauth2.AuthCodeOption) page {
	b.Helper()
	return b.get(b.app.AuthCodeURL(state, append([]oauth2.AuthCodeOption{oidc.Nonce(nonce)}, with...)...))
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// choose presses somebody's button on a sign-in page.
func (b *browser) choose(shown page, username string) page {
	b.Helper()
	id := requestID.FindStringSubmatch(shown.body)
	if shown.status != http.StatusOK || id == nil {
		b.Fatalf("not a sign-in page: %d %v %s", shown.status, shown.back, shown.body)
	}
	return b.post("/sign-in", url.Values{"id": {id[1]}, "person": {username}})
}

// code is what the application gets.
func (b *browser) code(p page) string {
	b.Helper()
	if p.back == nil || p.back.Query().Get("code") == "" {
		b.Fatalf("no code: %d %v %s", p.status, p.back, p.body)
	}
	return p.back.Query().Get("code")
}

// signIn goes all the way and answers the tokens.
func (b *browser) signIn(username string, with ...oauth2.AuthCodeOption) *oauth2.Token {
	b.Helper()
	return b.exchange(b.code(b.choose(b.ask(with...), username)))
}

func (w *world) exchange(code string, with ...oauth2.AuthCodeOption) *oauth2.Token {
	w.Helper()
	token, err := w.app.Exchange(w.context(), code, with...)
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// idToken verifies the ID token as a client does, at the provider's time, and reads its claims.
func (w *world) idToken(token *oauth2.Token) (*oidc.IDToken, map[string]any) {
	w.Helper()
	raw, _ := token.Extra("id_token").(string)
	verified, err := w.oidc.Verifier(&oidc.Config{ClientID: "parvis", Now: w.clock.Now}).Verify(w.context(), raw)
	if err != nil {
		w.Fatal(err)
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		w.Fatal(err)
	}
	return verified, claims
}

// userinfo asks with the access token and answers type and body.
func (w *world) userinfo(accessToken string) (status int, contentType, body string) {
	w.Helper()
	r, err := http.NewRequest(http.MethodGet, w.oidc.UserInfoEndpoint(), nil)
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+accessToken)
	shown := w.browser().do(r)
	return shown.status, shown.header.Get("Content-Type"), shown.body
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}
