package devidp_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/oauth2"

	"parvis/auth/devidp"
)

func TestUserinfoIsSigned(t *testing.T) {
	for _, alg := range []string{devidp.RS256, devidp.ES256} {
		t.Run(alg, func(t *testing.T) {
			w := newWorld(t, func(o *devidp.Options) { o.UserinfoAlg = alg })
			token := w.browser().signIn("jeanne")
			status, contentType, body := w.userinfo(token.AccessToken)
			if status != http.StatusOK || contentType != "application/jwt" {
				t.Fatalf("got %d %s", status, contentType)
			}
			keys := oidc.NewRemoteKeySet(w.context(), w.issuer+"/jwks")
			verifier := oidc.NewVerifier(w.issuer, keys, &oidc.Config{
				ClientID: "parvis", Now: w.clock.Now, SupportedSigningAlgs: []string{alg},
			})
			signed, err := verifier.Verify(w.context(), body)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := signed.Claims(&got); err != nil {
				t.Fatal(err)
			}
			id, _ := w.idToken(token)
			want := map[string]any{
				"sub": id.Subject, "iss": w.issuer, "aud": "parvis",
				"iat": seconds(w.clock.Now()), "exp": seconds(w.clock.Now().Add(time.Minute)),
				"given_name": "Jeanne", "usual_name": "Morel", "email": "jeanne.morel@interieur.example",
				"siret": "11001401600015", "idp_id": "71144ab3-ee1a-4401-b7b3-79b44f7daeeb",
				"organization_label": "Ministère de l’Intérieur", "roles": []any{"agent_public", "agent_public_etat"},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestUserinfoIsJSONForAClientThatIsSetSo(t *testing.T) {
	w := newWorld(t, func(o *devidp.Options) { o.Clients[0].UserinfoAlg = devidp.Unsigned })
	w.app.Scopes = []string{"openid", "organizational_unit", "uid"}
	_, contentType, body := w.userinfo(w.browser().signIn("paul").AccessToken)
	if contentType != "application/json" {
		t.Errorf("got %s", contentType)
	}
	want := map[string]any{
		"sub": "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c04", "uid": "pgirard", "organizational_unit": "Département infrastructures",
		"idp_id": "4b0f7f2e-6a3c-4c0b-9d5e-2f6f0f3b8a27", "organization_label": "Direction interministérielle du numérique",
	}
	if diff := cmp.Diff(want, decode(t, body)); diff != "" {
		t.Errorf("a scope not granted is a claim not told. -want +got:\n%s", diff)
	}
}

func TestUserinfoRefusesWhatIsNoLiveToken(t *testing.T) {
	w := newWorld(t)
	token := w.browser().signIn("jeanne").AccessToken
	w.clock.pass(61 * time.Second)
	for name, token := range map[string]string{"none": "", "made up": "token", "expired": token} {
		if status, _, _ := w.userinfo(token); status != http.StatusUnauthorized {
			t.Errorf("%s: got %d", name, status)
		}
	}
}

func TestES256SignsIDTokensWhenAsked(t *testing.T) {
	w := newWorld(t, func(o *devidp.Options) { o.Alg = devidp.ES256 })
	token := w.browser().signIn("jeanne")
	raw, _ := token.Extra("id_token").(string)
	pinned := w.oidc.Verifier(&oidc.Config{ClientID: "parvis", Now: w.clock.Now, SupportedSigningAlgs: []string{oidc.ES256}})
	if _, err := pinned.Verify(w.context(), raw); err != nil {
		t.Error(err)
	}
}

func TestAnIDTokenIsOverAfterAMinute(t *testing.T) {
	w := newWorld(t)
	raw, _ := w.browser().signIn("jeanne").Extra("id_token").(string)
	w.clock.pass(61 * time.Second)
	var expired *oidc.TokenExpiredError
	if _, err := w.oidc.Verifier(&oidc.Config{ClientID: "parvis", Now: w.clock.Now}).Verify(w.context(), raw); !errors.As(err, &expired) {
		t.Errorf("got %v", err)
	}
}

func TestARefreshTokenIsGoodOnceForTwoHours(t *testing.T) {
	w := newWorld(t)
	w.app.Scopes = append(w.app.Scopes, "offline_access")
	b := w.browser()
	first := b.signIn("jeanne")
	_, before := w.idToken(first)

	w.clock.pass(time.Hour)
	second, err := w.refresh(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken {
		t.Error("nothing rotated")
	}
	_, after := w.idToken(second)
	changes := cmpopts.IgnoreMapEntries(func(name string, _ any) bool {
		return strings.HasSuffix(name, "_hash") || name == "iat" || name == "exp" || name == "nonce"
	})
	if diff := cmp.Diff(before, after, changes); diff != "" {
		t.Errorf("the ID token changed. -before +after:\n%s", diff)
	}
	if status, _, _ := w.userinfo(second.AccessToken); status != http.StatusOK {
		t.Errorf("userinfo: %d", status)
	}
	if _, err := w.refresh(first.RefreshToken); err == nil {
		t.Error("a used refresh token was taken")
	}
	w.clock.pass(2*time.Hour + time.Second)
	if _, err := w.refresh(second.RefreshToken); err == nil {
		t.Error("an expired refresh token was taken")
	}
}

func TestNoRefreshTokenForThoseWhoDoNotAsk(t *testing.T) {
	if got := newWorld(t).browser().signIn("jeanne").RefreshToken; got != "" {
		t.Errorf("got %q", got)
	}
}

func TestARevokedRefreshTokenTakesTheAccessTokenWithIt(t *testing.T) {
	w := newWorld(t)
	w.app.Scopes = append(w.app.Scopes, "offline_access")
	token := w.browser().signIn("jeanne")
	revoke := func(value string) {
		t.Helper()
		got := w.browser().post("/token/revocation", url.Values{
			"token": {value}, "client_id": {"parvis"}, "client_secret": {w.app.ClientSecret},
		})
		if got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	revoke("unknown")
	if status, _, _ := w.userinfo(token.AccessToken); status != http.StatusOK {
		t.Fatalf("userinfo: %d", status)
	}
	revoke(token.RefreshToken)
	if status, _, _ := w.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo: %d", status)
	}
	if _, err := w.refresh(token.RefreshToken); err == nil {
		t.Error("a revoked refresh token was taken")
	}
}

func (w *world) refresh(token string) (*oauth2.Token, error) {
	return w.app.TokenSource(w.context(), &oauth2.Token{RefreshToken: token}).Token()
}
