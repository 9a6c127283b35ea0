package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"parvis/fault"
)

const (
	maxLogoutForm = 16 << 10
	logoutTyp     = "logout+jwt"
	// A logout token is used at once; an older one is a replay whose jti may be forgotten.
	logoutAge  = 5 * time.Minute
	logoutSkew = time.Minute
)

// BackChannelLogout hears from a provider that it ended a session: POST /auth/backchannel-logout with a form
// (OpenID Connect Back-Channel Logout 1.0 §2.5). 200 also when there is nothing to end or the token came before, 400
// for a token that does not hold, 503 when the provider should try again.
func (h *Handler) BackChannelLogout() http.Handler {
	return onlyMethod(http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		err := h.heard(w, r)
		if err == nil {
			w.WriteHeader(http.StatusOK)
			return
		}
		f := fault.Of(err)
		h.log(w, r, slog.LevelWarn, "back-channel-logout", f)
		if f.Kind == fault.Unavailable || f.Kind == fault.Internal {
			h.Problem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": f.Detail}) // §2.8
	})
}

func badLogout(detail string, err error) error {
	return fault.New(fault.CodeInvalid, detail).Because(err)
}

func (h *Handler) heard(w http.ResponseWriter, r *http.Request) error {
	raw, err := logoutTokenOf(w, r)
	if err != nil {
		return err
	}
	p := h.addressed(raw)
	if p == nil {
		return badLogout("the logout token is of no provider that is known here", nil)
	}
	d, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	token, err := p.verifyLogoutToken(r.Context(), d, raw)
	if err != nil {
		return err
	}
	return h.endFor(r.Context(), p, token)
}

func logoutTokenOf(w http.ResponseWriter, r *http.Request) (string, error) {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/x-www-form-urlencoded" {
		return "", badLogout("send a form, application/x-www-form-urlencoded", err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxLogoutForm)
	if err := r.ParseForm(); err != nil {
		return "", badLogout("the form is malformed or too large", nil)
	}
	values := r.PostForm["logout_token"]
	if len(values) != 1 || len(values[0]) == 0 || len(values[0]) > maxToken {
		return "", badLogout("send one logout_token of at most 8 KiB", nil)
	}
	return values[0], nil
}

// addressed finds the provider that a token claims to come from, unverified: it only chooses whose keys judge it, and
// a stranger's token makes us call nobody.
func (h *Handler) addressed(raw string) *provider {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	var said struct {
		Issuer   string `json:"iss"`
		Audience list   `json:"aud"`
	}
	if json.Unmarshal(payload, &said) != nil {
		return nil
	}
	i := slices.IndexFunc(h.providers, func(p *provider) bool {
		return p.Issuer == said.Issuer && slices.Contains(said.Audience, p.ClientID)
	})
	if i < 0 {
		return nil
	}
	return h.providers[i]
}

// verifyLogoutToken adds what go-oidc leaves out: the type, which keeps an ID token from being played as a logout token
// (ASVS 10.5.5), and the age.
func (p *provider) verifyLogoutToken(ctx context.Context, d *discovered, raw string) (*gooidc.LogoutToken, error) {
	const detail = "the logout token does not pass verification"
	typ, err := typOf(raw, p.Alg, maxToken)
	if err != nil {
		return nil, badLogout(detail, err)
	}
	if !strings.EqualFold(strings.TrimPrefix(strings.ToLower(typ), "application/"), logoutTyp) {
		return nil, badLogout("the type of the token is not logout+jwt", nil)
	}
	use := keyUse{keys: d.keys}
	token, err := p.verifier(&use).VerifyLogout(ctx, raw)
	switch {
	case err != nil && use.unreachable:
		return nil, p.unavailable(err, keysAfterFault)
	case err != nil:
		return nil, badLogout(detail, err)
	case len(token.Audience) != 1:
		return nil, badLogout(detail, errors.New("it has several audiences"))
	}
	if age := p.clock().Sub(token.IssuedAt); age > logoutAge || age < -logoutSkew {
		return nil, badLogout("the logout token is too old, or from the future", fmt.Errorf("age %s", age))
	}
	return token, nil
}

// endFor ends what the token names, once: the same token again changes nothing, so that a sign-in made since then stays.
// The token is spent only after the end: ended twice is no harm, whereas a logout that failed must find its token good
// when the provider asks again.
func (h *Handler) endFor(ctx context.Context, p *provider, token *gooidc.LogoutToken) error {
	now := h.now()
	// Remembered for as long as its age and its expiry would let it through again.
	until := now.Add(logoutAge + lateness)
	if expiry := token.Expiry.Add(lateness); expiry.After(until) {
		until = expiry
	}
	used, err := h.Attempts.LogoutTokenUsed(ctx, p.Issuer, token.TokenID, now)
	if err != nil || used {
		return err
	}
	ctx = context.WithoutCancel(ctx) // a provider that hangs up must not leave its people signed in
	if err := h.SignIns.EndByProvider(ctx, p.Issuer, token.SessionID, token.Subject); err != nil {
		return err
	}
	return h.Attempts.UseLogoutToken(ctx, p.Issuer, token.TokenID, now, until)
}
