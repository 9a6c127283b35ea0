package schedule

import (
	"fmt"
	"slices"

	"parvis/access"
)

// mailbox is what two invitees share whose mails arrive at one place; empty without an address.
func (i Invitee) mailbox() string { return access.FoldAddress(i.Email) }

// Reaches tells whether mails to those invited arrive at an address, be it that they are invited by account or by address.
func (d Definition) Reaches(address string) bool {
	mailbox := access.FoldAddress(address)
	return mailbox != "" && slices.ContainsFunc(d.Invitees, func(i Invitee) bool { return i.mailbox() == mailbox })
}

// once refuses to invite by their address who is invited by account, or organizes the meeting. What was so before stays: providers give
// people other addresses. people are those of the organization alone: that an address is that of any other account is not to be
// learned here.
func (m *Meeting) once(p *problems, before *Definition, people map[string]Person) {
	by := map[string]int{} // the mailboxes of accounts
	for n, i := range m.Invitees {
		if _, known := people[i.PersonID]; known && i.Email != "" {
			by[i.mailbox()] = n
		}
	}
	invited := func(i Invitee) bool { return before != nil && invites(before.Invitees, i) }
	_, organizes := people[m.Organizer.PersonID]
	for n, i := range m.Invitees {
		if i.PersonID != "" || i.Email == "" {
			continue
		}
		account, twice := by[i.mailbox()]
		switch {
		case twice && !invited(i):
			p.that(false, fmt.Sprintf("body.invitees[%d].email", n), fmt.Sprintf("the address of invitees[%d], who is invited by account: name everybody once", account))
		case twice && !invited(m.Invitees[account]):
			p.that(false, fmt.Sprintf("body.invitees[%d].user", account), fmt.Sprintf("invited already by their address, invitees[%d]: strike that off first, or leave this out", n))
		case organizes && i.mailbox() == access.FoldAddress(m.Organizer.Email) && !invited(i):
			p.that(false, fmt.Sprintf("body.invitees[%d].email", n), "the address of the organizer, who is there anyway: leave it out")
		}
	}
}
