package rooms

// RequestOf is the request that a signal unmute-asked carries.
func RequestOf(data any) string { return data.(askedSaid).Request }

// EndOf is the reason that a signal ended carries.
func EndOf(data any) SessionEnd { return SessionEnd(data.(endedSaid).Reason) }

// TurnOf is the turn in which a sweep looks into a room in detail, whatever the counts say.
func TurnOf(mediaName string) int { return turnOf(mediaName) }

// Restricted is what a signal about permissions says.
type Restricted struct {
	Participant string
	Forbidden   []string
	Allowed     []string
	By          string
}

// RestrictedBy reads it.
func RestrictedBy(data any) Restricted {
	said, _ := data.(restrictedSaid)
	out := Restricted{Forbidden: said.Forbidden, Allowed: said.Allowed, By: said.By.Name}
	if said.Participant != nil {
		out.Participant = *said.Participant
	}
	return out
}
