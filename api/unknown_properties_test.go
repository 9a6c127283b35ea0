package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a property is in does not matter: taken without effect, it would be believed to count.
func TestAPropertyThatIsUnknownIsRefusedByItsNameHoweverDeepItStands(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	for extra, at := range map[string]string{
		`"settings":{"recording":true}`:                               "body.settings.recording",
		`"access":{"waitingRoom":true}`:                               "body.access.waitingRoom",
		`"invitees":[{"email":"zoe@x.example","mandatory":true}]`:     "body.invitees[0].mandatory",
		`"deputies":[{"user":"odile","from":"2026-11-24T09:00:00Z"}]`: "body.deputies[0].from",
		`"recurrence":{"rule":"FREQ=DAILY"}`:                          "body.recurrence.rule",
		`"muteOnEntry":true`:                                          "body.muteOnEntry",
	} {
		for name, a := range map[string]ask{
			"create": {method: "POST", path: "/api/v1/meetings", body: `{"title":"x","start":"2026-11-24T09:00:00","timeZone":"Europe/Paris","duration":"PT1H",` + extra + `}`},
			"change": {method: "PATCH", path: meetingPath(m), ifMatch: `"1"`, contentType: mergePatch, body: `{` + extra + `}`},
		} {
			a.as = camille
			p := w.refused(t, http.StatusUnprocessableEntity, "invalid-request", a)
			if diff := cmp.Diff([]string{at}, locations(p)); diff != "" {
				t.Errorf("%s with %s: %s", name, extra, diff)
			}
		}
	}
}

func TestNothingIsErasedByAParameterThatIsNotThere(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	p := w.refused(t, http.StatusUnprocessableEntity, "invalid-request", ask{method: "DELETE", path: meetingPath(m, "?erase=true"), as: camille, ifMatch: `"1"`})
	if diff := cmp.Diff([]string{"query.erase"}, locations(p)); diff != "" {
		t.Error(diff)
	}
}
