package sfu

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"parvis/rooms"
)

const (
	ownIdentity = "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90"
	ownSid      = "PA_q7XcVbNm2LkJ"
	otherSid    = "PA_zzzzzzzzzzzz"
)

func participant(sid, identity string) *livekit.ParticipantInfo {
	return &livekit.ParticipantInfo{
		Sid: sid, Identity: identity, Name: "Camille", Metadata: strings.Repeat("m", 300), JoinedAt: 1790000000, Version: 3,
		Tracks: []*livekit.TrackInfo{{Sid: "TR_1", Name: "voice"}}, Permission: &livekit.ParticipantPermission{CanSubscribe: true},
	}
}

func joins(others int) *livekit.SignalResponse {
	join := &livekit.JoinResponse{
		Room: &livekit.Room{Sid: "RM_1", Name: "media", EmptyTimeout: 300, EnabledCodecs: []*livekit.Codec{{Mime: "audio/opus"}}}, Participant: participant(ownSid, ownIdentity),
		IceServers: []*livekit.ICEServer{{Urls: []string{"turn:127.0.0.1:3478"}}}, PingTimeout: 15, ServerInfo: &livekit.ServerInfo{Version: "1.13.11"},
	}
	for i := range others {
		join.OtherParticipants = append(join.OtherParticipants, participant(fmt.Sprint("PA_", i), fmt.Sprint("other-", i)))
	}
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Join{Join: join}}
}

func updated(people ...*livekit.ParticipantInfo) *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Update{Update: &livekit.ParticipantUpdate{Participants: people}}}
}

func resumed() *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Reconnect{Reconnect: &livekit.ReconnectResponse{LastMessageSeq: 9}}}
}

type judged struct {
	sid     string
	quality livekit.ConnectionQuality
}

func quality(all ...judged) *livekit.SignalResponse {
	update := &livekit.ConnectionQualityUpdate{}
	for _, one := range all {
		update.Updates = append(update.Updates, &livekit.ConnectionQualityInfo{ParticipantSid: one.sid, Quality: one.quality, Score: 4.5})
	}
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_ConnectionQuality{ConnectionQuality: update}}
}

func own(q livekit.ConnectionQuality) *livekit.SignalResponse { return quality(judged{ownSid, q}) }

func other(q livekit.ConnectionQuality) *livekit.SignalResponse { return quality(judged{otherSid, q}) }

// written is how LiveKit writes it: one binary message of one frame.
func written(t testing.TB, m proto.Message) []byte {
	t.Helper()
	payload, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return framed(t, ws.NewBinaryFrame(payload))
}

func framed(t testing.TB, f ws.Frame) []byte {
	t.Helper()
	b, err := ws.CompileFrame(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fragmented is a message in frames of so many bytes, with a ping between any two.
func fragmented(t testing.TB, m proto.Message, size int) []byte {
	t.Helper()
	payload, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	op := ws.OpBinary
	for part := range slices.Chunk(payload, size) {
		all = append(all, framed(t, ws.NewFrame(op, false, part))...)
		all = append(all, framed(t, ws.NewPingFrame([]byte{tagQuality, 2, 10, 0}))...)
		op = ws.OpContinuation
	}
	return append(all, framed(t, ws.NewFrame(ws.OpContinuation, true, nil))...)
}

// heard is what a watcher says of a stream that comes in parts of so many bytes.
func heard(stream []byte, step int) rooms.Quality {
	w := watch(ownIdentity)
	for part := range slices.Chunk(stream, step) {
		w.feed(part)
	}
	return w.quality()
}

func TestWhatIsHeardOfAConnection(t *testing.T) {
	const excellent, good, poor, lost = livekit.ConnectionQuality_EXCELLENT, livekit.ConnectionQuality_GOOD, livekit.ConnectionQuality_POOR, livekit.ConnectionQuality_LOST
	json, err := protojson.Marshal(own(poor))
	if err != nil {
		t.Fatal(err)
	}
	crowd := []judged{{ownSid, good}}
	for i := range 500 {
		crowd = append(crowd, judged{fmt.Sprint("PA_", i), lost})
	}
	backwards := slices.Clone(crowd)
	slices.Reverse(backwards)
	noise := &livekit.SignalResponse{Message: &livekit.SignalResponse_Offer{Offer: &livekit.SessionDescription{Type: "offer", Sdp: strings.Repeat("a", 70_000)}}}
	masked := framed(t, ws.MaskFrame(ws.NewBinaryFrame([]byte{1})))
	reserved := framed(t, ws.NewFrame(ws.OpBinary, true, nil))
	reserved[0] |= 0x40
	unknown := &livekit.ConnectionQualityInfo{ParticipantSid: ownSid, Quality: 99}
	join, is := written(t, joins(2)), func(m proto.Message) []byte { return written(t, m) }
	cases := []struct {
		name   string
		frames [][]byte
		want   rooms.Quality
	}{
		{"nothing", nil, rooms.QualityUnknown},
		{"nobody was judged yet", [][]byte{join}, rooms.QualityUnknown},
		{"before it is known who one is", [][]byte{is(own(lost)), join}, rooms.QualityUnknown},
		{"somebody else's", [][]byte{join, is(other(poor))}, rooms.QualityUnknown},
		{"an empty update", [][]byte{join, is(quality())}, rooms.QualityUnknown},
		{"in JSON, which is not read", [][]byte{join, framed(t, ws.NewTextFrame(json))}, rooms.QualityUnknown},
		{"a word that is not known", [][]byte{join, is(own(good)), is(&livekit.SignalResponse{Message: &livekit.SignalResponse_ConnectionQuality{
			ConnectionQuality: &livekit.ConnectionQualityUpdate{Updates: []*livekit.ConnectionQualityInfo{unknown}},
		}})}, rooms.QualityGood},

		{"excellent", [][]byte{join, is(own(excellent))}, rooms.QualityExcellent},
		{"good", [][]byte{join, is(own(good))}, rooms.QualityGood},
		{"poor, which is a zero that is left out", [][]byte{join, is(own(poor))}, rooms.QualityPoor},
		{"lost", [][]byte{join, is(own(lost))}, rooms.QualityLost},
		{"the last counts", [][]byte{join, is(own(lost)), is(own(excellent)), is(other(lost))}, rooms.QualityExcellent},
		{"among many", [][]byte{join, is(quality(crowd...)), is(other(poor))}, rooms.QualityGood},
		{"as the last of many", [][]byte{join, is(quality(backwards...))}, rooms.QualityGood},
		{"of a full room", [][]byte{is(joins(300)), is(own(poor))}, rooms.QualityPoor},
		{"between long messages and pings", [][]byte{join, is(noise), framed(t, ws.NewPingFrame([]byte("ping"))), is(own(good)), is(noise)}, rooms.QualityGood},
		{"in fragments with pings between", [][]byte{fragmented(t, joins(2), 7), fragmented(t, noise, 30_000), fragmented(t, own(lost), 1)}, rooms.QualityLost},

		{"after a reconnection, where nobody says who joins", [][]byte{is(resumed()), is(updated(participant(otherSid, "other"), participant(ownSid, ownIdentity))), is(own(poor))}, rooms.QualityPoor},
		{"after a reconnection without a word of oneself", [][]byte{is(resumed()), is(updated(participant(otherSid, "other"))), is(own(poor))}, rooms.QualityUnknown},
		{"of somebody whose identity begins likewise", [][]byte{is(updated(participant(otherSid, ownIdentity[:35]), participant(otherSid, ownIdentity+"x"))), is(other(lost))}, rooms.QualityUnknown},
		{"of a sid that is none", [][]byte{is(updated(participant(strings.Repeat("P", 200), ownIdentity))), is(quality(judged{strings.Repeat("P", 200), lost}))}, rooms.QualityUnknown},

		{"before the frames end to be any", [][]byte{join, is(own(good)), masked, is(own(lost))}, rooms.QualityGood},
		{"compressed, as never agreed", [][]byte{join, is(own(good)), reserved, is(own(lost))}, rooms.QualityGood},
		{"a continuation of nothing", [][]byte{join, framed(t, ws.NewFrame(ws.OpContinuation, true, nil)), is(own(lost))}, rooms.QualityUnknown},
		{"a message within a message", [][]byte{join, framed(t, ws.NewFrame(ws.OpBinary, false, nil)), is(own(lost))}, rooms.QualityUnknown},
		{"a length beyond all numbers", [][]byte{join, {0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, is(own(lost))}, rooms.QualityUnknown},
	}
	for _, c := range cases {
		stream := bytes.Join(c.frames, nil)
		for _, step := range []int{1, 2, 3, 7, 125, chunkSize, 1 << 30} {
			if got := heard(stream, step); got != c.want {
				t.Errorf("%s, %d bytes at a time: heard %d, want %d", c.name, step, got, c.want)
			}
		}
	}
}

func TestAStreamIsUnderstoodWhereverItIsCut(t *testing.T) {
	stream := append(written(t, joins(1)), written(t, quality(judged{otherSid, livekit.ConnectionQuality_LOST}, judged{ownSid, livekit.ConnectionQuality_POOR}))...)
	for cut := range stream {
		w := watch(ownIdentity)
		w.feed(stream[:cut])
		w.feed(stream[cut:])
		if w.quality() != rooms.QualityPoor {
			t.Errorf("cut before byte %d: heard %d", cut, w.quality())
		}
	}
}

func TestWatchingAllocatesNothing(t *testing.T) {
	stream := append(written(t, joins(100)), written(t, own(livekit.ConnectionQuality_GOOD))...)
	w := watch(ownIdentity)
	if n := testing.AllocsPerRun(100, func() {
		for part := range slices.Chunk(stream, chunkSize) {
			w.feed(part)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzWatch holds a watcher to what a reader of whole messages says of the same bytes, wherever these are well-formed, and to
// itself, however they are cut.
func FuzzWatch(f *testing.F) {
	join := written(f, joins(1))
	f.Add(append(join, written(f, own(livekit.ConnectionQuality_GOOD))...), uint8(3))
	f.Add(append(join, fragmented(f, own(livekit.ConnectionQuality_LOST), 2)...), uint8(1))
	f.Add(append(written(f, updated(participant(ownSid, ownIdentity))), written(f, own(livekit.ConnectionQuality_POOR))...), uint8(200))
	f.Add([]byte{0x82, 0x05, tagQuality, 0xff, 0xff, 0xff, 0xff}, uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, step uint8) {
		before := bytes.Clone(stream)
		w := watch(ownIdentity)
		for part := range slices.Chunk(stream, int(step)+1) {
			w.feed(part)
		}
		if !bytes.Equal(stream, before) {
			t.Fatal("the stream was changed")
		}
		if whole := heard(append(stream, 0)[:len(stream)], 1<<30); len(stream) > 0 && w.quality() != whole {
			t.Errorf("cut it says %d, whole %d", w.quality(), whole)
		}
		if want, plain := readMessages(stream); plain && w.quality() != want {
			t.Errorf("it says %d, a reader of messages %d", w.quality(), want)
		}
	})
}

// readMessages is what the messages of a stream say; plain is false where any of it is not as LiveKit writes.
func readMessages(stream []byte) (q rooms.Quality, plain bool) {
	r, own := bytes.NewReader(stream), ""
	for r.Len() > 0 {
		h, err := ws.ReadHeader(r)
		if err != nil || h.OpCode != ws.OpBinary || !h.Fin || h.Masked || h.Rsv != 0 || h.Length > int64(r.Len()) {
			return q, false
		}
		payload := make([]byte, h.Length)
		_, _ = io.ReadFull(r, payload)
		var m livekit.SignalResponse
		if proto.Unmarshal(payload, &m) != nil {
			return q, false
		}
		again, err := proto.Marshal(&m)
		if err != nil || !bytes.Equal(again, payload) {
			return q, false
		}
		known := append([]*livekit.ParticipantInfo{m.GetJoin().GetParticipant()}, m.GetUpdate().GetParticipants()...)
		for _, p := range known {
			if own == "" && p.GetIdentity() == ownIdentity && len(p.GetSid()) <= sidMost {
				own = p.GetSid()
			}
		}
		for _, u := range m.GetConnectionQuality().GetUpdates() {
			if own != "" && u.GetParticipantSid() == own {
				q = qualityOf(u.GetQuality(), q)
				break
			}
		}
	}
	return q, true
}
