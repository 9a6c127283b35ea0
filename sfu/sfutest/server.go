// Package sfutest is an SFU in memory for the tests of others.
//
// It owns who is in which room, what was said and what was cut, and passes the same contract as the real one (Contract,
// run here on the fake and in sfu/mediatest on LiveKit). It refuses to carry media or to check passes.
package sfutest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// Server is the SFU. Its zero value is not usable; mu guards everything.
type Server struct {
	mu    sync.Mutex
	down  bool
	born  int
	rooms map[string]*room
	cuts  []string
	now   func() time.Time
}

type room struct {
	sid     string
	people  map[string]person
	signals []Said
}

type person struct {
	admission rooms.Admission
	joined    time.Time
	standard  bool
	sounds    map[access.Ability]bool // what they publish unmuted
}

// Said is a signal with the identities that it was for; none means the room.
type Said struct {
	Signal event.Signal
	To     []string
}

var (
	_ rooms.Passes = (*Server)(nil)
	_ rooms.Media  = (*Server)(nil)
	_ rooms.Cutter = (*Server)(nil)
)

// New makes an SFU without rooms.
func New(now func() time.Time) *Server { return &Server{rooms: map[string]*room{}, now: now} }

// Join connects somebody, as the gate does; the room is created when it lacks.
func (s *Server) Join(mediaName string, a rooms.Admission) { s.join(mediaName, a, true) }

// JoinHidden connects a participant of a kind without relay, such as a recorder.
func (s *Server) JoinHidden(mediaName string, a rooms.Admission) { s.join(mediaName, a, false) }

func (s *Server) join(mediaName string, a rooms.Admission, standard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rooms[mediaName]
	if !ok {
		s.born++
		r = &room{sid: fmt.Sprintf("RM_%d", s.born), people: map[string]person{}}
		s.rooms[mediaName] = r
	}
	a.Sources = slices.Clone(a.Sources)
	r.people[a.ID] = person{admission: a, joined: s.now(), standard: standard, sounds: map[access.Ability]bool{}}
}

// Publish lets somebody publish from a source, not muted.
func (s *Server) Publish(mediaName, identity string, source access.Ability) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rooms[mediaName].people[identity].sounds[source] = true
}

// Sounds tells whether somebody publishes from a source, not muted.
func (s *Server) Sounds(mediaName, identity string, source access.Ability) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rooms[mediaName]
	return ok && r.people[identity].sounds[source]
}

// Mute mutes one.
func (s *Server) Mute(_ context.Context, mediaName, identity string, source access.Ability) (changed bool, err error) {
	err = s.in(mediaName, func(r *room) {
		if changed = r.people[identity].sounds[source]; changed {
			r.people[identity].sounds[source] = false
		}
	})
	return changed, err
}

// MuteAll mutes all but some, and answers whom by identity.
func (s *Server) MuteAll(_ context.Context, mediaName string, source access.Ability, except func(string) bool) (muted []string, err error) {
	err = s.in(mediaName, func(r *room) {
		for _, id := range slices.Sorted(maps.Keys(r.people)) {
			if r.people[id].sounds[source] && !except(id) {
				r.people[id].sounds[source] = false
				muted = append(muted, id)
			}
		}
	})
	return muted, err
}

// Leave disconnects somebody by their own will.
func (s *Server) Leave(mediaName, identity string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.rooms[mediaName]; ok {
		delete(r.people, identity)
	}
}

// Kill loses everything, as a process that dies does; the server answers again at once.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.rooms)
}

// SetDown makes the server answer nothing, or answer again.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Connected is what the server knows of somebody.
func (s *Server) Connected(mediaName, identity string) (rooms.Admission, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rooms[mediaName]
	if !ok {
		return rooms.Admission{}, false
	}
	p, ok := r.people[identity]
	return p.admission, ok
}

// Signals is what was said to a room, oldest first.
func (s *Server) Signals(mediaName string) []Said {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.rooms[mediaName]; ok {
		return slices.Clone(r.signals)
	}
	return nil
}

// Cuts are the admissions whose relays were cut, in order.
func (s *Server) Cuts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.cuts)
}

// Pass is a readable stand-in for a token.
func (s *Server) Pass(a rooms.Admission, mediaName string, now time.Time) (rooms.Pass, error) {
	if a.ID == "" || mediaName == "" {
		return rooms.Pass{}, errors.New("sign pass: an admission and a room are needed")
	}
	return rooms.Pass{URL: "ws://sfu.test/livekit", Token: "pass:" + mediaName + ":" + a.ID, ExpiresAt: now.Add(10 * time.Minute).UTC()}, nil
}

// Remove disconnects a participant.
func (s *Server) Remove(_ context.Context, mediaName, identity string) error {
	return s.in(mediaName, func(r *room) { delete(r.people, identity) })
}

// Apply brings name and rights up to date.
func (s *Server) Apply(_ context.Context, mediaName string, a rooms.Admission) error {
	return s.in(mediaName, func(r *room) {
		if p, ok := r.people[a.ID]; ok {
			a.Sources = slices.Clone(a.Sources)
			p.admission = a
			r.people[a.ID] = p
		}
	})
}

// Send says a signal.
func (s *Server) Send(_ context.Context, mediaName string, signal event.Signal, to ...string) error {
	return s.in(mediaName, func(r *room) { r.signals = append(r.signals, Said{Signal: signal, To: slices.Clone(to)}) })
}

// Rooms lists the rooms by name.
func (s *Server) Rooms(context.Context) ([]rooms.MediaRoom, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, unavailable()
	}
	var listed []rooms.MediaRoom
	for _, name := range slices.Sorted(maps.Keys(s.rooms)) {
		r := s.rooms[name]
		listed = append(listed, rooms.MediaRoom{Name: name, Sid: r.sid, Participants: len(r.people)})
	}
	return listed, nil
}

// Participants lists who is connected, by identity; nobody in a room that does not exist.
func (s *Server) Participants(_ context.Context, mediaName string) ([]rooms.MediaParticipant, error) {
	var people []rooms.MediaParticipant
	err := s.in(mediaName, func(r *room) {
		for _, id := range slices.Sorted(maps.Keys(r.people)) {
			p := r.people[id]
			people = append(people, rooms.MediaParticipant{Identity: id, Standard: p.standard, JoinedAt: p.joined})
		}
	})
	return people, err
}

// Cut notes that the relays of an admission were cut.
func (s *Server) Cut(admissionID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cuts = append(s.cuts, admissionID)
}

// in runs do on a room that exists; a room that does not is no error.
func (s *Server) in(mediaName string, do func(*room)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return unavailable()
	}
	if r, ok := s.rooms[mediaName]; ok {
		do(r)
	}
	return nil
}

func unavailable() error {
	return fault.New(fault.CodeMediaUnavailable, "the media server does not answer").After(2 * time.Second)
}
