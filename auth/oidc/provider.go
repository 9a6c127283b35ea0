package oidc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"parvis/fault"
)

const (
	discoveryFresh = time.Hour
	retryFirst     = time.Second
	retryMost      = 30 * time.Second
	// lateness is how far behind our clock we read tokens: an ID token of ProConnect lives 60 s, and go-oidc has no
	// leeway for exp. Its leeway of 5 min for nbf shrinks to 4.
	lateness = 60 * time.Second
)

// provider is one OpenID provider. Its discovery document is fetched at the first need and kept; when it cannot be
// renewed the last one serves on.
type provider struct {
	ProviderConfig
	redirectURI string
	client      *http.Client
	clock       func() time.Time
	logger      *slog.Logger
	flight      singleflight.Group

	mu      sync.Mutex // guards what follows
	known   *discovered
	fetched time.Time
	again   time.Time // not before this, after a failure
	pause   time.Duration
	failure error
}

// discovered is what a provider says of itself, with its keys.
type discovered struct {
	authorize, token, userinfo, jwks, endSession string
	saysIss                                      bool // it puts iss into authorization responses (RFC 9207)
	keys                                         *keys
}

func newProvider(c ProviderConfig, redirectURI string, client *http.Client, now func() time.Time, logger *slog.Logger) *provider {
	return &provider{ProviderConfig: c, redirectURI: redirectURI, client: client, clock: now, logger: logger}
}

// lateNow is the clock by which expiry is judged.
func (p *provider) lateNow() time.Time { return p.clock().Add(-lateness) }

// discover answers the discovery document, fetched when there is none or it is old. fault provider-unavailable when it
// cannot be had and never was.
func (p *provider) discover(ctx context.Context) (*discovered, error) {
	if d, err, settled := p.remembered(); settled {
		return d, err
	}
	// One fetch serves all who wait, so it must not end with the browser of the first.
	answer := p.flight.DoChan("", func() (any, error) { return p.renew(context.WithoutCancel(ctx)) })
	select {
	case <-ctx.Done():
		return nil, p.unavailable(ctx.Err(), retryFirst)
	case got := <-answer:
		d, _ := got.Val.(*discovered)
		return d, got.Err
	}
}

// remembered answers without a fetch when the document is fresh, or when the last fetch failed a moment ago.
func (p *provider) remembered() (d *discovered, err error, settled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	wait := p.again.Sub(now)
	switch {
	case p.known != nil && (now.Sub(p.fetched) < discoveryFresh || wait > 0):
		return p.known, nil, true
	case wait > 0:
		return nil, p.unavailable(p.failure, wait), true
	default:
		return nil, nil, false
	}
}

func (p *provider) renew(ctx context.Context) (*discovered, error) {
	if d, err, settled := p.remembered(); settled { // somebody was faster
		return d, err
	}
	d, err := p.fetch(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		if p.known != nil && p.known.jwks == d.jwks {
			d.keys = p.known.keys
		}
		p.known, p.fetched, p.again, p.pause = d, p.clock(), time.Time{}, 0
		return d, nil
	}
	p.pause = min(max(p.pause*2, retryFirst), retryMost)
	p.failure, p.again = err, p.clock().Add(p.pause)
	p.logger.WarnContext(ctx, "discovery failed", "provider", p.Name, "lastKnownGood", p.known != nil, "error", brief(err))
	if p.known != nil {
		return p.known, nil
	}
	return nil, p.unavailable(err, p.pause)
}

func (p *provider) unavailable(cause error, wait time.Duration) error {
	return fault.New(fault.CodeProviderUnavailable, "the identity provider does not answer").
		After(max(wait.Round(time.Second), time.Second)).Because(cause)
}

func (p *provider) fetch(ctx context.Context) (*discovered, error) {
	found, err := gooidc.NewProvider(gooidc.ClientContext(ctx, p.client), p.Issuer) // compares the issuer, exactly
	if err != nil {
		return nil, fmt.Errorf("discover %s: %w", p.Issuer, err)
	}
	var more struct {
		JWKS       string `json:"jwks_uri"`
		EndSession string `json:"end_session_endpoint"`
		SaysIss    bool   `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("discover %s: %w", p.Issuer, err)
	}
	d := &discovered{
		authorize: found.Endpoint().AuthURL, token: found.Endpoint().TokenURL, userinfo: found.UserInfoEndpoint(),
		jwks: more.JWKS, endSession: more.EndSession, saysIss: more.SaysIss,
	}
	if err := p.checkEndpoints(d); err != nil {
		return nil, fmt.Errorf("discover %s: %w", p.Issuer, err)
	}
	d.keys = newKeys(d.jwks, p.client, p.clock)
	return d, nil
}

// checkEndpoints refuses a document that would send secrets or people over a weaker way than the issuer's own.
func (p *provider) checkEndpoints(d *discovered) error {
	issuer, err := url.Parse(p.Issuer)
	if err != nil {
		return err
	}
	var wrong []error
	check := func(name, endpoint string, needed bool) {
		u, err := url.Parse(endpoint)
		switch {
		case endpoint == "" && !needed:
		case err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != issuer.Scheme):
			wrong = append(wrong, fmt.Errorf("%s is not a URL to trust", name))
		case u.Scheme == "http" && !loopback(u.Hostname()):
			wrong = append(wrong, fmt.Errorf("%s is not https", name))
		}
	}
	check("authorization_endpoint", d.authorize, true)
	check("token_endpoint", d.token, true)
	check("jwks_uri", d.jwks, true)
	check("userinfo_endpoint", d.userinfo, p.Userinfo != UserinfoNone)
	check("end_session_endpoint", d.endSession, false)
	return errors.Join(wrong...)
}

// oauth is the provider as x/oauth2 sees it. The way of client authentication is set: guessing it would spend the code.
func (p *provider) oauth(d *discovered) *oauth2.Config {
	style := oauth2.AuthStyleInParams
	if p.ClientAuth == "basic" {
		style = oauth2.AuthStyleInHeader
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: p.redirectURI, Scopes: p.scopes(),
		Endpoint: oauth2.Endpoint{AuthURL: d.authorize, TokenURL: d.token, AuthStyle: style},
	}
}

func (p *provider) scopes() []string {
	scopes := []string{gooidc.ScopeOpenID}
	for _, s := range p.Scopes {
		if s != gooidc.ScopeOpenID && s != "" {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

// brief bounds an error for the log: some libraries quote whole answers.
func brief(err error) string {
	text := err.Error()
	if len(text) > 300 {
		text = text[:300] + "…"
	}
	return text
}
