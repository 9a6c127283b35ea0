// Package event says what happened, as data: events that must not be lost and signals that may be.
//
// It owns their shape and their names. It refuses to deliver anything: store keeps events in the outbox within the
// transaction that caused them, sfu says signals to a room.
package event

import "time"

// Type is the name of an event, "noun.verb" in the past tense.
type Type string

// The events that exist so far.
const (
	RoomCreated      Type = "room.created"
	RoomUpdated      Type = "room.updated"
	RoomArchived     Type = "room.archived"
	RoomRestored     Type = "room.restored"
	RoomModerated    Type = "room.moderated"
	MemberGranted    Type = "room.member-granted"
	MemberChanged    Type = "room.member-changed"
	MemberRemoved    Type = "room.member-removed"
	MemberClaimed    Type = "room.member-claimed"
	AdmissionCreated Type = "admission.created"
	AdmissionEnded   Type = "admission.ended"
	SessionStarted   Type = "session.started"
	SessionEnded     Type = "session.ended"
	SessionTightened Type = "session.tightened"
	PersonCreated    Type = "person.created"
	SignInCreated    Type = "sign-in.created"
	SignInEnded      Type = "sign-in.ended"

	ServiceAccountCreated Type = "service-account.created"
	ServiceAccountChanged Type = "service-account.changed"
	ServiceAccountRevoked Type = "service-account.revoked"

	TicketAdmitted   Type = "ticket.admitted"
	TicketRefused    Type = "ticket.refused"
	MeetingCreated   Type = "meeting.created"
	MeetingUpdated   Type = "meeting.updated"
	MeetingCancelled Type = "meeting.cancelled"
	MeetingPurged    Type = "meeting.purged" // erased for good

	InviteeResponded Type = "invitee.responded"
	InviteeProposed  Type = "invitee.proposed"
	ProposalDeclined Type = "proposal.declined"

	OccurrenceUpdated   Type = "occurrence.updated"
	OccurrenceCancelled Type = "occurrence.cancelled"

	ParticipantJoined  Type = "participant.joined"
	ParticipantLeft    Type = "participant.left"
	ParticipantWaiting Type = "participant.waiting"

	PolicyUpdated   Type = "policy.updated"
	TemplateCreated Type = "template.created"
	TemplateUpdated Type = "template.updated"
	TemplateDeleted Type = "template.deleted"

	WebhookCreated  Type = "webhook.created"
	WebhookChanged  Type = "webhook.changed"
	WebhookDisabled Type = "webhook.disabled"
	WebhookDeleted  Type = "webhook.deleted"
	WebhookTested   Type = "webhook.tested"
	WebhookResent   Type = "webhook.resent"

	OrganizationCreated Type = "organization.created"
	OrganizationUpdated Type = "organization.updated"
	UnitCreated         Type = "unit.created"
	UnitUpdated         Type = "unit.updated"
	UnitDeleted         Type = "unit.deleted"
	OfficeCreated       Type = "office.created"
	OfficeUpdated       Type = "office.updated"
	OfficeDeleted       Type = "office.deleted"
	OfficeSeated        Type = "office.seated" // somebody has a place in it, or another one
	OfficeLeft          Type = "office.left"
	RoomTransferred     Type = "room.transferred" // to another owner: an office, or by an administrator a person
	PersonDeactivated   Type = "person.deactivated"
	PersonReactivated   Type = "person.reactivated"
	PersonSignedOut     Type = "person.signed-out"
	PersonMerged        Type = "person.merged"
	PersonMoved         Type = "person.moved" // to another organization, by a rule of sign-in
	RoleGiven           Type = "role.given"
	RoleTaken           Type = "role.taken"
	ClaimOffered        Type = "platform.claim-offered"
	PlatformClaimed     Type = "platform.claimed"
	PersonExported      Type = "person.exported"
	ErasureAsked        Type = "person.erasure-requested"
	PersonErased        Type = "person.erased"
	HoldPlaced          Type = "hold.placed"
	HoldReleased        Type = "hold.released"

	AdministratorEntered Type = "administrator.entered" // a room of whose people they are none; it was announced there
)

// Event is something that happened. Subject is "kind:id"; Seq counts per subject from 1 and is given by store.
// Data carries ids and settings, never names or addresses.
type Event struct {
	ID         string
	Seq        int64
	Type       Type
	OrgID      string
	Subject    string
	Actor      string
	OnBehalfOf string
	At         time.Time
	Data       map[string]any

	Reason string // in the words of who acted: for the trail alone, which keeps it under their key, and in no event
}

// SignalType is the name of a signal on the wire.
type SignalType string

// The signals of a call.
const (
	SignalMessage  SignalType = "message"
	SignalHand     SignalType = "hand"
	SignalReaction SignalType = "reaction"
	SignalRoom     SignalType = "room"

	SignalMuted        SignalType = "muted"        // to whom it concerns
	SignalUnmuteAsked  SignalType = "unmute-asked" // to whom it concerns
	SignalLock         SignalType = "lock"
	SignalSpotlight    SignalType = "spotlight"
	SignalRestrictions SignalType = "restrictions"
	SignalRole         SignalType = "role"
	SignalRenamed      SignalType = "renamed"
	SignalEnded        SignalType = "ended"
	SignalLimits       SignalType = "limits"

	SignalAdministrator SignalType = "administrator" // came in and is none of the room's people
	SignalTightened     SignalType = "tightened"     // the session became stricter by who came in
)

// Signal is what the server tells the people of a room while they are in it. Seq counts per room, so that a client
// that misses one reads the room's state anew; a signal with Seq 0 (a reaction) changes no state and may be lost.
type Signal struct {
	Seq  int64      `json:"seq"`
	Type SignalType `json:"type"`
	At   time.Time  `json:"at"`
	Data any        `json:"data"`
}
