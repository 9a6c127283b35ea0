package rooms

import (
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/policy"
)

// Room is a place with a link that lasts. Slug and MediaName never change; MediaName is the SFU's name of the room,
// opaque and never shown. Version counts writes and is the ETag. Guarded says that the door has to look at more than
// room and grants (HostStore.Threshold), Planned that there are openings which have not closed (RoomStore.Openings); neither
// moves a version. A Dedicated room was made for one meeting: outside its openings it is its hosts' alone.
type Room struct {
	ID           string
	OrgID        string
	Slug         string
	MediaName    string
	Name         string
	Description  string
	Language     string
	Tags         []string
	Entry        access.Entry
	MinAssurance auth.Assurance
	Forbidden    access.Abilities // what all but hosts may not do, unless hosts decide otherwise for a meeting
	PhoneEntry   access.Entry     // Entry for those who dial in
	Limits       Limits
	Guarded      bool
	Planned      bool
	Dedicated    bool
	TemplateID   string         // by which it was made; empty: by none
	ExternalID   string         // the name that software of the organization has for it; empty: none
	OfficeID     string         // that owns it; empty: people or software do
	UnitID       string         // of the organization, to which it belongs; empty: to none
	Governed     bool           // there is a policy of this room alone
	Rules        Rules          // that bind it; the fields above are within them
	Chosen       *Chosen        // what its owners chose instead, nil where that is the same
	Presence     policy.Demands // what those ask who are in the session that runs: Rules are under it; see Tightened
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ArchivedAt   *time.Time
}

// Limits bounds how a room is used. Zero values set no limit.
type Limits struct {
	OpensWithHost   bool // all others wait until a host is there
	MuteOnEntry     bool // all others enter with the microphone closed, and open it when they want to speak
	MaxParticipants int
	MaxMinutes      int        // of a session
	CloseEmptyAfter int        // minutes that an empty session goes on
	LinkExpiresAt   *time.Time // from then on the link lets in hosts only
	AttendanceDays  int        // that names are kept after a session
}

// Who is somebody across admissions: a person by the person's id, a guest by the sign-in, software by its account.
type Who struct {
	Kind auth.Kind
	ID   string
}

// WhoIs is who is asking.
func WhoIs(i auth.Identity) Who { return Who{i.Kind, i.ID} }

// Who is whose admission it is.
func (a Admission) Who() Who { return Who{a.WhoKind, a.WhoID} }

// Known is as whom the holder of an admission is known: a guest who has signed in since by the account too, last.
func (a Admission) Known() []Who {
	if a.WhoKind == auth.Guest && a.PersonID != "" {
		return []Who{a.Who(), {auth.Person, a.PersonID}}
	}
	return []Who{a.Who()}
}

// same tells whether two admissions have the same holder.
func (a Admission) same(b Admission) bool {
	return slices.ContainsFunc(a.Known(), func(who Who) bool { return slices.Contains(b.Known(), who) })
}

// Listed is a room as somebody's list shows it. LastUsedAt is when a session of it last began or ended.
type Listed struct {
	Room
	Role       access.Role
	Lasting    access.Role // Role beyond the meeting that runs
	LastUsedAt *time.Time
	Door       Door // the service says it; a store leaves it empty
}

// AdmissionState is how far an admission has come.
type AdmissionState string

// The states: admitted and never opened, opened by a relay at least once, ended for good.
const (
	Admitted AdmissionState = "admitted"
	Open     AdmissionState = "open"
	Ended    AdmissionState = "ended"
)

// EndReason says why an admission ended.
type EndReason string

// The reasons.
const (
	EndLeft        EndReason = "left"
	EndRemoved     EndReason = "removed"
	EndSignedOut   EndReason = "signed-out"
	EndDeactivated EndReason = "deactivated"
	EndArchived    EndReason = "archived"
	EndRevoked     EndReason = "revoked"
	EndSuperseded  EndReason = "superseded"
	EndMeetingOver EndReason = "meeting-over"
	EndBlocked     EndReason = "blocked"
	EndReturned    EndReason = "returned" // sent back to the lobby
)

// Admission is the leave of somebody to be in a room now. Its ID is the SFU identity. SignInID is the browser sign-in
// that owns it, empty when a bearer made it. Sources is explicit: an empty list means that nothing may be published;
// Withheld is what grants give besides and hosts forbid now; Silenced is what else hosts forbid (chat, reactions). GrantID
// is the grant of a meeting by which its holder came in, empty for all others: it ends with that grant.
// Visit is the administrative role by which somebody is there who is none of the room's people, with the reason they gave.
// Generation counts changes of role, sources, name and state, so that a relay can tell that it missed one.
type Admission struct {
	ID         string
	OrgID      string
	RoomID     string
	SessionID  string
	WhoKind    auth.Kind
	WhoID      string
	PersonID   string
	SignInID   string
	GrantID    string
	Visit      auth.AdminRole
	VisitFor   string
	Name       string
	OrgName    string
	Assurance  auth.Assurance
	Role       access.Role
	Sources    []access.Source
	Withheld   []access.Source
	Silenced   access.Abilities
	State      AdmissionState
	Reason     EndReason
	Generation int64
	CreatedAt  time.Time
	EndedAt    *time.Time
}

// Live reports whether the admission still lets its holder in.
func (a Admission) Live() bool { return a.State != Ended }

// Pass is the LiveKit token of an admission, with the address to use it at.
type Pass struct {
	URL       string
	Token     string
	ExpiresAt time.Time
}

// Relay is an open signalling connection at the gate: the presence of an admission.
type Relay struct {
	ID          string
	AdmissionID string
	Replica     string
	OpenedAt    time.Time
}

// Entered is what the gate needs to let an admission through: who, into which room, with which rights, as of now. Enter
// fills in the rest too: what stands at a guarded door; where the number of people is limited, how many places others
// hold in the call and how many the same person does (software, which may stand for many, only by this admission); and
// where the room is locked, how often the same person has been let in already: in a live admission that was opened, or
// by a host who let them in from the lobby; a dedicated one is asked that too, one in which nobody is and that opens with
// its host, and one that who is present has tightened. Where the holder's organization asks for more than counts (Demands), it says
// how many others are in the call, what hosts who let them in were told, and whether they are in it already.
type Entered struct {
	Admission Admission
	Room      Room
	Threshold Threshold
	Others    int
	Own       int
	Elsewhere int
	Begins    bool // nobody is in the room: who enters begins a session
	StruckOff bool // the grant of a meeting by which they came in is gone
	Shut      bool // a dedicated room, while no opening is open

	Announced int64          // the room's seq of the announcement of an administrator, written with this entry; 0 without one
	Demands   policy.Demands // of the holder's organization, where it is not the room's
	Agreed    policy.Demands
	Company   int
	AlsoHere  bool
	Untold    bool // the entry tightened the session of others, who have not heard of it
}

// Present is the admission under what hosts decided so far.
func (in Entered) Present() Admission {
	return in.Admission.under(in.Room.rule(in.Threshold.Permits), in.Room.decided(in.Threshold.Adjusted[in.Admission.Who()]))
}

// Message is a chat line.
type Message struct {
	ID          string
	RoomID      string
	SessionID   string
	AdmissionID string
	Name        string
	Text        string
	At          time.Time
}

// Hand is a raised hand.
type Hand struct {
	AdmissionID string
	Name        string
	RaisedAt    time.Time
}

// State is what a client reads after connecting, after reconnecting and at a gap of seq.
type State struct {
	Seq       int64
	Hands     []Hand
	Messages  []Message
	StartedAt time.Time // of the session
	Locked    bool
	Spotlight []string
	Visitors  []Visitor // first come first

	// What concerns the reader; Forbidden is the other three together, as far as they bind the reader.
	Role            access.Role
	Forbidden       access.Abilities
	ForbiddenToMe   access.Abilities
	AllowedToMe     access.Abilities // although it is forbidden to all
	ForbiddenForAll access.Abilities // in the meeting that runs
	EndsAt          *time.Time       // of a session whose length is limited
	Tightened       policy.Demands   // by who is present; left to the caller
}

// Ending is an admission that just ended, with the SFU's name of its room. HandSeq is the room's seq of the hand that
// went down with it, 0 when none was up.
type Ending struct {
	Admission Admission
	MediaName string
	HandSeq   int64
}
