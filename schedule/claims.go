package schedule

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/schedule/recur"
)

// unclaimed are the addresses of those who are invited by address, and whom nobody's account has claimed. Where no date is to come
// they are of those alone who were not invited before: an address is given to others in time.
func (m *Meeting) unclaimed(before *Definition, toCome bool) (addresses []string) {
	invited := map[string]bool{}
	if before != nil && !toCome {
		for _, i := range before.Invitees {
			invited[i.Key()] = true
		}
	}
	for _, i := range m.Invitees {
		if i.PersonID == "" && i.ClaimedBy == "" && !invited[i.Key()] {
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

// same tells whether two definitions say the same. Who has claimed an invitation is none of it: whoever asks for a change that is none
// must not learn by it that an address has an account. The claim waits for a sign-in, or for a change.
func (d Definition) same(b Definition) bool {
	return slices.EqualFunc(d.When.Rules, b.When.Rules, func(a, b recur.Rule) bool { return a.String() == b.String() }) &&
		slices.EqualFunc(d.Deputies, b.Deputies, Deputy.same) && maps.Equal(d.Tags, b.Tags) && reflect.DeepEqual(d.blank(), b.blank())
}

// blank is a definition without what same compares besides. A list that a request leaves out is the empty one that a store
// reads.
func (d Definition) blank() Definition {
	d = d.Clone()
	d.When.Rules, d.Deputies, d.Tags = nil, nil, nil
	d.When.RDates, d.When.ExDates, d.Overrides = orNil(d.When.RDates), orNil(d.When.ExDates), orNil(d.Overrides)
	d.Reminders, d.Settings.Forbidden, d.Invitees = orNil(d.Reminders), orNil(d.Settings.Forbidden), orNil(d.Invitees)
	d.Access.Sealed, d.Defaults = orNil(d.Access.Sealed), orNil(d.Defaults)
	for n, i := range d.Invitees {
		i.ClaimedBy, i.LinkToken, i.Answers, i.Proposals = "", orNil(i.LinkToken), orNil(i.Answers), orNil(i.Proposals)
		d.Invitees[n] = i
	}
	return d
}

func orNil[S ~[]E, E any](list S) S {
	if len(list) == 0 {
		return nil
	}
	return list
}

// seenBy leaves out of a meeting what people of another organization do not see: they see what a personal link shows. Those of
// the default organization have nothing in common, so that a claim there shows no more either. Who leads the meeting sees it
// whole, wherever a rule has placed them since.
func (m Meeting) seenBy(who auth.Identity, now time.Time) Meeting {
	if who.Kind != auth.Person || m.relation(who, now) == auth.Owner {
		return m
	}
	mine := m.invitee(who)
	claimed := m.MineClaimed || mine != nil && mine.PersonID == "" // a list has nobody who is invited
	if who.OrgID == m.OrgID && (who.OrgID != auth.DefaultOrgID || !claimed) {
		return m
	}
	m.App, m.ExternalID, m.SplitFrom, m.SplitInto = "", "", "", ""
	m.Organizer.PersonID, m.Organizer.Email = "", ""
	m.Deputies, m.Reminders, m.Tags, m.Settings, m.Defaults = nil, nil, nil, Settings{}, nil
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
