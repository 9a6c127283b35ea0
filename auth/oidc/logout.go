package oidc

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"parvis/fault"
)

const logoutLifetime = 10 * time.Minute

// Logout signs this browser out: POST /auth/logout, answered with {"redirectTo": …}. The sign-in here ends first; then
// the client goes where the provider ends its own (OpenID Connect RP-Initiated Logout 1.0), or to our page when there
// is nothing to end or the provider does not answer.
func (h *Handler) Logout() http.Handler {
	return onlyMethod(http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		name, idToken, err := h.SignIns.SignOut(r.Context(), w, r)
		if err != nil {
			h.Problem(w, r, err)
			return
		}
		target := signedOutPage
		if end := h.endSession(r.Context(), name, idToken); end != nil {
			state := newToken()
			h.cookies.set(w, h.cookies.logout, state, logoutLifetime)
			target = h.endSessionURL(end, idToken, state)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"redirectTo": target}) // the browser is out, whether it hears so or not
	})
}

// endSession is where the provider ends its session; nil when it cannot be told.
func (h *Handler) endSession(ctx context.Context, name, idToken string) *url.URL {
	p := h.named(name)
	if p == nil || idToken == "" {
		return nil
	}
	d, err := p.discover(ctx)
	if err != nil || d.endSession == "" {
		return nil
	}
	u, err := url.Parse(d.endSession)
	if err != nil {
		return nil
	}
	return u
}

// endSessionURL carries the three parameters that ProConnect requires. The ID token has expired by then: as a hint it
// may.
func (h *Handler) endSessionURL(end *url.URL, idToken, state string) string {
	q := end.Query()
	q.Set("id_token_hint", idToken)
	q.Set("state", state)
	q.Set("post_logout_redirect_uri", h.BaseURL+loggedOutPath)
	end.RawQuery = q.Encode()
	return end.String()
}

// LoggedOut is where the provider sends a browser after its sign-out: GET /auth/logged-out?state=.
func (h *Handler) LoggedOut() http.Handler {
	return h.reads(func(w http.ResponseWriter, r *http.Request) {
		cookie, state := h.cookies.read(r, h.cookies.logout), r.URL.Query().Get("state")
		if cookie == "" || !equal([]byte(cookie), []byte(state)) {
			h.answer(w, r, refuse("signed-out-unknown", http.StatusBadRequest, fault.CodeInvalid, "this is no answer to a sign-out of this browser"))
			return
		}
		h.cookies.set(w, h.cookies.logout, "", 0)
		redirect(w, r, signedOutPage)
	})
}
