package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/access"
	"parvis/auth"
)

// hostRoutes is every route of those who host a call; {id} stands for a participant.
var hostRoutes = []struct {
	name, method, path, body string
}{
	{"participants", "GET", "/participants", ""},
	{"mute", "POST", "/participants/{id}/mute", `{"source":"microphone"}`},
	{"ask to unmute", "POST", "/participants/{id}/ask-to-unmute", ""},
	{"permissions", "PATCH", "/participants/{id}/permissions", `{"microphone":false}`},
	{"remove", "POST", "/participants/{id}/remove", `{}`},
	{"remove and block", "POST", "/participants/{id}/remove", `{"block":true}`},
	{"back to the lobby", "POST", "/participants/{id}/lobby", ""},
	{"rename", "PUT", "/participants/{id}/name", `{"name":"Maître Bernard"}`},
	{"role", "PUT", "/participants/{id}/role", `{"role":"moderator"}`},
	{"spotlight of one", "PUT", "/participants/{id}/spotlight", `{"on":true}`},
	{"spotlight", "PUT", "/spotlight", `{"participants":["{id}"]}`},
	{"mute all", "POST", "/mute-all", `{}`},
	{"lower hands", "POST", "/lower-hands", `{}`},
	{"permissions for all", "PATCH", "/permissions", `{"microphone":false}`},
	{"lock", "POST", "/lock", ""},
	{"unlock", "POST", "/unlock", ""},
	{"end", "POST", "/end", ""},
	{"blocks", "GET", "/blocks", ""},
}

func hostAsk(method, path, body, id string, who auth.Identity) ask {
	a := ask{method: method, path: "/api/v1/rooms/" + secret + strings.ReplaceAll(path, "{id}", id), body: strings.ReplaceAll(body, "{id}", id), as: who}
	if method == http.MethodPatch {
		a.contentType = "application/merge-patch+json"
	}
	return a
}

func TestNobodyActsOnAnOwnerButAnOwner(t *testing.T) {
	for _, route := range hostRoutes[1:8] {
		w := newWorld(t)
		target := w.seat(camille, secret, access.Owner)
		rec := w.do(hostAsk(route.method, route.path, route.body, target, mounir))
		if got := object(t, rec)["code"]; got != "forbidden" || w.changes() != 0 {
			t.Errorf("%s: got %d %v", route.name, rec.Code, got)
		}
	}
}

func TestSomebodyWhoHasJustLeftIsNotFound(t *testing.T) {
	const gone = "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90"
	for _, route := range hostRoutes[1:11] {
		w := newWorld(t)
		w.seat(gaston, secret, access.Member)
		for _, id := range []string{gone, "nonsense"} {
			if id == "nonsense" && route.name == "spotlight" {
				continue
			}
			rec := w.do(hostAsk(route.method, route.path, route.body, id, camille))
			if got := object(t, rec)["code"]; got != "participant-not-found" || w.changes() != 0 {
				t.Errorf("%s on %s: got %d %v", route.name, id, rec.Code, got)
			}
		}
	}
}

func TestActingOnACallThatDoesNotRunSaysSo(t *testing.T) {
	for _, route := range hostRoutes {
		w := newWorld(t)
		rec := w.do(hostAsk(route.method, route.path, route.body, "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90", camille))
		switch route.name {
		case "participants", "blocks", "end":
			if rec.Code >= http.StatusMultipleChoices {
				t.Errorf("%s: %d %s", route.name, rec.Code, rec.Body)
			}
		default:
			if got := object(t, rec)["code"]; got != "no-session" {
				t.Errorf("%s: got %d %v", route.name, rec.Code, got)
			}
		}
	}
}

func TestWhatHostsSendIsReadStrictly(t *testing.T) {
	for name, c := range map[string]struct{ method, path, body, at string }{
		"an unknown source":       {"POST", "/participants/{id}/mute", `{"source":"chat"}`, "body.source"},
		"an unknown permission":   {"PATCH", "/participants/{id}/permissions", `{"dance":true}`, "body.dance"},
		"a permission of a word":  {"PATCH", "/participants/{id}/permissions", `{"camera":"yes"}`, "body.camera"},
		"one for all unknown":     {"PATCH", "/permissions", `{"dance":true}`, "body.dance"},
		"one for all of a word":   {"PATCH", "/permissions", `{"camera":"yes"}`, "body.camera"},
		"an unknown role":         {"PUT", "/participants/{id}/role", `{"role":"king"}`, "body.role"},
		"no role":                 {"PUT", "/participants/{id}/role", `{}`, "body.role"},
		"an empty name":           {"PUT", "/participants/{id}/name", `{"name":"  "}`, "body.name"},
		"a name of 65 characters": {"PUT", "/participants/{id}/name", `{"name":"` + strings.Repeat("é", 65) + `"}`, "body.name"},
		"ten in the spotlight":    {"PUT", "/spotlight", `{"participants":["1","2","3","4","5","6","7","8","9","10"]}`, "body.participants"},
		"no list for spotlight":   {"PUT", "/spotlight", `{}`, "body.participants"},
		"a block of a word":       {"POST", "/participants/{id}/remove", `{"block":"yes"}`, "body.block"},
	} {
		w := newWorld(t)
		target := w.seat(gaston, secret, access.Member)
		rec := w.do(hostAsk(c.method, c.path, c.body, target, camille))
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), c.at) || w.changes() != 0 {
			t.Errorf("%s: got %d %s", name, rec.Code, rec.Body)
		}
	}
}

func TestWhoIsForbiddenToWriteIsTold(t *testing.T) {
	w := newWorld(t)
	target := w.seat(gaston, fete, access.Member)
	path := "/api/v1/rooms/" + fete
	rec := w.do(ask{method: "PATCH", path: path + "/participants/" + target + "/permissions", body: `{"chat":false,"reactions":false}`, contentType: "application/merge-patch+json", as: camille})
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `"forbidden":["chat","reactions"]`) {
		t.Fatalf("got %d %s", rec.Code, rec.Body)
	}
	for _, a := range []ask{
		{method: "POST", path: path + "/messages", body: `{"participant":"` + target + `","text":"hello"}`, as: gaston},
		{method: "POST", path: path + "/reactions", body: `{"participant":"` + target + `","reaction":"clap"}`, as: gaston},
	} {
		if rec := w.do(a); rec.Code != http.StatusForbidden || object(t, rec)["code"] != "forbidden-by-host" {
			t.Errorf("got %d %s", rec.Code, rec.Body)
		}
	}
	if len(w.messages) != 0 {
		t.Error("the line was kept")
	}
}

func TestWhatIsDecidedForAllAndForOneIsAnswered(t *testing.T) {
	w := newWorld(t)
	target := w.seat(gaston, secret, access.Member)
	for _, c := range []struct{ path, body, want string }{
		{"/permissions", `{"microphone":false,"chat":false}`, `{"forbidden":["microphone","chat"],"lasting":[]}`},
		{"/participants/{id}/permissions", `{"microphone":true,"screen":false}`, `"forbidden":["screen"],"allowed":["microphone"]`},
		{"/participants/{id}/permissions", `{"microphone":null}`, `"forbidden":["screen"],"allowed":[]`},
		{"/permissions", `{"chat":null}`, `{"forbidden":["microphone"],"lasting":[]}`},
		{"/permissions", `{}`, `{"forbidden":["microphone"],"lasting":[]}`},
	} {
		rec := w.do(hostAsk("PATCH", c.path, c.body, target, camille))
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), c.want) {
			t.Errorf("%s %s: got %d %s", c.path, c.body, rec.Code, rec.Body)
		}
	}
}

func TestALockedRoomAnswersLocked(t *testing.T) {
	w := newWorld(t)
	w.seat(camille, budget, access.Owner)
	if rec := w.do(ask{method: "POST", path: "/api/v1/rooms/" + budget + "/lock", as: camille}); rec.Code != http.StatusNoContent {
		t.Fatalf("got %d %s", rec.Code, rec.Body)
	}
	rec := w.do(ask{method: "POST", path: "/api/v1/rooms/" + budget + "/join", as: louise})
	if rec.Code != http.StatusLocked || object(t, rec)["code"] != "room-locked" {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
}

func TestABlockIsListedAndTakenBack(t *testing.T) {
	w := newWorld(t)
	target := w.seat(louise, budget, access.Member)
	path := "/api/v1/rooms/" + budget
	if rec := w.do(ask{method: "POST", path: path + "/participants/" + target + "/remove", body: `{"block":true}`, as: mounir}); rec.Code != http.StatusOK {
		t.Fatalf("got %d %s", rec.Code, rec.Body)
	}
	if rec := w.do(ask{method: "POST", path: path + "/join", as: louise}); rec.Code != http.StatusForbidden || object(t, rec)["code"] != "blocked" {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
	listed := w.do(ask{method: "GET", path: path + "/blocks", as: mounir})
	if !strings.Contains(listed.Body.String(), `"name":"louise"`) || !strings.Contains(listed.Body.String(), `"blockedBy":"mounir"`) {
		t.Errorf("got %s", listed.Body)
	}
	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} { // the second time there is none
		if rec := w.do(ask{method: "DELETE", path: path + "/blocks/" + w.blockID(), as: mounir}); rec.Code != want {
			t.Errorf("got %d %s, want %d", rec.Code, rec.Body, want)
		}
	}
}

// blockID is that of the first block, or of none.
func (w *world) blockID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.blocks) == 0 {
		return "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90"
	}
	return w.blocks[0].ID
}
