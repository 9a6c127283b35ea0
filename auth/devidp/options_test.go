package devidp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parvis/auth/devidp"
)

func TestANewProviderRefuses(t *testing.T) {
	cases := []struct {
		name   string
		change func(*devidp.Options)
		want   string
	}{
		{"a public host", func(o *devidp.Options) { o.Issuer = "https://idp.example" }, "is not on this machine"},
		{"every address at once", func(o *devidp.Options) { o.Issuer = "http://0.0.0.0:8081" }, "is not on this machine"},
		{"a private network", func(o *devidp.Options) { o.Issuer = "http://192.168.1.2:8081" }, "is not on this machine"},
		{"a name that begins like this machine's", func(o *devidp.Options) { o.Issuer = "http://localhost.example:8081" }, "is not on this machine"},
		{"no issuer", func(o *devidp.Options) { o.Issuer = "" }, "is not an http or https address"},
		{"a path", func(o *devidp.Options) { o.Issuer = "http://127.0.0.1:8081/api" }, "must be an origin alone"},
		{"a trailing slash", func(o *devidp.Options) { o.Issuer = "http://127.0.0.1:8081/" }, "must be an origin alone"},
		{"an algorithm with a shared secret", func(o *devidp.Options) { o.Alg = "HS256" }, "neither RS256 nor ES256"},
		{"a client without a secret", func(o *devidp.Options) { o.Clients[0].Secret = "" }, "needs an id and a secret"},
		{"a client without an address", func(o *devidp.Options) { o.Clients[0].RedirectURIs = nil }, "needs a redirect URI"},
		{"a redirect to a script", func(o *devidp.Options) { o.Clients[0].RedirectURIs = []string{"javascript:x"} }, "is not an absolute http or https address"},
		{"a listener elsewhere", func(o *devidp.Options) { o.Clients[0].BackChannelLogoutURI = "https://app.example/out" }, "is not on this machine"},
		{"unknown userinfo", func(o *devidp.Options) { o.Clients[0].UserinfoAlg = "HS256" }, "none of RS256, ES256 and none"},
		{"the same client twice", func(o *devidp.Options) { o.Clients = append(o.Clients, o.Clients[0]) }, "is named twice"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := options()
			c.change(&o)
			if _, err := devidp.New(o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestEachNameOfThisMachineIsAnIssuer(t *testing.T) {
	for _, issuer := range []string{"http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081", "http://127.9.9.9", "https://localhost"} {
		o := options()
		o.Issuer = issuer
		p, err := devidp.New(o)
		if err != nil {
			t.Errorf("%s: %v", issuer, err)
			continue
		}
		p.Close()
	}
}

func TestTheKeysSurviveARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.pem")
	jwks := func() string {
		w := newWorld(t, func(o *devidp.Options) { o.KeyFile = file })
		return w.browser().get(w.issuer + "/jwks").body
	}
	first := jwks()
	if strings.Count(first, `"kid"`) != 2 || strings.Contains(first, `"d"`) {
		t.Errorf("want two public keys, got %s", first)
	}
	if again := jwks(); again != first {
		t.Errorf("other keys after a restart: %s, then %s", first, again)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is open to others: %v %v", info.Mode(), err)
	}
}

func TestABrokenKeyFileSaysWhatToDo(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		o := options()
		o.KeyFile = filepath.Join(t.TempDir(), "keys.pem")
		if err := os.WriteFile(o.KeyFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := devidp.New(o); err == nil || !strings.Contains(err.Error(), o.KeyFile) || !strings.Contains(err.Error(), "remove the file") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAKeyFileThatCannotBeWrittenStopsTheStart(t *testing.T) {
	o := options()
	o.KeyFile = filepath.Join(t.TempDir(), "missing", "keys.pem")
	if _, err := devidp.New(o); err == nil || !strings.Contains(err.Error(), "write the key file") {
		t.Errorf("got %v", err)
	}
}

func TestThePeopleAreWhoTheyAreSupposedToBe(t *testing.T) {
	people := map[string]devidp.Person{}
	subjects := map[string]bool{}
	for _, p := range devidp.People() {
		people[p.Username] = p
		subjects[p.Subject] = true
		if len(p.Siret) != 14 || !strings.HasSuffix(p.Email, ".example") || len(p.IdPID) != 36 {
			t.Errorf("%s: siret %q, e-mail %q, idp_id %q", p.Username, p.Siret, p.Email, p.IdPID)
		}
		if p.SecondFactor() != (p.Username != "samira") || p.SecondFactor() != (p.ACR == "eidas2") {
			t.Errorf("%s: acr %s, amr %v", p.Username, p.ACR, p.AMR)
		}
		if p.Deactivated != (p.Username == "marc") {
			t.Errorf("%s: deactivated %v", p.Username, p.Deactivated)
		}
	}
	if len(people) != 7 || len(subjects) != 7 {
		t.Errorf("%d people with %d subjects, want 7", len(people), len(subjects))
	}
	if people["jeanne"].Siret != people["amine"].Siret || people["jeanne"].Siret == people["louise"].Siret {
		t.Error("Jeanne and Amine are of one ministry, Louise of another")
	}
}

func options() devidp.Options {
	return devidp.Options{Issuer: "http://127.0.0.1:8081", Clients: []devidp.Client{{ID: "parvis", Secret: "s", RedirectURIs: []string{callback}}}}
}
