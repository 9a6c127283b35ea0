package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	MaxAuditDays = 3650 // that the rows of the trail are kept
	secretLength = 32   // LiveKit warns below it, and the key that encrypts at rest is derived from as much
	maxSignIn    = 12 * time.Hour
)

func (c *Config) check(purpose For, wrong *Mistakes) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			*wrong = append(*wrong, fmt.Sprintf(format, args...))
		}
	}
	_, _, err := net.SplitHostPort(c.Listen)
	say(err != nil, "PARVIS_LISTEN is not host:port, such as 127.0.0.1:8080")
	if c.MetricsListen != "" {
		_, _, err := net.SplitHostPort(c.MetricsListen)
		say(err != nil, "PARVIS_METRICS_LISTEN is not host:port, such as 127.0.0.1:9090")
	}
	var level slog.Level
	say(level.UnmarshalText([]byte(c.LogLevel)) != nil, "PARVIS_LOG_LEVEL is one of debug, info, warn, error")
	say(c.SignInIdle < time.Minute, "PARVIS_SIGNIN_IDLE is at least 1m")
	say(c.SignInMax < c.SignInIdle || c.SignInMax > maxSignIn, "PARVIS_SIGNIN_MAX lies between PARVIS_SIGNIN_IDLE and 12h")
	say(c.Unknown != "" && !slices.Contains([]string{"create", "pending", "refuse"}, c.Unknown), "PARVIS_UNKNOWN_ORGANIZATIONS is one of create, pending, refuse")
	say(c.DatabaseURL != "" && !validDatabase(c.DatabaseURL.Reveal()), "PARVIS_DATABASE_URL begins with postgres:// or sqlite:")
	say(c.Secret != "" && len(c.Secret) < secretLength, "PARVIS_SECRET has at least %d characters: openssl rand -base64 48 makes one", secretLength)
	say(c.AuditDays < 1 || c.AuditDays > MaxAuditDays, "PARVIS_AUDIT_DAYS is a number of days from 1 to %d", MaxAuditDays)
	for _, p := range c.TrustedProxies {
		say(p.Bits() == 0, "PARVIS_TRUSTED_PROXIES trusts every address: name the proxies exactly")
	}
	if c.URL != nil {
		c.checkURL(say)
	}
	c.checkMail(say)
	switch purpose {
	case Serve:
		c.checkServe(say)
	case Database:
		say(c.DatabaseURL == "", "PARVIS_DATABASE_URL is missing: postgres://user:password@host/parvis, or sqlite:data/parvis.db")
	case Remote:
		say(c.URL == nil, "PARVIS_URL is missing: the address of the platform, such as https://meet.example.org")
		say(c.ClientID == "" || c.ClientSecret == "", "PARVIS_CLIENT_ID and PARVIS_CLIENT_SECRET are those of a service account: parvis app create makes one")
	case Demo:
		say(len(c.Providers) > 0, "parvis demo brings its own provider: use parvis serve with PARVIS_OIDC_…")
	}
}

func (c *Config) checkURL(say func(bool, string, ...any)) {
	u := c.URL
	say(u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"), "PARVIS_URL is a full address, such as https://meet.example.org")
	say(u.Scheme == "http" && !IsLoopback(u.Hostname()), "PARVIS_URL must be https://…: only localhost may do without TLS, else browsers give no camera")
	say(strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "", "PARVIS_URL has no path: Parvis needs a host name of its own")
	c.URL = &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
}

func (c *Config) checkServe(say func(bool, string, ...any)) {
	say(c.URL == nil, "PARVIS_URL is missing: the address that people type, such as https://meet.example.org")
	say(c.DatabaseURL == "", "PARVIS_DATABASE_URL is missing: postgres://user:password@host/parvis, or sqlite:data/parvis.db")
	say(c.Secret == "", "PARVIS_SECRET is missing: openssl rand -base64 48 makes one; all replicas share it")
	lk, err := url.Parse(c.LiveKit.URL)
	say(c.LiveKit.URL == "", "PARVIS_LIVEKIT_URL is missing: the SFU as this server reaches it, such as http://livekit:7880")
	say(c.LiveKit.URL != "" && (err != nil || !slices.Contains([]string{"http", "https"}, lk.Scheme) || lk.Host == ""), "PARVIS_LIVEKIT_URL begins with http:// or https://")
	say(c.LiveKit.APIKey == "", "PARVIS_LIVEKIT_API_KEY is missing: the name of a key in LiveKit's keys")
	say(len(c.LiveKit.APISecret) < secretLength, "PARVIS_LIVEKIT_API_SECRET is missing or shorter than %d characters", secretLength)
	say(c.MailFrom != "" && c.SMTPURL == "", "PARVIS_MAIL_FROM without PARVIS_SMTP_URL sends nothing: set both, or neither")
	say(len(c.Providers) == 0, "no provider: set PARVIS_OIDC_<NAME>_ISSUER, _CLIENT_ID and _CLIENT_SECRET, such as PARVIS_OIDC_PROCONNECT_ISSUER")
}

var (
	algorithms = []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"}
	userinfos  = []string{"jwt", "json", "none"}
	clientAuth = []string{"post", "basic"}
)

// domain is a domain, alone or after an idp_id and a colon; an empty part counts as none. Package auth/oidc reads it closer.
var domain = regexp.MustCompile(`^(?:(?:[A-Za-z0-9._:/@-]{1,200}:)?[\pL\pN](?:[\pL\pN\pM-]*)(?:\.[\pL\pN][\pL\pN\pM-]*)+)?$`)

func (p Provider) check(name string, wrong *Mistakes) {
	say := func(bad bool, setting, remedy string) {
		if bad {
			*wrong = append(*wrong, "PARVIS_OIDC_"+name+"_"+setting+" "+remedy)
		}
	}
	issuer, err := url.Parse(p.Issuer)
	say(p.Issuer == "", "ISSUER", "is missing: the provider's issuer, exactly as its discovery document says it")
	say(p.Issuer != "" && (err != nil || (issuer.Scheme != "https" && !IsLoopback(issuer.Hostname()))), "ISSUER", "must begin with https://")
	say(p.ClientID == "", "CLIENT_ID", "is missing")
	say(p.ClientSecret == "", "CLIENT_SECRET", "is missing")
	say(!slices.Contains(algorithms, p.Alg), "ALG", "is one of "+strings.Join(algorithms, ", ")+"; symmetric ones are refused")
	say(!slices.Contains(userinfos, p.Userinfo), "USERINFO", "is one of jwt, json, none")
	say(!slices.Contains(clientAuth, p.ClientAuth), "CLIENT_AUTH", "is one of post, basic")
	say(!slices.Contains(p.Scopes, "openid"), "SCOPES", "must contain openid")
	say(slices.ContainsFunc(p.Domains, func(d string) bool { return !domain.MatchString(strings.TrimSpace(d)) }), "DOMAINS", "is domains separated by commas, such as example.org,idp-9:other.example: whole ones, without @ and *")
}

func validDatabase(u string) bool {
	return strings.HasPrefix(u, "postgres://") || strings.HasPrefix(u, "postgresql://") || (strings.HasPrefix(u, "sqlite:") && len(u) > len("sqlite:"))
}

// IsLoopback reports whether a host name means this machine.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
