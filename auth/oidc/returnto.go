package oidc

import (
	"net/url"
	"regexp"
	"strings"
)

const maxReturnTo = 1024

var (
	// ownPath is every path that the client has: plain segments. No percent sign, no dot segment, no empty segment and
	// no backslash, so that no second decoding anywhere can turn it into another host.
	ownPath = regexp.MustCompile(`^/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?)?$`)
	// ownRest is a query and a fragment of RFC 3986 characters.
	ownRest = regexp.MustCompile(`^(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?(?:#[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?$`)
	// notPages are paths of machines: coming back to one of them would loop or show nothing.
	notPages = []string{"/auth/", "/api/", "/livekit/", "/webhooks/"}
)

// ownReturnTo is where somebody is sent after a sign-in: a page of ours, or "/" for anything that is not plainly one.
func ownReturnTo(raw string) string {
	if len(raw) > maxReturnTo {
		return "/"
	}
	path := raw
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		path = raw[:i]
	}
	if !ownPath.MatchString(path) || !ownRest.MatchString(raw[len(path):]) {
		return "/"
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "/"
	}
	for _, prefix := range notPages {
		if strings.HasPrefix(strings.ToLower(path)+"/", prefix) {
			return "/"
		}
	}
	return raw
}
