package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"parvis/fault"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// logoutToken is the claims of an honest logout token.
func (i *issuer) logoutToken(jti string) map[string]any {
	now := i.clock.Now()
	return map[string]any{
		"iss": i.URL, "aud": clientID, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "jti": jti,
		"sub": "ada", "sid": "session-of-ada", "events": map[string]any{logoutEvent: map[string]any{}},
	}
}

func (b *browser) tell(t *testing.T, token string) reply {
	t.Helper()
	return b.post(t, "/auth/backchannel-logout", url.Values{"logout_token": {token}})
}

func TestALogoutTokenThatDoesNotHoldEndsNothing(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.visit(t, i, "/")
	op := h.browser(t)
	now := i.clock.Now()
	changed := func(name string, value any) string {
		c := i.logoutToken("jti-" + name)
		c[name] = value
		if value == nil {
			delete(c, name)
		}
		return signed(c, "logout+jwt")
	}
	cases := map[string]string{
		"nothing":                     "",
		"a word":                      "x",
		"an ID token":                 signed(i.idClaims("n"), "JWT"),
		"an ID token's type":          signed(i.logoutToken("1"), "JWT"),
		"no type":                     signed(i.logoutToken("2"), ""),
		"alg none":                    unsigned(i.logoutToken("3")),
		"HS256 with the public key":   signedWithPublicKey(i.logoutToken("4")),
		"another algorithm":           signedBy(issuerKey(), jose.PS256, "k1", "logout+jwt", i.logoutToken("5")),
		"a nonce":                     changed("nonce", "n"),
		"another issuer":              changed("iss", "https://evil.example"),
		"another audience":            changed("aud", "another"),
		"several audiences":           changed("aud", []string{clientID, "another"}),
		"no event":                    changed("events", map[string]any{}),
		"no jti":                      changed("jti", nil),
		"no expiry":                   changed("exp", nil),
		"an expired one":              changed("exp", now.Add(-2*time.Minute).Unix()),
		"no time":                     changed("iat", nil),
		"an old one":                  changed("iat", now.Add(-6*time.Minute).Unix()),
		"one from the future":         changed("iat", now.Add(2*time.Minute).Unix()),
		"a token of more than 8 KiB":  changed("pad", strings.Repeat("x", 8<<10)),
		"a token of more than 16 KiB": changed("pad", strings.Repeat("x", 20<<10)),
	}
	for name, token := range cases {
		t.Run(name, func(t *testing.T) {
			got := op.tell(t, token)
			if got.StatusCode != http.StatusBadRequest || !strings.Contains(got.text, "invalid_request") || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %d %s", got.StatusCode, got.text)
			}
		})
	}
	twice := op.post(t, "/auth/backchannel-logout", url.Values{"logout_token": {signed(i.logoutToken("6"), "logout+jwt"), "x"}})
	r := b.navigation(t, "/auth/backchannel-logout?logout_token="+signed(i.logoutToken("7"), "logout+jwt"))
	r.Method = http.MethodPost
	inQuery := op.send(t, r)
	if twice.StatusCode != http.StatusBadRequest || inQuery.StatusCode != http.StatusBadRequest {
		t.Errorf("twice: %d, in the query: %d", twice.StatusCode, inQuery.StatusCode)
	}
	if b.me(t).Anonymous() {
		t.Error("somebody was signed out")
	}
}

func TestAProviderSignsASessionOut(t *testing.T) {
	for _, c := range []struct{ name, drop string }{{"by session", "sub"}, {"by subject", "sid"}, {"by both", ""}} {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t)
			h := newHouse(t, i.with())
			b, op := h.browser(t), h.browser(t)
			b.visit(t, i, "/")
			claims := i.logoutToken("1")
			delete(claims, c.drop)
			token := signed(claims, "logout+jwt")
			if got := op.tell(t, token); got.StatusCode != http.StatusOK || got.text != "" || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %d %s", got.StatusCode, got.text)
			}
			if !b.me(t).Anonymous() {
				t.Error("still signed in")
			}
			// Heard once more: 200, and whoever signed in since then stays.
			b.visit(t, i, "/")
			if got := op.tell(t, token); got.StatusCode != http.StatusOK || b.me(t).Anonymous() {
				t.Errorf("a replay got %d, signed in: %v", got.StatusCode, !b.me(t).Anonymous())
			}
			unknown := i.logoutToken("2")
			unknown["sid"], unknown["sub"] = "another-session", "bea"
			if got := op.tell(t, signed(unknown, "logout+jwt")); got.StatusCode != http.StatusOK || b.me(t).Anonymous() {
				t.Errorf("an unknown session got %d", got.StatusCode)
			}
		})
	}
}

func TestUnknownKeysDoNotMakeUsCallTheProvider(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b, op := h.browser(t), h.browser(t)
	b.visit(t, i, "/")
	for n := range 50 {
		token := signedBy(issuerKey(), jose.RS256, strings.Repeat("k", n+2), "logout+jwt", i.logoutToken("x"))
		if got := op.tell(t, token); got.StatusCode != http.StatusBadRequest {
			t.Fatalf("got %d", got.StatusCode)
		}
	}
	stranger := i.logoutToken("y")
	stranger["iss"] = "https://evil.example"
	op.tell(t, signed(stranger, "logout+jwt"))
	if n := i.keysRead.Load(); n != 1 {
		t.Errorf("keys were read %d times, want once", n)
	}
	h.clock.pass(30 * time.Second)
	i.clock.pass(30 * time.Second)
	for range 5 {
		op.tell(t, signedBy(issuerKey(), jose.RS256, "k9", "logout+jwt", i.logoutToken("z")))
	}
	if n := i.keysRead.Load(); n != 2 {
		t.Errorf("half a minute later keys were read %d times, want twice", n)
	}
	if b.me(t).Anonymous() {
		t.Error("somebody was signed out")
	}
}

func TestALogoutThatCannotBeKeptIsAskedForAgain(t *testing.T) {
	for name, fail := range map[string]func(*house, error){
		"the note of the token":  func(h *house, err error) { h.attempts.down = err },
		"the end of the sign-in": func(h *house, err error) { h.signIns.Fail(err) },
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			h := newHouse(t, i.with())
			b, op := h.browser(t), h.browser(t)
			b.visit(t, i, "/")
			token := signed(i.logoutToken("1"), "logout+jwt")
			fail(h, fault.New(fault.CodeDatabaseUnavailable, "down"))
			if got := op.tell(t, token); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %d", got.StatusCode)
			}
			fail(h, nil)
			if got := op.tell(t, token); got.StatusCode != http.StatusOK || !b.me(t).Anonymous() {
				t.Errorf("again: %d, signed in: %v", got.StatusCode, !b.me(t).Anonymous())
			}
			if !strings.Contains(h.log.String(), "answer=back-channel-logout") || !strings.Contains(h.log.String(), "request="+requestID) {
				t.Errorf("the failure is not logged with its request:\n%s", h.log.String())
			}
		})
	}
}
