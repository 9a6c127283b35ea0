package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/access"
	"parvis/auth"
)

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
	has := func() any {
		t.Helper()
		return w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: camille})["invitees"].([]any)[1].(map[string]any)["hasLink"]
	}
	if has() != true {
		t.Error("the meeting does not say that there is a link")
	}
	for range 2 {
		if rec := w.do(ask{method: "DELETE", path: links, as: camille}); rec.Code != http.StatusNoContent || held() != 0 {
			t.Errorf("got %d %s, %d links", rec.Code, rec.Body, held())
		}
	}
	got := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: camille})
	if has() != nil {
		t.Error("the meeting says that there is a link still")
	}
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
		"of an invitee": {"?format=ics", "", "text/calendar; charset=utf-8", []string{"SUMMARY:Comité", "mailto:parvis@meet.example.org"}, []string{"guest@x.example", "4711"}, odile},
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

func TestAMeetingSaysWhetherItsOrganizerHearsOfAnswers(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	if m["tellAnswers"] != nil {
		t.Errorf("most do: %v", m["tellAnswers"])
	}
	path := meetingPath(m, "")
	for _, c := range []struct {
		body string
		want any
	}{{`{"tellAnswers":false}`, false}, {`{"title":"Autre"}`, false}, {`{"tellAnswers":true}`, nil}} {
		at := w.do(ask{method: "GET", path: path, as: camille}).Header().Get("ETag")
		got := w.want(t, http.StatusOK, ask{method: "PATCH", path: path, as: camille, body: c.body, header: http.Header{"If-Match": {at}, "Content-Type": {"application/merge-patch+json"}}})
		if got["tellAnswers"] != c.want {
			t.Errorf("%s: got %v", c.body, got["tellAnswers"])
		}
	}
}

func TestTheFileOfAMeetingIsCalledAfterItsTitleAndDay(t *testing.T) {
	w := newWorld(t)
	rec := w.do(ask{method: "GET", path: meetingPath(w.comite(t), "?format=ics"), as: odile})
	want := `attachment; filename="comite-2026-11-24.ics"; filename*=UTF-8''Comit%C3%A9%202026-11-24.ics`
	if got := rec.Header().Get("Content-Disposition"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestACalendarIsReadByWhoKnowsItsAddress(t *testing.T) {
	w := newWorld(t)
	w.comite(t)
	read := func(url string) (int, string) {
		rec := w.do(ask{method: "GET", path: strings.TrimPrefix(url, home)})
		return rec.Code, rec.Body.String()
	}
	feed := ask{method: "GET", path: "/api/v1/me/feed", as: odile}
	if got := w.want(t, http.StatusOK, feed); len(got) != 0 {
		t.Errorf("before there is one: %v", got)
	}
	first := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/me/feed", as: odile})["url"].(string)
	if got := w.want(t, http.StatusOK, feed); got["createdAt"] == nil || len(got) != 1 {
		t.Errorf("of one that there is: %v", got)
	}
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
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if rec := w.do(ask{method: method, path: "/api/v1/me/feed", as: who}); rec.Code < 400 || rec.Code >= 500 {
				t.Errorf("%s, %s: got %d %s", name, method, rec.Code, rec.Body)
			}
		}
	}
}
