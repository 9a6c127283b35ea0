package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// goodSeries is a body from which a fuzzer comes to others that mean something. It has no passcode: to salt one takes as long as
// a hundred bodies.
const goodSeries = `{"title":"Comité","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","language":"fr","description":"Ordre du jour",
	"recurrence":{"rules":["FREQ=WEEKLY;BYDAY=TU;COUNT=10"],"rdates":["2026-11-26T09:00:00"],"exdates":["2026-12-01T09:00:00"],
	"overrides":{"2026-12-08T09:00:00":{"start":"2026-12-09T10:00:00","title":"Exceptionnel"}}},
	"access":{"entry":"members","opensBefore":"PT15M"},"settings":{"maxParticipants":20,"forbidden":["chat"]},
	"invitees":[{"user":"odile"},{"email":"guest@x.example","role":"moderator"}],"deputies":[{"user":"mounir"}],"reminders":["-PT15M"],"tags":{"a":"b"}}`

var oddMeetings = []string{
	goodSeries, ``, `null`, `[]`, `"x"`, `1e999`, "\xff", `{"":0}`, `{"title":null}`, `{"title":"\ud800"}`, `{"title":"` + strings.Repeat("x", 201) + `"}`,
	`{"start":"2026-03-29T02:30:00"}`, `{"start":"9999-12-31T23:59:59"}`, `{"start":"0000-01-01T00:00:00"}`, `{"timeZone":"../../etc/passwd"}`, `{"timeZone":""}`,
	`{"duration":"P9999999999D"}`, `{"duration":"PT0S"}`, `{"duration":"-PT1H"}`, `{"recurrence":{"rules":["FREQ=SECONDLY"]}}`, `{"recurrence":{"rules":[null]}}`,
	`{"recurrence":{"rules":["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]}}`, `{"recurrence":{"rules":["FREQ=DAILY;INTERVAL=0"]}}`, `{"recurrence":{"rules":["FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1"]}}`,
	`{"recurrence":{"overrides":{"x":null}}}`, `{"recurrence":{"overrides":{"2026-12-15T09:00:00":{"title":""}}}}`, `{"recurrence":{"exdates":["2026-11-24T09:00:00"]}}`, `{"recurrence":null}`,
	`{"access":{"passcode":"1"}}`, `{"access":{"passcode":"4711"}}`, `{"access":null}`, `{"settings":{"maxParticipants":-1}}`, `{"settings":{"forbidden":[[]]}}`, `{"invitees":[{}]}`, `{"invitees":[{"email":"a@b\r\nBcc: c@d"}]}`,
	`{"invitees":null,"deputies":null,"reminders":null,"tags":null}`, `{"deputies":[{"user":"nobody"}]}`, `{"reminders":["P1Y"]}`, `{"room":{"mode":"existing","slug":"x"}}`, `{"onBehalfOf":7}`,
}

// isAnswered holds that an answer is the good one, or a problem that says whose request it was.
func isAnswered(t *testing.T, rec *httptest.ResponseRecorder, good int, body string) (taken bool) {
	t.Helper()
	refused := rec.Code >= 400 && rec.Code < 500 && strings.Contains(rec.Body.String(), `"requestId"`)
	if rec.Code != good && !refused {
		t.Errorf("body %q: %d\n%s", body, rec.Code, rec.Body)
	}
	return rec.Code == good
}

// isWhole holds that a meeting can be read in each of its forms.
func (w *world) isWhole(t *testing.T, path, body string) {
	t.Helper()
	for _, form := range []string{path, path + "?format=ics", path + "?format=jscalendar", path + "/occurrences"} {
		if rec := w.do(ask{method: "GET", path: form, as: camille}); rec.Code != http.StatusOK {
			t.Errorf("after %q: %s: %d %s", body, form, rec.Code, rec.Body)
		}
	}
}

// FuzzNoBodyBreaksPlanning holds for any body: the answer is a meeting that can be read in each form, or a problem, and a
// refusal plans nothing.
func FuzzNoBodyBreaksPlanning(f *testing.F) {
	for _, seed := range oddMeetings {
		f.Add(seed)
		if odd, is := strings.CutPrefix(seed, "{\""); is {
			f.Add(`{"title":"Comité","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","` + odd)
		}
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		w.wait(time.Second) // a limit is not what is tried here
		before := len(w.meetings.Events())
		rec := w.do(ask{method: "POST", path: "/api/v1/meetings", as: camille, body: body})
		if isAnswered(t, rec, http.StatusCreated, body) {
			w.isWhole(t, meetingPath(object(t, rec)), body)
		} else if len(w.meetings.Events()) != before {
			t.Errorf("body %q: refused, and planned", body)
		}
	})
}

// FuzzNoPatchBreaksAMeeting holds for any patch: the meeting can be read in each form afterwards, and a refusal leaves it as
// it was.
func FuzzNoPatchBreaksAMeeting(f *testing.F) {
	for _, seed := range oddMeetings {
		f.Add(seed)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		w.wait(time.Second)
		m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: goodSeries})
		read := ask{method: "GET", path: meetingPath(m), as: camille}
		before := w.do(read).Body.String()
		rec := w.do(ask{method: "PATCH", path: read.path, as: camille, body: body, contentType: mergePatch, ifMatch: `"1"`})
		if isAnswered(t, rec, http.StatusOK, body) {
			w.isWhole(t, read.path, body)
		} else if after := w.do(read).Body.String(); after != before {
			t.Errorf("body %q: refused, and changed\n%s\n%s", body, before, after)
		}
	})
}

// FuzzNoTableBreaksTheImport holds for any table and any lines: an import that is taken comes to its end, and one that is
// refused invites nobody.
func FuzzNoTableBreaksTheImport(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "email", "email\n", "email,name\na@x.example,\"Martin, Zoé\"\n", "\ufeffEmail;Rôle\na;b", "email;name\r\na@x.example;Zoé\r\n", "email\n\"", "email\n\"a\nb@x.example\"\n",
		"email,email\n", "user\nodile\n", "user\nnobody\n", "email\n\xff", "email\n\x00@x.example\n", "email,role,required,language\na@x.example,presenter,0,fr\n",
		`{"email":"a@x.example"}`, "{\"email\":\"a@x.example\"}\n{}\n", "[]", "null\n", `{"email":null}`, `{"user":"odile","email":"a@x.example"}`, "{\"name\":\"\\ud800\"}", "\n\n{",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string, table bool) {
		w.wait(time.Second)
		m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: goodSeries})
		form := "application/jsonl"
		if table {
			form = "text/csv"
		}
		rec := w.do(importing(m, form, body))
		if isAnswered(t, rec, http.StatusAccepted, body) {
			id := object(t, rec)["id"].(string)
			if err := w.planner.RunImport(t.Context(), id); err != nil {
				t.Errorf("body %q: %v", body, err)
			}
			if got := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/operations/" + id, as: camille}); got["state"] == "queued" {
				t.Errorf("body %q: it does not end", body)
			}
		}
		got := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: camille})
		if rec.Code >= 400 && len(got["invitees"].([]any)) != 2 {
			t.Errorf("body %q: refused, and invited %v", body, got["invitees"])
		}
	})
}
