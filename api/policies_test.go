package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/fault"
)

const (
	interiorPolicy = "/api/v1/organizations/" + interior + "/policy"
	justicePolicy  = "/api/v1/organizations/" + justice + "/policy"
)

func holdsRole(who auth.Identity, role auth.AdminRole, org string) auth.Identity {
	who.Appointments, who.Elevated = []auth.Appointment{{Role: role, OrgID: org}}, true
	return who
}

var (
	prefect  = holdsRole(agent("prefect", interior), auth.PlatformAdmin, "")
	minister = holdsRole(agent("minister", interior), auth.OrgAdmin, interior)
	watcher  = holdsRole(agent("watcher", interior), auth.Auditor, "")
)

func changing(path, body, etag string, as auth.Identity) ask {
	return ask{method: "PATCH", path: path, body: body, contentType: mergePatch, ifMatch: etag, as: as}
}

const atMostSignedIn = `{"settings":{"entry":{"value":"signed-in","locked":true}}}`

func TestNobodyTouchesThePolicyOfAnotherOrganization(t *testing.T) {
	for name, c := range map[string]struct {
		as         auth.Identity
		theirs, at int // what they hear about the other ministry, and about the platform
	}{
		"an administrator of one": {minister, http.StatusNotFound, http.StatusForbidden},
		"an agent":                {odile, http.StatusNotFound, http.StatusForbidden},
		"an auditor":              {watcher, http.StatusForbidden, http.StatusForbidden},
		"nobody":                  {auth.Identity{}, http.StatusUnauthorized, http.StatusUnauthorized},
		"a guest":                 {gaston, http.StatusUnauthorized, http.StatusUnauthorized},
		"software without scope":  {robot, http.StatusForbidden, http.StatusForbidden},
	} {
		w := newWorld(t)
		w.strangers = []auth.Identity{prefect, minister, watcher}
		if got := w.do(changing(justicePolicy, atMostSignedIn, `"0"`, c.as)).Code; got != c.theirs {
			t.Errorf("%s: the other's: %d", name, got)
		}
		made := ask{method: "POST", path: "/api/v1/organizations/" + justice + "/templates", body: `{"name":"x"}`, key: "k", as: c.as}
		if got := w.do(made).Code; got != c.theirs {
			t.Errorf("%s: a template of the other: %d", name, got)
		}
		if got := w.do(changing("/api/v1/policies/platform", atMostSignedIn, `"0"`, c.as)).Code; got != c.at {
			t.Errorf("%s: the platform's: %d", name, got)
		}
	}
}

func TestAPolicyIsReadChangedAndExplained(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	got := w.want(t, http.StatusOK, ask{method: "GET", path: interiorPolicy, as: watcher})
	if got["settings"] == nil || len(got["effective"].([]any)) == 0 {
		t.Errorf("got %v", got)
	}
	w.want(t, http.StatusOK, changing(interiorPolicy, atMostSignedIn, `"0"`, minister))
	w.refused(t, http.StatusPreconditionFailed, "version-changed", changing(interiorPolicy, atMostSignedIn, `"0"`, minister))
	w.refused(t, http.StatusPreconditionRequired, "if-match-required", changing(interiorPolicy, atMostSignedIn, "", minister))

	p := w.refused(t, http.StatusForbidden, "policy-locked", ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"x","entry":"public"}`, key: "k1", as: camille})
	if at := locations(p); len(at) != 1 || at[0] != "body.entry" || !strings.Contains(p["errors"].([]any)[0].(map[string]any)["message"].(string), "locked by Interior") {
		t.Errorf("got %v", p)
	}
	rules := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/rooms/" + fete + "/effective-policy", as: camille})
	for _, s := range rules["settings"].([]any) {
		s := s.(map[string]any)
		if s["name"] == "entry" && (s["value"] != "signed-in" || s["reason"] != "locked by Interior" || s["lockedBy"] != "Interior" || len(s["overrode"].([]any)) == 0) {
			t.Errorf("got %v", s)
		}
	}
	w.refused(t, http.StatusNotFound, "room-not-found", ask{method: "GET", path: "/api/v1/rooms/" + secret + "/effective-policy", as: louise})
	w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/me/effective-policy", as: odile})
	w.want(t, http.StatusOK, changing(interiorPolicy, `{"settings":{"entry":null}}`, `"1"`, minister))
	w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"x","entry":"public"}`, key: "k2", as: camille})
}

func TestASettingThatIsWrongIsRefusedByItsName(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	for body, at := range map[string]string{
		`{"settings":{"telepathy":{"value":true}}}`:                     "body.settings",
		`{"settings":{"entry":{"value":"anybody"}}}`:                    "body.settings.entry.value",
		`{"settings":{"entry":{"value":3}}}`:                            "body.settings.entry.value",
		`{"settings":{"entry":{"locked":true}}}`:                        "body.settings.entry.value",
		`{"settings":{"entry":{"value":"hosts","locked":"yes"}}}`:       "body.settings.entry.locked",
		`{"settings":{"entry":{"value":"hosts","loked":true}}}`:         "body.settings.entry",
		`{"settings":{"entry":"hosts"}}`:                                "body.settings.entry",
		`{"settings":{"maxParticipants":{"value":"many"}}}`:             "body.settings.maxParticipants.value",
		`{"settings":{"webhookHosts":{"value":["https://a.example"]}}}`: "body.settings.webhookHosts.value",
	} {
		p := w.refused(t, http.StatusUnprocessableEntity, "invalid-request", changing(interiorPolicy, body, `"0"`, minister))
		if got := locations(p); len(got) != 1 || got[0] != at {
			t.Errorf("%s: got %v", body, got)
		}
	}
}

func TestATemplateIsMadeChangedAndUsed(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	w.want(t, http.StatusOK, changing("/api/v1/policies/platform", `{"settings":{"maxParticipants":{"value":50,"locked":true}}}`, `"0"`, prefect))
	const templates = "/api/v1/organizations/" + interior + "/templates"
	w.refused(t, http.StatusForbidden, "policy-locked", ask{method: "POST", path: templates, body: `{"name":"Big","settings":{"maxParticipants":{"value":51}}}`, key: "k0", as: minister})
	w.refused(t, 422, "invalid-request", ask{method: "POST", path: templates, body: `{"name":"Marked","managedBy":"declared"}`, key: "k01", as: minister})
	made := w.want(t, http.StatusCreated, ask{method: "POST", path: templates, body: `{"name":"Hearings","prefix":"Hearing","settings":{"opensWithHost":{"value":true,"locked":true}}}`, key: "k1", as: minister})
	id := made["id"].(string)
	if list := w.want(t, http.StatusOK, ask{method: "GET", path: templates, as: odile}); len(list["items"].([]any)) != 1 {
		t.Errorf("got %v", list)
	}
	w.refused(t, http.StatusNotFound, "template-not-found", ask{method: "GET", path: "/api/v1/templates/" + id, as: louise})
	w.refused(t, http.StatusNotFound, "template-not-found", changing("/api/v1/templates/"+id, `{"name":"y"}`, `"1"`, louise))
	room := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"3 March","template":"` + id + `"}`, key: "k2", as: camille})
	if room["name"] != "Hearing 3 March" || room["opensWithHost"] != true || room["template"] != id {
		t.Errorf("got %v", room)
	}
	w.want(t, http.StatusOK, changing("/api/v1/templates/"+id, `{"name":"Auditions","prefix":null}`, `"1"`, minister))
	w.want(t, http.StatusNoContent, ask{method: "DELETE", path: "/api/v1/templates/" + id, ifMatch: `"2"`, as: minister})
	w.refused(t, http.StatusNotFound, "template-not-found", ask{method: "GET", path: "/api/v1/templates/" + id, as: minister})
}

func TestManyRoomsAreMadeEachWithItsOwnResult(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	w.want(t, http.StatusOK, changing(interiorPolicy, atMostSignedIn, `"0"`, minister))
	got := w.want(t, http.StatusOK, ask{method: "POST", path: "/api/v1/rooms/bulk", body: `{"rooms":[{"name":"a"},{"name":"b","entry":"public"},{"name":"c","externalId":"agenda/c"}]}`, key: "k1", as: robot})
	results := got["results"].([]any)
	if got["made"] != 2.0 || len(results) != 3 || results[1].(map[string]any)["code"] != "policy-locked" || results[2].(map[string]any)["room"].(map[string]any)["externalId"] != "agenda/c" {
		t.Errorf("got %v", got)
	}
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"a","externalId":"a"}`, key: "k3", as: camille})
	many := `{"rooms":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a"},`, 201), ",") + `]}`
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", ask{method: "POST", path: "/api/v1/rooms/bulk", body: many, key: "k2", as: robot})
}

func TestNoRoomIsMadeWhilePoliciesCannotBeRead(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	w.policies.Fails = fault.New(fault.CodeDatabaseUnavailable, "cut off")
	w.refused(t, http.StatusServiceUnavailable, "database-unavailable", ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"x"}`, key: "k1", as: camille})
}

func TestAMeetingThatIsLongerThanALaterLockIsTriedOutAtAnotherTime(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	const longer = `{"title":"Point","start":"2026-11-24T10:00:00","timeZone":"Europe/Paris","duration":"PT2H"}`
	try := func(query string) ask {
		return ask{method: "POST", path: "/api/v1/meetings/validate" + query, body: longer, as: camille}
	}
	m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings", body: strings.Replace(longer, "T10", "T09", 1), key: "k1", as: camille})
	w.want(t, http.StatusOK, changing(interiorPolicy, `{"settings":{"maxMinutes":{"value":60,"locked":true},"roomCreation":{"value":"nobody","locked":true}}}`, `"0"`, minister))
	p := w.refused(t, http.StatusForbidden, "policy-locked", try(""))
	if at := locations(p); len(at) != 1 || at[0] != "body.duration" {
		t.Errorf("a new one: got %v", p)
	}
	w.refused(t, http.StatusNotFound, "meeting-not-found", ask{method: "POST", path: "/api/v1/meetings/validate?meeting=" + m["id"].(string), body: longer, as: louise})
	if tried := w.want(t, http.StatusOK, try("?meeting="+m["id"].(string))); len(tried["occurrences"].([]any)) != 1 {
		t.Errorf("got %v", tried)
	}
}

func TestAUnitAndARoomHavePoliciesOfTheirOwnBelowWhatIsLocked(t *testing.T) {
	const unit, other = "0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a31", "0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a32"
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister}
	w.policies.Units = map[string]string{unit: interior, other: justice}
	w.want(t, http.StatusOK, changing(interiorPolicy, atMostSignedIn, `"0"`, prefect))
	ofUnit, ofRoom := "/api/v1/organizations/"+interior+"/units/"+unit+"/policy", "/api/v1/rooms/"+secret+"/policy"
	for _, path := range []string{ofUnit, ofRoom} {
		if got := w.want(t, http.StatusOK, ask{method: "GET", path: path, as: minister}); got["organization"] != interior {
			t.Errorf("%s: got %v", path, got)
		}
		p := w.refused(t, http.StatusForbidden, string(fault.CodePolicyLocked), changing(path, `{"settings":{"entry":{"value":"everyone"}}}`, `"0"`, minister))
		if at := locations(p); len(at) != 1 || at[0] != "body.settings.entry" {
			t.Errorf("%s: %v", path, at)
		}
		w.want(t, http.StatusOK, changing(path, `{"settings":{"entry":{"value":"members","locked":true}}}`, `"0"`, minister))
		w.refused(t, http.StatusPreconditionFailed, string(fault.CodePreconditionFailed), changing(path, atMostSignedIn, `"0"`, minister))
		if got := w.do(changing(path, atMostSignedIn, `"1"`, camille)).Code; got < http.StatusBadRequest {
			t.Errorf("%s: an owner of the room decides there: %d", path, got)
		}
	}
	w.refused(t, http.StatusNotFound, string(fault.CodeUnitNotFound), ask{method: "GET", path: "/api/v1/organizations/" + interior + "/units/" + other + "/policy", as: minister})
	if got := w.do(ask{method: "PUT", path: "/api/v1/rooms/" + secret + "/unit", body: `{"unit":"` + unit + `"}`, as: minister}).Code; got != http.StatusNoContent {
		t.Errorf("put into a unit: %d", got)
	}
	w.refused(t, http.StatusNotFound, string(fault.CodeUnitNotFound), ask{method: "PUT", path: "/api/v1/rooms/" + secret + "/unit", body: `{"unit":"0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a33"}`, as: minister})
}
