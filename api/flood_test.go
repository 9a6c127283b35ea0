package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"parvis/auth"
)

// joins is how many join links that nobody has.
const joins = 10_000

// unknown is the n-th of many links that nobody has, tried from an address.
func unknown(n int, from string) ask {
	letters := [...]byte{byte('a' + n/676%26), byte('a' + n/26%26), byte('a' + n%26)}
	a := joining("aaa-bbbb-"+string(letters[:]), `{"name":"Mallory"}`, auth.Identity{})
	a.from = from
	return a
}

func TestTenThousandJoinsOfUnknownLinksFromOneAddressCostAFewLookUpsAndNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		from  func(n int) string
		known int // the default burst
	}{
		"an IPv4 address":              {func(int) string { return "192.0.2.1:1" }, 120},
		"an IPv6 network":              {func(n int) string { return fmt.Sprintf("[2001:db8:1:2::%x]:1", n+1) }, 120},
		"the networks of an IPv6 site": {func(n int) string { return fmt.Sprintf("[2001:db8:1:%x::1]:1", n) }, 480},
	} {
		t.Run(name, func(t *testing.T) {
			from, known := c.from, c.known
			w := newWorld(t)
			answers := map[int]int{}
			for n := range joins {
				rec := w.do(unknown(n, from(n)))
				answers[rec.Code]++
				if rec.Code != http.StatusTooManyRequests {
					continue
				}
				if wait, err := strconv.Atoi(rec.Header().Get("Retry-After")); err != nil || wait < 1 || object(t, rec)["code"] != "too-many-requests" {
					t.Fatalf("the refusal says Retry-After %q and %s", rec.Header().Get("Retry-After"), rec.Body)
				}
			}
			if answers[http.StatusNotFound] != known || answers[http.StatusTooManyRequests] != joins-known {
				t.Errorf("answered %v", answers)
			}
			if w.lookups != known || w.guests != 0 {
				t.Errorf("%d look-ups, %d guests made", w.lookups, w.guests)
			}
			w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: "198.51.100.7:1"})
			w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: from(0), as: camille})
		})
	}
}

func TestTenThousandJoinsOfUnknownLinksFromAsManyNetworksStopTheirOwnAndNobodyElse(t *testing.T) {
	for name, from := range map[string]func(n int) string{
		"IPv4 addresses": func(n int) string { return fmt.Sprintf("10.0.%d.%d:1", n/256, n%256) },
		"IPv6 sites":     func(n int) string { return fmt.Sprintf("[2001:db8:%x:1::1]:1", n) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for n := range joins {
				w.refused(t, http.StatusNotFound, "room-not-found", unknown(n, from(n)))
			}
			before := w.lookups
			for n := range joins { // each once more
				rec := w.do(unknown(n, from(n)))
				if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") == "" {
					t.Fatalf("network %d, the second time: %d, Retry-After %q", n, rec.Code, rec.Header().Get("Retry-After"))
				}
			}
			if w.lookups != before || w.guests != 0 {
				t.Errorf("%d look-ups, %d guests made", w.lookups-before, w.guests)
			}
			w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: "198.51.100.7:1"})
			w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/rooms/" + fete, from: from(0), as: camille})
		})
	}
}
