package oidc

import (
	"errors"
	"fmt"
	"strings"

	"parvis/access"
	"parvis/directory"
)

// Domain is a domain for whose addresses a provider answers: that whoever it says has the address is the one to whom the
// address belongs today. With an IdP, that identity provider behind it alone does.
type Domain struct {
	IdP  string // idp_id, empty for any
	Name string // lower case
}

// ParseDomains reads "example.org, idp-9:other.example", each exactly that domain and none below it. The error names
// every part that is wrong.
func ParseDomains(parts []string) ([]Domain, error) {
	var domains []Domain
	var wrong []error
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		d := Domain{Name: strings.ToLower(part)}
		if i := strings.LastIndexByte(part, ':'); i >= 0 { // an idp_id may be a URN
			d = Domain{IdP: part[:i], Name: strings.ToLower(part[i+1:])}
			if !claimWord.MatchString(d.IdP) {
				wrong = append(wrong, fmt.Errorf("%q does not begin with an idp_id", part))
				continue
			}
		}
		if !access.IsDomain(d.Name) {
			wrong = append(wrong, fmt.Errorf("%q is not a domain such as example.org, or idp_id:example.org", part))
			continue
		}
		domains = append(domains, d)
	}
	return domains, errors.Join(wrong...)
}

// vouched is how far the provider answers for the address in these claims. What it says is not verified, it does not
// answer for.
func (p *provider) vouched(c claims) directory.Vouched {
	address := access.DomainOf(c.Email)
	if address == "" || c.emailUnverified {
		return directory.NotVouched
	}
	best := directory.NotVouched
	for _, d := range p.Domains {
		switch {
		case d.Name != address:
		case d.IdP == "":
			best = max(best, directory.VouchedByDomain)
		case d.IdP == c.IdPID:
			best = directory.VouchedByIdP
		}
	}
	return best
}
