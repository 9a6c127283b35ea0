package devidp_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/oauth2"

	"parvis/auth/devidp"
)

func TestASignOutWantsHintStateAndAddress(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	token := b.signIn("jeanne")
	good := url.Values{"id_token_hint": {rawID(token)}, "state": {"s1"}, "post_logout_redirect_uri": {goodbye}}
	cases := []struct{ name, parameter, value string }{
		{"no hint", "id_token_hint", ""},
		{"a forged hint", "id_token_hint", rawID(token)[:40] + "x" + rawID(token)[41:]},
		{"no state", "state", ""},
		{"no address", "post_logout_redirect_uri", ""},
		{"an unknown address", "post_logout_redirect_uri", "http://localhost:8080/elsewhere"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			form := url.Values{}
			for name := range good {
				form.Set(name, good.Get(name))
			}
			form.Set(c.parameter, c.value)
			if got := b.get(w.issuer + "/session/end?" + form.Encode()); got.status != http.StatusBadRequest || got.back != nil {
				t.Errorf("got %d to %v", got.status, got.back)
			}
		})
	}
	if got := b.ask(set("prompt", "none")).back.Query().Get("error"); got != "" {
		t.Errorf("a refused sign-out ended the session: %s", got)
	}
}

func TestASignOutComesBackWithItsState(t *testing.T) {
	w := newWorld(t)
	w.app.Scopes = append(w.app.Scopes, "offline_access")
	b := w.browser()
	token := b.signIn("jeanne")
	w.clock.pass(time.Hour) // the hint has long expired: it may
	got := b.get(endURL(w, token, "the state"))
	if want := goodbye + "?state=the+state"; got.back == nil || got.back.String() != want {
		t.Fatalf("sent to %v, want %s", got.back, want)
	}
	if got := b.ask(set("prompt", "none")).back.Query().Get("error"); got != "login_required" {
		t.Errorf("still signed in: %q", got)
	}
	if _, err := w.refresh(token.RefreshToken); err == nil {
		t.Error("the refresh token survived its session")
	}
}

func TestASignOutAfterARestartStillComesBack(t *testing.T) {
	file := t.TempDir() + "/keys.pem"
	before := newWorld(t, func(o *devidp.Options) { o.KeyFile = file })
	token := before.browser().signIn("jeanne")

	// The same issuer started again: same keys, no sessions.
	again, err := devidp.New(devidp.Options{Issuer: before.issuer, KeyFile: file, Now: before.clock.Now, Clients: []devidp.Client{{
		ID: "parvis", Secret: "s", RedirectURIs: []string{callback}, PostLogoutRedirectURIs: []string{goodbye},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	answer := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, endURL(before, token, "s"), nil)
	r.RemoteAddr = "127.0.0.1:40000"
	again.Handler().ServeHTTP(answer, r)
	if got := answer.Header().Get("Location"); got != goodbye+"?state=s" {
		t.Errorf("got %d to %q: %s", answer.Code, got, answer.Body)
	}
}

func TestApplicationsOfTheSessionAreTold(t *testing.T) {
	ways := map[string]func(*browser, *oauth2.Token){
		"by the application":        func(b *browser, token *oauth2.Token) { b.get(endURL(b.world, token, "s")) },
		"on the page":               func(b *browser, _ *oauth2.Token) { b.post("/sign-out", nil) },
		"by somebody else signs in": func(b *browser, _ *oauth2.Token) { b.signIn("louise", set("prompt", "login")) },
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			listener := listen(t)
			w := newWorld(t, func(o *devidp.Options) {
				o.Clients[0].BackChannelLogoutURI = listener.URL
				o.Clients = append(o.Clients, devidp.Client{ // registered, but not used in this session
					ID: "other", Secret: "s", RedirectURIs: []string{callback}, BackChannelLogoutURI: listener.URL,
				})
			})
			b := w.browser()
			token := b.signIn("jeanne")
			id, claims := w.idToken(token)
			leave(b, token)
			w.provider.Close() // waits

			tokens := listener.tokens()
			if len(tokens) != 1 {
				t.Fatalf("%d logout tokens came, want 1", len(tokens))
			}
			verifier := w.oidc.Verifier(&oidc.Config{ClientID: "parvis", Now: w.clock.Now, SupportedSigningAlgs: []string{oidc.RS256}})
			if _, err := verifier.VerifyLogout(w.context(), tokens[0]); err != nil {
				t.Error(err)
			}
			if typ := part(t, tokens[0], 0)["typ"]; typ != "logout+jwt" {
				t.Errorf("typ is %v", typ)
			}
			want := map[string]any{
				"iss": w.issuer, "aud": "parvis", "sub": id.Subject, "sid": claims["sid"],
				"iat": seconds(w.clock.Now()), "exp": seconds(w.clock.Now().Add(2 * time.Minute)),
				"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
			}
			got := part(t, tokens[0], 1)
			if got["jti"] == nil || got["nonce"] != nil {
				t.Errorf("jti %v, nonce %v", got["jti"], got["nonce"])
			}
			random := cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "jti" })
			if diff := cmp.Diff(want, got, random); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTheSamePersonSigningInAgainEndsNothing(t *testing.T) {
	listener := listen(t)
	w := newWorld(t, func(o *devidp.Options) { o.Clients[0].BackChannelLogoutURI = listener.URL })
	b := w.browser()
	_, first := w.idToken(b.signIn("jeanne"))
	w.clock.pass(time.Minute)
	_, second := w.idToken(b.signIn("jeanne", set("prompt", "login")))
	w.provider.Close()
	if first["sid"] != second["sid"] || first["auth_time"] == second["auth_time"] {
		t.Errorf("got %v then %v, want one session and a new time", first, second)
	}
	if n := len(listener.tokens()); n != 0 {
		t.Errorf("%d logout tokens came", n)
	}
}

func TestAnApplicationThatIsDownDelaysNobody(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	w := newWorld(t, func(o *devidp.Options) { o.Clients[0].BackChannelLogoutURI = gone.URL })
	b := w.browser()
	b.signIn("jeanne")
	if got := b.post("/sign-out", nil); got.status != http.StatusOK || !strings.Contains(got.body, "Personne n’est connecté") {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// listener is an application's back-channel logout endpoint.
type listener struct {
	*httptest.Server
	came chan string
}

func listen(t *testing.T) *listener {
	l := &listener{came: make(chan string, 8)}
	l.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		l.came <- r.PostFormValue("logout_token")
	}))
	t.Cleanup(l.Server.Close)
	return l
}

// tokens answers what came so far.
func (l *listener) tokens() []string {
	var all []string
	for {
		select {
		case token := <-l.came:
			all = append(all, token)
		default:
			return all
		}
	}
}

func rawID(token *oauth2.Token) string {
	raw, _ := token.Extra("id_token").(string)
	return raw
}

func endURL(w *world, token *oauth2.Token, state string) string {
	return w.issuer + "/session/end?" + url.Values{
		"id_token_hint": {rawID(token)}, "state": {state}, "post_logout_redirect_uri": {goodbye},
	}.Encode()
}

func part(t *testing.T, token string, i int) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(text))
}
