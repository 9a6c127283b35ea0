package oidc

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
)

// Userinfo says how a provider answers at its userinfo endpoint.
type Userinfo string

// The forms of userinfo. None means that the claims stand in the ID token.
const (
	UserinfoJWT  Userinfo = "jwt"
	UserinfoJSON Userinfo = "json"
	UserinfoNone Userinfo = "none"
)

// ProviderConfig is an OpenID provider as the operator registered with it.
type ProviderConfig struct {
	Name         string // part of the redirect URI: lower case, digits, dashes
	Label        string // what people read
	Issuer       string // exactly as in discovery and tokens
	ClientID     string
	ClientSecret string
	ClientAuth   string // "post" or "basic"
	Scopes       []string
	// PKCE is said, never derived: ProConnect refuses parameters that it does not list.
	PKCE     bool
	Userinfo Userinfo
	Alg      string // the one algorithm of ID tokens, userinfo and logout tokens; none of the symmetric ones

	ACRValues   []string // asked for, by the claims parameter
	ACRRequired []string // a sign-in needs one of these; empty = any
	ACRMFA      []string // these mean agent-mfa

	// PromptLogin says that it takes prompt=login (OpenID Connect Core §3.1.2.1).
	PromptLogin bool

	Domains []Domain // for whose addresses it answers
}

var providerName = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$`)

// Algorithms lists the signature algorithms that a provider may be pinned to (RFC 7518 §3.1, RFC 8037). HS256 is not
// among them: ANSSI-PA-080 R27 and R39 forbid it, and it invites the use of a public key as a secret.
func Algorithms() []string {
	return []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"}
}

func (c ProviderConfig) check() error {
	var wrong []error
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	say(!providerName.MatchString(c.Name), "its name has lower case letters, digits and dashes only")
	say(!safeIssuer(c.Issuer), "issuer must be an https URL (http on loopback only) without query")
	say(c.ClientID == "", "client id is missing")
	say(c.ClientSecret == "", "client secret is missing")
	say(c.ClientAuth != "post" && c.ClientAuth != "basic", "client authentication is post or basic")
	say(!slices.Contains([]Userinfo{UserinfoJWT, UserinfoJSON, UserinfoNone}, c.Userinfo), "userinfo is jwt, json or none")
	say(!slices.Contains(Algorithms(), c.Alg), "algorithm is one of %v", Algorithms())
	return errors.Join(wrong...)
}

// safeIssuer takes https, and http where it leaves no machine. OpenID Connect Core §2: no query, no fragment.
func safeIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || (u.Scheme == "http" && loopback(u.Hostname()))
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
