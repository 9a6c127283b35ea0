package rooms

import (
	"maps"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/policy"
)

// Held says that somebody waits whatever the entry, for the rest of the session or until a host lets them in.
type Held string

// Why somebody is held.
const (
	NotHeld     Held = ""
	HeldRemoved Held = "removed"
	HeldInLobby Held = "lobby"
)

// Adjustment is what hosts decided about somebody for the rest of a session. Empty fields decide nothing. Allowed is what
// they may do although it is forbidden to all: nothing else is in it.
type Adjustment struct {
	Role      access.Role
	Name      string
	Forbidden access.Abilities
	Allowed   access.Abilities
	Held      Held
}

// Empty tells that nothing is decided.
func (a Adjustment) Empty() bool {
	return a.Role == "" && a.Name == "" && len(a.Forbidden) == 0 && len(a.Allowed) == 0 && a.Held == NotHeld
}

// Block keeps somebody out of a room until it is taken back. A guest is known by the sign-in alone.
type Block struct {
	ID            string
	RoomID        string
	Who           Who
	Name          string
	BlockedBy     string // actor
	BlockedByName string
	BlockedAt     time.Time
}

// Act is something that a host did, for the attendance list. Target is empty when it was about the whole room.
type Act struct {
	ID         string
	At         time.Time
	Actor      string
	OnBehalfOf string // the service account that did it for the actor: told in the event, and not read again
	ActorName  string
	Act        ActName
	Target     Who
	TargetName string
	Data       map[string]any
}

// ActName is what a host did.
type ActName string

// The acts of hosts.
const (
	ActMute          ActName = "mute"
	ActMuteAll       ActName = "mute-all"
	ActStopCamera    ActName = "stop-camera"
	ActStopScreen    ActName = "stop-screen"
	ActAskToUnmute   ActName = "ask-to-unmute"
	ActUnmuteAgreed  ActName = "unmute-accepted"
	ActPermissions   ActName = "permissions"
	ActForbidForAll  ActName = "permissions-for-all"
	ActRemove        ActName = "remove"
	ActBlock         ActName = "block"
	ActUnblock       ActName = "unblock"
	ActReturn        ActName = "return-to-lobby"
	ActRename        ActName = "rename"
	ActRole          ActName = "role"
	ActLock          ActName = "lock"
	ActUnlock        ActName = "unlock"
	ActEnd           ActName = "end"
	ActSpotlight     ActName = "spotlight"
	ActLowerHands    ActName = "lower-hands"
	ActAdmitFromWait ActName = "admit"
	ActRefuseAtDoor  ActName = "refuse"
	ActVisit         ActName = "administrator-entered"
)

// SessionEnd says why a session ended. It is empty while it runs, and of sessions that ended before that was noted.
type SessionEnd string

// The ends of sessions.
const (
	EndedByHost SessionEnd = "ended-by-host"
	EndedByTime SessionEnd = "ended-by-time"    // the longest time that the room allows was over
	EndedEmpty  SessionEnd = "ended-when-empty" // nobody was there any more
)

// Session is a room's running session. Permits is what hosts decided in it for all but hosts, where that differs from the
// room's own setting.
type Session struct {
	ID        string
	StartedAt time.Time
	LockedAt  *time.Time
	LockedBy  string   // a name
	Spotlight []string // admissions, in order
	Permits   Permission
	Untold    bool // the people in it have not heard yet that who is present tightened it (Room.Presence)
}

// Person is a live admission in a running session. JoinedAt is nil while they are not in the call: not come yet, or gone
// without a word.
type Person struct {
	Admission
	JoinedAt *time.Time
	HandAt   *time.Time
}

// Running is a room's session with those who are admitted to it, for a host to change: UpdateRunning writes what differs
// afterwards. Methods say in signals and acts what they did; a change that changes nothing says nothing.
type Running struct {
	Room     Room
	Session  Session
	Adjusted map[Who]Adjustment
	People   []Person

	Blocks  []Block        // to be added
	Kept    []access.Grant // to be written in place of what the subject holds
	Acts    []Act          // to be kept
	Signals []event.Signal // to be said to the room, in this order; the store numbers them
	Over    SessionEnd     // why the session ends; empty: it goes on
}

// Clone is a copy that shares nothing.
func (r Running) Clone() Running {
	r.Session.Spotlight = slices.Clone(r.Session.Spotlight)
	r.Session.Permits = maps.Clone(r.Session.Permits)
	r.Adjusted = maps.Clone(r.Adjusted)
	r.People = slices.Clone(r.People)
	return r
}

// Moderated is what a change of a running session came to, after its commit.
type Moderated struct {
	Running
	Changed []Admission // name, role or rights
	Ended   []Ending
}

// Threshold is what stands at a room's door besides room and grants: of a guarded one what hosts decided, of a planned one
// its openings, which a store leaves to RoomStore.Openings.
type Threshold struct {
	SessionID string // empty when none runs
	Tightened policy.Demands
	Locked    bool
	Permits   Permission
	Adjusted  map[Who]Adjustment
	Blocked   map[Who]bool
	Openings  access.Openings
}

// host is who acts on others.
type host struct {
	who  auth.Identity
	name string
	role access.Role
	at   time.Time

	office auth.AdminRole // by which they act who is none of the room's hosts; empty for these
	reason string         // that they gave
}

func (h host) actor() string { return actor(h.who) }

// by is a host as the others are told.
type by struct {
	Name string `json:"name"`
}

// mayActOn tells whether a host may moderate somebody: nobody acts on an owner but an owner.
func mayActOn(host, target access.Role) bool {
	return host == access.Owner || (host == access.Moderator && target != access.Owner)
}

// did is an act of the host, about nobody yet.
func (h host) did(name ActName, data map[string]any) Act {
	if h.office != "" {
		official := map[string]any{"administrator": string(h.office), "reason": h.reason}
		maps.Copy(official, data)
		data = official
	}
	return Act{ID: newID(), At: h.at, Actor: h.actor(), OnBehalfOf: h.who.OnBehalfOf, ActorName: h.name, Act: name, Data: data}
}

func (r *Running) acted(h host, name ActName, target *Person, data map[string]any) *Act {
	a := h.did(name, data)
	if target != nil {
		a.Target, a.TargetName = target.Who(), target.Name
	}
	r.Acts = append(r.Acts, a)
	return &r.Acts[len(r.Acts)-1]
}

func (r *Running) say(at time.Time, t event.SignalType, data any) {
	r.Signals = append(r.Signals, event.Signal{Type: t, At: at, Data: data})
}

func (r *Running) person(id string) *Person {
	for i := range r.People {
		if r.People[i].ID == id && r.People[i].Live() {
			return &r.People[i]
		}
	}
	return nil
}

// each runs over the live admissions of somebody: one for each tab or device.
func (r *Running) each(who Who, do func(*Person)) {
	for i := range r.People {
		if r.People[i].Who() == who && r.People[i].Live() {
			do(&r.People[i])
		}
	}
}

// adjust changes what is decided about somebody and brings their admissions up to it.
func (r *Running) adjust(who Who, change func(*Adjustment)) {
	a := r.Adjusted[who]
	change(&a)
	if r.Adjusted == nil {
		r.Adjusted = map[Who]Adjustment{}
	}
	r.Adjusted[who] = a
	r.each(who, func(p *Person) { p.Admission = p.under(r.rule(), a) })
}

// under is an admission with what hosts decided: about its holder, and, the rule, about all but hosts. It starts from what
// is granted, so that taking a decision back gives exactly that.
func (a Admission) under(rule access.Abilities, decided Adjustment) Admission {
	if decided.Role != "" {
		a.Role = decided.Role
	}
	if decided.Name != "" {
		a.Name = decided.Name
	}
	forbidden := forbiddenTo(a.Role, rule, decided)
	granted := slices.Concat(a.Sources, a.Withheld)
	slices.SortFunc(granted, func(x, y access.Source) int {
		return slices.Index(access.AllSources(), x) - slices.Index(access.AllSources(), y)
	})
	a.Sources, a.Withheld = access.Forbid(granted, forbidden)
	a.Silenced = forbidden.Without(access.AbilityCamera, access.AbilityMicrophone, access.AbilityScreen)
	return a
}

// sameRights tells whether two states of an admission let its holder do the same under the same name.
func (a Admission) sameRights(b Admission) bool {
	return a.Name == b.Name && a.Role == b.Role && slices.Equal(a.Sources, b.Sources) && slices.Equal(a.Withheld, b.Withheld) &&
		a.Silenced.Equal(b.Silenced)
}

// Differs tells whether the holder of an admission would notice the difference.
func (a Admission) Differs(b Admission) bool { return !a.sameRights(b) || a.State != b.State }
