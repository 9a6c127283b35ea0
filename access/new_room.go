package access

import (
	"crypto/rand"
	"time"

	"parvis/auth"
)

// NewRoom is a room that is made with a meeting, as schedule hands it to a store: what a room has besides takes its
// default. A dedicated one is open to others than its hosts while an opening is: Entry and MinAssurance are then those of the opening.
type NewRoom struct {
	ID           string
	OrgID        string
	Slug         string
	MediaName    string
	Name         string
	Description  string
	Language     string
	Tags         []string
	Dedicated    bool
	Entry        Entry
	MinAssurance auth.Assurance
	Forbidden    Abilities
	CreatedAt    time.Time

	OpensWithHost   bool
	MuteOnEntry     bool
	MaxParticipants int // 0: no limit, here and below
	MaxMinutes      int
	AttendanceDays  int    // 0: the default
	PersonID        string // whose own room it is
}

// NewSlug draws xxx-xxxx-xxx: 26^10 links, about 47 bits, which is why guesses are limited over all networks
// together too (docs/decisions/0006-limits-in-memory.md).
func NewSlug() string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	slug := make([]byte, 0, 12)
	var draw [64]byte
	for len(slug) < 12 {
		_, _ = rand.Read(draw[:]) // crypto/rand never fails since Go 1.24
		for _, b := range draw {
			if len(slug) == 3 || len(slug) == 8 {
				slug = append(slug, '-')
			}
			if b < 26*9 && len(slug) < 12 { // 234 is the largest multiple of 26 in a byte: no letter is likelier
				slug = append(slug, letters[b%26])
			}
		}
	}
	return string(slug)
}

// NewMediaName draws the SFU's name of a room: 26 characters of base32, opaque, so that nobody inside the network can
// go from a link to a call.
func NewMediaName() string { return rand.Text() }
