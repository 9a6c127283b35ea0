package access

import (
	"cmp"
	"time"

	"parvis/auth"
)

// Opening is a time in which a room is open for one occurrence of a meeting, which Source names. An existing room keeps its
// own entry, which openings only widen; a dedicated one is open to others than its hosts while an opening is, as that
// says. PasscodeHash is empty where no passcode is asked for.
type Opening struct {
	ID           string
	RoomID       string
	Source       string
	Opens        time.Time
	Closes       time.Time
	Entry        Entry
	MinAssurance auth.Assurance
	PasscodeHash string
}

// Open reports whether the opening is open at a moment: from its first on, and no more at its last.
func (o Opening) Open(now time.Time) bool { return !now.Before(o.Opens) && now.Before(o.Closes) }

// Openings is what is known of a room's openings, in any order. Closed ones may be among them.
type Openings []Opening

// Now is the opening that counts at a moment. Of several it is the one of the widest entry, so that no meeting shuts out
// whom another one lets in; then the one that opened first, for which people came.
func (all Openings) Now(now time.Time) (found Opening, open bool) {
	for _, o := range all {
		if o.Open(now) && (!open || o.before(found)) {
			found, open = o, true
		}
	}
	return found, open
}

func (o Opening) before(other Opening) bool {
	return cmp.Or(cmp.Compare(other.Entry.Width(), o.Entry.Width()), o.Opens.Compare(other.Opens), cmp.Compare(o.ID, other.ID)) < 0
}

// Next is the opening that opens next, none when none does any more.
func (all Openings) Next(now time.Time) (next Opening, found bool) {
	for _, o := range all {
		if o.Opens.After(now) && (!found || o.Opens.Before(next.Opens)) {
			next, found = o, true
		}
	}
	return next, found
}

// Meets reports whether a meeting has an opening that is open.
func (all Openings) Meets(source string, now time.Time) bool {
	for _, o := range all {
		if o.Source == source && o.Open(now) {
			return true
		}
	}
	return false
}

// Turn is the next moment at which an opening opens or closes: until then the answers above stay as they are.
func (all Openings) Turn(now time.Time) (at time.Time, found bool) {
	for _, o := range all {
		for _, t := range [...]time.Time{o.Opens, o.Closes} {
			if t.After(now) && (!found || t.Before(at)) {
				at, found = t, true
			}
		}
	}
	return at, found
}
