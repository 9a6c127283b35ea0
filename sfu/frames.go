package sfu

import (
	"bytes"
	"errors"

	"github.com/gobwas/ws"
)

// messageLimit bounds one message from a browser to the SFU, all its fragments together. LiveKit before 1.13.6 reads
// without limit.
const messageLimit = 2 << 20

var errMessageTooLarge = errors.New("websocket message larger than 2 MiB")

// frameGuard follows a client's WebSocket frames (RFC 6455 §5.2) through a stream of bytes and keeps none of them. The
// extensions were struck from the handshake, so reserved bits are errors and lengths are true.
type frameGuard struct {
	header  [ws.MaxHeaderSize]byte
	have    int   // bytes of header so far
	left    int64 // bytes of payload to come
	message int64 // bytes of the data message so far
	state   ws.State
}

func newFrameGuard() frameGuard { return frameGuard{state: ws.StateServerSide} }

// feed reads the next bytes; after an error the stream must end and these bytes must not be passed on.
func (g *frameGuard) feed(chunk []byte) error {
	for len(chunk) > 0 {
		if g.left > 0 {
			n := min(g.left, int64(len(chunk)))
			g.left -= n
			chunk = chunk[n:]
			continue
		}
		n := copy(g.header[g.have:g.need()], chunk)
		g.have += n
		chunk = chunk[n:]
		if g.have == g.need() {
			if err := g.begin(); err != nil {
				return err
			}
		}
	}
	return nil
}

// need is how many bytes the header has, as far as the bytes so far tell.
func (g *frameGuard) need() int {
	if g.have < ws.MinHeaderSize {
		return ws.MinHeaderSize
	}
	need := ws.MinHeaderSize
	switch g.header[1] & 0x7f {
	case 126:
		need += 2
	case 127:
		need += 8
	}
	if g.header[1]&0x80 != 0 {
		need += 4
	}
	return need
}

// begin takes a complete header.
func (g *frameGuard) begin() error {
	h, err := ws.ReadHeader(bytes.NewReader(g.header[:g.have]))
	if err != nil {
		return err
	}
	if err := ws.CheckHeader(h, g.state); err != nil {
		return err
	}
	g.have, g.left = 0, h.Length
	if h.OpCode.IsControl() {
		return nil
	}
	if h.OpCode != ws.OpContinuation {
		g.message = 0
	}
	if h.Length > messageLimit-g.message {
		return errMessageTooLarge
	}
	g.message += h.Length
	if h.Fin {
		g.state = g.state.Clear(ws.StateFragmented)
	} else {
		g.state = g.state.Set(ws.StateFragmented)
	}
	return nil
}
