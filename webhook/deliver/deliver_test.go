package deliver_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"parvis/webhook"
	"parvis/webhook/deliver"
)

// names answers addresses by heart.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var addrs []netip.Addr
	for _, a := range n[strings.ToLower(host)] {
		addrs = append(addrs, netip.MustParseAddr(a))
	}
	return addrs, nil
}

// receiver is a server on loopback, and a sender that trusts its certificate.
func receiver(t *testing.T, o deliver.Options, answer http.HandlerFunc) (*deliver.Sender, *httptest.Server) {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	o.Roots = x509.NewCertPool()
	o.Roots.AddCert(server.Certificate())
	s := deliver.New(o)
	t.Cleanup(s.Close)
	return s, server
}

func loopback(t *testing.T) webhook.Allowed {
	t.Helper()
	a, err := webhook.ParseAllowed([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func send(t *testing.T, s *deliver.Sender, to string) (webhook.Response, webhook.Failure) {
	t.Helper()
	return s.Send(t.Context(), webhook.Request{URL: to, Body: []byte("{}"), Header: map[string]string{"webhook-id": "1"}, Answer: true})
}

func TestNothingIsSentToAnAddressOfOurs(t *testing.T) {
	var hits atomic.Int64
	resolver := names{
		"private.example": {"10.0.0.1"}, "both.example": {"192.0.0.1", "93.184.215.14"}, "second.example": {"93.184.215.14", "127.0.0.1"},
		"localhost.": {"127.0.0.1"}, "metadata.google.internal": {"169.254.169.254"}, "mapped.example": {"::ffff:127.0.0.1"},
		"nat64.example": {"64:ff9b::7f00:1"}, "six.example": {"fd00::1"}, "127.1": {"127.0.0.1"}, "0x7f000001": {"127.0.0.1"},
	}
	s, server := receiver(t, deliver.Options{Resolver: resolver}, func(http.ResponseWriter, *http.Request) { hits.Add(1) })
	port := strings.TrimPrefix(server.URL, "https://127.0.0.1")
	for _, host := range []string{
		"127.0.0.1", "0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1%25eth0]", "[fd00::1]",
		"10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.1",
		"private.example", "both.example", "second.example", "localhost.", "metadata.google.internal", "mapped.example", "nat64.example", "six.example",
		"127.1", "0x7f000001",
	} {
		for _, at := range []string{"", port} {
			if got, failure := send(t, s, "https://"+host+at+"/"); failure != webhook.Refused || got.Status != 0 {
				t.Errorf("%s%s: got %v %q", host, at, got, failure)
			}
		}
	}
	if hits.Load() > 0 {
		t.Errorf("%d requests came through", hits.Load())
	}
}

func TestANameThatIsUnknownIsRefusedAsOneOfOursIsAndCountedApart(t *testing.T) {
	metrics := prometheus.NewRegistry()
	s := deliver.New(deliver.Options{Resolver: names{"intranet.example": {"10.0.0.1"}}, Metrics: metrics})
	var told []webhook.Failure
	for _, host := range []string{"intranet.example", "nowhere.example"} {
		_, failure := send(t, s, "https://"+host+"/")
		told = append(told, failure)
	}
	if told[0] != webhook.Refused || told[1] != told[0] {
		t.Errorf("the owner is told %q", told)
	}
	families, err := metrics.Gather()
	if err != nil || len(families) != 1 {
		t.Fatal(families, err)
	}
	counted := map[string]float64{}
	for _, m := range families[0].GetMetric() {
		counted[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
	}
	if diff := cmp.Diff(map[string]float64{"address-refused": 1, "name-unknown": 1}, counted); diff != "" {
		t.Error(diff)
	}
}

func TestPlainHTTPUsersAndOtherPortsAreRefused(t *testing.T) {
	s := deliver.New(deliver.Options{Resolver: names{"public.example": {"93.184.215.14"}}})
	for _, to := range []string{"http://public.example/", "https://ok@public.example/", "https://public.example:8443/", "ftp://public.example/", "http://127.0.0.1/", "::"} {
		if _, failure := send(t, s, to); failure != webhook.Refused {
			t.Errorf("%s: got %q", to, failure)
		}
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	var hits atomic.Int64
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer private.Close()
	s, server := receiver(t, deliver.Options{Allowed: loopback(t)}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, private.URL, http.StatusTemporaryRedirect)
	})
	got, failure := send(t, s, server.URL)
	if got.Status != http.StatusTemporaryRedirect || failure != webhook.NoFailure || hits.Load() > 0 {
		t.Errorf("got %v %q, %d hits", got, failure, hits.Load())
	}
}

func TestAProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	s, server := receiver(t, deliver.Options{Allowed: loopback(t)}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if got, failure := send(t, s, server.URL); got.Status != http.StatusNoContent || failure != webhook.NoFailure {
		t.Errorf("got %v %q", got, failure)
	}
}

func TestAHostThatTheOperatorNamesIsReachedWhereverItIs(t *testing.T) {
	allowed, err := webhook.ParseAllowed([]string{"agenda.interne.example"})
	if err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Webhook-Id") != "1" || r.Header.Get("Content-Type") != "application/json" || string(body) != "{}" {
			t.Errorf("got %s %v %s", r.Method, r.Header, body)
		}
		_, _ = io.WriteString(w, "fine")
	}))
	defer plain.Close()
	at, _ := url.Parse(plain.URL)
	s := deliver.New(deliver.Options{Allowed: allowed, Resolver: names{"agenda.interne.example": {"127.0.0.1"}, "other.example": {"127.0.0.1"}}})
	defer s.Close()
	got, failure := send(t, s, "http://Agenda.interne.example:"+at.Port()+"/hooks")
	if got.Status != http.StatusOK || failure != webhook.NoFailure || string(got.Body) != "fine" {
		t.Errorf("got %v %q", got, failure)
	}
	if _, failure := send(t, s, "http://other.example:"+at.Port()+"/hooks"); failure != webhook.Refused {
		t.Errorf("got %q", failure)
	}
}

func TestAnAnswerIsReadNoFurtherThanItIsWanted(t *testing.T) {
	s, server := receiver(t, deliver.Options{Allowed: loopback(t)}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(make([]byte, 65<<10))
	})
	if got, failure := send(t, s, server.URL); failure != webhook.TooLong || got.Status != http.StatusOK || got.Body != nil {
		t.Errorf("wanted: got %d %q", got.Status, failure)
	}
	got, failure := s.Send(t.Context(), webhook.Request{URL: server.URL})
	if failure != webhook.NoFailure || got.Status != http.StatusOK || got.Body != nil {
		t.Errorf("not wanted: got %d %q", got.Status, failure)
	}
}

func TestAReceiverThatHangsIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	heads := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/after" {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	s, server := receiver(t, deliver.Options{Allowed: loopback(t), Patience: 100 * time.Millisecond}, heads)
	defer close(release)
	if got, failure := send(t, s, server.URL); failure != webhook.TimedOut || got.Status != 0 {
		t.Errorf("before its answer: got %v %q", got, failure)
	}
	if got, failure := send(t, s, server.URL+"/after"); failure != webhook.TimedOut || got.Status != http.StatusOK {
		t.Errorf("within an answer that is wanted: got %v %q", got, failure)
	}
	got, failure := s.Send(t.Context(), webhook.Request{URL: server.URL + "/after"})
	if failure != webhook.NoFailure || got.Status != http.StatusOK {
		t.Errorf("after an answer that is enough: got %v %q", got, failure)
	}
}

func TestWhatWentWrongIsSaidInAWordThatNamesNoAddress(t *testing.T) {
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	s := deliver.New(deliver.Options{Allowed: loopback(t), Resolver: names{}})
	defer s.Close()
	for to, want := range map[string]webhook.Failure{
		untrusted.URL: webhook.BadTLS, strings.Replace(plain.URL, "http:", "https:", 1): webhook.BadTLS,
		strings.Replace(closed.URL, "http:", "https:", 1): webhook.Unreached, "https://nowhere.example": webhook.Refused,
	} {
		if _, failure := send(t, s, to); failure != want {
			t.Errorf("%s: got %q, want %q", to, failure, want)
		}
	}
}

func TestAReceiverSaysWhenToComeAgain(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-5": 0, "120": 2 * time.Minute, "99999999": 24 * time.Hour, now.Add(time.Hour).Format(http.TimeFormat): time.Hour,
		now.Add(-time.Hour).Format(http.TimeFormat): 0,
	} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			s, server := receiver(t, deliver.Options{Allowed: loopback(t), Now: func() time.Time { return now }}, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", text)
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			if got, _ := send(t, s, server.URL); got.RetryAfter != want {
				t.Errorf("got %s", got.RetryAfter)
			}
		})
	}
}

func TestAServerThatDoesNotSpeakTLSKeepsNoConnection(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	s := deliver.New(deliver.Options{Allowed: loopback(t), Patience: 200 * time.Millisecond})
	t.Cleanup(s.Close)
	let := make(chan error, 1)
	go func() {
		conn, err := silent.Accept()
		if err == nil {
			_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
			_, err = io.Copy(io.Discard, conn) // until the other side lets go
			_ = conn.Close()
		}
		let <- err
	}()
	if _, failure := send(t, s, "https://"+silent.Addr().String()); failure != webhook.TimedOut && failure != webhook.BadTLS {
		t.Errorf("got %q", failure)
	}
	if err := <-let; err != nil {
		t.Errorf("the connection outlives the attempt: %v", err)
	}
}
