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

// Login begins a sign-in: GET /auth/login?provider=&returnTo=&elevate=. With several providers and none named it lets the
// person choose. elevate=1 has the provider ask anew, with a second factor where it can.
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
	name, returnTo, elevate := q.Get("provider"), ownReturnTo(q.Get("returnTo")), q.Get("elevate") == "1"
	p := h.only()
	if name != "" {
		p = h.named(name)
	} else if p == nil && len(h.providers) > 1 {
		choice := url.Values{"returnTo": {returnTo}}
		if elevate {
			choice.Set("elevate", "1")
		}
		return choicePage + "?" + choice.Encode(), nil
	}
	if p == nil {
		return "", refuse("provider-unknown", http.StatusNotFound, fault.CodeNotFound, "there is no identity provider of this name")
	}
	d, err := p.discover(r.Context())
	if err != nil {
		return "", err
	}
	return h.attempt(w, r, p, d, Attempt{ReturnTo: returnTo, Elevate: elevate})
}

// attempt binds a new state and nonce to the browser's pre-login cookie, which lives on over several attempts so that
// two tabs can sign in at once.
func (h *Handler) attempt(w http.ResponseWriter, r *http.Request, p *provider, d *discovered, a Attempt) (string, error) {
	browser := h.cookies.read(r, h.cookies.login)
	if browser == "" {
		browser = newToken()
	}
	state, now := newToken(), h.now()
	a.StateHash, a.BrowserHash, a.Provider, a.Nonce = hashOf(state, browser), hashOf(browser), p.Name, newToken()
	a.ExpiresAt = now.Add(attemptLifetime)
	if p.PKCE {
		a.PKCEVerifier = oauth2.GenerateVerifier()
	}
	if err := h.Attempts.BeginAttempt(r.Context(), a, now); err != nil {
		return "", err
	}
	h.cookies.set(w, h.cookies.login, browser, attemptLifetime)
	return p.authorizationURL(d, a, state), nil
}

// authorizationURL carries the parameters that ProConnect documents and no other: an unlisted one is its error Y000400, so
// that prompt=login is a setting.
func (p *provider) authorizationURL(d *discovered, a Attempt, state string) string {
	options := []oauth2.AuthCodeOption{gooidc.Nonce(a.Nonce)}
	if a.Elevate && p.PromptLogin {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	if c := p.claimsParameter(a.Elevate); c != "" {
		options = append(options, oauth2.SetAuthURLParam("claims", c))
	}
	if a.PKCEVerifier != "" {
		options = append(options, oauth2.S256ChallengeOption(a.PKCEVerifier))
	}
	return p.oauth(d).AuthCodeURL(state, options...)
}

// claimsParameter asks for a level of authentication (OpenID Connect Core §5.5.1.1), what is required when nothing else
// is said. Where a level only tells the assurance it is asked for without condition: many providers send no acr unasked.
// Who is to prove anew who they are is asked for a second factor.
func (p *provider) claimsParameter(elevate bool) string {
	values := p.ACRValues
	if elevate && len(p.ACRMFA) > 0 {
		values = p.ACRMFA
	}
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
