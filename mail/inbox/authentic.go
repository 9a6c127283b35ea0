package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"

	"parvis/access"
)

const (
	maxSignatures = 5 // that are checked, each with a question to the DNS
	dnsTimeout    = 5 * time.Second
)

// authentic tells whether a message comes from the domain of its From: the operator's own server says so, or a signature
// of that domain does.
func (r *Reader) authentic(ctx context.Context, m message, dead *silent) (bool, error) {
	domain := access.DomainOf(m.from)
	if domain == "" {
		return false, nil
	}
	if r.vouched(m, domain) {
		return true, nil
	}
	return r.signed(ctx, m, domain, dead)
}

// vouched reads the topmost Authentication-Results, and no other: whatever stands below may have come with the message.
func (r *Reader) vouched(m message, domain string) bool {
	all := m.header["Authentication-Results"]
	if r.AuthservID == "" || len(all) == 0 {
		return false
	}
	by, results, ok := readResults(all[0])
	if !ok || !strings.EqualFold(by, r.AuthservID) {
		return false
	}
	passes := 0
	for _, r := range results {
		if r.method != "dmarc" {
			continue
		}
		if r.value != "pass" || !strings.EqualFold(domainOf(r.properties["header.from"]), domain) {
			return false
		}
		passes++
	}
	return passes == 1
}

// domainOf is the domain of header.from, which some write with the address.
func domainOf(from string) string {
	return strings.TrimSuffix(from[strings.LastIndexByte(from, '@')+1:], ".")
}

// signed checks the signatures (RFC 6376). A DNS that does not answer is an error: the message waits.
func (r *Reader) signed(ctx context.Context, m message, domain string, dead *silent) (bool, error) {
	var waits error
	found, err := dkim.VerifyWithOptions(bytes.NewReader(m.raw), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT: func(name string) ([]string, error) {
			if signer := name[strings.LastIndex(name, "._domainkey.")+len("._domainkey."):]; !aligned(signer, domain) {
				return nil, errNotTheirs // right or wrong, it would not count: its name server is not waited for
			}
			if dead.knows(domain) {
				return nil, noAnswer(name)
			}
			ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
			defer cancel()
			texts, err := r.LookupTXT(ctx, name)
			dead.heard(domain, err)
			return texts, err
		},
	})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return false, nil // its form is not one that can be signed
	}
	for _, v := range found {
		switch {
		case !aligned(v.Domain, domain):
		case v.Err == nil && covered(v.HeaderKeys, m):
			return true, nil
		case dkim.IsTempFail(v.Err):
			waits = fmt.Errorf("check a signature: %w", errUnresolved)
		}
	}
	return false, waits
}

var (
	// errUnresolved is that a key could not be asked for.
	errUnresolved = errors.New("the DNS does not answer")
	// errNotTheirs is that a signature is of another organization than the sender.
	errNotTheirs = errors.New("a signature of another domain")
)

// aligned is the relaxed alignment of DMARC (RFC 7489 §3.1.1): the same organization's domain.
func aligned(signer, from string) bool {
	signer = strings.ToLower(signer)
	if signer == from {
		return true
	}
	a, errA := publicsuffix.EffectiveTLDPlusOne(signer)
	b, errB := publicsuffix.EffectiveTLDPlusOne(from)
	return errA == nil && errB == nil && a == b
}
