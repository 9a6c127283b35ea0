package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// Streams of server-sent events (HTML Living Standard §9.2). Each is one goroutine, the request's, which sleeps until
// its feed wakes it; it keeps no buffer.
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
	s.engine.Handle(o.method, basePath+path, append(guards, s.noStore, func(c *gin.Context) { s.serveStream(c, open) })...)
}

func (s *server) serveStream(c *gin.Context, open watching) {
	x := of(c.Request.Context())
	if c.Request.URL.RawQuery != "" {
		s.refuse(c, fault.New(fault.CodeInvalid, "a stream takes no query").At("query", "leave it out"))
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), Patience)
	feed, err := open(ctx, c, x.who, c.GetHeader("Last-Event-ID"))
	cancel()
	if err != nil {
		s.refuse(c, err)
		return
	}
	defer feed.Close()
	x.stream = true
	s.meter.streams.Inc()
	defer s.meter.streams.Dec()
	events := newEvents(c.Writer)
	if events.begin() == nil {
		s.tell(c.Request, feed, events)
	}
}

// tell writes what the feed has to say until the client or the feed ends it.
func (s *server) tell(r *http.Request, feed *rooms.Feed, to *events) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for rounds := 1; ; {
		news, err := feed.Next(r.Context())
		if to.news(news) != nil || r.Context().Err() != nil {
			return
		}
		if err != nil {
			to.end(fault.Code(problemOf(r.Context(), err).Code))
			return
		}
		again := false
		select {
		case <-r.Context().Done():
			return
		case <-feed.Done():
			return
		case <-feed.Wake():
		case <-alive.C:
			if to.alive() != nil {
				return
			}
			rounds++
			again = rounds%identifyRounds == 0 || of(r.Context()).who.SignInID == ""
		}
		if feed.Unsure() || again {
			if code := s.listener(r, feed); code != "" {
				to.end(code)
				return
			}
		}
	}
}

// listener finds out anew who listens: a code when it is nobody any more, or somebody else. A database that does not
// answer says nothing of anybody.
func (s *server) listener(r *http.Request, feed *rooms.Feed) fault.Code {
	x := of(r.Context())
	ctx, cancel := context.WithTimeout(r.Context(), Patience)
	defer cancel()
	var who auth.Identity
	var err error
	if x.who.SignInID != "" {
		who, err = s.SignIns.Still(r.WithContext(ctx))
	} else {
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		who, err = s.Services.Identify(ctx, token)
	}
	switch {
	case fault.Is(err, fault.Unauthenticated):
		return fault.Of(err).Code
	case err != nil:
		feed.Doubt()
		return ""
	case who.Kind != x.who.Kind || who.ID != x.who.ID || who.SignInID != x.who.SignInID:
		return fault.CodeSignInExpired
	}
	feed.Is(who)
	return ""
}

// events writes server-sent events. Each write has to arrive in time, and each is whole.
type events struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func newEvents(w http.ResponseWriter) *events {
	return &events{w, http.NewResponseController(w)}
}

// begin lifts the time-outs of requests: this one has been read whole, and its answer goes on.
func (e *events) begin() error {
	h := e.w.Header()
	h["Content-Type"] = []string{streamType}
	h["X-Accel-Buffering"] = []string{"no"} // a proxy that gathers would keep people waiting
	if err := e.rc.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return e.write([]byte(streamRetry))
}

func (e *events) write(b []byte) error {
	if err := e.rc.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return err
	}
	if _, err := e.w.Write(b); err != nil {
		return err
	}
	return e.rc.Flush()
}

func (e *events) alive() error { return e.write([]byte(streamAlive)) }

// end says why the stream ends: the client need not come back for the same.
func (e *events) end(code fault.Code) {
	_ = e.write(event("", "end", ended{string(code)})) // the stream ends either way
}

func (e *events) news(news []rooms.News) error {
	if len(news) == 0 {
		return nil
	}
	var b bytes.Buffer
	for _, n := range news {
		b.Write(eventOf(n))
	}
	return e.write(b.Bytes())
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
