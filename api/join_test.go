package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

func joining(slug, body string, who auth.Identity) ask {
	return ask{method: "POST", path: "/api/v1/rooms/" + slug + "/join", body: body, as: who}
}

const vault = "vau-ltvt-xyz" // camille's, entry members, with a second factor

func (w *world) ask(slug string, least auth.Assurance) {
	r := w.rooms[slug]
	r.MinAssurance = least
	w.rooms[slug] = r
}

func setsCookie(rec *httptest.ResponseRecorder) bool { return rec.Header().Get("Set-Cookie") != "" }

func TestWhoMayNotJoinGetsTheReasonAndNoCookie(t *testing.T) {
	for _, c := range []struct {
		name   string
		ask    ask
		status int
		code   string
	}{
		{"nobody, where a second factor is needed", joining(vault, `{"name":"Ada"}`, auth.Identity{}), 401, "sign-in-required"},
		{"a guest, where a second factor is needed", joining(vault, `{"name":"Ada"}`, gaston), 401, "sign-in-required"},
		{"a person without one", joining(vault, `{}`, louise), 403, "assurance-too-low"},
		{"nobody, an unknown link", joining(nowhere, `{"name":"Ada"}`, auth.Identity{}), 404, "room-not-found"},
		{"a person, an unknown link", joining(nowhere, `{}`, camille), 404, "room-not-found"},
		{"the owner, an archived room", joining(archived, `{}`, camille), 410, "room-archived"},
		{"nobody, an archived room", joining(archived, `{"name":"Ada"}`, auth.Identity{}), 410, "room-archived"},
		{"software of another organization", joining(budget, `{"name":"Bridge"}`, elsewhere), 403, "members-only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.furnish(vault, access.EntryMembers)
			w.ask(vault, auth.AssuranceAgentMFA)
			w.refused(t, c.status, c.code, c.ask)
			if setsCookie(w.do(c.ask)) || w.guests != 0 || len(w.admissions) != 0 || len(w.tickets) != 0 {
				t.Error("a refusal made a sign-in, an admission or a ticket")
			}
		})
	}
}

func TestANameIsAskedOfGuestsAndRefusedOfPeople(t *testing.T) {
	for _, c := range []struct {
		name string
		ask  ask
	}{
		{"a guest without body", joining(fete, "", auth.Identity{})},
		{"a guest without name", joining(fete, `{}`, auth.Identity{})},
		{"a guest with a name of invisible characters", joining(fete, `{"name":" \u200b\u202e "}`, auth.Identity{})},
		{"a guest with a name of 65 characters", joining(fete, `{"name":"`+strings.Repeat("é", 65)+`"}`, auth.Identity{})},
		{"a guest who would wait, without name", joining(secret, `{}`, auth.Identity{})},
		{"a guest who would wait, with a name of 65 characters", joining(secret, `{"name":"`+strings.Repeat("é", 65)+`"}`, auth.Identity{})},
		{"a person with a name", joining(budget, `{"name":"The Minister"}`, odile)},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := w.refused(t, 422, "invalid-request", c.ask)
			if diff := cmp.Diff([]string{"body.name"}, locations(p)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if w.guests != 0 || len(w.admissions) != 0 {
				t.Error("a refusal made a sign-in or an admission")
			}
		})
	}
}

func TestAGuestGetsACookieByJoining(t *testing.T) {
	w := newWorld(t)
	rec := w.do(joining(fete, `{"name":" Ada\u202e "}`, auth.Identity{}))
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Header().Get("Set-Cookie"), "__Host-parvis=guest-1;") {
		t.Fatalf("got %d, Set-Cookie %q\n%s", rec.Code, rec.Header().Get("Set-Cookie"), rec.Body)
	}
	got := object(t, rec)["participant"].(map[string]any)
	if got["name"] != "Ada" || got["assurance"] != "unknown" {
		t.Errorf("got %v", got)
	}
}

func TestWhoIsNotLetInWaitsWithATicketAndLearnsNothingOfTheRoom(t *testing.T) {
	w := newWorld(t)
	rec := w.do(joining(secret, `{"name":" Ada\u202e "}`, auth.Identity{}))
	if rec.Code != http.StatusAccepted || !strings.HasPrefix(rec.Header().Get("Set-Cookie"), "__Host-parvis=guest-1;") {
		t.Fatalf("got %d, Set-Cookie %q\n%s", rec.Code, rec.Header().Get("Set-Cookie"), rec.Body)
	}
	id := object(t, rec)["ticket"].(map[string]any)["id"].(string)
	golden(t, "waiting", []byte(strings.ReplaceAll(rec.Body.String(), id, "the-ticket")))
	first := w.want(t, 202, joining(secret, "", gaston))["ticket"].(map[string]any)
	again := w.want(t, 202, joining(secret, "", gaston))["ticket"].(map[string]any)
	if again["id"] != first["id"] || again["name"] != "Gaston" || len(w.admissions) != 0 {
		t.Errorf("got %v, then %v", first, again)
	}
	w.want(t, 202, joining(secret, "", louise))
	w.want(t, 200, joining(secret, "", odile))
}

func TestAGuestWhoComesBackKeepsTheNameOrTakesAnother(t *testing.T) {
	w := newWorld(t)
	name := func(body string) any {
		return w.want(t, 200, joining(fete, body, gaston))["participant"].(map[string]any)["name"]
	}
	if got := name(""); got != "Gaston" || w.guests != 0 {
		t.Errorf("without a name: %v, %d new sign-ins", got, w.guests)
	}
	if got := name(`{"name":"Gaston L."}`); got != "Gaston L." || w.guests != 1 {
		t.Errorf("with another: %v, %d asked of sign-ins", got, w.guests)
	}
}

func TestAPersonJoinsUnderTheirOwnName(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{"", "{}", `{"name":""}`} {
		rec := w.do(joining(budget, body, louise))
		got := object(t, rec)
		if rec.Code != http.StatusOK || setsCookie(rec) || got["role"] != "member" {
			t.Fatalf("body %q: %d %s", body, rec.Code, rec.Body)
		}
		id := got["participant"].(map[string]any)["id"].(string)
		golden(t, "joined", []byte(strings.ReplaceAll(rec.Body.String(), id, "the-admission")))
	}
}

func TestSomebodyWhoseSignInEndedIsToldSo(t *testing.T) {
	w := newWorld(t)
	stale := auth.Identity{Kind: auth.Person, ID: "ended-long-ago"}
	w.refused(t, 401, "sign-in-expired", joining(budget, "{}", stale))
	w.refused(t, 401, "sign-in-expired", joining(fete, "{}", stale))
	w.refused(t, 401, "sign-in-expired", ask{method: "GET", path: "/api/v1/rooms", as: stale})
	if got := w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: stale}); got["kind"] != "anonymous" {
		t.Errorf("got %v", got)
	}
	w.want(t, 200, joining(fete, `{"name":"Ada"}`, stale))
}

func TestAJoinSaysWhatIsDown(t *testing.T) {
	w := newWorld(t)
	w.fails = fault.New(fault.CodeDatabaseUnavailable, "the database does not answer")
	w.refused(t, 503, "database-unavailable", joining(budget, "{}", louise))
	if got := w.do(joining(budget, "{}", louise)).Header().Get("Retry-After"); got != "5" {
		t.Errorf("Retry-After %q", got)
	}
	w.fails = fault.New(fault.CodeMediaUnavailable, "no SFU").After(1500e6)
	if got := w.do(joining(budget, "{}", louise)).Header().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After %q, want whole seconds, never too early", got)
	}
	w.refused(t, 503, "database-unavailable", joining(budget, "{}", auth.Identity{Kind: auth.Person, ID: "database-down"}))
}
