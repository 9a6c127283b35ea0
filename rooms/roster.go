package rooms

import (
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// Who has which role, as decisions on facts: nothing here loads or stores anything.

// checked is the request in the form in which it is kept, or everything that is wrong with it.
func (in NewMember) checked(now time.Time) (NewMember, error) {
	var c check
	switch in.Subject.Kind {
	case access.SubjectEmail:
		subject, ok := access.EmailSubject(in.Subject.ID)
		c.that(ok, "body.subject.email", "give one address, such as camille.martin@example.org")
		in.Subject = subject
	case access.SubjectPerson, access.SubjectGroup, access.SubjectOrganization, access.SubjectService:
		c.that(in.Subject.ID != "", "body.subject.id", "say who")
	default:
		c.that(false, "body.subject.kind", "one of person, group, email, organization, service")
	}
	c.that(slices.Contains([]access.Role{access.Owner, access.Moderator, access.Member}, in.Role), "body.role", "one of owner, moderator, member")
	c.that(in.Role != access.Owner || in.Subject.Kind != access.SubjectOrganization, "body.role", "an organization as a whole owns no room")
	in.NotBefore, in.NotAfter = precise(in.NotBefore), precise(in.NotAfter)
	if in.NotAfter != nil {
		c.that(in.NotAfter.After(now), "body.notAfter", "give a moment to come")
		c.that(in.NotBefore == nil || in.NotAfter.After(*in.NotBefore), "body.notAfter", "give a moment after notBefore")
	}
	return in, c.err()
}

// precise is a moment as precise as it is kept.
func precise(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC().Truncate(time.Microsecond)
	return &utc
}

// subjectFits refuses whom the caller may not give a role: those who do not exist, and with the same words those of other
// organizations, who are invited by their address. Who has a role already may get another.
func (in NewMember) subjectFits(who auth.Identity, r Roster) error {
	if in.Subject.Kind == access.SubjectEmail || len(r.Target) > 0 {
		return nil
	}
	if r.Known == nil || r.Known.Gone || r.Known.OrgID != who.OrgID || who.OrgID == auth.DefaultOrgID {
		return fault.New(fault.CodeInvalid, "there is nobody of this id in your organization").
			At("body.subject.id", "name somebody of your organization; invite others by their address")
	}
	return nil
}

// put is the grant in place of what the subject holds, with an invitation where one is needed.
func (in NewMember) put(room Room, r Roster, now time.Time) (PutMember, RosterChange) {
	g := access.Grant{ID: newID(), RoomID: room.ID, Subject: in.Subject, Sources: access.Everything(), SourceKind: "room", SourceID: room.ID}
	if len(r.Target) > 0 {
		g = r.Target[0]
	}
	g.Role, g.NotBefore, g.NotAfter = in.Role, in.NotBefore, in.NotAfter
	out := PutMember{Member: Member{Grant: g}, Created: len(r.Target) == 0}
	change := RosterChange{Put: &g}
	for i, other := range r.Target {
		if i > 0 {
			change.Drop = append(change.Drop, other.ID) // a role that was claimed beside this one
		}
	}
	if r.Known != nil {
		out.Name, out.Email = r.Known.Name, r.Known.Email
	}
	if in.Subject.Kind != access.SubjectEmail {
		return out, change
	}
	out.Name, out.Email, out.InvitedUntil = in.Subject.ID, in.Subject.ID, r.InvitedUntil
	if in.Renew || r.InvitedUntil == nil {
		until := precise(ptr(now.Add(invitationLife)))
		out.Token, out.InvitedUntil = newToken(), until
		change.Invite = &Invitation{TokenHash: hashOf(out.Token), CreatedAt: now, ExpiresAt: *until}
	}
	return out, change
}

func ptr[T any](v T) *T { return &v }

// ForGood tells whether a grant makes somebody an owner who counts: in force, without an end, of no meeting, and of somebody who can be
// asked, which a group may not be: it may be empty.
func ForGood(g access.Grant, now time.Time) bool {
	return g.Role == access.Owner && g.NotAfter == nil && !g.OfMeeting() && g.Holds(nil, now) &&
		(g.Subject.Kind == access.SubjectPerson || g.Subject.Kind == access.SubjectService)
}

// ownerStays tells whether a change leaves a room an owner who counts. A room that has none stays as it can be changed by
// whoever may.
func ownerStays(owners []access.Grant, change RosterChange, now time.Time) bool {
	counts := func(g access.Grant) bool { return ForGood(g, now) }
	if !slices.ContainsFunc(owners, counts) {
		return true
	}
	left := slices.DeleteFunc(slices.Clone(owners), func(g access.Grant) bool {
		return slices.Contains(change.Drop, g.ID) || (change.Put != nil && change.Put.ID == g.ID)
	})
	return slices.ContainsFunc(left, counts) || (change.Put != nil && counts(*change.Put))
}

// deputy tells whether somebody owns the room for a time, or by a meeting, alone.
func deputy(mine []access.Grant, now time.Time) bool {
	return !slices.ContainsFunc(mine, func(g access.Grant) bool {
		return g.Role == access.Owner && g.NotAfter == nil && !g.OfMeeting() && g.Holds(nil, now)
	})
}

// decidesOwners tells whether a change makes an owner, or takes from one.
func (r Roster) decidesOwners(change RosterChange) bool {
	if change.Put != nil && change.Put.Role == access.Owner {
		return true
	}
	return slices.ContainsFunc(r.Target, func(g access.Grant) bool {
		return g.Role == access.Owner && !slices.ContainsFunc(r.Mine, func(m access.Grant) bool { return m.ID == g.ID })
	})
}
