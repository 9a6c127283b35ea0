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

// Lapsed is somebody who still leads a running session by a grant that has ended since it began.
type Lapsed struct {
	RoomID string
	Who    Who
}

// lapse brings down to members those whose role was granted until a time that has come: API and screen say the same then.
// Whom a host has promoted for the session keeps that. One that cannot be brought down holds up no other.
func (w *sweep) lapse(ctx context.Context, now time.Time) error {
	lapsed, err := w.Presence.Lapsed(ctx, now)
	if err != nil {
		return fmt.Errorf("grants that have ended: %w", err)
	}
	var errs []error
	clock := host{who: auth.Identity{Kind: auth.System, ID: "clock"}, role: access.Owner, at: now}
	for _, l := range lapsed {
		_, err := w.changeRunning(ctx, l.RoomID, clock, func(r *Running, h host) error {
			if r.Adjusted[l.Who].Role == "" {
				r.reseat(h, l.Who, access.Member)
			}
			return nil
		})
		if err != nil && !fault.HasCode(err, fault.CodeNoSession) {
			errs = append(errs, fmt.Errorf("bring a role to its end: %w", err))
		}
	}
	return errors.Join(errs...)
}
