package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"parvis/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask is a request. The caller is whoever the cookie or the bearer stands for; a body is JSON unless a Content-Type is
// given, and "-" leaves the Content-Type out.
type ask struct {
	method, path, body   string
	as                   auth.Identity
	contentType          string
	host, origin, from   string
	ifMatch, key, bearer string
	header               http.Header
}

func (a ask) request() *http.Request {
	r := httptest.NewRequest(a.method, home+a.path, nil)
	if a.body != "" {
		r = httptest.NewRequest(a.method, home+a.path, strings.NewReader(a.body))
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range a.header {
		r.Header[name] = values
	}
	set := func(name, value string) {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	set("Content-Type", a.contentType)
	if a.contentType == "-" {
		r.Header.Del("Content-Type")
	}
	set("Origin", a.origin)
	set("If-Match", a.ifMatch)
	set("Idempotency-Key", a.key)
	set("Authorization", a.bearer)
	if a.as.Kind == auth.Service || a.as.Delegated() {
		r.Header.Set("Authorization", "Bearer "+bearerOf(a.as))
	} else if !a.as.Anonymous() {
		r.AddCookie(&http.Cookie{Name: "__Host-parvis", Value: a.as.ID})
	}
	if a.host != "" {
		r.Host = a.host
	}
	if a.from != "" {
		r.RemoteAddr = a.from
	}
	return r
}

// do asks and answers what came back.
func (w *world) do(a ask) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, a.request())
	return rec
}

// want asks, expects a status and reads the JSON answer.
func (w *world) want(t *testing.T, status int, a ask) map[string]any {
	t.Helper()
	rec := w.do(a)
	if rec.Code != status {
		t.Fatalf("%s %s: got %d, want %d\n%s", a.method, a.path, rec.Code, status, rec.Body)
	}
	return object(t, rec)
}

// refused asks and expects a problem, which it answers.
func (w *world) refused(t *testing.T, status int, code string, a ask) map[string]any {
	t.Helper()
	rec := w.do(a)
	p := object(t, rec)
	if rec.Code != status || p["code"] != code {
		t.Fatalf("%s %s: got %d %v, want %d %s\n%s", a.method, a.path, rec.Code, p["code"], status, code, rec.Body)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	for _, member := range []string{"type", "title", "status", "detail", "requestId"} {
		if p[member] == nil || p[member] == "" {
			t.Errorf("the problem has no %s: %s", member, rec.Body)
		}
	}
	if p["requestId"] != rec.Header().Get("X-Request-Id") || p["type"] != "/problems/"+code || p["status"] != float64(status) {
		t.Errorf("the problem contradicts its answer: %s", rec.Body)
	}
	return p
}

// locations is where a problem says that the request is wrong.
func locations(p map[string]any) []string {
	var at []string
	list, _ := p["errors"].([]any)
	for _, e := range list {
		at = append(at, e.(map[string]any)["location"].(string))
	}
	return at
}

func object(t *testing.T, rec *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	if rec.Body.Len() == 0 {
		return nil
	}
	var v map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("not a JSON object: %v\n%s", err, rec.Body)
	}
	return v
}

// golden compares an answer with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(got), "", "  "); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, got)
	}
	indented.WriteByte('\n')
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, indented.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), indented.String()); diff != "" {
		t.Errorf("%s: -want +got:\n%s", name, diff)
	}
}

func (w *world) serve(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}
