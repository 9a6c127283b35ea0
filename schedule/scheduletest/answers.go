package scheduletest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"parvis/fault"
	"parvis/schedule"
)

func (m *Memory) writeLinks(p schedule.Plan) {
	if m.links == nil {
		m.links = map[string]link{}
	}
	for _, l := range p.Links {
		m.links[string(l.TokenHash)] = link{id: l.ID}
	}
	for hash, l := range m.links {
		l.revoked = l.revoked || (p.Unlink != "" && l.id == p.Unlink)
		m.links[hash] = l
	}
	for _, other := range m.plans {
		for n, i := range other.Meeting.Invitees {
			if p.Unlink != "" && i.LinkID == p.Unlink {
				other.Meeting.Invitees[n].LinkID, other.Meeting.Invitees[n].LinkToken = "", nil
			}
		}
	}
}

// endUnusedLinks revokes those of some people under which no meeting invites them any more.
func (m *Memory) endUnusedLinks(had []schedule.Invitee) {
	for hash, l := range m.links {
		is := func(i schedule.Invitee) bool { return i.LinkID == l.id }
		used := false
		for _, p := range m.plans {
			used = used || slices.ContainsFunc(p.Meeting.Invitees, is)
		}
		l.revoked = l.revoked || (!used && slices.ContainsFunc(had, is))
		m.links[hash] = l
	}
}

// Invitation implements schedule.Store.
func (m *Memory) Invitation(_ context.Context, of schedule.Invited, now time.Time) (schedule.Meeting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.invitation(of, now)
}

func (m *Memory) invitation(of schedule.Invited, now time.Time) (schedule.Meeting, error) {
	if m.Fails != nil {
		return schedule.Meeting{}, m.Fails
	}
	is, err := m.whom(of)
	if err != nil {
		return schedule.Meeting{}, err
	}
	var found []schedule.Plan
	for _, p := range m.plans {
		if (of.MeetingID == "" || p.Meeting.ID == of.MeetingID) && (of.UID == "" || p.Meeting.UID == of.UID) &&
			(of.TokenHash == nil || slices.ContainsFunc(m.named(p).Invitees, is)) {
			found = append(found, p)
		}
	}
	if len(found) == 0 && of.TokenHash != nil {
		return schedule.Meeting{}, fault.New(fault.CodeNotInvited, "struck off")
	}
	if len(found) == 0 {
		return schedule.Meeting{}, none()
	}
	over := func(p schedule.Plan) int {
		if p.Meeting.Live() && p.To.After(now) {
			return 0
		}
		return 1
	}
	first := m.named(slices.MinFunc(found, func(a, b schedule.Plan) int {
		return cmp.Or(cmp.Compare(over(a), over(b)), a.From.Compare(b.From), cmp.Compare(a.Meeting.ID, b.Meeting.ID))
	}))
	first.Invitees = slices.DeleteFunc(first.Invitees, func(i schedule.Invitee) bool { return !is(i) })
	first.Invitees = first.Invitees[:min(len(first.Invitees), 1)]
	return first, nil
}

// whom tells who is meant.
func (m *Memory) whom(of schedule.Invited) (func(schedule.Invitee) bool, error) {
	if of.TokenHash == nil {
		return func(i schedule.Invitee) bool {
			return (of.InviteeID != "" && i.ID == of.InviteeID) || (of.PersonID != "" && (i.PersonID == of.PersonID || i.ClaimedBy == of.PersonID)) ||
				(of.Email != "" && strings.EqualFold(i.Email, of.Email))
		}, nil
	}
	l, known := m.links[string(of.TokenHash)]
	switch {
	case !known:
		return nil, fault.New(fault.CodeLinkUnknown, "nobody's")
	case l.revoked:
		return nil, fault.New(fault.CodeLinkRevoked, "taken back")
	}
	return func(i schedule.Invitee) bool { return i.LinkID == l.id }, nil
}

// AnswerInvitation implements schedule.Store.
func (m *Memory) AnswerInvitation(_ context.Context, of schedule.Invited, now time.Time, decide func(schedule.Meeting) (schedule.Answered, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, err := m.invitation(of, now)
	if err != nil {
		return err
	}
	if of.UID != "" && len(found.Invitees) > 0 {
		found.Invitees[0].Told = m.toldOf(found.ID, found.Invitees[0].Key())
	}
	done, err := decide(found)
	if err != nil || len(done.Events) == 0 {
		return err
	}
	p := copied(m.plans[found.ID])
	for n, i := range p.Meeting.Invitees {
		if i.ID == done.Invitee.ID {
			p.Meeting.Invitees[n].RSVP, p.Meeting.Invitees[n].Answers, p.Meeting.Invitees[n].Proposals = done.Invitee.RSVP, done.Invitee.Answers, done.Invitee.Proposals
		}
	}
	m.plans[found.ID] = p
	m.said = append(m.said, done.Events...)
	m.send(p.Meeting.Version, done.Letters)
	m.report(found.ID, done.Report, now)
	return nil
}
