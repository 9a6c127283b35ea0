package rooms

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// settleTime is how long all replicas must have been beating before the want of a relay counts. After an outage or a
	// start people are at the SFU whose relays are not written yet, or whose replica has not beaten yet: calls go on.
	settleTime = relayGrace + RelayFresh
	// unclosedMax bounds how many relays wait to be closed; what does not fit is closed when the replica is retired.
	unclosedMax = 1 << 14
	// closesPerBeat keeps a beat short.
	closesPerBeat = 500
)

// pulse is what this replica knows of its own heartbeats. mu guards all.
type pulse struct {
	mu       sync.Mutex
	last     time.Time // the last beat that was written
	since    time.Time // the first after the last gap
	unclosed map[string]time.Time
}

func (p *pulse) beat(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.IsZero() || at.Sub(p.last) > RelayFresh {
		p.since = at
	}
	p.last = at
}

// watching answers since when this replica beats without a gap; now, in a gap.
func (p *pulse) watching(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.IsZero() || now.Sub(p.last) > RelayFresh {
		return now
	}
	return p.since
}

// keep notes a relay that could not be closed, unless there are `most` already.
func (p *pulse) keep(relayID string, at time.Time, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.unclosed) >= most {
		return false
	}
	if p.unclosed == nil {
		p.unclosed = map[string]time.Time{}
	}
	p.unclosed[relayID] = at
	return true
}

// late answers some of the relays that could not be closed.
func (p *pulse) late(most int) map[string]time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	some := map[string]time.Time{}
	for id, at := range p.unclosed {
		if len(some) == most {
			break
		}
		some[id] = at
	}
	return some
}

func (p *pulse) closed(relayID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.unclosed, relayID)
}

// Beat says that this replica lives, so that its relays count, and closes those that could not be closed before.
func (s *Service) Beat(ctx context.Context) error {
	if err := s.beat(ctx); err != nil {
		return err
	}
	for id, at := range s.pulse.late(closesPerBeat) {
		if err := s.Presence.CloseRelay(ctx, id, at); err != nil {
			return fmt.Errorf("close relay late: %w", err)
		}
		s.pulse.closed(id)
	}
	return nil
}

func (s *Service) beat(ctx context.Context) error {
	now := s.Now().UTC()
	if err := s.Presence.Heartbeat(ctx, s.Replica, now); err != nil {
		return fmt.Errorf("heartbeat: %w", err)
	}
	s.pulse.beat(now)
	return nil
}

// look reads who is present. It is early while a replica has not been beating for settleTime: then each relay that is
// not closed counts, whatever the heartbeat of its replica, and the want of one says nothing.
func (s *Service) look(ctx context.Context, mediaName string) (known []Presence, early bool, err error) {
	now := s.Now().UTC()
	fresh := now.Add(-RelayFresh)
	since, err := s.Presence.WatchedSince(ctx, fresh)
	if err != nil {
		return nil, false, err
	}
	if own := s.pulse.watching(now); own.After(since) {
		since = own
	}
	if early = now.Sub(since) <= settleTime; early {
		fresh = time.Unix(0, 0)
	}
	known, err = s.Presence.Present(ctx, mediaName, fresh)
	return known, early, err
}
