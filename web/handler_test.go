package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"parvis/web"
)

func client() fstest.MapFS {
	return fstest.MapFS{
		"index.html":              {Data: []byte("<!doctype html><title>Parvis</title>")},
		"favicon.svg":             {Data: []byte("<svg/>")},
		"assets/index-a1b2.js":    {Data: []byte("console.log(1)")},
		"assets/index-a1b2.js.gz": {Data: []byte("\x1f\x8bpacked")},
		".vite/manifest.json":     {Data: []byte("{}")},
		".gitkeep":                {Data: nil},
	}
}

func ask(t *testing.T, h http.Handler, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAMissingScriptIsNeverAnsweredWithAPage(t *testing.T) {
	h := web.New(web.Options{Files: client()})
	for _, path := range []string{"/assets/index-old.js", "/assets/", "/assets/index-a1b2.js.gz"} {
		if got := ask(t, h, "GET", path); got.StatusCode != http.StatusNotFound || strings.Contains(body(t, got), "<title>") {
			t.Errorf("%s: got %d, want a bare 404", path, got.StatusCode)
		}
	}
}

func TestBuildReportsAreNotServed(t *testing.T) {
	h := web.New(web.Options{Files: client()})
	for _, path := range []string{"/.vite/manifest.json", "/.gitkeep"} {
		if got := body(t, ask(t, h, "GET", path)); strings.HasPrefix(got, "{") || got == "" {
			t.Errorf("%s: got the file itself: %q", path, got)
		}
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	got := ask(t, web.New(web.Options{Files: client()}), "POST", "/")
	if got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("got %d, Allow %q", got.StatusCode, got.Header.Get("Allow"))
	}
}

func TestClientRoutesGetThePageAndOthersGetItWith404(t *testing.T) {
	h := web.New(web.Options{Files: client()})
	for path, want := range map[string]int{
		"/": 200, "/sign-in": 200, "/account": 200, "/signed-out": 200, "/abc-defg-hij": 200, "/rooms/abc-defg-hij": 200,
		"/rooms/abc-defg-hij/sessions/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58": 200, "/rooms/abc-defg-hij/sessions/1": 404,
		"/invitation": 200, "/meetings/new": 200, "/meetings/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58": 200, "/meetings/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58/edit": 200, "/meetings/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58/dates/20301119T090000/edit": 200, "/meetings/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58/dates/20301119T090000": 404, "/meetings": 200, "/meetings/past": 200, "/admin": 200, "/admin/usage": 200, "/admin/organizations/0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58": 200, "/admin/../x": 404, "/administration": 404, "/meetings/1": 404,
		"/abc-defg-hi": 404, "/rooms": 404, "/nothing/here": 404, "/abc-defg-hij/more": 404,
	} {
		got := ask(t, h, "GET", path)
		if got.StatusCode != want || !strings.Contains(body(t, got), "<title>Parvis</title>") {
			t.Errorf("%s: got %d, want the page with %d", path, got.StatusCode, want)
		}
		if cache := got.Header.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", path, cache)
		}
	}
}

func TestHashedFilesAreKeptForeverAndServedCompressed(t *testing.T) {
	h := web.New(web.Options{Files: client()})
	got := ask(t, h, "GET", "/assets/index-a1b2.js", "Accept-Encoding", "br, gzip")
	if got.Header.Get("Content-Encoding") != "gzip" || body(t, got) != "\x1f\x8bpacked" {
		t.Errorf("got encoding %q, want the packed file", got.Header.Get("Content-Encoding"))
	}
	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=31536000, immutable",
		"Content-Type":  "text/javascript; charset=utf-8",
		"Vary":          "Accept-Encoding",
	} {
		if v := got.Header.Get(name); v != want {
			t.Errorf("%s: got %q, want %q", name, v, want)
		}
	}
	for _, accept := range []string{"", "br", "gzip;q=0", "x-gzip"} {
		got := ask(t, h, "GET", "/assets/index-a1b2.js", "Accept-Encoding", accept)
		if got.Header.Get("Content-Encoding") != "" || body(t, got) != "console.log(1)" {
			t.Errorf("Accept-Encoding %q: got a packed file", accept)
		}
	}
}

func TestHeadHasTheLengthAndNoBody(t *testing.T) {
	got := ask(t, web.New(web.Options{Files: client()}), "HEAD", "/assets/index-a1b2.js")
	if got.ContentLength != int64(len("console.log(1)")) || body(t, got) != "" {
		t.Errorf("got length %d", got.ContentLength)
	}
}

func TestFilesWithoutAHashAreRevalidated(t *testing.T) {
	h := web.New(web.Options{Files: client()})
	first := ask(t, h, "GET", "/favicon.svg")
	etag := first.Header.Get("ETag")
	if etag == "" || first.Header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("got ETag %q, Cache-Control %q", etag, first.Header.Get("Cache-Control"))
	}
	for _, tag := range []string{etag, "W/" + etag, `"other", ` + etag} {
		if got := ask(t, h, "GET", "/favicon.svg", "If-None-Match", tag); got.StatusCode != http.StatusNotModified {
			t.Errorf("If-None-Match %s: got %d, want 304", tag, got.StatusCode)
		}
	}
	if got := ask(t, h, "GET", "/favicon.svg", "If-None-Match", `"other"`); got.StatusCode != http.StatusOK {
		t.Errorf("another tag: got %d, want 200", got.StatusCode)
	}
}

func TestPagesOfTheServerHaveOurStyle(t *testing.T) {
	got := ask(t, web.New(web.Options{Files: fstest.MapFS{}}), "GET", "/pages.css")
	css := body(t, got)
	if got.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("got Content-Type %q", got.Header.Get("Content-Type"))
	}
	for _, want := range []string{"--brand:", ".btn.primary", "dl {"} {
		if !strings.Contains(css, want) {
			t.Errorf("pages.css lacks %s", want)
		}
	}
}

func TestAProgramWithoutItsClientSaysWhatToDo(t *testing.T) {
	got := ask(t, web.New(web.Options{Files: fstest.MapFS{".gitkeep": {}}}), "GET", "/")
	page := body(t, got)
	if got.StatusCode != http.StatusServiceUnavailable || !strings.Contains(page, "npm run build") {
		t.Errorf("got %d: %s", got.StatusCode, page)
	}
	if strings.Contains(page, "<style") || strings.Contains(page, "<script") {
		t.Error("the page holds inline style or script, which the content security policy refuses")
	}
}

// The embedded client is not there on a fresh clone; whatever is there must be servable.
func TestTheEmbeddedFilesAnswer(t *testing.T) {
	got := ask(t, web.New(web.Options{}), "GET", "/")
	if got.StatusCode != http.StatusOK && got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d", got.StatusCode)
	}
}
