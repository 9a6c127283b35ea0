package schedule

import (
	"context"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
)

const (
	// MaxAgenda is the longest time that an agenda is read for at once.
	MaxAgenda = 100 * 24 * time.Hour
	// MaxFound is how many meetings a search by title answers.
	MaxFound = 50
)

// AgendaQuery asks for the dates of somebody's meetings that touch a time. With a Title it is a search: a meeting of that title
// is answered once, with the first of these dates, and the time is as long as one likes.
type AgendaQuery struct {
	From  time.Time
	To    time.Time
	Title string
}

func (q AgendaQuery) check() error {
	switch {
	case !q.From.Before(q.To):
		return fault.New(fault.CodeInvalid, "an agenda is read for a time").At("query.to", "a time after from")
	case q.Title == "" && q.To.Sub(q.From) > MaxAgenda:
		return fault.New(fault.CodeInvalid, "an agenda is read for at most 100 days").At("query.to", "a time after from, at most 100 days later; or search by title")
	default:
		return nil
	}
}

// Entry is one date in somebody's agenda.
type Entry struct {
	Occurrence
	Meeting Meeting // without who is invited
	Leads   bool
	RSVP    RSVP // empty for who leads it and is not invited
}

// Agenda lists the dates of somebody's meetings, first the first. Of a cancelled meeting those are in it that were held. more tells that a search
// found more meetings than it answers.
func (s *Service) Agenda(ctx context.Context, who auth.Identity, q AgendaQuery) (list []Entry, more bool, err error) {
	if err := auth.Allowed(who, auth.MeetingList, auth.Resource{OrgID: who.OrgID}); err != nil {
		return nil, false, err
	}
	if who.Kind != auth.Person {
		return nil, false, fault.New(fault.CodeForbidden, "an agenda is a person's: list meetings and their occurrences instead")
	}
	if err := q.check(); err != nil {
		return nil, false, err
	}
	list, more, err = s.entriesOf(ctx, who, q)
	slices.SortStableFunc(list, func(a, b Entry) int { return inOrder(a.Occurrence, b.Occurrence) })
	return list, more, err
}

func (s *Service) entriesOf(ctx context.Context, who auth.Identity, q AgendaQuery) (list []Entry, more bool, err error) {
	ask := MeetingQuery{OrgID: who.OrgID, PersonID: who.PersonID, Now: s.Now().UTC(), From: q.From, To: q.To, Title: q.Title, PageSize: 200}
	if !q.From.Before(s.Now()) {
		ask.Status = Confirmed // what was cancelled has no date to come
	}
	for {
		page, err := s.Store.Meetings(ctx, ask)
		if err != nil {
			return nil, false, err
		}
		for _, m := range page.Meetings {
			dates, err := s.entries(who, m, q.From, q.To)
			if err != nil {
				return nil, false, err
			}
			if q.Title != "" {
				dates = dates[:min(len(dates), 1)]
			}
			list = append(list, dates...)
		}
		if q.Title != "" && len(list) > MaxFound {
			return list[:MaxFound], true, nil
		}
		if ask.Cursor = page.Next; ask.Cursor == "" {
			return list, false, nil
		}
	}
}

// entries are the dates of one meeting.
func (s *Service) entries(who auth.Identity, m Meeting, from, to time.Time) ([]Entry, error) {
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return nil, err
	}
	leads := m.relation(who, s.Now()) == auth.Owner
	var list []Entry
	for _, o := range m.held(d.between(from, to), from) {
		mine, _ := Invitee{RSVP: m.Mine, Answers: m.MineByDate}.Said(o.ID)
		list = append(list, Entry{Occurrence: o, Meeting: m, Leads: leads, RSVP: mine.RSVP})
	}
	return list, nil
}
