package main

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"parvis/directory"
	"parvis/store"
)

// app makes a service account of the organization that tests have.
func (i *installation) app(scopes string, more ...string) appWire {
	i.t.Helper()
	return i.appOf(append([]string{"create", "--name", "agenda", "--scopes", scopes, "--org", "11001401600015"}, more...)...)
}

func (i *installation) appOf(args ...string) appWire {
	i.t.Helper()
	var made appWire
	out := i.must(append(append([]string{"app"}, args...), "-o", "json")...)
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		i.t.Fatalf("%v in %s", err, out)
	}
	return made
}

// ask sends a token request and answers its status and the token.
func (i *installation) ask(form url.Values) (int, string) {
	i.t.Helper()
	status, body := i.send(http.MethodPost, "/oauth/token", "", form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		i.t.Fatalf("%v in %s", err, body)
	}
	return status, answer.Token
}

func bySecret(app appWire) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {app.ClientID}, "client_secret": {app.Secret}}
}

func (i *installation) token(app appWire) string {
	i.t.Helper()
	status, token := i.ask(bySecret(app))
	if status != http.StatusOK {
		i.t.Fatalf("no token: %d", status)
	}
	return token
}

func TestAnAccountThatCannotBeMadeOrChangedSaysWhy(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("rooms.read")
	create := []string{"app", "create", "--name", "x", "--org", "11001401600015", "--scopes"}
	for says, args := range map[string][]string{
		"rooms.all":          append(create, "rooms.all"),
		"networks":           append(create, "rooms.read", "--network", "office"),
		"actsFor":            append(create, "rooms.read", "--acts-for", "Guerre"),
		"no organization":    {"app", "list", "--org", "Guerre"},
		"no such service":    {"app", "show", "0198a5c2-3c0f-7b02-8f3d-00000000ffff"},
		"say what it may":    {"app", "allow", made.ClientID},
		"each stand":         {"app", "allow", made.ClientID, "--anywhere", "--network", "192.0.2.0/24"},
		"no such file":       {"app", "add-key", made.ClientID, "k", filepath.Join(t.TempDir(), "none")},
		"no such credential": {"app", "remove-key", made.ClientID, "k"},
	} {
		code, out, errs := i.do(args...)
		if code != 1 || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%s: exit %d: %s%s", says, code, out, errs)
		}
	}
	if code, _, _ := i.do("token", "list", "--org", "11001401600015"); code != 2 {
		t.Errorf("parvis token: exit %d", code)
	}
}

func TestAMachineMakesARoomUntilItsAccountIsRevoked(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("rooms.read,rooms.write", "--network", "127.0.0.0/8,::1")
	for _, args := range [][]string{{"list", "--org", "11001401600015"}, {"show", made.ClientID}} {
		if out := i.must(append([]string{"app"}, args...)...); !strings.Contains(out, "agenda") || !strings.Contains(out, made.ClientID) || strings.Contains(out, made.Secret) {
			t.Errorf("a secret is shown once: %s", out)
		}
	}
	i.serve()
	token := i.token(made)
	key := map[string]string{"Idempotency-Key": "k1"}
	if status, body := i.send(http.MethodPost, "/api/v1/rooms", token, `{"name":"Audience"}`, key); status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := i.send(http.MethodPost, "/api/v1/rooms", token, `{"name":"Audience"}`, nil); status != http.StatusBadRequest {
		t.Errorf("without Idempotency-Key: %d %s", status, body)
	}
	if list := i.must("room", "list", "--org", "11001401600015"); !strings.Contains(list, "Audience") {
		t.Errorf("got %s", list)
	}
	if out := i.must("app", "revoke", made.ClientID); !strings.Contains(out, "revoked") {
		t.Errorf("got %s", out)
	}
	i.until("/api/v1/rooms", token, http.StatusUnauthorized, "") // another process: it learns of the change within a second
	if status, _ := i.ask(bySecret(made)); status != http.StatusUnauthorized {
		t.Errorf("a revoked account gets a token: %d", status)
	}
}

func TestASecretIsRotatedWithoutAnInterruption(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	old := i.app("rooms.read")
	i.serve()
	young := i.appOf("rotate-secret", old.ClientID, "--overlap", "1h")
	if young.ClientID != old.ClientID || young.Secret == old.Secret || len(young.Secrets) != 2 {
		t.Fatalf("got %+v", young)
	}
	i.token(old)
	i.token(young)
	youngest := i.appOf("rotate-secret", old.ClientID, "--overlap", "0s")
	i.token(youngest)
	for _, ended := range []appWire{old, young} {
		if status, _ := i.ask(bySecret(ended)); status != http.StatusUnauthorized {
			t.Errorf("a secret that has ended: %d", status)
		}
	}
}

func TestAMachineSignsWithItsKeyAndActsForAPersonOfAMinistryThatLetsIt(t *testing.T) {
	i := install(t)
	i.must("migrate")
	var person directory.Person
	i.withStore(func(db *store.DB) (err error) {
		person, err = directory.New(db, time.Now).SignedIn(t.Context(), directory.Claims{
			Provider: "test", Issuer: "https://op.example", Subject: "1", GivenName: "Jeanne", FamilyName: "Morel", Email: "jeanne@interieur.example", Siret: "11001401600015",
		})
		return err
	})
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := jose.JSONWebKey{Key: public}.MarshalJSON()
	file := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	app := i.app("rooms.read,rooms.write", "--no-secret")
	if app.Secret != "" || len(app.Secrets) != 0 {
		t.Errorf("got %+v", app)
	}
	if out := i.must("app", "add-key", app.ClientID, "desk-key", file); !strings.Contains(out, "desk-key") {
		t.Errorf("got %s", out)
	}
	i.serve()
	form := func(jti string) url.Values {
		return url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {person.ID}, "subject_token_type": {"urn:parvis:token-type:person-id"},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertionOf(t, app, private, i.environ, jti)},
		}
	}
	if status, _ := i.ask(form("1")); status != http.StatusBadRequest {
		t.Errorf("it may act for nobody yet: %d", status)
	}
	i.must("app", "allow", app.ClientID, "--acts-for", "11001401600015")
	status, token := i.ask(form("2"))
	if status != http.StatusOK {
		t.Fatalf("no token: %d", status)
	}
	if status, body := i.send(http.MethodPost, "/api/v1/rooms", token, `{"name":"Cabinet"}`, map[string]string{"Idempotency-Key": "k1"}); status != http.StatusCreated {
		t.Errorf("%d %s", status, body)
	}
	if list := i.must("room", "list", "--owner", person.ID); !strings.Contains(list, "Cabinet") {
		t.Errorf("the room is the person's: %s", list)
	}
	i.withStore(func(db *store.DB) error { return db.DeactivatePerson(t.Context(), person.ID, time.Now()) })
	if status, body := i.get("/api/v1/me", token); status != http.StatusUnauthorized {
		t.Errorf("for somebody whose account is closed: %d %s", status, body)
	}
	if out := i.must("app", "remove-key", app.ClientID, "desk-key"); strings.Contains(out, "desk-key") {
		t.Errorf("got %s", out)
	}
}

func assertionOf(t *testing.T, app appWire, key ed25519.PrivateKey, environ []string, jti string) string {
	t.Helper()
	var issuer string
	for _, e := range environ {
		if at, ok := strings.CutPrefix(e, "PARVIS_URL="); ok {
			issuer = at
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "desk-key"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: app.ClientID, Subject: app.ClientID, Audience: jwt.Audience{issuer}, Expiry: jwt.NewNumericDate(time.Now().Add(time.Minute)), ID: jti,
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
