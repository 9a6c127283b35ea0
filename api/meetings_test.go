package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// The machines of the tests that plan: one its own meetings, one those of all, one of another ministry.
var (
	agenda     = machine("agenda", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite)
	court      = machine("court", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite)
	chief      = machine("chief", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny)
	onlooker   = machine("onlooker", interior, auth.ScopeMeetingsRead)
	reporter   = machine("reporter", interior, auth.ScopeMeetingsRead, auth.ScopeAttendanceRead)
	foreigners = machine("foreigners", justice, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny)

	agendaForOdile = acting(agenda, odile)
	robotForOdile  = acting(robot, odile)
)

const comite = `{"title":"Comité","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H",
	"recurrence":{"rules":["FREQ=WEEKLY;COUNT=10"]},
	"deputies":[{"user":"mounir"}],"invitees":[{"user":"odile"},{"email":"guest@x.example","name":"Guest"}]}`

const mergePatch = "application/merge-patch+json"

// comite plans a weekly meeting as camille and answers it.
func (w *world) comite(t *testing.T) map[string]any {
	t.Helper()
	return w.plans(t, comite)
}

// guarded is comite with a passcode, whose hash takes its time.
func (w *world) guarded(t *testing.T) map[string]any {
	t.Helper()
	return w.plans(t, withPasscode)
}

var withPasscode = strings.Replace(comite, "{", `{"access":{"passcode":"4711"},`, 1)

func (w *world) plans(t *testing.T, body string) map[string]any {
	t.Helper()
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", body: body, as: camille})
	w.furnish(m["room"].(map[string]any)["slug"].(string), access.EntryMembers)
	return m
}

func meetingPath(m map[string]any, more ...string) string {
	return "/api/v1/meetings/" + m["id"].(string) + strings.Join(more, "")
}

func TestWhatAMeetingsAnswerSays(t *testing.T) {
	w := newWorld(t)
	m := w.guarded(t)
	entry := m["access"].(map[string]any)
	room := m["room"].(map[string]any)
	if m["status"] != "confirmed" || m["uid"] != m["id"].(string)+"@meet.example.org" || entry["passcode"] != "4711" || entry["opensBefore"] != "PT15M" ||
		room["mode"] != "dedicated" ||
		m["organizer"].(map[string]any)["name"] != "camille" || len(m["invitees"].([]any)) != 2 {
		t.Errorf("got %v", m)
	}
	id := m["id"].(string)
	links := map[string]any{"join": home + "/" + room["slug"].(string), "html": home + "/meetings/" + id, "ics": home + "/api/v1/meetings/" + id + "?format=ics"}
	if diff := cmp.Diff(links, m["links"]); diff != "" {
		t.Errorf("links: -want +got:\n%s", diff)
	}
	got := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: odile})
	if got["invitees"] != nil || got["access"].(map[string]any)["passcode"] != nil || got["access"].(map[string]any)["passcodeRequired"] != true {
		t.Errorf("somebody invited sees %v, %v", got["invitees"], got["access"])
	}
	list := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/meetings?from=2026-12-01T00:00:00Z", as: odile})
	if items := list["items"].([]any); len(items) != 1 || items[0].(map[string]any)["invitees"] != nil {
		t.Errorf("odile's list: %v", list)
	}
	list = w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/meetings", as: louise})
	if items := list["items"].([]any); len(items) != 0 {
		t.Errorf("louise's list: %v", list)
	}
}

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

func TestEachFieldThatIsWrongIsNamed(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string]string{
		`{}`: "body.title body.start body.timeZone body.duration",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","mood":"good"}`:                                                "body.mood",
		`{"title":"x","start":"24/11/2026","timeZone":"Paris","duration":"1h","reminders":["PT5M"]}`:                                                           "body.start body.timeZone body.duration body.reminders[0]",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=SECONDLY"]}}`:                     "body.recurrence.rules[0]",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=DAILY;COUNT=1000000"]}}`:          "body.recurrence.rules[0]",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=DAILY;UNTIL=20200101"]}}`:         "body.recurrence.rules[0]",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT48H"}`:                                                             "body.duration",
		`{"title":"x","start":"2020-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"}`:                                                              "body.start",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","invitees":[{"email":"a@x.example\nBcc: b@x.example"}]}`:       "body.invitees[0].email",
		`{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","invitees":[{"email":"a@x.example"},{"email":"A@x.example"}]}`: "body.invitees[1]",
	} {
		rec := w.do(ask{method: "POST", path: "/api/v1/meetings", body: body, as: camille})
		var p struct{ Errors []struct{ Location string } }
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s", body, rec.Code, rec.Body)
			continue
		}
		for _, location := range strings.Fields(want) {
			if !slices.ContainsFunc(p.Errors, func(e struct{ Location string }) bool { return e.Location == location }) {
				t.Errorf("%s: %s is not named: %s", body, location, rec.Body)
			}
		}
	}
}

func TestAPatchIsNested(t *testing.T) {
	w := newWorld(t)
	m := w.guarded(t)
	patch := func(body, ifMatch string) *ask {
		return &ask{method: "PATCH", path: meetingPath(m), body: body, as: camille, contentType: mergePatch, ifMatch: ifMatch}
	}
	got := w.want(t, http.StatusOK, *patch(`{"access":{"opensBefore":"PT1H"},"description":"Lu"}`, `"1"`))
	if a := got["access"].(map[string]any); a["opensBefore"] != "PT1H" || a["passcode"] != "4711" || got["title"] != "Comité" || len(got["invitees"].([]any)) != 2 {
		t.Errorf("got %v", got)
	}
	got = w.want(t, http.StatusOK, *patch(`{"access":{"passcode":null},"recurrence":null,"description":null}`, `"2"`))
	if a := got["access"].(map[string]any); a["passcode"] != nil || got["recurrence"] != nil || got["description"] != nil {
		t.Errorf("got %v", got)
	}
	for body, code := range map[string]string{
		`{"title":null}`: "invalid-request", `{"title":7}`: "invalid-request", `{"access":{"colour":"red"}}`: "invalid-request", `[]`: "invalid-request",
		`{"recurrence":{"rules":["FREQ=HOURLY"]}}`: "invalid-request", `{"id":"x"}`: "invalid-request",
	} {
		if rec := w.do(*patch(body, `"3"`)); object(t, rec)["code"] != code {
			t.Errorf("%s: got %d %s, want %s", body, rec.Code, rec.Body, code)
		}
	}
	for ifMatch, status := range map[string]int{"": 428, "*": 428, `"1"`: 412, `W/"3"`: 412} {
		if rec := w.do(*patch(`{"title":"x"}`, ifMatch)); rec.Code != status {
			t.Errorf("If-Match %s: got %d, want %d", ifMatch, rec.Code, status)
		}
	}
}

func TestOneDateAndThoseThatFollow(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	date := func(method, id, query, body, ifMatch string) ask {
		a := ask{method: method, path: meetingPath(m, "/occurrences/", id, query), body: body, as: camille, ifMatch: ifMatch}
		if body != "" {
			a.contentType = mergePatch
		}
		return a
	}
	w.want(t, http.StatusOK, date("PATCH", "20261201T090000", "", `{"start":"2026-12-01T14:00:00"}`, `"1"`))
	w.want(t, http.StatusOK, date("DELETE", "20261208T090000", "", "", `"2"`))
	list := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m, "/occurrences"), as: odile})["items"].([]any)
	second := list[1].(map[string]any)
	if len(list) != 9 || second["id"] != "20261201T090000" || second["start"] != "2026-12-01T13:00:00Z" || second["moved"] != true {
		t.Errorf("got %v", list)
	}
	conflict := w.do(ask{method: "PATCH", path: meetingPath(m), body: `{"start":"2026-11-24T10:00:00"}`, as: camille, contentType: mergePatch, ifMatch: `"3"`})
	if conflict.Code != http.StatusConflict || object(t, conflict)["code"] != "overrides-conflict" || !strings.Contains(conflict.Body.String(), "2026-12-01T09:00:00") {
		t.Errorf("got %d %s", conflict.Code, conflict.Body)
	}
	later := w.want(t, http.StatusOK, date("PATCH", "20261222T090000", "?scope=thisAndFollowing", `{"title":"Suite","start":"2026-12-22T10:00:00"}`, `"3"`))
	if later["splitFrom"] != m["id"] || later["title"] != "Suite" || later["room"].(map[string]any)["slug"] != m["room"].(map[string]any)["slug"] {
		t.Errorf("got %v", later)
	}
	for name, c := range map[string]struct {
		a    ask
		code string
	}{
		"no date":           {date("DELETE", "20261223T090000", "", "", `"4"`), "occurrence-not-found"},
		"no name of a date": {date("DELETE", "tomorrow", "", "", `"4"`), "occurrence-not-found"},
		"all dates":         {date("PATCH", "20261201T090000", "", `{"invitees":[]}`, `"4"`), "invalid-request"},
		"another scope":     {date("DELETE", "20261201T090000", "?scope=all", "", `"4"`), "invalid-request"},
	} {
		if rec := w.do(c.a); object(t, rec)["code"] != c.code {
			t.Errorf("%s: got %d %s, want %s", name, rec.Code, rec.Body, c.code)
		}
	}
}

func TestPuttingUnderOnesOwnNameIsRepeatable(t *testing.T) {
	w := newWorld(t)
	put := func(body string, header http.Header) int {
		rec := w.do(ask{method: "PUT", path: "/api/v1/meetings/by-external-id/agenda-118", body: body, as: agenda, header: header})
		if rec.Code >= 300 {
			t.Log(rec.Body)
		}
		return rec.Code
	}
	body := `{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"}`
	for i, want := range []int{201, 200, 200} {
		if got := put(body, nil); got != want {
			t.Errorf("%d: got %d, want %d", i, got, want)
		}
	}
	if got := put(body, http.Header{"If-None-Match": {"*"}}); got != http.StatusPreconditionFailed {
		t.Errorf("create only: got %d", got)
	}
	if got := put(strings.Replace(body, `"title"`, `"externalId":"other","title"`, 1), nil); got != http.StatusUnprocessableEntity {
		t.Errorf("two names: got %d", got)
	}
	found := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/meetings?externalId=agenda-118", as: agenda})["items"].([]any)
	if len(found) != 1 {
		t.Errorf("got %v", found)
	}
}

func TestACreationThatIsRepeatedPlansOnce(t *testing.T) {
	w := newWorld(t)
	a := ask{method: "POST", path: "/api/v1/meetings", body: `{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"}`, as: agenda}
	if rec := w.do(a); object(t, rec)["code"] != "idempotency-key-required" {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
	a.key = "k1"
	first, second := w.want(t, http.StatusCreated, a), w.want(t, http.StatusCreated, a)
	if first["id"] != second["id"] {
		t.Error("it was planned twice")
	}
	a.body = strings.Replace(a.body, `"x"`, `"y"`, 1)
	if rec := w.do(a); object(t, rec)["code"] != "idempotency-key-reused" {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
}

func TestPagesOfMeetings(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		body := fmt.Sprintf(`{"title":"n%d","start":"2026-12-0%dT09:00:00","timeZone":"Europe/Paris","duration":"PT1H","tags":{"costCentre":"%d"}}`, i, i+1, i%2)
		w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", body: body, as: agenda, key: body[:12]})
	}
	var titles []string
	next := ""
	for {
		page := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/meetings?pageSize=2&cursor=" + next, as: onlooker})
		for _, item := range page["items"].([]any) {
			titles = append(titles, item.(map[string]any)["title"].(string))
		}
		if next, _ = page["next"].(string); next == "" {
			break
		}
	}
	if got := strings.Join(titles, " "); got != "n0 n1 n2 n3 n4" {
		t.Errorf("got %s", got)
	}
	for query, want := range map[string]int{"tag=costCentre": 5, "tag=costCentre%3D1": 2, "tag=other": 0, "from=2026-12-03T12:00:00Z": 2, "to=2026-12-03T00:00:00Z": 2, "status=cancelled": 0, "organizer=camille": 0} {
		page := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/meetings?" + query, as: onlooker})
		if got := len(page["items"].([]any)); got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
	if rec := w.do(ask{method: "GET", path: "/api/v1/meetings?cursor=forged", as: onlooker}); object(t, rec)["code"] != "invalid-request" {
		t.Errorf("a forged cursor: got %d %s", rec.Code, rec.Body)
	}
}

func TestAnAgendaListsDatesAndNotMeetings(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	const december = "/api/v1/agenda?from=2026-12-01T00:00:00Z&to=2026-12-16T00:00:00Z"
	items := w.want(t, http.StatusOK, ask{method: "GET", path: december, as: odile})["items"].([]any)
	if len(items) != 3 {
		t.Fatalf("got %v", items)
	}
	first := items[0].(map[string]any)
	if first["id"] != "20261201T090000" || first["meeting"] != m["id"] || first["title"] != "Comité" || first["rsvp"] != "needs-action" || first["leads"] != false ||
		first["opens"] != "2026-12-01T07:45:00Z" || first["closes"] != "2026-12-01T09:30:00Z" || first["recurs"] != true || first["organizer"] != "camille" {
		t.Errorf("got %v", first)
	}
	mine := w.want(t, http.StatusOK, ask{method: "GET", path: december, as: mounir})["items"].([]any)
	if first := mine[0].(map[string]any); first["leads"] != true || first["rsvp"] != nil {
		t.Errorf("a deputy's: %v", first)
	}
	for name, c := range map[string]struct {
		a    ask
		code string
	}{
		"nobody's":      {ask{method: "GET", path: december}, "sign-in-required"},
		"software's":    {ask{method: "GET", path: december, as: agenda}, "forbidden"},
		"of no time":    {ask{method: "GET", path: "/api/v1/agenda", as: odile}, "invalid-request"},
		"of a year":     {ask{method: "GET", path: "/api/v1/agenda?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z", as: odile}, "invalid-request"},
		"back to front": {ask{method: "GET", path: "/api/v1/agenda?from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", as: odile}, "invalid-request"},
	} {
		if rec := w.do(c.a); object(t, rec)["code"] != c.code {
			t.Errorf("%s: got %d %s, want %s", name, rec.Code, rec.Body, c.code)
		}
	}
}

func TestATryOutTellsWhichRulesWouldCountAndWhy(t *testing.T) {
	w := newWorld(t)
	tried := w.want(t, http.StatusOK, ask{method: "POST", path: "/api/v1/meetings/validate", as: camille, body: withPasscode})
	m := w.guarded(t)
	counts := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m, "/effective-policy"), as: camille})
	if diff := cmp.Diff(counts["settings"], tried["settings"]); diff != "" || len(tried["settings"].([]any)) == 0 {
		t.Errorf("-as planned +as tried out:\n%s", diff)
	}
	said := func(name string) (value, origin any) {
		for _, one := range tried["settings"].([]any) {
			if setting := one.(map[string]any); setting["name"] == name {
				return setting["value"], setting["origin"]
			}
		}
		return nil, nil
	}
	if value, origin := said("passcode"); value != true || origin != "meeting" {
		t.Errorf("passcode: %v of %v", value, origin)
	}
	if value, origin := said("opensBefore"); value != 900.0 || origin != "platform" {
		t.Errorf("opensBefore: %v of %v", value, origin)
	}
}

func TestTheLongestSeriesIsListedToItsLastDate(t *testing.T) {
	w := newWorld(t)
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: `{"title":"Point","start":"2026-11-24T09:00:00",
		"timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=DAILY;COUNT=1826"]}}`})
	list := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m, "/occurrences"), as: camille})["items"].([]any)
	if last := list[len(list)-1].(map[string]any); len(list) != 1826 || last["id"] != "20311123T090000" {
		t.Errorf("%d dates, the last %v", len(list), last)
	}
}

func TestAPersonalLinkIsShownOnceAndEnds(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	guest := m["invitees"].([]any)[1].(map[string]any)["id"].(string)
	links := meetingPath(m, "/invitees/", guest, "/links")
	first := w.want(t, http.StatusCreated, ask{method: "POST", path: links, as: camille})["url"].(string)
	second := w.want(t, http.StatusCreated, ask{method: "POST", path: links, as: camille})["url"].(string)
	prefix := m["links"].(map[string]any)["join"].(string) + "#i="
	if first == second || !strings.HasPrefix(first, prefix) || len(first) != len(prefix)+43 {
		t.Errorf("got %s and %s", first, second)
	}
	held := func() int {
		n := 0
		for _, g := range w.meetings.Plan(m["id"].(string)).Grants {
			if g.Subject.Kind == access.SubjectLink {
				n++
			}
		}
		return n
	}
	if held() != 1 {
		t.Errorf("%d links let somebody in, want 1", held())
	}
	for range 2 {
		if rec := w.do(ask{method: "DELETE", path: links, as: camille}); rec.Code != http.StatusNoContent || held() != 0 {
			t.Errorf("got %d %s, %d links", rec.Code, rec.Body, held())
		}
	}
	got := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: camille})
	if len(got["invitees"].([]any)) != 2 {
		t.Error("the link took the invitation with it")
	}
}

func TestSoftwareThatRepeatsItsRequestForALinkKeepsTheLink(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	links := meetingPath(m, "/invitees/", m["invitees"].([]any)[1].(map[string]any)["id"].(string), "/links")
	making := func(key string) ask { return ask{method: "POST", path: links, as: chief, key: key} }
	w.refused(t, http.StatusBadRequest, "idempotency-key-required", making(""))
	if made := w.want(t, http.StatusCreated, making("k")); made["url"] == nil {
		t.Fatalf("got %v", made)
	}
	before, _ := w.meetings.Meeting(t.Context(), m["id"].(string))
	again := w.do(making("k"))
	if again.Code != http.StatusCreated || again.Header().Get("Idempotent-Replayed") != "true" || again.Body.String() != "{}" {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	if after, _ := w.meetings.Meeting(t.Context(), m["id"].(string)); after.Version != before.Version {
		t.Error("the link that was sent is void")
	}
}

func TestAMeetingIsAFileForCalendarsToo(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	for name, c := range map[string]struct {
		query  string
		accept string
		kind   string
		has    []string
		hasNot []string
		as     auth.Identity
	}{
		"by Accept":     {"", "text/calendar", "text/calendar; charset=utf-8", []string{"BEGIN:VCALENDAR\r\n", "UID:" + m["uid"].(string), "TZID=Europe/Paris:20261124T090000", "RRULE:FREQ=WEEKLY", "BEGIN:VTIMEZONE", "mailto:guest@x.example"}, []string{"METHOD:", "4711"}, camille},
		"by a link":     {"?format=ics", "application/json", "text/calendar; charset=utf-8", []string{"BEGIN:VEVENT"}, nil, camille},
		"of an invitee": {"?format=ics", "", "text/calendar; charset=utf-8", []string{"SUMMARY:Comité"}, []string{"guest@x.example", "4711"}, odile},
		"JSCalendar":    {"", "application/jscalendar+json", "application/jscalendar+json", []string{`"@type":"Event"`, `"recurrenceRules"`, `"timeZone":"Europe/Paris"`}, []string{"4711"}, camille},
		"JSON":          {"?format=json", "text/calendar", "application/json", []string{`"timeZone"`}, nil, camille},
	} {
		rec := w.do(ask{method: "GET", path: meetingPath(m, c.query), as: c.as, header: http.Header{"Accept": {c.accept}}})
		if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != c.kind || rec.Header().Get("Vary") != "Accept" {
			t.Errorf("%s: got %d %v", name, rec.Code, rec.Header())
		}
		for _, part := range c.has {
			if !strings.Contains(rec.Body.String(), part) {
				t.Errorf("%s: %q is missing in\n%s", name, part, rec.Body)
			}
		}
		for _, part := range c.hasNot {
			if strings.Contains(rec.Body.String(), part) {
				t.Errorf("%s: %q is told in\n%s", name, part, rec.Body)
			}
		}
	}
}

func TestACalendarIsReadByWhoKnowsItsAddress(t *testing.T) {
	w := newWorld(t)
	w.comite(t)
	read := func(url string) (int, string) {
		rec := w.do(ask{method: "GET", path: strings.TrimPrefix(url, home)})
		return rec.Code, rec.Body.String()
	}
	first := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/me/feed", as: odile})["url"].(string)
	status, body := read(first)
	if status != http.StatusOK || !strings.Contains(body, "SUMMARY:Comité") || !strings.Contains(body, "REFRESH-INTERVAL") || strings.Contains(body, "guest@x.example") || strings.Contains(body, "4711") {
		t.Errorf("got %d %s", status, body)
	}
	second := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/me/feed", as: odile})["url"].(string)
	if status, _ := read(first); status != http.StatusNotFound {
		t.Errorf("the address before: got %d", status)
	}
	strangers := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/me/feed", as: louise})["url"].(string)
	if status, body := read(strangers); status != http.StatusOK || strings.Contains(body, "VEVENT") {
		t.Errorf("a stranger's: got %d %s", status, body)
	}
	for range 2 {
		if rec := w.do(ask{method: "DELETE", path: "/api/v1/me/feed", as: odile}); rec.Code != http.StatusNoContent {
			t.Errorf("got %d %s", rec.Code, rec.Body)
		}
	}
	for _, url := range []string{second, home + "/api/v1/feeds/nonsense.ics", home + "/api/v1/feeds/" + strings.Repeat("A", 43)} {
		if status, _ := read(url); status != http.StatusNotFound {
			t.Errorf("%s: got %d", url, status)
		}
	}
	gone := w.meetings.Accounts["louise"]
	gone.Closed = true
	w.meetings.Accounts["louise"] = gone
	if status, _ := read(strangers); status != http.StatusNotFound {
		t.Errorf("of a closed account: got %d", status)
	}
	for name, who := range map[string]auth.Identity{"nobody": {}, "a guest": gaston, "software": agenda, "software for somebody": robotForCamille} {
		if rec := w.do(ask{method: "POST", path: "/api/v1/me/feed", as: who}); rec.Code < 400 || rec.Code >= 500 {
			t.Errorf("%s: got %d %s", name, rec.Code, rec.Body)
		}
	}
}

func TestAPageNamesTheNextOne(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.comite(t)
	}
	a := ask{method: "GET", path: "/api/v1/meetings?pageSize=2&status=confirmed", as: camille}
	link := w.do(a).Header().Get("Link")
	next, found := strings.CutSuffix(strings.TrimPrefix(link, "<"+home), ">; rel=\"next\"")
	if !found || !strings.HasPrefix(next, "/api/v1/meetings?") {
		t.Fatalf("Link: %q", link)
	}
	a.path = next
	rec := w.do(a)
	if items := object(t, rec)["items"].([]any); len(items) != 1 || rec.Header().Get("Link") != "" {
		t.Errorf("the next page has %d meetings and a Link %q", len(items), rec.Header().Get("Link"))
	}
}
