package webhook

import (
	"slices"

	"parvis/event"
)

// Type is the name of what a message is about. Receivers choose by it.
type Type string

// The types that may be asked for.
const (
	MeetingCreated      Type = "meeting.created"
	MeetingUpdated      Type = "meeting.updated"
	MeetingCancelled    Type = "meeting.cancelled"
	MeetingPurged       Type = "meeting.purged"
	OccurrenceUpdated   Type = "occurrence.updated"
	OccurrenceCancelled Type = "occurrence.cancelled"
	InviteeResponded    Type = "invitee.responded"
	SessionStarted      Type = "session.started"
	SessionEnded        Type = "session.ended"
	ParticipantJoined   Type = "participant.joined"
	ParticipantLeft     Type = "participant.left"
	ParticipantWaiting  Type = "participant.waiting"
	ParticipantAdmitted Type = "participant.admitted"
	ParticipantDenied   Type = "participant.denied"
)

// What an endpoint gets whatever it asked for.
const (
	Challenge Type = "webhook.challenge"
	Test      Type = "webhook.test"
	// WebhookDisabled tells of another endpoint of the organization, where nobody could be told by mail.
	WebhookDisabled Type = "webhook.disabled"
)

var types = []Type{
	MeetingCreated, MeetingUpdated, MeetingCancelled, MeetingPurged, OccurrenceUpdated, OccurrenceCancelled, InviteeResponded, SessionStarted, SessionEnded,
	ParticipantJoined, ParticipantLeft, ParticipantWaiting, ParticipantAdmitted, ParticipantDenied,
}

// Types are all that may be asked for.
func Types() []Type { return slices.Clone(types) }

// renamed are the events that receivers know by another name than we do.
var renamed = map[event.Type]Type{event.TicketAdmitted: ParticipantAdmitted, event.TicketRefused: ParticipantDenied}

// TypeOf is what receivers call an event; false for what is told to nobody.
func TypeOf(e event.Type) (Type, bool) {
	if t, ok := renamed[e]; ok {
		return t, true
	}
	t := Type(e)
	return t, slices.Contains(types, t)
}

// Interests says of each organization which types somebody there wants to hear of. It holds no organization without an
// endpoint, which is what most joins find.
type Interests map[string][]Type

// Add takes in what one endpoint asks for; nothing is all.
func (i Interests) Add(orgID string, wanted []Type) {
	if len(wanted) == 0 {
		wanted = types
	}
	for _, t := range wanted {
		if !slices.Contains(i[orgID], t) {
			i[orgID] = append(i[orgID], t)
		}
	}
}

// Want tells whether somebody in an organization wants to hear of an event.
func (i Interests) Want(orgID string, e event.Type) bool {
	wanted, some := i[orgID]
	if !some {
		return false
	}
	t, told := TypeOf(e)
	return told && slices.Contains(wanted, t)
}
