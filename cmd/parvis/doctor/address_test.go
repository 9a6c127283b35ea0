package doctor

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// platform answers as a Parvis that lives at the address of u, which is its own when u is nil.
func platform(u *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := u
		if at == nil {
			at = &url.URL{Scheme: "https", Host: r.Host}
		}
		if r.Host != at.Host {
			w.WriteHeader(http.StatusMisdirectedRequest)
			return
		}
		fmt.Fprintf(w, `{"name":"Parvis","url":%q,"version":"1","languages":["fr","en"],"providers":[]}`, origin(at))
	})
}

func secured(t *testing.T, h http.Handler) (*httptest.Server, *url.URL) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return s, u
}

func TestTheAddressNeedsTLSThatBrowsersTrust(t *testing.T) {
	s, u := secured(t, platform(nil))
	at := func(when time.Time) func() time.Time { return func() time.Time { return when } }
	_, err := Address(&http.Client{}, u, time.Now).Run(t.Context())
	says(t, err, "No trusted TLS")
	end := s.Certificate().NotAfter
	if seen, err := Address(s.Client(), u, at(end.AddDate(-1, 0, 0))).Run(t.Context()); err != nil || !strings.Contains(seen, "TLS is trusted") {
		t.Error(seen, err)
	}
	_, err = Address(s.Client(), u, at(end.AddDate(0, 0, -3))).Run(t.Context())
	says(t, err, "Renew")
	_, err = Address(s.Client(), &url.URL{Scheme: "http", Host: "meet.example.org"}, time.Now).Run(t.Context())
	says(t, err, "https://", "no sign-in")
}

func TestTheAddressLeadsToThisParvis(t *testing.T) {
	status := func(code int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	other := &url.URL{Scheme: "https", Host: "other.example"}
	elsewhere := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = other.Host // a proxy that puts its own name in
		platform(other).ServeHTTP(w, r)
	})
	cases := []struct {
		name  string
		by    http.Handler
		words []string
	}{
		{"a proxy without anybody behind it", status(http.StatusBadGateway), []string{"Start parvis serve", "502"}},
		{"a proxy that keeps the Host to itself", platform(other), []string{"Host header"}},
		{"a Parvis that lives elsewhere", elsewhere, []string{"https://other.example", "PARVIS_URL"}},
		{"another program", status(http.StatusOK), []string{"Another program", "PARVIS_LISTEN"}},
		{"a redirect", http.RedirectHandler("https://other.example/", http.StatusFound), []string{"Another program"}},
	}
	for _, c := range cases {
		s, u := secured(t, c.by)
		client := s.Client()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		_, err := Address(client, u, time.Now).Run(t.Context())
		if err == nil {
			t.Errorf("%s passes", c.name)
			continue
		}
		says(t, err, c.words...)
	}
	s, u := secured(t, platform(nil))
	s.Close()
	_, err := Address(&http.Client{}, u, time.Now).Run(t.Context())
	says(t, err, "Nothing answers", "parvis serve")
	u.Scheme = "http"
	_, err = Address(&http.Client{}, u, time.Now).Run(t.Context())
	says(t, err, "Nothing answers", "Start parvis serve")
}

func TestAForeignServerIsNotTakenForParvis(t *testing.T) {
	u := &url.URL{Scheme: "https", Host: "meet.example.org"}
	for name, c := range map[string]struct {
		by               http.Handler
		serves, measures bool
	}{
		"this Parvis":    {platform(u), true, false},
		"another Parvis": {platform(&url.URL{Scheme: "https", Host: "other.example"}), false, false},
		"a web server": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"status":"ready","service":"parvis","url":"https://meet.example.org"}`))
		}), false, false},
		"our metrics": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("# HELP go_goroutines x\n# TYPE parvis_gate_relays gauge\nparvis_gate_relays 0\n"))
		}), false, true},
	} {
		s := httptest.NewServer(c.by)
		address := strings.TrimPrefix(s.URL, "http://")
		if got := Serves(s.Client(), u)(t.Context(), address); got != c.serves {
			t.Errorf("%s: serves is %v", name, got)
		}
		if got := Measures(s.Client())(t.Context(), address); got != c.measures {
			t.Errorf("%s: measures is %v", name, got)
		}
		s.Close()
	}
}

func TestAnAddressOfEveryInterfaceIsAskedOnLoopback(t *testing.T) {
	for address, want := range map[string]string{":80": "localhost:80", "0.0.0.0:80": "localhost:80", "[::]:80": "localhost:80", "192.0.2.1:80": "192.0.2.1:80", "host:80": "host:80"} {
		if got := reachable(address); got != want {
			t.Errorf("%s: got %s", address, got)
		}
	}
}
