package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
)

func TestAFileOfPeopleIsRefusedByLineAndColumnAndThenDoneWhole(t *testing.T) {
	h := newHeadquarters(t)
	who := h.as(holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}))
	file := func(body, query string) ask {
		return ask{method: "POST", path: "/api/v1/organizations/" + h.ministry + "/people/import" + query, body: body, contentType: "text/csv", as: who}
	}
	const wrong = "familyName;provider;sub;email\r\nMartin;proconnect;new;noSuchOffice\r\n=1+1;proconnect;other;\r\n"
	right := "\ufeff" + strings.Replace(wrong, "noSuchOffice", "m@ministry.example", 1)

	asJSON := file(right, "")
	asJSON.contentType = ""
	h.refused(t, http.StatusUnsupportedMediaType, "unsupported-media-type", asJSON)
	h.refused(t, http.StatusRequestEntityTooLarge, "body-too-large", file(strings.Repeat("x", 2<<20), ""))
	rec := h.do(file(wrong, ""))
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "body.line[1].email") {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
	stale := holding("stale", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
	stale.Elevated = false
	late := file(right, "")
	late.as = h.as(stale)
	h.refused(t, http.StatusForbidden, "elevation-required", late)

	trial := h.want(t, http.StatusOK, file(wrong, "?dryRun=true"))
	if trial["refused"] != 1.0 || trial["made"] != 1.0 || trial["dryRun"] != true {
		t.Errorf("got %v", trial)
	}
	done := h.want(t, http.StatusOK, file(right, ""))
	if done["made"] != 2.0 || done["refused"] != 0.0 {
		t.Errorf("got %v", done)
	}
	again := h.want(t, http.StatusOK, file(right, ""))
	if again["unchanged"] != 2.0 {
		t.Errorf("got %v", again)
	}
}

func TestOwnersForGoodGiveARoomAwayAndNobodyElseDoes(t *testing.T) {
	w := newWorld(t)
	give := func(who auth.Identity, office string) ask {
		return ask{method: "POST", path: "/api/v1/rooms/" + secret + "/transfer", body: `{"office":"` + office + `"}`, as: who}
	}
	const office = "0198a5c2-3c15-7d02-9b6e-1f4a8c2e5d70"
	w.refused(t, http.StatusUnauthorized, "sign-in-required", give(auth.Identity{}, office))
	w.refused(t, http.StatusNotFound, "office-not-found", give(camille, noSuchOffice))
	w.want(t, http.StatusNoContent, give(camille, office))
}
