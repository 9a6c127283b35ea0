package devidp_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/oauth2"
)

func TestARequestThatProConnectRefusesGoesNowhere(t *testing.T) {
	b := newWorld(t).browser()
	good := url.Values{
		"response_type": {"code"}, "client_id": {"parvis"}, "redirect_uri": {callback},
		"scope": {"openid"}, "state": {state}, "nonce": {nonce},
	}
	cases := []struct {
		name      string
		parameter string
		values    []string
		want      string
	}{
		{"a short state", "state", []string{state[:31]}, "parameter state is shorter than 32 characters"},
		{"no state", "state", nil, "parameter state is shorter than 32 characters"},
		{"a short nonce", "nonce", []string{nonce[:31]}, "parameter nonce is shorter than 32 characters"},
		{"no nonce", "nonce", nil, "parameter nonce is shorter than 32 characters"},
		{"a parameter it does not know", "max_age", []string{"3600"}, "parameter max_age is not taken"},
		{"a parameter said twice", "scope", []string{"openid", "email"}, "parameter scope is there twice"},
		{"claims that are no JSON", "claims", []string{"acr"}, "claims is not a JSON object"},
		{"an acr that is no object", "claims", []string{`{"id_token":{"acr":"eidas2"}}`}, "id_token.acr is neither null nor"},
		{"tokens without a code", "response_type", []string{"id_token"}, "redirect_uri is http"},
		{"an unknown redirect address", "redirect_uri", []string{callback + "/"}, "redirect_uri is missing in the client"},
		{"an unknown client", "client_id", []string{"somebody"}, "unable to retrieve client"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			form := url.Values{}
			for name, values := range good {
				form[name] = values
			}
			form[c.parameter] = c.values
			shown := b.get(b.issuer + "/authorize?" + form.Encode())
			if shown.status != http.StatusBadRequest || shown.back != nil || !strings.Contains(shown.body, c.want) {
				t.Errorf("got %d to %v: %s, want 400 with %q", shown.status, shown.back, shown.body, c.want)
			}
		})
	}
}

func TestARequestThatTheClientMayMendGoesBackThere(t *testing.T) {
	cases := []struct {
		name string
		with []oauth2.AuthCodeOption
		want string
	}{
		{"PKCE in plain text", []oauth2.AuthCodeOption{set("code_challenge", "plain"), set("code_challenge_method", "plain")}, "invalid_request"},
		{"no openid", []oauth2.AuthCodeOption{set("scope", "email")}, "invalid_scope"},
		{"a silent sign-in of nobody", []oauth2.AuthCodeOption{set("prompt", "none")}, "login_required"},
		{"silence and a question at once", []oauth2.AuthCodeOption{set("prompt", "none login")}, "invalid_request"},
	}
	b := newWorld(t).browser()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			shown := b.ask(c.with...)
			if shown.back == nil {
				t.Fatalf("got %d %s", shown.status, shown.body)
			}
			parameters := shown.back.Query()
			if got := parameters.Get("error"); got != c.want || parameters.Get("state") != state {
				t.Errorf("got %v, want %s with the state", shown.back, c.want)
			}
		})
	}
}

func TestSomebodySignsInAsProConnectDoesIt(t *testing.T) {
	w := newWorld(t)
	verifier := oauth2.GenerateVerifier()
	b := w.browser()
	back := b.choose(b.ask(oauth2.S256ChallengeOption(verifier)), "jeanne")
	if got := back.back.Query().Get("state"); got != state {
		t.Errorf("state came back as %q", got)
	}
	token := w.exchange(b.code(back), oauth2.VerifierOption(verifier))
	if token.ExpiresIn != 60 && token.ExpiresIn != 59 {
		t.Errorf("the access token lives for %d s, want 60", token.ExpiresIn)
	}
	verified, claims := w.idToken(token)
	if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
		t.Error(err)
	}
	if claims["sid"] == nil {
		t.Error("no sid: a back-channel logout could not name the session")
	}
	want := map[string]any{
		"iss": w.issuer, "sub": "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c01", "aud": []any{"parvis"}, "azp": "parvis",
		"client_id": "parvis", "nonce": nonce, "acr": "eidas2",
		"iat": seconds(w.clock.Now()), "auth_time": seconds(w.clock.Now()), "exp": seconds(w.clock.Now().Add(time.Minute)),
	}
	other := cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "sid" || strings.HasSuffix(name, "_hash") })
	if diff := cmp.Diff(want, claims, other); diff != "" {
		t.Errorf("ID token -want +got:\n%s", diff)
	}
}

func TestDiscoveryAnnouncesWhatThereIs(t *testing.T) {
	w := newWorld(t)
	got := decode(t, w.browser().get(w.issuer+"/.well-known/openid-configuration").body)
	want := map[string]any{
		"issuer":                                     w.issuer,
		"authorization_endpoint":                     w.issuer + "/authorize",
		"token_endpoint":                             w.issuer + "/token",
		"userinfo_endpoint":                          w.issuer + "/userinfo",
		"end_session_endpoint":                       w.issuer + "/session/end",
		"revocation_endpoint":                        w.issuer + "/token/revocation",
		"jwks_uri":                                   w.issuer + "/jwks",
		"response_types_supported":                   []any{"code"},
		"response_modes_supported":                   []any{"query"},
		"grant_types_supported":                      []any{"authorization_code", "refresh_token"},
		"acr_values_supported":                       []any{"eidas1", "eidas2"},
		"subject_types_supported":                    []any{"public"},
		"id_token_signing_alg_values_supported":      []any{"RS256"},
		"userinfo_signing_alg_values_supported":      []any{"RS256", "ES256", "none"},
		"token_endpoint_auth_methods_supported":      []any{"client_secret_post", "client_secret_basic"},
		"code_challenge_methods_supported":           []any{"S256"},
		"claims_parameter_supported":                 true,
		"backchannel_logout_supported":               true,
		"backchannel_logout_session_supported":       true,
		"ui_locales_supported":                       []any{"fr", "en"},
		"request_uri_parameter_supported":            false,
		"revocation_endpoint_auth_methods_supported": []any{"client_secret_post", "client_secret_basic"},
	}
	lists := cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "scopes_supported" || name == "claims_supported" })
	if diff := cmp.Diff(want, got, lists); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestASecondSignInDoesNotAskAgain(t *testing.T) {
	b := newWorld(t).browser()
	_, first := b.idToken(b.signIn("amine"))
	b.clock.pass(time.Hour)

	for _, prompt := range []string{"", "none"} {
		shown := b.ask(set("prompt", prompt))
		_, again := b.idToken(b.exchange(b.code(shown)))
		if again["sub"] != first["sub"] || again["sid"] != first["sid"] || again["auth_time"] != first["auth_time"] {
			t.Errorf("prompt %q: got %v, want the session of %v", prompt, again, first)
		}
	}
	for _, prompt := range []string{"login", "select_account"} {
		_, again := b.idToken(b.exchange(b.code(b.choose(b.ask(set("prompt", prompt)), "louise"))))
		if again["sub"] == first["sub"] || again["sid"] == first["sid"] {
			t.Errorf("prompt %s: still %v", prompt, again)
		}
	}
}

// earlier presses somebody's button with the box ticked that makes the sign-in an hour old.
func (b *browser) earlier(shown page, username string) page {
	b.Helper()
	return b.post("/sign-in", url.Values{"id": {requestID.FindStringSubmatch(shown.body)[1]}, "person": {username}, "earlier": {"yes"}})
}

func TestAProofOfEarlierWillNotDoWhereOneOfNowIsAsked(t *testing.T) {
	b := newWorld(t).browser()
	for _, prompt := range []string{"login", "select_account"} {
		shown := b.ask(set("prompt", prompt))
		if strings.Contains(shown.body, `name="earlier"`) {
			t.Errorf("prompt %s: the page offers it", prompt)
		}
		if got := b.earlier(shown, "paul"); got.status != http.StatusBadRequest || got.back != nil {
			t.Errorf("prompt %s: got %d to %v", prompt, got.status, got.back)
		}
	}
}

func TestASignInOfAnHourAgoStaysOneUntilTheApplicationAsksAnew(t *testing.T) {
	b := newWorld(t).browser()
	hour := seconds(b.clock.Now().Add(-time.Hour))
	if shown := b.ask(); !strings.Contains(shown.body, `name="earlier"`) {
		t.Fatalf("the page does not offer it: %s", shown.body)
	}
	_, first := b.idToken(b.exchange(b.code(b.earlier(b.ask(), "paul"))))
	_, second := b.idToken(b.exchange(b.code(b.ask())))
	_, anew := b.idToken(b.signIn("paul", set("prompt", "login")))
	if first["auth_time"] != hour || second["auth_time"] != hour || anew["auth_time"] != seconds(b.clock.Now()) {
		t.Errorf("auth_time %v, %v, and asked anew %v", first["auth_time"], second["auth_time"], anew["auth_time"])
	}
	if anew["sid"] != first["sid"] {
		t.Error("the session of the browser is another one")
	}
}

func TestASessionIsOverAfterTwelveHours(t *testing.T) {
	b := newWorld(t).browser()
	b.signIn("amine")
	b.clock.pass(12*time.Hour + time.Second)
	if got := b.ask(set("prompt", "none")).back.Query().Get("error"); got != "login_required" {
		t.Errorf("got error %q, want login_required", got)
	}
}

func TestAnotherBrowserCannotFinishASignIn(t *testing.T) {
	w := newWorld(t)
	mine, theirs := w.browser(), w.browser()
	theirs.signIn("louise")

	shown := mine.ask()
	id := requestID.FindStringSubmatch(shown.body)[1]
	mine.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if to := mine.choose(shown, "jeanne").back; to.Path != "/authorize/callback" {
		t.Fatalf("sent to %v", to)
	}
	if got := theirs.get(w.issuer + "/authorize/callback?id=" + id); got.status != http.StatusBadRequest {
		t.Errorf("the other browser got %d to %v", got.status, got.back)
	}
}

func TestAnotherSiteCannotChooseAPerson(t *testing.T) {
	b := newWorld(t).browser()
	id := requestID.FindStringSubmatch(b.ask().body)[1]
	r, _ := http.NewRequest(http.MethodPost, b.issuer+"/sign-in", strings.NewReader(url.Values{"id": {id}, "person": {"paul"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://elsewhere.example")
	if got := b.do(r); got.status != http.StatusForbidden {
		t.Errorf("got %d", got.status)
	}
}

func TestSomebodyGivesUp(t *testing.T) {
	b := newWorld(t).browser()
	id := requestID.FindStringSubmatch(b.ask().body)[1]
	shown := b.post("/sign-in", url.Values{"id": {id}, "cancel": {"yes"}})
	if got := shown.back.Query(); got.Get("error") != "access_denied" || got.Get("state") != state {
		t.Errorf("got %v", shown.back)
	}
	if again := b.post("/sign-in", url.Values{"id": {id}, "person": {"jeanne"}}); again.status != http.StatusBadRequest {
		t.Errorf("a request that is over was answered: %d %v", again.status, again.back)
	}
}

const twoFactors = `{"id_token":{"acr":{"essential":true,"values":["eidas2","eidas3"]},"amr":null}}`

func TestSamiraIsRefusedWhereTwoFactorsAreAsked(t *testing.T) {
	b := newWorld(t).browser()
	shown := b.ask(set("claims", twoFactors))
	if !strings.Contains(shown.body, "Ne suffit pas ici") {
		t.Error("the page does not say so beforehand")
	}
	refused := b.choose(shown, "samira").back.Query()
	if refused.Get("error") != "access_denied" || refused.Get("error_description") != "requested ACRs could not be satisfied" {
		t.Errorf("got %v", refused)
	}
	// She is not the person of this browser: the next try asks again.
	_, claims := b.idToken(b.signIn("louise", set("claims", twoFactors)))
	if claims["acr"] != "eidas2" {
		t.Errorf("got acr %v", claims["acr"])
	}
}

func TestASessionTooWeakIsAskedAgainOrRefusedSilently(t *testing.T) {
	b := newWorld(t).browser()
	_, claims := b.idToken(b.signIn("samira"))
	if claims["acr"] != "eidas1" {
		t.Errorf("got acr %v", claims["acr"])
	}
	if got := b.ask(set("claims", twoFactors), set("prompt", "none")).back.Query().Get("error"); got != "access_denied" {
		t.Errorf("silently: got error %q", got)
	}
	b.signIn("jeanne", set("claims", twoFactors)) // fails unless the page is shown
}

func TestWhatIsNotEssentialRefusesNobody(t *testing.T) {
	b := newWorld(t).browser()
	b.signIn("samira", set("claims", `{"id_token":{"acr":{"values":["eidas3"]}},"userinfo":{"email":null}}`), set("acr_values", "eidas3"))
	b.signIn("samira", set("claims", `{"id_token":{"acr":null}}`), set("prompt", "login"))
	b.signIn("samira", set("claims", `{"id_token":{"acr":{"essential":true,"value":"eidas1"}}}`), set("prompt", "login"))
}

func TestMethodsAreToldToThoseWhoAsk(t *testing.T) {
	w := newWorld(t)
	_, silent := w.idToken(w.browser().signIn("jeanne"))
	_, asked := w.idToken(w.browser().signIn("jeanne", set("claims", `{"id_token":{"amr":null}}`)))
	if silent["amr"] != nil {
		t.Errorf("unasked: %v", silent["amr"])
	}
	if diff := cmp.Diff([]any{"pwd", "totp", "mfa"}, asked["amr"]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	code := b.code(b.choose(b.ask(), "jeanne"))
	token := w.exchange(code)
	refusedGrant(t, w, code)
	// Whoever came first may have been the thief: the second use takes back what the first was given.
	if status, _, _ := w.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("the first one's access token still works: %d", status)
	}
}

func TestAWrongVerifierUsesTheCodeUp(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	verifier := oauth2.GenerateVerifier()
	code := b.code(b.choose(b.ask(oauth2.S256ChallengeOption(verifier)), "jeanne"))
	refusedGrant(t, w, code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	refusedGrant(t, w, code, oauth2.VerifierOption(verifier))
}

func TestACodeIsGoodForThirtySeconds(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	code := b.code(b.choose(b.ask(), "jeanne"))
	w.clock.pass(31 * time.Second)
	refusedGrant(t, w, code)
}

func TestAWrongSecretGetsNothing(t *testing.T) {
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInParams, oauth2.AuthStyleInHeader} {
		w := newWorld(t)
		w.app.Endpoint.AuthStyle = style
		b := w.browser()
		b.signIn("jeanne")
		code := b.code(b.ask())
		w.app.ClientSecret = "guessed"
		var refused *oauth2.RetrieveError
		if _, err := w.app.Exchange(w.context(), code); !errors.As(err, &refused) || refused.ErrorCode != "invalid_client" {
			t.Errorf("style %d: got %v", style, err)
		}
	}
}

func TestOnlyTheTwoGrantsAreTaken(t *testing.T) {
	w := newWorld(t)
	shown := w.browser().post("/token", url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {"a.b.c"},
	})
	if shown.status != http.StatusBadRequest || !strings.Contains(shown.body, "unsupported_grant_type") {
		t.Errorf("got %d %s", shown.status, shown.body)
	}
}

func refusedGrant(t *testing.T, w *world, code string, with ...oauth2.AuthCodeOption) {
	t.Helper()
	var refused *oauth2.RetrieveError
	if _, err := w.app.Exchange(w.context(), code, with...); !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" {
		t.Errorf("got %v, want invalid_grant", err)
	}
}

func set(name, value string) oauth2.AuthCodeOption { return oauth2.SetAuthURLParam(name, value) }

func seconds(at time.Time) float64 { return float64(at.Unix()) }
