package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"parvis/auth"
	"parvis/rooms"
)

func TestHowGoodTheConnectionsOfAMeetingAreIsCountedWithoutNames(t *testing.T) {
	h := newHeadquarters(t)
	auditor := holding("auditor", auth.Appointment{Role: auth.Auditor, OrgID: h.ministry})
	elsewhere := holding("elsewhere", auth.Appointment{Role: auth.Auditor, OrgID: h.other})
	h.strangers = []auth.Identity{auditor, elsewhere}
	if rec := h.do(ask{method: "GET", path: "/api/v1/live-rooms/" + h.live, as: elsewhere}); rec.Code != http.StatusNotFound {
		t.Errorf("another organization's administrator got %d %s", rec.Code, rec.Body)
	}
	for quality, word := range map[rooms.Quality]struct{ summary, count string }{
		rooms.QualityUnknown: {"good", "unknown"}, rooms.QualityExcellent: {"good", "excellent"}, rooms.QualityGood: {"good", "good"},
		rooms.QualityPoor: {"poor", "poor"}, rooms.QualityLost: {"poor", "lost"},
	} {
		must(t, h.calls.QualitiesHeard(t.Context(), []rooms.RelayQuality{{RelayID: h.relay, Quality: quality}}))
		rec := h.do(ask{method: "GET", path: "/api/v1/live-rooms/" + h.live, as: auditor})
		var got struct {
			Quality     string
			Connections map[string]int
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || got.Quality != word.summary {
			t.Errorf("%s: got %s, %v", word.count, rec.Body, err)
		}
		for name, n := range got.Connections {
			if want := map[bool]int{true: 1}[name == word.count]; n != want {
				t.Errorf("%s: %d are %s, want %d", word.count, n, name, want)
			}
		}
		if len(got.Connections) != 5 {
			t.Errorf("got %s", rec.Body)
		}
	}
	h.calls.RelayClosed(t.Context(), h.relay)
	rec := h.do(ask{method: "GET", path: "/api/v1/live-rooms", as: auditor})
	var list struct {
		Items []struct {
			Quality     string
			Interrupted int
			Connections map[string]int
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil || len(list.Items) != 1 || list.Items[0].Quality != "interrupted" || list.Items[0].Connections["lost"] != 0 {
		t.Errorf("gone, and the list says %s, %v", rec.Body, err)
	}
}
