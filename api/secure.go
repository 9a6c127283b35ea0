package api

import (
	"strings"

	"github.com/gin-gonic/gin"
)

// header is a header with one value, shared by all answers.
type header struct {
	name  string
	value []string
}

// securityHeaders is what every answer carries, so that a mistake in a page cannot reach far. A handler that needs another policy sets it itself.
func securityHeaders(base origin, providers []Provider) []header {
	headers := []header{
		{"Content-Security-Policy", []string{contentPolicy(base, providers)}},
		{"Permissions-Policy", []string{"camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"X-Frame-Options", []string{"DENY"}},
		{"Referrer-Policy", []string{"same-origin"}}, // not no-referrer: it makes browsers send "Origin: null"
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	}
	if base.scheme == "https" {
		headers = append(headers, header{"Strict-Transport-Security", []string{"max-age=31536000"}})
	}
	return headers
}

// framedByNone is what every page but that of a room says, and that of a room too unless a policy allows more.
const framedByNone = "frame-ancestors 'none'"

func contentPolicy(base origin, providers []Provider) string {
	forms := "form-action 'self'"
	for _, p := range providers {
		if p.Origin != "" {
			forms += " " + p.Origin
		}
	}
	return strings.Join([]string{ // what may show a page in a frame stands last: see framed
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"connect-src 'self' " + base.socket(),
		"img-src 'self' data: blob:",
		"media-src 'self' blob:",
		"worker-src 'self' blob:",
		"font-src 'self'",
		"manifest-src 'self'",
		forms,
		"base-uri 'none'",
		"object-src 'none'",
		framedByNone,
	}, "; ")
}

func (s *server) secure(c *gin.Context) {
	h := c.Writer.Header()
	for i := range s.headers {
		h[s.headers[i].name] = s.headers[i].value
	}
}

var neverStored = []string{"no-store"}

// noStore keeps answers of the API out of every cache.
func (s *server) noStore(c *gin.Context) { c.Writer.Header()["Cache-Control"] = neverStored }
