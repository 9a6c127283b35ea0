// Package config reads the settings of the platform once, for cmd alone.
//
// It owns the names, defaults and bounds of every PARVIS_ setting, each of which may also come from a file (NAME_FILE).
// It reports every mistake at once and refuses to start anything; packages receive plain values from cmd, never a Config.
package config

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is all settings. Which of them must be given depends on the command: see For.
type Config struct {
	Listen         string        `env:"LISTEN" envDefault:"127.0.0.1:8080"`
	URL            *url.URL      `env:"URL"`
	Data           string        `env:"DATA" envDefault:"data"`
	DatabaseURL    Secret        `env:"DATABASE_URL"`
	LiveKit        LiveKit       `envPrefix:"LIVEKIT_"`
	Secret         Secret        `env:"SECRET"`
	Allow          string        `env:"OIDC_ALLOW"`
	TrustedProxies Prefixes      `env:"TRUSTED_PROXIES"`
	MetricsListen  string        `env:"METRICS_LISTEN"`
	LogLevel       string        `env:"LOG_LEVEL" envDefault:"info"`
	SMTPURL        Secret        `env:"SMTP_URL"`
	MailFrom       string        `env:"MAIL_FROM"`
	IMAPURL        Secret        `env:"IMAP_URL"`
	AuthservID     string        `env:"MAIL_AUTHSERV_ID"`
	MailIngest     bool          `env:"MAIL_INGEST"`
	SignInIdle     time.Duration `env:"SIGNIN_IDLE" envDefault:"2h"`
	SignInMax      time.Duration `env:"SIGNIN_MAX" envDefault:"12h"`
	Name           string        `env:"NAME" envDefault:"Parvis"`
	WebhookAllow   []string      `env:"WEBHOOK_ALLOW" envSeparator:","`
	Unknown        string        `env:"UNKNOWN_ORGANIZATIONS" envDefault:"create"`

	AuditKey        Secret `env:"AUDIT_KEY"`
	AuditFormerKeys string `env:"AUDIT_FORMER_KEYS"`
	AuditDays       int    `env:"AUDIT_DAYS" envDefault:"365"`

	// What the register of processing says that no other setting does.
	PrivacyController string `env:"PRIVACY_CONTROLLER"`
	PrivacyContact    string `env:"PRIVACY_CONTACT"`
	LegalBasis        string `env:"LEGAL_BASIS" envDefault:"public-task"`

	// The service account by which parvis plan, apply, drift and export speak to the platform at URL.
	ClientID     string `env:"CLIENT_ID"`
	ClientSecret Secret `env:"CLIENT_SECRET"`

	// Providers are those of PARVIS_OIDC_<NAME>_…, in the order of their names.
	Providers []Provider `env:"-"`

	// Mail is the server of PARVIS_SMTP_URL; nil without one.
	Mail *MailServer `env:"-"`

	// Mailbox is the one of PARVIS_IMAP_URL; nil without one.
	Mailbox *Mailbox `env:"-"`

	// MailFolder takes mail in the place of a server. No setting names it: the demonstration does.
	MailFolder string `env:"-"`
}

// LiveKit is where the SFU's API is, as this process reaches it; browsers only ever reach the gate.
type LiveKit struct {
	URL       string `env:"URL"`
	APIKey    string `env:"API_KEY"`
	APISecret Secret `env:"API_SECRET"`
	Own       bool   `env:"-"` // the demo's, which starts and bounds it: its version is what the demo was built with
}

// Provider is an OpenID provider. PKCE is a setting because a provider may refuse the parameter (ProConnect is one that
// must be tried first).
type Provider struct {
	Name         string   `env:"-"`
	Issuer       string   `env:"ISSUER"`
	ClientID     string   `env:"CLIENT_ID"`
	ClientSecret Secret   `env:"CLIENT_SECRET"`
	Label        string   `env:"LABEL"`
	Scopes       []string `env:"SCOPES" envSeparator:" " envDefault:"openid given_name usual_name email siret idp_id uid organizational_unit"`
	PKCE         bool     `env:"PKCE" envDefault:"true"`
	Userinfo     string   `env:"USERINFO" envDefault:"jwt"`
	Alg          string   `env:"ALG" envDefault:"RS256"`
	ACRValues    []string `env:"ACR_VALUES" envSeparator:" "`
	ACRRequired  []string `env:"ACR_REQUIRED" envSeparator:" "`
	ACRMFA       []string `env:"ACR_MFA" envSeparator:" "`
	ClientAuth   string   `env:"CLIENT_AUTH" envDefault:"post"`
	Domains      []string `env:"DOMAINS" envSeparator:","`
	PromptLogin  bool     `env:"PROMPT_LOGIN" envDefault:"true"`
}

// Secret is a value that is never printed.
type Secret string

const hidden = "***"

func (s Secret) String() string { return hidden }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return hidden }

// MarshalText hides the value from JSON and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal is the value itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// Prefixes are networks, or single addresses, separated by commas.
type Prefixes []netip.Prefix

// UnmarshalText reads "10.0.0.7, fd00::/8"; an address without a length is that address alone.
func (p *Prefixes) UnmarshalText(text []byte) error {
	*p = nil
	for _, word := range strings.Split(string(text), ",") {
		word = strings.TrimSpace(word)
		if addr, err := netip.ParseAddr(word); err == nil {
			*p = append(*p, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			return errors.New("a network is written as 10.0.0.0/8")
		}
		*p = append(*p, prefix)
	}
	return nil
}
