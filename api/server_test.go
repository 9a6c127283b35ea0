package api_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parvis/api"
)

// pipes is a listener of connections in memory, so that time in a test is the test's.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

func newPipes() pipes {
	closed := make(chan struct{})
	return pipes{make(chan net.Conn), closed, sync.OnceFunc(func() { close(closed) })}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	p.close()
	return nil
}

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func dial(p pipes) net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

func serving(h http.Handler, do func(pipes)) {
	server := api.NewServer(h, slog.New(slog.DiscardHandler))
	p := newPipes()
	served := make(chan error)
	go func() { served <- server.Serve(p) }()
	do(p)
	_ = server.Close()
	<-served
}

func TestAServerWaitsForNobodyForEver(t *testing.T) {
	s := api.NewServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || api.Patience == 0 || s.MaxHeaderBytes == 0 || s.MaxHeaderBytes > 64<<10 {
		t.Errorf("something is not bounded: %+v", s)
	}
	synctest.Test(t, func(t *testing.T) {
		serving(http.NotFoundHandler(), func(p pipes) {
			c := dial(p)
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: meet.example.org\r\n") // and never more
			begin := time.Now()
			_, _ = io.Copy(io.Discard, c)
			if waited := time.Since(begin); waited > s.ReadHeaderTimeout+time.Second {
				t.Errorf("the server waited %s for the head of a request", waited)
			}
		})
	})
}

func TestARelayOutlivesTheTimeOutsOfAnswers(t *testing.T) {
	relay := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_ = rw.Flush()
		_, _ = io.Copy(c, rw)
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *api.Options) { o.Handlers.Gate = relay })
		serving(w.handler, func(p pipes) {
			c := dial(p)
			r := bufio.NewReader(c)
			_, _ = io.WriteString(c, "GET /livekit/rtc HTTP/1.1\r\nHost: meet.example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
			res, err := http.ReadResponse(r, nil)
			if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
				t.Fatalf("%v %v", res, err)
			}
			time.Sleep(time.Hour) // of the bubble's own time
			if _, err := io.WriteString(c, "still here\n"); err != nil {
				t.Fatal(err)
			}
			if line, err := r.ReadString('\n'); err != nil || line != "still here\n" {
				t.Errorf("got %q, %v", line, err)
			}
			_ = c.Close()
			synctest.Wait()
		})
		if !strings.Contains(w.log.String(), `"status":101`) {
			t.Errorf("logged %s", w.log.String())
		}
		if got := w.metric(t, "parvis_http_request_duration_seconds", nil); got != 0 {
			t.Error("an hour of call was counted as an hour of answering")
		}
	})
}

func TestABodyThatStopsArrivingIsARequestThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		serving(w.handler, func(p pipes) {
			c := dial(p)
			_, _ = io.WriteString(c, "POST /api/v1/rooms HTTP/1.1\r\nHost: meet.example.org\r\nCookie: __Host-parvis=camille\r\n"+
				"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"name\":")
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "malformed-json") {
				t.Errorf("got %d %s", res.StatusCode, body)
			}
			_ = c.Close()
		})
		if len(w.rooms) != 4 {
			t.Error("half a body made a room")
		}
	})
}
