package api_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parvis/api"
	"parvis/auth"
)

func tight(l api.Limits) func(*api.Options) { return func(o *api.Options) { o.Limits = l } }

func TestSomebodyWhoAsksTooOftenWaitsAloneAndIsToldHowLong(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Person: api.Rate{PerSecond: 0.5, Burst: 2}}))
	a := ask{method: "GET", path: "/api/v1/me", as: camille, from: "192.0.2.1:999"}
	rec := w.do(a)
	if got, want := rec.Header().Get("RateLimit-Policy"), `"person";q=2;w=4`; got != want {
		t.Errorf("RateLimit-Policy %s, want %s", got, want)
	}
	if got, want := rec.Header().Get("RateLimit"), `"person";r=1;t=2`; got != want {
		t.Errorf("RateLimit %s, want %s", got, want)
	}
	w.want(t, 200, a)
	w.refused(t, 429, "too-many-requests", a)
	if got := w.do(a).Header().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After %q, want 2", got)
	}
	others := a
	others.as = louise
	w.want(t, 200, others)
	w.wait(2 * time.Second)
	w.want(t, 200, a)
}

func TestSoftwareHasALimitOfItsOwn(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Service: api.Rate{PerSecond: 1, Burst: 1}}))
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: robot})
	w.refused(t, 429, "too-many-requests", ask{method: "GET", path: "/api/v1/me", as: robot})
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: reader})
}

func TestTheSoftwareOfAnOrganizationHasALimitTogether(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Tenant: api.Rate{PerSecond: 1, Burst: 2}}))
	rec := w.do(ask{method: "GET", path: "/api/v1/me", as: robot})
	if got := rec.Header().Values("RateLimit"); len(got) != 2 || !strings.HasPrefix(got[0], `"service";`) || got[1] != `"tenant";r=1;t=1` {
		t.Errorf("RateLimit %q", got)
	}
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: reader})
	w.refused(t, 429, "too-many-requests", ask{method: "GET", path: "/api/v1/me", as: readerForCamille})
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: elsewhere}) // of another organization
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: camille})
}

func TestWhoIsNotSignedInIsLimitedByNetwork(t *testing.T) {
	one := api.Rate{PerSecond: 0.1, Burst: 1}
	for _, c := range []struct {
		name, first, second string
		shared              bool
	}{
		{"the same IPv4 address", "192.0.2.1:1", "192.0.2.1:2", true},
		{"the next IPv4 address", "192.0.2.1:1", "192.0.2.2:1", false},
		{"the same IPv6 /64", "[2001:db8:1:2::a]:1", "[2001:db8:1:2:ffff::b]:1", true},
		{"the next IPv6 /64", "[2001:db8:1:2::a]:1", "[2001:db8:1:3::a]:1", false},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]:1", "192.0.2.1:1", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, tight(api.Limits{Network: one, Network6: one}))
			w.want(t, 200, ask{method: "GET", path: "/api/v1/me", from: c.first})
			got := w.do(ask{method: "GET", path: "/api/v1/me", from: c.second}).Code
			if limited := got == http.StatusTooManyRequests; limited != c.shared {
				t.Errorf("got %d", got)
			}
			if got := w.do(ask{method: "GET", path: "/api/v1/me", from: c.first, as: camille}).Code; got != 200 {
				t.Errorf("somebody signed in, from the same network: %d", got)
			}
		})
	}
	w := newWorld(t, tight(api.Limits{Network: one}))
	w.do(ask{method: "GET", path: "/auth/login"})
	if got := w.do(ask{method: "GET", path: "/auth/login"}).Code; got != http.StatusTooManyRequests {
		t.Errorf("the sign-in page: %d", got)
	}
}

func TestTheClientIsFoundBehindTrustedProxiesAndNoOthers(t *testing.T) {
	one := api.Rate{PerSecond: 0.1, Burst: 1}
	proxied := func(o *api.Options) {
		o.Limits = api.Limits{Network: one}
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}
	}
	from := func(peer, forwarded string) ask {
		return ask{method: "GET", path: "/api/v1/me", from: peer, header: http.Header{"X-Forwarded-For": {forwarded}}}
	}
	w := newWorld(t, proxied)
	w.want(t, 200, from("10.0.0.1:5", "198.51.100.1"))
	w.want(t, 200, from("10.0.0.1:5", "198.51.100.2"))
	w.refused(t, 429, "too-many-requests", from("10.0.0.2:5", "198.51.100.1"))
	w.refused(t, 429, "too-many-requests", from("10.0.0.2:5", "203.0.113.9, 198.51.100.1")) // what the client claims before it
	w.want(t, 200, from("192.0.2.77:5", "198.51.100.3"))
	w.refused(t, 429, "too-many-requests", from("192.0.2.77:5", "198.51.100.4")) // no proxy of ours

	direct := newWorld(t, tight(api.Limits{Network: one}))
	direct.want(t, 200, from("192.0.2.1:5", "198.51.100.1"))
	direct.refused(t, 429, "too-many-requests", from("192.0.2.1:5", "198.51.100.2"))
}

func guessing(n int, from string) ask {
	return ask{method: "GET", path: "/api/v1/rooms/aaa-bbbb-c" + string(rune('a'+n/26%26)) + string(rune('a'+n%26)), from: from}
}

func TestANetworkThatTriesLinksIsStoppedBeforeTheyAreLookedUp(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkMisses: api.Rate{PerSecond: 0.1, Burst: 3}}))
	const there = "192.0.2.1:1"
	for n := range 3 {
		w.refused(t, 404, "room-not-found", guessing(n, there))
	}
	before := w.lookups
	w.refused(t, 429, "too-many-requests", guessing(4, there))
	known := ask{method: "GET", path: "/api/v1/rooms/" + fete, from: there}
	w.refused(t, 429, "too-many-requests", known) // else the refusal would tell which links exist
	w.refused(t, 429, "too-many-requests", ask{method: "POST", path: "/api/v1/rooms/" + fete + "/join", body: `{"name":"Ada"}`, from: there})
	known.as = gaston
	w.refused(t, 429, "too-many-requests", known) // a guest's sign-in is had for the asking
	if w.lookups != before {
		t.Error("something was looked up")
	}
	known.as = louise
	w.want(t, 200, known)
	known.as, known.from = auth.Identity{}, "192.0.2.2:1"
	w.want(t, 200, known)
	w.wait(11 * time.Second)
	known.from = there
	w.want(t, 200, known)
}

func TestANetworkWhereEverybodyKnowsTheWayIsNeverStopped(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkMisses: api.Rate{PerSecond: 0.1, Burst: 1}, AllMisses: api.Rate{PerSecond: 0.1, Burst: 1}}))
	for range 100 {
		w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + fete})
	}
	for range 100 { // not a link at all: nothing is learned by it
		w.refused(t, 404, "room-not-found", ask{method: "GET", path: "/api/v1/rooms/nonsense"})
	}
	w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + fete})
}

func TestOnceAllTogetherHaveTriedTooManyThoseWhoTriedWait(t *testing.T) {
	w := newWorld(t, tight(api.Limits{AllMisses: api.Rate{PerSecond: 0.001, Burst: 5}}))
	for n := range 5 {
		w.refused(t, 404, "room-not-found", guessing(n, fmt.Sprintf("192.0.2.%d:1", n)))
	}
	w.refused(t, 429, "too-many-requests", ask{method: "GET", path: "/api/v1/rooms/" + fete, from: "192.0.2.3:1"})
	w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: "192.0.2.99:1"})
	w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: "192.0.2.3:1", as: camille})
	w.wait(11 * time.Minute)
	w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: "192.0.2.3:1"})
}

func TestRefusalsOfALimitAreCounted(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Person: api.Rate{PerSecond: 0.1, Burst: 1}}))
	for range 3 {
		w.do(ask{method: "GET", path: "/api/v1/me", as: camille})
	}
	if got := w.metric(t, "parvis_http_limited_total", map[string]string{"limit": "person"}); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}

func (w *world) metric(t *testing.T, name string, labels map[string]string) float64 {
	t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
	series:
		for _, m := range family.GetMetric() {
			for _, pair := range m.GetLabel() {
				if want, ok := labels[pair.GetName()]; ok && want != pair.GetValue() {
					continue series
				}
			}
			if m.GetHistogram() != nil {
				return float64(m.GetHistogram().GetSampleCount())
			}
			return m.GetCounter().GetValue()
		}
	}
	return 0
}

func TestOneLineARequestAndNothingPersonalInIt(t *testing.T) {
	w := newWorld(t)
	w.do(joining(fete, `{"name":"Ada Lovelace"}`, auth.Identity{}))
	w.do(ask{method: "GET", path: "/api/v1/rooms/" + budget + "?x=1", as: camille})
	w.do(ask{method: "GET", path: "/api/v1/me", bearer: "Bearer prv_s3cr3t"})
	w.do(ask{method: "GET", path: "/" + budget})
	lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want 4:\n%s", len(lines), w.log.String())
	}
	for _, part := range []string{`"route":"/api/v1/rooms/:slug/join"`, `"status":200`, `"caller":"guest"`, `"method":"POST"`, `"bytes":`, `"ms":`, `"request":"`} {
		if !strings.Contains(lines[0], part) {
			t.Errorf("the line lacks %s: %s", part, lines[0])
		}
	}
	for _, private := range []string{"Ada", fete, budget, "s3cr3t", "camille", "192.0.2"} {
		if strings.Contains(w.log.String(), private) {
			t.Errorf("the log holds %q:\n%s", private, w.log.String())
		}
	}
	if got := w.metric(t, "parvis_http_request_duration_seconds", map[string]string{"route": "/api/v1/rooms/:slug/join", "method": "POST", "status": "200"}); got != 1 {
		t.Errorf("counted %v", got)
	}
}
