package api_test

import (
	"net/http"
	"testing"
	"time"

	"parvis/auth"
	"parvis/rooms"
	"parvis/schedule/scheduletest"
)

func TestTheSessionsOfAMeetingNameTheirDate(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	slug := m["room"].(map[string]any)["slug"].(string)
	first := time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC)
	w.history = map[string][]rooms.Attendance{w.room(slug).ID: {
		{Session: rooms.SessionRecord{ID: pastSession, MeetingID: m["id"].(string), StartedAt: first, Participants: 2, Peak: 2}},
		{Session: rooms.SessionRecord{ID: runningSession, MeetingID: m["id"].(string), StartedAt: first.Add(-48 * time.Hour), Participants: 1, Peak: 1}},
		{Session: rooms.SessionRecord{ID: expiredSession, MeetingID: budget, StartedAt: first}}, // another one was on
	}}
	list := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m, "/sessions"), as: camille})["items"].([]any)
	if len(list) != 2 {
		t.Fatalf("got %v", list)
	}
	during, before := list[0].(map[string]any), list[1].(map[string]any)
	if during["occurrence"] != "20261124T090000" || during["slug"] != slug || during["participants"] != 2.0 {
		t.Errorf("of the first date: %v", during)
	}
	if before["occurrence"] != nil || before["id"] != runningSession {
		t.Errorf("outside of all dates: %v", before)
	}
}

func TestADeputyReadsWhoWasAtTheMeetingInAnothersRoomWhileTheMandateLasts(t *testing.T) {
	w := newWorld(t)
	w.meetings.Own[budget] = scheduletest.Bookable{ID: w.room(budget).ID, Owner: camille.ID}
	body := `{"title":"Budget","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","room":{"mode":"existing","slug":"` + budget + `"},
		"deputies":[{"user":"` + odile.PersonID + `","until":"2026-11-26T00:00:00Z"}],"invitees":[{"user":"` + sofia.PersonID + `"}]}`
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: body})
	first := time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC)
	w.history = map[string][]rooms.Attendance{w.room(budget).ID: {
		{Session: rooms.SessionRecord{ID: pastSession, MeetingID: m["id"].(string), StartedAt: first, Participants: 2, Peak: 2}},
		{Session: rooms.SessionRecord{ID: runningSession, MeetingID: "01980000-0000-7000-8000-0000000000ff", StartedAt: first.Add(-48 * time.Hour)}}, // of a meeting that is gone
		{Session: rooms.SessionRecord{ID: expiredSession, StartedAt: first.Add(-24 * time.Hour)}},                                                    // no meeting was on
	}}
	of := func(session string) string { return "/api/v1/rooms/" + budget + "/sessions/" + session + "/attendance" }
	w.refused(t, http.StatusNotFound, "room-not-found", ask{method: "GET", path: of(pastSession), as: sofia})
	w.refused(t, http.StatusForbidden, "forbidden", ask{method: "GET", path: of(expiredSession), as: odile}) // a member of the room
	w.refused(t, http.StatusForbidden, "forbidden", ask{method: "GET", path: of(runningSession), as: odile})
	for _, path := range []string{of(pastSession), meetingPath(m, "/sessions")} { // what software reads for her needs the scope that it needs itself
		w.refused(t, http.StatusForbidden, "scope-missing", ask{method: "GET", path: path, as: agendaForOdile})
	}
	read := w.want(t, http.StatusOK, ask{method: "GET", path: of(pastSession), as: odile})
	if read["session"].(map[string]any)["id"] != pastSession {
		t.Errorf("got %v", read)
	}
	w.now = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	w.refused(t, http.StatusForbidden, "forbidden", ask{method: "GET", path: of(pastSession), as: odile})
}

func TestADeputyReadsTheSessionsOfTheMeetingInAnothersRoomAndNoOthers(t *testing.T) {
	w := newWorld(t)
	w.meetings.Own[budget] = scheduletest.Bookable{ID: w.room(budget).ID, Owner: camille.ID}
	body := `{"title":"Budget","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","room":{"mode":"existing","slug":"` + budget + `"},
		"deputies":[{"user":"` + odile.PersonID + `"}],"invitees":[{"user":"` + sofia.PersonID + `"}]}`
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: body})
	first := time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC)
	w.history = map[string][]rooms.Attendance{w.room(budget).ID: {
		{Session: rooms.SessionRecord{ID: pastSession, MeetingID: m["id"].(string), StartedAt: first, Participants: 2, Peak: 2}},
		{Session: rooms.SessionRecord{ID: expiredSession, StartedAt: first.Add(-24 * time.Hour)}}, // no meeting was on
	}}
	w.refused(t, http.StatusNotFound, "room-not-found", ask{method: "GET", path: meetingPath(m, "/sessions"), as: sofia})
	w.refused(t, http.StatusNotFound, "meeting-not-found", ask{method: "GET", path: meetingPath(m, "/sessions"), as: mounir})
	list := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m, "/sessions"), as: odile})["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["id"] != pastSession || list[0].(map[string]any)["occurrence"] != "20261124T090000" {
		t.Errorf("got %v", list)
	}
	agenda := "/api/v1/agenda?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z"
	for name, c := range map[string]struct {
		who  auth.Identity
		want bool
	}{"who organizes": {camille, true}, "who stands in": {odile, true}, "who is invited": {sofia, false}} {
		items := w.want(t, http.StatusOK, ask{method: "GET", path: agenda, as: c.who})["items"].([]any)
		if len(items) != 1 || items[0].(map[string]any)["attendance"] != c.want {
			t.Errorf("%s: got %v", name, items)
		}
	}
}
