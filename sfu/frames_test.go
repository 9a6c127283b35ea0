package sfu

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/gobwas/ws"
)

func frame(op ws.OpCode, fin bool, size int) []byte {
	var b bytes.Buffer
	if err := ws.WriteFrame(&b, ws.MaskFrame(ws.NewFrame(op, fin, make([]byte, size)))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestWhatABrowserMaySend(t *testing.T) {
	reserved := frame(ws.OpText, true, 1)
	reserved[0] |= 0x40
	half := messageLimit / 2
	cases := []struct {
		name   string
		frames [][]byte
		refuse bool
	}{
		{"an empty text", [][]byte{frame(ws.OpText, true, 0)}, false},
		{"each form of length", [][]byte{frame(ws.OpText, true, 125), frame(ws.OpBinary, true, 126), frame(ws.OpText, true, 70000)}, false},
		{"fragments with a ping between", [][]byte{frame(ws.OpText, false, half), frame(ws.OpPing, true, 4), frame(ws.OpContinuation, true, half)}, false},
		{"many messages", [][]byte{frame(ws.OpText, true, messageLimit), frame(ws.OpText, true, messageLimit)}, false},
		{"a close", [][]byte{frame(ws.OpClose, true, 2)}, false},
		{"too large", [][]byte{frame(ws.OpText, true, messageLimit+1)}, true},
		{"too large in fragments", [][]byte{frame(ws.OpText, false, half), frame(ws.OpContinuation, false, half), frame(ws.OpContinuation, true, 1)}, true},
		{"a length beyond all numbers", [][]byte{{0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4}}, true},
		{"the largest length that is one", [][]byte{{0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4}}, true},
		{"not masked", [][]byte{ws.MustCompileFrame(ws.NewTextFrame([]byte("x")))}, true},
		{"compressed", [][]byte{reserved}, true},
		{"a continuation of nothing", [][]byte{frame(ws.OpContinuation, true, 1)}, true},
		{"a message within a message", [][]byte{frame(ws.OpText, false, 1), frame(ws.OpText, true, 1)}, true},
		{"a long ping", [][]byte{frame(ws.OpPing, true, 126)}, true},
		{"a ping in fragments", [][]byte{frame(ws.OpPing, false, 1)}, true},
		{"an unknown kind", [][]byte{frame(3, true, 1)}, true},
	}
	for _, c := range cases {
		for _, step := range []int{1, 3, 4096, 1 << 30} {
			g := newFrameGuard()
			err := feed(&g, bytes.Join(c.frames, nil), step)
			if (err != nil) != c.refuse {
				t.Errorf("%s, %d bytes at a time: %v", c.name, step, err)
			}
		}
	}
}

func feed(g *frameGuard, stream []byte, step int) error {
	for len(stream) > 0 {
		n := min(step, len(stream))
		if err := g.feed(stream[:n]); err != nil {
			return err
		}
		stream = stream[n:]
	}
	return nil
}

// FuzzFrames holds the guard to what a reader of whole frames says of the same bytes, however they are cut.
func FuzzFrames(f *testing.F) {
	f.Add(frame(ws.OpText, true, 3), uint8(1))
	f.Add(append(frame(ws.OpText, false, 200), frame(ws.OpContinuation, true, 1)...), uint8(7))
	f.Add([]byte{0x82, 0xff, 0x7f}, uint8(2))
	f.Fuzz(func(t *testing.T, stream []byte, step uint8) {
		g := newFrameGuard()
		got := feed(&g, stream, int(step)+1)
		if want := readWhole(stream); (got == nil) != (want == nil) {
			t.Errorf("guard says %v, reader says %v", got, want)
		}
	})
}

// readWhole reads frame by frame and answers the first error that is not the end of the bytes.
func readWhole(stream []byte) error {
	r, state, message := bytes.NewReader(stream), ws.StateServerSide, int64(0)
	for {
		h, err := ws.ReadHeader(r)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := ws.CheckHeader(h, state); err != nil {
			return err
		}
		if !h.OpCode.IsControl() {
			if h.OpCode != ws.OpContinuation {
				message = 0
			}
			if h.Length > messageLimit || message+h.Length > messageLimit {
				return errMessageTooLarge
			}
			message += h.Length
			if state = state.Clear(ws.StateFragmented); !h.Fin {
				state = state.Set(ws.StateFragmented)
			}
		}
		if h.Length > int64(r.Len()) {
			return nil
		}
		if _, err := r.Seek(h.Length, io.SeekCurrent); err != nil {
			return err
		}
	}
}
