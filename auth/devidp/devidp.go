// Package devidp is the development OpenID provider: it behaves towards Parvis as ProConnect does, on one machine, with
// people who do not exist and no password.
//
// It owns those people, their sessions and tokens (all in memory; the signing keys may outlive it in a file), the page
// where one chooses who to be, and the logout tokens it sends when a session ends. It refuses to listen to anybody but
// this machine: New takes loopback addresses only, and the handler answers loopback host names only. Only demo and
// tests may import it; what a sign-in means to Parvis is the business of auth/oidc.
package devidp

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// The lifetimes of ProConnect, so that what works here works there.
const (
	requestLifetime      = 10 * time.Minute
	codeLifetime         = 30 * time.Second
	accessTokenLifetime  = time.Minute
	idTokenLifetime      = time.Minute
	refreshTokenLifetime = 2 * time.Hour
	sessionLifetime      = 12 * time.Hour
)

// The places of the provider below its issuer.
const (
	pathAuthorize  = "/authorize"
	pathCallback   = "/authorize/callback" // op appends /callback to its authorization endpoint
	pathToken      = "/token"
	pathRevocation = "/token/revocation"
	pathUserinfo   = "/userinfo"
	pathEndSession = "/session/end"
	pathKeys       = "/jwks"
	pathDiscovery  = "/.well-known/openid-configuration"
)

// Provider is one development provider. Its methods may be called at the same time from several goroutines.
type Provider struct {
	issuer   string
	now      func() time.Time
	log      *slog.Logger
	op       *op.Provider
	memory   *memory
	keys     *keyring
	notifier *notifier
	handler  http.Handler
}

// New makes a provider. It refuses an issuer that is not a bare loopback origin, a client without id, secret or redirect
// URI, a back-channel address beyond this machine, and a key file that it can neither read nor write.
func New(options Options) (*Provider, error) {
	options = options.withDefaults()
	if err := options.check(); err != nil {
		return nil, fmt.Errorf("development provider: %w", err)
	}
	keys, err := openKeyring(options.KeyFile, options.Alg)
	if err != nil {
		return nil, fmt.Errorf("development provider: %w", err)
	}
	p := &Provider{
		issuer: options.Issuer,
		now:    options.Now,
		log:    options.Logger,
		keys:   keys,
		memory: newMemory(options, keys),
	}
	p.notifier = newNotifier(options, keys)
	if p.op, err = newOpenIDProvider(options.Issuer, p.memory); err != nil {
		return nil, fmt.Errorf("development provider: %w", err)
	}
	p.handler = p.routes(options.Clients)
	return p, nil
}

// Handler serves the whole provider; mount it at the root of the issuer.
func (p *Provider) Handler() http.Handler { return p.handler }

// Close waits for the logout tokens that are under way (five seconds at most) and lets no new ones go.
func (p *Provider) Close() { p.notifier.close() }

func newOpenIDProvider(issuer string, storage op.Storage) (*op.Provider, error) {
	config := &op.Config{
		CodeMethodS256:                    true,
		AuthMethodPost:                    true,
		GrantTypeRefreshToken:             true,
		SupportedScopes:                   supportedScopes(),
		SupportedClaims:                   supportedClaims(),
		SupportedUILocales:                []language.Tag{language.French, language.English},
		BackChannelLogoutSupported:        true,
		BackChannelLogoutSessionSupported: true,
	}
	// Codes and access tokens are sealed with this key. They live for a minute, so a key of this run is enough.
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return op.NewProvider(config, storage, op.StaticIssuer(issuer),
		op.WithAllowInsecure(),
		op.WithCORSOptions(nil), // its default lets any origin read with credentials
		op.WithCustomEndpoints(
			op.NewEndpoint(pathAuthorize), op.NewEndpoint(pathToken), op.NewEndpoint(pathUserinfo),
			op.NewEndpoint(pathRevocation), op.NewEndpoint(pathEndSession), op.NewEndpoint(pathKeys),
		),
	)
}
