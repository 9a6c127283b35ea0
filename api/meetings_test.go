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
)

// The machines of the tests that plan: one its own meetings, one those of all, one of another ministry.
var (
	agenda     = machine("agenda", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite)
	court      = machine("court", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite)
	chief      = machine("chief", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny)
	onlooker   = machine("onlooker", interior, auth.ScopeMeetingsRead)
	reporter   = machine("reporter", interior, auth.ScopeMeetingsRead, auth.ScopeAttendanceRead)
	foreigners = machine("foreigners", justice, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny)
	eraser     = machine("eraser", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny, auth.ScopeMeetingsPurge)

	agendaForOdile = acting(agenda, odile)
	robotForOdile  = acting(robot, odile)

	eraserForCamille = acting(eraser, camille)
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

func TestADateThatWasLeftOutIsShownAndRestored(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	w.want(t, http.StatusOK, ask{method: "DELETE", path: meetingPath(m, "/occurrences/20261208T090000"), as: mounir, ifMatch: `"1"`})
	list := func(query string) []any {
		t.Helper()
		return w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m, "/occurrences", query), as: odile})["items"].([]any)
	}
	if all, left := list("?cancelled=true"), list(""); len(all) != 10 || len(left) != 9 || all[2].(map[string]any)["cancelled"] != true {
		t.Errorf("got %v and %v", all, left)
	}
	restore := ask{method: "PATCH", path: meetingPath(m, "/occurrences/20261208T090000"), body: `{"cancelled":false}`, contentType: mergePatch, ifMatch: `"2"`}
	for name, c := range map[string]struct {
		who  auth.Identity
		code string
	}{
		"nobody": {auth.Identity{}, "sign-in-required"}, "a stranger": {sofia, "meeting-not-found"}, "somebody invited": {odile, "forbidden"},
		"software that reads": {onlooker, "scope-missing"}, "other software": {court, "scope-missing"},
	} {
		restore.as = c.who
		if rec := w.do(restore); object(t, rec)["code"] != c.code {
			t.Errorf("%s: got %d %s, want %s", name, rec.Code, rec.Body, c.code)
		}
	}
	restore.as = mounir
	got := w.want(t, http.StatusOK, restore)
	if got["sequence"] != 2.0 || got["recurrence"].(map[string]any)["exdates"] != nil || len(list("")) != 10 {
		t.Errorf("got %v", got)
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
	if later["splitFrom"] != m["id"] || later["splitInto"] != nil || later["title"] != "Suite" || later["room"].(map[string]any)["slug"] != m["room"].(map[string]any)["slug"] {
		t.Errorf("got %v", later)
	}
	for name, c := range map[string]struct {
		a    ask
		code string
	}{
		"no date":                      {date("DELETE", "20261223T090000", "", "", `"4"`), "occurrence-not-found"},
		"no name of a date":            {date("DELETE", "tomorrow", "", "", `"4"`), "occurrence-not-found"},
		"all dates":                    {date("PATCH", "20261201T090000", "", `{"invitees":[]}`, `"4"`), "invalid-request"},
		"restored, and it takes place": {date("PATCH", "20261201T090000", "", `{"cancelled":false}`, `"4"`), "conflict"},
		"restored, and it was none":    {date("PATCH", "20261202T090000", "", `{"cancelled":false}`, `"4"`), "occurrence-not-found"},
		"restored, and those after":    {date("PATCH", "20261208T090000", "?scope=thisAndFollowing", `{"cancelled":false}`, `"4"`), "invalid-request"},
		"cancelled by a patch":         {date("PATCH", "20261201T090000", "", `{"cancelled":true}`, `"4"`), "invalid-request"},
		"restored as it was":           {date("PATCH", "20261208T090000", "", `{"cancelled":false}`, `"2"`), "version-changed"},
		"another scope":                {date("DELETE", "20261201T090000", "?scope=all", "", `"4"`), "invalid-request"},
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
	found := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/agenda?from=2026-12-02T00:00:00Z&to=2036-12-01T00:00:00Z&title=COMIT%C3%89", as: odile})["items"].([]any)
	if len(found) != 1 || found[0].(map[string]any)["id"] != "20261208T090000" || len(found[0].(map[string]any)["rules"].([]any)) != 1 {
		t.Errorf("a search: got %v", found)
	}
	mine := w.want(t, http.StatusOK, ask{method: "GET", path: december, as: mounir})["items"].([]any)
	if first := mine[0].(map[string]any); first["leads"] != true || first["rsvp"] != nil {
		t.Errorf("a deputy's: %v", first)
	}
	for name, c := range map[string]struct {
		a    ask
		code string
	}{
		"nobody's":                     {ask{method: "GET", path: december}, "sign-in-required"},
		"software's":                   {ask{method: "GET", path: december, as: agenda}, "forbidden"},
		"of no time":                   {ask{method: "GET", path: "/api/v1/agenda", as: odile}, "invalid-request"},
		"of a year":                    {ask{method: "GET", path: "/api/v1/agenda?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z", as: odile}, "invalid-request"},
		"a search of an endless title": {ask{method: "GET", path: "/api/v1/agenda?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&title=" + strings.Repeat("x", 201), as: odile}, "invalid-request"},
		"back to front":                {ask{method: "GET", path: "/api/v1/agenda?from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", as: odile}, "invalid-request"},
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
	if value, origin := said("passcodeRequired"); value != true || origin != "meeting" {
		t.Errorf("passcodeRequired: %v of %v", value, origin)
	}
	if value, origin := said("opensBefore"); value != "PT15M" || origin != "platform" {
		t.Errorf("opensBefore: %v of %v", value, origin)
	}
}

func TestTheLongestSeriesIsListedToItsLastDate(t *testing.T) {
	w := newWorld(t)
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: `{"title":"Point","start":"2026-11-24T09:00:00",
		"timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=DAILY;COUNT=1826"]}}`})
	var list []any
	pages := 0
	for next := meetingPath(m, "/occurrences?pageSize=200"); next != ""; pages++ {
		rec := w.do(ask{method: "GET", path: next, as: camille})
		list = append(list, object(t, rec)["items"].([]any)...)
		next, _ = strings.CutSuffix(strings.TrimPrefix(rec.Header().Get("Link"), "<"+home), ">; rel=\"next\"")
	}
	if last := list[len(list)-1].(map[string]any); len(list) != 1826 || pages != 10 || last["id"] != "20311123T090000" {
		t.Errorf("%d dates on %d pages, the last %v", len(list), pages, last)
	}
}

func TestDatesComeInPagesOfABoundedSize(t *testing.T) {
	w := newWorld(t)
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: `{"title":"Point","description":"` + strings.Repeat("é", 10_000) + `",
		"start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=DAILY;COUNT=300"]}}`})
	first := w.do(ask{method: "GET", path: meetingPath(m, "/occurrences"), as: camille})
	if items := object(t, first)["items"].([]any); len(items) != 50 || first.Body.Len() > 2<<20 {
		t.Errorf("%d dates in %d bytes", len(items), first.Body.Len())
	}
	for _, cursor := range []string{"bm9uc2Vuc2U", "x", "MjAyNi0xMS0yNCAyMDI2"} {
		p := w.refused(t, http.StatusUnprocessableEntity, "invalid-request", ask{method: "GET", path: meetingPath(m, "/occurrences?cursor="+cursor), as: camille})
		if diff := cmp.Diff([]string{"query.cursor"}, locations(p)); diff != "" {
			t.Errorf("%s: %s", cursor, diff)
		}
	}
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", ask{method: "GET", path: meetingPath(m, "/occurrences?pageSize=201"), as: camille})
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

func TestATryOutOfAChangeTellsWhatBecomesOfChangedDates(t *testing.T) {
	w := newWorld(t)
	weekly := func(at, exceptions string) string {
		return `{"title":"Point","start":"2026-11-24T` + at + `","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=WEEKLY;COUNT=5"]` + exceptions + `}}`
	}
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: weekly("09:00:00", `,"exdates":["2026-12-01T09:00:00"]`)})
	try := func(query string) ask {
		return ask{method: "POST", path: "/api/v1/meetings/validate" + query, as: camille, body: weekly("10:00:00", "")}
	}
	if tried := w.want(t, http.StatusOK, try("")); tried["changed"] != nil {
		t.Errorf("of a new one: %v", tried["changed"])
	}
	w.refused(t, 404, "meeting-not-found", try("?meeting=0193f0c4-7a11-7c55-8a3e-000000000000"))
	w.refused(t, 404, "occurrence-not-found", try("?meeting="+m["id"].(string)+"&occurrence=yesterday"))
	changed := w.want(t, http.StatusOK, try("?meeting="+m["id"].(string)))["changed"].([]any)[0].(map[string]any)
	start := func(fate string) any {
		date, _ := changed[fate].(map[string]any)["date"].(map[string]any)
		return date["start"]
	}
	if start("now") != "2026-12-01T08:00:00Z" || start("keep") != nil || start("shift") != "2026-12-01T09:00:00Z" || changed["shift"].(map[string]any)["takesPlace"] != false ||
		start("drop") != "2026-12-01T09:00:00Z" || changed["drop"].(map[string]any)["takesPlace"] != true {
		t.Errorf("got %v", changed)
	}
}
