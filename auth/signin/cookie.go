package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

const (
	secretBytes = 32
	secretChars = 43 // of base64url without padding
)

// secret is what the cookie carries. It leaves this package in a Set-Cookie only; the store sees its hash.
type secret [secretBytes]byte

func newSecret() secret {
	var s secret
	rand.Read(s[:]) // never fails: crypto/rand ends the program instead
	return s
}

func (s secret) text() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

func (s secret) hash() []byte {
	sum := sha256.Sum256(s[:])
	return sum[:]
}

// parseSecret reads what text wrote, and nothing else: not a second spelling of the same bytes either.
func parseSecret(text string) (secret, bool) {
	var s secret
	if len(text) != secretChars {
		return s, false
	}
	n, err := base64.RawURLEncoding.Strict().Decode(s[:], []byte(text))
	return s, err == nil && n == secretBytes
}

// cookies knows the name and the attributes of the sign-in cookie. A browser sends the prefix __Host- back only to the
// host that set it, and accepts it over TLS alone; on http://localhost the name is plain.
type cookies struct {
	name   string
	secure bool
}

func cookiesFor(baseURL string) cookies {
	if strings.HasPrefix(strings.ToLower(baseURL), "https://") {
		return cookies{name: "__Host-parvis", secure: true}
	}
	return cookies{name: "parvis"}
}

// read finds the secret of a request. Several cookies of the name are a sign of meddling: none of them counts.
func (c cookies) read(r *http.Request) (secret, bool) {
	found := r.CookiesNamed(c.name)
	if len(found) != 1 {
		return secret{}, false
	}
	return parseSecret(found[0].Value)
}

func (c cookies) set(w http.ResponseWriter, s secret, lifetime time.Duration) {
	c.write(w, s.text(), max(int(lifetime/time.Second), 1))
}

func (c cookies) clear(w http.ResponseWriter) { c.write(w, "", -1) }

func (c cookies) write(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: c.name, Value: value, Path: "/", MaxAge: maxAge,
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
