package api

import (
	"net"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/fault"
)

// guardHost serves no other Host than ours: a page of another name must not be able to speak for us, nor a link in an
// answer lead elsewhere.
func (s *server) guardHost(c *gin.Context) {
	if anyHost(c.FullPath()) || sameHost(c.Request.Host, s.base) {
		return
	}
	s.refuse(c, fault.New(fault.CodeWrongHost, "this Host is not served here"))
}

// anyHost names what probes and the SFU reach by addresses of their own; none of it reads a cookie.
func anyHost(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/webhooks/livekit"
}

// sameHost compares without regard to case and to a port that the scheme implies (RFC 9110 §4.2.3).
func sameHost(host string, with origin) bool {
	if host == with.host {
		return true
	}
	return strings.EqualFold(withoutPort(host, with.scheme), withoutPort(with.host, with.scheme))
}

func withoutPort(host, scheme string) string {
	name, port, err := net.SplitHostPort(host)
	if err == nil && ((scheme == "https" && port == "443") || (scheme == "http" && port == "80")) {
		return name
	}
	return host
}

// guardOrigin refuses what a page of another site makes a browser send with our cookie: SameSite alone does not, for a host beside ours is of the same site. An operation
// that is asked for with a bearer reads no cookie, so that no page can borrow anything by it.
func (s *server) guardOrigin(c *gin.Context) {
	if c.Request.Header["Authorization"] != nil && (strings.HasPrefix(c.FullPath(), basePath+"/") || isSCIM(c.FullPath())) {
		return
	}
	if err := s.origin.Check(c.Request); err != nil {
		s.refuse(c, fault.New(fault.CodeCrossSite, "a page of another site may not send this request"))
	}
}

// wrongMethod answers a method that a path does not have; Gin has set Allow.
func (s *server) wrongMethod(c *gin.Context) {
	s.refuse(c, fault.New(fault.CodeMethodNotAllowed, "this path has other methods: see Allow"))
}

// others is everything without a route: the client's own pages, or nothing.
func (s *server) others(c *gin.Context) {
	path := c.Request.URL.Path
	for _, ours := range []string{"/api", "/auth", "/oauth", "/.well-known", "/livekit", "/webhooks", "/problems", "/scim"} {
		if path == ours || strings.HasPrefix(path, ours+"/") {
			s.refuse(c, fault.New(fault.CodeNotFound, "there is nothing at this address"))
			return
		}
	}
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		c.Writer.Header().Set("Allow", "GET, HEAD")
		s.wrongMethod(c)
		return
	}
	s.framed(c)
	c.Status(http.StatusOK) // Gin begins with 404 here, and a handler that only writes would keep it
	s.mount(s.Handlers.Web)(c)
}
