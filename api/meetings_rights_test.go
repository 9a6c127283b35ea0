package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/fault"
)

// TestEveryMeetingRouteAsksWhoMay takes its routes from the document: a new one is asked by itself.
func TestEveryMeetingRouteAsksWhoMay(t *testing.T) {
	type who struct {
		name string
		auth.Identity
		read, write fault.Code // of what leads; "" is allowed
	}
	all := []who{
		{"nobody", auth.Identity{}, fault.CodeSignInRequired, fault.CodeSignInRequired},
		{"a guest", gaston, fault.CodeSignInRequired, fault.CodeSignInRequired},
		{"a stranger of the same ministry", sofia, fault.CodeMeetingNotFound, fault.CodeMeetingNotFound},
		{"a stranger of another ministry", louise, fault.CodeMeetingNotFound, fault.CodeMeetingNotFound},
		{"somebody invited", odile, "", fault.CodeForbidden},
		{"a deputy", mounir, "", ""},
		{"the organizer", camille, "", ""},
		{"software without a scope", idle, fault.CodeScopeMissing, fault.CodeScopeMissing},
		{"software that reads", onlooker, "", fault.CodeScopeMissing},
		{"other software", court, "", fault.CodeScopeMissing},
		{"software of another ministry", foreigners, fault.CodeMeetingNotFound, fault.CodeMeetingNotFound},
		{"software for all", chief, "", ""},
		{"software that reports", reporter, "", fault.CodeScopeMissing},
	}
	// Who was there is told to hosts of the room, and to software that has a scope for it.
	history := map[string]fault.Code{
		"nobody": fault.CodeSignInRequired, "a guest": fault.CodeSignInRequired, "a stranger of the same ministry": fault.CodeMeetingNotFound,
		"a stranger of another ministry": fault.CodeMeetingNotFound, "somebody invited": fault.CodeForbidden,
		"software without a scope": fault.CodeScopeMissing, "software that reads": fault.CodeScopeMissing, "other software": fault.CodeScopeMissing,
		"software of another ministry": fault.CodeMeetingNotFound, "software for all": fault.CodeScopeMissing, "software that reports": "",
	}
	bodies := map[string]string{
		"PATCH /meetings/{id}":                              `{"title":"Autre"}`,
		"PATCH /meetings/{id}/occurrences/{occurrence}":     `{"title":"Autre"}`,
		"POST /meetings/{id}/invitees":                      `{"invitees":[{"email":"more@x.example"}]}`,
		"POST /meetings/{id}/invitees/import":               "email\nmore@x.example\n",
		"PATCH /meetings/{id}/invitees/{invitee}":           `{"role":"moderator"}`,
		"DELETE /meetings/{id}":                             "",
		"DELETE /meetings/{id}/occurrences/{occurrence}":    "",
		"DELETE /meetings/{id}/invitees/{invitee}":          "",
		"POST /meetings/{id}/invitees/{invitee}/links":      "",
		"DELETE /meetings/{id}/invitees/{invitee}/links":    "",
		"GET /meetings/{id}":                                "",
		"GET /meetings/{id}/occurrences":                    "",
		"GET /meetings/{id}/effective-policy":               "",
		"GET /meetings/{id}/sessions":                       "",
		"GET /meetings/{id}/invitees":                       "",
		"PUT /meetings/{id}/answer":                         `{"answer":"declined"}`,
		"DELETE /meetings/{id}/invitees/{invitee}/proposal": "",
	}
	// Answering is for those who are invited, whoever leads the meeting.
	answering := map[string]fault.Code{
		"somebody invited": "", "a deputy": fault.CodeNotInvited, "the organizer": fault.CodeNotInvited,
		"other software": fault.CodeNotInvited, "software for all": fault.CodeNotInvited,
	}
	var seen []string
	for route := range w0(t).routes(t) {
		if !strings.Contains(route, " /meetings/{id}") {
			continue
		}
		seen = append(seen, route)
		body, known := bodies[route]
		if !known {
			t.Errorf("%s: say in this test how it is asked", route)
			continue
		}
		method, path, _ := strings.Cut(route, " ")
		w := newWorld(t)
		for _, c := range all {
			t.Run(route+"/"+c.name, func(t *testing.T) {
				m := w.comite(t)
				invitee := m["invitees"].([]any)[1].(map[string]any)["id"].(string)
				path := strings.NewReplacer("{id}", m["id"].(string), "{occurrence}", "20261201T090000", "{invitee}", invitee).Replace(path)
				a := ask{method: method, path: "/api/v1" + path, body: body, as: c.Identity, ifMatch: `"1"`, key: "k"}
				switch {
				case method == "PATCH":
					a.contentType = mergePatch
				case strings.HasSuffix(path, "/import"):
					a.contentType, a.key = "text/csv", strings.ReplaceAll(c.name, " ", "-")
				}
				want := c.write
				if method == "GET" {
					want = c.read
					a.ifMatch = ""
					switch {
					case strings.HasSuffix(route, "/invitees") && c.name == "somebody invited":
						want = fault.CodeForbidden
					case strings.HasSuffix(route, "/sessions"):
						want = history[c.name]
					}
				}
				if own, differs := answering[c.name]; differs && strings.HasSuffix(route, "/answer") {
					want = own
				}
				rec := w.do(a)
				if want == "" && rec.Code >= 300 {
					t.Errorf("got %d %s", rec.Code, rec.Body)
				}
				if want != "" && object(t, rec)["code"] != string(want) {
					t.Errorf("got %d %s, want %s", rec.Code, rec.Body, want)
				}
				if got, _ := w.meetings.Meeting(t.Context(), m["id"].(string)); want != "" && got.Version != 1 {
					t.Error("what was refused has changed something")
				}
			})
		}
	}
	if len(seen) != len(bodies) {
		t.Errorf("the document has %v", seen)
	}
}

func w0(t *testing.T) *world { return newWorld(t) }

// routes are the operations of the document, by method and path.
func (w *world) routes(t *testing.T) map[string]bool {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(w.do(ask{method: "GET", path: "/api/v1/openapi.json"}).Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for path, methods := range doc.Paths {
		for method := range methods {
			found[strings.ToUpper(method)+" "+strings.TrimPrefix(path, "/api/v1")] = true
		}
	}
	return found
}

func TestWhoMayPlan(t *testing.T) {
	for name, c := range map[string]struct {
		who  auth.Identity
		want string
	}{
		"nobody": {auth.Identity{}, "sign-in-required"}, "a guest": {gaston, "sign-in-required"}, "software that reads": {onlooker, "scope-missing"},
		"a person": {louise, ""}, "software": {agenda, ""},
	} {
		w := newWorld(t)
		for _, path := range []string{"/api/v1/meetings", "/api/v1/meetings/validate"} {
			rec := w.do(ask{method: "POST", path: path, body: `{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"}`, as: c.who, key: "k" + path})
			if c.want == "" && rec.Code >= 300 || c.want != "" && object(t, rec)["code"] != c.want {
				t.Errorf("%s, %s: got %d %s", name, path, rec.Code, rec.Body)
			}
		}
	}
}

func TestErasingAMeetingIsForSoftwareThatMay(t *testing.T) {
	for _, c := range []struct {
		name string
		auth.Identity
		code fault.Code
	}{
		{"nobody", auth.Identity{}, fault.CodeSignInRequired}, {"a guest", gaston, fault.CodeSignInRequired}, {"a stranger", sofia, fault.CodeForbidden},
		{"somebody invited", odile, fault.CodeForbidden}, {"the organizer", camille, fault.CodeForbidden}, {"software for the organizer", eraserForCamille, fault.CodeForbidden},
		{"software without the scope", chief, fault.CodeScopeMissing}, {"software of another ministry", foreigners, fault.CodeMeetingNotFound},
	} {
		w := newWorld(t)
		m := w.comite(t)
		if rec := w.do(ask{method: "DELETE", path: meetingPath(m, "?purge=true"), as: c.Identity, ifMatch: `"1"`}); object(t, rec)["code"] != string(c.code) {
			t.Errorf("%s: %d %s, want %s", c.name, rec.Code, rec.Body, c.code)
		}
		w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: camille})
	}
	w := newWorld(t)
	m := w.comite(t)
	erase := ask{method: "DELETE", path: meetingPath(m, "?purge=true"), as: eraser, ifMatch: `"1"`}
	if rec := w.do(erase); rec.Code != http.StatusNoContent {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	w.refused(t, http.StatusNotFound, string(fault.CodeMeetingNotFound), erase)
	w.refused(t, http.StatusNotFound, string(fault.CodeMeetingNotFound), ask{method: "GET", path: meetingPath(m), as: camille})
}
