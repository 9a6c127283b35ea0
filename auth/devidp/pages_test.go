package devidp_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"parvis/auth/devidp"
)

// inline is what a strict content security policy would stop.
var inline = regexp.MustCompile(`(?i)<script|<style|\son[a-z]+=|\sstyle=|javascript:`)

func TestThePagesListEverybody(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	asked, account := b.ask(), b.get(w.issuer+"/")
	for _, p := range devidp.People() {
		for where, shown := range map[string]page{"sign-in": asked, "account": account} {
			if !strings.Contains(shown.body, p.Name()) || !strings.Contains(shown.body, p.French) {
				t.Errorf("%s: %s is missing, or what they are", where, p.Username)
			}
		}
		if !strings.Contains(asked.body, `name="person" value="`+p.Username+`"`) {
			t.Errorf("no button for %s", p.Username)
		}
	}
}

func TestThePagesSayWhatTheyAreInTwoLanguages(t *testing.T) {
	w := newWorld(t)
	cases := []struct{ accept, lang, warning string }{
		{"", "fr", "Fournisseur d’identité de développement"},
		{"fr-FR,fr;q=0.9,en;q=0.8", "fr", "Fournisseur d’identité de développement"},
		{"en-GB,en;q=0.9,fr;q=0.5", "en", "Development identity provider"},
		{"de", "fr", "Fournisseur d’identité de développement"},
	}
	for _, c := range cases {
		r := httptest.NewRequest(http.MethodGet, w.issuer+"/", nil)
		r.Header.Set("Accept-Language", c.accept)
		shown := w.browser()
		r.RequestURI = ""
		got := shown.do(r)
		if !strings.Contains(got.body, `<html lang="`+c.lang+`">`) || !strings.Contains(got.body, c.warning) {
			t.Errorf("%q: got %s", c.accept, got.body)
		}
	}
}

func TestThePagesRunNothingOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.signIn("jeanne")
	shown := map[string]page{
		"sign-in": b.ask(set("prompt", "login"), set("claims", twoFactors)),
		"account": b.get(w.issuer + "/"),
		"refused": b.get(w.issuer + "/authorize"),
	}
	want := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' http://localhost:8080"
	for name, p := range shown {
		if found := inline.FindString(p.body); found != "" {
			t.Errorf("%s: %q is inline", name, found)
		}
		if got := p.header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q", name, got)
		}
		if got := p.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
	}
}

func TestTheAccountPageSaysWhoIsSignedIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if body := b.get(w.issuer + "/").body; !strings.Contains(body, "Personne n’est connecté") || strings.Contains(body, "/sign-out") {
		t.Errorf("nobody: %s", body)
	}
	b.signIn("claire")
	if body := b.get(w.issuer + "/").body; !strings.Contains(body, "Session ouverte dans ce navigateur") || !strings.Contains(body, `action="/sign-out"`) {
		t.Errorf("claire: %s", body)
	}
}

func TestALoginHintPutsTheFocusOnThatPerson(t *testing.T) {
	body := newWorld(t).browser().ask(set("login_hint", "Louise.Petit@justice.example")).body
	if strings.Count(body, "autofocus") != 1 || !regexp.MustCompile(`value="louise"[^>]*autofocus`).MatchString(body) {
		t.Errorf("got %s", body)
	}
}

func TestTheCookieHasANameOfItsOwn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	shown := b.ask()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	got := b.choose(shown, "jeanne").header.Get("Set-Cookie")
	if !regexp.MustCompile(`^parvis-devidp=[A-Z2-7]{52}; Path=/; HttpOnly; SameSite=Lax$`).MatchString(got) {
		t.Errorf("got %q", got)
	}
}

func TestAnotherHostNameIsNotAnswered(t *testing.T) {
	w := newWorld(t)
	for host, want := range map[string]int{"localhost:8081": 200, "127.0.0.1": 200, "[::1]:8081": 200, "evil.example:8081": 421, "": 421} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		r.RemoteAddr = "127.0.0.1:40000"
		answer := httptest.NewRecorder()
		w.provider.Handler().ServeHTTP(answer, r)
		if answer.Code != want {
			t.Errorf("%q: got %d, want %d", host, answer.Code, want)
		}
	}
}

func TestAnotherMachineIsNotAnswered(t *testing.T) {
	w := newWorld(t)
	for peer, want := range map[string]int{"127.0.0.1:1": 200, "[::1]:1": 200, "[::ffff:127.0.0.1]:1": 200, "192.0.2.7:1": 421, "[2001:db8::7]:1": 421, "[::ffff:10.0.0.1]:1": 421, "": 421} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host, r.RemoteAddr = "localhost:8081", peer
		answer := httptest.NewRecorder()
		w.provider.Handler().ServeHTTP(answer, r)
		if answer.Code != want {
			t.Errorf("%q: got %d, want %d", peer, answer.Code, want)
		}
	}
}

func TestTheLookIsServed(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/assets/tokens.css": "text/css; charset=utf-8", "/assets/devidp.css": "text/css; charset=utf-8", "/assets/icon.svg": "image/svg+xml",
	} {
		if got := w.browser().get(w.issuer + path); got.status != http.StatusOK || got.header.Get("Content-Type") != want {
			t.Errorf("%s: got %d %s", path, got.status, got.header.Get("Content-Type"))
		}
	}
}
