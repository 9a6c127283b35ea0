package policy

import (
	"fmt"
	"strings"

	"parvis/fault"
)

// Reason says in one English sentence why a value counts, for people who look after programs.
func (r Resolved) Reason() string {
	switch {
	case len(r.Organized) > 0:
		return "locked by " + strings.Join(Demand{By: r.Organized}.Says(), ", ") + ", of which somebody came, until this meeting ends"
	case (r.Kept || r.Locked && r.Value.Equal(r.Bound)) && r.By.Level == Room:
		return "locked for this room by who administers it"
	case r.Kept:
		return "locked by " + r.By.said()
	case r.Locked && r.Value.Equal(r.Bound):
		return "locked by " + r.By.said()
	case r.Usual:
		return "nobody said anything else: the platform's own default"
	case r.From.Level == Room:
		return "chosen in the room"
	default:
		return "the default of " + r.From.said()
	}
}

// said names whoever decided something.
func (s Source) said() string {
	switch {
	case s.Level == Platform:
		return "the platform"
	case s.Name != "":
		return s.Name
	default:
		return "the " + s.Level.String()
	}
}

// Refusal is nil when somebody may ask for a value; else it names the field and who locked the setting.
func (r Resolved) Refusal(location string, asked Value) error {
	if !r.Locked || r.Setting.Within(asked, r.Bound) {
		return nil
	}
	return fault.Newf(fault.CodePolicyLocked, "%s is locked by %s", r.Setting.Name, r.By.said()).
		At(location, fmt.Sprintf("locked by %s: at most %s", r.By.said(), r.Setting.JSON(r.Bound)))
}
