package schedule

import (
	"context"
	"time"

	"parvis/access"
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

// Of answers the date during which something began in the room: the one for which the room was open then, of several the
// one that access.Current says.
func (d Dates) Of(began time.Time) (id recur.Local, found bool) {
	var open []recur.Local
	var starts []time.Time
	for _, o := range d.all {
		if opens, closes := d.Access.around(o); !began.Before(opens) && began.Before(closes) {
			open, starts = append(open, o.ID), append(starts, o.Start)
		}
	}
	i := access.Current(began, starts)
	if i < 0 {
		return 0, false
	}
	return open[i], true
}

// around is from when until when the room is open for a date.
func (a Access) around(o Occurrence) (opens, closes time.Time) {
	return o.Start.Add(-a.OpensBefore), o.End.Add(a.ClosesAfter)
}
