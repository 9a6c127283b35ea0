package schedule

import (
	"context"
	"errors"
	"slices"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/schedule/recur"
)

// allowed is nil when somebody has a right on a meeting. Software changes what it planned itself; the scope
// meetings.write.any lets it change what others in its organization did.
func (s *Service) allowed(who auth.Identity, right auth.Right, m Meeting) error {
	relation := m.relation(who, s.Now())
	if err := auth.Allowed(who, right, auth.Resource{Relation: relation, Lasting: relation, OrgID: m.OrgID}); err != nil {
		return err
	}
	if who.Kind == auth.Service && right != auth.MeetingRead && m.App != who.ID && !who.HasScope(auth.ScopeMeetingsWriteAny) {
		return fault.Newf(fault.CodeScopeMissing, "another account planned this: the token needs the scope %s", auth.ScopeMeetingsWriteAny)
	}
	return nil
}

// leads tells whether somebody may see all of a meeting.
func (s *Service) leads(who auth.Identity, m Meeting) bool {
	return s.allowed(who, auth.MeetingUpdate, m) == nil || who.Kind == auth.Service
}

// Get answers a meeting to those who lead it and to those invited, who see neither passcode nor each other's
// addresses; people of another organization see what a personal link shows.
func (s *Service) Get(ctx context.Context, who auth.Identity, id string) (View, error) {
	m, err := s.Store.Meeting(ctx, id)
	if err == nil {
		err = s.allowed(who, auth.MeetingRead, m)
	}
	if err == nil {
		err = s.unseal(&m)
	}
	if err != nil {
		return View{}, err
	}
	report := m.When.Judge(recur.Terms{Zones: s.Zones, Now: s.Now(), Kept: true})
	m.Invitees = dates{Definition: m.Definition}.standing(m.Invitees)
	held, err := s.heldOf(m)
	return View{Meeting: m.seenBy(who, s.Now()), Leads: s.leads(who, m), Mine: m.invitee(who), Held: held, Warnings: report.Warnings}, err
}

// List answers a page of meetings: one's own, or those of a service account's organization.
func (s *Service) List(ctx context.Context, who auth.Identity, q MeetingQuery) (MeetingPage, error) {
	if err := auth.Allowed(who, auth.MeetingList, auth.Resource{OrgID: who.OrgID}); err != nil {
		return MeetingPage{}, err
	}
	q.OrgID = who.OrgID
	if who.Kind == auth.Person {
		q.PersonID, q.Now = who.PersonID, s.Now().UTC()
	}
	page, err := s.Store.Meetings(ctx, q)
	for n, m := range page.Meetings {
		page.Meetings[n] = m.seenBy(who, s.Now())
	}
	return page, err
}

// Edit changes a definition. What it must not touch is put back.
type Edit func(*Definition) error

// Update changes a meeting whose version the caller has seen. What says what becomes of dates that differ from their
// series when the series is moved.
func (s *Service) Update(ctx context.Context, who auth.Identity, id string, version int64, what Overrides, edit Edit) (View, error) {
	var warnings []Warning
	m, err := s.Store.UpdateMeeting(ctx, id, func(m Meeting) (Plan, error) {
		if err := s.changeable(who, &m, version); err != nil {
			return Plan{}, err
		}
		p, w, err := s.revise(ctx, who, m, what, edit)
		warnings = w
		return p, err
	})
	if errors.Is(err, errUnchanged) {
		m, err = s.Store.Meeting(ctx, id)
	}
	if err == nil {
		err = s.unseal(&m)
	}
	if err != nil {
		return View{}, err
	}
	m.Invitees = dates{Definition: m.Definition}.standing(m.Invitees)
	return View{Meeting: m, Leads: true, Warnings: warnings}, nil
}

// anyVersion is for changes that need not name what they have seen.
const anyVersion = 0

// changeable is nil when somebody may change a meeting, and makes it ready for that.
func (s *Service) changeable(who auth.Identity, m *Meeting, version int64) error {
	if err := s.allowed(who, auth.MeetingUpdate, *m); err != nil {
		return err
	}
	switch {
	case !m.Live(): // first, for who cancels again after a lost answer names the version from before
		return fault.New(fault.CodeMeetingCancelled, "this meeting was cancelled: plan another one")
	case version != anyVersion && m.Version != version:
		return fault.New(fault.CodePreconditionFailed, "somebody changed this meeting since you read it")
	default:
		return s.unseal(m)
	}
}

// revise is the plan of a meeting that changes.
func (s *Service) revise(ctx context.Context, who auth.Identity, m Meeting, what Overrides, edit Edit) (Plan, []Warning, error) {
	before, now := m.Definition, s.Now().UTC()
	m.Definition = before.Clone()
	var wrong problems
	if err := wrong.take(edit(&m.Definition)); err != nil {
		return Plan{}, nil, err
	}
	before = s.folded(before)
	m.Invitees = mergeInvitees(before.Invitees, m.Invitees)
	d, warnings, err := s.judge(ctx, who, &m, &wrong, &before)
	if err != nil {
		return Plan{}, nil, err
	}
	if err := settle(before, &d, what, now); err != nil {
		return Plan{}, nil, err
	}
	d.carry(before)
	m.Definition = d.Definition
	if err := s.keepsPast(before, d, now); err != nil {
		return Plan{}, nil, err
	}
	if err := s.keepsParted(ctx, m, before, d); err != nil {
		return Plan{}, nil, err
	}
	if err := s.movesTo(ctx, who, &m, before.Place); err != nil {
		return Plan{}, nil, err
	}
	if err := s.seal(&m, before.Access); err != nil {
		return Plan{}, nil, err
	}
	if before.same(m.Definition) {
		return Plan{}, warnings, errUnchanged
	}
	p, told := s.revised(who, before, m, d, now)
	return p, slices.Concat(d.still(warnings), d.remarks(now), told), nil
}

// movesTo finds the room of a meeting that has one, and makes none.
func (s *Service) movesTo(ctx context.Context, who auth.Identity, m *Meeting, was Place) error {
	if err := s.place(ctx, who, m, was); err != nil {
		return err
	}
	if m.Place != was && m.Place.Mode != Existing && m.Place.Slug == "" {
		return fault.New(fault.CodeInvalid, "a meeting that is planned moves to a room that exists").
			At("body.room.mode", "existing, with the code of a room that you own")
	}
	return nil
}

// keepsPast refuses to rewrite what has happened.
func (s *Service) keepsPast(before Definition, after dates, now time.Time) error {
	was, err := s.datesOf(before)
	if err != nil || samePast(was, after, now) {
		return nil // a zone that is no longer known protects nothing
	}
	refused := fault.New(fault.CodePastOccurrence, "dates that have begun cannot be changed")
	coming := was.coming(now)
	switch {
	case len(was.over(now)) == 0:
		return refused.At("body.start", "a time to come: no date is added to what is past")
	case !was.When.Recurs() && was.When.Start != after.When.Start:
		return refused.At("body.start", "leave it as it is, and plan another meeting for another time")
	case !was.When.Recurs() && was.When.Duration != after.When.Duration:
		return refused.At("body.duration", "while the meeting is on it can be made longer, and not shorter")
	case len(coming) == 0:
		return refused.At("body.recurrence", "all its dates have begun: plan another meeting")
	default:
		return refused.At("body.recurrence", "change the dates to come instead: PATCH …/occurrences/"+coming[0].ID.ID()+"?scope=thisAndFollowing")
	}
}

func (s *Service) revised(who auth.Identity, before Definition, m Meeting, d dates, now time.Time) (Plan, []Warning) {
	if material(before, m.Definition) {
		m.Sequence++
		m.RemindsOf = Reminder{} // who hears of a date that was moved needs no reminder of it at once
	}
	m.UpdatedAt = now
	post := s.correspond(&before, &m, d, now)
	p := s.plan(who, m, d, now)
	p.carry(post)
	if m.Place.Mode == Dedicated {
		room := s.room(m)
		room.ID, room.Slug = m.Place.RoomID, m.Place.Slug
		if needed := m.openMinutes(); needed > before.openMinutes() {
			room.MaxMinutes = needed // at least; what its owners limited it to otherwise stays
		}
		p.Furnish = &room
	}
	p.Events = append([]event.Event{s.happened(who, event.MeetingUpdated, m, map[string]any{"sequence": m.Sequence})}, s.dateEvents(who, before, m)...)
	return p, post.warnings
}

// Cancel cancels a meeting: it takes place no more, its dedicated room closes. Dates that were held stay held. Cancelling twice
// changes nothing.
func (s *Service) Cancel(ctx context.Context, who auth.Identity, id string, version int64) error {
	_, err := s.Store.UpdateMeeting(ctx, id, func(m Meeting) (Plan, error) {
		err := s.changeable(who, &m, version)
		if fault.HasCode(err, fault.CodeMeetingCancelled) {
			return Plan{}, errUnchanged
		}
		if err != nil {
			return Plan{}, err
		}
		now := s.Now().UTC()
		d, err := s.datesOf(m.Definition)
		if err != nil {
			return Plan{}, err
		}
		if !d.toCome(now) {
			return Plan{}, fault.New(fault.CodePastOccurrence, "all dates of this meeting are over: there is nothing to cancel").
				At("path.id", "leave it; to keep people out of its room, close the room")
		}
		m.Status, m.CancelledAt, m.UpdatedAt = Cancelled, &now, now
		m.Sequence++
		before := m.Definition
		post := s.correspond(&before, &m, d, now)
		p := s.plan(who, m, d, now)
		p.carry(post)
		p.Archive = m.Place.Mode == Dedicated
		p.Events = []event.Event{s.happened(who, event.MeetingCancelled, m, map[string]any{"sequence": m.Sequence})}
		return p, nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

var errUnchanged = errors.New("nothing to change")
