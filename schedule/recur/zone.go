package recur

import "time"

// maxOffset is more than any zone has ever been from UTC.
const maxOffset = 16 * time.Hour

// clock turns local times into instants. It keeps the stretch of constant offset that it met last: dates of a series
// come in order, and mostly within one.
type clock struct {
	zone       *time.Location
	offset     time.Duration
	begin, end Local // between which offset alone applies
}

// quirk is what the zone does to a local time.
type quirk int

const (
	exists  quirk = iota
	skipped       // no clock shows it: the clocks jump over it
	doubled       // clocks show it twice
)

// In is the instant at which a clock of the zone shows l. What clocks jump over moves forward by the jump, as RFC 5545
// says (section 3.3.5); what they show twice is the first.
func (l Local) In(zone *time.Location) time.Time {
	t, _ := resolve(l, zone)
	return t
}

func (c *clock) instant(l Local) time.Time {
	if c.begin < l && l < c.end {
		return l.UTC().Add(-c.offset)
	}
	t, quirk := resolve(l, c.zone)
	if quirk == exists {
		c.remember(l, t)
	}
	return t
}

// remember keeps the stretch around an instant, a day away from the changes at its ends, near which there may be two
// answers.
func (c *clock) remember(l Local, t time.Time) {
	at := t.In(c.zone)
	begin, end := at.ZoneBounds()
	_, offset := at.Zone()
	c.offset, c.begin, c.end = time.Duration(offset)*time.Second, l-day, l+366*day
	if !begin.IsZero() {
		c.begin = LocalOf(begin.UTC()).add(c.offset) + 2*day
	}
	if !end.IsZero() {
		c.end = LocalOf(end.UTC()).add(c.offset) - 2*day
	}
}

// resolve goes through the offsets around l, in order, and takes the first under which a clock shows l. time.Date does
// not promise which of two it takes.
func resolve(l Local, zone *time.Location) (time.Time, quirk) {
	at := l.UTC().Add(-maxOffset).In(zone)
	for {
		t := under(at, l)
		change, any := NextChange(at)
		switch {
		case !any || (t.Before(change) && under(change, l).Before(change)):
			return t, exists
		case t.Before(change):
			return t, doubled
		case under(change, l).Before(change):
			return t, skipped
		}
		at = change
	}
}

// under is the instant of l with the offset that applies at another instant.
func under(at time.Time, l Local) time.Time {
	_, seconds := at.Zone()
	return l.UTC().Add(-time.Duration(seconds) * time.Second)
}

// NextChange is the next instant at which the zone of t, its location, has another offset from UTC; false when it keeps
// this one for years.
//
// ZoneBounds alone does not tell: from the last years of its table on it also stops where a year ends, in leap years a
// day early, from where it stands still.
func NextChange(t time.Time) (time.Time, bool) {
	_, offset := t.Zone()
	for at := t; at.Before(t.AddDate(MaxYears+2, 0, 0)); {
		_, end := at.ZoneBounds()
		if end.IsZero() {
			return time.Time{}, false
		}
		if !end.After(at) {
			end = time.Date(at.UTC().Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC).In(at.Location())
		}
		if _, next := end.Zone(); next != offset {
			return end, true
		}
		at = end
	}
	return time.Time{}, false
}

// Plain tells that clocks of the zone show the occurrence as planned: from the time that names it, for as
// long as it lasts, both ends shown once. Programs do not agree about the others.
func (o Occurrence) Plain(zone *time.Location) bool {
	from, to := o.Start.In(zone), o.End.In(zone)
	if LocalOf(from) != o.ID || LocalOf(to) != o.ID.add(o.End.Sub(o.Start)) {
		return false
	}
	if _, end := from.ZoneBounds(); end.IsZero() || end.Sub(from) > 2*maxOffset {
		return true
	}
	_, begins := resolve(o.ID, zone)
	_, ends := resolve(LocalOf(to), zone)
	return begins == exists && ends == exists
}
