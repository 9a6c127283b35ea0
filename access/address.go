package access

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of an address (RFC 5321 §4.5.3.1), in bytes.
const (
	MaxAddress = 254
	maxLocal   = 64
	maxLabel   = 63
)

// EmailSubject is the subject of a grant to an e-mail address: the address in lower case, so that one address is one
// subject. ok is false for what no mail server of ours would send to: it takes dot-atoms (RFC 5321 §4.1.2) at a domain of
// two labels or more, letters of any script, and no quoted local parts, comments or address literals.
func EmailSubject(address string) (s Subject, ok bool) {
	local, domain, found := strings.Cut(address, "@")
	if !found || len(address) > MaxAddress || !utf8.ValidString(address) || len(local) > maxLocal || !isLocal(local) || !isDomain(domain) {
		return Subject{}, false
	}
	return Subject{SubjectEmail, FoldAddress(address)}, true
}

// FoldAddress is an address as two of them are compared.
func FoldAddress(address string) string { return strings.ToLower(address) }

// DomainOf is the domain of an address, in lower case.
func DomainOf(address string) string {
	_, domain, _ := strings.Cut(FoldAddress(address), "@")
	return domain
}

// IsDomain reports whether an address may stand at this domain.
func IsDomain(s string) bool { return len(s) <= MaxAddress && isDomain(s) }

func isLocal(s string) bool {
	for _, atom := range strings.Split(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !atext(r) }) {
			return false
		}
	}
	return true
}

// atext is RFC 5322 §3.2.3 with the letters of RFC 6532.
func atext(r rune) bool {
	return strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) || unicode.In(r, unicode.L, unicode.N, unicode.M)
}

func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !unicode.In(r, unicode.L, unicode.Nd, unicode.M) }) {
			return false
		}
	}
	return len(labels) > 1 && strings.ContainsFunc(labels[len(labels)-1], unicode.IsLetter) // 192.0.2.1 is no domain
}
