package api_test

import (
	"net/http"
	"testing"
	"time"
)

func TestADateOfASeriesThatHasBegunIsTriedOutAsItWouldBeChanged(t *testing.T) {
	w := newWorld(t)
	const body = `"timeZone":"Europe/Paris","duration":"PT1H"`
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille,
		body: `{"title":"Point","start":"2026-11-24T09:00:00",` + body + `,"recurrence":{"rules":["FREQ=WEEKLY;COUNT=5"],"exdates":["2026-12-15T09:00:00"]}}`})
	w.now = time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC) // two dates are over
	try := func(query, body string) ask {
		return ask{method: "POST", path: "/api/v1/meetings/validate?" + query, as: camille, body: body}
	}
	of := "meeting=" + m["id"].(string)
	const third = "&occurrence=20261208T090000"
	moved := `{"title":"Point","start":"2026-12-08T14:00:00",` + body + `}`

	w.refused(t, 422, "invalid-request", try("occurrence=20261208T090000", moved)) // of which meeting?
	w.refused(t, 409, "past-occurrence", try(of+"&occurrence=20261201T090000&scope=this", moved))
	w.refused(t, 409, "past-occurrence", try(of+"&occurrence=20261201T090000", moved))
	w.refused(t, 404, "occurrence-not-found", try(of+"&occurrence=20261209T090000&scope=this", moved))
	w.refused(t, 422, "invalid-request", try(of+third+"&scope=this", `{"title":"Point","start":"2026-12-01T14:00:00",`+body+`}`))
	w.refused(t, 422, "invalid-request", try(of+third+"&scope=this", `{"title":"Point","start":"2026-12-08T14:00:00","timeZone":"Europe/London","duration":"PT1H"}`))
	w.refused(t, 422, "invalid-request", try(of+third+"&scope=this", `{"title":"Point","start":"2026-12-08T14:00:00",`+body+`,"recurrence":{"rules":["FREQ=DAILY"]}}`))

	tried := w.want(t, http.StatusOK, try(of+third+"&scope=this", moved))
	dates := tried["occurrences"].([]any)
	if len(dates) != 1 || dates[0].(map[string]any)["id"] != "20261208T090000" || dates[0].(map[string]any)["start"] != "2026-12-08T13:00:00Z" || len(tried["warnings"].([]any)) != 0 || tried["changed"] != nil {
		t.Errorf("one date: %v", tried)
	}
	tried = w.want(t, http.StatusOK, try(of+third, moved))
	dates = tried["occurrences"].([]any)
	if len(dates) != 3 || dates[2].(map[string]any)["start"] != "2026-12-22T13:00:00Z" || len(tried["warnings"].([]any)) != 0 || len(tried["changed"].([]any)) != 1 {
		t.Errorf("it and all that follow: %v", tried)
	}
}

func TestADateThatIsOnIsTriedOutLonger(t *testing.T) {
	w := newWorld(t)
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille,
		body: `{"title":"Point","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=WEEKLY;COUNT=5"]}}`})
	w.now = time.Date(2026, 12, 1, 8, 30, 0, 0, time.UTC)
	try := func(length string) ask {
		return ask{method: "POST", path: "/api/v1/meetings/validate?scope=this&occurrence=20261201T090000&meeting=" + m["id"].(string), as: camille,
			body: `{"title":"Point","start":"2026-12-01T09:00:00","timeZone":"Europe/Paris","duration":"` + length + `"}`}
	}
	w.refused(t, 409, "past-occurrence", try("PT40M"))
	dates := w.want(t, http.StatusOK, try("PT2H"))["occurrences"].([]any)
	if len(dates) != 1 || dates[0].(map[string]any)["end"] != "2026-12-01T10:00:00Z" {
		t.Errorf("got %v", dates)
	}
}

func TestATrialThatNamesNobodyIsNoneThatSaysNothing(t *testing.T) {
	w := newWorld(t)
	const body = `"title":"Point","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"`
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: `{` + body + `,"deputies":[{"user":"` + mounir.PersonID + `"}]}`})
	try := ask{method: "POST", path: "/api/v1/meetings/validate?meeting=" + m["id"].(string), as: mounir}
	try.body = `{` + body + `,"deputies":[]}`
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", try) // only the organizer says who stands in
	try.body = `{` + body + `}`
	w.want(t, http.StatusOK, try)
}

func TestAMeetingSaysWithWhichDateItBegins(t *testing.T) {
	w := newWorld(t)
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille,
		body: `{"title":"Point","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","recurrence":{"rules":["FREQ=WEEKLY;COUNT=5"],"exdates":["2026-11-24T09:00:00"]}}`})
	if m["first"] != "20261201T090000" {
		t.Errorf("got %v", m["first"])
	}
}

func TestCancellingAgainWithTheVersionFromBeforeIsNoError(t *testing.T) {
	w := newWorld(t)
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", as: camille, body: `{"title":"Point","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"}`})
	cancel := ask{method: "DELETE", path: "/api/v1/meetings/" + m["id"].(string), as: camille, ifMatch: `"1"`}
	for range 2 {
		if rec := w.do(cancel); rec.Code != http.StatusNoContent {
			t.Fatalf("got %d %s", rec.Code, rec.Body)
		}
	}
}
