package oidc_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/auth/oidc"
	"parvis/directory"
)

const (
	over       = "This sign-in is over"
	unverified = "The provider&#39;s answer could not be verified"
	silent     = "The identity provider does not answer"
)

func TestAnAnswerThatDoesNotBelongToThisBrowserSignsNobodyIn(t *testing.T) {
	i := newIssuer(t)
	cases := []struct {
		name string
		// arrive sends the answer, given the query of an honest one.
		arrive func(t *testing.T, h *house, b *browser, honest url.Values) reply
	}{
		{"a forged state", func(t *testing.T, _ *house, b *browser, q url.Values) reply {
			q.Set("state", strings.Repeat("A", 43))
			return b.get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"a malformed state", func(t *testing.T, _ *house, b *browser, q url.Values) reply {
			q.Set("state", "x")
			return b.get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"no state", func(t *testing.T, _ *house, b *browser, q url.Values) reply {
			q.Del("state")
			return b.get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"the state twice", func(t *testing.T, _ *house, b *browser, q url.Values) reply {
			q.Add("state", strings.Repeat("A", 43))
			return b.get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"a query of a megabyte", func(t *testing.T, _ *house, b *browser, q url.Values) reply {
			q.Set("more", strings.Repeat("A", 10<<10))
			return b.get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"an expired state", func(t *testing.T, h *house, b *browser, q url.Values) reply {
			h.clock.pass(10 * time.Minute)
			return b.get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"another browser", func(t *testing.T, h *house, _ *browser, q url.Values) reply {
			return h.browser(t).get(t, "/auth/callback/op?"+q.Encode())
		}},
		{"another browser that began a sign-in of its own", func(t *testing.T, h *house, _ *browser, q url.Values) reply {
			other := h.browser(t)
			other.get(t, "/auth/login")
			return other.get(t, "/auth/callback/op?"+q.Encode())
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, i.with())
			b := h.browser(t)
			honest := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
			before := i.exchanged.Load()
			c.arrive(t, h, b, copied(honest)).shows(t, http.StatusBadRequest, over)
			h.unchanged(t)
			if i.exchanged.Load() != before {
				t.Error("the code was spent")
			}
			if c.name != "an expired state" {
				// Nothing has changed: the honest answer still counts.
				if r := b.get(t, "/auth/callback/op?"+honest.Encode()); r.StatusCode != http.StatusFound {
					t.Errorf("the honest answer got %d", r.StatusCode)
				}
			}
		})
	}
}

func copied(q url.Values) url.Values {
	out := url.Values{}
	for k, v := range q {
		out[k] = append([]string(nil), v...)
	}
	return out
}

func TestAStateIsGoodOnce(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	if r := b.get(t, "/auth/callback/op?"+q.Encode()); r.StatusCode != http.StatusFound {
		t.Fatalf("got %d", r.StatusCode)
	}
	b.get(t, "/auth/callback/op?"+q.Encode()).shows(t, http.StatusBadRequest, over)
	if n := len(h.signIns.All()); n != 1 || i.exchanged.Load() != 1 {
		t.Errorf("%d sign-ins, %d exchanges: want one of each", n, i.exchanged.Load())
	}
}

func TestOfTwoAnswersAtOnceOneWins(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	codes := make(chan int, 8)
	var all sync.WaitGroup
	for range cap(codes) {
		all.Go(func() {
			resp, err := b.Do(b.navigation(t, "/auth/callback/op?"+q.Encode()))
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			codes <- resp.StatusCode
		})
	}
	all.Wait()
	close(codes)
	won := 0
	for code := range codes {
		if code == http.StatusFound {
			won++
		}
	}
	if won != 1 || len(h.signIns.All()) != 1 || i.exchanged.Load() != 1 {
		t.Errorf("%d won, %d sign-ins, %d exchanges: want one of each", won, len(h.signIns.All()), i.exchanged.Load())
	}
}

func TestTwoFirstSignInsAtOnceMakeOnePerson(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	var all sync.WaitGroup
	for range 4 {
		b := h.browser(t)
		all.Go(func() { b.visit(t, i, "/") })
	}
	all.Wait()
	if h.people.count() != 1 || len(h.signIns.All()) != 4 {
		t.Errorf("%d people, %d sign-ins: want 1 and 4", h.people.count(), len(h.signIns.All()))
	}
}

func TestTheAnswerOfAnotherIssuerIsRefused(t *testing.T) {
	i := newIssuer(t)
	i.discovery = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
	for name, iss := range map[string]string{"another issuer": "https://evil.example", "none, though it promised one": ""} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, i.with())
			b := h.browser(t)
			q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
			if iss != "" {
				q.Set("iss", iss)
			}
			b.get(t, "/auth/callback/op?"+q.Encode()).shows(t, http.StatusForbidden, unverified)
			h.unchanged(t)
		})
	}
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	q.Set("iss", i.URL)
	if r := b.get(t, "/auth/callback/op?"+q.Encode()); r.StatusCode != http.StatusFound {
		t.Errorf("its own issuer: %d", r.StatusCode)
	}
}

func TestAnAnswerAtAnotherProvidersAddressIsRefused(t *testing.T) {
	one, two := newIssuer(t), newIssuer(t)
	h := newHouse(t, one.with(), two.with(func(c *oidc.ProviderConfig) { c.Name = "two" }))
	b := h.browser(t)
	q := one.grant(b.get(t, "/auth/login?provider=op").Header.Get("Location"))
	b.get(t, "/auth/callback/two?"+q.Encode()).shows(t, http.StatusBadRequest, over)
	b.get(t, "/auth/callback/three?"+q.Encode()).shows(t, http.StatusNotFound, "No such provider")
	b.get(t, "/auth/callback/op/?"+q.Encode()).shows(t, http.StatusNotFound, "No such provider")
	h.unchanged(t)
	if one.exchanged.Load()+two.exchanged.Load() != 0 {
		t.Error("a code was sent")
	}
}

func TestARefusalOfTheProviderIsShown(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login?returnTo=/account").Header.Get("Location"))
	got := b.get(t, "/auth/callback/op?"+url.Values{
		"state": q["state"], "error": {"access_denied"}, "error_description": {"requested ACRs could not be satisfied <script>\u202e"},
	}.Encode())
	got.shows(t, http.StatusForbidden, "The identity provider refused the sign-in")
	for _, want := range []string{"access_denied", "requested ACRs could not be satisfied &lt;script&gt;<", `href="/auth/login?provider=op&amp;returnTo=%2Faccount"`} {
		if !strings.Contains(got.text, want) {
			t.Errorf("the page lacks %q:\n%s", want, got.text)
		}
	}
	// Without a state of ours the same words are somebody else's: they are not shown.
	strange := b.get(t, "/auth/callback/op?error=access_denied&error_description=call+0800&state="+strings.Repeat("A", 43))
	strange.shows(t, http.StatusBadRequest, over)
	if strings.Contains(strange.text, "0800") {
		t.Error("a stranger's words are shown")
	}
	h.unchanged(t)
}

func TestACodeThatTheProviderRefusesIsNotSentAgain(t *testing.T) {
	i := newIssuer(t)
	h := newHouse(t, i.with())
	b := h.browser(t)
	q := i.grant(b.get(t, "/auth/login").Header.Get("Location"))
	q.Set("code", "spent")
	got := b.get(t, "/auth/callback/op?"+q.Encode())
	got.shows(t, http.StatusForbidden, "The identity provider refused the sign-in")
	if !strings.Contains(got.text, "invalid_grant") || i.exchanged.Load() != 1 {
		t.Errorf("exchanged %d times:\n%s", i.exchanged.Load(), got.text)
	}
	h.unchanged(t)
}

func TestAProvenPersonIsSignedIn(t *testing.T) {
	i := newIssuer(t)
	rules, err := oidc.ParseAllow("siret=11001401600015 role=agent_public")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		change func(*oidc.ProviderConfig)
		lie    func(*issuer)
	}{
		{"with signed userinfo", func(*oidc.ProviderConfig) {}, nil},
		{"without PKCE", func(c *oidc.ProviderConfig) { c.PKCE = false }, nil},
		{"with the secret in the header", func(c *oidc.ProviderConfig) { c.ClientAuth = "basic" }, nil},
		{"with our clock a minute ahead", func(*oidc.ProviderConfig) {}, func(i *issuer) {
			i.idToken = func(c map[string]any) { c["exp"] = time.Date(2026, 11, 3, 8, 59, 30, 0, time.UTC).Unix() }
		}},
		{"with userinfo as JSON", func(c *oidc.ProviderConfig) { c.Userinfo = oidc.UserinfoJSON }, func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				answerJSON(w, map[string]any{"sub": "ada", "given_name": "Ada", "usual_name": "Martin", "email": "ada@example.org", "siret": "110 014 016 00015", "idp_id": "idp-1", "organization_label": "Ministère", "roles": "agent_public"})
			}
		}},
		{"with claims in the ID token", func(c *oidc.ProviderConfig) { c.Userinfo = oidc.UserinfoNone }, func(i *issuer) {
			i.idToken = func(c map[string]any) {
				for k, v := range map[string]any{"given_name": "Ada", "family_name": "Martin", "email": "ada@example.org", "siret": "11001401600015", "idp_id": "idp-1", "organization_label": "Ministère", "roles": []string{"agent_public"}} {
					c[k] = v
				}
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			i.idToken, i.userinfo = nil, nil
			if c.lie != nil {
				c.lie(i)
			}
			h := newHouse(t, i.with(c.change), func(o *oidc.Options) { o.Allow = rules })
			b := h.browser(t)
			got := b.visit(t, i, "/rooms/abc-defg-hij?tab=people")
			if got.StatusCode != http.StatusFound || got.Header.Get("Location") != "/rooms/abc-defg-hij?tab=people" {
				t.Fatalf("got %d to %q\n%s", got.StatusCode, got.Header.Get("Location"), got.text)
			}
			want := directory.Claims{
				Provider: "op", Issuer: i.URL, Subject: "ada", GivenName: "Ada", FamilyName: "Martin", Email: "ada@example.org",
				Siret: "11001401600015", IdPID: "idp-1", OrganizationLabel: "Ministère", Roles: []string{"agent_public"}, Assurance: auth.AssuranceAgent,
			}
			if diff := cmp.Diff([]directory.Claims{want}, h.people.claims); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
			row := h.signIns.All()[0]
			if row.Issuer != i.URL || row.Subject != "ada" || row.ProviderSID != "session-of-ada" || len(row.IDToken) == 0 {
				t.Errorf("sign-in %+v", row)
			}
			if who := b.me(t); who.PersonID != "person-ada" || who.Name != "Ada Martin" {
				t.Errorf("signed in as %+v", who)
			}
			if log := h.log.String(); strings.Contains(log, "ada@") || strings.Contains(log, "Martin") || strings.Contains(log, "eyJ") {
				t.Errorf("the log tells too much: %s", log)
			}
		})
	}
}

func TestAnAttemptIsJudgedAgainWhateverTheStoreSays(t *testing.T) {
	i := newIssuer(t)
	cases := map[string]func(*oidc.Attempt){
		"it is too old":       func(a *oidc.Attempt) { a.ExpiresAt = a.ExpiresAt.Add(-10 * time.Minute) },
		"of another browser":  func(a *oidc.Attempt) { a.BrowserHash = bytes.Repeat([]byte{1}, 32) },
		"without a browser":   func(a *oidc.Attempt) { a.BrowserHash = nil },
		"of another provider": func(a *oidc.Attempt) { a.Provider = "two" },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, i.with())
			h.attempts.spoil = spoil
			h.browser(t).visit(t, i, "/").shows(t, http.StatusBadRequest, over)
			h.unchanged(t)
		})
	}
	h := newHouse(t, i.with())
	h.attempts.spoil = func(a *oidc.Attempt) { a.Nonce = "" }
	i.idToken = func(c map[string]any) { c["nonce"] = "" }
	h.browser(t).visit(t, i, "/").shows(t, http.StatusForbidden, unverified)
	h.unchanged(t)
	h = newHouse(t, i.with())
	i.idToken = nil
	h.attempts.spoil = func(a *oidc.Attempt) { a.ReturnTo = "//evil.example" }
	if got := h.browser(t).visit(t, i, "/account").Header.Get("Location"); got != "/" {
		t.Errorf("sent to %q", got)
	}
}
