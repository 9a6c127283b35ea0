package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// What policies that change mean for the calls that run.

const (
	followLease    = "policies"
	followLeaseFor = 10 * time.Second
	followTimeout  = 5 * time.Minute
	// tighteningsAtOnce is how many calls wait to be told that they became stricter.
	tighteningsAtOnce = 256
	// followedAgain is for how long after a change the sweep looks again: who was on the way in when it was made, comes in by
	// what was before.
	followedAgain = time.Minute
)

// follower brings changes of policies to the calls that run, behind the back of whoever made them. However many come while it is
// at it, it goes round once more.
type follower struct {
	wake  chan struct{}
	rooms chan string // whose calls who came in made stricter; what does not fit, the sweep finds
	stop  context.CancelFunc
	done  chan struct{}
}

func (s *Service) beginFollowing() {
	ctx, stop := context.WithCancel(context.Background())
	s.follows = follower{wake: make(chan struct{}, 1), rooms: make(chan string, tighteningsAtOnce), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.follows.done)
		for {
			select {
			case <-ctx.Done():
				return
			case id := <-s.follows.rooms:
				if err := s.FollowTightening(ctx, id); err != nil && ctx.Err() == nil {
					s.Logger.WarnContext(ctx, "people in a call have not heard yet that it became stricter", "error", err)
				}
			case <-s.follows.wake:
				if err := s.takeTurn(ctx); err != nil && ctx.Err() == nil {
					s.Logger.WarnContext(ctx, "policies not brought to all calls yet", "error", err)
				}
			}
		}
	}()
}

func (f *follower) room(id string) {
	select {
	case f.rooms <- id:
	default:
	}
}

func (f *follower) close() {
	f.stop()
	<-f.done
}

// PoliciesChanged is told after each change of a policy or a template, by any replica. It does not wait.
func (s *Service) PoliciesChanged() {
	s.ChangesMissed() // who waits at a door may find it otherwise
	select {
	case s.follows.wake <- struct{}{}:
	default: // it is about to go round
	}
}

// takeTurn follows unless another replica does: all hear of the same change.
func (s *Service) takeTurn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, followTimeout)
	defer cancel()
	now := s.Now().UTC()
	mine, err := s.Leases.Take(ctx, followLease, s.Replica, now, now.Add(followLeaseFor))
	if err != nil || !mine {
		return err
	}
	return s.FollowPolicies(ctx)
}

// FollowPolicies brings every call that runs under what policies say by now: what is forbidden to all but hosts, how long it
// lasts, and that who may not be there comes back to the door. One that cannot be brought there holds up no other.
func (s *Service) FollowPolicies(ctx context.Context) error {
	now := s.Now().UTC()
	running, err := s.Presence.Present(ctx, "", now.Add(-RelayFresh))
	if err != nil {
		return fmt.Errorf("follow policies: %w", err)
	}
	h := host{who: auth.Identity{Kind: auth.System, ID: "policy"}, role: access.Owner, at: now}
	var errs []error
	for _, p := range running {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_, err := s.changeRunning(ctx, p.RoomID, h, func(r *Running, h host) error {
			r.obey(h)
			return nil
		})
		if err != nil && !fault.HasCode(err, fault.CodeNoSession) {
			errs = append(errs, fmt.Errorf("follow policies: %w", err))
		}
	}
	return errors.Join(errs...)
}

// followPolicies does so again for a while after a change.
func (w *sweep) followPolicies(ctx context.Context, now time.Time) error {
	changed, err := w.Policies.PoliciesChangedSince(ctx, now.Add(-followedAgain))
	if err != nil || !changed {
		return err
	}
	return w.FollowPolicies(ctx)
}

// obey brings a call under the rules of its room.
func (r *Running) obey(h host) {
	before, rule := slices.Clone(r.People), r.rule()
	r.bind(h, rule)
	bound := len(r.Room.Rules.Forbidden) > 0
	for i := range r.People {
		p := &r.People[i]
		bound = bound || p.Differs(before[i].Admission)
		if !p.Live() || !r.Room.Rules.refuses(p.WhoKind, p.Assurance) {
			continue
		}
		p.State, p.Reason = Ended, EndReturned
		if at := slices.Index(r.Session.Spotlight, p.ID); at >= 0 {
			r.Session.Spotlight = slices.Delete(r.Session.Spotlight, at, at+1)
		}
	}
	if bound {
		r.say(h.at, event.SignalRestrictions, restrictedSaid{Forbidden: rule.Words()})
	}
	r.say(h.at, event.SignalLimits, limitsSaid{r.Room.Limits.end(r.Session.StartedAt)})
	r.tell(h)
}
