package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// Streams of server-sent events (HTML Living Standard §9.2). There may be as many as people wait: each takes its connection
// over from net/http, whose buffers and whose deep goroutine go, and keeps two small goroutines that sleep: one until its feed
// wakes it, one until the client is gone.
const (
	streamType     = "text/event-stream"
	streamRetry    = "retry: 2000\n\n" // milliseconds until a browser comes back
	streamAlive    = ": alive\n\n"
	aliveEvery     = 15 * time.Second // and who listens is looked at again
	writePatience  = 10 * time.Second // for a client to take what is written to it
	identifyRounds = 40               // ten minutes: limits of a sign-in pass without anybody saying so
)

// watching opens the feed of a stream. resume is the id of the last event that the client has had.
type watching func(ctx context.Context, c *gin.Context, who auth.Identity, resume string) (*rooms.Feed, error)

// stream adds a stream to the surface and to the document.
func (s *server) stream(o operation, open watching, guards ...gin.HandlerFunc) {
	op := o.huma()
	op.Responses["200"].Content = map[string]*huma.MediaType{streamType: {Schema: &huma.Schema{Type: huma.TypeString}, Example: o.answer}}
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Last-Event-ID", In: "header", Description: "The id of the last event that arrived: what was told already is not told again.",
		Schema: &huma.Schema{Type: huma.TypeString},
	})
	path := o.path
	if strings.Contains(path, "{slug}") {
		path = strings.ReplaceAll(path, "{slug}", ":slug")
		op.Parameters = append(op.Parameters, &huma.Param{Name: "slug", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	s.doc.AddOperation(&op)
	s.engine.Handle(o.method, basePath+path, append(guards, s.noStore, func(c *gin.Context) {
		if err := o.lets(of(c.Request.Context()).who); err != nil {
			s.refuse(c, err)
			return
		}
		s.serveStream(c, open)
	})...)
}

func (s *server) serveStream(c *gin.Context, open watching) {
	if c.Request.URL.RawQuery != "" {
		s.refuse(c, fault.New(fault.CodeInvalid, "a stream takes no query").At("query", "leave it out"))
		return
	}
	x := of(c.Request.Context())
	ctx, cancel := context.WithTimeout(c.Request.Context(), Patience)
	defer cancel()
	feed, err := open(ctx, c, x.who, c.GetHeader("Last-Event-ID"))
	if err != nil {
		s.refuse(c, err)
		return
	}
	h := c.Writer.Header().Clone()
	conn, _, err := http.NewResponseController(c.Writer).Hijack()
	if err != nil {
		feed.Close()
		s.refuse(c, fmt.Errorf("take the connection of a stream over: %w", err))
		return
	}
	h["Content-Type"] = []string{streamType}
	h["Connection"] = []string{"close"}
	h["Date"] = []string{time.Now().UTC().Format(http.TimeFormat)}
	h["X-Accel-Buffering"] = []string{"no"} // a proxy that gathers would keep people waiting
	credentials := http.Header{}
	for _, name := range []string{"Authorization", "Cookie"} {
		if given := c.Request.Header[name]; given != nil {
			credentials[name] = given
		}
	}
	go (&stream{server: s, conn: conn, feed: feed, id: x.id, who: x.who, credentials: credentials, from: addressOf(c.Request)}).run(h)
}

// stream is one that runs. Its goroutine owns it.
type stream struct {
	server      *server
	conn        net.Conn
	feed        *rooms.Feed
	id          string // of the request that began it
	who         auth.Identity
	credentials http.Header // by which who listens was found out
	from        netip.Addr
}

func (s *stream) run(h http.Header) {
	s.server.meter.streams.Inc()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		var nothing [1]byte
		_, _ = s.conn.Read(nothing[:]) // a client has nothing more to say: what comes is the end
	}()
	defer func() {
		if p := recover(); p != nil { // which would end the process: this goroutine is no request's
			s.server.Logger.Error("panic", "request", s.id, "panic", p, "stack", string(debug.Stack()))
		}
		_ = s.conn.Close()
		<-gone
		s.server.meter.streams.Dec()
		s.feed.Close()
	}()
	if s.begin(h) == nil {
		s.tell(gone)
	}
}

// begin lifts the time-outs of requests and writes the head of the answer, whose end is that of the connection
// (RFC 9112 §6.3).
func (s *stream) begin(h http.Header) error {
	if err := s.conn.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	_ = h.Write(&b) // a buffer takes everything
	b.WriteString("\r\n" + streamRetry)
	return s.write(b.Bytes())
}

// tell writes what the feed has to say until the client, the feed or this process ends it.
func (s *stream) tell(gone <-chan struct{}) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for rounds := 1; ; {
		if !s.news() {
			return
		}
		again := false
		select {
		case <-gone:
			return
		case <-s.feed.Done():
			return
		case <-s.feed.Wake():
		case <-alive.C:
			if s.write([]byte(streamAlive)) != nil {
				return
			}
			rounds++
			again = rounds%identifyRounds == 0 || s.who.SignInID == ""
		}
		if (s.feed.Unsure() || again) && !s.identify() {
			return
		}
	}
}

// news writes what there is to tell, and why the stream ends when it does.
func (s *stream) news() (goesOn bool) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	news, err := s.feed.Next(ctx)
	if len(news) > 0 {
		var b bytes.Buffer
		for _, n := range news {
			b.Write(eventOf(n))
		}
		if s.write(b.Bytes()) != nil {
			return false
		}
	}
	if err != nil {
		s.end(err)
	}
	return err == nil
}

// identify finds out anew who listens. It is nobody any more, or somebody else, when the stream ends. A database that does
// not answer says nothing of anybody.
func (s *stream) identify() (goesOn bool) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	var who auth.Identity
	var err error
	if s.who.Anonymous() {
		return true // who listens to what everybody may know
	}
	if s.who.SignInID != "" {
		who, err = s.server.SignIns.Still((&http.Request{Header: s.credentials}).WithContext(ctx))
	} else {
		_, token, _ := strings.Cut(s.credentials.Get("Authorization"), " ")
		who, err = s.server.Services.Identify(ctx, token, s.from)
	}
	switch {
	case fault.Is(err, fault.Unauthenticated):
		s.end(err)
		return false
	case err != nil:
		s.feed.Doubt()
		return true
	case who.Kind != s.who.Kind || who.ID != s.who.ID || who.SignInID != s.who.SignInID:
		s.end(fault.New(fault.CodeSignInExpired, "this browser is somebody else's now"))
		return false
	}
	s.feed.Is(who)
	return true
}

// end says why the stream ends: the client need not come back for the same.
func (s *stream) end(why error) {
	f := fault.Of(why)
	if f.Kind == fault.Internal {
		s.server.Logger.Error("stream ends", "request", s.id, "error", why)
	}
	_ = s.write(event("", "end", ended{string(f.Code)})) // the stream ends either way
}

// write has to arrive in time.
func (s *stream) write(b []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return err
	}
	_, err := s.conn.Write(b)
	return err
}

// event is one event. JSON has no line breaks outside of strings, and none within.
func event(id, name string, data any) []byte {
	body, err := json.Marshal(data)
	if err != nil {
		body = []byte("{}") // what is sent has nothing that JSON cannot say
	}
	var b bytes.Buffer
	if id != "" {
		b.WriteString("id: " + id + "\n")
	}
	b.WriteString("event: " + name + "\ndata: ")
	b.Write(body)
	b.WriteString("\n\n")
	return b.Bytes()
}
