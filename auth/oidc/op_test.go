package oidc_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/oidc"
)

// startProvider runs e2e/op, which behaves like ProConnect, with one client whose URIs are the house's.
func startProvider(t *testing.T, baseURL, alg string) (issuerURL string) {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing: install Node 20.19 or newer, the test provider runs on it")
	}
	if _, err := os.Stat(filepath.Join(root, "node_modules", "oidc-provider")); err != nil {
		t.Fatal("npm packages are missing: run npm ci at the root of the repository")
	}
	clients, err := json.Marshal([]map[string]any{{
		"client_id": clientID, "client_secret": clientSecret, "redirect_uris": []string{baseURL + "/auth/callback/op"},
		"post_logout_redirect_uris": []string{baseURL + "/auth/logged-out"},
		"backchannel_logout_uri":    baseURL + "/auth/backchannel-logout", "backchannel_logout_session_required": true,
		"id_token_signed_response_alg": alg, "userinfo_signed_response_alg": alg,
	}})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join(root, "e2e", "op", "server.mjs"))
	// Nothing of the test's environment but what node needs: a proxy would swallow the back channel.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "OP_CLIENTS=" + string(clients)}
	var said record
	cmd.Stderr = &said
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(5*time.Minute, func() { _ = cmd.Process.Kill() }) // a provider that hangs ends the test
	t.Cleanup(func() {
		_ = input.Close() // it ends with its input
		_ = cmd.Wait()
		watchdog.Stop()
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "issuer "); ok {
			return url
		}
	}
	t.Fatalf("the test provider did not start: %s", said.String())
	return ""
}

// visitor is a browser that follows redirects and fills in the provider's forms.
type visitor struct{ *browser }

func (v visitor) follow(t *testing.T, r reply) reply {
	t.Helper()
	for range 12 {
		location := r.Header.Get("Location")
		if location == "" {
			return r
		}
		next, err := r.Request.URL.Parse(location)
		if err != nil {
			t.Fatal(err)
		}
		if next.Host == strings.TrimPrefix(v.h.URL, "http://") && !strings.HasPrefix(next.Path, "/auth/") {
			return r // a page of the client
		}
		r = v.get(t, next.String())
	}
	t.Fatal("redirected without end")
	return r
}

var (
	formAction = regexp.MustCompile(`action="([^"]+)"`)
	formHidden = regexp.MustCompile(`name="xsrf" value="([^"]+)"`)
)

// signIn goes to the provider and signs in there as a person; the reply is the last one.
func (v visitor) signIn(t *testing.T, person, returnTo string) reply {
	t.Helper()
	form := v.follow(t, v.get(t, "/auth/login?"+url.Values{"returnTo": {returnTo}}.Encode()))
	action := formAction.FindStringSubmatch(form.text)
	if action == nil {
		return form
	}
	to, err := form.Request.URL.Parse(action[1])
	if err != nil {
		t.Fatal(err)
	}
	answer := "yes"
	if person == "" {
		answer = "no"
	}
	return v.follow(t, v.post(t, to.String(), url.Values{"login": {person}, "answer": {answer}}))
}

// atProvider is a house in front of the npm provider.
func atProvider(t *testing.T, alg string, changes ...func(*oidc.ProviderConfig)) (*house, visitor) {
	t.Helper()
	h := newHouse(t) // it listens first: the provider has to know its URIs
	issuerURL := startProvider(t, h.URL, alg)
	c := oidc.ProviderConfig{
		Name: "op", Label: "Test", Issuer: issuerURL, ClientID: clientID, ClientSecret: clientSecret, ClientAuth: "post",
		Scopes: strings.Fields("openid given_name usual_name email siret idp_id organizational_unit roles"),
		PKCE:   true, Userinfo: oidc.UserinfoJWT, Alg: alg, ACRMFA: []string{"eidas2", "eidas3"},
	}
	for _, change := range changes {
		change(&c)
	}
	h.clock.pass(time.Since(h.clock.Now())) // the provider lives by the wall clock
	h.rebuild(t, c)
	return h, visitor{h.browser(t)}
}

func TestTheWholeWayThroughAProviderLikeProConnect(t *testing.T) {
	for _, alg := range []string{"RS256", "ES256"} {
		t.Run(alg, func(t *testing.T) {
			h, v := atProvider(t, alg)
			got := v.signIn(t, "ada", "/abc-defg-hij")
			if got.Header.Get("Location") != "/abc-defg-hij" {
				t.Fatalf("%d at %s\n%s\n%s", got.StatusCode, got.Request.URL, got.text, h.log)
			}
			who := v.me(t)
			if who.Kind != auth.Person || who.Name != "Ada Martin" || who.Assurance != auth.AssuranceAgentMFA {
				t.Errorf("signed in as %+v", who)
			}
			c := h.people.claims[0]
			if c.Subject != "ada" || c.Siret != "11001401600015" || c.IdPID != "idp-interieur" || c.OrganizationUnit != "DNUM" || len(c.Roles) != 2 {
				t.Errorf("claims %+v", c)
			}
			// The session at the provider lasts: a second sign-in asks nothing.
			v.logoutHere(t)
			if again := v.signIn(t, "", "/account"); again.Header.Get("Location") != "/account" {
				t.Errorf("silently: %d at %s\n%s", again.StatusCode, again.Request.URL, again.text)
			}
		})
	}
}

func TestSigningOutGoesByTheProviderAndBack(t *testing.T) {
	h, v := atProvider(t, "RS256")
	v.signIn(t, "ada", "/")
	other := visitor{h.browser(t)}
	other.signIn(t, "ada", "/")
	target, _ := v.logout(t)
	if !v.me(t).Anonymous() {
		t.Error("still signed in here")
	}
	form := v.follow(t, v.get(t, target))
	xsrf, action := formHidden.FindStringSubmatch(form.text), formAction.FindStringSubmatch(form.text)
	if xsrf == nil || action == nil {
		t.Fatalf("%d at %s\n%s", form.StatusCode, form.Request.URL, form.text)
	}
	got := v.follow(t, v.post(t, action[1], url.Values{"xsrf": {xsrf[1]}, "logout": {"yes"}}))
	if got.Header.Get("Location") != "/signed-out" {
		t.Errorf("%d at %s\n%s", got.StatusCode, got.Request.URL, got.text)
	}
	if other.me(t).Anonymous() {
		t.Error("another session of the same person was ended")
	}
}

func TestTheProviderEndsASessionByTheBackChannel(t *testing.T) {
	h, v := atProvider(t, "RS256")
	v.signIn(t, "ada", "/")
	issuerURL := h.signIns.All()[0].Issuer
	// The person signs out at the provider itself; the platform hears of it before the provider answers.
	form := v.get(t, issuerURL+"/session/end")
	xsrf, action := formHidden.FindStringSubmatch(form.text), formAction.FindStringSubmatch(form.text)
	if xsrf == nil || action == nil {
		t.Fatalf("%d\n%s", form.StatusCode, form.text)
	}
	v.post(t, action[1], url.Values{"xsrf": {xsrf[1]}, "logout": {"yes"}})
	if !v.me(t).Anonymous() {
		t.Errorf("still signed in\n%s", h.log)
	}
}

func TestTheProviderRefuses(t *testing.T) {
	h, v := atProvider(t, "RS256", func(c *oidc.ProviderConfig) { c.ACRRequired = []string{"eidas2", "eidas3"} })
	aborted := v.signIn(t, "", "/")
	aborted.shows(t, http.StatusForbidden, "The identity provider refused the sign-in")
	tooLow := v.signIn(t, "sam", "/")
	tooLow.shows(t, http.StatusForbidden, "The identity provider refused the sign-in")
	if !strings.Contains(tooLow.text, "requested ACRs could not be satisfied") {
		t.Error(tooLow.text)
	}
	h.unchanged(t)
	if got := v.signIn(t, "bea", "/"); got.Header.Get("Location") != "/" {
		t.Errorf("with a second factor: %d at %s\n%s", got.StatusCode, got.Request.URL, got.text)
	}
}

// logoutHere signs out without going to the provider.
func (v visitor) logoutHere(t *testing.T) {
	t.Helper()
	if target, _ := v.logout(t); !strings.Contains(target, "id_token_hint=") {
		t.Errorf("sent to %q", target)
	}
}
