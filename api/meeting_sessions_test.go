package api_test

import (
	"net/http"
	"testing"
	"time"

	"parvis/rooms"
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
