package oidc

import (
	"strings"
	"testing"
)

func TestAnEndpointIsNoWeakerThanItsIssuer(t *testing.T) {
	cases := []struct{ issuer, endpoint, says string }{
		{"https://op.example", "https://elsewhere.example/x", ""}, // RFC 8414 lets endpoints live on another host
		{"http://127.0.0.1:8081", "http://127.0.0.1:8081/x", ""},
		{"https://op.example", "http://op.example/x", "not a URL to trust"},
		{"https://op.example", "http://127.0.0.1/x", "not a URL to trust"},
		{"https://op.example", "ftp://op.example/x", "not a URL to trust"},
		{"https://op.example", "//op.example/x", "not a URL to trust"},
		{"https://op.example", "https:op.example", "not a URL to trust"},
		{"http://127.0.0.1:8081", "http://op.example/x", "not https"},
	}
	for _, c := range cases {
		p := &provider{ProviderConfig: ProviderConfig{Issuer: c.issuer, Userinfo: UserinfoNone}}
		err := p.checkEndpoints(&discovered{authorize: c.endpoint, token: c.endpoint, jwks: c.endpoint})
		if (err == nil) != (c.says == "") || (err != nil && !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s of %s: got %v, want %q", c.endpoint, c.issuer, err, c.says)
		}
	}
}
