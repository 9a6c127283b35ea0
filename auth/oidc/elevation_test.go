package oidc_test

import (
	"net/url"
	"testing"
	"time"

	"parvis/auth/oidc"
)

var (
	asksAnew      = func(c *oidc.ProviderConfig) { c.PromptLogin = true }
	knowsFactors  = func(c *oidc.ProviderConfig) { c.ACRMFA = []string{"eidas2", "eidas3"} }
	elevate       = "/auth/login?elevate=1&returnTo=" + url.QueryEscape("/admin/organizations/administrators")
	secondFactors = `{"id_token":{"acr":{"essential":true,"values":["eidas2","eidas3"]}}}`
)

func TestAFreshProofIsAskedForInTheProvidersWords(t *testing.T) {
	i := newIssuer(t)
	for name, c := range map[string]struct {
		path           string
		provider       []func(*oidc.ProviderConfig)
		prompt, claims string
	}{
		"a plain sign-in asks nobody anew":              {"/auth/login", []func(*oidc.ProviderConfig){asksAnew, knowsFactors}, "", `{"id_token":{"acr":null}}`},
		"elevate=0 is a plain sign-in":                  {"/auth/login?elevate=0", []func(*oidc.ProviderConfig){asksAnew}, "", ""},
		"a provider that refuses prompt is not sent it": {elevate, []func(*oidc.ProviderConfig){knowsFactors}, "", secondFactors},
		"a provider without levels is asked anew":       {elevate, []func(*oidc.ProviderConfig){asksAnew}, "login", ""},
		"a provider with levels must reach one, too":    {elevate, []func(*oidc.ProviderConfig){asksAnew, knowsFactors}, "login", secondFactors},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, i.with(c.provider...))
			u, err := url.Parse(h.browser(t).get(t, c.path).Header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			if q := u.Query(); q.Get("prompt") != c.prompt || q.Get("claims") != c.claims || q.Has("max_age") || q.Has("acr_values") {
				t.Errorf("got %v, want prompt %q and claims %s, and nothing that ProConnect does not document", q, c.prompt, c.claims)
			}
		})
	}
}

func TestAProviderIsChosenForAFreshProofToo(t *testing.T) {
	one, two := newIssuer(t), newIssuer(t)
	h := newHouse(t, one.with(), two.with(func(c *oidc.ProviderConfig) { c.Name = "two" }))
	if got := h.browser(t).get(t, elevate).Header.Get("Location"); got != "/sign-in?elevate=1&returnTo=%2Fadmin%2Forganizations%2Fadministrators" {
		t.Errorf("got %q", got)
	}
}

// TestOnlyAProofOfNowWithASecondFactorElevates goes the whole way, and asks the platform who came back.
func TestOnlyAProofOfNowWithASecondFactorElevates(t *testing.T) {
	ago := func(d time.Duration) func(*issuer) any {
		return func(i *issuer) any { return i.clock.Now().Add(-d).Unix() }
	}
	for name, c := range map[string]struct {
		authTime func(*issuer) any
		acr      any
		prompt   bool
		want     bool
	}{
		"a session of an hour ago":                                 {ago(time.Hour), "eidas2", true, false},
		"a session of ten minutes ago":                             {ago(10 * time.Minute), "eidas2", true, false},
		"no time, from a provider that was not asked anew":         {nil, "eidas2", false, false},
		"a time that is no number, from one that was not asked":    {func(*issuer) any { return "now" }, "eidas2", false, false},
		"a time of tomorrow":                                       {ago(-24 * time.Hour), "eidas2", true, false},
		"a password alone":                                         {ago(0), "eidas1", true, false},
		"no level":                                                 {ago(0), nil, true, false},
		"a level that nobody knows":                                {ago(0), "gold", true, false},
		"now, by two factors":                                      {ago(0), "eidas2", true, true},
		"nine minutes ago, by two factors":                         {ago(9 * time.Minute), "eidas3", false, true},
		"no time, from a provider that was asked anew, by factors": {nil, "eidas2", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.idToken = func(claims map[string]any) {
				claims["acr"] = c.acr
				if c.authTime != nil {
					claims["auth_time"] = c.authTime(i)
				}
			}
			h := newHouse(t, i.with(knowsFactors, func(p *oidc.ProviderConfig) { p.PromptLogin = c.prompt }))
			b := h.browser(t)
			came := b.get(t, "/auth/callback/op?"+i.grant(b.get(t, elevate).Header.Get("Location")).Encode())
			if got := came.Header.Get("Location"); got != "/admin/organizations/administrators" {
				t.Fatalf("came back to %q (%d)", got, came.StatusCode)
			}
			if got := b.me(t); got.Anonymous() || got.Elevated != c.want {
				t.Errorf("elevated %v, want %v: %+v", got.Elevated, c.want, got)
			}
		})
	}
}
