package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parvis/store"
	"parvis/webhook"
)

// proves makes a webhook active, as an answered challenge does.
func (i *installation) proves(id string) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		_, err := db.UpdateWebhook(i.t.Context(), id, func(w *webhook.Webhook) (webhook.Act, error) {
			w.State = webhook.Active
			return webhook.Act{Bury: true}, nil
		})
		return err
	})
}

// TestEachCommandOfThePageOnSoftwareDoesWhatItSays fills in the ids that a reader copies from the answer before.
func TestEachCommandOfThePageOnSoftwareDoesWhatItSays(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	first := func(args ...string) string {
		t.Helper()
		var list []map[string]any
		out := i.must(append(args, "-o", "json")...)
		if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) == 0 {
			t.Fatalf("%v in %s", err, out)
		}
		if id, ok := list[0]["clientId"].(string); ok {
			return id
		}
		return list[0]["id"].(string)
	}
	lastSecret := func(app string) string {
		secrets := i.appOf("show", app).Secrets
		return secrets[len(secrets)-1].ID
	}
	ran, hook := 0, ""
	for _, args := range commandsIn(t, "../../docs/operations/service-accounts.md") {
		for at, word := range args {
			switch word {
			case "<client-id>":
				args[at] = first("app", "list", "--org", "11001401600015")
			case "<webhook-id>":
				if hook == "" {
					hook = first("webhook", "list", "--org", "11001401600015")
					i.proves(hook)
				}
				args[at] = hook
			case "<secret-id>":
				args[at] = lastSecret(args[2])
			case "public-key.pem":
				args[at] = publicKeyFile(t)
			case "<delivery-id>":
				args[at] = first("webhook", "deliveries", hook)
			}
		}
		out, line := i.must(args...), strings.Join(args, " ")
		want := map[string]string{
			"app create": "client_secret", "app rotate-secret": "client_secret", "app show": "exploitation@agenda.example.gouv.fr", "app allow": "192.0.2.0/24", "app revoke": "revoked",
			"app rename": "HR agenda, production", "app add-secret": "client_secret", "app remove-secret": "client_id", "app add-key": "2026-11", "app remove-key": "client_id",
			"webhook update": "session.ended", "webhook rotate": "whsec_",
			"webhook create": "whsec_", "webhook list": "HR agenda", "webhook show": "meeting.updated", "webhook test": "webhook.test", "webhook redeliver": "queued", "webhook enable": "active",
		}[args[0]+" "+args[1]]
		if !strings.Contains(out, want) {
			t.Errorf("%s: %q is missing in %s", line, want, out)
		}
		ran++
	}
	if ran < 22 {
		t.Errorf("%d commands ran", ran)
	}
}

func TestAWebhookIsMadeForSoftwareThatIsThere(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	for line, says := range map[string]string{
		"webhook list --org 99999999999999": "organization",
		"webhook show nonsense":             "no such webhook",
		"webhook create --account 0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25 --url https://a.example/": "service account",
		"webhook update nonsense":                                  "say what changes",
		"webhook update nonsense --all --types x.y":                "--all stands alone",
		"webhook update nonsense --description x":                  "no such webhook",
		"webhook rotate nonsense":                                  "no such webhook",
		"webhook rotate nonsense --overlap 721h":                   "0s to 720h",
		"app rename 0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25":          "--name or --contact",
		"app rename 0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25 --name x": "no such service account",
		"app add-secret 0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25":      "no such service account",
		"app remove-secret 0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25 x": "no such service account",
		"webhook deliveries nonsense --limit 201":                  "1 to 200",
	} {
		if code, _, stderr := i.do(strings.Fields(line)...); code == 0 || !strings.Contains(stderr, says) {
			t.Errorf("%s: %d %s", line, code, stderr)
		}
	}
}

// publicKeyFile is where somebody keeps the public half of a key.
func publicKeyFile(t *testing.T) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "public-key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestWhatAWebhookIsGivenTakesThePlaceOfWhatItHad also holds that what is not named stays.
func TestWhatAWebhookIsGivenTakesThePlaceOfWhatItHad(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	one, two := i.app("rooms.read"), i.app("rooms.read")
	hook := func(args ...string) webhookWire {
		t.Helper()
		var w webhookWire
		if out := i.must(append(append([]string{"webhook"}, args...), "-o", "json")...); json.Unmarshal([]byte(out), &w) != nil {
			t.Fatalf("%v: %s", args, out)
		}
		return w
	}
	made := hook("create", "--account", one.ClientID, "--url", "https://a.example/", "--types", "meeting.updated", "--description", "First", "--contact", "it@a.example")
	i.proves(made.ID)
	if got := hook("update", made.ID, "--all", "--contact", "", "--account", two.ClientID); len(got.Types) != 0 || got.Contact != "" || got.Account != two.ClientID || got.Description != "First" || got.State != "active" {
		t.Errorf("got %+v", got)
	}
	if got := hook("update", made.ID, "--url", "https://b.example/", "--description", "Second"); got.URL != "https://b.example/" || got.State != "pending" || got.Description != "Second" {
		t.Errorf("another address has to be proved: %+v", got)
	}
	if got := hook("rotate", made.ID, "--overlap", "0s"); !strings.HasPrefix(got.Secret, "whsec_") || got.Secret == made.Secret {
		t.Errorf("got %q, before %q", got.Secret, made.Secret)
	}
	if got := hook("show", made.ID); got.Secret != "" {
		t.Error("the secret is shown again")
	}
	i.environ = slices.DeleteFunc(i.environ, func(s string) bool { return strings.HasPrefix(s, "PARVIS_SECRET=") })
	if code, _, errs := i.do("webhook", "rotate", made.ID); code == 0 || !strings.Contains(errs, "PARVIS_SECRET") {
		t.Errorf("without the secret of the installation: %d %s", code, errs)
	}
}

func TestASecretIsMadeBesideTheOthersAndOneIsRemoved(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("rooms.read")
	first := i.appOf("show", made.ClientID).Secrets
	more := i.appOf("add-secret", made.ClientID)
	if len(first) != 1 || len(more.Secrets) != 2 || more.Secret == made.Secret || more.Secret == "" {
		t.Fatalf("%d secrets, then %d", len(first), len(more.Secrets))
	}
	left := i.appOf("remove-secret", made.ClientID, first[0].ID)
	if len(left.Secrets) != 1 || left.Secrets[0].ID == first[0].ID {
		t.Errorf("left %+v", left.Secrets)
	}
	if code, _, errs := i.do("app", "remove-secret", made.ClientID, first[0].ID); code == 0 || !strings.Contains(errs, "no such credential") {
		t.Errorf("again: %d %s", code, errs)
	}
	if got := i.appOf("rename", made.ClientID, "--name", "Agenda", "--contact", "it@a.example"); got.Name != "Agenda" || got.Contact != "it@a.example" || len(got.Scopes) != 1 {
		t.Errorf("got %+v", got)
	}
	if got := i.appOf("rename", made.ClientID, "--contact", ""); got.Name != "Agenda" || got.Contact != "" {
		t.Errorf("got %+v", got)
	}
}
