package rooms

import (
	"context"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/policy"
)

// RoomQuery asks for a page of rooms: those in which Subjects hold a grant that is in force at Now, or, when AllOfOrg
// is set, all of the organization. Order is last used first, never used by creation. Cursor is opaque to callers.
type RoomQuery struct {
	OrgID    string
	AllOfOrg bool
	Subjects []access.Subject
	Archived bool
	PageSize int
	Cursor   string
	Now      time.Time
}

// RoomPage is one page; Next is empty on the last.
type RoomPage struct {
	Rooms []Listed
	Next  string
}

// RoomStore keeps rooms and their grants. Room and Grants may answer from a cache that is at most one second old.
type RoomStore interface {
	// CreateRoom writes room, grants and events in one transaction. fault.Conflict when the slug is taken.
	CreateRoom(ctx context.Context, r Room, grants []access.Grant, events []event.Event) error
	// Room finds a room by slug, archived ones too. fault.NotFound (room-not-found) when there is none.
	Room(ctx context.Context, slug string) (Room, error)
	// UpdateRoom runs change on the present row inside a transaction, past all caches, and writes what it left together
	// with the events that it returns; Version grows by one. An error of change is returned and writes nothing. change
	// may run more than once.
	UpdateRoom(ctx context.Context, id string, change func(*Room) ([]event.Event, error)) (Room, error)
	// Rooms lists.
	Rooms(ctx context.Context, q RoomQuery) (RoomPage, error)
	// Grants answers the grants that any of the subjects holds in the room, in force or not.
	Grants(ctx context.Context, roomID string, subjects []access.Subject) ([]access.Grant, error)
	// Openings answers the openings of a room, in whatever order. Of those that have closed some may be missing. It may come from a cache that is at most one second old.
	Openings(ctx context.Context, roomID string) (access.Openings, error)
	// Link finds a personal link by the hash of its token, past all caches; found is false also for one that was revoked, or that
	// holds no grant in the room.
	Link(ctx context.Context, roomID string, tokenHash []byte) (link access.Link, found bool, err error)
	// LastUsed answers when the room was last used, nil when never.
	LastUsed(ctx context.Context, roomID string) (*time.Time, error)
}

// MemberQuery asks for a page of a room's members. Pending includes roles that nobody has claimed yet. Order is the
// highest role first, then the first given. Cursor is opaque to callers.
type MemberQuery struct {
	RoomID   string
	Pending  bool
	PageSize int
	Cursor   string
}

// MemberTarget is whom a change of a room's members is about, by subject or by grant, and who asks.
type MemberTarget struct {
	RoomID  string
	Subject access.Subject
	GrantID string
	Caller  []access.Subject
}

// Roster is what a change of a room's members is decided on, all of one moment.
type Roster struct {
	Mine         []access.Grant // the caller's
	Target       []access.Grant // the subject's that the room itself gave, first the one that a change replaces
	Known        *Subject       // nil when there is no such subject
	InvitedUntil *time.Time     // nil when no invitation of the target can be claimed any more
	Owners       []access.Grant // owners', but for those whose account is closed
}

// Subject is what is known of the subject of a grant. Gone tells that its account is closed.
type Subject struct {
	Name  string
	Email string
	OrgID string
	Gone  bool
}

// RosterChange is what was decided: a grant to be written, an invitation to it in place of those before, grants to be
// dropped.
type RosterChange struct {
	Put    *access.Grant
	Invite *Invitation
	Drop   []string
	Events []event.Event
}

// Invitation lets whoever shows its token claim a grant.
type Invitation struct {
	TokenHash []byte // SHA-256
	CreatedAt time.Time
	ExpiresAt time.Time
}

// MemberStore keeps who has a role in a room by the room itself, and invitations.
type MemberStore interface {
	Members(ctx context.Context, q MemberQuery) (MemberPage, error)
	// UpdateMembers runs decide inside a transaction that holds the room, past all caches, and writes what it answers. An
	// error of decide is returned and writes nothing. decide may run more than once.
	UpdateMembers(ctx context.Context, about MemberTarget, decide func(Roster) (RosterChange, error)) error
	// GrantsOf answers every grant in the room that a person holds, those of their groups and organization too, or that a
	// service account holds.
	GrantsOf(ctx context.Context, roomID string, subject access.Subject) ([]access.Grant, error)
	// ClaimInvitation turns the grant of an invitation that has not run out into one of the person, uses the invitation
	// up and answers the grant. fault.Forbidden (invitation-invalid) for any other token.
	ClaimInvitation(ctx context.Context, roomID string, tokenHash []byte, personID string, now time.Time) (access.Grant, error)
}

// HistoryStore tells what happened in rooms. Nothing here is cached.
type HistoryStore interface {
	// Sessions lists the sessions of a room, the running one too, latest first. A query by ID answers that one, or none.
	Sessions(ctx context.Context, q SessionQuery) (SessionPage, error)
	// Attendance reads one session of a room with its people and acts, all of one moment. fault.NotFound (session-not-found)
	// when the room has no such session. People and acts of one that has expired may be there still, or not.
	Attendance(ctx context.Context, roomID, sessionID string) (Attendance, error)
}

// AdmissionStore keeps admissions. Nothing here is cached.
type AdmissionStore interface {
	// Admit writes the admission, its audit row and its events with the group commit. When the same sign-in holds an
	// admission to the room that no relay has opened yet, that one is brought up to date (name, role, sources) and
	// returned instead: joining is repeatable. An admission without SignInID is always new.
	Admit(ctx context.Context, a Admission, events []event.Event) (Admission, error)
	// Admission reads an admission with its room. fault.NotFound when there is none.
	Admission(ctx context.Context, id string) (Entered, error)
	// EndAdmissions ends what the selection names and that has not ended, together with their open intervals, takes
	// down their hands (HandSeq), and answers them.
	EndAdmissions(ctx context.Context, which AdmissionSelection, reason EndReason, now time.Time) ([]Ending, error)
}

// HostStore keeps what hosts decide.
type HostStore interface {
	// Running reads a room's running session. fault.Conflict (no-session) when none runs.
	Running(ctx context.Context, roomID string, now time.Time) (Running, error)
	// UpdateRunning runs change on the running session inside a transaction, past all caches, and writes what it left:
	// session, adjustments, names, roles, rights and ends of admissions, hands, blocks, acts, and the room's entry. It
	// numbers the signals. An error of change is returned and writes nothing. change may run more than once.
	UpdateRunning(ctx context.Context, roomID string, now time.Time, change func(*Running) error) (Moderated, error)
	// UpdateSince is UpdateRunning for what depends on an act of the running session: change is given that act and those
	// after it, in their order. fault.NotFound when the session has no such act.
	UpdateSince(ctx context.Context, roomID, actID string, now time.Time, change func(r *Running, acts []Act) error) (Moderated, error)
	// Threshold answers what stands at a guarded room's door. It may come from a cache that is at most one second old.
	Threshold(ctx context.Context, roomID string) (Threshold, error)
	// AtDoor counts what decides about somebody besides room and grants.
	AtDoor(ctx context.Context, roomID, signInID string, who Who) (AtDoor, error)
	// Blocks lists a room's blocks, latest first.
	Blocks(ctx context.Context, roomID string) ([]Block, error)
	// Unblock takes a block back, as an act in the running session where one runs: whom it is about is the store's to say.
	// fault.NotFound (block-not-found) when the room has no such block.
	Unblock(ctx context.Context, roomID, blockID string, a Act, e event.Event) error
}

// AtDoor is what is known of a room's running session when somebody comes to the door: how many places in it others hold
// and how many this somebody does (none, of software), how many hosts are there, whether this somebody has been in it (1)
// or not (0), and in how many live admissions of the same sign-in.
type AtDoor struct {
	Others int
	Own    int
	Hosts  int
	Before int
	Live   int
}

// AdmissionSelection names admissions by exactly one of its fields.
type AdmissionSelection struct {
	ID        string
	SignInID  string
	RoomID    string
	ServiceID string
}

// PresenceStore keeps relays, sessions, participants and intervals.
type PresenceStore interface {
	// Enter opens a relay in one transaction past all caches: it reads admission and room, runs check on them, and
	// when check agrees marks the admission open, begins the room's session and the participant's interval where none
	// is open, notes the room's use and writes the relay. What it returns is the state after the commit.
	Enter(ctx context.Context, relay Relay, check func(Entered) error) (Entered, error)
	// CloseRelay ends a relay; the interval stays undecided with this as the last moment seen. A relay that is closed
	// already, or was never written, is no error.
	CloseRelay(ctx context.Context, relayID string, at time.Time) error
	// KeepQualities notes the quality of relays that are open, in the order in which they are given; others are passed over.
	KeepQualities(ctx context.Context, heard []RelayQuality) error
	// Heartbeat says that a replica lives; relays of replicas without one since `fresh` count as closed.
	Heartbeat(ctx context.Context, replica string, at time.Time) error
	// WatchedSince answers the latest moment since when a replica that lives (a heartbeat since `fresh`) beats without a
	// gap of RelayFresh: what was written before it may be out of date. Zero when no replica lives.
	WatchedSince(ctx context.Context, fresh time.Time) (time.Time, error)
	// RetireReplica closes the relays that a replica which ends leaves open, and forgets the replica.
	RetireReplica(ctx context.Context, replica string, at time.Time) error
	// RetireSilent does the same, as of their last heartbeat, for replicas that have sent none since `before`: they died.
	RetireSilent(ctx context.Context, before time.Time) error
	// Present lists the rooms with an open session, with those whose interval is open; mediaName narrows it to one room,
	// empty means all. Replicas whose heartbeat is older than fresh hold no relay.
	Present(ctx context.Context, mediaName string, fresh time.Time) ([]Presence, error)
	// Lapsed finds those who lead running sessions by grants that have ended since, and by none that holds; not whom hosts
	// have given a role for the session. It is one query, whatever the number of sessions.
	Lapsed(ctx context.Context, now time.Time) ([]Lapsed, error)
	// Settle writes what a sweep or a webhook decided, in one transaction.
	Settle(ctx context.Context, decided Settlement, now time.Time) error
}

// Presence is a room with an open session as the database knows it. TakenOutAt is when hosts last took somebody out whom they
// have not let in again, nil for never.
type Presence struct {
	RoomID     string
	MediaName  string
	SessionID  string
	SessionOrg string
	Sid        string
	StartedAt  time.Time
	EmptySince *time.Time
	TakenOutAt *time.Time
	Untold     bool // see Session
	Limits     Limits
	People     []Presentee
}

// emptyFor is how far apart two observations of the empty room must be to end its session.
func (p Presence) emptyFor() time.Duration {
	return max(emptyFor, time.Duration(p.Limits.CloseEmptyAfter)*time.Minute)
}

// Presentee is somebody whose interval is open. Ended tells that the admission is over.
type Presentee struct {
	AdmissionID string
	Ended       bool
	Relays      int
	LastSeen    time.Time
}

// Settlement is what presence decided: intervals that end, sessions first seen empty or empty no more, sessions that
// end, and the SFU rooms that carry a session.
type Settlement struct {
	Left       map[string]time.Time  // admission id -> moment of leaving
	Seen       []string              // admission ids seen at the SFU now
	EmptySince map[string]*time.Time // session id -> first seen empty, nil when people are back
	Over       []string              // session ids
	Sids       map[string]SFURoom    // session id -> the SFU room that carries it
	Events     []event.Event
}

// SFURoom is a room of the SFU by its own id and node.
type SFURoom struct {
	Sid  string
	Node string
}

// StruckOff is what came of a change of who is invited: whose admissions ended, and the grants that are gone or others now.
type StruckOff struct {
	Endings []Ending
	Changed []access.Grant
}

// LiveStore keeps what people say through the server. Seq is the room's, given in the same transaction.
type LiveStore interface {
	// AddMessage numbers a line and keeps it, where it is to be kept, for those who come later in the same session.
	AddMessage(ctx context.Context, m Message, keep bool) (seq int64, err error)
	// SetHand raises (at) or lowers (nil) a hand; changed is false when it was so already.
	SetHand(ctx context.Context, admissionID string, at *time.Time) (seq int64, changed bool, err error)
	// State reads what the holder of an admission sees of the room's present session, all of one moment, with the last
	// `limit` lines, oldest first. Forbidden and EndsAt are left to the caller.
	State(ctx context.Context, roomID, admissionID string, limit int) (State, error)
}

// OverviewStore tells where meetings run, to administrators. Nothing here is cached.
type OverviewStore interface {
	// LiveRooms lists the rooms in which a session runs, the latest begun first. It asks the database as often for a thousand
	// as for one.
	LiveRooms(ctx context.Context, q LiveQuery) (LivePage, error)
	// LiveRoom answers one; fault.NotFound (room-not-found) when there is no such room or nothing runs in it.
	LiveRoom(ctx context.Context, roomID string, now time.Time) (LiveRoom, error)
	// LivePeople answers who is in a session, first come first.
	LivePeople(ctx context.Context, sessionID string, now time.Time) ([]LivePerson, error)
	// VisitOf answers by which administrative role somebody has come into a room's running session; empty when by none.
	VisitOf(ctx context.Context, roomID string, who Who) (auth.AdminRole, error)
	// Visit writes the admission of an administrator with its events; an unopened one of the same sign-in becomes it. A
	// sign-in that has ended is fault.Unauthenticated (sign-in-expired).
	Visit(ctx context.Context, a Admission, events []event.Event) (Admission, error)
}

// PolicyStore keeps what policies say.
type PolicyStore interface {
	// Effective answers what counts for an organization, and for the rooms of it that were made by a template; empty: by none. It
	// may come from a cache that is at most one second old.
	Effective(ctx context.Context, orgID, templateID string) (policy.Effective, error)
	// EffectiveIn answers what counts in a scope; as Effective.
	EffectiveIn(ctx context.Context, scope policy.Scope) (policy.Effective, error)
	// Demands answers what an organization asks of the meetings of others; as Effective.
	Demands(ctx context.Context, orgID string) (policy.Demands, error)
	// EffectiveAbove answers what counts above the nearest place of a scope, past all caches.
	EffectiveAbove(ctx context.Context, scope policy.Scope) (policy.Effective, error)
	// ScopeAt answers where a unit or a room stands, down to itself. fault.NotFound (unit-not-found, room-not-found) when there is none.
	ScopeAt(ctx context.Context, level policy.Level, subject string) (policy.Scope, error)
	// PlaceRoom puts a room into a unit of its organization, or out of the one that it is in. fault.NotFound (unit-not-found) for a
	// unit that there is not, and for one of another organization. lifts, if any, is the refusal for taking it from under a policy:
	// out of a unit that has one, or stands below one that has, elsewhere than further down.
	PlaceRoom(ctx context.Context, roomID, unitID string, lifts error, e event.Event) error
	// OrganizationsAbove answers the organizations above one. fault.NotFound when there is no such organization.
	OrganizationsAbove(ctx context.Context, orgID string) ([]string, error)
	// Policy reads what was decided at one place, past all caches; an empty document where nobody decided anything.
	// fault.NotFound when there is no such place.
	Policy(ctx context.Context, level policy.Level, subject string) (policy.Document, error)
	// UpdatePolicy runs change on the present document inside a transaction, past all caches, and writes what it left together with
	// the events that it returns; Version grows by one. An error of change is returned and writes nothing. change may run more than
	// once.
	UpdatePolicy(ctx context.Context, level policy.Level, subject string, change func(*policy.Document) ([]event.Event, error)) (policy.Document, error)
	// PoliciesChangedSince tells whether a policy or a template has changed since a moment.
	PoliciesChangedSince(ctx context.Context, since time.Time) (bool, error)
}

// TemplateStore keeps what rooms begin with. Nothing here is cached.
type TemplateStore interface {
	// Templates lists those of an organization, by name.
	Templates(ctx context.Context, orgID string) ([]policy.RoomTemplate, error)
	// Template reads one. fault.NotFound (template-not-found) when there is none, here and below.
	Template(ctx context.Context, id string) (policy.RoomTemplate, error)
	// CreateTemplate writes one. fault.Conflict when the organization has most of them already, or one of the name.
	CreateTemplate(ctx context.Context, t policy.RoomTemplate, most int, events []event.Event) error
	UpdateTemplate(ctx context.Context, id string, change func(*policy.RoomTemplate) ([]event.Event, error)) (policy.RoomTemplate, error)
	DeleteTemplate(ctx context.Context, id string, check func(policy.RoomTemplate) ([]event.Event, error)) error
}

// LobbyStore keeps the tickets of those who wait before rooms. Nothing here is cached. What hosts can see of a change is a step
// of the room's lobby (Lobby.Seq), written in the same transaction and told to every replica.
type LobbyStore interface {
	// Knock keeps the ticket of a sign-in to a room. One that waits already is brought up to date (name, reason, assurance,
	// time) and keeps its id, its place and its note, also when it has run out and nobody gave it up yet; one that was decided
	// and holds is answered as it is. An admitted ticket of somebody who has to prove an address by
	// now waits again. fault.CodeLobbyFull when MaxWaiting others wait; who has to prove an address first is counted apart.
	Knock(ctx context.Context, t Ticket, now time.Time) (Ticket, error)
	// TicketOf reads the ticket of a sign-in to a room that has not run out.
	TicketOf(ctx context.Context, signInID, roomID string, now time.Time) (t Ticket, found bool, err error)
	// Lobby reads one lobby, all of one moment.
	Lobby(ctx context.Context, roomID string, now time.Time) (Lobby, error)
	// Lobbies reads those in which somebody waits and to which any of the subjects has a grant that makes hosts, in force or
	// not; at most 100. Who has to prove an address first does not count as waiting.
	Lobbies(ctx context.Context, subjects []access.Subject, now time.Time) ([]Lobby, error)
	// Decide writes a decision, whole or not at all, and answers the tickets that it is about now; see Service.Decide. Letting
	// somebody in takes back what holds them outside for the rest of the session.
	Decide(ctx context.Context, d Decision) ([]string, error)
	// LeaveLobby deletes a ticket that waits; fault.CodeTicketNotFound unless it is of this sign-in and this room.
	LeaveLobby(ctx context.Context, roomID, signInID, ticketID string) error
	// Note writes the line of a ticket that waits; fault.CodeTicketNotFound as above.
	Note(ctx context.Context, roomID, signInID, ticketID, text string, now time.Time) error
	// Renew lets the tickets that wait, of these, last until then. It is no step of any lobby.
	Renew(ctx context.Context, ticketIDs []string, until time.Time) error
	// ExpireTickets gives up the places of those who wait and have run out.
	ExpireTickets(ctx context.Context, now time.Time) error
}

// MediaEvent is what the SFU told by webhook: a hint.
type MediaEvent struct {
	ID       string
	Type     string
	Room     string
	Sid      string
	Identity string
	At       time.Time
}

// Inbox keeps webhooks before they are worked off. Events of one room come back in the order they came.
type Inbox interface {
	// Keep stores an event; new is false when an event with its id is known already.
	Keep(ctx context.Context, e MediaEvent, now time.Time) (isNew bool, err error)
	// Work hands unworked events to do, oldest first, at most limit, each marked done when do returns nil. It answers
	// how many were done.
	Work(ctx context.Context, limit int, now time.Time, do func(context.Context, MediaEvent) error) (int, error)
}

// Leases let one replica at a time do something.
type Leases interface {
	// Take answers whether the holder has the lease until the given time.
	Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
}

// Passes signs. Join asks only this: it makes no call to the SFU.
type Passes interface {
	Pass(a Admission, mediaName string, now time.Time) (Pass, error)
}

// Media is the SFU as rooms needs it. Absent rooms and people are no error for Remove and Apply. Errors are
// fault.Unavailable when the SFU does not answer in time.
type Media interface {
	// Remove disconnects a participant.
	Remove(ctx context.Context, mediaName, identity string) error
	// Mute mutes what a participant publishes from a source; changed is false when that was so, or nothing was there. It may be
	// true beside an error: of several tracks some were muted.
	Mute(ctx context.Context, mediaName, identity string, source access.Ability) (changed bool, err error)
	// MuteAll mutes what everybody publishes from a source but those whom except names, and answers whom it muted,
	// also beside an error.
	MuteAll(ctx context.Context, mediaName string, source access.Ability, except func(identity string) bool) ([]string, error)
	// Apply brings name and rights of a connected participant up to date.
	Apply(ctx context.Context, mediaName string, a Admission) error
	// Send says a signal to the room, or to the identities named.
	Send(ctx context.Context, mediaName string, s event.Signal, to ...string) error
	// Rooms lists the SFU's rooms.
	Rooms(ctx context.Context) ([]MediaRoom, error)
	// Participants lists who is connected to a room.
	Participants(ctx context.Context, mediaName string) ([]MediaParticipant, error)
}

// MediaRoom is a room at the SFU.
type MediaRoom struct {
	Name         string
	Sid          string
	Participants int
}

// MediaParticipant is somebody connected at the SFU. Standard is false for kinds without a relay (phone, recorder).
type MediaParticipant struct {
	Identity string
	Standard bool
	JoinedAt time.Time
}

// Cutter cuts the open relays of an admission at the gate of this replica, once the SFU's farewell had time to pass.
// Other replicas hear of the end by the database and read the admission again.
type Cutter interface {
	Cut(admissionID string)
}
