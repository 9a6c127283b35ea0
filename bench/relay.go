package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gobwas/ws"
)

const relays = 5000

// measureRelay opens gated WebSockets to a stand-in for the SFU that answers the calls of the gate and holds the
// sockets open, and reads what the platform's memory grew by. The kernel's socket buffers are not in it.
func measureRelay(ctx context.Context, b *bench) ([]result, error) {
	count := relays
	if b.short {
		count /= 10
	}
	line := result{Name: fmt.Sprintf("relay/%d sockets", count), Budget: "≤ 64 kB each"}
	sfu, err := startStandIn()
	if err != nil {
		return nil, err
	}
	defer sfu.stop()
	world, err := b.open(ctx, b.engines()[0], seeded)
	if err != nil {
		return nil, err
	}
	defer world.close()
	world.env = []string{"PARVIS_LIVEKIT_URL=http://" + sfu.address}
	if err := world.restart(ctx); err != nil {
		return nil, err
	}
	tokens, err := world.passes(ctx, count)
	if err != nil {
		return nil, err
	}
	settle(ctx)
	before := world.parvis.rss()
	var open []net.Conn
	defer func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}()
	for i, token := range tokens {
		conn, err := world.enter(ctx, i, token)
		if err != nil {
			line.Errors++
			fmt.Printf("relay %d: %v\n", i, err)
			break
		}
		open = append(open, conn)
	}
	settle(ctx)
	line.RSSmb = world.parvis.rss() / bytesPerMega
	line.KBEach = (world.parvis.rss() - before) / bytesPerKilo / float64(max(len(open), 1))
	line.Kept = line.Errors == 0 && line.KBEach <= 64
	return []result{line}, nil
}

// passes joins over HTTP as browsers do.
func (w *world) passes(ctx context.Context, count int) ([]string, error) {
	conn, err := net.Dial("tcp", w.parvis.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	tokens := make([]string, count)
	for i := range tokens {
		if _, err := conn.Write(w.join(i)); err != nil {
			return nil, err
		}
		resp, err := http.ReadResponse(reader, nil)
		if err != nil {
			return nil, err
		}
		var joined struct{ Livekit struct{ Token string } }
		err = json.NewDecoder(resp.Body).Decode(&joined)
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil || joined.Livekit.Token == "" {
			return nil, fmt.Errorf("join %d: status %d", i, resp.StatusCode)
		}
		tokens[i] = joined.Livekit.Token
	}
	return tokens, ctx.Err()
}

func (w *world) enter(ctx context.Context, i int, token string) (net.Conn, error) {
	return w.enterAs(ctx, w.cookies[i%len(w.cookies)], token)
}

func (w *world) enterAs(ctx context.Context, cookie, token string) (net.Conn, error) {
	dialer := ws.Dialer{
		NetDial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", w.parvis.address)
		},
		Header: ws.HandshakeHeaderHTTP{"Cookie": {"parvis=" + cookie}, "Origin": {"http://" + w.host()}},
	}
	conn, _, _, err := dialer.Dial(ctx, "ws://"+w.host()+"/livekit/rtc/v1?access_token="+url.QueryEscape(token))
	return conn, err
}

// standIn is an SFU as the gate sees it: any call of its API succeeds with an empty answer, any upgrade is accepted.
type standIn struct {
	address string
	server  *http.Server
}

func startStandIn() (*standIn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &standIn{address: l.Addr().String(), server: &http.Server{Handler: http.HandlerFunc(standInAnswer), ReadHeaderTimeout: 10 * time.Second}}
	go func() {
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			fmt.Println("stand-in:", err)
		}
	}()
	return s, nil
}

func (s *standIn) stop() { _ = s.server.Close() }

func standInAnswer(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/twirp/") {
		w.Header().Set("Content-Type", "application/protobuf")
		return
	}
	if r.Header.Get("Upgrade") == "" { // the platform asks whether anybody is there
		return
	}
	conn, _, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, conn) // until the gate closes it
	_ = conn.Close()
}
