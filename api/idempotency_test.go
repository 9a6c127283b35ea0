package api_test

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"parvis/auth"
)

func creating(who auth.Identity, key, body string) ask {
	return ask{method: "POST", path: newRoomPath, as: who, key: key, body: body}
}

func TestSoftwareSendsAKeyWithEachCreation(t *testing.T) {
	w := newWorld(t)
	w.refused(t, 400, "idempotency-key-required", creating(robot, "", `{"name":"Budget"}`))
	for _, key := range []string{"with space", strings.Repeat("k", 256), "clé", "a\tb"} {
		w.refused(t, 422, "invalid-request", creating(robot, key, `{"name":"Budget"}`))
	}
	w.want(t, 201, creating(camille, "", `{"name":"Budget"}`))
}

func TestACreationThatIsRepeatedGetsItsFirstAnswerAgain(t *testing.T) {
	w := newWorld(t)
	first := w.do(creating(robot, "k1", `{"name":"Budget","owner":"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13"}`))
	again := w.do(creating(robot, "k1", `{"name":"Budget","owner":"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13"}`))
	if first.Code != 201 || again.Code != 201 || first.Body.String() != again.Body.String() {
		t.Fatalf("first %d %s, again %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	for _, name := range []string{"Content-Type", "Location", "ETag"} {
		if first.Header().Get(name) == "" || first.Header().Get(name) != again.Header().Get(name) {
			t.Errorf("%s: first %q, again %q", name, first.Header().Get(name), again.Header().Get(name))
		}
	}
	if first.Header().Get("Idempotent-Replayed") != "" || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("Idempotent-Replayed: first %q, again %q", first.Header().Get("Idempotent-Replayed"), again.Header().Get("Idempotent-Replayed"))
	}
	if len(w.rooms) != 5 {
		t.Errorf("%d rooms were made", len(w.rooms)-4)
	}
	if again.Header().Get("X-Request-Id") == first.Header().Get("X-Request-Id") {
		t.Error("the request id belongs to a request, not to its answer")
	}
}

func TestAKeyBelongsToOneRequestOfOneCaller(t *testing.T) {
	w := newWorld(t)
	w.want(t, 201, creating(robot, "k1", `{"name":"Budget"}`))
	w.refused(t, 422, "idempotency-key-reused", creating(robot, "k1", `{"name":"Other"}`))
	w.want(t, 201, creating(elsewhere, "k1", `{"name":"Other"}`))
	w.want(t, 201, creating(camille, "k1", `{"name":"Other"}`))
	w.want(t, 201, creating(camille, "k2", `{"name":"Other"}`))
}

func TestAKeyWhoseRequestStillRunsIsRefused(t *testing.T) {
	for route, body := range map[string]string{newRoomPath: `{"name":"Budget"}`, "/api/v1/meetings": comite} {
		w := newWorld(t)
		again := ask{method: "POST", path: route, as: robot, key: "k1", body: body}
		running := &kept{hash: hashOf("another"), began: w.now}
		w.keys["service:robot POST "+route+" k1"] = running
		w.refused(t, 422, "idempotency-key-reused", again)
		running.hash = hashOf(body)
		w.refused(t, 409, "idempotency-key-in-use", again)
		if got := w.do(again).Header().Get("Retry-After"); got != "1" {
			t.Errorf("%s: Retry-After %q", route, got)
		}
	}
}

func TestARefusalGivesTheKeyBack(t *testing.T) {
	w := newWorld(t)
	w.refused(t, 422, "invalid-request", creating(robot, "k1", `{"name":""}`))
	w.fails = errors.New("disk full at 10.0.0.7")
	w.refused(t, 500, "internal", creating(robot, "k1", `{"name":"Budget"}`))
	if len(w.keys) != 0 {
		t.Errorf("keys are still held: %v", w.keys)
	}
	w.fails = nil
	w.want(t, 201, creating(robot, "k1", `{"name":"Budget"}`))
}

func TestOfManyRoomsThoseRefusedAreTriedAgainUnderTheSameKeyAndNoneIsMadeTwice(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	w.want(t, http.StatusOK, changing(interiorPolicy, atMostSignedIn, `"0"`, minister))
	a := ask{method: "POST", path: "/api/v1/rooms/bulk", as: robot, key: "k1", body: `{"rooms":[{"name":"a"},{"name":"b","entry":"public"}]}`}
	first := w.want(t, 200, a)
	again := w.want(t, 200, a)
	w.want(t, http.StatusOK, changing(interiorPolicy, `{"settings":{"entry":null}}`, `"1"`, minister))
	last := w.want(t, 200, a)
	slug := func(o map[string]any, n int) any {
		made, _ := o["results"].([]any)[n].(map[string]any)["room"].(map[string]any)
		return made["slug"]
	}
	if slug(first, 0) == nil || slug(first, 1) != nil || slug(again, 1) != nil || slug(last, 1) == nil || slug(first, 0) != slug(again, 0) || slug(first, 0) != slug(last, 0) {
		t.Errorf("first %v\nagain %v\nlast %v", first, again, last)
	}
	if kept := w.want(t, 200, a); slug(kept, 1) != slug(last, 1) {
		t.Errorf("made twice: %v", kept)
	}
}

func TestWhoMayNotCreateLeavesNoKey(t *testing.T) {
	w := newWorld(t)
	w.refused(t, 401, "sign-in-required", creating(auth.Identity{}, "k1", `{"name":"Budget"}`))
	w.refused(t, 403, "scope-missing", creating(reader, "k1", `{"name":"Budget"}`))
	if len(w.keys) != 0 {
		t.Errorf("keys are still held: %v", w.keys)
	}
}

func TestWhatWasMadeBeforeAProgramDiedIsNotMadeAgain(t *testing.T) {
	for name, c := range map[string]struct {
		ask      func(w *world) ask
		status   int
		location bool
	}{
		"a room": {func(*world) ask { return creating(camille, "k1", `{"name":"Budget"}`) }, 201, true},
		"many rooms": {func(*world) ask {
			return ask{method: "POST", path: "/api/v1/rooms/bulk", as: camille, key: "k1", body: `{"rooms":[{"name":"One"},{"name":"Two"}]}`}
		}, 200, false},
		"a meeting": {func(*world) ask {
			return ask{method: "POST", path: "/api/v1/meetings", as: camille, key: "k1", body: comite}
		}, 201, true},
		"an import": {func(w *world) ask {
			a := importing(w.comite(t), "text/csv", "email\nnew@x.example\n")
			a.key = "k1"
			return a
		}, 202, true},
		"invitations": {func(w *world) ask {
			return ask{method: "POST", path: meetingPath(w.comite(t), "/invitees"), as: camille, key: "k1", ifMatch: `"1"`, body: `{"invitees":[{"email":"new@x.example"}]}`}
		}, 200, false},
	} {
		w := newWorld(t)
		a := c.ask(w)
		w.unkept = errors.New("the program died")
		first := w.do(a)
		letters, made := len(w.meetings.Letters()), len(w.rooms)
		w.refused(t, 409, "idempotency-key-in-use", a)
		w.wait(2 * time.Minute)
		w.unkept = nil
		for range 2 { // the second time from what was kept
			again := w.do(a)
			if first.Code != c.status || again.Code != c.status || again.Header().Get("Idempotent-Replayed") != "true" {
				t.Fatalf("%s: first %d %s, again %d %s", name, first.Code, first.Body, again.Code, again.Body)
			}
			if c.location != (again.Header().Get("Location") != "") || again.Header().Get("Location") != first.Header().Get("Location") {
				t.Errorf("%s: Location %q, then %q", name, first.Header().Get("Location"), again.Header().Get("Location"))
			}
			if before, after := object(t, first), object(t, again); before["id"] != after["id"] {
				t.Errorf("%s: %v, then %v", name, before, after)
			}
		}
		if len(w.meetings.Letters()) != letters || len(w.rooms) != made {
			t.Errorf("%s: %d letters and %d rooms, then %d and %d", name, letters, made, len(w.meetings.Letters()), len(w.rooms))
		}
	}
}

func TestWhatAdministratorsMadeBeforeAProgramDiedIsNotMadeAgain(t *testing.T) {
	h := newHeadquarters(t)
	root := holding("Root", auth.Appointment{Role: auth.PlatformAdmin})
	h.strangers = append(h.strangers, root)
	of := "/organizations/" + h.ministry
	for _, c := range []struct{ path, body, list, found string }{
		{"/organizations", `{"name":"Agence","parent":"` + h.ministry + `"}`, "/organizations?pageSize=200", "Agence"},
		{of + "/units", `{"name":"Direction"}`, of + "/units", "Direction"},
		{of + "/offices", `{"name":"Bureau"}`, of + "/offices", "Bureau"},
		{"/service-accounts", `{"organization":"` + h.ministry + `","name":"Paie","scopes":["rooms.read"]}`, "/service-accounts?organization=" + h.ministry, "Paie"},
		{"/privacy/holds", `{"kind":"person","subject":"` + h.inMinistry + `","reason":"Litigation 2026-118"}`, "/privacy/holds", "Litigation 2026-118"},
	} {
		a := ask{method: "POST", path: "/api/v1" + c.path, as: root, key: "k1", body: c.body}
		h.unkept = errors.New("the program died")
		first := h.do(a)
		h.wait(2 * time.Minute)
		h.unkept = nil
		again := h.do(a)
		if first.Code != 201 || again.Code != 201 || again.Header().Get("Idempotent-Replayed") != "true" || first.Body.String() != again.Body.String() ||
			again.Header().Get("Location") != first.Header().Get("Location") {
			t.Errorf("%s: first %d %s, again %d %s", c.path, first.Code, first.Body, again.Code, again.Body)
		}
		list := h.do(ask{method: "GET", path: "/api/v1" + c.list, as: root}).Body.String()
		if n := strings.Count(list, `"`+c.found+`"`); n != 1 {
			t.Errorf("%s: there are %d: %s", c.path, n, list)
		}
	}
}

func TestWhoWroteWithoutLeaveToReadIsToldWhatTheyMade(t *testing.T) {
	w := newWorld(t)
	writer := machine("writer", interior, auth.ScopeRoomsWrite)
	w.strangers = append(w.strangers, writer)
	w.unkept = errors.New("the program died")
	a := creating(writer, "k1", `{"name":"Budget"}`)
	first := w.want(t, 201, a)
	w.wait(2 * time.Minute)
	w.unkept = nil
	if again := w.want(t, 201, a); again["slug"] != first["slug"] {
		t.Errorf("first %v, again %v", first, again)
	}
	w.refused(t, 422, "idempotency-key-reused", creating(writer, "k1", `{"name":"Other"}`))
}

func TestWhoIsToldIsPartOfTheRequest(t *testing.T) {
	w := newWorld(t)
	quiet := ask{method: "POST", path: "/api/v1/meetings?sendUpdates=none", as: camille, key: "k1", body: comite}
	w.want(t, 201, quiet)
	loud := quiet
	loud.path = "/api/v1/meetings?sendUpdates=all"
	w.refused(t, 422, "idempotency-key-reused", loud)
	w.want(t, 201, quiet)
	if got := len(w.meetings.Letters()); got != 0 {
		t.Errorf("%d letters", got)
	}
}

func TestInvitingIsRepeatedAfterALostAnswer(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	a := ask{method: "POST", path: meetingPath(m, "/invitees"), as: camille, ifMatch: `"1"`, body: `{"invitees":[{"email":"new@x.example"}]}`}
	keyed := a
	keyed.key = "k1"
	first, again := w.do(keyed), w.do(keyed)
	if first.Code != 200 || again.Code != 200 || first.Body.String() != again.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("first %d %s, again %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	w.refused(t, 412, "version-changed", a)
}

func hashOf(body string) []byte {
	sum := sha256.Sum256([]byte(body))
	return sum[:]
}
