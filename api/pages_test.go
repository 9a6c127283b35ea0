package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"parvis/api"
	"parvis/directory"
	"parvis/fault"
)

func TestEveryCodeHasAPage(t *testing.T) {
	w := newWorld(t)
	for _, code := range fault.Codes() {
		m, _ := code.Meaning()
		rec := w.do(ask{method: "GET", path: "/problems/" + string(code)})
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), string(code)) || !strings.Contains(rec.Body.String(), "<h1>") || m.Title == "" {
			t.Errorf("%s: %d", code, rec.Code)
		}
	}
	if rec := w.do(ask{method: "GET", path: "/problems/<script>"}); rec.Code != 404 || strings.Contains(rec.Body.String(), "script>") {
		t.Errorf("an unknown code: %d %s", rec.Code, rec.Body)
	}
}

func TestTheDocumentationAsksNobodyElseAndRunsNothing(t *testing.T) {
	w := newWorld(t)
	rec := w.do(ask{method: "GET", path: "/docs"})
	page := rec.Body.String()
	if rec.Code != 200 || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("got %d %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	for _, forbidden := range []string{"<script", "<style", " style=", "onclick", `src="`} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the page holds %q", forbidden)
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(link[1], "/") && !strings.HasPrefix(link[1], "#") || strings.HasPrefix(link[1], "//") {
			t.Errorf("a link leads away: %s", link[1])
		}
		if strings.HasPrefix(link[1], "#") && !strings.Contains(page, `id="`+link[1][1:]+`"`) {
			t.Errorf("a link leads nowhere: %s", link[1])
		}
	}
	described := strings.Count(w.do(ask{method: "GET", path: "/api/v1/openapi.json"}).Body.String(), `"operationId":`)
	if n := strings.Count(page, "<article"); n != described || n < 33 {
		t.Errorf("%d operations are shown, want all %d", n, described)
	}
}

func TestTheDocumentDescribesWhatIsServed(t *testing.T) {
	w := newWorld(t)
	rec := w.do(ask{method: "GET", path: "/api/v1/openapi.json"})
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
			RequestBody *struct {
				Content map[string]struct{ Example any }
			}
			Responses map[string]struct {
				Content map[string]struct {
					Example  any
					Examples map[string]any
				}
			}
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%v, OpenAPI %q", err, doc.OpenAPI)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if got := w.do(ask{method: strings.ToUpper(method), path: "/api/v1" + path, body: "{}"}).Code; got == http.StatusMethodNotAllowed {
				t.Errorf("%s %s is described and not served", method, path)
			}
			if op.RequestBody != nil {
				for kind, media := range op.RequestBody.Content {
					if media.Example == nil {
						t.Errorf("%s: %s has no example", op.OperationID, kind)
					}
				}
			}
			problems := 0
			for status, response := range op.Responses {
				for kind, media := range response.Content {
					if media.Example == nil && len(media.Examples) == 0 {
						t.Errorf("%s %s %s has no example", op.OperationID, status, kind)
					}
					problems += len(media.Examples)
				}
			}
			if problems < 2 || (op.Security == nil && op.OperationID != "get-config") {
				t.Errorf("%s says neither who may ask nor how it fails", op.OperationID)
			}
		}
	}
}

func TestReadinessIsForThisReplicaAlone(t *testing.T) {
	w := newWorld(t)
	w.readiness = api.Readiness{State: api.Ready, Dependencies: map[string]string{"database": "ok", "sfu": "does not answer"}}
	golden(t, "ready", w.do(ask{method: "GET", path: "/readyz"}).Body.Bytes())
	for _, state := range []api.State{api.Starting, api.Draining, api.OldSchema} {
		w.readiness = api.Readiness{State: state}
		if got := w.want(t, 503, ask{method: "GET", path: "/readyz"}); got["status"] != string(state) {
			t.Errorf("got %v", got)
		}
	}
	if rec := w.do(ask{method: "GET", path: "/healthz"}); rec.Code != 200 || rec.Body.String() != "ok\n" {
		t.Errorf("healthz: %d %q", rec.Code, rec.Body)
	}
	if w.log.Len() != 0 && strings.Contains(w.log.String(), "healthz") {
		t.Error("probes fill the log")
	}
}

func TestAnUnexpectedErrorTellsNothingAndIsLoggedOnce(t *testing.T) {
	w := newWorld(t)
	w.fails = errors.New("dial tcp 10.0.0.7:5432: refused")
	p := w.refused(t, 500, "internal", ask{method: "GET", path: "/api/v1/rooms/" + budget, as: camille})
	if strings.Contains(p["detail"].(string), "10.0.0.7") {
		t.Errorf("the answer says %v", p["detail"])
	}
	if n := strings.Count(w.log.String(), "10.0.0.7"); n != 1 || !strings.Contains(w.log.String(), p["requestId"].(string)) {
		t.Errorf("logged %d times:\n%s", n, w.log.String())
	}
}

func TestAPanicEndsOneRequestAndNothingElse(t *testing.T) {
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("s3cr3t") })
	w := newWorld(t, func(o *api.Options) {
		o.Handlers.Login = broken
		o.Handlers.Web = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	})
	p := w.refused(t, 500, "internal", ask{method: "GET", path: "/auth/login"})
	if strings.Contains(p["detail"].(string), "s3cr3t") || !strings.Contains(w.log.String(), "s3cr3t") {
		t.Errorf("answer %v, log %s", p, w.log.String())
	}
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("got %v, want the connection cut", p)
		}
	}()
	w.do(ask{method: "GET", path: "/"})
}

func TestAnOperationGivesUpAfterItsPatience(t *testing.T) {
	var left bool
	w := newWorld(t, func(o *api.Options) { o.People = asksHowLong{left: &left} })
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: camille})
	if !left {
		t.Error("an operation may wait for ever")
	}
}

type asksHowLong struct {
	people
	left *bool
}

func (a asksHowLong) Person(ctx context.Context, id string) (directory.Person, error) {
	_, *a.left = ctx.Deadline()
	return directory.Person{ID: id}, nil
}
