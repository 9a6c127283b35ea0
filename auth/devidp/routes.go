package devidp

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// routes lists everything that the provider answers. What the library could do besides has no route.
func (p *Provider) routes(clients []Client) http.Handler {
	mux := http.NewServeMux()
	get, post := "GET ", "POST "

	mux.HandleFunc(get+pathDiscovery, cacheable(p.discovery))
	mux.HandleFunc(get+pathKeys, cacheable(p.op.ServeHTTP))
	mux.HandleFunc(get+pathAuthorize, p.authorize)
	mux.HandleFunc(post+pathAuthorize, p.authorize)
	mux.HandleFunc(get+pathCallback, p.callback)
	mux.HandleFunc(post+pathToken, p.token)
	mux.Handle(post+pathRevocation, p.op)
	mux.HandleFunc(get+pathUserinfo, p.userinfo)
	mux.HandleFunc(post+pathUserinfo, p.userinfo)
	mux.HandleFunc(get+pathEndSession, p.endSession)
	mux.HandleFunc(post+pathEndSession, p.endSession)

	// Forms of our own pages only: no other site may choose a person or sign somebody out.
	own := http.NewCrossOriginProtection()
	mux.HandleFunc(get+"/{$}", p.account)
	mux.HandleFunc(get+"/sign-in", p.signInPage)
	mux.Handle(post+"/sign-in", own.Handler(http.HandlerFunc(p.signIn)))
	mux.Handle(post+"/sign-out", own.Handler(http.HandlerFunc(p.signOut)))
	mux.HandleFunc(get+"/assets/", cacheable(http.FileServerFS(assets).ServeHTTP))

	return onThisMachine(guarded(mux, policy(clients)))
}

// token takes the two grants that are announced.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	switch oidc.GrantType(r.PostFormValue("grant_type")) {
	case oidc.GrantTypeCode, oidc.GrantTypeRefreshToken:
		p.op.ServeHTTP(w, r)
	default:
		op.RequestError(w, r, oidc.ErrUnsupportedGrantType(), nil)
	}
}

// onThisMachine answers this machine alone, whatever the listener is, and by loopback names only: that keeps out pages of the
// web that have their own name resolve to this machine.
func onThisMachine(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(hostname(r.Host)) || !near(r.RemoteAddr) {
			http.Error(w, "the development provider answers to this machine only, under the name localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// near tells this machine from another one, whatever name that says.
func near(peer string) bool {
	address, err := netip.ParseAddrPort(peer)
	return err == nil && address.Addr().Unmap().IsLoopback()
}

// policy lets pages load what is their own and send forms here and, because browsers hold the redirects that follow a
// form to form-action too, to the applications.
func policy(clients []Client) string {
	return strings.Join([]string{
		"default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
		strings.Join(append([]string{"form-action 'self'"}, origins(clients)...), " "),
	}, "; ")
}

func guarded(next http.Handler, policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		next.ServeHTTP(w, r)
	})
}

// cacheable is for what is everybody's, and short-lived so that new keys are seen.
func cacheable(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=60")
		next(w, r)
	}
}
