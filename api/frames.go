package api

import (
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/fault"
)

// framed lets the page of a room be shown in a frame by the pages that its policy names (CSP Level 3 §6.4.2). What differs between a room
// and no room at all is what a look at that page tells, so it is a guess like others: it counts as one, and where guesses are
// refused nothing is looked up. A browser that opens the page in a window of its own is asked for nothing.
func (s *server) framed(c *gin.Context) {
	slug := strings.TrimSuffix(strings.TrimPrefix(c.Request.URL.Path, "/"), "/")
	if !isSlug(slug) || c.GetHeader("Sec-Fetch-Dest") == "document" {
		return
	}
	from := network(c.Request)
	if wait, limit := s.misses.wait(from); wait > 0 {
		s.meter.limited.WithLabelValues(limit).Inc()
		return
	}
	origins, err := s.Rooms.Embedders(c.Request.Context(), slug)
	switch {
	case fault.HasCode(err, fault.CodeRoomNotFound):
		s.misses.miss(from)
	case err != nil:
		s.Logger.WarnContext(c.Request.Context(), "who shows a room in a frame", "error", err) // the page itself needs no database
	case len(origins) > 0:
		h := c.Writer.Header()
		said := strings.TrimSuffix(h.Get("Content-Security-Policy"), framedByNone)
		h["Content-Security-Policy"] = []string{said + "frame-ancestors " + strings.Join(origins, " ")}
		delete(h, "X-Frame-Options") // it knows no list of origins, and would say another thing
	}
}
