package api_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"parvis/api"
	"parvis/auth"
)

// flood sends made-up credentials from a network until nothing is looked up any more, and answers how many were.
func (w *world) flood(t *testing.T, made func(n int) ask) int64 {
	t.Helper()
	before := w.asked.Load()
	var last int
	for n := range 20 {
		last = w.do(made(n)).Code
	}
	if last != http.StatusTooManyRequests {
		t.Fatalf("the last of many got %d", last)
	}
	return w.asked.Load() - before
}

func withCookie(a ask, value string) ask {
	a.header = http.Header{"Cookie": {"__Host-parvis=" + value}}
	return a
}

func TestMadeUpCredentialsCostAFewLookUpsAndNoMore(t *testing.T) {
	const there = "192.0.2.1:1"
	me := ask{method: "GET", path: "/api/v1/me", from: there}
	for name, made := range map[string]func(n int) ask{
		"bearers": func(n int) ask { a := me; a.bearer = "Bearer made-up-" + strconv.Itoa(n); return a },
		"cookies": func(n int) ask { return withCookie(me, "made-up-"+strconv.Itoa(n)) },
		"cookies at the gate": func(n int) ask {
			return withCookie(ask{method: "GET", path: "/livekit/rtc", from: there}, "made-up-"+strconv.Itoa(n))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tight(api.Limits{NetworkFailures: api.Rate{PerSecond: 0.1, Burst: 3}}))
			camilles := me
			camilles.as = camille
			robots := me
			robots.as = robot
			w.want(t, 200, camilles)
			w.want(t, 200, robots)
			if got := w.flood(t, made); got != 3 {
				t.Errorf("%d were looked up, want 3", got)
			}
			w.want(t, 200, camilles) // behind the same address
			w.want(t, 200, robots)
			if got := w.do(withCookie(ask{method: "GET", path: "/livekit/rtc", from: there}, "camille")).Code; got != 200 {
				t.Errorf("the gate refuses somebody who is signed in: %d", got)
			}
			w.want(t, 200, me)                              // nobody needs no look-up
			w.want(t, 200, withCookie(me, "camille"))       // known by the cookie alone
			w.refused(t, 429, "too-many-requests", made(0)) // still
			elsewhere := made(0)
			elsewhere.from = "192.0.2.2:1"
			if got := w.do(elsewhere).Code; got == http.StatusTooManyRequests {
				t.Error("another network is refused as well")
			}
			w.wait(10 * time.Second)
			before := w.asked.Load()
			w.do(made(1))
			if w.asked.Load() != before+1 {
				t.Error("after a while one is looked up again")
			}
			if got := w.metric(t, "parvis_http_limited_total", map[string]string{"limit": "credentials"}); got == 0 {
				t.Error("the refusals are not counted")
			}
		})
	}
}

func TestWhoJoinsAsAGuestIsKnownWhereStrangersAreNot(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkFailures: api.Rate{PerSecond: 0.1, Burst: 3}}))
	me := ask{method: "GET", path: "/api/v1/me"}
	w.flood(t, func(n int) ask { return withCookie(me, "made-up-"+strconv.Itoa(n)) })
	w.want(t, 200, joining(fete, `{"name":"Ada"}`, auth.Identity{}))
	w.want(t, 200, withCookie(me, "guest-1"))
	w.refused(t, 429, "too-many-requests", withCookie(me, "guest-2"))
}

func TestADatabaseThatIsAwayMakesNobodyAStranger(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkFailures: api.Rate{PerSecond: 0.1, Burst: 3}}))
	for range 10 {
		w.refused(t, 503, "database-unavailable", withCookie(ask{method: "GET", path: "/api/v1/me"}, "database-down"))
	}
}

func TestSigningOutIsNoWayAroundTheLimits(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkFailures: api.Rate{PerSecond: 0.1, Burst: 3}, Network: api.Rate{PerSecond: 0.1, Burst: 40}}))
	out := ask{method: "POST", path: "/auth/logout"}
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: camille})
	w.flood(t, func(n int) ask { return withCookie(out, "made-up-"+strconv.Itoa(n)) })
	if got := w.do(withCookie(out, "camille")); got.Code != 200 || got.Body.String() != "logout" {
		t.Errorf("somebody who is signed in cannot sign out: %d", got.Code)
	}
	for range 40 {
		w.do(ask{method: "POST", path: "/auth/backchannel-logout"})
	}
	if got := w.do(ask{method: "POST", path: "/auth/backchannel-logout"}).Code; got != http.StatusTooManyRequests {
		t.Errorf("logout tokens without end: %d", got)
	}
}
