package oidc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth/oidc"
	"parvis/fault"
)

func TestAnUnknownProviderIsNotFound(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.get(t, "/auth/login?provider=nobody").shows(t, http.StatusNotFound, "No such provider")
	none := newHouse(t)
	none.browser(t).get(t, "/auth/login").shows(t, http.StatusNotFound, "No such provider")
	if h.attempts.waiting() != 0 {
		t.Error("an attempt was kept")
	}
}

func TestOneOfSeveralProvidersIsChosenByThePerson(t *testing.T) {
	one, two := newIssuer(t), newIssuer(t)
	h := newHouse(t, one.with(), two.with(func(c *oidc.ProviderConfig) { c.Name = "two" }))
	b := h.browser(t)
	if got := b.get(t, "/auth/login?returnTo=/account").Header.Get("Location"); got != "/sign-in?returnTo=%2Faccount" {
		t.Errorf("got %q", got)
	}
	if got := b.get(t, "/auth/login?returnTo=https://evil.example").Header.Get("Location"); got != "/sign-in?returnTo=%2F" {
		t.Errorf("got %q", got)
	}
	got, err := url.Parse(b.get(t, "/auth/login?provider=two").Header.Get("Location"))
	if err != nil || "http://"+got.Host != two.URL || got.Query().Get("redirect_uri") != h.URL+"/auth/callback/two" {
		t.Errorf("got %s, %v", got, err)
	}
}

// TestOnlyDocumentedParametersAreSent: ProConnect answers any other with its error Y000400.
func TestOnlyDocumentedParametersAreSent(t *testing.T) {
	i := newIssuer(t)
	const essential = `{"id_token":{"acr":{"essential":true,"values":["eidas2","eidas3"]}}}`
	base := []string{"client_id", "nonce", "redirect_uri", "response_type", "scope", "state"}
	cases := []struct {
		name   string
		change func(*oidc.ProviderConfig)
		more   []string
		claims string
	}{
		{"plain", func(c *oidc.ProviderConfig) { c.PKCE = false }, nil, ""},
		{"with PKCE", func(*oidc.ProviderConfig) {}, []string{"code_challenge", "code_challenge_method"}, ""},
		{"with a level asked for", func(c *oidc.ProviderConfig) { c.PKCE, c.ACRValues = false, []string{"eidas2", "eidas3"} }, []string{"claims"}, essential},
		{"with a level required", func(c *oidc.ProviderConfig) { c.PKCE, c.ACRRequired = false, []string{"eidas2", "eidas3"} }, []string{"claims"}, essential},
		{"with a level that only tells the assurance", func(c *oidc.ProviderConfig) { c.PKCE, c.ACRMFA = false, []string{"eidas2"} }, []string{"claims"}, `{"id_token":{"acr":null}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, i.with(c.change))
			u, err := url.Parse(h.browser(t).get(t, "/auth/login").Header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			var names []string
			for name := range q {
				names = append(names, name)
			}
			slices.Sort(names)
			want := append(slices.Clone(base), c.more...)
			slices.Sort(want)
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
			if len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 || q.Get("state") == q.Get("nonce") {
				t.Errorf("state %q, nonce %q: want 32 random bytes each", q.Get("state"), q.Get("nonce"))
			}
			if q.Get("scope") != "openid given_name" || q.Get("response_type") != "code" || q.Get("redirect_uri") != h.URL+"/auth/callback/op" {
				t.Errorf("query %v", q)
			}
			if q.Has("code_challenge") && q.Get("code_challenge_method") != "S256" {
				t.Error("PKCE must be S256")
			}
			if got := q.Get("claims"); got != c.claims {
				t.Errorf("claims %s, want %s", got, c.claims)
			}
		})
	}
}

func TestTwoTabsSignInAtOnce(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	first := i.grant(b.get(t, "/auth/login?returnTo=/account").Header.Get("Location"))
	second := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	if got := b.get(t, "/auth/callback/op?"+second.Encode()); got.Header.Get("Location") != "/" {
		t.Errorf("second tab: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	if got := b.get(t, "/auth/callback/op?"+first.Encode()); got.Header.Get("Location") != "/account" {
		t.Errorf("first tab: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
}

func TestAHeadRequestUsesNoStateUp(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	r := b.navigation(t, "/auth/callback/op?"+q.Encode())
	r.Method = http.MethodHead
	if got := b.send(t, r); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET" {
		t.Errorf("HEAD got %d", got.StatusCode)
	}
	if got := b.get(t, "/auth/callback/op?"+q.Encode()); got.StatusCode != http.StatusFound {
		t.Errorf("GET got %d", got.StatusCode)
	}
}

func TestThePreLoginCookieIsBound(t *testing.T) {
	i := newIssuer(t)
	for _, base := range []string{"", "https://parvis.example"} {
		h := newHouse(t, i.with(), func(o *oidc.Options) {
			if base != "" {
				o.BaseURL = base
			}
		})
		got := h.browser(t).get(t, "/auth/login")
		if len(got.Cookies()) != 1 {
			t.Fatalf("%d cookies", len(got.Cookies()))
		}
		c, name := got.Cookies()[0], "parvis-login"
		if base != "" {
			name = "__Host-parvis-login"
		}
		if c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 600 || c.Secure != (base != "") || len(c.Value) != 43 {
			t.Errorf("cookie %+v", c)
		}
		if got.Header.Get("Cache-Control") != "no-store" {
			t.Error("the redirect may be kept")
		}
	}
}

func TestAProviderThatIsDownTakesNobodyWithIt(t *testing.T) {
	i := newIssuer(t)
	i.unhealthy.Store(true)
	h := newHouse(t, i.with()) // the platform starts all the same
	b := h.browser(t)
	got := b.get(t, "/auth/login")
	got.shows(t, http.StatusServiceUnavailable, silent)
	if got.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", got.Header.Get("Retry-After"))
	}
	r := b.navigation(t, "/auth/login")
	r.Header.Set("Accept", "application/json")
	machine := b.send(t, r)
	var said struct{ Code fault.Code }
	if err := json.Unmarshal([]byte(machine.text), &said); err != nil || said.Code != fault.CodeProviderUnavailable || machine.StatusCode != 503 {
		t.Errorf("a program hears %d %s", machine.StatusCode, machine.text)
	}
	i.unhealthy.Store(false)
	if got := b.get(t, "/auth/login"); got.StatusCode != http.StatusServiceUnavailable || i.discovered.Load() != 0 {
		t.Errorf("tried again at once: %d", got.StatusCode)
	}
	h.clock.pass(time.Second)
	if got := b.get(t, "/auth/login"); got.StatusCode != http.StatusFound {
		t.Errorf("after a second: %d", got.StatusCode)
	}
}

func TestTheLastKnownDiscoveryServesOn(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	b.get(t, "/auth/login")
	b.get(t, "/auth/login")
	if n := i.discovered.Load(); n != 1 {
		t.Errorf("discovered %d times, want once", n)
	}
	h.clock.pass(2 * time.Hour)
	i.unhealthy.Store(true)
	if got := b.get(t, "/auth/login"); got.StatusCode != http.StatusFound {
		t.Errorf("while the provider is down: %d", got.StatusCode)
	}
	i.unhealthy.Store(false)
	h.clock.pass(time.Minute)
	b.get(t, "/auth/login")
	if n := i.discovered.Load(); n != 2 {
		t.Errorf("discovered %d times, want twice", n)
	}
}

func TestADiscoveryThatLiesIsNotUsed(t *testing.T) {
	set := func(name string, value any) func(map[string]any) { return func(d map[string]any) { d[name] = value } }
	cases := map[string]func(map[string]any){
		"another issuer":                 set("issuer", "https://evil.example"),
		"the issuer with a slash":        func(d map[string]any) { d["issuer"] = d["issuer"].(string) + "/" },
		"no token endpoint":              set("token_endpoint", ""),
		"a token endpoint without TLS":   set("token_endpoint", "http://evil.example/token"),
		"a token endpoint with a user":   set("token_endpoint", "https://a:b@evil.example/token"),
		"keys in a file":                 set("jwks_uri", "file:///etc/passwd"),
		"no userinfo where one is asked": set("userinfo_endpoint", ""),
		"a sign-out by script":           set("end_session_endpoint", "javascript:alert(1)"),
		"a document of a megabyte":       set("pad", strings.Repeat("x", 1<<20)),
	}
	for name, lie := range cases {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.discovery = lie
			h := newHouse(t, i.with())
			h.browser(t).get(t, "/auth/login").shows(t, http.StatusServiceUnavailable, silent)
			if h.attempts.waiting() != 0 {
				t.Error("an attempt was kept")
			}
		})
	}
}

func TestWrongSettingsAreNamedAtOnce(t *testing.T) {
	_, err := oidc.New(oidc.Options{BaseURL: "http://localhost", Providers: []oidc.ProviderConfig{
		{Name: "Big Name", Issuer: "http://op.example", ClientAuth: "jwt", Userinfo: "xml", Alg: "HS256"},
		{Name: "op", Issuer: "https://op.example?x=1", ClientID: "a", ClientSecret: "b", ClientAuth: "post", Userinfo: "jwt", Alg: "none"},
		{Name: "op"},
	}, Allow: oidc.Rules{{{Claim: "provider", Values: []string{"op", "opp"}}}}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"Big Name", "issuer must be", "client id", "client secret", "post or basic", "jwt, json or none", "algorithm", "named twice", `the provider "opp"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q: %v", want, err)
		}
	}
}
