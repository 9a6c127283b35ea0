package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/rooms"
)

// during is each operation of the call, as the body that a participant sends.
func during(slug, participant string, who auth.Identity) map[string]ask {
	post := func(path, more string) ask {
		return ask{method: "POST", path: "/api/v1/rooms/" + slug + path, as: who, body: fmt.Sprintf(`{"participant":%q%s}`, participant, more)}
	}
	return map[string]ask{
		"say":   post("/messages", `,"text":"Good morning"`),
		"raise": post("/hand", `,"raised":true`),
		"react": post("/reactions", `,"reaction":"clap"`),
		"leave": post("/leave", ""),
		"state": {method: "GET", path: "/api/v1/rooms/" + slug + "/state?participant=" + participant, as: who},
	}
}

func TestNobodySpeaksForSomebodyElse(t *testing.T) {
	w := newWorld(t)
	odiles := w.admit(odile, budget)
	for name, a := range during(budget, odiles, louise) {
		t.Run(name, func(t *testing.T) {
			p := w.refused(t, 403, "not-admitted", a)
			if at := locations(p); len(at) != 1 || !strings.HasSuffix(at[0], ".participant") || strings.HasPrefix(at[0], "query") != (a.method == "GET") {
				t.Errorf("located at %v", at)
			}
		})
	}
	for name, a := range during(budget, odiles, auth.Identity{}) {
		t.Run(name+" without sign-in", func(t *testing.T) { w.refused(t, 401, "sign-in-required", a) })
	}
	for name, a := range during(fete, odiles, odile) {
		t.Run(name+" in another room", func(t *testing.T) { w.refused(t, 403, "not-admitted", a) })
	}
	if len(w.messages) != 0 || len(w.hands) != 0 || w.admissions[odiles].State != rooms.Open {
		t.Error("what was refused has changed something")
	}
}

func TestABadRequestDuringTheCallIsNamed(t *testing.T) {
	w := newWorld(t)
	me := w.admit(odile, budget)
	for _, c := range []struct{ path, body, at string }{
		{"/messages", `{"participant":"` + me + `","text":" \u200b "}`, "body.text"},
		{"/messages", `{"participant":"` + me + `","text":"` + strings.Repeat("a", 2001) + `"}`, "body.text"},
		{"/messages", `{"text":"hello"}`, "body.participant"},
		{"/messages", `{"participant":"me","text":"hello"}`, "body.participant"},
		{"/hand", `{"participant":"` + me + `"}`, "body.raised"},
		{"/hand", `{"participant":"` + me + `","raised":"up"}`, "body.raised"},
		{"/reactions", `{"participant":"` + me + `","reaction":"🦄"}`, "body.reaction"},
		{"/leave", `{}`, "body.participant"},
	} {
		p := w.refused(t, 422, "invalid-request", ask{method: "POST", path: "/api/v1/rooms/" + budget + c.path, body: c.body, as: odile})
		if diff := cmp.Diff([]string{c.at}, locations(p)); diff != "" {
			t.Errorf("%s %s: -want +got:\n%s", c.path, c.body, diff)
		}
	}
	p := w.refused(t, 422, "invalid-request", ask{method: "GET", path: "/api/v1/rooms/" + budget + "/state", as: odile})
	if diff := cmp.Diff([]string{"query.participant"}, locations(p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhoIsInTheCallWritesRaisesAHandReactsAndLeaves(t *testing.T) {
	w := newWorld(t)
	asks := during(budget, w.admit(odile, budget), odile)
	said := asks["say"]
	said.body = strings.Replace(said.body, "Good morning", `Line 1\r\nLine\u202e 2`, 1)
	if got := w.want(t, 201, said); got["id"] == "" || got["seq"] != float64(1) || got["at"] != "2026-11-20T09:00:00Z" {
		t.Errorf("got %v", got)
	}
	w.want(t, 204, asks["raise"])
	w.want(t, 204, asks["react"])
	rec := w.do(asks["state"])
	golden(t, "state", []byte(strings.Replace(rec.Body.String(), w.messages[0].ID, "the-message", 1)))
	leave := asks["leave"]
	leave.contentType, leave.origin = "application/json; charset=UTF-8", home // as navigator.sendBeacon sends it
	w.want(t, 204, leave)
	w.want(t, 204, leave)
	w.refused(t, 403, "not-admitted", asks["say"])
}
