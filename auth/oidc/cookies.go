package oidc

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

const tokenChars = 43 // 32 bytes in base64url without padding

// newToken is 256 random bits, for states, nonces and the cookies that bind them to a browser.
func newToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func wellFormed(token string) bool {
	if len(token) != tokenChars {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(token)
	return err == nil
}

func hashOf(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, ".")))
	return sum[:]
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// cookies of this package live for minutes and prove nothing but that the same browser came back.
type cookies struct {
	login, logout string
	secure        bool
}

func cookiesFor(baseURL string) cookies {
	if strings.HasPrefix(strings.ToLower(baseURL), "https://") {
		return cookies{login: "__Host-parvis-login", logout: "__Host-parvis-logout", secure: true}
	}
	return cookies{login: "parvis-login", logout: "parvis-logout"}
}

// read answers a well-formed value that came exactly once, else nothing.
func (c cookies) read(r *http.Request, name string) string {
	found := r.CookiesNamed(name)
	if len(found) != 1 || !wellFormed(found[0].Value) {
		return ""
	}
	return found[0].Value
}

// set keeps a value for a lifetime; none at all clears it.
func (c cookies) set(w http.ResponseWriter, name, value string, lifetime time.Duration) {
	age := int(lifetime / time.Second)
	if age <= 0 {
		value, age = "", -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
