package signin

import (
	"encoding/base64"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func FuzzACookieIsReadAsItWasWrittenOrNotAtAll(f *testing.F) {
	f.Add("parvis=" + newSecret().text())
	f.Add("parvis=" + strings.Repeat("A", 42) + "B")
	f.Add("parvis=\"" + strings.Repeat("A", 43) + "\"")
	f.Add("parvis=" + strings.Repeat("A", 43) + "; parvis=" + strings.Repeat("B", 43))
	f.Add("parvis=;=;;;\x00")
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{Header: http.Header{"Cookie": {header}}}
		s, ok := cookiesFor("http://localhost").read(r)
		if !ok {
			return
		}
		if text := base64.RawURLEncoding.EncodeToString(s[:]); !strings.Contains(header, text) {
			t.Errorf("read %q, which is not in %q", text, header)
		}
	})
}

func TestANetworkTellsNoAddress(t *testing.T) {
	cases := map[string]string{
		"203.0.113.77":        "203.0.113.0/24",
		"::ffff:203.0.113.77": "203.0.113.0/24",
		"2001:db8:1:2:3::4":   "2001:db8:1::/48",
		"fe80::1%eth0":        "fe80::/48",
	}
	for in, want := range cases {
		if got := truncated(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
	if got := truncated(netip.Addr{}); got != "" {
		t.Errorf("an unknown address: got %q", got)
	}
}
