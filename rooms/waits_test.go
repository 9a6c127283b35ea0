package rooms_test

import (
	"parvis/auth"
	"parvis/rooms"
)

// waits holds that somebody who joins waits, for this.
func (m *meeting) waits(who auth.Identity, reason rooms.WaitReason) {
	m.t.Helper()
	joined, err := m.Join(m.t.Context(), who, m.room.Slug, rooms.JoinRequest{})
	if err != nil || joined.Ticket == nil || joined.Ticket.Reason != reason || joined.Pass.Token != "" {
		m.t.Errorf("%s: got %+v, %v, want to wait for %s", who.Name, joined.Ticket, err, reason)
	}
}
