package schedule

import (
	"context"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// MaxAgenda is the longest time that an agenda is read for at once.
const MaxAgenda = 100 * 24 * time.Hour

// Entry is one date in somebody's agenda.
type Entry struct {
	Occurrence
	Meeting Meeting // without who is invited
	Leads   bool
	RSVP    RSVP // empty for who leads it and is not invited
}

// Agenda lists the dates of somebody's meetings that touch a time, first the first. Cancelled meetings are not in it.
func (s *Service) Agenda(ctx context.Context, who auth.Identity, from, to time.Time) ([]Entry, error) {
	if err := auth.Allowed(who, auth.MeetingList, auth.Resource{OrgID: who.OrgID}); err != nil {
		return nil, err
	}
	if who.Kind != auth.Person {
		return nil, fault.New(fault.CodeForbidden, "an agenda is a person's: list meetings and their occurrences instead")
	}
	if !from.Before(to) || to.Sub(from) > MaxAgenda {
		return nil, fault.New(fault.CodeInvalid, "an agenda is read for at most 100 days").At("query.to", "a time after from, at most 100 days later")
	}
	var list []Entry
	q := MeetingQuery{OrgID: who.OrgID, PersonID: who.PersonID, Status: Confirmed, From: from, To: to, PageSize: 200}
	for {
		page, err := s.Store.Meetings(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Meetings {
			if list, err = s.entries(list, who, m, from, to); err != nil {
				return nil, err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	slices.SortStableFunc(list, func(a, b Entry) int { return inOrder(a.Occurrence, b.Occurrence) })
	return list, nil
}

func (s *Service) entries(list []Entry, who auth.Identity, m Meeting, from, to time.Time) ([]Entry, error) {
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return nil, err
	}
	leads := m.relation(who, s.Now()) == auth.Owner
	for _, o := range d.between(from, to) {
		mine, _ := Invitee{RSVP: m.Mine, Answers: m.MineByDate}.Said(o.ID)
		list = append(list, Entry{Occurrence: o, Meeting: m, Leads: leads, RSVP: mine.RSVP})
	}
	return list, nil
}
