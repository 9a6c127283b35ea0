package schedule

import (
	"context"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// Purge erases a meeting for good. One that still takes place is cancelled by it, and those invited are told so. It is for software
// with a scope of its own: a person cancels, and what was planned stays to be read.
func (s *Service) Purge(ctx context.Context, who auth.Identity, id string, version int64) error {
	if who.Kind != auth.Service {
		if err := auth.Allowed(who, auth.MeetingList, auth.Resource{OrgID: who.OrgID}); err != nil {
			return err
		}
		return fault.New(fault.CodeForbidden, "a meeting is erased for good by software of the organization alone, with the scope meetings.purge").
			At("query.purge", "leave it out: the meeting is then cancelled, and stays to be read")
	}
	return s.Store.PurgeMeeting(ctx, id, func(m Meeting) (Plan, error) {
		if err := s.purgeable(who, m, version); err != nil {
			return Plan{}, err
		}
		now := s.Now().UTC()
		d, err := s.datesOf(m.Definition)
		if err != nil {
			return Plan{}, err
		}
		var happened []event.Event
		var post post
		if before := m.Definition; m.Live() {
			if d.toCome(now) {
				m.Sequence++
				happened = append(happened, s.happened(who, event.MeetingCancelled, m, map[string]any{"sequence": m.Sequence}))
			}
			m.Status, m.CancelledAt = Cancelled, &now
			post = s.correspond(&before, &m, d, now)
		}
		m.UpdatedAt = now
		m.Invitees, m.Deputies, m.Tags = nil, nil, nil // a letter knows whom it is to
		p := s.plan(who, m, d, now)
		p.carry(post)
		p.Archive = m.Place.Mode == Dedicated
		p.Events = append(happened, s.happened(who, event.MeetingPurged, m, nil))
		return p, nil
	})
}

func (s *Service) purgeable(who auth.Identity, m Meeting, version int64) error {
	if err := s.allowed(who, auth.MeetingUpdate, m); err != nil {
		return err
	}
	switch {
	case !who.HasScope(auth.ScopeMeetingsPurge):
		return fault.Newf(fault.CodeScopeMissing, "to erase a meeting for good the token needs the scope %s", auth.ScopeMeetingsPurge)
	case m.Version != version:
		return fault.New(fault.CodePreconditionFailed, "somebody changed this meeting since you read it")
	default:
		return nil
	}
}
