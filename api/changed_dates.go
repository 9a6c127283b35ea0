package api

import (
	"context"

	"parvis/schedule"
	"parvis/schedule/recur"
)

// changedDate is a date that differs from its series, with what becomes of it for each word of overrides.
type changedDate struct {
	Now   dateFate `json:"now"`
	Keep  dateFate `json:"keep"`
	Shift dateFate `json:"shift"`
	Drop  dateFate `json:"drop"`
}

type dateFate struct {
	Date       *Occurrence `json:"date,omitempty" doc:"As it takes place or would have. Left out where the series has no such date: with overrides=keep or shift the change of a changed date is then refused."`
	TakesPlace bool        `json:"takesPlace" doc:"False of a date that is left out."`
}

// changedDates tells what becomes of the changed dates of a meeting that would be as it was tried out.
func (s *server) changedDates(ctx context.Context, meeting string, from *recur.Local, tried schedule.View) ([]changedDate, error) {
	list, err := s.Schedule.ChangedDates(ctx, of(ctx).who, meeting, from, tried.When)
	if err != nil {
		return nil, err
	}
	out := make([]changedDate, len(list))
	for i, c := range list {
		out[i] = changedDate{wireFate(c.Now), wireFate(c.Keep), wireFate(c.Shift), wireFate(c.Drop)}
	}
	return out, nil
}

func wireFate(f schedule.Fate) dateFate {
	if f.Date == nil {
		return dateFate{}
	}
	return dateFate{&wireOccurrences([]schedule.Occurrence{*f.Date})[0], f.TakesPlace}
}
