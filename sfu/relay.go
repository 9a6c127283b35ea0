package sfu

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"parvis/rooms"
)

// chunkSize is the buffer of one direction: signalling is small, and there are thousands of relays.
const chunkSize = 4 << 10

var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// relay is one signalling connection through the gate: two pumps that copy bytes, and what is known of whom they are
// for. It ends when both pumps have; close makes them. mu guards visit; the rest is set before run.
type relay struct {
	gate     *Gate
	signInID string
	began    time.Time

	mu    sync.Mutex
	visit visit

	client net.Conn
	up     net.Conn

	watcher watcher       // pumpDown's
	quality atomic.Int32  // what watcher heard last, a rooms.Quality
	told    rooms.Quality // TellQualities's: what the door was told last

	closing  sync.Once
	checking atomic.Bool // a check runs
	agreed   atomic.Bool // the SFU's participant was compared with the admission since it entered
	expelled atomic.Bool // a check that began beside the one that found it out does not do it again
}

// connect dials the SFU, takes over the browser's connection and lets the relay run by itself.
func (r *relay) connect(w http.ResponseWriter, req *http.Request, k *knock) error {
	var up *upstream
	err := r.gate.withRoom(req.Context(), r.visit.in.Room.MediaName, func() (err error) {
		up, err = r.gate.dial(req.Context(), req, k, r.visit.in)
		return err
	})
	if err != nil {
		return err
	}
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = up.conn.Close()
		return err
	}
	r.client, r.up = client, up.conn
	r.watcher = watch(r.visit.in.Admission.ID)
	_ = client.SetDeadline(time.Time{})
	keepAlive(client)
	if !r.gate.add(r) { // drained meanwhile: the browser comes again, elsewhere
		_ = client.Close()
		_ = up.conn.Close()
		r.noteClosed()
		return nil
	}
	r.gate.memory.hold(r.visit.in, r.began)
	sent, err := buffered.Reader.Peek(buffered.Reader.Buffered())
	if err != nil {
		sent = nil
	}
	go r.run(append([]byte(nil), sent...), switchingProtocols(up), up.early)
	return nil
}

// switchingProtocols is the answer to the browser.
func switchingProtocols(up *upstream) []byte {
	head := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	for _, name := range []string{"Sec-WebSocket-Accept", "Sec-WebSocket-Protocol"} {
		if v := up.answer.Get(name); v != "" {
			head += name + ": " + v + "\r\n"
		}
	}
	return []byte(head + "\r\n")
}

func keepAlive(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 15 * time.Second, Count: 3})
	}
}

// run pumps until both directions have ended. fromClient and fromSFU are what is to be passed on before all else, the latter
// behind the answer to the browser: what the SFU said right behind its own.
func (r *relay) run(fromClient, answer, fromSFU []byte) {
	down := make(chan struct{})
	go func() {
		defer close(down)
		r.halfDone(r.pumpDown(answer, fromSFU), r.client)
	}()
	r.halfDone(r.pumpUp(fromClient), r.up)
	<-down
	r.close("ended")
	r.gate.memory.hold(r.entered(), r.gate.now())
	r.gate.drop(r)
	r.noteClosed()
	r.gate.running.Done()
}

// halfDone ends one direction: a proper end is passed on, so that the farewell of either side reaches the other, which
// then has a moment; anything else ends both.
func (r *relay) halfDone(err error, to net.Conn) {
	half, ok := to.(interface{ CloseWrite() error })
	if err != nil || !ok || half.CloseWrite() != nil {
		r.close(reasonOf(err))
		return
	}
	time.AfterFunc(r.gate.timing.linger, func() { r.close("ended") })
}

func reasonOf(err error) string {
	var slow net.Error
	switch {
	case errors.Is(err, errMessageTooLarge):
		return "too-large"
	case errors.As(err, &slow) && slow.Timeout():
		return "silent"
	default:
		return "ended"
	}
}

// pumpUp copies from the browser to the SFU, with each message bounded. nil means that the browser ended properly.
func (r *relay) pumpUp(early []byte) error {
	guard := newFrameGuard()
	seen := r.began
	pass := func(chunk []byte) error {
		if err := guard.feed(chunk); err != nil {
			return err
		}
		if now := r.gate.now(); now.Sub(seen) >= r.gate.timing.seen {
			seen = now
			r.alive()
		}
		return r.write(r.up, chunk)
	}
	if err := pass(early); err != nil {
		return err
	}
	chunk := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(chunk)
	for {
		_ = r.client.SetReadDeadline(time.Now().Add(r.gate.timing.idle))
		if end, err := r.copyOnce(r.client, chunk[:], pass); end {
			return err
		}
	}
}

// pumpDown copies from the SFU to the browser. The first bytes after the answer say that the SFU has let the
// participant in: what changed before that missed the SFU, so the admission is compared then.
func (r *relay) pumpDown(answer, early []byte) error {
	if err := r.write(r.client, append(answer, early...)); err != nil {
		return err
	}
	r.hear(early)
	pass := func(chunk []byte) error {
		err := r.write(r.client, chunk)
		r.hear(chunk)
		return err
	}
	welcomed := len(early) > 0
	chunk := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(chunk)
	for compared := false; ; welcomed = true {
		if welcomed && !compared {
			compared = true
			r.check()
		}
		if end, err := r.copyOnce(r.up, chunk[:], pass); end {
			return err
		}
	}
}

// copyOnce passes on one read; end is true when the source has ended (err nil) or failed.
func (r *relay) copyOnce(from net.Conn, chunk []byte, pass func([]byte) error) (end bool, err error) {
	n, err := from.Read(chunk)
	if n > 0 {
		if failed := pass(chunk[:n]); failed != nil {
			return true, failed
		}
	}
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return err != nil, err
}

func (r *relay) write(to net.Conn, chunk []byte) error {
	if len(chunk) == 0 {
		return nil
	}
	_ = to.SetWriteDeadline(time.Now().Add(r.gate.timing.write))
	_, err := to.Write(chunk)
	return err
}

// close ends both directions at once.
func (r *relay) close(reason string) {
	r.closing.Do(func() {
		r.gate.client.metrics.cuts.WithLabelValues(reason).Inc()
		_ = r.client.Close()
		_ = r.up.Close()
	})
}

// cutSoon closes once the SFU's leave message had time to pass; the SFU's own end may come before.
func (r *relay) cutSoon() {
	time.AfterFunc(r.gate.timing.farewell, func() { r.close("cut") })
}

func (r *relay) noteClosed() { r.gate.noteClosed(r.relayID()) }

// noteClosed tells the door in a context of its own: the request's has ended.
func (g *Gate) noteClosed(relayID string) {
	if relayID == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), g.timing.door)
	defer cancel()
	g.door.RelayClosed(ctx, relayID)
}

func (r *relay) relayID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.visit.relayID
}

func (r *relay) entered() rooms.Entered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.visit.in
}
