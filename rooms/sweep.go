package rooms

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"golang.org/x/time/rate"

	"parvis/event"
	"parvis/fault"
)

const (
	sweepLease    = "presence-sweep"
	sweepRotation = 16 // every room is asked about in detail at least once in so many sweeps
	sfuCallsPer   = 50 // calls a second to the SFU
)

// Beat says that this replica lives, so that its relays count.
func (s *Service) Beat(ctx context.Context) error {
	return s.Presence.Heartbeat(ctx, s.Replica, s.Now().UTC())
}

// Sweep compares the database with the SFU and mends what differs: people who may not be there are removed, intervals
// and sessions that are over end. One replica at a time does it. An SFU that does not answer changes nothing.
func (s *Service) Sweep(ctx context.Context, turn int) error {
	now := s.Now().UTC()
	mine, err := s.Leases.Take(ctx, sweepLease, s.Replica, now, now.Add(RelayFresh))
	if err != nil || !mine {
		return err
	}
	before, err := s.Presence.Present(ctx, "", now.Add(-RelayFresh))
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	seen, err := s.observe(ctx, before, turn, now)
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	// Read again: whoever the SFU showed meanwhile came through the gate before, so the database knows them by now.
	known, err := s.Presence.Present(ctx, "", now.Add(-RelayFresh))
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	now = s.Now().UTC()
	decided, removals := reconcile(known, seen, now)
	for _, over := range decided.Over {
		decided.Events = append(decided.Events, event.Event{
			ID: newID(), Type: event.SessionEnded, OrgID: orgOf(known, over), Subject: "session:" + over, Actor: "system:sweep", At: now,
		})
	}
	if err := s.Presence.Settle(ctx, decided, now); err != nil {
		return fmt.Errorf("sweep: settle: %w", err)
	}
	for _, r := range removals {
		if err := s.Media.Remove(ctx, r.mediaName, r.identity); err != nil {
			return fmt.Errorf("sweep: remove: %w", err)
		}
		s.Cutter.Cut(r.identity)
	}
	return nil
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
// session is known, or it is the room's turn.
func (s *Service) observe(ctx context.Context, known []Presence, turn int, now time.Time) (observation, error) {
	listed, err := s.Media.Rooms(ctx)
	if err != nil {
		return observation{}, err
	}
	seen := observation{rooms: map[string]MediaRoom{}, people: map[string][]MediaParticipant{}}
	byName := map[string]Presence{}
	for _, p := range known {
		byName[p.MediaName] = p
	}
	calls := rate.NewLimiter(sfuCallsPer, sfuCallsPer)
	for _, room := range listed {
		seen.rooms[room.Name] = room
		if p, ok := byName[room.Name]; ok && !worthAsking(p, room, turn, now) {
			continue
		}
		if err := calls.Wait(ctx); err != nil {
			return observation{}, err
		}
		people, err := s.Media.Participants(ctx, room.Name)
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
	connected := 0
	for _, who := range p.People {
		if who.Ended || (who.Relays == 0 && now.Sub(who.LastSeen) > relayGrace) {
			return true
		}
		if who.Relays > 0 {
			connected++
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(room.Name))
	return connected != room.Participants || int(h.Sum32()%sweepRotation) == turn%sweepRotation
}

// Hear works off webhooks that are waiting: hints, each harmless when doubled, late or about nobody.
func (s *Service) Hear(ctx context.Context) (int, error) {
	const batch = 100
	return s.Inbox.Work(ctx, batch, s.Now().UTC(), s.hear)
}

func (s *Service) hear(ctx context.Context, e MediaEvent) error {
	switch e.Type {
	case "participant_joined":
		return s.recheck(ctx, e)
	case "participant_left", "participant_connection_aborted":
		return s.heardLeft(ctx, e)
	case "room_finished":
		return s.heardFinished(ctx, e)
	default:
		return nil
	}
}

// recheck removes somebody whom the SFU let in and whose admission does not hold: a pass used past the gate.
func (s *Service) recheck(ctx context.Context, e MediaEvent) error {
	in, err := s.Admissions.Admission(ctx, e.Identity)
	unknown := fault.Is(err, fault.NotFound)
	if err != nil && !unknown {
		return err
	}
	if !unknown && in.Admission.State == Open && in.Room.MediaName == e.Room {
		return nil
	}
	if unknown && e.Identity == "" {
		return nil
	}
	return s.Media.Remove(ctx, e.Room, e.Identity)
}

// heardLeft ends the interval of somebody who left and holds no relay: with one, the leave belongs to an older
// connection and the relay is the truth.
func (s *Service) heardLeft(ctx context.Context, e MediaEvent) error {
	who, err := s.presentee(ctx, e)
	if err != nil || who == nil || who.Relays > 0 {
		return err
	}
	at := e.At
	if at.Before(who.LastSeen) {
		at = who.LastSeen
	}
	return s.Presence.Settle(ctx, Settlement{Left: map[string]time.Time{e.Identity: at}}, s.Now().UTC())
}

// heardFinished ends a session whose current SFU room is finished and that no relay holds open.
func (s *Service) heardFinished(ctx context.Context, e MediaEvent) error {
	now := s.Now().UTC()
	all, err := s.Presence.Present(ctx, e.Room, now.Add(-RelayFresh))
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.MediaName != e.Room || (p.Sid != "" && p.Sid != e.Sid) {
			continue
		}
		d := Settlement{Left: map[string]time.Time{}, Over: []string{p.SessionID}}
		for _, who := range p.People {
			if who.Relays > 0 {
				return nil
			}
			d.Left[who.AdmissionID] = who.LastSeen
		}
		d.Events = []event.Event{{ID: newID(), Type: event.SessionEnded, OrgID: p.SessionOrg, Subject: "session:" + p.SessionID, Actor: "system:webhook", At: now}}
		return s.Presence.Settle(ctx, d, now)
	}
	return nil
}

func (s *Service) presentee(ctx context.Context, e MediaEvent) (*Presentee, error) {
	all, err := s.Presence.Present(ctx, e.Room, s.Now().UTC().Add(-RelayFresh))
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		for i := range p.People {
			if p.People[i].AdmissionID == e.Identity && p.MediaName == e.Room {
				return &p.People[i], nil
			}
		}
	}
	return nil, nil
}
