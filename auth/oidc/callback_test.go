package oidc_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/auth/oidc"
	"parvis/directory"
	"parvis/fault"
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

func TestATokenThatLiesSignsNobodyIn(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, value any) func(*issuer) {
		return func(i *issuer) { i.idToken = func(c map[string]any) { c[name] = value } }
	}
	sign := func(f func(map[string]any) string) func(*issuer) { return func(i *issuer) { i.sign = f } }
	info := func(name string, value any) func(*issuer) {
		return func(i *issuer) { i.info = func(c map[string]any) { c[name] = value } }
	}
	userinfo := func(mediaType, body string) func(*issuer) {
		return func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, signed string) {
				w.Header().Set("Content-Type", mediaType)
				_, _ = w.Write([]byte(strings.ReplaceAll(body, "SIGNED", signed)))
			}
		}
	}
	long := time.Date(2026, 11, 3, 8, 58, 59, 0, time.UTC).Unix()
	cases := []struct {
		name string
		lie  func(*issuer)
	}{
		{"a wrong nonce", claim("nonce", strings.Repeat("A", 43))},
		{"no nonce", claim("nonce", "")},
		{"another audience", claim("aud", "another")},
		{"several audiences", claim("aud", []string{clientID, "another"})},
		{"another authorized party", claim("azp", "another")},
		{"another issuer", claim("iss", "https://evil.example")},
		{"an expired token", claim("exp", long)},
		{"a token that is not valid yet", claim("nbf", time.Date(2026, 11, 3, 9, 5, 0, 0, time.UTC).Unix())},
		{"no subject", claim("sub", "")},
		{"a subject with a new line", claim("sub", "ada\nbea")},
		{"a very long subject", claim("sub", strings.Repeat("a", 256))},
		{"a wrong at_hash", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		{"alg none", sign(unsigned)},
		{"HS256 with the public key", sign(signedWithPublicKey)},
		{"HS256 with the client secret", sign(func(c map[string]any) string {
			return signedBy([]byte(clientSecret+clientSecret), jose.HS256, "k1", "JWT", c)
		})},
		{"another algorithm of the same key", sign(func(c map[string]any) string { return signedBy(issuerKey(), jose.PS256, "k1", "JWT", c) })},
		{"a stranger's key", sign(func(c map[string]any) string { return signedBy(other, jose.RS256, "k1", "JWT", c) })},
		{"a stranger's key with an unknown name", sign(func(c map[string]any) string { return signedBy(other, jose.RS256, "k2", "JWT", c) })},
		{"a logout token as ID token", sign(func(c map[string]any) string { return signed(c, "logout+jwt") })},
		{"an access token as ID token", sign(func(c map[string]any) string { return signed(c, "at+jwt") })},
		{"a token of more than 8 KiB", sign(func(c map[string]any) string {
			return signed(with(c, map[string]any{"pad": strings.Repeat("x", 8<<10)}), "JWT")
		})},
		{"no token", sign(func(map[string]any) string { return "" })},
		{"a token of dots", sign(func(map[string]any) string { return strings.Repeat(".", 4000) })},
		{"userinfo with another subject", info("sub", "bea")},
		{"userinfo without subject", info("sub", "")},
		{"userinfo of another issuer", info("iss", "https://evil.example")},
		{"userinfo for another client", info("aud", "another")},
		{"userinfo that has expired", info("exp", long)},
		{"userinfo as JSON where JWT is configured", userinfo("application/json", `{"sub":"ada"}`)},
		{"userinfo as JSON that says it is a JWT", userinfo("application/jwt", `{"sub":"ada"}`)},
		{"userinfo as a JWT that says it is JSON", userinfo("application/json", "SIGNED")},
		{"userinfo without a type", userinfo("", "SIGNED")},
		{"userinfo with alg none", userinfo("application/jwt", unsigned(map[string]any{"sub": "ada"}))},
		{"userinfo with HS256 and the public key", userinfo("application/jwt", signedWithPublicKey(map[string]any{"sub": "ada"}))},
		{"userinfo of a stranger's key", userinfo("application/jwt", signedBy(other, jose.RS256, "k1", "", map[string]any{"sub": "ada"}))},
		{"a logout token as userinfo", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Content-Type", "application/jwt")
				_, _ = w.Write([]byte(signed(map[string]any{"sub": "ada"}, "logout+jwt")))
			}
		}},
		{"userinfo of 50 MB", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Content-Type", "application/jwt")
				for range 50 {
					if _, err := w.Write(bytes.Repeat([]byte("A"), 1<<20)); err != nil {
						return
					}
				}
			}
		}},
		{"userinfo that redirects", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Location", "https://evil.example/")
				w.WriteHeader(http.StatusFound)
			}
		}},
		{"userinfo that refuses", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusForbidden) }
		}},
		{"a token endpoint that redirects", func(i *issuer) {
			i.tokens = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://evil.example/", http.StatusTemporaryRedirect)
			}
		}},
		{"a token endpoint that answers without end", func(i *issuer) {
			i.tokens = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(bytes.Repeat([]byte(" "), 4<<20))
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t)
			c.lie(i)
			h := newHouse(t, i.with())
			b := h.browser(t)
			b.visit(t, i, "/").shows(t, http.StatusForbidden, unverified)
			h.unchanged(t)
			if !b.me(t).Anonymous() {
				t.Error("somebody is signed in")
			}
			if log := h.log.String(); strings.Contains(log, "eyJ") || strings.Contains(log, "example.org") || strings.Contains(log, "Martin") {
				t.Errorf("the log tells too much: %s", log)
			}
		})
	}
}

func TestAProviderThatFallsSilentIsSaidSo(t *testing.T) {
	cases := []struct {
		name string
		fail func(*issuer)
	}{
		{"the token endpoint is down", func(i *issuer) {
			i.tokens = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		}},
		{"the token endpoint is slow", func(i *issuer) {
			i.tokens = func(_ http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				<-r.Context().Done()
			}
		}},
		{"userinfo is down", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusServiceUnavailable) }
		}},
		{"userinfo begins and does not end", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Content-Type", "application/jwt")
				w.Header().Set("Content-Length", "1000")
				_, _ = w.Write([]byte("eyJ"))
			}
		}},
		{"the keys cannot be had", func(i *issuer) {
			i.discovery = func(d map[string]any) { d["jwks_uri"] = i.URL + "/gone/" }
			i.tokens = nil
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t)
			c.fail(i)
			h := newHouse(t, i.with(), func(o *oidc.Options) {
				if c.name == "the token endpoint is slow" {
					o.HTTPClient.Timeout = 2 * time.Second // bounds the answers before that one too
				}
			})
			if c.name == "the keys cannot be had" {
				i.sign = func(claims map[string]any) string {
					i.unhealthy.Store(true)
					return signed(claims, "JWT")
				}
			}
			got := h.browser(t).visit(t, i, "/")
			got.shows(t, http.StatusServiceUnavailable, silent)
			if got.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			h.unchanged(t)
			if n := i.exchanged.Load(); n != 1 {
				t.Errorf("the code was sent %d times", n)
			}
		})
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
