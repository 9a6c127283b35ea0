package oidc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parvis/fault"
)

func (b *browser) logout(t *testing.T) (redirectTo string, r reply) {
	t.Helper()
	r = b.post(t, "/auth/logout", nil)
	var said struct{ RedirectTo string }
	if err := json.Unmarshal([]byte(r.text), &said); err != nil {
		t.Fatalf("%d %s: %v", r.StatusCode, r.text, err)
	}
	return said.RedirectTo, r
}

func TestNobodyIsSignedOutByALink(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.visit(t, i, "/")
	if got := b.get(t, "/auth/logout"); got.StatusCode != http.StatusMethodNotAllowed || b.me(t).Anonymous() {
		t.Errorf("GET got %d, signed in: %v", got.StatusCode, !b.me(t).Anonymous())
	}
}

func TestSigningOutEndsHereFirstAndThenAtTheProvider(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.visit(t, i, "/")
	target, got := b.logout(t)
	if !b.me(t).Anonymous() || got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v, signed in: %v", got.Header, !b.me(t).Anonymous())
	}
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if !strings.HasPrefix(target, i.URL+"/end?") || q.Get("from") != "op" || len(q) != 4 ||
		strings.Count(q.Get("id_token_hint"), ".") != 2 || len(q.Get("state")) != 43 || q.Get("post_logout_redirect_uri") != h.URL+"/auth/logged-out" {
		t.Errorf("sent to %s", target)
	}
	for _, state := range []string{strings.Repeat("A", 43), ""} {
		b.get(t, "/auth/logged-out?state="+state).shows(t, http.StatusBadRequest, "This sign-out is over")
	}
	h.browser(t).get(t, "/auth/logged-out?state="+q.Get("state")).shows(t, http.StatusBadRequest, "This sign-out is over")
	if got := b.get(t, "/auth/logged-out?state="+q.Get("state")); got.StatusCode != http.StatusFound || got.Header.Get("Location") != "/signed-out" {
		t.Errorf("back with the state: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	b.get(t, "/auth/logged-out?state="+q.Get("state")).shows(t, http.StatusBadRequest, "This sign-out is over")
}

func TestSigningOutNeedsNoProvider(t *testing.T) {
	cases := map[string]func(*house, *issuer){
		"the provider has no sign-out": nil,
		"the provider is down": func(h *house, i *issuer) {
			i.unhealthy.Store(true)
		},
	}
	for name, prepare := range cases {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.discovery = func(d map[string]any) { delete(d, "end_session_endpoint") }
			h := newHouse(t, i.with())
			b := h.browser(t)
			b.visit(t, i, "/")
			if prepare != nil {
				prepare(h, i)
			}
			if target, _ := b.logout(t); target != "/signed-out" || !b.me(t).Anonymous() {
				t.Errorf("sent to %q", target)
			}
			if target, _ := b.logout(t); target != "/signed-out" {
				t.Errorf("again, sent to %q", target)
			}
		})
	}
}

func TestAProviderThatIsGoneFromTheSettingsStopsNoSignOut(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.visit(t, i, "/")
	h.options.Providers = nil
	h.open(t, h.options)
	if target, _ := b.logout(t); target != "/signed-out" {
		t.Errorf("sent to %q", target)
	}
}

func TestASignOutThatIsNotKeptIsNotClaimed(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.visit(t, i, "/")
	h.signIns.Fail(fault.New(fault.CodeDatabaseUnavailable, "down"))
	if got := b.post(t, "/auth/logout", nil); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %s", got.StatusCode, got.text)
	}
	h.signIns.Fail(nil)
	if b.me(t).Anonymous() {
		t.Error("the cookie must stay for a second try")
	}
}
