package rooms_test

import (
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// waits holds that somebody who joins waits, for this.
func (m *meeting) waits(who auth.Identity, reason rooms.WaitReason) {
	m.t.Helper()
	joined, err := m.Join(m.t.Context(), who, m.room.Slug, rooms.JoinRequest{})
	if err == nil {
		m.t.Errorf("%s came in as %s, want to wait for %s", who.Name, joined.Admission.ID, reason)
	}
	for _, code := range []fault.Code{fault.CodeRemoved, fault.CodeSignInRequired, fault.CodeMembersOnly} {
		if fault.HasCode(err, code) {
			return
		}
	}
	m.t.Errorf("got %v", err)
}
