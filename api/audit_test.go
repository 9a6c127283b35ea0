package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"parvis/api"
	"parvis/audit"
	"parvis/auth"
)

const auditPath = "/api/v1/audit"

func TestTheTrailIsReadByAuditorsAlone(t *testing.T) {
	for path := range map[string]bool{auditPath: true, auditPath + "/export": true, auditPath + "/seal": true} {
		w := newWorld(t)
		for code, who := range map[string][]auth.Identity{
			"sign-in-required": {{}, gaston}, "forbidden": {camille, robotForCamille}, "scope-missing": {robot, manager},
		} {
			for _, as := range who {
				if got := object(t, w.do(ask{method: "GET", path: path, as: as}))["code"]; got != code {
					t.Errorf("%s as %s: got %v, want %s", path, bearerOf(as), got, code)
				}
			}
		}
		for _, as := range []auth.Identity{auditor, auditsInterior, logReader} {
			if rec := w.do(ask{method: "GET", path: path, as: as}); rec.Code != http.StatusOK {
				t.Errorf("%s as %s: %d %s", path, as.ID, rec.Code, rec.Body)
			}
		}
	}
	w := newWorld(t)
	if got := object(t, w.do(ask{method: "GET", path: auditPath + "?organization=" + justice, as: auditsInterior})); got["status"] != 404.0 {
		t.Errorf("the trail of another ministry: %v", got)
	}
}

func TestAnAuditorSearchesAndFindsWhoDidWhat(t *testing.T) {
	w := newWorld(t)
	w.trail.People["camille"] = audit.Personal{Name: "Camille Durand", Email: "camille@example.org"}
	for _, org := range []string{interior, justice} {
		err := w.trail.Record(t.Context(), []audit.Entry{{
			At: w.clock(), OrgID: org, Action: "room.moderated", Actor: "person:camille", Subject: "room:r", Network: "192.0.2.0/24", Data: json.RawMessage(`{"act":"lock"}`),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.sealed(t)
	all := w.want(t, http.StatusOK, ask{method: "GET", path: auditPath + "?action=room.moderated&from=2026-11-20T00:00:00Z", as: auditor})["items"].([]any)
	if len(all) != 2 {
		t.Fatalf("an auditor of the platform finds %d rows", len(all))
	}
	own := w.want(t, http.StatusOK, ask{method: "GET", path: auditPath, as: auditsInterior})["items"].([]any)
	row := own[len(own)-1].(map[string]any)
	if len(own) != 1 || row["name"] != "Camille Durand" || row["network"] != "192.0.2.0/24" || row["data"].(map[string]any)["act"] != "lock" {
		t.Errorf("an auditor of one ministry finds %v", own)
	}
	rec := w.do(ask{method: "GET", path: auditPath + "/export?result=done", as: auditor})
	lines := strings.Split(strings.TrimSpace(rec.Body.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"name":"Camille Durand"`) || rec.Header().Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("the export: %d %s", rec.Code, rec.Body)
	}
	seal := w.want(t, http.StatusOK, ask{method: "GET", path: auditPath + "/seal", as: auditsInterior})
	if seal["batch"] != 1.0 || len(seal["root"].(string)) != 64 || !strings.Contains(seal["publicKey"].(string), "PUBLIC KEY") || seal["waiting"] != 3.0 {
		t.Errorf("the seal: %v", seal)
	}
	if n := len(w.seen(t, audit.Read)); n != 2 {
		t.Errorf("two searches are written %d times", n)
	}
	if n := len(w.seen(t, audit.Exported)); n != 1 {
		t.Errorf("an export is written %d times", n)
	}
}

func TestWhatIsRefusedToSomebodyIsWritten(t *testing.T) {
	w := newWorld(t)
	w.do(ask{method: "PATCH", path: "/api/v1/rooms/" + secret, body: `{"name":"Mine"}`, contentType: "application/merge-patch+json", ifMatch: `"1"`, as: odile}) // forbidden
	w.do(ask{method: "GET", path: "/api/v1/rooms/" + secret + "/participants", as: louise})                                                                      // hidden
	w.do(ask{method: "GET", path: "/api/v1/rooms/zzz-zzzz-zzz/participants", as: louise})                                                                        // not there
	w.do(ask{method: "GET", path: "/api/v1/rooms"})                                                                                                              // has to sign in
	w.do(ask{method: "GET", path: "/api/v1/rooms/" + secret + "/participants", as: camille})                                                                     // allowed
	got := w.seen(t, audit.RequestRefused)
	if len(got) != 2 {
		t.Fatalf("got %+v", got)
	}
	for _, e := range got {
		want := map[string]string{"person:odile": "forbidden", "person:louise": "room-not-found"}[e.Actor]
		if e.Code != want || e.Subject != "room:room-"+secret || e.OrgID != interior || e.Result != audit.Refused || e.RequestID == "" {
			t.Errorf("got %+v", e)
		}
		if strings.Contains(string(e.Data), secret) {
			t.Errorf("the link of the room is in %s", e.Data)
		}
	}
}

func TestARefusedJoinAndARefusedSignInAreWritten(t *testing.T) {
	w := newWorld(t, func(o *api.Options) {
		o.Handlers.Callback = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(http.StatusForbidden) })
	})
	w.do(ask{method: "POST", path: "/api/v1/rooms/" + archived + "/join", body: "{}", as: louise})
	if got := w.seen(t, audit.JoinRefused); len(got) != 1 || got[0].Actor != "person:louise" || got[0].Subject != "room:room-"+archived || got[0].Code == "" {
		t.Errorf("got %+v", got)
	}
	w.do(ask{method: "GET", path: "/auth/callback/proconnect"})
	if got := w.seen(t, audit.SignInRefused); len(got) != 1 || got[0].Actor != "nobody:" {
		t.Errorf("got %+v", got)
	}
}

func TestAFloodOfRefusalsIsCountedAndBounded(t *testing.T) {
	w := newWorld(t)
	for range 300 {
		w.watch.Saw(audit.Entry{OrgID: interior, Action: audit.RequestRefused, Actor: "person:louise", Code: "forbidden"})
	}
	for n := range 5000 {
		w.watch.Saw(audit.Entry{OrgID: interior, Action: audit.RequestRefused, Actor: "nobody:", Code: "forbidden", Network: string(rune(n))})
	}
	first := len(w.seen(t, audit.RequestRefused))
	if first != 201 {
		t.Errorf("%d rows at first", first)
	}
	w.wait(time.Minute)
	after := w.seen(t, audit.RequestRefused)
	if last := after[len(after)-1]; len(after) != 202 || string(last.Data) != `{"count":299}` {
		t.Errorf("%d rows, the last %s", len(after), last.Data)
	}
	if got := w.seen(t, audit.RefusalsDropped); len(got) != 1 || string(got[0].Data) != `{"count":4800}` {
		t.Errorf("got %+v", got)
	}
}
