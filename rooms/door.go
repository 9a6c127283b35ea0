package rooms

import (
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
)

// standing is how somebody stands to a room: the role that grants give, and what may be published with it; then what
// hosts decided about them for the running session.
type standing struct {
	role    access.Role
	granted access.Role // beyond the running session: without the role that hosts or a meeting gave for its length
	sources []access.Source
	decided Adjustment
	permits Permission
	blocked bool
	locked  bool
	inside  bool // is in the call by an admission that lives, and joins anew
	proves  bool // a guest can prove an e-mail address here
	session string

	openings access.Openings
	passcode passcodeState
	link     *access.Link   // that they brought
	invited  bool           // the role is that of the link
	byGrant  string         // of a meeting, which gives the role
	asks     policy.Demands // that become stricter by their coming (Service.asks)
}

// stand is the standing of somebody who holds these grants to a room with these openings. A service account leads the rooms
// of its own organization only through a grant; a scope alone lets it in as a member.
func stand(grants []access.Grant, openings access.Openings, now time.Time) standing {
	g := access.Strongest(grants, openings, now)
	st := standing{role: g.Role, granted: g.Role, openings: openings, invited: g.Subject.Kind == access.SubjectLink}
	if g.WhileMet() {
		st.byGrant, st.granted = g.ID, access.Strongest(grants, nil, now).Role
	}
	if g.Role == access.NoRole { // whoever the entry lets in sits like a member
		g.Sources = access.Everything()
	}
	st.sources = g.Sources.List()
	return st
}

// under is the standing with what hosts decided.
func (s standing) under(t Threshold, who Who) standing {
	s.decided, s.blocked, s.locked, s.session = t.Adjusted[who], t.Blocked[who], t.Locked, t.SessionID
	s.permits = t.Permits
	if s.decided.Role != "" {
		s.role = s.decided.Role
	}
	if s.blocked || s.decided.Held != NotHeld { // who was taken out does not let themselves in again
		s.role, s.granted = disarmed(s.role), disarmed(s.granted)
	}
	return s
}

func disarmed(r access.Role) access.Role {
	if r == access.Moderator {
		return access.Member
	}
	return r
}

// on is how somebody stands to a room, as the table of rights asks.
func (s standing) on(r Room) auth.Resource {
	return auth.Resource{Relation: s.role.Relation(), Lasting: s.granted.Relation(), OrgID: r.OrgID}
}

// WaitReason says what somebody waits for in the lobby.
type WaitReason string

// The reasons to wait. NoWait is none.
const (
	NoWait       WaitReason = ""
	WaitLobby    WaitReason = "lobby"    // a host lets in whom the entry does not
	WaitHost     WaitReason = "host"     // the room opens with its host
	WaitRemoved  WaitReason = "removed"  // a host removed them from this session
	WaitReturned WaitReason = "returned" // a host sent them back
	WaitEmail    WaitReason = "email"    // a proved e-mail address: hosts hear nothing of it before
	WaitTightens WaitReason = "tightens" // the session becomes stricter by them: hosts are asked
)

// reception is what somebody finds at the door: a refusal, something to wait for, or neither. Newcomer tells that the refusal is
// because of who is present, and so of new ones alone.
type reception struct {
	refusal  error
	wait     WaitReason
	newcomer bool
}

// ofNewOnes tells whether the refusal concerns new ones alone.
func (r reception) ofNewOnes() bool {
	if r.newcomer {
		return true
	}
	switch fault.Of(r.refusal).Code {
	case fault.CodeRoomLocked, fault.CodeLinkExpired, fault.CodeNotOpenYet, fault.CodeMeetingOver, fault.CodePasscodeRequired, fault.CodePasscodeWrong:
		return r.refusal != nil
	default:
		return false
	}
}

// receive decides who enters, who waits and who is refused. It is the only place where that is decided; what it leaves
// open is asked for then (Service.waits): whether a host has let somebody in, or is there. Hosts enter whatever the
// entry; nobody enters an archived room, or below its assurance: who would wait in vain is told at once. Who lacks but a
// proved address waits for that, unseen. What keeps new ones out does not concern those who are inside; nor does
// a lock concern those whom a host sent back to wait.
func (r Room) receive(who auth.Identity, st standing, now time.Time) reception {
	own := r
	r, opening, open := r.during(st.openings, now)
	switch {
	case r.ArchivedAt != nil:
		return reception{refusal: fault.New(fault.CodeRoomArchived, "this room is archived")}
	case st.blocked:
		return reception{refusal: fault.New(fault.CodeBlocked, "a host blocked you from this room")}
	case !st.role.Host() && !st.inside && r.Limits.expired(now):
		return reception{refusal: fault.New(fault.CodeLinkExpired, "the link of this room has expired")}
	case !st.role.Host() && !st.inside && r.Dedicated && !open:
		return reception{refusal: closed(st.openings, now)}
	}
	lasting := r
	if !st.inside && !st.role.Host() {
		r = r.forNewcomers()
	}
	if r.Rules.refuses(who.Kind, auth.AssuranceAgentMFA) {
		return reception{refusal: guestsRefused(who), newcomer: !lasting.Rules.refuses(who.Kind, auth.AssuranceAgentMFA)}
	}
	short := r.assures(who)
	if short != nil && !(st.proves && r.asksForEmail(who)) {
		return reception{refusal: short, newcomer: lasting.assures(who) == nil}
	}
	switch {
	case !st.role.Host() && !st.inside && st.locked && st.decided.Held != HeldInLobby:
		return reception{refusal: fault.New(fault.CodeRoomLocked, "a host has locked this room")}
	case short != nil:
		return reception{wait: WaitEmail}
	case opening.PasscodeHash != "" && r.asksPasscode(own, who, st):
		return reception{refusal: st.passcode.refusal()}
	case st.decided.Held == HeldRemoved:
		return reception{wait: WaitRemoved}
	case st.decided.Held == HeldInLobby:
		return reception{wait: WaitReturned}
	case !r.lets(who, st) && who.Kind == auth.Service:
		return reception{refusal: fault.New(fault.CodeMembersOnly, "this room is for others than this account: software does not wait")}
	case !r.lets(who, st) && !st.inside:
		return reception{wait: WaitLobby}
	case !st.role.Host() && !st.inside && r.Limits.OpensWithHost:
		return reception{wait: WaitHost}
	default:
		return reception{}
	}
}

// guestsRefused is what somebody without an account hears where a policy lets in none.
func guestsRefused(who auth.Identity) error {
	if who.Anonymous() {
		return fault.New(fault.CodeSignInRequired, "this room takes nobody without an account")
	}
	return fault.New(fault.CodeGuestsRefused, "this room takes nobody without an account")
}

// assures is nil when the room takes somebody for who they are.
func (r Room) assures(who auth.Identity) error {
	if who.Assurance >= r.MinAssurance || who.Kind == auth.Service {
		return nil
	}
	if who.Anonymous() || who.Kind == auth.Guest {
		return fault.New(fault.CodeSignInRequired, "this room asks for a sign-in")
	}
	return fault.Newf(fault.CodeAssuranceTooLow, "this room asks for a sign-in of assurance %s", r.MinAssurance)
}

// asksForEmail reports whether a proved address is what somebody without an account lacks.
func (r Room) asksForEmail(who auth.Identity) bool {
	return r.MinAssurance == auth.AssuranceEmail && who.Assurance < auth.AssuranceEmail && (who.Anonymous() || who.Kind == auth.Guest)
}

// expired tells whether the link lets in hosts alone.
func (l Limits) expired(now time.Time) bool {
	return l.LinkExpiresAt != nil && !now.Before(*l.LinkExpiresAt)
}

func (r Room) lets(who auth.Identity, st standing) bool {
	role := st.role
	entry := r.Entry
	if who.Kind == auth.Phone {
		entry = r.PhoneEntry
	}
	switch {
	case role.Host():
		return true
	case who.Kind == auth.Service:
		return who.OrgID == r.OrgID && who.HasScope(auth.ScopeRoomsWrite)
	case (who.Kind == auth.Guest || who.Anonymous()) && r.Rules.Guests != "":
		return false
	case entry == access.EntryEveryone:
		return true
	case st.invited: // whoever comes by it, with an account or without
		return entry.Width() >= access.EntryMembers.Width()
	case who.Kind != auth.Person:
		return false
	case entry == access.EntrySignedIn:
		return true
	case entry == access.EntryOrganization:
		return role == access.Member || (who.OrgID == r.OrgID && who.OrgID != auth.DefaultOrgID)
	case entry == access.EntryMembers:
		return role == access.Member
	default: // hosts, and any word that this version does not know
		return false
	}
}

// door turns the decision into what a page shows.
func (r Room) door(who auth.Identity, st standing, now time.Time) Door {
	return r.receive(who, st, now).door()
}

func (found reception) door() Door {
	switch code := fault.Of(found.refusal).Code; {
	case found.wait == WaitEmail:
		return Door{State: DoorEmail}
	case found.wait != NoWait:
		return Door{State: DoorLobby}
	case found.refusal == nil:
		return Door{State: DoorOpen}
	case code == fault.CodePasscodeRequired:
		return Door{State: DoorPasscode}
	case code == fault.CodeSignInRequired, code == fault.CodeGuestsRefused:
		return Door{State: DoorSignInRequired, Code: code}
	default:
		return Door{State: DoorRefused, Code: code, OpensAt: fault.Of(found.refusal).OpensAt}
	}
}

// mutes tells whether somebody enters with the microphone closed: all but hosts, where the room says so. Opening it is theirs, so that
// it is nothing that the SFU has to be told: what they publish begins muted.
func (r Room) mutes(st standing) bool { return r.Limits.MuteOnEntry && !st.role.Host() }

// seat is the role with which somebody sits in the room: the granted one, else member.
func (s standing) seat() access.Role {
	if s.role == access.NoRole {
		return access.Member
	}
	return s.role
}
