package emailproof

import (
	"strings"

	"golang.org/x/net/idna"

	"parvis/access"
	"parvis/fault"
)

// canonical is an address as it is kept and shown: of its domain the ASCII form in lower case, so that a host who reads it
// sees whether letters only look like others. Of the part before it nothing but ASCII is taken, for the same reason.
func canonical(address string) (string, error) {
	address = strings.Trim(address, " ")
	local, domain, _ := strings.Cut(address, "@")
	if _, ok := access.EmailSubject(address); ok && ascii(local) {
		if domain, err := idna.Lookup.ToASCII(domain); err == nil && len(local)+1+len(domain) <= access.MaxAddress {
			return local + "@" + domain, nil
		}
	}
	return "", fault.New(fault.CodeInvalid, "this is not an address that mail can be sent to").
		At("body.email", "give an address such as camille@example.org")
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
