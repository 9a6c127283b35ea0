package main

import (
	"encoding/json"
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
			case "<delivery-id>":
				args[at] = first("webhook", "deliveries", hook)
			}
		}
		out, line := i.must(args...), strings.Join(args, " ")
		want := map[string]string{
			"app create": "client_secret", "app rotate-secret": "client_secret", "app show": "exploitation@agenda.example.gouv.fr", "app allow": "192.0.2.0/24", "app revoke": "revoked",
			"webhook create": "whsec_", "webhook list": "HR agenda", "webhook show": "meeting.updated", "webhook test": "webhook.test", "webhook redeliver": "queued", "webhook enable": "active",
		}[args[0]+" "+args[1]]
		if !strings.Contains(out, want) {
			t.Errorf("%s: %q is missing in %s", line, want, out)
		}
		ran++
	}
	if ran < 15 {
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
		"webhook deliveries nonsense --limit 201":                                                "1 to 200",
	} {
		if code, _, stderr := i.do(strings.Fields(line)...); code == 0 || !strings.Contains(stderr, says) {
			t.Errorf("%s: %d %s", line, code, stderr)
		}
	}
}
