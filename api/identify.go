package api

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
)

// identify finds out who asks: by the bearer when there is an Authorization header, and then by nothing else, so that a
// page cannot lend a cookie to a request that came through the origin check as a machine's; by the cookie otherwise.
func (s *server) identify(c *gin.Context) {
	x := of(c.Request.Context())
	given := c.Request.Header["Authorization"]
	credential := strings.Join(given, "\n")
	if given == nil {
		credential = s.SignIns.Presented(c.Request)
	}
	if !s.mayLook(c, credential) {
		return
	}
	var err error
	if given != nil {
		x.who, err = s.bearer(c, given)
	} else {
		x.who, err = s.SignIns.Identify(c.Writer, c.Request)
		if fault.HasCode(err, fault.CodeSignInExpired) {
			// What asks for somebody will say that the sign-in ended, not that there was none.
			x.stale, err = fault.Of(err), nil
		}
	}
	s.looked(c.Request, credential, !x.who.Anonymous(), err)
	if err != nil {
		x.who = auth.Identity{}
		s.refuse(c, err)
	}
}

func (s *server) bearer(c *gin.Context, given []string) (auth.Identity, error) {
	scheme, token, ok := strings.Cut(given[0], " ")
	if len(given) != 1 || !ok || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return auth.Identity{}, fault.New(fault.CodeBadCredentials, "send one header Authorization: Bearer <token>")
	}
	return s.Services.Identify(c.Request.Context(), token, addressOf(c.Request))
}

// clientAddr is the address of the client in the form of http.Request.RemoteAddr: the nearest one that is not a
// trusted proxy. The port of a client behind a proxy is unknown.
func clientAddr(c *gin.Context) string {
	ip, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return c.Request.RemoteAddr
	}
	peer, err := netip.ParseAddrPort(c.Request.RemoteAddr)
	if err == nil && peer.Addr() == ip {
		return c.Request.RemoteAddr
	}
	return netip.AddrPortFrom(ip, 0).String()
}

// network is what an anonymous request is limited by: the /64 of IPv6, which one person commands whole, and the single
// address of IPv4, which a whole ministry may share.
func network(r *http.Request) netip.Prefix {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{} // a Unix socket: one peer
	}
	ip := peer.Addr().Unmap().WithZone("")
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// identifyAtGate finds out whose browser knocks, by the cookie alone: a machine's pass speaks for itself. A sign-in past
// its limits is still somebody's, who may come back to a call. When the database does not answer the gate is asked all
// the same, since calls that run go on: it knows what it held.
func (s *server) identifyAtGate(c *gin.Context) {
	x := of(c.Request.Context())
	credential := s.SignIns.Presented(c.Request)
	if !s.mayLook(c, credential) {
		return
	}
	who, err := s.SignIns.Knock(c.Request)
	s.looked(c.Request, credential, who.SignInID != "", err)
	if err != nil && !fault.Is(err, fault.Unavailable) {
		s.refuse(c, err)
		return
	}
	x.who = who
	c.Request = c.Request.WithContext(auth.NewContext(c.Request.Context(), who))
}
