package oidc

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	callTimeout = 5 * time.Second
	maxAnswer   = 512 << 10 // discovery, keys, tokens; userinfo has its own, smaller bound
)

var (
	errRedirected = errors.New("the provider redirects where it should answer")
	errTooLarge   = errors.New("the provider's answer is too large")
)

// newClient is how providers are called: bounded in time and size, without redirects (a redirect could carry a token or
// a secret to another host), whatever the base allows.
func newClient(base *http.Client) *http.Client {
	c := http.Client{}
	if base != nil {
		c = *base
	}
	if c.Transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxResponseHeaderBytes = 64 << 10
		c.Transport = own
	}
	if c.Timeout <= 0 || c.Timeout > callTimeout {
		c.Timeout = callTimeout
	}
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return errRedirected }
	c.Transport = bounded{c.Transport}
	return &c
}

// bounded cuts bodies that are longer than any honest answer, decompressed ones too.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	}
	return resp, err
}

// CloseIdleConnections passes on what http.Client asks.
func (b bounded) CloseIdleConnections() {
	if c, ok := b.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		return n + b.left, errTooLarge
	}
	return n, err
}
