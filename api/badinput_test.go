package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const newRoomPath = "/api/v1/rooms"

func TestABadCreationGetsOneClearProblemAndMakesNothing(t *testing.T) {
	create := func(body string) ask { return ask{method: "POST", path: newRoomPath, body: body, as: camille} }
	typed := func(contentType string) ask {
		a := create(`{"name":"Budget"}`)
		a.contentType = contentType
		return a
	}
	for _, c := range []struct {
		name   string
		ask    ask
		status int
		code   string
		at     []string
	}{
		{"no body", create(""), 400, "malformed-json", []string{"body"}},
		{"no Content-Type", typed("-"), 415, "unsupported-media-type", []string{"header.Content-Type"}},
		{"text", typed("text/plain"), 415, "unsupported-media-type", []string{"header.Content-Type"}},
		{"a form", typed("application/x-www-form-urlencoded"), 415, "unsupported-media-type", []string{"header.Content-Type"}},
		{"some other JSON", typed("application/vnd.api+json"), 415, "unsupported-media-type", []string{"header.Content-Type"}},
		{"a merge patch", typed("application/merge-patch+json"), 415, "unsupported-media-type", []string{"header.Content-Type"}},
		{"another charset", typed("application/json; charset=latin1"), 415, "unsupported-media-type", []string{"header.Content-Type"}},
		{"2 MiB", create(`{"name":"` + strings.Repeat("a", 2<<20) + `"}`), 413, "body-too-large", nil},
		{"half a document", create(`{"name":`), 400, "malformed-json", []string{"body"}},
		{"two documents", create(`{"name":"a"}{"name":"b"}`), 400, "malformed-json", []string{"body"}},
		{"not UTF-8", create("{\"name\":\"\xff\"}"), 400, "malformed-json", []string{"body"}},
		{"an array", create(`[]`), 422, "invalid-request", []string{"body"}},
		{"null", create(`null`), 422, "invalid-request", []string{"body"}},
		{"an unknown property", create(`{"name":"a","color":"red"}`), 422, "invalid-request", []string{"body.color"}},
		{"a property in other case", create(`{"NAME":"a"}`), 422, "invalid-request", []string{"body.NAME", "body.name"}},
		{"an owner in the name of a prototype", create(`{"name":"a","__proto__":{}}`), 422, "invalid-request", []string{"body.__proto__"}},
		{"no name", create(`{}`), 422, "invalid-request", []string{"body.name"}},
		{"a number for a name", create(`{"name":7}`), 422, "invalid-request", []string{"body.name"}},
		{"null for a name", create(`{"name":null}`), 422, "invalid-request", []string{"body.name"}},
		{"a name of 300 characters", create(`{"name":"` + strings.Repeat("é", 300) + `"}`), 422, "invalid-request", []string{"body.name"}},
		{"a name of spaces", create(`{"name":"   "}`), 422, "invalid-request", []string{"body.name"}},
		{"a name of invisible characters", create(`{"name":"\u200b\u2060\u202e"}`), 422, "invalid-request", []string{"body.name"}},
		{"a word that is no entry", create(`{"name":"a","entry":"all"}`), 422, "invalid-request", []string{"body.entry"}},
		{"another language", create(`{"name":"a","language":"de"}`), 422, "invalid-request", []string{"body.language"}},
		{"eleven tags", create(`{"name":"a","tags":["1","2","3","4","5","6","7","8","9","10","11"]}`), 422, "invalid-request", []string{"body.tags"}},
		{"an empty tag", create(`{"name":"a","tags":["x"," "]}`), 422, "invalid-request", []string{"body.tags[1]"}},
		{"an owner who is no key", create(`{"name":"a","owner":"1 OR 1=1"}`), 422, "invalid-request", []string{"body.owner"}},
		{"an owner named by a person", create(`{"name":"a","owner":"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13"}`), 422, "invalid-request", []string{"body.owner"}},
		{"two mistakes", create(`{"name":"","entry":"x"}`), 422, "invalid-request", []string{"body.entry", "body.name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := w.refused(t, c.status, c.code, c.ask)
			if diff := cmp.Diff(c.at, locations(p)); diff != "" {
				t.Errorf("locations -want +got:\n%s", diff)
			}
			if len(w.rooms) != 4 {
				t.Error("a room was made")
			}
		})
	}
}

func TestAProblemNeverRepeatsAValue(t *testing.T) {
	w := newWorld(t)
	for _, a := range []ask{
		{method: "POST", path: newRoomPath, as: camille, body: `{"name":7,"entry":"s3cr3t-value","owner":"s3cr3t-value","description":["s3cr3t-value"]}`},
		{method: "POST", path: newRoomPath, as: camille, body: `{"name":"s3cr3t-value`},
		{method: "POST", path: newRoomPath, as: camille, body: `{"name":"a"} s3cr3t-value`},
		{method: "GET", path: newRoomPath + "?pageSize=s3cr3t-value&cursor=s3cr3t%20value&archived=s3cr3t-value", as: camille},
		{method: "GET", path: "/api/v1/rooms/s3cr3t-value", as: camille},
		{method: "DELETE", path: "/api/v1/rooms/" + budget, as: camille, ifMatch: `"s3cr3t-value"`},
		{method: "GET", path: "/api/v1/me", bearer: "Bearer s3cr3t-value"},
		{method: "POST", path: newRoomPath, as: camille, body: `{"name":"a"}`, contentType: "s3cr3t/value"},
		{method: "POST", path: newRoomPath, as: camille, body: `{"name":"a"}`, key: "s3cr3t value é"},
	} {
		rec := w.do(a)
		if rec.Code < 400 || strings.Contains(rec.Body.String(), "s3cr3t") {
			t.Errorf("%s %s: %d %s", a.method, a.path, rec.Code, rec.Body)
		}
	}
}

func TestAMadeUpPropertyNameIsNamedShortAndClean(t *testing.T) {
	w := newWorld(t)
	p := w.refused(t, 422, "invalid-request", ask{method: "POST", path: newRoomPath, as: camille, body: `{"name":"a","` + strings.Repeat("k", 5000) + `\u202e":1}`})
	if at := locations(p); len(at) != 1 || len(at[0]) > 110 || strings.Contains(at[0], "\u202e") {
		t.Errorf("got %q", at)
	}
	many := strings.Repeat(`"k":1,`, 1)
	for i := range 200 {
		many += `"x` + string(rune('a'+i%26)) + strings.Repeat("y", i) + `":1,`
	}
	p = w.refused(t, 422, "invalid-request", ask{method: "POST", path: newRoomPath, as: camille, body: `{` + many + `"name":"a"}`})
	if n := len(locations(p)); n > 20 {
		t.Errorf("%d places are more than anybody reads", n)
	}
}

func TestNamesAreCleanedAndKeptAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"spaces around", "  Budget  ", "Budget"},
		{"bidi controls", "a\u202egpj.exe\u2066", "agpj.exe"},
		{"emoji of several parts", "Fête 👩\u200d👩\u200d👧 🏴", "Fête 👩\u200d👩\u200d👧 🏴"},
		{"right to left", "اجتماع الميزانية", "اجتماع الميزانية"},
		{"not composed", "Re\u0301union", "Réunion"},
		{"120 characters between spaces", "  " + strings.Repeat("é", 120) + "\u200b", strings.Repeat("é", 120)},
		{"markup", "<script>alert(1)</script> & co", "<script>alert(1)</script> & co"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := newWorld(t).want(t, 201, ask{method: "POST", path: newRoomPath, as: camille, body: `{"name":"` + c.in + `"}`})
			if got["name"] != c.want {
				t.Errorf("got %q, want %q", got["name"], c.want)
			}
		})
	}
}

func TestABadQueryIsNamedByItsParameter(t *testing.T) {
	w := newWorld(t)
	for query, at := range map[string]string{
		"pageSize=0": "query.pageSize", "pageSize=201": "query.pageSize", "pageSize=ten": "query.pageSize",
		"cursor=%00": "query.cursor", "archived=perhaps": "query.archived", "page=2": "query.page",
	} {
		p := w.refused(t, 422, "invalid-request", ask{method: "GET", path: newRoomPath + "?" + query, as: camille})
		if diff := cmp.Diff([]string{at}, locations(p)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", query, diff)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	w := newWorld(t)
	for path, code := range map[string]string{
		"/api/v1/rooms/" + nowhere: "room-not-found", "/api/v1/rooms/Bud-gett-xyz": "room-not-found", "/api/v1/rooms/x%00y": "room-not-found",
		"/api/v1/rooms/": "not-found", "/api/v1/nothing": "not-found", "/api/v2/rooms": "not-found", "/api": "not-found",
		"/auth/other": "not-found", "/livekit": "not-found", "/webhooks/other": "not-found",
	} {
		w.refused(t, http.StatusNotFound, code, ask{method: "GET", path: path, as: camille})
	}
	w.refused(t, http.StatusNotFound, "not-found", ask{method: "DELETE", path: "/api/v1/sign-ins/%00", as: camille})
}

func TestAMethodThatAPathDoesNotHaveIsNamed(t *testing.T) {
	w := newWorld(t)
	for path, method := range map[string]string{
		"/api/v1/rooms": "PUT", "/api/v1/me": "POST", "/auth/logout": "GET", "/webhooks/livekit": "GET", "/api/v1/rooms/" + budget + "/leave": "GET",
		"/some/page": "POST", "/healthz": "POST",
	} {
		a := ask{method: method, path: path, as: camille}
		w.refused(t, http.StatusMethodNotAllowed, "method-not-allowed", a)
		if w.do(a).Header().Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", method, path)
		}
	}
}

func TestAListOfWhatIsTakenIsToldWhole(t *testing.T) {
	w := newWorld(t)
	got := w.refused(t, http.StatusUnprocessableEntity, "invalid-request", ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"Budget","entry":"nobody"}`, as: camille})
	told := got["errors"].([]any)[0].(map[string]any)["message"].(string)
	if !strings.HasSuffix(told, `everyone, restricted, trusted, public"`) {
		t.Errorf("got %q", told)
	}
}
