package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
)

// exchange is what is known of one request while it is answered. One goroutine owns it: the request's.
type exchange struct {
	id      string
	who     auth.Identity
	stale   *fault.Error // why the cookie that came stands for nobody; nil when none came
	writer  http.ResponseWriter
	request *http.Request
	body    []byte       // of an operation of the API, whole
	failure *fault.Error // what was answered, for the log

	operation string // of the API, by its id
	reads     string // the action that the audit is told when it succeeds
	partly    bool   // something that was asked for was refused, others were done: see first
}

type exchangeKey struct{}

// of is the exchange of a request. Every request has one: observe is the first thing that it passes.
func of(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// observe gives a request its id, writes its one log line, counts it, and turns a panic into a problem. An id from
// outside is not accepted: it could hide a request among others.
func (s *server) observe(c *gin.Context) {
	begin := s.Now()
	x := &exchange{id: rand.Text()}
	if s.engine.ForwardedByClientIP {
		c.Request.RemoteAddr = clientAddr(c) // so that every handler sees the client, without knowing the proxies
	}
	from := audit.Origin{Network: audit.Truncate(addressOf(c.Request)), RequestID: x.id}
	c.Request = c.Request.WithContext(audit.NewContext(context.WithValue(c.Request.Context(), exchangeKey{}, x), from))
	x.writer, x.request = c.Writer, c.Request
	c.Writer.Header()["X-Request-Id"] = []string{x.id}
	defer s.finish(c, x, begin)
	defer s.recover(c)
	c.Next()
}

func (s *server) recover(c *gin.Context) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p) // how net/http is told to cut the connection
	}
	s.Logger.ErrorContext(c.Request.Context(), "panic", "request", of(c.Request.Context()).id, "panic", p, "stack", string(debug.Stack()))
	if c.Writer.Written() {
		c.Abort()
		return
	}
	s.refuse(c, errPanic)
}

func (s *server) finish(c *gin.Context, x *exchange, begin time.Time) {
	took := s.Now().Sub(begin)
	route, status := c.FullPath(), c.Writer.Status()
	if route == "" {
		route = "other"
	}
	relay := route == "/livekit/*path" && status < http.StatusBadRequest && c.GetHeader("Upgrade") != ""
	if relay {
		status = http.StatusSwitchingProtocols
	} else { // a relay lasts as long as its call: its duration would drown the others
		s.meter.count(route, c.Request.Method, status, took)
	}
	s.watched(x, route, status)
	s.log(c.Request.Context(), x, route, c.Request.Method, status, c.Writer.Size(), took)
}

// log writes the canonical line: no address, name, slug or token, at any level that runs in production.
func (s *server) log(ctx context.Context, x *exchange, route, method string, status, size int, took time.Duration) {
	level := levelOf(route, status)
	if !s.Logger.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 10)
	attrs = append(attrs,
		slog.String("request", x.id), slog.String("method", method), slog.String("route", route),
		slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int("bytes", max(size, 0)),
		slog.String("caller", sayer(x.who)))
	if x.failure != nil {
		attrs = append(attrs, slog.String("code", string(x.failure.Code)))
		if status >= http.StatusInternalServerError && x.failure.Err != nil {
			attrs = append(attrs, slog.String("error", x.failure.Err.Error()))
		}
	}
	s.Logger.LogAttrs(ctx, level, "request", attrs...)
}

func levelOf(route string, status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable:
		return slog.LevelError
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	case route == "/healthz" || route == "/readyz":
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

// sayer is callerOf for the log, which tells apart who acts for a person.
func sayer(who auth.Identity) string {
	if who.Delegated() {
		return "service for " + callerOf(who)
	}
	return callerOf(who)
}

func callerOf(who auth.Identity) string {
	if who.Anonymous() {
		return "anonymous"
	}
	return string(who.Kind)
}
