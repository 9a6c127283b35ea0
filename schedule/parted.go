package schedule

import (
	"context"
	"fmt"

	"parvis/fault"
	"parvis/schedule/recur"
)

// keepsParted refuses to give a series dates of the time that another meeting took over, "this and following": software that says
// its series anew, as it was before a person parted it, would have people meet twice at once. What a cancelled meeting had is free.
func (s *Service) keepsParted(ctx context.Context, m Meeting, before Definition, after dates) error {
	was, err := s.datesOf(before)
	if err != nil || m.SplitInto == "" {
		return nil // a zone that is no longer known protects nothing
	}
	var later Meeting
	for next := m.SplitInto; ; next = later.SplitInto { // what a cancelled part parted from itself goes on
		later, err = s.Store.Meeting(ctx, next)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the later part of a meeting: %w", err)
		}
		if later.Live() {
			break
		}
		if later.SplitInto == "" {
			return nil
		}
	}
	then, err := s.datesOf(later.Definition)
	if err != nil {
		return nil
	}
	from := then.all()[0]
	had := map[recur.Local]bool{}
	for id := range was.When.Dates() {
		had[id] = true
	}
	for _, o := range after.all() {
		if !had[o.ID] && !o.Start.Before(from.Start) {
			return fault.New(fault.CodeConflict, "the dates from "+from.ID.String()+" on are a meeting of their own: somebody changed them together").
				At("body.recurrence", "let this series end before "+from.ID.String()+"; to change what follows, change the meeting "+later.ID+", or cancel it first")
		}
	}
	return nil
}
