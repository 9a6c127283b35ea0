package api_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

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
		running := &kept{hash: hashOf("another")}
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

func TestWhoMayNotCreateLeavesNoKey(t *testing.T) {
	w := newWorld(t)
	w.refused(t, 401, "sign-in-required", creating(auth.Identity{}, "k1", `{"name":"Budget"}`))
	w.refused(t, 403, "scope-missing", creating(reader, "k1", `{"name":"Budget"}`))
	if len(w.keys) != 0 {
		t.Errorf("keys are still held: %v", w.keys)
	}
}

func hashOf(body string) []byte {
	sum := sha256.Sum256([]byte(body))
	return sum[:]
}
