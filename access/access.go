// Package access holds grants and openings: the facts about who may enter a room, that rooms decides on and that
// later schedule and directory write.
//
// It owns their types, their order and the pure questions about them. It refuses to load or store anything.
package access

import (
	"slices"
	"time"

	"parvis/auth"
)

// Role is a standing in a room. The zero value is no role.
type Role string

// The roles, strongest first.
const (
	NoRole    Role = ""
	Owner     Role = "owner"
	Moderator Role = "moderator"
	Member    Role = "member"
)

// Relation is the role as the table of rights orders it.
func (r Role) Relation() auth.Relation {
	switch r {
	case Owner:
		return auth.Owner
	case Moderator:
		return auth.Moderator
	case Member:
		return auth.Member
	default:
		return auth.Stranger
	}
}

// Host reports whether the role leads the room.
func (r Role) Host() bool { return r == Owner || r == Moderator }

// Entry says who enters a room without waiting; each word includes those before it.
type Entry string

// The entries, narrowest first.
const (
	EntryHosts        Entry = "hosts"
	EntryMembers      Entry = "members"
	EntryOrganization Entry = "organization"
	EntrySignedIn     Entry = "signed-in"
	EntryEveryone     Entry = "everyone"
)

// Entries lists the entries, narrowest first.
func Entries() []Entry {
	return []Entry{EntryHosts, EntryMembers, EntryOrganization, EntrySignedIn, EntryEveryone}
}

var entryAliases = map[string]Entry{"restricted": EntryMembers, "trusted": EntrySignedIn, "public": EntryEveryone}

// ParseEntry reads an entry by its word or by its short name (restricted, trusted, public).
func ParseEntry(word string) (Entry, bool) {
	if e, ok := entryAliases[word]; ok {
		return e, true
	}
	return Entry(word), slices.Contains(Entries(), Entry(word))
}

// Width orders entries: a greater width lets more people in. An unknown entry is the narrowest.
func (e Entry) Width() int { return max(slices.Index(Entries(), e), 0) }

// SubjectKind says what the subject of a grant is.
type SubjectKind string

// The kinds of subject.
const (
	SubjectPerson       SubjectKind = "person"
	SubjectGroup        SubjectKind = "group"
	SubjectEmail        SubjectKind = "email"
	SubjectLink         SubjectKind = "link"
	SubjectOrganization SubjectKind = "organization"
	SubjectService      SubjectKind = "service"
)

// Subject is who a grant is for.
type Subject struct {
	Kind SubjectKind
	ID   string
}

// SubjectsOf lists the subjects under which somebody may hold grants. An e-mail address is none of them: a grant to an
// address is claimed, never matched: addresses are given to other people in time.
func SubjectsOf(who auth.Identity) []Subject {
	switch who.Kind {
	case auth.Person:
		subjects := []Subject{{SubjectPerson, who.PersonID}, {SubjectOrganization, who.OrgID}}
		for _, id := range who.Groups {
			subjects = append(subjects, Subject{SubjectGroup, id})
		}
		return subjects
	case auth.Service:
		return []Subject{{SubjectService, who.ID}}
	default:
		return nil
	}
}

// Who wrote a grant. An invitation is a role that was claimed beside another of the room. Those of meetings show in no
// list of a room's members, and none of them is its last owner's.
const (
	SourceRoom       = "room"
	SourceInvitation = "invitation"
	SourceMeeting    = "meeting"   // of who is invited: SourceID is the meeting's id
	SourceOrganizer  = "organizer" // of who leads it, for longer than it is open
	SourceDeputy     = "deputy"    // of who leads it in a room that was there before: while it is open
	SourceOffice     = "office"    // that owns the room: SourceID is the office's id
)

// Grant is a right in a room for a subject and a time, and who wrote it. One of a meeting holds while an opening of that
// meeting is open.
type Grant struct {
	ID         string
	RoomID     string
	Subject    Subject
	Role       Role
	Sources    Sources
	NotBefore  *time.Time
	NotAfter   *time.Time
	SourceKind string
	SourceID   string
}

// Holds reports whether the grant is in force at a moment in a room with these openings.
func (g Grant) Holds(openings Openings, now time.Time) bool {
	return (g.NotBefore == nil || !now.Before(*g.NotBefore)) && (g.NotAfter == nil || now.Before(*g.NotAfter)) &&
		(!g.WhileMet() || openings.Meets(g.SourceID, now))
}

// WhileMet tells whether the grant holds only while an opening of its meeting is open.
func (g Grant) WhileMet() bool { return g.SourceKind == SourceMeeting || g.SourceKind == SourceDeputy }

// Strongest is the grant of the highest role that holds now, the zero grant when none holds. Of two that give the same
// role one that needs no meeting comes first: who is struck off a meeting keeps what they have besides.
func Strongest(grants []Grant, openings Openings, now time.Time) Grant {
	var found Grant
	for _, g := range grants {
		if g.Holds(openings, now) && g.stronger(found) {
			found = g
		}
	}
	return found
}

func (g Grant) stronger(than Grant) bool {
	if g.Role != than.Role {
		return g.Role.Relation() > than.Role.Relation()
	}
	return than.WhileMet() && !g.WhileMet()
}

// OfMeeting tells whether a meeting gave it, which takes it back: such a role says nothing of whose the room is.
func (g Grant) OfMeeting() bool {
	return g.WhileMet() || g.SourceKind == SourceOrganizer
}
