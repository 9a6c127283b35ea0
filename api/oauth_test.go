package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/api"
	"parvis/auth"
	"parvis/auth/service"
)

// account makes one of the interior ministry and answers its id and secret.
func (w *world) account(t *testing.T, in service.NewAccount) (id, secret string) {
	t.Helper()
	accounts := w.options.Services.(tokens)
	in.Org, in.Name = interior, "HR agenda"
	a, err := accounts.Create(t.Context(), service.Administrator(), in)
	if err != nil {
		t.Fatal(err)
	}
	_, _, secret, err = accounts.AddSecret(t.Context(), service.Administrator(), a.ID, service.NewSecret{})
	if err != nil {
		t.Fatal(err)
	}
	return a.ID, secret
}

var mayReadAndWrite = service.NewAccount{Scopes: []auth.Scope{auth.ScopeRoomsRead, auth.ScopeRoomsWrite}}

func form(pairs ...string) ask {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return ask{method: "POST", path: api.TokenPath, body: values.Encode(), contentType: "application/x-www-form-urlencoded"}
}

func byClient(id, secret string, more ...string) ask {
	return form(append([]string{"grant_type", "client_credentials", "client_id", id, "client_secret", secret}, more...)...)
}

func forSomebody(id, secret, person string, more ...string) ask {
	return form(append([]string{
		"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "client_id", id, "client_secret", secret,
		"subject_token", person, "subject_token_type", "urn:parvis:token-type:person-id",
	}, more...)...)
}

// refusedToken expects the form of RFC 6749 section 5.2.
func (w *world) refusedToken(t *testing.T, status int, code string, a ask) *httptest.ResponseRecorder {
	t.Helper()
	rec := w.do(a)
	got := object(t, rec)
	if rec.Code != status || got["error"] != code || got["error_description"] == "" || len(got) != 2 {
		t.Fatalf("got %d %s, want %d %s", rec.Code, rec.Body, status, code)
	}
	if rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Pragma") != "no-cache" {
		t.Errorf("a refusal may be kept: %v", rec.Header())
	}
	return rec
}

func TestATokenRequestThatIsRefusedSaysSoInTheWordsOfOAuth(t *testing.T) {
	w := newWorld(t)
	id, secret := w.account(t, mayReadAndWrite)
	asJSON := byClient(id, secret)
	asJSON.contentType = "application/json"
	inAddress := byClient(id, secret)
	inAddress.path += "?client_id=" + id
	w.refusedToken(t, 400, "invalid_request", asJSON)
	w.refusedToken(t, 400, "invalid_request", inAddress)
	w.refusedToken(t, 400, "unsupported_grant_type", form("grant_type", "password", "client_id", id, "client_secret", secret))
	w.refusedToken(t, 400, "invalid_scope", byClient(id, secret, "scope", "attendance.read"))
	w.refusedToken(t, 400, "unauthorized_client", forSomebody(id, secret, "camille"))

	basic := byClient("", "")
	basic.header = http.Header{"Authorization": {"Basic " + "bm9ib2R5Om5vdGhpbmc="}}
	basic.body = "grant_type=client_credentials"
	var said []string
	for _, a := range []ask{byClient(id, "wrong"), byClient("0198a5c2-3c0f-7b02-8f3d-00000000ffff", secret), byClient("", ""), basic} {
		rec := w.refusedToken(t, 401, "invalid_client", a)
		if got := rec.Header().Get("WWW-Authenticate"); got != `Basic realm="parvis"` {
			t.Errorf("WWW-Authenticate %q", got)
		}
		said = append(said, rec.Body.String())
	}
	for _, s := range said {
		if s != said[0] {
			t.Errorf("clients can be told apart: %q", said)
		}
	}
	if log := w.log.String(); strings.Contains(log, secret) || !strings.Contains(log, `"code":"bad-credentials"`) {
		t.Errorf("the log: %s", log)
	}
}

func TestTheTokenEndpointIsNotForPagesNorForOtherMethods(t *testing.T) {
	w := newWorld(t)
	id, secret := w.account(t, mayReadAndWrite)
	crossSite := byClient(id, secret)
	crossSite.origin = "https://evil.example"
	w.refused(t, 403, "cross-site-request", crossSite)
	otherHost := byClient(id, secret)
	otherHost.host = "evil.example"
	w.refused(t, 421, "wrong-host", otherHost)
	w.refused(t, 405, "method-not-allowed", ask{method: "GET", path: api.TokenPath})
	w.refused(t, 404, "not-found", ask{method: "GET", path: "/oauth/authorize"})
	w.refused(t, 404, "not-found", ask{method: "GET", path: "/.well-known/openid-configuration"})
}

func TestASecretIsExchangedForATokenThatTheAPITakes(t *testing.T) {
	w := newWorld(t)
	id, secret := w.account(t, mayReadAndWrite)
	basic := ask{method: "POST", path: api.TokenPath, body: "grant_type=client_credentials&scope=rooms.read", contentType: "application/x-www-form-urlencoded"}
	r := basic.request()
	r.SetBasicAuth(id, secret)
	rec := w.serve(r)
	got := object(t, rec)
	token, _ := got["access_token"].(string)
	want := map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 900.0, "scope": "rooms.read"}
	if diff := cmp.Diff(want, got); diff != "" || rec.Code != 200 || token == "" {
		t.Fatalf("%d\n%s", rec.Code, diff)
	}
	if rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Pragma") != "no-cache" {
		t.Errorf("a token may be kept: %v", rec.Header())
	}
	me := w.want(t, 200, ask{method: "GET", path: "/api/v1/me", bearer: "Bearer " + token})
	if me["kind"] != "service" || me["name"] != "HR agenda" || me["actedFor"] != nil {
		t.Errorf("got %v", me)
	}
	w.refused(t, 403, "scope-missing", ask{method: "POST", path: newRoomPath, bearer: "Bearer " + token, key: "k", body: `{"name":"Budget"}`})
	w.refused(t, 401, "bad-credentials", ask{method: "GET", path: "/api/v1/me", bearer: "Bearer " + secret})
	w.wait(15 * time.Minute)
	w.refused(t, 401, "bad-credentials", ask{method: "GET", path: "/api/v1/me", bearer: "Bearer " + token})
}

func TestSoftwareActsForAPersonAsFarAsBothMay(t *testing.T) {
	w := newWorld(t)
	in := mayReadAndWrite
	in.ActsFor = []string{interior}
	id, known := w.account(t, in)
	w.refusedToken(t, 400, "invalid_request", forSomebody(id, known, "louise"))
	answer := w.want(t, 200, forSomebody(id, known, "camille"))
	if answer["issued_token_type"] != "urn:ietf:params:oauth:token-type:access_token" {
		t.Errorf("got %v", answer)
	}
	as := func(a ask) ask {
		a.bearer = "Bearer " + answer["access_token"].(string)
		return a
	}
	me := w.want(t, 200, as(ask{method: "GET", path: "/api/v1/me"}))
	acted := map[string]any{"serviceAccount": id, "scopes": []any{"rooms.read", "rooms.write"}}
	if me["kind"] != "person" || me["assurance"] != "unknown" || !cmp.Equal(me["actedFor"], acted) {
		t.Errorf("got %v", me)
	}
	w.refused(t, 400, "idempotency-key-required", as(ask{method: "POST", path: newRoomPath, body: `{"name":"Budget"}`}))
	w.want(t, 201, as(ask{method: "POST", path: newRoomPath, key: "k", body: `{"name":"Budget"}`}))
	if e := w.told[0]; e.Actor != "person:camille" || e.OnBehalfOf != id {
		t.Errorf("both are named: %+v", e)
	}
	w.want(t, 200, as(ask{method: "GET", path: "/api/v1/rooms/" + secret + "/members"}))
	w.refused(t, 403, "scope-missing", as(ask{method: "GET", path: "/api/v1/rooms/" + secret + "/sessions"}))
}

func TestNobodyIsThereInPersonThroughSoftware(t *testing.T) {
	w := newWorld(t)
	participant := w.admit(camille, budget)
	for _, a := range []ask{
		{method: "POST", path: "/api/v1/rooms/" + budget + "/join", body: "{}"},
		{method: "GET", path: "/api/v1/rooms/" + budget + "/events"},
		{method: "GET", path: "/api/v1/me/events"},
		{method: "POST", path: "/api/v1/rooms/" + budget + "/messages", body: `{"participant":"` + participant + `","text":"hello"}`},
		{method: "POST", path: "/api/v1/rooms/" + budget + "/leave", body: `{"participant":"` + participant + `"}`},
		{method: "GET", path: "/api/v1/rooms/" + budget + "/state?participant=" + participant},
		{method: "GET", path: "/api/v1/sign-ins"},
		{method: "DELETE", path: "/api/v1/sign-ins"},
		{method: "POST", path: "/api/v1/rooms/" + budget + "/claim", body: `{"token":"x"}`},
	} {
		a.as = robotForCamille
		w.refused(t, 403, "forbidden", a)
	}
	if len(w.messages) != 0 || len(w.ended) != 0 || len(w.admissions) != 1 {
		t.Error("what was refused has happened")
	}
}

func TestKeysOfWhatSoftwareDoesForSomebodyAreApartFromTheirOwn(t *testing.T) {
	w := newWorld(t)
	for _, who := range []auth.Identity{camille, robot, robotForCamille, robotForLouise} {
		w.want(t, 201, creating(who, "k1", `{"name":"`+bearerOf(who)+`"}`))
	}
	if len(w.rooms) != 8 {
		t.Errorf("%d rooms", len(w.rooms))
	}
}

func TestSoftwareHasOneShareOfRequestsForHoweverManyPeople(t *testing.T) {
	w := newWorld(t, func(o *api.Options) { o.Limits.Service = api.Rate{PerSecond: 1, Burst: 2} })
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: robotForCamille})
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: robotForLouise})
	w.refused(t, 429, "too-many-requests", ask{method: "GET", path: "/api/v1/me", as: robot})
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: camille})
}

func TestWhoTriesSecretsIsStoppedAndWhoHasOneIsNot(t *testing.T) {
	w := newWorld(t, func(o *api.Options) { o.Limits.NetworkFailures = api.Rate{PerSecond: 0.1, Burst: 10} })
	id, secret := w.account(t, mayReadAndWrite)
	from := func(a ask) ask {
		a.from = "192.0.2.1:1"
		return a
	}
	w.want(t, 200, from(byClient(id, secret)))
	for n := range 10 {
		w.refusedToken(t, 401, "invalid_client", from(byClient(id, fmt.Sprint("wrong", n))))
	}
	p := w.do(from(byClient(id, "wrong")))
	if p.Code != 429 || p.Header().Get("Retry-After") == "" {
		t.Errorf("got %d %s", p.Code, p.Body)
	}
	w.want(t, 200, from(byClient(id, secret)))
	other := byClient(id, "wrong")
	other.from = "192.0.2.2:1"
	w.refusedToken(t, 401, "invalid_client", other)
	// What was refused before anybody looked is not taken for good.
	unread := form("grant_type", "x", "client_id", id, "client_secret", "guess")
	unread.from = "192.0.2.3:1"
	w.refusedToken(t, 400, "unsupported_grant_type", unread)
	if got := w.do(from(byClient(id, "guess"))); got.Code != 429 {
		t.Errorf("got %d", got.Code)
	}
}

func TestOneAccountGetsSoManyTokensAndNobodyUsesThemUpForIt(t *testing.T) {
	w := newWorld(t, func(o *api.Options) { o.Limits.Tokens = api.Rate{PerSecond: 1, Burst: 2} })
	id, secret := w.account(t, mayReadAndWrite)
	other, otherSecret := w.account(t, mayReadAndWrite)
	for range 5 {
		w.refusedToken(t, 401, "invalid_client", byClient(id, otherSecret))
	}
	for range 2 {
		w.want(t, 200, byClient(id, secret))
	}
	w.refused(t, 429, "too-many-requests", byClient(id, secret))
	w.want(t, 200, byClient(other, otherSecret))
	w.wait(time.Second)
	w.want(t, 200, byClient(id, secret))
}

func TestAnAccountComesFromItsNetworksAsTrustedProxiesSayThem(t *testing.T) {
	w := newWorld(t, func(o *api.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")} })
	in := mayReadAndWrite
	in.Networks = []string{"198.51.100.0/24"}
	id, secret := w.account(t, in)
	through := func(client string, a ask) ask {
		a.from = "10.0.0.1:1"
		a.header = http.Header{"X-Forwarded-For": {client}}
		return a
	}
	w.refusedToken(t, 401, "invalid_client", through("203.0.113.1", byClient(id, secret)))
	lies := byClient(id, secret) // comes by no proxy of ours
	lies.from, lies.header = "203.0.113.1:1", http.Header{"X-Forwarded-For": {"198.51.100.1"}}
	w.refusedToken(t, 401, "invalid_client", lies)
	token := w.want(t, 200, through("198.51.100.1", byClient(id, secret)))["access_token"].(string)
	me := ask{method: "GET", path: "/api/v1/me", bearer: "Bearer " + token}
	w.want(t, 200, through("198.51.100.1", me))
	w.refused(t, 401, "bad-credentials", through("203.0.113.1", me))
}

func TestTheMetadataSaysWhatTheEndpointTakes(t *testing.T) {
	rec := newWorld(t).do(ask{method: "GET", path: "/.well-known/oauth-authorization-server"})
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	golden(t, "oauth-metadata", rec.Body.Bytes())
}
