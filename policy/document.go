package policy

import "time"

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
}

// Layer is what the template decides.
func (t RoomTemplate) Layer() Layer {
	return Layer{Source: Source{Level: Template, ID: t.ID, Name: t.Name}, Settings: t.Settings}
}
