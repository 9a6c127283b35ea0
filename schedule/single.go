package schedule

import "slices"

// folded is a definition in which what differs on the one date of a meeting that takes place once is said of the meeting itself: there
// is no series from which it could differ, and calendars know none. What has begun stays as it is.
func (s *Service) folded(d Definition) Definition {
	zone, err := s.Zones(d.When.Zone)
	o, differs := d.override(d.When.Start)
	if err != nil || !differs || d.When.Recurs() || len(d.When.ExDates) > 0 || !o.start().In(zone).After(s.Now()) {
		return d
	}
	d = d.Clone()
	d.Overrides = slices.DeleteFunc(d.Overrides, func(x Override) bool { return x.ID == o.ID })
	set(&d.When.Start, o.Start)
	set(&d.When.Duration, o.Duration)
	set(&d.Title, o.Title)
	set(&d.Description, o.Description)
	return d
}
