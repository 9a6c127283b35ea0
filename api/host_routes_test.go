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
	"accept-unmute-request", "leave-lobby", "write-note", "list-members", "get-room-effective-policy",
	"get-room-policy", "change-room-policy", "set-room-unit",
}

// hostOperations is what the document says that hosts may do, ready to be asked; a route that is added is among them.
func (w *world) hostOperations(t *testing.T, participant string) map[string]ask {
	t.Helper()
	found := w.roomOperations(t, participant, participant, participant)
	for _, operation := range membersOwn {
		delete(found, operation)
	}
	return found
}

// roomOperations is what the document says that can be done with a room, ready to be asked: of a participant, as another or
// the same, about a ticket.
func (w *world) roomOperations(t *testing.T, of, as, ticket string) map[string]ask {
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
	found := map[string]ask{}
	for path, methods := range doc.Paths {
		if !strings.HasPrefix(path, "/rooms/{slug}") {
			continue
		}
		path = strings.NewReplacer("{slug}", secret, "/blocks/{id}", "/blocks/"+w.blockID(), "/lobby/{id}", "/lobby/"+ticket,
			"/members/{id}", "/members/"+grantOf("odile"), "/unmute-requests/{id}", "/unmute-requests/"+w.actID(), "{id}", of, "{sid}", runningSession).Replace(path)
		for method, op := range methods {
			a := ask{method: strings.ToUpper(method), path: "/api/v1" + path, ifMatch: `"1"`}
			for kind, media := range op.RequestBody.Content {
				a.contentType, a.body = kind, string(media.Example)
			}
			found[op.OperationID] = a
		}
	}
	w.particulars(found, of, as, ticket)
	for _, operation := range membersOwn {
		if _, there := found[operation]; !there {
			t.Fatalf("not in the document: %s", operation)
		}
	}
	if len(found) < len(membersOwn)+25 {
		t.Fatalf("%d operations on a room", len(found))
	}
	return found
}

// particulars says of those operations whose example is not enough whom and what they are about.
func (w *world) particulars(found map[string]ask, of, as, ticket string) {
	const example = "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90" // the participant in the examples
	for operation, body := range map[string]string{
		"say": `{"participant":"` + as + `","text":"Bonjour"}`, "react": `{"participant":"` + as + `","reaction":"clap"}`,
		"raise-hand": `{"participant":"` + as + `","raised":true}`, "leave-room": `{"participant":"` + as + `"}`,
		"accept-unmute-request": `{"participant":"` + as + `"}`, "admit": `{"tickets":["` + ticket + `"]}`, "refuse": `{"tickets":["` + ticket + `"]}`,
		"join-room": "", "claim-invitation": `{"token":"invited"}`,
	} {
		a := found[operation]
		a.body = body
		if body == "" {
			a.contentType = ""
		}
		found[operation] = a
	}
	for operation, a := range found {
		a.body = strings.ReplaceAll(a.body, example, of)
		found[operation] = a
	}
	state := found["get-room-state"]
	state.path += "?participant=" + as
	found["get-room-state"] = state
	block := found["remove-participant"]
	block.body = `{"block":true}`
	found["remove-participant and block"] = block
}

// actID is that of the last act, or of none.
func (w *world) actID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.acts) == 0 {
		return "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90"
	}
	return w.acts[len(w.acts)-1].ID
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
