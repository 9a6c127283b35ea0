package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// planAbroad plans three meetings as camille in zones that change their clocks on different days: one with a date moved and
// one cancelled, one by two rules, and one that takes place once.
func (w *world) planAbroad(t *testing.T) (paths []string) {
	t.Helper()
	for _, body := range []string{
		`{"title":"Comité, <b>suivi</b>; budget","start":"2027-03-09T09:00:00","timeZone":"Europe/Paris","duration":"PT1H",
			"recurrence":{"rules":["FREQ=WEEKLY;COUNT=5"],"rdates":["2027-03-18T15:00:00"]},"invitees":[{"user":"odile"},{"email":"guest@x.example","name":"Guest"}]}`,
		`{"title":"Desk","start":"2027-03-12T17:00:00","timeZone":"America/New_York","duration":"PT30M",
			"recurrence":{"rules":["FREQ=WEEKLY;COUNT=3","FREQ=MONTHLY;BYDAY=-1WE;COUNT=2"]},"invitees":[{"user":"odile"}]}`,
		`{"title":"Once","start":"2027-04-05T10:00:00","timeZone":"Australia/Lord_Howe","duration":"PT2H","invitees":[{"user":"odile"}]}`,
	} {
		paths = append(paths, meetingPath(w.plans(t, body)))
	}
	etag := func(version int) http.Header {
		return http.Header{"If-Match": {fmt.Sprintf("%q", fmt.Sprint(version))}, "Content-Type": {mergePatch}}
	}
	w.want(t, http.StatusOK, ask{method: "PATCH", path: paths[0] + "/occurrences/20270330T090000?scope=this", as: camille, body: `{"start":"2027-03-30T14:00:00"}`, header: etag(1)})
	if rec := w.do(ask{method: "DELETE", path: paths[0] + "/occurrences/20270323T090000", as: camille, header: etag(2)}); rec.Code >= 300 {
		t.Fatalf("got %d %s", rec.Code, rec.Body)
	}
	return paths
}

// TestCalendarsAreAsOtherProgramsReadThem holds what is kept in testdata, which schedule/ical/parse gives to two readers
// that know nothing of Parvis.
func TestCalendarsAreAsOtherProgramsReadThem(t *testing.T) {
	w := newWorld(t)
	paths := w.planAbroad(t)
	feed := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/me/feed", as: odile})["url"].(string)
	files := map[string]string{"feed": strings.TrimPrefix(feed, home), "download-weekly": paths[0] + "?format=ics", "download-rules": paths[1] + "?format=ics", "download-once": paths[2] + "?format=ics"}
	for name, path := range files {
		rec := w.do(ask{method: "GET", path: path, as: camille})
		if rec.Code != http.StatusOK {
			t.Fatalf("%s: got %d %s", name, rec.Code, rec.Body)
		}
		goldenCalendar(t, name, rec.Body.Bytes())
	}
}

var drawn = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[a-z]{3}-[a-z]{4}-[a-z]{3}\b`)

// goldenCalendar compares without folds, which fall elsewhere, and with numbers for what is drawn anew at each run.
func goldenCalendar(t *testing.T, name string, got []byte) {
	t.Helper()
	met := map[string]string{}
	got = drawn.ReplaceAllFunc(bytes.ReplaceAll(got, []byte("\r\n "), nil), func(name []byte) []byte {
		if met[string(name)] == "" {
			met[string(name)] = fmt.Sprintf("drawn-%d", len(met)+1)
		}
		return []byte(met[string(name)])
	})
	file := filepath.Join("testdata", name+".ics")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: -want +got:\n%s", name, diff)
	}
}
