package rooms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// Lapsed is somebody who still leads a running session by a grant that has ended since it began, or does not yet by one that has begun.
type Lapsed struct {
	RoomID string
	Who    Who
}

// lapse brings down to members those whose role was granted until a time that has come, and up those whose has begun: API and screen say the same then.
// Whom a host has promoted for the session keeps that, and so does whose grant an owner has renewed since it was read: what
// grants give is read again under the lock for which whoever follows that change waits. One that cannot be brought down
// holds up no other.
func (w *sweep) lapse(ctx context.Context, now time.Time) error {
	lapsed, err := w.Presence.Lapsed(ctx, now)
	if err != nil {
		return fmt.Errorf("grants that have ended: %w", err)
	}
	var errs []error
	clock := host{who: auth.Identity{Kind: auth.System, ID: "clock"}, role: access.Owner, at: now}
	for _, l := range lapsed {
		_, err := w.changeRunning(ctx, l.RoomID, clock, func(r *Running, h host) error {
			if r.Adjusted[l.Who].Role != "" {
				return nil
			}
			grants, err := w.Ports.Members.GrantsOf(ctx, l.RoomID, access.Subject{Kind: access.SubjectPerson, ID: l.Who.ID})
			if err != nil {
				return err
			}
			t, err := w.threshold(ctx, r.Room)
			if err != nil {
				return err
			}
			r.reseat(h, l.Who, stand(grants, t.Openings, now).seat())
			return nil
		})
		if err != nil && !fault.HasCode(err, fault.CodeNoSession) {
			errs = append(errs, fmt.Errorf("bring a role to its end: %w", err))
		}
	}
	return errors.Join(errs...)
}
