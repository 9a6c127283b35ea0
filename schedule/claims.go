package schedule

import (
	"context"
	"fmt"
	"time"

	"parvis/access"
	"parvis/auth"
)

// claim finds, of those who are invited by address and whom nobody's account has claimed, who has one whose provider answers for
// the address. Who has the address by no such word, or signs in for the first time later, claims the invitation at a sign-in.
// Whoever is invited by account is so once: the invitation of their address is then a letter and no more.
func (s *Service) claim(ctx context.Context, m *Meeting) error {
	var addresses []string
	taken := map[string]bool{}
	for _, i := range m.Invitees {
		taken[i.PersonID] = true
		if i.PersonID == "" && i.ClaimedBy == "" {
			addresses = append(addresses, access.FoldAddress(i.Email))
		}
	}
	holders := map[string]string{}
	if len(addresses) > 0 {
		var err error
		if holders, err = s.Store.Holders(ctx, addresses, s.Now().UTC()); err != nil {
			return fmt.Errorf("whose addresses a meeting names: %w", err)
		}
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
	return nil
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
