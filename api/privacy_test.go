package api_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/privacy"
)

var (
	dpo      = empowered("dpo", interior, auth.Appointment{Role: auth.OrgAdmin, OrgID: interior})
	otherDPO = empowered("other-dpo", justice, auth.Appointment{Role: auth.OrgAdmin, OrgID: justice})
	reviewer = empowered("reviewer", interior, auth.Appointment{Role: auth.Auditor})
	helper   = empowered("helper", interior, auth.Appointment{Role: auth.Support})
	staleDPO = func() auth.Identity {
		who := empowered("stale", interior, auth.Appointment{Role: auth.OrgAdmin, OrgID: interior})
		who.Elevated = false
		return who
	}()
	platform  = empowered("platform", interior, auth.Appointment{Role: auth.PlatformAdmin})
	ofCamille = "/api/v1/people/" + camille.PersonID
	toMounir  = `{"handover":{"to":"successor","person":"` + mounir.PersonID + `"}}`
	onCamille = `{"kind":"person","subject":"` + camille.PersonID + `","reason":"Investigation 2026-114"}`
)

func TestWhoMayDoWhatWithTheDataOfSomebody(t *testing.T) {
	const ok, none = "", "person-not-found"
	for _, c := range []struct {
		ask  ask
		want map[string]string // by caller; those who are not named: forbidden
	}{
		{ask{method: "GET", path: ofCamille + "/export"}, map[string]string{"dpo": ok, "platform": ok, "stale": "elevation-required", "other": none, "nobody": "sign-in-required", "guest": "sign-in-required", "colleague": none}},
		{ask{method: "GET", path: ofCamille + "/erasure"}, map[string]string{"dpo": ok, "platform": ok, "stale": ok, "auditor": ok, "other": none, "nobody": "sign-in-required", "guest": "sign-in-required", "colleague": none}},
		{ask{method: "POST", path: ofCamille + "/erasure", body: toMounir}, map[string]string{"dpo": ok, "platform": ok, "stale": "elevation-required", "other": none, "nobody": "sign-in-required", "guest": "sign-in-required", "colleague": none}},
		{ask{method: "POST", path: "/api/v1/privacy/holds", body: onCamille}, map[string]string{"dpo": ok, "platform": ok, "stale": "elevation-required", "other": none, "nobody": "sign-in-required", "guest": "sign-in-required", "colleague": none}},
		{ask{method: "GET", path: "/api/v1/privacy/holds"}, map[string]string{"dpo": ok, "platform": ok, "stale": ok, "auditor": ok, "other": ok, "nobody": "sign-in-required", "guest": "sign-in-required"}},
		{ask{method: "GET", path: "/api/v1/privacy/register"}, map[string]string{"platform": ok, "auditor": ok, "nobody": "sign-in-required", "guest": "sign-in-required"}},
		{ask{method: "GET", path: "/api/v1/privacy/retention"}, map[string]string{"platform": ok, "auditor": ok, "nobody": "sign-in-required", "guest": "sign-in-required"}},
		{ask{method: "GET", path: "/api/v1/me/export"}, map[string]string{"self": ok, "nobody": "sign-in-required", "guest": "sign-in-required", "colleague": none, "dpo": none, "stale": none, "platform": none, "auditor": none, "support": none, "other": none}},
	} {
		for name, who := range map[string]auth.Identity{
			"nobody": {}, "guest": gaston, "colleague": mounir, "dpo": dpo, "other": otherDPO, "auditor": reviewer, "support": helper, "stale": staleDPO, "platform": platform,
			"software": robot, "software for her": robotForCamille, "self": camille,
		} {
			want, named := c.want[name]
			if !named {
				want = "forbidden"
				if name == "self" && strings.HasPrefix(c.ask.path, ofCamille) || name == "self" && c.ask.method == "POST" {
					want = none
				}
			}
			if name == "self" && strings.HasSuffix(c.ask.path, "/export") {
				want = ok // one's own
			}
			c.ask.as, c.ask.key = who, "k"
			got := newWorld(t).do(c.ask)
			code := ""
			if got.Code >= http.StatusBadRequest {
				code, _ = object(t, got)["code"].(string)
			}
			if code != want {
				t.Errorf("%s %s by %s: got %q, want %q", c.ask.method, c.ask.path, name, code, want)
			}
		}
	}
}

func TestACopyIsAnArchiveWithItsManifest(t *testing.T) {
	w := newWorld(t)
	got := w.do(ask{method: "GET", path: "/api/v1/me/export", as: camille})
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "application/zip" || got.Header().Get("Cache-Control") != "no-store" ||
		got.Header().Get("Content-Disposition") != `attachment; filename="parvis-export-2026-11-20.zip"` {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	archive, err := zip.NewReader(bytes.NewReader(got.Body.Bytes()), int64(got.Body.Len()))
	if err != nil || archive.File[len(archive.File)-1].Name != "manifest.json" {
		t.Fatalf("%v", err)
	}
	for range privacy.CopiesADay - 1 {
		w.do(ask{method: "GET", path: "/api/v1/me/export", as: camille})
	}
	more := w.do(ask{method: "GET", path: "/api/v1/me/export", as: camille})
	if more.Code != http.StatusTooManyRequests || more.Header().Get("Retry-After") == "" {
		t.Errorf("one more: %d %v", more.Code, more.Header())
	}
}

func TestACopyThatBreaksOffCutsTheConnection(t *testing.T) {
	w := newWorld(t)
	w.privacy.fails = privacy.Trail
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked := ask{method: "GET", path: "/api/v1/me/export", as: camille}.request()
		w.handler.ServeHTTP(rw, asked.WithContext(r.Context()))
	}))
	defer server.Close()
	got, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	var read bytes.Buffer
	if _, err := read.ReadFrom(got.Body); err == nil {
		t.Errorf("%d bytes came, and then an end as of a whole copy", read.Len())
	}
}

func TestAnErasureIsAskedForOnceAndRefusedUnderAHold(t *testing.T) {
	w := newWorld(t)
	erase := ask{method: "POST", path: ofCamille + "/erasure", as: dpo, body: toMounir}
	held := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/privacy/holds", as: dpo, body: onCamille, key: "k"})
	if got := object(t, w.do(erase)); got["code"] != "held" || !strings.Contains(got["detail"].(string), held["id"].(string)) {
		t.Errorf("held: %v", got)
	}
	release := ask{method: "POST", path: "/api/v1/privacy/holds/" + held["id"].(string) + "/release", as: otherDPO, body: `{"reason":"the case is closed"}`}
	if got := object(t, w.do(release)); got["code"] != "hold-not-found" {
		t.Errorf("released by another ministry: %v", got)
	}
	release.as = dpo
	w.want(t, http.StatusOK, release)
	erase.body = `{}`
	if got := object(t, w.do(erase)); got["code"] != "handover-required" {
		t.Errorf("without a successor: %v", got)
	}
	erase.body = toMounir
	first, second := w.want(t, http.StatusAccepted, erase), w.want(t, http.StatusAccepted, erase)
	if first["id"] != second["id"] || first["state"] != "running" {
		t.Errorf("%v, then %v", first, second)
	}
	if got := object(t, w.do(ask{method: "GET", path: "/api/v1/erasures/" + first["id"].(string), as: otherDPO})); got["code"] != "erasure-not-found" {
		t.Errorf("read by another ministry: %v", got)
	}
	w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/erasures/" + first["id"].(string), as: reviewer})
}
