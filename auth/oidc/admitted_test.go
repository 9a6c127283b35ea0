package oidc_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/auth/oidc"
	"parvis/fault"
)

func TestALowerLevelThanRequiredIsRefused(t *testing.T) {
	required := func(c *oidc.ProviderConfig) { c.ACRRequired = []string{"eidas2", "eidas3"} }
	for _, acr := range []any{"eidas1", "", nil, 2, []string{"eidas2"}} {
		i := newIssuer(t)
		i.idToken = func(c map[string]any) { c["acr"] = acr }
		h := newHouse(t, i.with(required))
		h.browser(t).visit(t, i, "/").shows(t, http.StatusForbidden, "A stronger sign-in is needed")
		h.unchanged(t)
	}
}

func TestTheLevelBecomesAnAssurance(t *testing.T) {
	cases := []struct {
		acr  string
		want auth.Assurance
	}{{"eidas2", auth.AssuranceAgentMFA}, {"eidas1", auth.AssuranceAgent}, {"", auth.AssuranceAgent}}
	for _, c := range cases {
		i := newIssuer(t)
		i.idToken = func(claims map[string]any) { claims["acr"] = c.acr }
		h := newHouse(t, i.with(func(p *oidc.ProviderConfig) { p.ACRMFA = []string{"eidas2", "eidas3"} }))
		b := h.browser(t)
		b.visit(t, i, "/")
		if got := b.me(t).Assurance; got != c.want {
			t.Errorf("acr %q: got %s, want %s", c.acr, got, c.want)
		}
	}
}

func TestWhoMayNotSignInReadsTheRuleAndTheirClaims(t *testing.T) {
	rules, err := oidc.ParseAllow("siret=13002526500013 role=agent_public; idp_id=idp-9")
	if err != nil {
		t.Fatal(err)
	}
	i := newIssuer(t)
	h := newHouse(t, i.with(), func(o *oidc.Options) { o.Allow = rules })
	b := h.browser(t)
	got := b.visit(t, i, "/")
	got.shows(t, http.StatusForbidden, "You may not sign in here")
	for _, want := range []string{
		"siret=13002526500013 role=agent_public", "idp_id=idp-9", "Ada Martin", "ada@example.org", "Ministère",
		"11001401600015", "idp-1", "agent_public", `href="/pages.css"`,
	} {
		if !strings.Contains(got.text, want) {
			t.Errorf("the page lacks %q:\n%s", want, got.text)
		}
	}
	h.unchanged(t)
	if log := h.log.String(); strings.Contains(log, "ada@") || strings.Contains(log, "Martin") {
		t.Errorf("the log tells too much: %s", log)
	}
}

func TestADeactivatedPersonIsTurnedAway(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	h.people.deactivated = true
	b := h.browser(t)
	b.visit(t, i, "/").shows(t, http.StatusForbidden, "This account is deactivated")
	h.unchanged(t)
}

func TestSomebodyDeactivatedWhileSigningInIsTurnedAway(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	h.signIns.Fail(fault.New(fault.CodeForbidden, "this account is deactivated"))
	b := h.browser(t)
	b.visit(t, i, "/").shows(t, http.StatusForbidden, "This account is deactivated")
}

func TestARuleBelievesTheProviderThatItNames(t *testing.T) {
	const siret = "siret=11001401600015 provider=op"
	for name, c := range map[string]struct {
		rule string
		want int
	}{"by this one": {siret, http.StatusFound}, "by the other": {siret + "2", http.StatusForbidden}} {
		t.Run(name, func(t *testing.T) {
			rules, err := oidc.ParseAllow(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			i := newIssuer(t)
			h := newHouse(t, i.with(), i.with(func(p *oidc.ProviderConfig) { p.Name = "op2" }), func(o *oidc.Options) { o.Allow = rules })
			b := h.browser(t)
			begun := b.get(t, "/auth/login?provider=op")
			if got := b.get(t, "/auth/callback/op?"+i.grant(begun.Header.Get("Location")).Encode()); got.StatusCode != c.want {
				t.Errorf("got %d\n%s", got.StatusCode, got.text)
			}
		})
	}
}

func TestADatabaseThatIsAwayIsSaidSo(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	h.signIns.Fail(fault.New(fault.CodeDatabaseUnavailable, "down").Because(errors.New("dial 10.0.0.7")))
	got := b.get(t, "/auth/callback/op?"+q.Encode())
	got.shows(t, http.StatusServiceUnavailable, "Not available for the moment")
	if strings.Contains(got.text, "10.0.0.7") {
		t.Error("the page tells the inside")
	}
}
