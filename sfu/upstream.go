package sfu

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"parvis/fault"
	"parvis/rooms"
)

// errNoRoom is the SFU's 404: it never leaves the gate.
var errNoRoom = errors.New("the SFU has no such room")

// upstream is a WebSocket at the SFU, upgraded for the key that the browser sent.
type upstream struct {
	conn   net.Conn
	answer http.Header
	early  []byte // what came with the answer
}

// withRoom runs an attempt at the SFU with the room in place; when the SFU has lost the room it makes it anew and tries
// once more.
func (g *Gate) withRoom(ctx context.Context, mediaName string, attempt func() error) error {
	for try := 0; ; try++ {
		if err := g.client.EnsureRoom(ctx, mediaName); err != nil {
			return fmt.Errorf("create room: %w", err)
		}
		err := attempt()
		if !errors.Is(err, errNoRoom) {
			return err
		}
		g.client.Forget(mediaName)
		if try == 1 {
			return unavailable(err)
		}
	}
}

// sfuHeader is all that the SFU learns of a request: no cookie, no address, and our token in place of the browser's.
func sfuHeader(r *http.Request, token string) http.Header {
	return http.Header{
		"Authorization": {"Bearer " + token},
		"User-Agent":    {r.Header.Get("User-Agent")}, // it tells browsers apart by it
	}
}

// upgradeHeader goes on with the browser's handshake. Extensions are left out: the gate's bounds are of plain frames.
func upgradeHeader(r *http.Request, token string) http.Header {
	h := sfuHeader(r, token)
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "websocket")
	for _, name := range []string{"Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"} {
		if v := r.Header.Get(name); v != "" {
			h.Set(name, v)
		}
	}
	return h
}

// dial opens the WebSocket at the SFU. Its errors are errNoRoom, refusals, or of kind fault.Unavailable.
func (g *Gate) dial(ctx context.Context, r *http.Request, k *knock, in rooms.Entered) (*upstream, error) {
	token, err := g.client.passToken(in.Admission, in.Room.MediaName, g.now())
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, g.timing.handshake)
	defer cancel()
	conn, err := g.client.dialSFU(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	// The deadline bounds the answer, and so does whoever asked by going away.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	up, err := handshake(conn, &http.Request{
		Method: http.MethodGet, Host: g.client.base.Host, Header: upgradeHeader(r, token),
		URL: &url.URL{Scheme: "http", Host: g.client.base.Host, Path: k.path, RawQuery: k.query.Encode()},
	})
	if !stop() && err == nil {
		err = unavailable(ctx.Err())
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return up, nil
}

func (c *Client) dialSFU(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: callTimeout, KeepAlive: 15 * time.Second}
	port := c.base.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[c.base.Scheme]
	}
	address := net.JoinHostPort(c.base.Hostname(), port)
	if c.base.Scheme == "https" {
		// WebSocket wants HTTP/1.1.
		secure := tls.Dialer{NetDialer: &dialer, Config: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}}
		return secure.DialContext(ctx, "tcp", address)
	}
	return dialer.DialContext(ctx, "tcp", address)
}

// answerLimit bounds the head of the SFU's answer.
const answerLimit = 64 << 10

func handshake(conn net.Conn, r *http.Request) (*upstream, error) {
	if err := r.Write(conn); err != nil {
		return nil, unavailable(err)
	}
	reader := bufio.NewReader(io.LimitReader(conn, answerLimit))
	answer, err := http.ReadResponse(reader, r)
	if err != nil {
		return nil, unavailable(err)
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		// The body is not read: LiveKit before 1.13.6 repeats the token in it.
		return nil, judge(answer.StatusCode)
	}
	early, err := reader.Peek(reader.Buffered())
	if err != nil {
		return nil, unavailable(err)
	}
	return &upstream{conn: conn, answer: answer.Header, early: append([]byte(nil), early...)}, nil
}

// judge says what an answer of the SFU that lets nobody through means outside.
func judge(status int) error {
	switch status {
	case http.StatusNotFound:
		return errNoRoom
	case http.StatusBadRequest:
		return refuse(http.StatusBadRequest, fault.CodeInvalid, "the media server does not understand the request")
	default: // 401 and 403 too: a key that it does not know is ours to mend
		return unavailable(fmt.Errorf("the SFU answers %d", status))
	}
}

// validateAtSFU asks LiveKit whether it would take the join.
func (g *Gate) validateAtSFU(r *http.Request, k *knock, in rooms.Entered) error {
	return g.withRoom(r.Context(), in.Room.MediaName, func() error {
		token, err := g.client.passToken(in.Admission, in.Room.MediaName, g.now())
		if err != nil {
			return fmt.Errorf("sign: %w", err)
		}
		ctx, cancel := context.WithTimeout(r.Context(), callTimeout)
		defer cancel()
		target := url.URL{Scheme: g.client.base.Scheme, Host: g.client.base.Host, Path: k.path, RawQuery: k.query.Encode()}
		ask, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
		if err != nil {
			return fmt.Errorf("ask the SFU: %w", err)
		}
		ask.Header = sfuHeader(r, token)
		answer, err := g.client.http.Do(ask)
		if err != nil {
			return unavailable(withoutAddress(err))
		}
		_, _ = io.CopyN(io.Discard, answer.Body, answerLimit) // so that the connection can be used again
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
		return judge(answer.StatusCode)
	})
}

// withoutAddress drops the address from an error of http.Client: its query is long and the caller's.
func withoutAddress(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
