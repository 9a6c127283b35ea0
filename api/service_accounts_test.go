package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
)

const accountsPath = "/api/v1/service-accounts"

func makingAccount(key, body string) ask {
	return ask{method: "POST", path: accountsPath, as: manager, key: key, body: body}
}

// made makes an account by REST and answers its address.
func (w *world) made(t *testing.T) string {
	t.Helper()
	got := w.want(t, 201, makingAccount("made", `{"name":"HR agenda","scopes":["rooms.read"]}`))
	return accountsPath + "/" + got["id"].(string)
}

func patching(path, ifMatch, body string) ask {
	return ask{method: "PATCH", path: path, as: manager, ifMatch: ifMatch, body: body, contentType: "application/merge-patch+json"}
}

func TestServiceAccountsAreNobodysBusinessButTheirManagers(t *testing.T) {
	w := newWorld(t)
	path := w.made(t)
	before := len(w.software.Events())
	for _, a := range []ask{
		{method: "GET", path: accountsPath}, {method: "POST", path: accountsPath, body: `{"name":"x","scopes":["rooms.read"]}`, key: "k"},
		{method: "GET", path: path}, {method: "DELETE", path: path},
		{method: "PATCH", path: path, body: `{"name":"x"}`, contentType: "application/merge-patch+json", ifMatch: `"1"`},
		{method: "POST", path: path + "/secrets", body: "{}", key: "k"}, {method: "DELETE", path: path + "/secrets/x"},
		{method: "PUT", path: path + "/keys/k", body: `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`}, {method: "DELETE", path: path + "/keys/k"},
	} {
		for code, who := range map[string][]auth.Identity{
			"sign-in-required": {{}}, "forbidden": {camille, robotForCamille}, "scope-missing": {robot, elsewhere},
		} {
			for _, as := range who {
				a.as = as
				rec := w.do(a)
				got, code := object(t, rec)["code"], code
				if as.ID == camille.ID && !as.Delegated() && strings.HasPrefix(a.path, path) {
					code = "service-account-not-found" // whether there is one is nothing to people without a role
				}
				if as.Kind == auth.Guest || got != code {
					t.Errorf("%s %s as %s: got %d %v, want %s", a.method, a.path, bearerOf(as), rec.Code, got, code)
				}
			}
		}
	}
	if len(w.software.Events()) != before {
		t.Error("what was refused has happened")
	}
}

func TestABadAccountGetsOneClearProblem(t *testing.T) {
	w := newWorld(t)
	for body, at := range map[string]string{
		`{"name":"x","scopes":[]}`:                                                "body.scopes",
		`{"name":"x","scopes":["rooms.burn"]}`:                                    "body.scopes",
		`{"name":"","scopes":["rooms.read"]}`:                                     "body.name",
		`{"name":"x","scopes":["rooms.read"],"networks":["office"]}`:              "body.networks",
		`{"name":"x","scopes":["rooms.read"],"actsFor":["nowhere"]}`:              "body.actsFor",
		`{"name":"x","scopes":["rooms.read"],"expiresAt":"2020-01-01T00:00:00Z"}`: "body.expiresAt",
		`{"name":"x","scopes":["rooms.read"],"org":"` + justice + `"}`:            "body.org",
	} {
		p := w.refused(t, 422, "invalid-request", makingAccount("k"+at, body))
		if diff := cmp.Diff([]string{at}, locations(p)); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	w.refused(t, 400, "idempotency-key-required", makingAccount("", `{"name":"x","scopes":["rooms.read"]}`))
	w.refused(t, 403, "scope-missing", makingAccount("k", `{"name":"x","scopes":["rooms.write"]}`))
	w.refused(t, 403, "forbidden", makingAccount("k", `{"name":"x","scopes":["rooms.read"],"actsFor":["`+interior+`"]}`))
}

func TestAnAccountIsMadeOnceAndReadAsItWasMade(t *testing.T) {
	w := newWorld(t)
	body := `{"name":"HR agenda","scopes":["rooms.read"],"networks":["192.0.2.7","2001:db8::/48"],"expiresAt":"2027-01-01T00:00:00Z"}`
	first := w.do(makingAccount("k", body))
	again := w.do(makingAccount("k", body))
	if first.Code != 201 || first.Body.String() != again.Body.String() || again.Header().Get("Location") != first.Header().Get("Location") {
		t.Fatalf("first %d %s, again %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	path := first.Header().Get("Location")
	got := w.do(ask{method: "GET", path: path, as: manager})
	if got.Code != 200 || got.Body.String() != first.Body.String() || got.Header().Get("ETag") != first.Header().Get("ETag") {
		t.Errorf("got %d %s", got.Code, got.Body)
	}
	account := object(t, got)
	want := map[string]any{
		"id": strings.TrimPrefix(path, accountsPath+"/"), "organization": map[string]any{"id": interior, "name": "Ministry"}, "name": "HR agenda", "scopes": []any{"rooms.read"}, "networks": []any{"192.0.2.7/32", "2001:db8::/48"},
		"actsFor": []any{}, "secrets": []any{}, "keys": []any{}, "createdAt": "2026-11-20T09:00:00Z", "expiresAt": "2027-01-01T00:00:00Z",
	}
	if diff := cmp.Diff(want, account); diff != "" {
		t.Error(diff)
	}
	list := w.want(t, 200, ask{method: "GET", path: accountsPath + "?pageSize=1", as: manager})
	next := w.want(t, 200, ask{method: "GET", path: accountsPath + "?pageSize=1&cursor=" + list["next"].(string), as: manager})
	if len(list["items"].([]any)) != 1 || len(next["items"].([]any)) != 1 || next["next"] != nil {
		t.Errorf("got %v and %v", list, next)
	}
	w.refused(t, 404, "service-account-not-found", ask{method: "GET", path: accountsPath + "/nonsense", as: manager})
}

func TestAnAccountIsChangedByWhoHasSeenIt(t *testing.T) {
	w := newWorld(t)
	path := w.made(t)
	w.refused(t, 428, "if-match-required", patching(path, "", `{"name":"Payroll"}`))
	w.refused(t, 412, "version-changed", patching(path, `"7"`, `{"name":"Payroll"}`))
	w.refused(t, 422, "invalid-request", patching(path, `"1"`, `{"name":null}`))
	w.refused(t, 403, "scope-missing", patching(path, `"1"`, `{"scopes":["rooms.write"]}`))
	rec := w.do(patching(path, `"1"`, `{"name":"Payroll","networks":["192.0.2.0/24"],"expiresAt":null}`))
	if got := object(t, rec); rec.Code != 200 || rec.Header().Get("ETag") != `"2"` || got["name"] != "Payroll" || got["expiresAt"] != nil || len(got["networks"].([]any)) != 1 {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
	if got := w.want(t, 200, patching(path, `"2"`, `{"networks":null}`)); len(got["networks"].([]any)) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestASecretIsShownOnceWhateverIsRepeated(t *testing.T) {
	w := newWorld(t)
	path := w.made(t)
	adding := func(key, body string) ask {
		return ask{method: "POST", path: path + "/secrets", as: manager, key: key, body: body}
	}
	w.refused(t, 400, "idempotency-key-required", adding("", "{}"))
	w.refused(t, 422, "invalid-request", adding("bad", `{"overlapMinutes":43201}`))
	first := w.do(adding("k", "{}"))
	shown := object(t, first)
	secret, _ := shown["secret"].(string)
	if first.Code != 201 || !strings.HasPrefix(secret, "parvis_") || first.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %s", first.Code, first.Body)
	}
	again := w.do(adding("k", "{}"))
	delete(shown, "secret")
	if diff := cmp.Diff(shown, object(t, again)); diff != "" || again.Code != 201 || again.Header().Get("Location") != first.Header().Get("Location") {
		t.Errorf("again: %d\n%s", again.Code, diff)
	}
	for id, k := range w.keys {
		if strings.Contains(string(k.body), secret) {
			t.Errorf("the secret is kept under %s", id)
		}
	}
	account := w.do(ask{method: "GET", path: path, as: manager})
	if strings.Contains(account.Body.String(), secret[len(secret)-43:]) || len(object(t, account)["secrets"].([]any)) != 1 {
		t.Errorf("got %s", account.Body)
	}
	id := strings.TrimPrefix(path, accountsPath+"/")
	w.want(t, 200, byClient(id, secret))
	w.refused(t, 404, "not-found", ask{method: "DELETE", path: path + "/secrets/nonsense", as: manager})
	w.want(t, 204, ask{method: "DELETE", path: first.Header().Get("Location"), as: manager})
	w.refusedToken(t, 401, "invalid_client", byClient(id, secret))
}

func TestTheSameKeyAddsASecretToEachOfTwoAccounts(t *testing.T) {
	w := newWorld(t)
	one := w.made(t)
	two := w.want(t, 201, makingAccount("two", `{"name":"Payroll","scopes":["rooms.read"]}`))["id"].(string)
	for _, path := range []string{one, accountsPath + "/" + two} {
		if got := w.want(t, 201, ask{method: "POST", path: path + "/secrets", as: manager, key: "k", body: "{}"}); got["secret"] == nil {
			t.Errorf("%s: got %v", path, got)
		}
	}
}

func TestAPublicKeyIsRegisteredByValue(t *testing.T) {
	w := newWorld(t)
	path := w.made(t) + "/keys/2026-11"
	putting := func(body string) ask { return ask{method: "PUT", path: path, as: manager, body: body} }
	const good = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	for _, body := range []string{
		`{}`, `{"kty":"oct","k":"c2VjcmV0"}`, `{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`, `{"jwks_uri":"https://example.org"}`,
		strings.Replace(good, "}", `,"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`, 1), strings.Replace(good, "}", `,"kid":"other"}`, 1),
	} {
		w.refused(t, 422, "invalid-request", putting(body))
	}
	w.refused(t, 404, "not-found", ask{method: "DELETE", path: path, as: manager})
	first := w.want(t, 201, putting(good))
	if keys := first["keys"].([]any); len(keys) != 1 || keys[0].(map[string]any)["kid"] != "2026-11" {
		t.Errorf("got %v", first)
	}
	w.want(t, 200, putting(good))
	w.want(t, 204, ask{method: "DELETE", path: path, as: manager})
}

func TestARevokedAccountIsNobody(t *testing.T) {
	w := newWorld(t)
	path := w.made(t)
	secret := w.want(t, 201, ask{method: "POST", path: path + "/secrets", as: manager, key: "k", body: "{}"})["secret"].(string)
	id := strings.TrimPrefix(path, accountsPath+"/")
	token := w.want(t, 200, byClient(id, secret))["access_token"].(string)
	for range 2 {
		w.want(t, 204, ask{method: "DELETE", path: path, as: manager})
	}
	w.refused(t, 401, "bad-credentials", ask{method: "GET", path: newRoomPath, bearer: "Bearer " + token})
	w.refusedToken(t, 401, "invalid_client", byClient(id, secret))
	if got := w.want(t, 200, ask{method: "GET", path: path, as: manager}); got["revokedAt"] != "2026-11-20T09:00:00Z" {
		t.Errorf("got %v", got)
	}
}
