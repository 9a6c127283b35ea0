package oidc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parvis/fault"
)

const attemptLifetime = 10 * time.Minute

// Login begins a sign-in: GET /auth/login?provider=&returnTo=. With several providers and none named it lets the person
// choose.
func (h *Handler) Login() http.Handler {
	return h.reads(func(w http.ResponseWriter, r *http.Request) {
		target, err := h.begin(w, r)
		if err != nil {
			h.answer(w, r, err)
			return
		}
		redirect(w, r, target)
	})
}

func (h *Handler) begin(w http.ResponseWriter, r *http.Request) (target string, err error) {
	q := r.URL.Query()
	name, returnTo := q.Get("provider"), ownReturnTo(q.Get("returnTo"))
	p := h.only()
	if name != "" {
		p = h.named(name)
	} else if p == nil && len(h.providers) > 1 {
		return choicePage + "?" + url.Values{"returnTo": {returnTo}}.Encode(), nil
	}
	if p == nil {
		return "", refuse("provider-unknown", http.StatusNotFound, fault.CodeNotFound, "there is no identity provider of this name")
	}
	d, err := p.discover(r.Context())
	if err != nil {
		return "", err
	}
	return h.attempt(w, r, p, d, returnTo)
}

// attempt binds a new state and nonce to the browser's pre-login cookie, which lives on over several attempts so that
// two tabs can sign in at once.
func (h *Handler) attempt(w http.ResponseWriter, r *http.Request, p *provider, d *discovered, returnTo string) (string, error) {
	browser := h.cookies.read(r, h.cookies.login)
	if browser == "" {
		browser = newToken()
	}
	state, now := newToken(), h.now()
	a := Attempt{
		StateHash: hashOf(state, browser), BrowserHash: hashOf(browser), Provider: p.Name, Nonce: newToken(),
		ReturnTo: returnTo, ExpiresAt: now.Add(attemptLifetime),
	}
	if p.PKCE {
		a.PKCEVerifier = oauth2.GenerateVerifier()
	}
	if err := h.Attempts.BeginAttempt(r.Context(), a, now); err != nil {
		return "", err
	}
	h.cookies.set(w, h.cookies.login, browser, attemptLifetime)
	return p.authorizationURL(d, a, state), nil
}

// authorizationURL carries the parameters that ProConnect documents and no other: an unlisted one is its error Y000400.
func (p *provider) authorizationURL(d *discovered, a Attempt, state string) string {
	options := []oauth2.AuthCodeOption{gooidc.Nonce(a.Nonce)}
	if c := p.claimsParameter(); c != "" {
		options = append(options, oauth2.SetAuthURLParam("claims", c))
	}
	if a.PKCEVerifier != "" {
		options = append(options, oauth2.S256ChallengeOption(a.PKCEVerifier))
	}
	return p.oauth(d).AuthCodeURL(state, options...)
}

// claimsParameter asks for a level of authentication (OpenID Connect Core §5.5.1.1), what is required when nothing else
// is said. Where a level only tells the assurance it is asked for without condition: many providers send no acr unasked.
func (p *provider) claimsParameter() string {
	values := p.ACRValues
	if len(values) == 0 {
		values = p.ACRRequired
	}
	switch {
	case len(values) > 0:
		return idTokenClaim(map[string]any{"essential": true, "values": values})
	case len(p.ACRMFA) > 0:
		return idTokenClaim(nil)
	default:
		return ""
	}
}

func idTokenClaim(acr any) string {
	text, err := json.Marshal(map[string]any{"id_token": map[string]any{"acr": acr}})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}
