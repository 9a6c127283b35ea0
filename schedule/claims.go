package schedule

import (
	"time"

	"parvis/access"
	"parvis/auth"
)

// unclaimed are the addresses of those who are invited by address, and whom nobody's account has claimed.
func (m *Meeting) unclaimed() (addresses []string) {
	for _, i := range m.Invitees {
		if i.PersonID == "" && i.ClaimedBy == "" {
			addresses = append(addresses, access.FoldAddress(i.Email))
		}
	}
	return addresses
}

// claim gives the invitations of addresses to who holds them. Who has the address by no such word, or signs in for the first time
// later, claims the invitation at a sign-in. Whoever is invited by account is so once: the invitation of their address is then a
// letter and no more.
func (m *Meeting) claim(holders map[string]string) {
	taken := map[string]bool{}
	for _, i := range m.Invitees {
		taken[i.PersonID] = true
	}
	for n := range m.Invitees {
		i := &m.Invitees[n]
		if i.PersonID == "" && i.ClaimedBy == "" {
			i.ClaimedBy = holders[access.FoldAddress(i.Email)]
		}
		if taken[i.ClaimedBy] {
			i.ClaimedBy = ""
		}
		taken[i.ClaimedBy] = i.ClaimedBy != ""
	}
}

// seenBy leaves out of a meeting what people of another organization do not see: they see what a personal link shows. Those of
// the default organization have nothing in common, so that a claim there shows no more either. Who leads the meeting sees it
// whole, wherever a rule has placed them since.
func (m Meeting) seenBy(who auth.Identity, now time.Time) Meeting {
	if who.Kind != auth.Person || m.relation(who, now) == auth.Owner {
		return m
	}
	mine := m.invitee(who)
	claimed := mine != nil && mine.PersonID == ""
	if who.OrgID == m.OrgID && (who.OrgID != auth.DefaultOrgID || !claimed) {
		return m
	}
	m.App, m.ExternalID, m.SplitFrom = "", "", ""
	m.Organizer.PersonID, m.Organizer.Email = "", ""
	m.Deputies, m.Reminders, m.Tags, m.Settings = nil, nil, nil, Settings{}
	m.Access = Access{OpensBefore: m.Access.OpensBefore, ClosesAfter: m.Access.ClosesAfter}
	for _, i := range m.Invitees {
		if i.is(who.PersonID) {
			m.Invitees = []Invitee{i}
			return m
		}
	}
	m.Invitees = nil
	return m
}
