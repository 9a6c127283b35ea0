package devidp

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The algorithms that a client may be registered with. ProConnect also knows HS256, which ANSSI refuses.
const (
	RS256 = string(jose.RS256)
	ES256 = string(jose.ES256)
	// Unsigned makes userinfo plain JSON, as providers other than ProConnect do.
	Unsigned = "none"
)

// Options is what a provider is made of. Issuer and Clients are required.
type Options struct {
	Issuer      string           // a bare loopback origin: http://127.0.0.1:8081, http://localhost:8081
	Clients     []Client         // who may ask
	KeyFile     string           // where the signing keys are kept across restarts; empty: in memory
	Alg         string           // of ID tokens and logout tokens: RS256 (default) or ES256
	UserinfoAlg string           // of userinfo: RS256, ES256 or Unsigned; default: Alg
	Now         func() time.Time // default: time.Now
	Logger      *slog.Logger     // default: discards; the library underneath logs to slog.Default
	People      []Person         // who may be chosen; default: People()
}

// Client is an application that asks who somebody is.
type Client struct {
	ID                     string
	Name                   string // shown on the sign-in page; default: ID
	Secret                 string // taken by client_secret_post and client_secret_basic alike
	RedirectURIs           []string
	PostLogoutRedirectURIs []string
	BackChannelLogoutURI   string // loopback; empty: the client is not told
	UserinfoAlg            string // empty: as Options says
}

func (o Options) withDefaults() Options {
	if o.Alg == "" {
		o.Alg = RS256
	}
	if o.UserinfoAlg == "" {
		o.UserinfoAlg = o.Alg
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.People == nil {
		o.People = People()
	}
	o.Clients = slices.Clone(o.Clients)
	for i := range o.Clients {
		if o.Clients[i].Name == "" {
			o.Clients[i].Name = o.Clients[i].ID
		}
		if o.Clients[i].UserinfoAlg == "" {
			o.Clients[i].UserinfoAlg = o.UserinfoAlg
		}
	}
	return o
}

// check answers every mistake at once.
func (o Options) check() error {
	mistakes := []error{checkIssuer(o.Issuer)}
	if !slices.Contains([]string{RS256, ES256}, o.Alg) {
		mistakes = append(mistakes, fmt.Errorf("algorithm %q is neither RS256 nor ES256", o.Alg))
	}
	seen := map[string]bool{}
	for _, c := range o.Clients {
		if seen[c.ID] {
			mistakes = append(mistakes, fmt.Errorf("client %q is named twice", c.ID))
		}
		seen[c.ID] = true
		mistakes = append(mistakes, c.check())
	}
	return errors.Join(mistakes...)
}

func (c Client) check() error {
	var mistakes []error
	say := func(format string, args ...any) {
		mistakes = append(mistakes, fmt.Errorf("client %q: "+format, append([]any{c.ID}, args...)...))
	}
	if c.ID == "" || c.Secret == "" {
		say("needs an id and a secret")
	}
	if len(c.RedirectURIs) == 0 {
		say("needs a redirect URI")
	}
	for _, uri := range slices.Concat(c.RedirectURIs, c.PostLogoutRedirectURIs) {
		if u, err := url.Parse(uri); err != nil || !isWeb(u) || u.Fragment != "" {
			say("redirect URI %q is not an absolute http or https address without fragment", uri)
		}
	}
	if uri := c.BackChannelLogoutURI; uri != "" {
		if u, err := url.Parse(uri); err != nil || !isWeb(u) || !isLoopback(u.Hostname()) {
			say("back-channel logout address %q is not on this machine (127.0.0.1, ::1 or localhost)", uri)
		}
	}
	if !slices.Contains([]string{RS256, ES256, Unsigned}, c.UserinfoAlg) {
		say("userinfo algorithm %q is none of RS256, ES256 and %s", c.UserinfoAlg, Unsigned)
	}
	return errors.Join(mistakes...)
}

// checkIssuer refuses whatever another machine could reach: this provider asks for no password.
func checkIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || !isWeb(u):
		return fmt.Errorf("issuer %q is not an http or https address", issuer)
	case !isLoopback(u.Hostname()):
		return fmt.Errorf("issuer %q is not on this machine: it lets anybody be anybody, so it serves 127.0.0.1, ::1 or localhost only", issuer)
	case u.Scheme+"://"+u.Host != issuer:
		return fmt.Errorf("issuer %q must be an origin alone, without path or trailing slash", issuer)
	}
	return nil
}

func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// isLoopback tells the names of this machine. It never resolves: a name that points here today may not tomorrow.
func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// origins lists the scheme and host of each redirect URI once, as a content security policy wants them.
func origins(clients []Client) []string {
	var all []string
	for _, c := range clients {
		for _, uri := range slices.Concat(c.RedirectURIs, c.PostLogoutRedirectURIs) {
			if u, err := url.Parse(uri); err == nil {
				all = append(all, u.Scheme+"://"+u.Host)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// hostname takes the port off a Host header.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }
