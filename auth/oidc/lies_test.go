package oidc_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"parvis/auth/oidc"
)

func TestATokenThatLiesSignsNobodyIn(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, value any) func(*issuer) {
		return func(i *issuer) { i.idToken = func(c map[string]any) { c[name] = value } }
	}
	sign := func(f func(map[string]any) string) func(*issuer) { return func(i *issuer) { i.sign = f } }
	info := func(name string, value any) func(*issuer) {
		return func(i *issuer) { i.info = func(c map[string]any) { c[name] = value } }
	}
	userinfo := func(mediaType, body string) func(*issuer) {
		return func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, signed string) {
				w.Header().Set("Content-Type", mediaType)
				_, _ = w.Write([]byte(strings.ReplaceAll(body, "SIGNED", signed)))
			}
		}
	}
	long := time.Date(2026, 11, 3, 8, 58, 59, 0, time.UTC).Unix()
	cases := []struct {
		name string
		lie  func(*issuer)
	}{
		{"a wrong nonce", claim("nonce", strings.Repeat("A", 43))},
		{"no nonce", claim("nonce", "")},
		{"another audience", claim("aud", "another")},
		{"several audiences", claim("aud", []string{clientID, "another"})},
		{"another authorized party", claim("azp", "another")},
		{"another issuer", claim("iss", "https://evil.example")},
		{"an expired token", claim("exp", long)},
		{"a token that is not valid yet", claim("nbf", time.Date(2026, 11, 3, 9, 5, 0, 0, time.UTC).Unix())},
		{"no subject", claim("sub", "")},
		{"a subject with a new line", claim("sub", "ada\nbea")},
		{"a very long subject", claim("sub", strings.Repeat("a", 256))},
		{"a wrong at_hash", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		{"alg none", sign(unsigned)},
		{"HS256 with the public key", sign(signedWithPublicKey)},
		{"HS256 with the client secret", sign(func(c map[string]any) string {
			return signedBy([]byte(clientSecret+clientSecret), jose.HS256, "k1", "JWT", c)
		})},
		{"another algorithm of the same key", sign(func(c map[string]any) string { return signedBy(issuerKey(), jose.PS256, "k1", "JWT", c) })},
		{"a stranger's key", sign(func(c map[string]any) string { return signedBy(other, jose.RS256, "k1", "JWT", c) })},
		{"a stranger's key with an unknown name", sign(func(c map[string]any) string { return signedBy(other, jose.RS256, "k2", "JWT", c) })},
		{"a logout token as ID token", sign(func(c map[string]any) string { return signed(c, "logout+jwt") })},
		{"an access token as ID token", sign(func(c map[string]any) string { return signed(c, "at+jwt") })},
		{"a token of more than 8 KiB", sign(func(c map[string]any) string {
			return signed(with(c, map[string]any{"pad": strings.Repeat("x", 8<<10)}), "JWT")
		})},
		{"no token", sign(func(map[string]any) string { return "" })},
		{"a token of dots", sign(func(map[string]any) string { return strings.Repeat(".", 4000) })},
		{"userinfo with another subject", info("sub", "bea")},
		{"userinfo without subject", info("sub", "")},
		{"userinfo of another issuer", info("iss", "https://evil.example")},
		{"userinfo for another client", info("aud", "another")},
		{"userinfo that has expired", info("exp", long)},
		{"userinfo as JSON where JWT is configured", userinfo("application/json", `{"sub":"ada"}`)},
		{"userinfo as JSON that says it is a JWT", userinfo("application/jwt", `{"sub":"ada"}`)},
		{"userinfo as a JWT that says it is JSON", userinfo("application/json", "SIGNED")},
		{"userinfo without a type", userinfo("", "SIGNED")},
		{"userinfo with alg none", userinfo("application/jwt", unsigned(map[string]any{"sub": "ada"}))},
		{"userinfo with HS256 and the public key", userinfo("application/jwt", signedWithPublicKey(map[string]any{"sub": "ada"}))},
		{"userinfo of a stranger's key", userinfo("application/jwt", signedBy(other, jose.RS256, "k1", "", map[string]any{"sub": "ada"}))},
		{"a logout token as userinfo", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Content-Type", "application/jwt")
				_, _ = w.Write([]byte(signed(map[string]any{"sub": "ada"}, "logout+jwt")))
			}
		}},
		{"userinfo of 50 MB", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Content-Type", "application/jwt")
				for range 50 {
					if _, err := w.Write(bytes.Repeat([]byte("A"), 1<<20)); err != nil {
						return
					}
				}
			}
		}},
		{"userinfo that redirects", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Location", "https://evil.example/")
				w.WriteHeader(http.StatusFound)
			}
		}},
		{"userinfo that refuses", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusForbidden) }
		}},
		{"a token endpoint that redirects", func(i *issuer) {
			i.tokens = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://evil.example/", http.StatusTemporaryRedirect)
			}
		}},
		{"a token endpoint that answers without end", func(i *issuer) {
			i.tokens = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(bytes.Repeat([]byte(" "), 4<<20))
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t)
			c.lie(i)
			h := newHouse(t, i.with())
			b := h.browser(t)
			b.visit(t, i, "/").shows(t, http.StatusForbidden, unverified)
			h.unchanged(t)
			if !b.me(t).Anonymous() {
				t.Error("somebody is signed in")
			}
			if log := h.log.String(); strings.Contains(log, "eyJ") || strings.Contains(log, "example.org") || strings.Contains(log, "Martin") {
				t.Errorf("the log tells too much: %s", log)
			}
		})
	}
}

func TestAProviderThatFallsSilentIsSaidSo(t *testing.T) {
	cases := []struct {
		name string
		fail func(*issuer)
	}{
		{"the token endpoint is down", func(i *issuer) {
			i.tokens = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		}},
		{"the token endpoint is slow", func(i *issuer) {
			i.tokens = func(_ http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				<-r.Context().Done()
			}
		}},
		{"userinfo is down", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusServiceUnavailable) }
		}},
		{"userinfo begins and does not end", func(i *issuer) {
			i.userinfo = func(w http.ResponseWriter, _ string) {
				w.Header().Set("Content-Type", "application/jwt")
				w.Header().Set("Content-Length", "1000")
				_, _ = w.Write([]byte("eyJ"))
			}
		}},
		{"the keys cannot be had", func(i *issuer) {
			i.discovery = func(d map[string]any) { d["jwks_uri"] = i.URL + "/gone/" }
			i.tokens = nil
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t)
			c.fail(i)
			h := newHouse(t, i.with(), func(o *oidc.Options) {
				if c.name == "the token endpoint is slow" {
					o.HTTPClient.Timeout = 2 * time.Second // bounds the answers before that one too
				}
			})
			if c.name == "the keys cannot be had" {
				i.sign = func(claims map[string]any) string {
					i.unhealthy.Store(true)
					return signed(claims, "JWT")
				}
			}
			got := h.browser(t).visit(t, i, "/")
			got.shows(t, http.StatusServiceUnavailable, silent)
			if got.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			h.unchanged(t)
			if n := i.exchanged.Load(); n != 1 {
				t.Errorf("the code was sent %d times", n)
			}
		})
	}
}
