package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
)

// membersOwn are the operations on a room that are not for its hosts alone.
var membersOwn = []string{
	"get-room", "join-room", "leave-room", "get-room-state", "say", "react", "raise-hand", "listen-to-room", "claim-invitation",
	"accept-unmute-request", "leave-lobby", "write-note", "list-members",
}

// hostOperations is what the document says that hosts may do, ready to be asked; a route that is added is among them.
func (w *world) hostOperations(t *testing.T, participant string) map[string]ask {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			RequestBody struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(w.do(ask{method: "GET", path: "/api/v1/openapi.json"}).Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	left := slices.Clone(membersOwn)
	found := map[string]ask{}
	for path, methods := range doc.Paths {
		if !strings.HasPrefix(path, "/rooms/{slug}") {
			continue
		}
		path = strings.NewReplacer("{slug}", secret, "/blocks/{id}", "/blocks/"+w.blockID(), "{id}", participant, "{sid}", participant).Replace(path)
		for method, op := range methods {
			if i := slices.Index(left, op.OperationID); i >= 0 {
				left = slices.Delete(left, i, i+1)
				continue
			}
			a := ask{method: strings.ToUpper(method), path: "/api/v1" + path, ifMatch: `"1"`}
			for kind, media := range op.RequestBody.Content {
				a.contentType, a.body = kind, string(media.Example)
			}
			found[op.OperationID] = a
		}
	}
	if len(left) > 0 || len(found) < 25 {
		t.Fatalf("not in the document: %v; %d operations of hosts", left, len(found))
	}
	return found
}

// A member of the room, one who is in the call besides, and somebody who is in the call alone.
func TestAMemberWhoCallsARouteOfHostsIsRefusedOnEach(t *testing.T) {
	for name, c := range map[string]struct {
		who    auth.Identity
		inCall bool
		codes  []string
	}{
		"a member":                      {odile, false, []string{"forbidden"}},
		"a member in the call":          {odile, true, []string{"forbidden"}},
		"somebody in the call, no more": {louise, true, []string{"room-not-found"}},
		"a guest in the call":           {gaston, true, []string{"room-not-found", "sign-in-required"}},
		"somebody who is not signed in": {auth.Identity{}, false, []string{"sign-in-required"}},
		"a stranger who knows the link": {louise, false, []string{"room-not-found"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.wait(-365 * 24 * time.Hour) // the moments in the examples are still to come
			target := w.seat(mounir, secret, access.Member)
			if rec := w.do(hostAsk("POST", "/participants/{id}/remove", `{"block":true}`, w.seat(machine("x", interior), secret, access.Member), camille)); rec.Code != http.StatusOK {
				t.Fatalf("nobody is blocked: %d %s", rec.Code, rec.Body)
			}
			if c.inCall {
				w.seat(c.who, secret, access.Member)
			}
			before, grants, version := w.changes(), len(w.grants), w.room(secret).Version
			for operation, a := range w.hostOperations(t, target) {
				a.as = c.who
				rec := w.do(a)
				if code, _ := object(t, rec)["code"].(string); !slices.Contains(c.codes, code) {
					t.Errorf("%s: got %d %s", operation, rec.Code, rec.Body)
				}
			}
			if w.changes() != before || len(w.grants) != grants || w.room(secret).Version != version {
				t.Error("what was refused has changed something")
			}
		})
	}
}
