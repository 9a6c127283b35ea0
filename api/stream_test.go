package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parvis/api"
	"parvis/auth"
)

const eventsPath = "/api/v1/rooms/" + secret + "/events"

func TestAStreamThatIsRefusedIsAProblem(t *testing.T) {
	w := newWorld(t)
	w.knocks(t, gaston)
	for _, c := range []struct {
		name   string
		ask    ask
		status int
		code   string
	}{
		{"nobody", ask{path: eventsPath}, 401, "sign-in-required"},
		{"a stranger", ask{path: eventsPath, as: louise}, 404, "ticket-not-found"},
		{"a member", ask{path: eventsPath, as: odile}, 404, "ticket-not-found"},
		{"who waits before another room", ask{path: "/api/v1/rooms/" + budget + "/events", as: gaston}, 404, "ticket-not-found"},
		{"software that may only read", ask{path: eventsPath, as: reader}, 403, "scope-missing"},
		{"software of another organization", ask{path: eventsPath, as: elsewhere}, 404, "room-not-found"},
		{"an unknown link", ask{path: "/api/v1/rooms/" + nowhere + "/events", as: camille}, 404, "room-not-found"},
		{"no link", ask{path: "/api/v1/rooms/x%00y/events", as: camille}, 404, "room-not-found"},
		{"a query", ask{path: eventsPath + "?x=1", as: camille}, 422, "invalid-request"},
		{"a POST", ask{method: "POST", path: eventsPath, as: camille}, 405, "method-not-allowed"},
		{"all rooms, nobody", ask{path: "/api/v1/me/events"}, 401, "sign-in-required"},
		{"all rooms, a guest", ask{path: "/api/v1/me/events", as: gaston}, 401, "sign-in-required"},
		{"all rooms, software", ask{path: "/api/v1/me/events", as: robot}, 403, "forbidden"},
		{"somebody whose sign-in ended", ask{path: eventsPath, as: auth.Identity{Kind: auth.Person, ID: "long-ago"}}, 401, "sign-in-expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.ask.method == "" {
				c.ask.method = "GET"
			}
			w.refused(t, c.status, c.code, c.ask)
		})
	}
}

// heard is a stream as its client has it.
type heard struct {
	t    *testing.T
	conn net.Conn
	body *bufio.Reader
}

func (p pipes) listen(t *testing.T, path string, who auth.Identity, resume string) heard {
	t.Helper()
	c := dial(p)
	head := "GET " + path + " HTTP/1.1\r\nHost: meet.example.org\r\nCookie: __Host-parvis=" + who.ID + "\r\n"
	if resume != "" {
		head += "Last-Event-ID: " + resume + "\r\n"
	}
	_, _ = io.WriteString(c, head+"\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		body, _ := io.ReadAll(res.Body)
		t.Fatalf("got %d %v %s", res.StatusCode, res.Header, body)
	}
	h := heard{t, c, bufio.NewReader(res.Body)}
	if got := h.next(); got != "retry: 2000" {
		t.Fatalf("begins with %q", got)
	}
	return h
}

// next is the next block, comments too; empty at the end.
func (h heard) next() string {
	var lines []string
	for {
		line, err := h.body.ReadString('\n')
		if err != nil {
			return ""
		}
		if line = strings.TrimSuffix(line, "\n"); line == "" {
			return strings.Join(lines, "\n")
		}
		lines = append(lines, line)
	}
}

// event is the next event.
func (h heard) event() string {
	for {
		if block := h.next(); block != ": alive" {
			return block
		}
	}
}

// says expects an event that holds all of these.
func (h heard) says(parts ...string) string {
	h.t.Helper()
	got := h.event()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			h.t.Errorf("got %q, want %q in it", got, part)
		}
	}
	return got
}

// streaming runs a test of streams in time of its own.
func streaming(t *testing.T, do func(t *testing.T, w *world, p pipes)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		serving(w.handler, func(p pipes) {
			do(t, w, p)
			w.service.EndStreams()
			synctest.Wait()
		})
	})
}

func (w *world) decides(t *testing.T, verdict, body string) {
	t.Helper()
	w.want(t, 200, ask{method: "POST", path: lobbyPath + "/" + verdict, body: body, as: camille})
}

func TestWhoWaitsIsToldByTheStream(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		id := w.knocks(t, gaston)
		s := p.listen(t, eventsPath, gaston, "")
		defer s.conn.Close()
		s.says("id: 1\n", "event: ticket\n", `data: {"id":"`+id+`","state":"waiting","reason":"lobby"}`)
		w.decides(t, "admit", `{"tickets":["`+id+`"]}`)
		s.says("id: 2\n", `"state":"admitted"`)
	})
}

func TestHostsAreToldByTheStream(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		room, all := p.listen(t, eventsPath, mounir, ""), p.listen(t, "/api/v1/me/events", camille, "")
		defer room.conn.Close()
		defer all.conn.Close()
		room.says("event: lobby\n", `{"slug":"`+secret+`","name":"Budget","seq":0,"items":[]}`)
		id := w.knocks(t, louise)
		room.says("id: 1\n", "event: knock\n", `"item":{"id":"`+id+`","name":"louise","kind":"person","organization":"Ministry","assurance":"agent","reason":"lobby","since":`)
		all.says("event: lobby\n", `"seq":1,"items":[{"id":"`+id+`"`)
		w.decides(t, "refuse", `{"all":true}`)
		for _, s := range []heard{room, all} {
			s.says("event: gone\n", `{"slug":"`+secret+`","id":"`+id+`","why":"refused"}`)
		}
	})
}

func TestAStreamOutlivesTheTimeOutsOfAnswersAndSaysThatItLives(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		w.knocks(t, gaston)
		s := p.listen(t, eventsPath, gaston, "")
		defer s.conn.Close()
		s.says("waiting")
		begin := time.Now()
		for range 4 * 60 {
			if got := s.next(); got != ": alive" {
				t.Fatalf("after %s: %q", time.Since(begin), got)
			}
		}
		if took := time.Since(begin); took != time.Hour {
			t.Errorf("240 signs of life in %s", took)
		}
		w.decides(t, "admit", `{"all":true}`)
		s.says("admitted")
	})
}

func TestAStreamIsClosedWithinFiveSecondsOfASignOut(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		w.knocks(t, gaston)
		waiting, host := p.listen(t, eventsPath, gaston, ""), p.listen(t, eventsPath, camille, "")
		defer waiting.conn.Close()
		defer host.conn.Close()
		waiting.says("waiting")
		host.says("lobby")
		begin := time.Now()
		w.mu.Lock()
		w.ended = append(w.ended, gaston.SignInID)
		w.mu.Unlock()
		w.service.SignInChanged(gaston.SignInID)
		waiting.says("event: end\n", `data: {"code":"sign-in-expired"}`)
		if got := waiting.event(); got != "" || time.Since(begin) > 5*time.Second {
			t.Errorf("after %s: %q", time.Since(begin), got)
		}
		w.knocks(t, louise)
		host.says("knock")
	})
}

func TestASignInThatRunsOutEndsItsStreamsToo(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		s := p.listen(t, eventsPath, camille, "")
		defer s.conn.Close()
		s.says("lobby")
		w.mu.Lock()
		w.ended = append(w.ended, camille.SignInID) // nobody says so
		w.mu.Unlock()
		begin := time.Now()
		s.says("event: end\n", "sign-in-expired")
		if took := time.Since(begin); took > 10*time.Minute {
			t.Errorf("ended after %s", took)
		}
	})
}

func TestWhoIsHostNoLongerIsToldSoAndNothingElse(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		s := p.listen(t, eventsPath, mounir, "")
		defer s.conn.Close()
		s.says("lobby")
		w.mu.Lock()
		w.grants = nil
		w.mu.Unlock()
		w.service.GrantsChanged("room-" + secret)
		s.says("event: end\n", `{"code":"room-not-found"}`)
		if got := s.event(); got != "" {
			t.Errorf("then %q", got)
		}
	})
}

func TestAStreamGoesOnAfterTheLastEvent(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		w.knocks(t, gaston)
		first := p.listen(t, eventsPath, camille, "")
		first.says("id: 1\n", "lobby")
		_ = first.conn.Close()
		time.Sleep(time.Minute)
		same := p.listen(t, eventsPath, camille, "1")
		defer same.conn.Close()
		if got := same.next(); got != ": alive" {
			t.Errorf("nothing changed, and it says %q", got)
		}
		_ = same.conn.Close()
		time.Sleep(time.Minute)
		w.knocks(t, louise)
		changed := p.listen(t, eventsPath, camille, "1")
		defer changed.conn.Close()
		changed.says("id: 2\n", "event: lobby\n", "Gaston", "louise")
	})
}

func TestEightStreamsOfOneBrowserWorkAtOnce(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		var streams []heard
		for range 8 {
			s := p.listen(t, eventsPath, camille, "")
			defer s.conn.Close()
			s.says("lobby")
			streams = append(streams, s)
		}
		w.knocks(t, louise)
		for _, s := range streams {
			s.says("knock")
		}
	})
}

func TestAClientThatReadsNothingIsLetGo(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		s := p.listen(t, eventsPath, camille, "")
		s.says("lobby")
		time.Sleep(time.Minute) // and takes nothing of what is written to it
		_, err := io.ReadAll(s.body)
		if err == nil {
			_, err = s.conn.Read(make([]byte, 1))
		}
		if err == nil {
			t.Error("the stream goes on")
		}
	})
}

func TestStreamsEndOnDrain(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		s := p.listen(t, eventsPath, camille, "")
		defer s.conn.Close()
		s.says("lobby")
		w.service.EndStreams()
		if got := s.event(); got != "" {
			t.Errorf("says %q", got)
		}
		w.refused(t, 503, "unavailable", ask{method: "GET", path: eventsPath, as: camille})
	})
}

// TestAStreamCostsLittle measures what a stream keeps: connection, goroutine, feed, the client's end left out.
func TestAStreamCostsLittle(t *testing.T) {
	const streams, most = 400, 24 << 10
	w := newWorld(t, func(o *api.Options) {
		many := api.Rate{PerSecond: 1e6, Burst: 1e6}
		o.Limits.Network, o.Limits.NetworkKnocks = many, many
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := api.NewServer(w.handler, w.options.Logger)
	served := make(chan error)
	go func() { served <- server.Serve(listener) }()
	var tickets []auth.Identity
	for i := range streams {
		guest := auth.Identity{Kind: auth.Guest, ID: fmt.Sprint("guest-x", i), SignInID: fmt.Sprint("guest-x", i), Name: "Ada"}
		w.want(t, 202, joining(secret, `{"name":"Ada"}`, guest))
		tickets = append(tickets, auth.Identity{ID: fmt.Sprint("guest-", i+1)}) // who it became by its name
	}
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	conns := make([]net.Conn, streams)
	buffer := make([]byte, 4096)
	before := held()
	for i, who := range tickets {
		if conns[i], err = net.Dial("tcp", listener.Addr().String()); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conns[i], "GET "+eventsPath+" HTTP/1.1\r\nHost: meet.example.org\r\nCookie: __Host-parvis="+who.ID+"\r\n\r\n")
		var got string
		for !strings.Contains(got, "event: ticket") {
			n, err := conns[i].Read(buffer)
			if got += string(buffer[:n]); err != nil {
				t.Fatal(err, got)
			}
		}
	}
	each := (held() - before) / streams
	t.Logf("%d bytes a stream", each)
	if each > most {
		t.Errorf("a stream keeps %d bytes, want at most %d", each, most)
	}
	for _, c := range conns {
		_ = c.Close()
	}
	w.service.EndStreams()
	_ = server.Close()
	<-served
}
