package sfu

import (
	"github.com/livekit/protocol/livekit"

	"parvis/rooms"
)

// What is read of livekit.SignalResponse: its first byte is the tag of what it holds. In each there are entries whose first
// field is the sid of a participant.
const (
	tagJoin    = 1<<3 | wireBytes  // JoinResponse: field 2 is the participant who joins
	tagUpdate  = 5<<3 | wireBytes  // ParticipantUpdate: field 1 are participants; after a reconnection the own one is among them
	tagQuality = 12<<3 | wireBytes // ConnectionQualityUpdate: field 1 are qualities
)

// Wire types of protocol buffers.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

const (
	sidMost   = 32      // LiveKit's have 15 bytes
	fieldMost = 1 << 30 // longer ones are none of LiveKit's
)

// step is what the next byte of a message belongs to.
type step uint8

const (
	passed step = iota // nothing more of this message is read
	atTag
	atLength
	atNumber
	atContent
)

// response reads one message after the other as its bytes come, and keeps of all of them the sid of the own participant and
// its last quality. What an entry is about is known at its end alone, so it is noted meanwhile.
type response struct {
	identity string
	sid      sid // the own one, once it is known
	quality  rooms.Quality

	step   step
	part   byte     // the tag of what the message holds
	at     int64    // bytes of the message that were read
	ends   [2]int64 // where the part ends, and the entry in it
	depth  int      // how many of these are open
	number uint64   // a variable-length number so far
	shift  uint
	field  uint64 // the number of the field, with its wire type
	left   int64  // bytes of its content to come
	entry  entry
}

// entry is a ParticipantInfo (sid 1, identity 2) or a ConnectionQualityInfo (sid 1, quality 2). In the latter a quality of
// zero is left out.
type entry struct {
	sid     sid
	same    int // so many bytes of the identity are the own one's; -1: it is another
	quality livekit.ConnectionQuality
}

// sid is a short text without a place on the heap. One that is too long equals none that is known.
type sid struct {
	text [sidMost]byte
	size int
}

func (s *sid) add(p []byte) {
	if s.size+len(p) > sidMost {
		s.size = sidMost + 1
		return
	}
	s.size += copy(s.text[s.size:], p)
}

func (s *sid) known() bool { return s.size > 0 && s.size <= sidMost }

// begin takes the beginning of a message.
func (r *response) begin(binary bool) {
	r.step, r.at, r.depth, r.number, r.shift = passed, 0, 0, 0, 0
	if binary {
		r.step = atTag
	}
}

// read takes the next bytes of the message.
func (r *response) read(p []byte) {
	for len(p) > 0 && r.step != passed {
		if r.step == atContent {
			n := min(r.left, int64(len(p)))
			r.content(p[:n])
			p = p[n:]
			r.at += n
			if r.left -= n; r.left == 0 {
				r.next()
			}
			continue
		}
		b := p[0]
		p = p[1:]
		r.at++
		r.number |= uint64(b&0x7f) << r.shift
		r.shift += 7
		switch {
		case b&0x80 == 0:
			n := r.number
			r.number, r.shift = 0, 0
			r.take(n)
		case r.shift > 63:
			r.step = passed
		}
	}
}

// take has a complete number.
func (r *response) take(n uint64) {
	switch r.step {
	case atTag:
		r.tag(n)
	case atLength:
		r.length(n)
	default:
		if r.depth == 2 && r.part == tagQuality && r.field == 2<<3|wireVarint {
			r.entry.quality = livekit.ConnectionQuality(min(n, 1<<10))
		}
		r.next()
	}
}

func (r *response) tag(n uint64) {
	r.field = n
	if r.depth == 0 {
		r.part, r.step = byte(min(n, 0xff)), passed
		if r.wants() {
			r.step = atLength
		}
		return
	}
	switch n & 7 {
	case wireVarint:
		r.step = atNumber
	case wireFixed64:
		r.skip(8)
	case wireFixed32:
		r.skip(4)
	case wireBytes:
		r.step = atLength
	default:
		r.step = passed
	}
}

// wants tells what is worth reading: who somebody is, until that is known; then their quality.
func (r *response) wants() bool {
	if r.sid.known() {
		return r.part == tagQuality
	}
	return r.part == tagJoin || r.part == tagUpdate
}

// length begins what has one: the part, an entry of it, or a content.
func (r *response) length(n uint64) {
	if n > fieldMost {
		r.step = passed
		return
	}
	holds := uint64(1<<3 | wireBytes)
	if r.part == tagJoin {
		holds = 2<<3 | wireBytes
	}
	switch {
	case r.depth == 0, r.depth == 1 && r.field == holds:
		r.ends[r.depth] = r.at + int64(n)
		r.depth++
		r.entry = entry{}
		r.next()
	default:
		if r.depth == 2 && r.field == 1<<3|wireBytes {
			r.entry.sid = sid{}
		}
		r.skip(int64(n))
	}
}

// skip begins a content of so many bytes.
func (r *response) skip(n int64) {
	r.left, r.step = n, atContent
	if n == 0 {
		r.next()
	}
}

// content takes bytes of a field.
func (r *response) content(p []byte) {
	switch {
	case r.depth != 2:
	case r.field == 1<<3|wireBytes:
		r.entry.sid.add(p)
	case r.field == 2<<3|wireBytes && r.part != tagQuality:
		r.entry.compare(p, r.identity)
	}
}

func (e *entry) compare(p []byte, identity string) {
	if e.same < 0 || len(p) > len(identity)-e.same || identity[e.same:e.same+len(p)] != string(p) {
		e.same = -1
		return
	}
	e.same += len(p)
}

// next closes what ends here and goes on with the next field.
func (r *response) next() {
	r.step = atTag
	for r.depth > 0 && r.at >= r.ends[r.depth-1] {
		if r.at > r.ends[r.depth-1] || r.depth == 1 {
			r.step = passed
			return
		}
		r.depth--
		r.judge()
	}
	if r.depth == 2 && r.ends[1] > r.ends[0] {
		r.step = passed
	}
}

// judge looks at an entry that is complete. Once the own one was found, the rest of the message says nothing.
func (r *response) judge() {
	switch e := &r.entry; {
	case r.part == tagQuality && e.sid == r.sid:
		r.quality = qualityOf(e.quality, r.quality)
	case r.part != tagQuality && e.sid.known() && e.same == len(r.identity):
		r.sid = e.sid
	default:
		return
	}
	r.ends[0] = r.at // passes over the rest
}

// qualityOf is LiveKit's word in ours; one that is not known changes nothing.
func qualityOf(q livekit.ConnectionQuality, before rooms.Quality) rooms.Quality {
	switch q {
	case livekit.ConnectionQuality_EXCELLENT:
		return rooms.QualityExcellent
	case livekit.ConnectionQuality_GOOD:
		return rooms.QualityGood
	case livekit.ConnectionQuality_POOR:
		return rooms.QualityPoor
	case livekit.ConnectionQuality_LOST:
		return rooms.QualityLost
	default:
		return before
	}
}
