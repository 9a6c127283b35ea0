package doctor

import (
	"context"
	"errors"
	"net/netip"
	"testing"
)

// resolve knows the addresses of two names.
func resolve(_ context.Context, _, host string) ([]netip.Addr, error) {
	switch host {
	case "meet.example.org":
		return []netip.Addr{netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("2001:db8::7")}, nil
	case "livekit":
		return []netip.Addr{netip.MustParseAddr("::ffff:203.0.113.9")}, nil
	}
	return nil, errors.New("no such host")
}

func TestWhoseAHostIs(t *testing.T) {
	cases := []struct {
		platform, host string
		named          []string
		want           bool
	}{
		// Addresses: a foreign one is as foreign as a foreign name.
		{"meet.example.org", "74.125.250.129", nil, false},
		{"meet.example.org", "2001:4860:4864:5:8000::1", nil, false},
		{"meet.example.org", "198.51.100.8", nil, false},
		{"meet.example.org", "0.0.0.0", nil, false},
		{"meet.example.org", "198.51.100.7", nil, true},
		{"meet.example.org", "2001:db8::7", nil, true},
		{"meet.example.org", "203.0.113.9", nil, true},
		{"meet.example.org", "127.0.0.1", nil, true},
		{"meet.example.org", "10.1.2.3", nil, true},
		{"meet.example.org", "fd00::1", nil, true},
		{"meet.example.org", "74.125.250.129", []string{"74.125.250.129"}, true},
		{"192.0.2.4", "192.0.2.4", nil, true},
		{"192.0.2.4", "192.0.2.5", nil, false},

		// Names: ours, below ours, and beside ours within one registered domain.
		{"meet.example.org", "meet.example.org", nil, true},
		{"meet.example.org", "turn.MEET.example.org.", nil, true},
		{"meet.example.org", "turn.example.org", nil, true},
		{"meet.example.org", "example.org", nil, true},
		{"meet.example.org", "badexample.org", nil, false},
		{"meet.example.org", "stun.l.google.com", nil, false},
		{"meet.co.uk", "stun.co.uk", nil, false},
		{"meet.co.uk", "turn.meet.co.uk", nil, true},
		{"visio.gouv.fr", "stun.gouv.fr", nil, false},
		{"visio.gouv.fr", "turn.visio.gouv.fr", nil, true},
		{"visio.numerique.gouv.fr", "turn.numerique.gouv.fr", nil, true},
		{"visio.numerique.gouv.fr", "turn.interieur.gouv.fr", nil, false},
		{"parvis.github.io", "stun.github.io", nil, false},
		{"a.parvis.github.io", "b.parvis.github.io", nil, false},
		{"meet.ministry.internal", "turn.ministry.internal", nil, false},
		{"meet.ministry.internal", "turn.ministry.internal", []string{"ministry.internal"}, true},
		{"meet.example.org", "turn.other.example", []string{"turn.other.example"}, true},
		{"meet.example.org", "stun.l.google.com", []string{"com"}, false},
		{"meet.example.org", "livekit", nil, true},
		{"meet.example.org", "stun.livekit", nil, false},
		{"meet.example.org", "localhost", nil, true},
		{"meet.example.org", "", nil, false},
	}
	for _, c := range cases {
		hosts := Hosts{Platform: c.platform, Others: []string{"livekit"}, Named: c.named, Resolve: resolve}
		if got := hosts.own(t.Context(), c.host); got != c.want {
			t.Errorf("%s asks %s (named %v): own is %v", c.platform, c.host, c.named, got)
		}
	}
}

func TestAForeignAddressIsSaidWithItsRemedy(t *testing.T) {
	_, err := one(t, media(MediaAnswer{Version: "1.13.11", ICEServers: []string{"stun:74.125.250.129:19302"}}, nil), "ice servers")
	says(t, err, "74.125.250.129", "--ice-host")
}
