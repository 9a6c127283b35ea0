package sfu

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	"github.com/google/go-cmp/cmp"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"parvis/rooms"
	"parvis/sfu/sfutest"
)

// echoed has the scripted SFU say these to the browser, which must get each as it was said.
func (s *socket) echoed(t testing.TB, messages ...proto.Message) {
	t.Helper()
	for _, m := range messages {
		payload, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := wsutil.WriteClientBinary(s, payload); err != nil {
			t.Fatal(err)
		}
		_ = s.SetReadDeadline(time.Now().Add(patience))
		got, op, err := wsutil.ReadServerData(s)
		if err != nil || op != ws.OpBinary || !bytes.Equal(got, payload) {
			t.Fatalf("%d bytes came back as %d, %v", len(payload), len(got), err)
		}
	}
}

func (h *house) tell(t *testing.T) error {
	t.Helper()
	return h.gate.TellQualities(t.Context())
}

// toldOf tells the door each relay has heard this, of what was passed on.
func (h *house) toldOf(t *testing.T, relays int, want rooms.Quality) {
	t.Helper()
	sfutest.Eventually(t, "the relays have heard", func() bool {
		all := h.gate.allRelays()
		for _, r := range all {
			if rooms.Quality(r.quality.Load()) != want {
				return false
			}
		}
		return len(all) == relays
	})
	if err := h.tell(t); err != nil {
		t.Fatal(err)
	}
}

func TestTheDoorIsToldOfAQualityOnceAndOnlyWhenItChanges(t *testing.T) {
	h := newHouse(t)
	conn, _ := h.open(t, dialing{token: h.pass(t, h.admit(ownIdentity, ""))})
	conn.hear(t)
	conn.echoed(t, joins(3), other(livekit.ConnectionQuality_LOST))
	if err := h.tell(t); err != nil || len(h.door.heard) != 0 {
		t.Fatalf("told of what nobody said: %v, %v", h.door.heard, err)
	}
	relay := "relay-of-" + ownIdentity
	conn.echoed(t, own(livekit.ConnectionQuality_GOOD), own(livekit.ConnectionQuality_POOR))
	h.toldOf(t, 1, rooms.QualityPoor)
	h.toldOf(t, 1, rooms.QualityPoor)
	conn.echoed(t, own(livekit.ConnectionQuality_EXCELLENT))
	h.databaseIs(databaseGone())
	if err := h.tell(t); err == nil {
		t.Error("a failure is not told")
	}
	h.databaseIs(nil)
	h.toldOf(t, 1, rooms.QualityExcellent)
	want := [][]rooms.RelayQuality{{{RelayID: relay, Quality: rooms.QualityPoor}}, {{RelayID: relay, Quality: rooms.QualityExcellent}}}
	if diff := cmp.Diff(want, h.door.heard); diff != "" {
		t.Error(diff)
	}
	_ = conn.Close()
	sfutest.Eventually(t, "the relay has ended", func() bool { return h.gate.Relays() == 0 })
	if err := h.tell(t); err != nil || len(h.door.heard) != 2 {
		t.Errorf("told of who has left: %v, %v", h.door.heard, err)
	}
}

func TestOfWhoIsNotEnteredYetTheDoorIsNotTold(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit(ownIdentity, "sign-in-1"))
	h.databaseIs(databaseGone())
	conn, _ := h.open(t, dialing{token: token, signIn: "sign-in-1", origin: testOrigin})
	conn.hear(t)
	conn.echoed(t, joins(0), own(livekit.ConnectionQuality_GOOD))
	h.databaseIs(nil)
	h.gate.relaysOf(ownIdentity)[0].agreed.Store(true) // no check enters it meanwhile
	h.toldOf(t, 1, rooms.QualityGood)
	if got := h.gate.relaysOf(ownIdentity)[0].relayID(); got == "" && len(h.door.heard) != 0 {
		t.Errorf("told %v of a relay that is not written", h.door.heard)
	}
}

func TestGarbageOfTheSFUPassesAsItIs(t *testing.T) {
	h := newHouse(t)
	conn, _ := h.open(t, dialing{token: h.pass(t, h.admit(ownIdentity, ""))})
	conn.hear(t)
	for _, payload := range [][]byte{{}, {tagQuality}, {tagQuality, 0xff, 0xff, 0xff}, bytes.Repeat([]byte{0xff}, 70_000), {tagJoin, 3, 0x12, 0x7f, 1}} {
		if err := wsutil.WriteClientBinary(conn, payload); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if got, _, err := wsutil.ReadServerData(conn); err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%x came back as %x, %v", payload, got, err)
		}
	}
	conn.echoed(t, joins(0), own(livekit.ConnectionQuality_LOST))
	h.toldOf(t, 1, rooms.QualityLost)
}

// source gives one stream over and over; what is written to the other side is gone.
type source struct {
	net.Conn
	stream []byte
	at     int
	left   int64
}

func (s *source) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	for n := 0; n < len(p); {
		took := copy(p[n:], s.stream[s.at:])
		n, s.at = n+took, (s.at+took)%len(s.stream)
	}
	s.left -= int64(len(p))
	return len(p), nil
}

type sink struct{ net.Conn }

func (sink) Write(p []byte) (int, error)      { return len(p), nil }
func (sink) SetWriteDeadline(time.Time) error { return nil }

// BenchmarkWatch is what following a megabyte from the SFU costs on top of copying it, without the kernel's part: of what a call
// says while nothing happens (qualities of fifty people, speakers), and of a long message that is passed over.
func BenchmarkWatch(b *testing.B) {
	var crowd []judged
	for range 50 {
		crowd = append(crowd, judged{otherSid, livekit.ConnectionQuality_GOOD})
	}
	speakers := &livekit.SignalResponse{Message: &livekit.SignalResponse_SpeakersChanged{SpeakersChanged: &livekit.SpeakersChanged{
		Speakers: []*livekit.SpeakerInfo{{Sid: otherSid, Level: 0.5, Active: true}, {Sid: ownSid}},
	}}}
	for _, c := range []struct {
		name   string
		stream []byte
	}{
		{"qualities", written(b, quality(crowd...))},
		{"speakers", written(b, speakers)},
		{"long", written(b, joins(300))},
	} {
		w := watch(ownIdentity)
		w.feed(written(b, joins(0)))
		for _, watching := range []bool{false, true} {
			b.Run(c.name+map[bool]string{true: "/with", false: "/without"}[watching], func(b *testing.B) {
				r := &relay{gate: &Gate{timing: defaultTiming()}, watcher: w}
				var to net.Conn = sink{}
				pass := func(chunk []byte) error {
					err := r.write(to, chunk)
					if watching {
						r.hear(chunk)
					}
					return err
				}
				const megabyte = 1 << 20
				b.SetBytes(megabyte)
				b.ReportAllocs()
				var chunk [chunkSize]byte
				from := &source{stream: c.stream}
				for b.Loop() {
					from.left = megabyte
					for {
						if end, err := r.copyOnce(from, chunk[:], pass); end {
							if err != nil && !errors.Is(err, io.EOF) {
								b.Fatal(err)
							}
							break
						}
					}
				}
			})
		}
	}
}
