package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"parvis/api"
	"parvis/auth"
)

func TestAPartThatFailsIsShownBesideThoseThatAnswer(t *testing.T) {
	w := newWorld(t)
	began := w.clock()
	w.health = api.Health{
		CheckedAt: began, Versions: api.Versions{Program: "1.2.3", Go: "go1.26", Schema: 24},
		Dependencies: []api.Dependency{
			{Name: "database", State: api.DependencyOK, Since: &began, Detail: "answers"},
			{Name: "media", State: api.DependencyFailing, Since: &began, Detail: "LiveKit's API does not accept us", Remedy: "Check the key", Wrong: &api.DependencyWrong{Code: "media-old", Values: map[string]string{"version": "1.4.0"}}, LastError: "LiveKit's API does not accept us", LastErrorAt: &began},
			{Name: "mail", State: api.DependencyOff},
		},
	}
	who := holding("root", auth.Appointment{Role: auth.PlatformAdmin})
	w.strangers = []auth.Identity{who}
	rec := w.do(ask{method: "GET", path: "/api/v1/health/dependencies", as: who})
	var got api.Health
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || rec.Code != http.StatusOK || len(got.Dependencies) != 3 {
		t.Fatalf("got %d %s, %v", rec.Code, rec.Body, err)
	}
	for i, state := range []string{"ok", "failing", "off"} {
		if got.Dependencies[i].State != state {
			t.Errorf("%s is %s", got.Dependencies[i].Name, got.Dependencies[i].State)
		}
	}
	if wrong := got.Dependencies[1].Wrong; wrong == nil || wrong.Code != "media-old" || wrong.Values["version"] != "1.4.0" || got.Dependencies[0].Wrong != nil {
		t.Errorf("what is wrong: %s", rec.Body)
	}
	if got.Dependencies[2].Since != nil || got.Versions.Schema != 24 || !got.CheckedAt.Equal(began.Truncate(time.Second)) {
		t.Errorf("got %s", rec.Body)
	}
}

func TestReadingWhoIsInAMeetingIsWrittenOnceAndCounted(t *testing.T) {
	h := newHeadquarters(t)
	who := holding("support", auth.Appointment{Role: auth.Support, OrgID: h.ministry})
	auditor := holding("auditor", auth.Appointment{Role: auth.Auditor, OrgID: h.ministry})
	h.strangers = []auth.Identity{who, auditor}
	for range 12 {
		if rec := h.do(ask{method: "GET", path: "/api/v1/live-rooms/" + h.live + "/people", as: who}); rec.Code != http.StatusOK {
			t.Fatalf("got %d %s", rec.Code, rec.Body)
		}
	}
	h.do(ask{method: "GET", path: "/api/v1/live-rooms/" + h.live, as: auditor}) // counts are no reading of somebody's data
	must(t, h.watch.Flush(t.Context()))
	var rows int
	for _, e := range h.trail.Waiting() {
		if e.Action == "live-rooms.people-read" {
			rows++
			if e.Subject != "room:"+h.live || e.OrgID != h.ministry || e.Actor != "person:"+who.ID {
				t.Errorf("written %+v", e)
			}
		}
	}
	if rows != 1 {
		t.Errorf("written %d times", rows)
	}
}
