package oidc

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestAReturnLeadsToAPageOfOurs(t *testing.T) {
	cases := map[string]string{
		"/":                             "/",
		"/abc-defg-hij":                 "/abc-defg-hij",
		"/rooms/abc-defg-hij?tab=a%20b": "/rooms/abc-defg-hij?tab=a%20b",
		"/abc-defg-hij#key=AbC_-":       "/abc-defg-hij#key=AbC_-",
		"/account/":                     "/account/",

		"":                                "/",
		"https://evil.example":            "/",
		"HTTPS://evil.example":            "/",
		"//evil.example":                  "/",
		"///evil.example":                 "/",
		`/\evil.example`:                  "/",
		`\\evil.example`:                  "/",
		`\/evil.example`:                  "/",
		"/\t/evil.example":                "/",
		"/\n/evil.example":                "/",
		"\x00//evil.example":              "/",
		" //evil.example":                 "/",
		"/%2fevil.example":                "/",
		"/%2F%2Fevil.example":             "/",
		"/%5cevil.example":                "/",
		"/%09/evil.example":               "/",
		"/%252fevil.example":              "/",
		"/..//evil.example":               "/",
		"/a/../..//evil.example":          "/",
		"/./evil":                         "/",
		"/a//evil.example":                "/",
		"javascript:alert(1)":             "/",
		"data:text/html,x":                "/",
		"evil.example":                    "/",
		"@evil.example":                   "/",
		"/@evil.example":                  "/",
		"/:80":                            "/",
		"?x":                              "/",
		"#x":                              "/",
		"/é":                              "/",
		"/a?b=\r\nSet-Cookie:x":           "/",
		"/a?b=c d":                        "/",
		"/auth/login":                     "/",
		"/auth":                           "/",
		"/AUTH/logout":                    "/",
		"/api/v1/me":                      "/",
		"/livekit/rtc":                    "/",
		"/" + strings.Repeat("a", 1<<20):  "/",
		"/a%":                             "/",
		"/a?b=%zz":                        "/a?b=%zz",
		"http:///evil.example":            "/",
		"/a;b=c":                          "/",
		"\u2028//evil.example":            "/",
		"/\u2215evil.example":             "/",
		"https:evil.example":              "/",
		"////evil.example/%2e%2e":         "/",
		"/.well-known/change-password":    "/",
		"/rooms/abc-defg-hij?x=//evil#//": "/rooms/abc-defg-hij?x=//evil#//",
	}
	for in, want := range cases {
		if got := ownReturnTo(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzAReturnNeverLeavesTheHost(f *testing.F) {
	for _, seed := range []string{"/", "//evil.example", `/\evil.example`, "/%2f%2fevil.example", "/a?b#c", "/..//x", "https://x", "/\t/x", "/a/b/"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://parvis.example/auth/callback/op")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := ownReturnTo(raw)
		if got != "/" && got != raw {
			t.Fatalf("%q became %q", raw, got)
		}
		// As our redirect writes it and as a browser resolves it, backslashes read as slashes.
		w := httptest.NewRecorder()
		redirect(w, httptest.NewRequest(http.MethodGet, base.String(), nil), got)
		location := w.Header().Get("Location")
		u, err := base.Parse(strings.ReplaceAll(location, `\`, "/"))
		if err != nil || u.Scheme != "https" || u.Host != base.Host || u.User != nil {
			t.Errorf("%q leads to %v, %v", raw, u, err)
		}
		if strings.HasPrefix(location, "//") || strings.ContainsAny(location, "\\\r\n\t\x00") {
			t.Errorf("%q is sent as %q", raw, location)
		}
	})
}
