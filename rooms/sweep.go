package rooms

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"golang.org/x/time/rate"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

const (
	sweepLease    = "presence-sweep"
	sweepLeaseFor = 30 * time.Second // renewed while the sweep lasts
	sweepRotation = 16               // every room is asked about in detail at least once in so many sweeps (docs/decisions/0008-presence.md)
	sfuCallsPer   = 50               // calls a second to the SFU
)

var errLeaseLost = errors.New("another replica took over")

// sweep is one run of Sweep.
type sweep struct {
	*Service
	turn  int
	calls *rate.Limiter
	until time.Time // of the lease
}

// Sweep compares the database with the SFU and mends what differs: people who may not be there are removed, intervals
// and sessions that are over end, replicas that died are retired. One replica at a time does it. An SFU that does not
// answer changes nothing.
func (s *Service) Sweep(ctx context.Context, turn int) error {
	if err := s.beat(ctx); err != nil { // after a gap the sweep must know of it
		return fmt.Errorf("sweep: %w", err)
	}
	w := &sweep{Service: s, turn: turn, calls: rate.NewLimiter(sfuCallsPer, sfuCallsPer)}
	if mine, err := w.hold(ctx); err != nil || !mine {
		return err
	}
	if err := w.run(ctx); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

func (w *sweep) run(ctx context.Context) error {
	before, _, err := w.look(ctx, "")
	if err != nil {
		return err
	}
	seen, err := w.observe(ctx, before)
	if err != nil {
		return err
	}
	// Read again: whoever the SFU showed meanwhile came through the gate before, so the database knows them by now.
	known, early, err := w.look(ctx, "")
	if err != nil {
		return err
	}
	now := w.Now().UTC()
	seen.early = early
	if seen.excused, err = w.excuse(ctx, known, seen, now); err != nil {
		return err
	}
	decided, removals := reconcile(known, seen, now)
	for _, over := range decided.Over {
		decided.Events = append(decided.Events, event.Event{
			ID: newID(), Type: event.SessionEnded, OrgID: orgOf(known, over), Subject: "session:" + over, Actor: "system:sweep", At: now,
		})
	}
	if err := w.Presence.Settle(ctx, decided, now); err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if err := errors.Join(w.remove(ctx, removals), w.expire(ctx, known, now), w.lapse(ctx, now), w.followPolicies(ctx, now), w.followTightenings(ctx, known)); err != nil || early {
		return err
	}
	return w.Presence.RetireSilent(ctx, now.Add(-leaveGrace))
}

// hold takes the lease, or keeps it for longer.
func (w *sweep) hold(ctx context.Context) (bool, error) {
	now := w.Now().UTC()
	mine, err := w.Leases.Take(ctx, sweepLease, w.Replica, now, now.Add(sweepLeaseFor))
	if err != nil {
		return false, fmt.Errorf("sweep: %w", err)
	}
	w.until = now.Add(sweepLeaseFor)
	return mine, nil
}

// pace comes before each call to the SFU: it waits for its turn and keeps the lease.
func (w *sweep) pace(ctx context.Context) error {
	if err := w.calls.Wait(ctx); err != nil {
		return err
	}
	if w.until.Sub(w.Now()) > sweepLeaseFor/2 {
		return nil
	}
	mine, err := w.hold(ctx)
	if err == nil && !mine {
		err = errLeaseLost
	}
	return err
}

// remove disconnects people; one who cannot be removed holds up nobody else, and is found again by the next sweep.
func (w *sweep) remove(ctx context.Context, removals []removal) error {
	var errs []error
	for _, r := range removals {
		if err := w.pace(ctx); err != nil {
			return errors.Join(append(errs, err)...)
		}
		if err := w.Media.Remove(ctx, r.mediaName, r.identity); err != nil {
			errs = append(errs, fmt.Errorf("remove: %w", err))
			continue
		}
		w.Cutter.Cut(r.identity)
	}
	return errors.Join(errs...)
}

// expire ends the sessions that have lasted for as long as their rooms allow: by what they were when they were read, and by
// what they are when they end, for one may have ended meanwhile and another begun, or the room allow more. One that cannot be
// ended holds up no other.
func (w *sweep) expire(ctx context.Context, known []Presence, now time.Time) error {
	var errs []error
	for _, p := range known {
		if !p.Limits.over(p.StartedAt, now) {
			continue
		}
		clock := host{who: auth.Identity{Kind: auth.System, ID: "clock"}, role: access.Owner, at: now}
		err := w.endRunning(ctx, Room{ID: p.RoomID, MediaName: p.MediaName}, clock, EndedByTime, func(r *Running) bool {
			return r.Session.ID == p.SessionID && r.Room.Limits.over(r.Session.StartedAt, now)
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("end a session: %w", err))
		}
	}
	return errors.Join(errs...)
}

func orgOf(known []Presence, sessionID string) string {
	for _, p := range known {
		if p.SessionID == sessionID {
			return p.SessionOrg
		}
	}
	return ""
}

// observe asks the SFU for its rooms, and who is in them where that may matter: the count differs, a relay lapsed, no
// session is known, somebody was taken out whose token may still be good, or it is the room's turn.
func (w *sweep) observe(ctx context.Context, known []Presence) (observation, error) {
	listed, err := w.Media.Rooms(ctx)
	if err != nil {
		return observation{}, err
	}
	now := w.Now().UTC()
	seen := observation{rooms: map[string]MediaRoom{}, people: map[string][]MediaParticipant{}}
	byName := map[string]Presence{}
	for _, p := range known {
		byName[p.MediaName] = p
	}
	for _, room := range listed {
		seen.rooms[room.Name] = room
		if p, ok := byName[room.Name]; ok && !worthAsking(p, room, w.turn, now) {
			continue
		}
		if err := w.pace(ctx); err != nil {
			return observation{}, err
		}
		people, err := w.Media.Participants(ctx, room.Name)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return observation{}, err
		}
		seen.people[room.Name] = people
	}
	return seen, nil
}

func worthAsking(p Presence, room MediaRoom, turn int, now time.Time) bool {
	if p.TakenOutAt != nil && now.Sub(*p.TakenOutAt) < passLife {
		return true // where one who may not be there hides behind one who is missing, the counts say nothing
	}
	connected := 0
	for _, who := range p.People {
		if who.Ended || (who.Relays == 0 && now.Sub(who.LastSeen) > relayGrace) {
			return true
		}
		if who.Relays > 0 {
			connected++
		}
	}
	return connected != room.Participants || turnOf(room.Name) == turn%sweepRotation
}

// turnOf is when it is a room's turn to be looked into, whatever the counts say.
func turnOf(mediaName string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(mediaName))
	return int(h.Sum32() % sweepRotation)
}

// excuse finds those whom the SFU shows, who have no interval and yet may be there: while the database did not answer
// the gate let them in by their pass alone, and it enters them soon. After the early time, and a minute in the call,
// nobody is excused.
func (w *sweep) excuse(ctx context.Context, known []Presence, seen observation, now time.Time) (map[string]bool, error) {
	recorded := map[removal]bool{}
	for _, p := range known {
		for _, who := range p.People {
			recorded[removal{p.MediaName, who.AdmissionID}] = true
		}
	}
	excused := map[string]bool{}
	for name, people := range seen.people {
		for _, m := range people {
			if !m.Standard || recorded[removal{name, m.Identity}] || (!seen.early && now.Sub(m.JoinedAt) > relayGrace) {
				continue
			}
			holds, err := w.admittedTo(ctx, name, m.Identity)
			if err != nil {
				return nil, err
			}
			excused[m.Identity] = holds
		}
	}
	return excused, nil
}

// admittedTo tells whether an SFU identity is an admission to the room that has not ended.
func (s *Service) admittedTo(ctx context.Context, mediaName, identity string) (bool, error) {
	in, err := s.Admissions.Admission(ctx, identity)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && in.Admission.Live() && in.Room.MediaName == mediaName, err
}
