package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzNoBodyBreaksTheServer holds for any body: the answer is a room or a problem that says what is wrong, and a
// refusal makes nothing.
func FuzzNoBodyBreaksTheServer(f *testing.F) {
	for _, seed := range []string{`{"name":"a"}`, `{"name":null,"tags":[null,1]}`, `[[{}]]`, `{"name":"\ud800"}`, "\xff", `{"tags":{"a":1}}`, `"x"`, `1e999`, `{"":0}`} {
		f.Add(seed)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		before := len(w.rooms)
		a := ask{method: "POST", path: newRoomPath, as: camille, body: body}
		w.wait(1e9) // a limit is not what is tried here
		rec := w.do(a)
		made := len(w.rooms) - before
		switch {
		case rec.Code == http.StatusCreated && made == 1:
		case rec.Code >= 400 && rec.Code < 500 && made == 0 && strings.Contains(rec.Body.String(), `"requestId"`):
		default:
			t.Errorf("body %q: %d, %d rooms made\n%s", body, rec.Code, made, rec.Body)
		}
	})
}
