package schedule

import (
	"fmt"
	"slices"
	"time"

	"parvis/auth"
)

// mandate refuses a person who plans in somebody else's name, and one who stands in for the organizer and would take the
// meeting over, or lengthen a mandate: their own or, by that, another's. Software plans for the people of its organization.
func (m *Meeting) mandate(who auth.Identity, p *problems, before *Definition) {
	switch {
	case who.Kind != auth.Person:
	case before == nil:
		p.that(m.Organizer.PersonID == who.PersonID, "body.organizer.user",
			"you plan in your own name: leave it out, and name in deputies who may do with the meeting what you may")
	case before.Organizer.PersonID != who.PersonID:
		p.that(m.Organizer.PersonID == before.Organizer.PersonID, "body.organizer.user", "only the organizer hands the meeting over: leave it as it is")
		p.that(slices.EqualFunc(m.Deputies, before.Deputies, Deputy.same), "body.deputies", "only the organizer says who stands in and for how long: leave them as they are")
	}
}

// lasting refuses mandates that end before they begin. One that has ended since it was given may stay.
func (m *Meeting) lasting(p *problems, before *Definition, now time.Time) {
	for i, d := range m.Deputies {
		p.that(d.Until == nil || d.Until.After(now) || before != nil && slices.ContainsFunc(before.Deputies, d.same),
			fmt.Sprintf("body.deputies[%d].until", i), "a time to come, or leave it out")
		p.that(d.Until == nil || d.Until.UTC().Year() <= 9999, fmt.Sprintf("body.deputies[%d].until", i), "before the year 10000, or leave it out: for good")
	}
}

func (d Deputy) same(b Deputy) bool {
	if d.Until == nil || b.Until == nil {
		return d.PersonID == b.PersonID && d.Until == b.Until
	}
	return d.PersonID == b.PersonID && d.Until.Equal(*b.Until)
}

// organize says who organizes a meeting where the request does not: whoever plans it, and nobody else later.
func (m *Meeting) organize(who auth.Identity, before *Definition) {
	switch {
	case m.Organizer.PersonID != "":
	case before != nil && (who.Kind == auth.Person || before.Organizer.PersonID == ""):
		m.Organizer.PersonID, m.Organizer.Name = before.Organizer.PersonID, before.Organizer.Name
	case who.Kind == auth.Person:
		m.Organizer.PersonID = who.PersonID
	default:
		m.Organizer.Name = who.Name
	}
}
