package schedule

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/policy"
	"parvis/schedule/recur"
)

// Status is how a meeting stands.
type Status string

// The statuses. A cancelled meeting stays readable and takes place no more.
const (
	Confirmed Status = "confirmed"
	Cancelled Status = "cancelled"
)

// Meeting is something planned. ID never changes, UID is its name in calendars, Sequence counts what those invited must
// hear of (RFC 5546 §2.1.4), Version every write. App is the service account that planned it, empty when a person did;
// ExternalID is its name there, once in an organization for each account.
type Meeting struct {
	ID          string
	OrgID       string
	UID         string
	Sequence    int
	Version     int64
	App         string
	ExternalID  string
	Status      Status
	SplitFrom   string // the meeting whose later dates this one took over
	SplitInto   string // the meeting that took over its later dates; of several the one made last, which has those next to its own
	CreatedAt   time.Time
	UpdatedAt   time.Time
	CancelledAt *time.Time
	Mine        RSVP      // what the person answered whose meetings are listed; empty when they are not invited
	MineByDate  []Answer  // what they answered to single dates of it
	MineClaimed bool      // they are invited by an address of theirs, and not by their account
	RemindsAt   time.Time // when the next reminder is due; zero when none is within the horizon
	RemindsOf   Reminder  // what is due then; zero when it is not known
	Definition
}

// Definition is what a caller decides of a meeting, whole.
type Definition struct {
	Title       string
	Description string
	Language    string
	When        recur.Series
	Overrides   []Override // by ID, earliest first
	Organizer   Organizer
	Deputies    []Deputy
	Place       Place
	Access      Access
	Settings    Settings
	Invitees    []Invitee
	Reminders   []time.Duration // before the start, longest first
	Quiet       bool            // the organizer hears of no answer by mail
	Tags        map[string]string
	// Unsaid are settings that a request says nothing of: policies fill them in. Defaults are those that were filled in so.
	Unsaid   []policy.Name
	Defaults []policy.Name
}

// Override is one date that differs from its series. ID is the date's original start. Nil leaves the series' own.
type Override struct {
	ID          recur.Local
	Start       *recur.Local
	Duration    *recur.Duration
	Title       *string
	Description *string
}

// Organizer is whose meeting it is: a person, or the software that planned it (no PersonID). OnBehalfOf says for whom in
// the words of the caller, such as an office; it gives no right.
type Organizer struct {
	PersonID   string
	Name       string
	Email      string
	OnBehalfOf string
}

// Deputy may do with the meeting what its organizer may, until a moment or for good.
type Deputy struct {
	PersonID string
	Name     string
	Until    *time.Time
}

// PlaceMode says which room a meeting takes place in.
type PlaceMode string

// The modes: a room made for the meeting, a room that exists, the organizer's own.
const (
	Dedicated PlaceMode = "dedicated"
	Existing  PlaceMode = "existing"
	Personal  PlaceMode = "personal"
)

// Place is the room of a meeting.
type Place struct {
	Mode   PlaceMode
	RoomID string
	Slug   string
}

// Access says who enters and when. OpensBefore and ClosesAfter surround each date. An empty Passcode asks for none; Sealed
// and Hash are the passcode as a store and as the door keep it.
type Access struct {
	Entry        access.Entry
	MinAssurance auth.Assurance
	Passcode     string
	Sealed       []byte
	Hash         string
	OpensBefore  time.Duration
	ClosesAfter  time.Duration
}

// Settings are those of a dedicated room.
type Settings struct {
	MaxParticipants int
	OpensWithHost   bool
	MuteOnEntry     bool
	Forbidden       access.Abilities
}

// InviteeRole is what somebody invited is there for.
type InviteeRole string

// The roles: a host, somebody who shows things, somebody who takes part with camera and microphone.
const (
	InviteeModerator InviteeRole = "moderator"
	InviteePresenter InviteeRole = "presenter"
	InviteeMember    InviteeRole = "member"
)

// RSVP is what somebody invited answered (RFC 5545 §3.2.12, in lower case).
type RSVP string

// The answers.
const (
	NeedsAction RSVP = "needs-action"
	Accepted    RSVP = "accepted"
	Declined    RSVP = "declined"
	Tentative   RSVP = "tentative"
)

// Invitee is somebody invited, by account or by address: an address alone finds nobody's account. ClaimedBy is who has the account
// of a proved address (see Named): they have the meeting in their agenda and answer there, and nobody else learns of it.
// LinkID is their personal
// link, empty while they have none. RSVP is what they answer to the meeting as a whole; Answers says when and with which
// words, and what they answer to single dates: by date, the whole first.
type Invitee struct {
	ID        string
	PersonID  string
	ClaimedBy string
	Email     string
	Name      string
	Role      InviteeRole
	Required  bool
	RSVP      RSVP
	LinkID    string
	LinkToken []byte      // sealed; see newLink
	Language  string      // of their mails, the meeting's when it is empty or not spoken
	Delivery  LetterState // of the last invitation; empty when none was to be sent

	Answers   []Answer
	Proposals []Proposal // by date
	Told      Told       // filled where an answer by mail is decided on, and nowhere else
}

// Told is the highest SEQUENCE that letters which were sent told somebody, of single dates and, by zero, of the whole meeting. That
// of the meeting is ahead of it after a change that they were not told of, and after one date was cancelled, which leaves the
// others in a calendar as they were.
type Told map[recur.Local]int

// Of is what was told last of a date; of the whole meeting for zero.
func (t Told) Of(date recur.Local) int { return max(t[0], t[date]) }

// Key is what makes two invitees the same somebody.
func (i Invitee) Key() string {
	if i.PersonID != "" {
		return "person:" + i.PersonID
	}
	address, _ := access.EmailSubject(i.Email)
	return "email:" + address.ID
}

// is tells whether it is this account that is invited, or has claimed the invitation.
func (i Invitee) is(person string) bool {
	return person != "" && (i.PersonID == person || i.ClaimedBy == person)
}

// Called is what somebody is called to those who lead the meeting.
func (i Invitee) Called() string { return cmp.Or(i.Name, i.Email) }

// Clone is a copy that shares nothing.
func (d Definition) Clone() Definition {
	d.When.Rules, d.When.RDates, d.When.ExDates = slices.Clone(d.When.Rules), slices.Clone(d.When.RDates), slices.Clone(d.When.ExDates)
	d.Overrides = slices.Clone(d.Overrides)
	d.Deputies = slices.Clone(d.Deputies)
	d.Settings.Forbidden = slices.Clone(d.Settings.Forbidden)
	d.Invitees = slices.Clone(d.Invitees)
	d.Reminders = slices.Clone(d.Reminders)
	d.Tags = maps.Clone(d.Tags)
	d.Unsaid, d.Defaults = slices.Clone(d.Unsaid), slices.Clone(d.Defaults)
	return d
}

// Live tells that the meeting takes place.
func (m Meeting) Live() bool { return m.Status == Confirmed }

// relation is how somebody stands to the meeting: organizer and deputies lead it, those invited see it.
func (m Meeting) relation(who auth.Identity, now time.Time) auth.Relation {
	if who.Kind != auth.Person {
		return auth.Stranger
	}
	if m.Organizer.PersonID == who.PersonID {
		return auth.Owner
	}
	for _, d := range m.Deputies {
		if d.PersonID == who.PersonID && (d.Until == nil || now.Before(*d.Until)) {
			return auth.Owner
		}
	}
	if m.invitee(who) != nil {
		return auth.Member
	}
	return auth.Stranger
}

// invitee is somebody as they are invited, by account or by an address of theirs, nil when they are not.
func (m Meeting) invitee(who auth.Identity) *Invitee {
	i := slices.IndexFunc(m.Invitees, func(i Invitee) bool { return i.is(who.PersonID) })
	if i < 0 || who.Kind != auth.Person {
		return nil
	}
	return &m.Invitees[i]
}
