package rooms

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/fault"
)

// Ports is everything that Service asks of others. All are needed.
type Ports struct {
	Rooms       RoomStore
	Admissions  AdmissionStore
	Presence    PresenceStore
	Live        LiveStore
	Hosts       HostStore
	Lobby       LobbyStore
	Members     MemberStore
	Owners      OwnerStore
	History     HistoryStore
	Overview    OverviewStore
	Inbox       Inbox
	Leases      Leases
	Policies    PolicyStore
	Templates   TemplateStore
	Passes      Passes
	Media       Media
	Cutter      Cutter
	Farewell    time.Duration // between telling people who ended the meeting and disconnecting them
	Now         func() time.Time
	Logger      *slog.Logger
	Replica     string // names this process among its replicas
	ProvesEmail bool   // guests can prove an e-mail address: mail is sent
}

// Service is the use cases of rooms, one method each. It is safe for concurrent use; Close ends what it has running.
type Service struct {
	Ports
	reactions *reactions
	pulse     pulse
	lobbies   *lobbyHub
	passcodes *passcodes
	follows   follower
	started   time.Time
}

// New makes a Service.
func New(p Ports) *Service {
	s := &Service{Ports: p, started: p.Now().UTC(), passcodes: newPasscodes()}
	s.reactions = newReactions(s.sendReactions)
	s.lobbies = newLobbyHub(s.readLobby, p.Logger)
	s.beginFollowing()
	return s
}

// Close says what is still to be said and waits for it.
func (s *Service) Close() {
	s.follows.close()
	s.reactions.close()
	s.lobbies.close()
}

// NewRoom is what somebody asks for at a creation. Entry is a word of access.ParseEntry, MinAssurance one of
// auth.ParseAssurance; empty for what the template, or a policy, says. Template is one of the caller's organization by id, or
// empty. OwnerPersonID is for service accounts only.
type NewRoom struct {
	Name          string
	Description   string
	Language      string
	Tags          []string
	Entry         string
	MinAssurance  string
	Template      string
	OwnerPersonID string
	ExternalID    string // the caller's own name for it, once in the organization: the room is found by it again, and never made twice
}

// Change is what somebody changes of a room; nil leaves a field as it is.
type Change struct {
	Name         *string
	Description  *string
	Language     *string
	Tags         *[]string
	Entry        *string
	MinAssurance *string
	Archived     *bool

	Forbidden       *access.Abilities
	PhoneEntry      *string
	OpensWithHost   *bool
	MuteOnEntry     *bool
	MaxParticipants *int
	MaxMinutes      *int
	CloseEmptyAfter *int
	AttendanceDays  *int
	LinkExpiresAt   *time.Time // the zero time: never
}

// ListQuery asks for a page of one's own rooms (a service account: its organization's).
type ListQuery struct {
	Archived bool
	PageSize int
	Cursor   string
}

// DoorState is what somebody finds at the door of a room.
type DoorState string

// The states of a door.
const (
	DoorOpen           DoorState = "open"
	DoorLobby          DoorState = "lobby"    // one waits until a host lets one in
	DoorEmail          DoorState = "email"    // one proves an e-mail address, then enters or waits
	DoorPasscode       DoorState = "passcode" // one gives the passcode, then enters or waits
	DoorSignInRequired DoorState = "sign-in-required"
	DoorRefused        DoorState = "refused"
)

// Door is the decision at a room's door, with the reason when it stays shut, and when it opens where that is planned.
type Door struct {
	State   DoorState
	Code    fault.Code
	OpensAt time.Time
}

// View is a room as somebody may see it. Without Full only slug, door and what is about the personal link that they brought
// may be shown: the name on it, or that it is not known; and, by a link that counts (Linked), the name of the room, which the
// invitation says too.
type View struct {
	Listed
	EntersMuted bool   // who looks would enter with the microphone closed
	Office      Office // that owns the room
	Full        bool
	Linked      bool
	Invited     string
	Unlinked    bool
}

// JoinRequest is what somebody brings to the door. Name is for guests and for service accounts. Link is the token of a
// personal link; one that is not known counts for nothing, and that is told. MayKnock, where it is set, is asked before a
// guest takes a new place in the lobby; its error is the answer.
type JoinRequest struct {
	Name     string
	Link     string
	Passcode string
	MayKnock func() error
}

// Joined is an admission with the pass to use it, or, while somebody waits, a ticket and no more.
type Joined struct {
	Room      Room
	Admission Admission
	Pass      Pass
	Ticket    *Ticket
	Unlinked  bool // the link that they brought is not known
	Muted     bool // they enter with the microphone closed, and may open it
}

// newID is a UUIDv7 (RFC 9562 §5.7): keys grow with time, so indexes stay dense.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

const defaultAttendanceDays = 90
