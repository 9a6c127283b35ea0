package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/fault"
)

// importing asks for people to be invited to a meeting, in a form.
func importing(m map[string]any, form, body string) ask {
	return ask{method: "POST", path: meetingPath(m, "/invitees/import"), body: body, contentType: form, as: camille}
}

func manyLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"email\":\"a%d@x.example\"}\n", i)
	}
	return b.String()
}

func TestALineThatIsWrongInvitesNobody(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	for _, c := range []struct{ form, body, location string }{
		{"text/csv", "", "body"},
		{"text/csv", "email\n", "body"},
		{"text/csv", "mail\na@x.example\n", "body.line[0].1"},
		{"text/csv", "email,email\na@x.example,a@x.example\n", "body.line[0].2"},
		{"text/csv", "email,name\na@x.example\n", "body.line[1]"},
		{"text/csv", "email\na@x.example\nnobody\n", "body.line[2].email"},
		{"text/csv", "email,role\na@x.example,chief\n", "body.line[1].role"},
		{"text/csv", "email,required\na@x.example,perhaps\n", "body.line[1].required"},
		{"text/csv", "email\na@x.example\nA@x.example\n", "body.line[2]"},
		{"text/csv", "email\n\xff@x.example\n", "body"},
		{"text/csv", "email\n" + strings.Repeat("a@x.example\n", 1001), "body"},
		{"application/jsonl", manyLines(1001), "body"},
		{"application/jsonl", "[]", "body.line[1]"},
		{"application/jsonl", `{"email":"a@x.example"} {"email":"b@x.example"}`, "body.line[1]"},
		{"application/jsonl", "{\"email\":\"a@x.example\"}\n{\"mail\":\"b@x.example\"}\n", "body.line[2]"},
	} {
		rec := w.do(importing(m, c.form, c.body))
		if rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), `"`+c.location+`"`) {
			t.Errorf("%q: %d %s, want %s", c.body[:min(len(c.body), 80)], rec.Code, rec.Body, c.location)
		}
	}
	w.refused(t, http.StatusUnsupportedMediaType, "unsupported-media-type", importing(m, "application/json", "[]"))
	if got := w.want(t, 200, ask{method: "GET", path: meetingPath(m), as: camille}); len(got["invitees"].([]any)) != 2 {
		t.Errorf("somebody was invited: %v", got["invitees"])
	}
}

func TestPeopleAreInvitedFromATableAsSpreadsheetsWriteIt(t *testing.T) {
	for name, a := range map[string]struct{ form, body string }{
		"commas":     {"text/csv", "email,name,role,required\r\nnew@x.example,\"Martin, Zoé\",moderator,false\r\nguest@x.example,Gaston,,\r\n"},
		"semicolons": {"text/csv; charset=utf-8", "\ufeffEmail;Name;Role;Required\nnew@x.example;Martin, Zoé;moderator;false\nguest@x.example;Gaston;;\n"},
		"lines": {"application/jsonl", `{"email":"new@x.example","name":"Martin, Zoé","role":"moderator","required":false}
			` + "\n\n" + `{"email":"guest@x.example","name":"Gaston"}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.comite(t)
			rec := w.do(importing(m, a.form, a.body))
			asked := object(t, rec)
			if rec.Code != http.StatusAccepted || asked["state"] != "queued" || rec.Header().Get("Location") != "/api/v1/operations/"+asked["id"].(string) {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			if err := w.planner.RunImport(t.Context(), asked["id"].(string)); err != nil {
				t.Fatal(err)
			}
			read := ask{method: "GET", path: "/api/v1/operations/" + asked["id"].(string), as: camille}
			if got := w.want(t, 200, read); got["state"] != "done" || got["invited"] != 1.0 || got["changed"] != 1.0 || got["endedAt"] == nil {
				t.Errorf("got %v", got)
			}
			for _, stranger := range []auth.Identity{mounir, robot, readerForCamille} {
				read.as = stranger
				if got := w.do(read); got.Code < 400 {
					t.Errorf("%s reads it: %d", stranger.Name, got.Code)
				}
			}
			list := w.want(t, 200, ask{method: "GET", path: meetingPath(m), as: camille})["invitees"].([]any)
			if len(list) != 3 {
				t.Fatalf("got %v", list)
			}
			if got := list[2].(map[string]any); got["email"] != "new@x.example" || got["name"] != "Martin, Zoé" || got["role"] != "moderator" || got["required"] != false {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestAnImportThatIsAllowedNoMoreFailsAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	asked := w.want(t, http.StatusAccepted, importing(m, "text/csv", "email\nnew@x.example\n"))
	rec := w.do(ask{method: "DELETE", path: meetingPath(m), as: camille, ifMatch: `"1"`})
	if rec.Code >= 300 {
		t.Fatal(rec.Body)
	}
	if err := w.planner.RunImport(t.Context(), asked["id"].(string)); err != nil {
		t.Fatal(err)
	}
	got := w.want(t, 200, ask{method: "GET", path: "/api/v1/operations/" + asked["id"].(string), as: camille})
	if got["state"] != "failed" || got["code"] != string(fault.CodeMeetingCancelled) || got["detail"] == "" {
		t.Errorf("got %v", got)
	}
}

func TestWhoIsImportedHearsOfItOnlyIfTheyAreTo(t *testing.T) {
	for query, want := range map[string]int{"": 1, "?sendUpdates=all": 1, "?sendUpdates=external": 1, "?sendUpdates=none": 0} {
		w := newWorld(t)
		m := w.comite(t)
		before := len(w.meetings.Letters())
		a := importing(m, "text/csv", "email\nnew@x.example\n")
		a.path += query
		asked := w.want(t, http.StatusAccepted, a)
		id, _ := asked["id"].(string)
		if err := w.planner.RunImport(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if got := len(w.meetings.Letters()) - before; got != want {
			t.Errorf("%q: %d letters, want %d", query, got, want)
		}
	}
}
