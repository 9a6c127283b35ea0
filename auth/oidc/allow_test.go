package oidc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestARuleThatIsWrongIsNamed(t *testing.T) {
	cases := []struct {
		name, text string
		says       []string
	}{
		{"an unknown claim", "sirret=11001401600015", []string{`rule "sirret=11001401600015"`, `"sirret"`, "use siret, idp_id, role or provider"}},
		{"a siret that is too short", "siret=1100140", []string{`"1100140"`, "14 digits"}},
		{"no value", "role=", []string{`"role="`}},
		{"an empty value in a list", "role=a,,b", []string{`""`, "role"}},
		{"a word", "everybody", []string{`"everybody"`}},
		{"a claim twice", "role=a role=b", []string{"role stands twice"}},
		{"only separators", " ;\n; ", []string{"no rule"}},
		{"two wrong rules among good ones", "role=a; x=1\nidp_id=b; y=2", []string{`rule "x=1"`, `rule "y=2"`}},
		{"too long", strings.Repeat("role=a;", 20000), []string{"longer"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rules, err := ParseAllow(c.text)
			if err == nil || rules != nil {
				t.Fatalf("got %v, %v", rules, err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q: %v", want, err)
				}
			}
		})
	}
}

func TestARuleLetsInWhomItNames(t *testing.T) {
	ada := claims{Provider: "proconnect", Siret: "11001401600015", IdPID: "idp-1", Roles: []string{"agent_public", "agent_public_etat"}}
	cases := []struct {
		name, text string
		who        claims
		want       bool
	}{
		{"no rule", "", claims{}, true},
		{"the siret", "siret=13002526500013,11001401600015", ada, true},
		{"another siret", "siret=13002526500013", ada, false},
		{"somebody without a siret", "siret=11001401600015", claims{}, false},
		{"one role of several", "role=agent_public_etat", ada, true},
		{"part of a role", "role=agent", ada, false},
		{"both conditions", "siret=11001401600015 role=agent_public", ada, true},
		{"one of two conditions", "siret=11001401600015 role=agent_public_territorial", ada, false},
		{"the siret, from the provider", "siret=11001401600015 provider=proconnect", ada, true},
		{"the siret, from another provider", "siret=11001401600015 provider=keycloak", ada, false},
		{"one of two providers", "provider=keycloak,proconnect", ada, true},
		{"nobody's word", "provider=proconnect", claims{}, false},
		{"the second rule", "siret=13002526500013;\n idp_id=idp-1", ada, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rules, err := ParseAllow(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := rules.let(c.who); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			again, err := ParseAllow(rules.String())
			if diff := cmp.Diff(rules, again); err != nil || diff != "" {
				t.Errorf("read again: %v (-want +got):\n%s", err, diff)
			}
		})
	}
	if (Rules{{}}).let(ada) {
		t.Error("a rule without conditions lets nobody in")
	}
}
