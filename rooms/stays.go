package rooms

import (
	"cmp"
	"slices"
	"time"

	"parvis/auth"
)

// Who was there from when to when, as decisions on facts: nothing here loads or stores anything.

// Stay is a time in which somebody was in a session; To is nil while it lasts. It begins before it ends.
type Stay struct {
	From time.Time
	To   *time.Time
}

// endsBefore tells whether a stay is over before t. Whoever leaves at the moment in which they come has not been away.
func (s Stay) endsBefore(t time.Time) bool { return s.To != nil && s.To.Before(t) }

// later is the end of two stays that are one.
func later(a, b *time.Time) *time.Time {
	if a == nil || b == nil {
		return nil
	}
	if a.Before(*b) {
		return b
	}
	return a
}

// joinStays makes one stay of those that overlap or touch: two tabs, two devices, or one connection that takes over from
// another. What comes back is in order, with time away between any two.
func joinStays(stays []Stay) []Stay {
	in := slices.SortedFunc(slices.Values(stays), func(a, b Stay) int { return a.From.Compare(b.From) })
	var out []Stay
	for _, s := range in {
		last := len(out) - 1
		if last < 0 || out[last].endsBefore(s.From) {
			out = append(out, s)
			continue
		}
		out[last].To = later(out[last].To, s.To)
	}
	return out
}

// lasted is how long joined stays last in all, those that go on until now.
func lasted(joined []Stay, now time.Time) time.Duration {
	var sum time.Duration
	for _, s := range joined {
		to := now
		if s.To != nil {
			to = *s.To
		}
		sum += max(0, to.Sub(s.From)) // another replica's clock may be ahead
	}
	return sum
}

// key is one for all rows of the same somebody: a guest who signed in during the session is that person.
func (a Attendee) key() Who {
	if a.PersonID != "" {
		return Who{auth.Person, a.PersonID}
	}
	return a.Who
}

// oneEach makes one of the rows of each somebody, with their stays joined, first come first.
func oneEach(rows []Attendee) []Attendee {
	at := map[Who]int{}
	var out []Attendee
	for _, r := range rows {
		i, known := at[r.key()]
		if !known {
			at[r.key()] = len(out)
			out = append(out, r)
			continue
		}
		out[i] = out[i].and(r)
	}
	for i := range out {
		out[i].Stays = joinStays(out[i].Stays)
	}
	slices.SortStableFunc(out, func(a, b Attendee) int {
		return cmp.Or(a.cameAt().Compare(b.cameAt()), cmp.Compare(a.Who.ID, b.Who.ID))
	})
	return out
}

// and is two rows of the same somebody as one: the account says who they are, the first row how they came in.
func (a Attendee) and(b Attendee) Attendee {
	stays := slices.Concat(a.Stays, b.Stays)
	door, email := a.Door, cmp.Or(a.Email, b.Email)
	if b.cameAt().Before(a.cameAt()) {
		door = b.Door
	}
	if b.Who.Kind == auth.Person {
		a = b
	}
	a.Stays, a.Door, a.Email = stays, door, email
	return a
}

// cameAt is when somebody first came; zero for who has no stay.
func (a Attendee) cameAt() time.Time {
	var first time.Time
	for i, s := range a.Stays {
		if i == 0 || s.From.Before(first) {
			first = s.From
		}
	}
	return first
}

// Tally counts the people of a session, and how many of them were there at the same time at most.
func Tally(rows []Attendee) (people, peak int) {
	type step struct {
		at   time.Time
		more int
	}
	var steps []step
	each := oneEach(rows)
	for _, a := range each {
		for _, s := range a.Stays {
			steps = append(steps, step{s.From, 1})
			if s.To != nil {
				steps = append(steps, step{*s.To, -1})
			}
		}
	}
	// Who leaves makes room for who comes at the same moment.
	slices.SortFunc(steps, func(a, b step) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.more, b.more)) })
	there := 0
	for _, s := range steps {
		there += s.more
		peak = max(peak, there)
	}
	if len(each) > 0 { // all came and left in no time
		peak = max(peak, 1)
	}
	return len(each), peak
}
