package api_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

const sessionsPath = "/api/v1/rooms/" + secret + "/sessions"

func attendancePath(session string) string { return sessionsPath + "/" + session + "/attendance" }

func TestWhatHappenedIsForHostsAlone(t *testing.T) {
	for _, path := range []string{sessionsPath, attendancePath(pastSession), attendancePath(runningSession), attendancePath(pastSession) + "?format=csv"} {
		for _, c := range callers {
			if c.relation != c.lasting { // they see the meeting that runs alone: package rooms holds it
				continue
			}
			t.Run(path+"/"+c.name, func(t *testing.T) {
				w := newWorld(t)
				w.remember()
				w.place(t, c)
				rec := w.do(ask{method: "GET", path: path, as: c.who})
				refusal := auth.Allowed(c.who, auth.RoomAttendance, c.on())
				if refusal == nil {
					if rec.Code != http.StatusOK {
						t.Errorf("got %d, want it allowed: %s", rec.Code, rec.Body)
					}
					return
				}
				if got := object(t, rec)["code"]; got != string(fault.Of(refusal).Code) || strings.Contains(rec.Body.String(), "camille") {
					t.Errorf("got %d %v, want %s", rec.Code, got, fault.Of(refusal).Code)
				}
			})
		}
	}
}

func TestASessionIsFoundInItsRoomAloneAndOnlyWhileItsNamesAreKept(t *testing.T) {
	w := newWorld(t)
	w.remember()
	for _, c := range []struct {
		name, session string
		status        int
		code          string
	}{
		{"of another room", elsewhereSess, 404, "session-not-found"},
		{"none", "0198a5c2-7d41-7a93-8e02-0000000000ff", 404, "session-not-found"},
		{"malformed", "nonsense", 404, "session-not-found"},
		{"in upper case", strings.ToUpper(pastSession), 404, "session-not-found"},
		{"with a quote", "0198a5c2-7d41-7a93-8e02-00000000000'", 404, "session-not-found"},
		{"with NUL", "%00", 404, "session-not-found"},
		{"expired", expiredSession, 410, "attendance-expired"},
	} {
		for _, form := range []string{"", "?format=csv", "?format=json"} {
			t.Run(c.name+form, func(t *testing.T) {
				w.refused(t, c.status, c.code, ask{method: "GET", path: attendancePath(c.session) + form, as: camille})
			})
		}
	}
	w.refused(t, 404, "room-not-found", ask{method: "GET", path: "/api/v1/rooms/" + nowhere + "/sessions", as: camille})
	w.refused(t, 404, "room-not-found", ask{method: "GET", path: "/api/v1/rooms/nonsense/sessions/" + pastSession + "/attendance", as: camille})
}

func TestABadQuestionAboutHistoryIsNamed(t *testing.T) {
	w := newWorld(t)
	w.remember()
	for path, at := range map[string]string{
		sessionsPath + "?pageSize=0": "query.pageSize", sessionsPath + "?pageSize=201": "query.pageSize", sessionsPath + "?cursor=%00": "query.cursor",
		sessionsPath + "?from=1": "query.from", attendancePath(pastSession) + "?format=pdf": "query.format", attendancePath(pastSession) + "?Format=csv": "query.Format",
	} {
		p := w.refused(t, 422, "invalid-request", ask{method: "GET", path: path, as: camille})
		if diff := cmp.Diff([]string{at}, locations(p)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", path, diff)
		}
	}
	for _, path := range []string{sessionsPath, attendancePath(pastSession)} {
		w.refused(t, 405, "method-not-allowed", ask{method: "DELETE", path: path, as: camille})
	}
}

func TestSessionsAreListedByPages(t *testing.T) {
	w := newWorld(t)
	w.remember()
	golden(t, "sessions", w.do(ask{method: "GET", path: sessionsPath, as: mounir}).Body.Bytes())
	first := w.want(t, 200, ask{method: "GET", path: sessionsPath + "?pageSize=2", as: camille})
	second := w.want(t, 200, ask{method: "GET", path: sessionsPath + "?pageSize=2&cursor=" + first["next"].(string), as: camille})
	if len(first["items"].([]any)) != 2 || len(second["items"].([]any)) != 1 || second["next"] != nil {
		t.Errorf("got %v, then %v", first, second)
	}
	if got := newWorld(t).want(t, 200, ask{method: "GET", path: sessionsPath, as: clerk}); got["items"] == nil {
		t.Error("no session is an empty list")
	}
}

func TestWhoWasThereIsTold(t *testing.T) {
	w := newWorld(t)
	w.remember()
	golden(t, "attendance", w.do(ask{method: "GET", path: attendancePath(pastSession), as: camille}).Body.Bytes())
	golden(t, "attendance-running", w.do(ask{method: "GET", path: attendancePath(runningSession), as: clerk}).Body.Bytes())
}

func TestWhoWasThereIsATableForThoseWhoAskForOne(t *testing.T) {
	w := newWorld(t)
	w.remember()
	for _, c := range []struct {
		name, query, accept string
		table               bool
	}{
		{"who says nothing", "", "", false},
		{"a browser's page", "", "text/html,application/xhtml+xml,*/*;q=0.8", false},
		{"a program for tables", "", "text/csv", true},
		{"rather a table", "", "application/json;q=0.5, text/csv", true},
		{"rather not", "", "text/csv;q=0.5, application/json", false},
		{"never", "", "text/csv;q=0, */*", false},
		{"any text", "", "text/*", true},
		{"a mistake", "", "text/csv;q=much", false},
		{"a link", "?format=csv", "application/json", true},
		{"a link to the other", "?format=json", "text/csv", false},
		{"a long story", "", strings.Repeat("text/csv,", 100), false},
	} {
		rec := w.do(ask{method: "GET", path: attendancePath(pastSession) + c.query, as: camille, header: http.Header{"Accept": {c.accept}}})
		want := "application/json"
		if c.table {
			want = "text/csv; charset=utf-8"
		}
		if got := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || got != want || rec.Header().Get("Vary") != "Accept, Accept-Language" {
			t.Errorf("%s: %d %s, Vary %q", c.name, rec.Code, got, rec.Header().Get("Vary"))
		}
	}
}

func TestTheTableIsOneThatSpreadsheetsReadAndNoFormulaRunsIn(t *testing.T) {
	w := newWorld(t)
	w.remember()
	rec := w.do(ask{method: "GET", path: attendancePath(pastSession) + "?format=csv", as: camille, header: http.Header{"Accept-Language": {"en-GB, fr;q=0.5"}}})
	text, marked := strings.CutPrefix(rec.Body.String(), "\ufeff")
	if !marked || !strings.HasSuffix(text, "\r\n") {
		t.Errorf("got %q", text)
	}
	if got := rec.Header().Get("Content-Disposition"); got != `attachment; filename="attendance-`+secret+`-2026-11-19.csv"` {
		t.Errorf("Content-Disposition %q", got)
	}
	if got := rec.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll() // refuses rows of different lengths
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Row", "Name", "Organization", "Account", "Assurance", "Role", "Door", "E-mail", "Joined", "Left", "Present", "Seconds", "Intervals", "Act", "By", "About"},
		{"participant", "camille", "Ministry", "person", "agent", "owner", "host", "", "2026-11-19T09:00:00Z", "2026-11-19T11:00:00Z", "false", "7200",
			"2026-11-19T09:00:00Z/2026-11-19T11:00:00Z", "", "", ""},
		{"participant", `'=HYPERLINK("https://evil.example","Gaston")`, "", "guest", "unknown", "member", "lobby", "gaston@example.org", "2026-11-19T10:00:00Z",
			"2026-11-19T11:00:00Z", "false", "3600", "2026-11-19T10:00:00Z/2026-11-19T11:00:00Z", "", "", ""},
		{"act", "Gaston", "", "", "", "", "", "", "2026-11-19T10:00:00Z", "", "", "", "", "permissions", "camille", "camera chat"},
		{"act", "Gaston", "", "", "", "", "", "", "2026-11-19T10:00:00Z", "", "", "", "", "permissions", "camille", "camera allowed:screen forbade:microphone permitted:chat,screen"},
		{"act", "", "", "", "", "", "", "", "2026-11-19T11:00:00Z", "", "", "", "", "end", "system", ""},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	for accept, first := range map[string]string{"": "Ligne", "fr-CA": "Ligne", "de, en;q=0.2": "Row", "de": "Ligne", "???": "Ligne"} {
		rec := w.do(ask{method: "GET", path: attendancePath(pastSession) + "?format=csv", as: camille, header: http.Header{"Accept-Language": {accept}}})
		if !strings.HasPrefix(rec.Body.String(), "\ufeff"+first+",") {
			t.Errorf("%q: %.40q", accept, rec.Body)
		}
	}
}

func TestEverySignThatBeginsAFormulaIsDefused(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"=1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "＋1", "－1", "＠1"} {
		w.remember()
		w.history[w.rooms[secret].ID][1].People[0].Name = name
		rec := w.do(ask{method: "GET", path: attendancePath(pastSession) + "?format=csv", as: camille})
		rows, err := csv.NewReader(strings.NewReader(rec.Body.String())).ReadAll()
		if err != nil || rows[1][1] != "'"+name {
			t.Errorf("%q: got %q, %v", name, rows[1][1], err)
		}
	}
}

func TestWhoHostsForTheLengthOfAMeetingSeesThatMeetingAlone(t *testing.T) {
	w := newWorld(t)
	w.remember()
	w.session.ID = runningSession
	r := w.rooms[secret]
	r.Guarded = true
	w.rooms[secret] = r
	w.adjusted = map[rooms.Who]rooms.Adjustment{
		rooms.WhoIs(louise): {Role: access.Moderator}, rooms.WhoIs(mounir): {Role: access.Owner}, rooms.WhoIs(camille): {Role: access.Member},
	}
	list := w.want(t, 200, ask{method: "GET", path: sessionsPath, as: louise})["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["id"] != runningSession {
		t.Errorf("got %v", list)
	}
	w.want(t, 200, ask{method: "GET", path: attendancePath(runningSession), as: louise})
	w.refused(t, 404, "session-not-found", ask{method: "GET", path: attendancePath(pastSession), as: louise})
	w.want(t, 200, ask{method: "GET", path: attendancePath(pastSession), as: mounir}) // to whom the room is entrusted besides
	w.refused(t, 403, "forbidden", ask{method: "GET", path: sessionsPath, as: camille})
}
