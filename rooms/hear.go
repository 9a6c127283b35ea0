package rooms

import (
	"context"
	"time"

	"parvis/event"
)

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

// recheck removes somebody whom the SFU let in and whose admission does not hold: a pass used past the gate. Who has not
// passed the gate and whose admission holds is the sweep's: the gate may have let them in while the database was away.
func (s *Service) recheck(ctx context.Context, e MediaEvent) error {
	if e.Identity == "" {
		return nil
	}
	if holds, err := s.admittedTo(ctx, e.Room, e.Identity); err != nil || holds {
		return err
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
	now, at := s.Now().UTC(), e.At
	if at.After(now) { // by the SFU's clock
		at = now
	}
	if at.Before(who.LastSeen) {
		at = who.LastSeen
	}
	return s.Presence.Settle(ctx, Settlement{Left: map[string]time.Time{e.Identity: at}}, now)
}

// heardFinished ends a session whose current SFU room is finished and that no relay holds open. Before a sweep has noted
// which SFU room that is, the event may be of an older one, and some rooms are to outlast being empty: then the sweep
// decides.
func (s *Service) heardFinished(ctx context.Context, e MediaEvent) error {
	now := s.Now().UTC()
	all, _, err := s.look(ctx, e.Room)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.MediaName != e.Room || p.Sid == "" || p.Sid != e.Sid || p.emptyFor() > emptyFor {
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
	all, _, err := s.look(ctx, e.Room)
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
