package oidc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/auth/oidc"
	"parvis/directory"
)

func TestADomainThatIsNoneIsNamed(t *testing.T) {
	for _, bad := range []string{"example", "*.example.org", "@example.org", "jeanne@example.org", "exa mple.org", ":example.org", "idp 9:example.org", "idp-9:", "https://example.org", "192.0.2.1"} {
		if got, err := oidc.ParseDomains([]string{"good.example", bad}); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%q is read as %+v, %v", bad, got, err)
		}
	}
}

func TestDomainsAreReadAloneOrWithAnIdentityProvider(t *testing.T) {
	got, err := oidc.ParseDomains([]string{" Example.ORG", "", "71144ab3-ee1a-4401-b7b3-79b44f7daeeb:Culture.example", "urn:idp:9:sport.example"})
	want := []oidc.Domain{{Name: "example.org"}, {IdP: "71144ab3-ee1a-4401-b7b3-79b44f7daeeb", Name: "culture.example"}, {IdP: "urn:idp:9", Name: "sport.example"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAProviderAnswersForTheAddressesOfItsDomainsAlone(t *testing.T) {
	for _, c := range []struct {
		name    string
		domains []string
		said    map[string]any // beside idp-1 and ada@example.org
		want    directory.Vouched
	}{
		{"no domain", nil, nil, directory.NotVouched},
		{"another domain", []string{"other.example"}, nil, directory.NotVouched},
		{"a domain below", []string{"mail.example.org"}, nil, directory.NotVouched},
		{"the domain above", []string{"example.org"}, map[string]any{"email": "ada@mail.example.org"}, directory.NotVouched},
		{"another that ends so", []string{"example.org"}, map[string]any{"email": "ada@notexample.org"}, directory.NotVouched},
		{"the domain in the wrong place", []string{"example.org"}, map[string]any{"email": "ada@example.org@evil.example"}, directory.NotVouched},
		{"no address", []string{"example.org"}, map[string]any{"email": ""}, directory.NotVouched},
		{"another identity provider", []string{"idp-9:example.org"}, nil, directory.NotVouched},
		{"no identity provider", []string{"idp-1:example.org"}, map[string]any{"idp_id": ""}, directory.NotVouched},
		{"an address that is not verified", []string{"example.org", "idp-1:example.org"}, map[string]any{"email_verified": false}, directory.NotVouched},
		{"an address verified perhaps", []string{"example.org"}, map[string]any{"email_verified": "no"}, directory.NotVouched},
		{"the domain", []string{"other.example", "example.org"}, map[string]any{"email": "Ada@Example.org"}, directory.VouchedByDomain},
		{"a verified address", []string{"example.org"}, map[string]any{"email_verified": true}, directory.VouchedByDomain},
		{"the domain and the identity provider", []string{"idp-1:example.org", "example.org"}, nil, directory.VouchedByIdP},
	} {
		t.Run(c.name, func(t *testing.T) {
			domains, err := oidc.ParseDomains(c.domains)
			if err != nil {
				t.Fatal(err)
			}
			i := newIssuer(t)
			i.info = func(claims map[string]any) {
				for name, value := range c.said {
					claims[name] = value
				}
			}
			h := newHouse(t, i.with(func(p *oidc.ProviderConfig) { p.Domains = domains }))
			h.browser(t).visit(t, i, "/")
			if len(h.people.claims) != 1 || h.people.claims[0].Vouched != c.want {
				t.Errorf("got %+v", h.people.claims)
			}
		})
	}
}
