package api_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/event"
	"parvis/webhook"
)

const hooksPath = "/api/v1/webhooks"

func makingHook(key, body string) ask {
	return ask{method: "POST", path: hooksPath, as: listener, key: key, body: body}
}

// hooked makes a webhook by REST and answers its address.
func (w *world) hooked(t *testing.T) string {
	t.Helper()
	return hooksPath + "/" + w.want(t, 201, makingHook("hooked", `{"url":"https://agenda.example.org/hooks","types":["session.ended"]}`))["id"].(string)
}

// proved makes the webhook active, as an answered challenge does.
func (w *world) proved(t *testing.T, path string) {
	t.Helper()
	_, err := w.hooks.UpdateWebhook(t.Context(), strings.TrimPrefix(path, hooksPath+"/"), func(h *webhook.Webhook) (webhook.Act, error) {
		h.State = webhook.Active
		return webhook.Act{Bury: true}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWebhooksAreNobodysBusinessButTheirManagers(t *testing.T) {
	w := newWorld(t)
	path := w.hooked(t)
	w.proved(t, path)
	tested := w.want(t, 202, ask{method: "POST", path: path + "/test", as: listener, key: "t"})["id"].(string)
	before := len(w.hooks.Events())
	all := []ask{
		{method: "GET", path: hooksPath}, {method: "POST", path: hooksPath, body: `{"url":"https://agenda.example.org/hooks"}`, key: "k"},
		{method: "GET", path: path}, {method: "DELETE", path: path},
		{method: "PATCH", path: path, body: `{"description":"x"}`, contentType: "application/merge-patch+json", ifMatch: `"1"`},
		{method: "POST", path: path + "/rotate", body: "{}", key: "k"}, {method: "POST", path: path + "/enable"}, {method: "POST", path: path + "/test", key: "k"},
		{method: "GET", path: path + "/deliveries"}, {method: "POST", path: path + "/deliveries/" + tested + "/redeliver"},
	}
	for _, a := range all {
		for code, who := range map[string][]auth.Identity{
			"sign-in-required": {{}}, "forbidden": {camille, robotForCamille}, "scope-missing": {robot, elsewhere, manager},
		} {
			for _, as := range who {
				a.as = as
				code := code
				if as.ID == camille.ID && !as.Delegated() && strings.HasPrefix(a.path, path) {
					code = "webhook-not-found" // whether there is one is nothing to people without a role
				}
				if got := object(t, w.do(a))["code"]; got != code {
					t.Errorf("%s %s as %s: got %v, want %s", a.method, a.path, bearerOf(as), got, code)
				}
			}
		}
		if strings.HasPrefix(a.path, path) { // another organization's is not found
			a.as = stranger
			w.refused(t, 404, "webhook-not-found", a)
		}
	}
	if list := w.want(t, 200, ask{method: "GET", path: hooksPath, as: stranger}); len(list["items"].([]any)) != 0 {
		t.Errorf("got %v", list)
	}
	if len(w.hooks.Events()) != before {
		t.Error("what was refused has happened")
	}
}

func TestABadWebhookGetsOneClearProblem(t *testing.T) {
	w := newWorld(t)
	key := 0
	for body, at := range map[string]string{
		`{"url":"http://agenda.example.org/"}`: "body.url", `{"url":"https://ok@127.0.0.1/"}`: "body.url", `{"url":"https://127.0.0.1/"}`: "body.url",
		`{"url":"https://127.1/"}`: "body.url", `{"url":"https://2130706433/"}`: "body.url", `{"url":"https://0x7f000001/"}`: "body.url",
		`{"url":"https://0177.0.0.1/"}`: "body.url", `{"url":"https://[::ffff:127.0.0.1]/"}`: "body.url", `{"url":"https://[fe80::1%25eth0]/"}`: "body.url",
		`{"url":"https://meet.example.org/api/v1/me"}`: "body.url", `{"url":"https://MEET.example.org./"}`: "body.url", `{"url":"https://a.example/#x"}`: "body.url",
		`{"url":"https://a.example:0/"}`: "body.url", `{"url":"https://10.2.0.1/"}`: "body.url", `{"url":"ftp://a.example/"}`: "body.url", `{"url":"hooks"}`: "body.url",
		`{"url":"https://a.example/","types":["room.burnt"]}`: "body.types", `{"url":"https://a.example/","types":["webhook.challenge"]}`: "body.types",
		`{"url":"https://a.example/","contact":"exploitation"}`: "body.contact", `{"url":"https://a.example/","contact":"a@example.org\nBcc: b@example.org"}`: "body.contact",
		`{"url":"https://a.example/","contact":"a@localhost"}`: "body.contact", `{"url":"https://a.example/","contactLanguage":"de"}`: "body.contactLanguage",
		`{"url":"https://a.example/","signature":"md5"}`: "body.signature", `{"url":"https://a.example/","secret":"mine"}`: "body.secret", `{"url":"https://a.example/","managedBy":"two words"}`: "body.managedBy",
	} {
		key++
		p := w.refused(t, 422, "invalid-request", makingHook("k"+strconv.Itoa(key), body))
		if diff := cmp.Diff([]string{at}, locations(p)); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	w.refused(t, 400, "idempotency-key-required", makingHook("", `{"url":"https://a.example/"}`))
	for _, good := range []string{"https://10.1.2.3:8443/", "http://10.1.2.3/", "http://agenda.interne.example:8080/hooks", "https://1.1.1.1/"} {
		w.want(t, 201, makingHook(good, `{"url":"`+good+`"}`))
	}
}

func TestASecretOfAWebhookIsShownOnceWhateverIsRepeated(t *testing.T) {
	w := newWorld(t)
	first := w.do(makingHook("k", `{"url":"https://agenda.example.org/hooks"}`))
	shown := object(t, first)
	secret, _ := shown["secret"].(string)
	if first.Code != 201 || !strings.HasPrefix(secret, "whsec_") || shown["state"] != "pending" {
		t.Fatalf("got %d %s", first.Code, first.Body)
	}
	delete(shown, "secret")
	again := w.do(makingHook("k", `{"url":"https://agenda.example.org/hooks"}`))
	if diff := cmp.Diff(shown, object(t, again)); diff != "" || again.Code != 201 {
		t.Errorf("again: %d\n%s", again.Code, diff)
	}
	path := first.Header().Get("Location")
	if diff := cmp.Diff(shown, w.want(t, 200, ask{method: "GET", path: path, as: listener})); diff != "" {
		t.Error(diff)
	}
	rotating := ask{method: "POST", path: path + "/rotate", as: listener, key: "r", body: `{"overlapMinutes":60}`}
	rotated := w.want(t, 200, rotating)
	keys := rotated["keys"].([]any)
	if rotated["secret"] == secret || !strings.HasPrefix(rotated["secret"].(string), "whsec_") || len(keys) != 2 || keys[1].(map[string]any)["expiresAt"] != "2026-11-20T10:00:00Z" {
		t.Errorf("got %v", rotated)
	}
	if repeated := w.want(t, 200, rotating); repeated["secret"] != nil || len(repeated["keys"].([]any)) != 2 {
		t.Errorf("repeated: %v", repeated)
	}
	w.refused(t, 422, "invalid-request", ask{method: "POST", path: path + "/rotate", as: listener, key: "bad", body: `{"overlapMinutes":43201}`})
}

func TestAPublicKeyOfAWebhookIsNoSecret(t *testing.T) {
	w := newWorld(t)
	got := w.want(t, 201, makingHook("k", `{"url":"https://agenda.example.org/hooks","signature":"ed25519"}`))
	public, _ := got["keys"].([]any)[0].(map[string]any)["publicKey"].(string)
	if got["secret"] != nil || !strings.HasPrefix(public, "whpk_") {
		t.Errorf("got %v", got)
	}
}

func TestAWebhookIsChangedByWhoHasSeenItAndProvedAgainElsewhere(t *testing.T) {
	w := newWorld(t)
	path := w.hooked(t)
	w.proved(t, path)
	changing := func(ifMatch, body string) ask {
		return ask{method: "PATCH", path: path, as: listener, ifMatch: ifMatch, body: body, contentType: "application/merge-patch+json"}
	}
	w.refused(t, 428, "if-match-required", changing("", `{"description":"x"}`))
	w.refused(t, 412, "version-changed", changing(`"7"`, `{"description":"x"}`))
	w.refused(t, 422, "invalid-request", changing(`"1"`, `{"url":null}`))
	w.refused(t, 422, "invalid-request", changing(`"1"`, `{"url":"https://127.0.0.1/"}`))
	if got := w.want(t, 200, changing(`"1"`, `{"types":null,"description":"Agenda"}`)); got["state"] != "active" || len(got["types"].([]any)) != 0 || got["description"] != "Agenda" {
		t.Errorf("got %v", got)
	}
	if got := w.want(t, 200, changing(`"2"`, `{"url":"https://elsewhere.example.org/"}`)); got["state"] != "pending" {
		t.Errorf("got %v", got)
	}
	w.refused(t, 409, "webhook-not-active", ask{method: "POST", path: path + "/test", as: listener, key: "k"})
	list := w.want(t, 200, ask{method: "GET", path: path + "/deliveries?type=webhook.challenge&state=queued", as: listener})
	if len(list["items"].([]any)) != 1 {
		t.Errorf("got %v", list)
	}
}

func TestAWebhookNamesWhomToTellWhenItIsDisabled(t *testing.T) {
	w := newWorld(t)
	made := w.want(t, 201, makingHook("k", `{"url":"https://agenda.example.org/hooks","contact":"exploitation@example.org","contactLanguage":"en"}`))
	if made["contact"] != "exploitation@example.org" || made["contactLanguage"] != "en" {
		t.Errorf("got %v", made)
	}
	path := hooksPath + "/" + made["id"].(string)
	change := ask{method: "PATCH", path: path, as: listener, contentType: "application/merge-patch+json", ifMatch: `"1"`}
	change.body = `{"contact":"nobody"}`
	if p := w.refused(t, 422, "invalid-request", change); locations(p)[0] != "body.contact" {
		t.Errorf("got %v", p)
	}
	change.body = `{"contactLanguage":null}`
	w.refused(t, 422, "invalid-request", change)
	change.body = `{"contact":null,"contactLanguage":"fr"}`
	if got := w.want(t, 200, change); got["contact"] != nil || got["contactLanguage"] != "fr" || got["state"] != "pending" {
		t.Errorf("got %v", got)
	}
	if got := w.want(t, 201, makingHook("without", `{"url":"https://agenda.example.org/hooks"}`)); got["contact"] != nil || got["contactLanguage"] != "fr" {
		t.Errorf("got %v", got)
	}
}

func TestAMessageIsSentAgainUnderItsOwnName(t *testing.T) {
	w := newWorld(t)
	path := w.hooked(t)
	w.proved(t, path)
	first := w.want(t, 202, ask{method: "POST", path: path + "/test", as: listener, key: "one"})
	if first["type"] != "webhook.test" || first["state"] != "queued" {
		t.Errorf("got %v", first)
	}
	w.want(t, 202, ask{method: "POST", path: path + "/test", as: listener, key: "two"})
	page := w.want(t, 200, ask{method: "GET", path: path + "/deliveries?pageSize=1&type=webhook.test", as: listener})
	next := w.want(t, 200, ask{method: "GET", path: path + "/deliveries?pageSize=1&type=webhook.test&cursor=" + page["next"].(string), as: listener})
	if got := next["items"].([]any)[0].(map[string]any)["id"]; got != first["id"] || next["next"] != nil {
		t.Errorf("got %v", next)
	}
	again := w.want(t, 202, ask{method: "POST", path: path + "/deliveries/" + first["id"].(string) + "/redeliver", as: listener})
	said := w.hooks.Events()
	if last := said[len(said)-1]; last.Type != event.WebhookResent || said[len(said)-2].Type != event.WebhookTested || last.Actor != "service:"+listener.ID {
		t.Errorf("the trail says %+v", last)
	}
	if again["messageId"] != first["messageId"] || again["state"] != "queued" {
		t.Errorf("got %v", again)
	}
	w.refused(t, 404, "delivery-not-found", ask{method: "POST", path: path + "/deliveries/nonsense/redeliver", as: listener})
	w.refused(t, 422, "invalid-request", ask{method: "GET", path: path + "/deliveries?state=lost", as: listener})
	w.want(t, 204, ask{method: "DELETE", path: path, as: listener})
	w.refused(t, 404, "webhook-not-found", ask{method: "GET", path: path, as: listener})
}

func TestAnOrganizationHasSoManyWebhooks(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.want(t, 201, makingHook("k"+strings.Repeat("x", i), `{"url":"https://agenda.example.org/hooks"}`))
	}
	w.refused(t, 409, "conflict", makingHook("more", `{"url":"https://agenda.example.org/hooks"}`))
}
