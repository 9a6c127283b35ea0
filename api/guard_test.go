package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/api"
	"parvis/auth"
)

func TestAForeignHostIsNotServed(t *testing.T) {
	w := newWorld(t)
	for _, host := range []string{"evil.example", "meet.example.org.evil.example", "meet.example.org:8443", "127.0.0.1", "localhost:8080", ""} {
		a := ask{method: "GET", path: "/api/v1/config"}
		r := a.request()
		r.Host = host
		for _, path := range []string{"/api/v1/config", "/", "/livekit/rtc", "/auth/login", "/docs"} {
			r.URL.Path = path
			if got := w.serve(r).Code; got != http.StatusMisdirectedRequest {
				t.Errorf("Host %q, %s: %d", host, path, got)
			}
		}
	}
	w.refused(t, 421, "wrong-host", ask{method: "GET", path: "/api/v1/me", host: "evil.example", as: camille})
	for _, host := range []string{"meet.example.org", "MEET.example.org", "meet.example.org:443"} {
		w.want(t, 200, ask{method: "GET", path: "/api/v1/config", host: host})
	}
}

func TestProbesAndTheMediaServerComeByAddressesOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	for _, a := range []ask{{method: "GET", path: "/healthz"}, {method: "GET", path: "/readyz"}, {method: "POST", path: "/webhooks/livekit"}} {
		a.host = "10.1.2.3:8080"
		if got := w.do(a).Code; got != 200 {
			t.Errorf("%s: %d", a.path, got)
		}
	}
}

func TestAPageOfAnotherSiteCannotBorrowACookie(t *testing.T) {
	foreign := []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}},
		{"Origin": {"https://evil.example"}},
		{"Origin": {"https://meet.example.org.evil.example"}},
		{"Origin": {"null"}},
	}
	for _, header := range foreign {
		w := newWorld(t)
		for _, a := range []ask{
			{method: "POST", path: "/api/v1/rooms", body: `{"name":"Budget"}`},
			{method: "DELETE", path: "/api/v1/sign-ins"},
			{method: "DELETE", path: "/api/v1/rooms/" + budget, ifMatch: `"1"`},
			{method: "POST", path: "/api/v1/rooms/" + budget + "/join"},
			{method: "POST", path: "/auth/logout"},
		} {
			a.as, a.header = camille, header
			w.refused(t, 403, "cross-site-request", a)
		}
		if len(w.rooms) != 4 || len(w.ended) != 0 || len(w.admissions) != 0 {
			t.Errorf("%v: what was refused has changed something", header)
		}
		w.want(t, 201, ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"Budget"}`, as: robot, key: "k", header: header})
	}
	w := newWorld(t)
	for _, header := range []http.Header{{"Sec-Fetch-Site": {"same-origin"}}, {"Sec-Fetch-Site": {"none"}}, {"Origin": {home}}, {}} {
		w.want(t, 201, ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"Budget"}`, as: camille, header: header})
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	w := newWorld(t)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' wss://meet.example.org; " +
			"img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; " +
			"form-action 'self' https://idp.example.org; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
		"Permissions-Policy":           "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000",
	}
	for _, a := range []ask{
		{method: "GET", path: "/"}, {method: "GET", path: "/api/v1/config"}, {method: "GET", path: "/docs"}, {method: "GET", path: "/nothing/else"},
		{method: "GET", path: "/api/v1/rooms"}, {method: "GET", path: "/", host: "evil.example"}, {method: "GET", path: "/healthz"},
	} {
		rec := w.do(a)
		for name, value := range want {
			if got := rec.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", a.path, name, got, value)
			}
		}
		if got := rec.Header().Get("Cache-Control"); strings.HasPrefix(a.path, "/api") && got != "no-store" {
			t.Errorf("%s: Cache-Control %q", a.path, got)
		}
	}
	plain := newWorld(t, func(o *api.Options) { o.BaseURL = "http://localhost:8080" })
	rec := plain.do(ask{method: "GET", path: "/", host: "localhost:8080"})
	if rec.Header().Get("Strict-Transport-Security") != "" || !strings.Contains(rec.Header().Get("Content-Security-Policy"), "connect-src 'self' ws://localhost:8080;") {
		t.Errorf("http://localhost: %v", rec.Header())
	}
}

func TestARequestIDComesFromUsAlone(t *testing.T) {
	w := newWorld(t)
	rec := w.do(ask{method: "GET", path: "/api/v1/config", header: http.Header{"X-Request-Id": {"mine"}}})
	if got := rec.Header().Get("X-Request-Id"); len(got) != 26 {
		t.Errorf("got %q", got)
	}
}

func TestOthersAnswerForTheirOwnPaths(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/": "web", "/bud-gett-xyz": "web", "/rooms/bud-gett-xyz": "web", "/assets/app.js": "web", "/pages.css": "web",
		"/auth/login": "login", "/auth/callback/proconnect": "callback", "/auth/logged-out": "logged out",
		"/livekit/rtc": "gate", "/livekit/rtc/v1/validate": "gate", "/livekit/rtc/../twirp": "gate",
	} {
		if rec := w.do(ask{method: "GET", path: path}); rec.Code != 200 || rec.Body.String() != want {
			t.Errorf("%s: %d %q, want %q", path, rec.Code, rec.Body, want)
		}
	}
	for path, want := range map[string]string{"/auth/logout": "logout", "/auth/backchannel-logout": "back channel", "/webhooks/livekit": "webhook"} {
		if rec := w.do(ask{method: "POST", path: path}); rec.Code != 200 || rec.Body.String() != want {
			t.Errorf("%s: %d %q, want %q", path, rec.Code, rec.Body, want)
		}
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	w := newWorld(t)
	for name, adjust := range map[string]func(*api.Options){
		"no rooms":             func(o *api.Options) { o.Rooms = nil },
		"no web handler":       func(o *api.Options) { o.Handlers.Web = nil },
		"an address with path": func(o *api.Options) { o.BaseURL = "https://meet.example.org/visio" },
		"an address of files":  func(o *api.Options) { o.BaseURL = "file:///tmp" },
		"metrics in use":       func(*api.Options) {},
	} {
		o := w.options
		adjust(&o)
		if _, err := api.New(o); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestAnAuthorizationHeaderExcusesNothingWhereCookiesAreRead(t *testing.T) {
	w := newWorld(t)
	w.refused(t, 403, "cross-site-request", ask{method: "POST", path: "/auth/logout", as: camille, bearer: "Bearer robot", origin: "https://evil.example"})
}

func TestTheGateLearnsWhoseBrowserKnocksAndIsAskedWithoutADatabaseToo(t *testing.T) {
	w := newWorld(t, func(o *api.Options) {
		o.Handlers.Gate = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("knock by " + auth.FromContext(r.Context()).SignInID))
		})
	})
	for who, want := range map[string]string{"camille": camille.SignInID, "nobody-any-more": "", "database-down": ""} {
		rec := w.do(ask{method: "GET", path: "/livekit/rtc", as: auth.Identity{Kind: auth.Person, ID: who}})
		if rec.Code != 200 || rec.Body.String() != "knock by "+want {
			t.Errorf("%s: %d %q", who, rec.Code, rec.Body)
		}
	}
}
