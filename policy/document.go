package policy

import "time"

// Scope is what stands above a room, or above a new one: empty where there is none. Room is the room itself, where it has a policy of
// its own.
type Scope struct{ Org, Unit, Template, Room string }

// Nearest is the last place of a scope, of those at which documents are kept.
func (s Scope) Nearest() (Level, string) {
	switch {
	case s.Room != "":
		return Room, s.Room
	case s.Unit != "":
		return Unit, s.Unit
	case s.Org != "":
		return Organization, s.Org
	default:
		return Platform, ""
	}
}

// Document is all that somebody decided at one place, written and read whole. Version counts writes; 0 is one that was never
// written.
type Document struct {
	Layer
	Version   int64
	UpdatedAt time.Time
	UpdatedBy string // actor
}

// RoomTemplate is what rooms of an organization begin with. Prefix comes before their names.
type RoomTemplate struct {
	ID        string
	OrgID     string
	Name      string
	Prefix    string
	Settings  map[Name]Decided
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	UpdatedBy string
	ManagedBy string // the software, or the files, by which it is kept; empty: people keep it
}

// Layer is what the template decides.
func (t RoomTemplate) Layer() Layer {
	return Layer{Source: Source{Level: Template, ID: t.ID, Name: t.Name}, Settings: t.Settings}
}
