package schedule

import (
	"context"
	"time"

	"parvis/auth"
	"parvis/schedule/recur"
)

// Dates is a meeting with all its dates, for those who ask to which of them something belongs.
type Dates struct {
	View
	all []Occurrence
}

// Dates reads a meeting with its dates.
func (s *Service) Dates(ctx context.Context, who auth.Identity, id string) (Dates, error) {
	v, err := s.Get(ctx, who, id)
	if err != nil {
		return Dates{}, err
	}
	d, err := s.datesOf(v.Definition)
	if err != nil {
		return Dates{}, err
	}
	return Dates{v, d.all()}, nil
}

// Of answers the date during which something began in the room: the one for which the room was open then; where one opens
// before the other closes, the one that began last, or else the one that was to begin first.
func (d Dates) Of(began time.Time) (id recur.Local, found bool) {
	for _, o := range d.all {
		opens, closes := o.Start.Add(-d.Access.OpensBefore), o.End.Add(d.Access.ClosesAfter)
		if began.Before(opens) || !began.Before(closes) {
			continue
		}
		if found && began.Before(o.Start) {
			break
		}
		id, found = o.ID, true
	}
	return id, found
}
