package oidc

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Paths that providers and browsers are sent to.
const (
	callbackPath  = "/auth/callback/"
	loggedOutPath = "/auth/logged-out"
	signedOutPage = "/signed-out"
	choicePage    = "/sign-in"
)

// Options is what a Handler needs. All but HTTPClient and Allow are needed.
type Options struct {
	BaseURL   string // the platform's own address, such as https://parvis.example, without a path
	Providers []ProviderConfig
	Allow     Rules
	Attempts  Attempts
	People    People
	SignIns   SignIns
	Now       func() time.Time
	Logger    *slog.Logger
	// Problem answers a machine with a problem document (package api owns them).
	Problem func(w http.ResponseWriter, r *http.Request, err error)
	// HTTPClient is the base for calls to providers; its time-out is at most five seconds, whatever it says.
	HTTPClient *http.Client
}

// Handler answers everything under /auth. It is safe for concurrent use.
type Handler struct {
	Options
	providers []*provider
	cookies   cookies
	pages     *pages
	client    *http.Client
}

// New makes a Handler. It calls no provider: discovery waits for the first sign-in. The error names every setting that
// is wrong.
func New(o Options) (*Handler, error) {
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	h := &Handler{Options: o, cookies: cookiesFor(o.BaseURL), client: newClient(o.HTTPClient)}
	var wrong []error
	for _, c := range o.Providers {
		if h.named(c.Name) != nil {
			wrong = append(wrong, fmt.Errorf("provider %q is named twice", c.Name))
			continue
		}
		if err := c.check(); err != nil {
			wrong = append(wrong, fmt.Errorf("provider %q: %w", c.Name, err))
		}
		h.providers = append(h.providers, newProvider(c, o.BaseURL+callbackPath+c.Name, h.client, o.Now, o.Logger))
	}
	for _, name := range o.Allow.unknown(func(name string) bool { return h.named(name) != nil }) {
		wrong = append(wrong, fmt.Errorf("a rule of who may sign in names the provider %q, which is not configured", name))
	}
	var err error
	if h.pages, err = loadPages(); err != nil {
		wrong = append(wrong, err)
	}
	return h, errors.Join(wrong...)
}

// Close lets go of connections to providers. Call it when no request runs any more.
func (h *Handler) Close() { h.client.CloseIdleConnections() }

func (h *Handler) named(name string) *provider {
	for _, p := range h.providers {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// only is the provider when there is one alone.
func (h *Handler) only() *provider {
	if len(h.providers) == 1 {
		return h.providers[0]
	}
	return nil
}

func (h *Handler) now() time.Time { return h.Now().UTC() }

// redirect sends a browser on; answers of this package are nobody's to keep.
func redirect(w http.ResponseWriter, r *http.Request, target string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, target, http.StatusFound)
}

// reads lets GET alone through: a HEAD of a prefetching mail scanner must not use a state up.
func (h *Handler) reads(next func(http.ResponseWriter, *http.Request)) http.Handler {
	return onlyMethod(http.MethodGet, next)
}

func onlyMethod(method string, next func(http.ResponseWriter, *http.Request)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			w.Header().Set("Allow", method)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	})
}
