package sfu

import (
	"github.com/gobwas/ws"

	"parvis/rooms"
)

// watcher follows what the SFU says to a browser, to hear how it judges the connection of the relay's own participant. It
// reads bytes that were passed on already, changes none, keeps none and allocates nothing; what it does not understand it no
// longer looks at. The extensions were struck from the handshake, so lengths are true. Messages in JSON, which LiveKit writes
// to who writes it JSON, are not read: no client of ours does.
type watcher struct {
	header   [10]byte // a server's frames have no mask
	have     int      // bytes of header so far
	left     int64    // bytes of payload to come
	control  bool     // the frame is a ping, a pong or a close
	open     bool     // a message goes on in further frames
	deaf     bool     // these are no frames of a server
	response response
}

// watch makes a watcher for the participant of this identity at the SFU.
func watch(identity string) watcher { return watcher{response: response{identity: identity}} }

// quality is what the SFU said last.
func (w *watcher) quality() rooms.Quality { return w.response.quality }

// feed reads the next bytes of the stream, however it is cut.
func (w *watcher) feed(chunk []byte) {
	for len(chunk) > 0 && !w.deaf {
		if w.left > 0 {
			n := min(w.left, int64(len(chunk)))
			if !w.control {
				w.response.read(chunk[:n])
			}
			w.left -= n
			chunk = chunk[n:]
			continue
		}
		w.header[w.have] = chunk[0]
		w.have++
		chunk = chunk[1:]
		if w.have == w.need() {
			w.begin()
		}
	}
}

// need is how many bytes the header has, as far as the bytes so far tell.
func (w *watcher) need() int {
	switch {
	case w.have < 2:
		return 2
	case w.header[1]&0x7f == 126:
		return 4
	case w.header[1]&0x7f == 127:
		return 10
	default:
		return 2
	}
}

// begin takes a complete header (RFC 6455 section 5.2).
func (w *watcher) begin() {
	w.left = 0
	if w.have == 2 {
		w.left = int64(w.header[1] & 0x7f)
	}
	for _, b := range w.header[2:w.have] {
		w.left = w.left<<8 | int64(b)
	}
	w.have = 0
	op := ws.OpCode(w.header[0] & 0x0f)
	final, reserved, masked := w.header[0]&0x80 != 0, w.header[0]&0x70 != 0, w.header[1]&0x80 != 0
	w.control = op.IsControl()
	switch {
	case reserved || masked || w.left < 0:
		w.deaf = true
	case w.control:
		w.deaf = !final || w.left > ws.MaxControlFramePayloadSize
	case op == ws.OpContinuation:
		w.deaf = !w.open
		w.open = !final
	case op == ws.OpBinary || op == ws.OpText:
		w.deaf = w.open
		w.open = !final
		w.response.begin(op == ws.OpBinary)
	default:
		w.deaf = true
	}
}
