package rooms

import (
	"context"

	"parvis/auth"
	"parvis/fault"
)

// Ticket is the place of somebody who waits.
type Ticket struct{ ID string }

// knock refuses whom nobody can let in yet.
func (s *Service) knock(_ context.Context, who auth.Identity, _ Room, _ string, reason WaitReason) (Ticket, error) {
	switch {
	case reason == WaitRemoved || reason == WaitReturned:
		return Ticket{}, fault.New(fault.CodeRemoved, "a host took you out of this meeting")
	case who.Anonymous() || who.Kind == auth.Guest:
		return Ticket{}, fault.New(fault.CodeSignInRequired, "this room is for people who are signed in")
	default:
		return Ticket{}, fault.New(fault.CodeMembersOnly, "this room is for others than you: ask a host to add you")
	}
}
