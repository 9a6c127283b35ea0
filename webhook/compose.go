package webhook

import (
	"encoding/json"
	"time"

	"parvis/event"
)

// Happening is an event with where it happened, as a receiver is told. Seq counts what anybody in the organization hears of a
// meeting, or of a room where there is no meeting, in the order in which it is told.
type Happening struct {
	Event     event.Event
	MeetingID string
	SessionID string
	Room      string // its code
	Seq       int64
}

// envelope is the body of every message.
type envelope struct {
	ID         string         `json:"id"`
	Type       Type           `json:"type"`
	OccurredAt time.Time      `json:"occurredAt"`
	Tenant     string         `json:"tenant"`
	MeetingID  string         `json:"meetingId,omitempty"`
	SessionID  string         `json:"sessionId,omitempty"`
	Seq        int64          `json:"seq,omitempty"`
	Data       map[string]any `json:"data"`
}

// told are the members of an event's data that leave the house, by type. All are ids, numbers and words of ours; whatever
// else an event comes to hold stays here until somebody adds it.
var told = map[Type][]string{
	MeetingCreated:      {"splitFrom"},
	MeetingUpdated:      {"sequence"},
	MeetingCancelled:    {"sequence"},
	MeetingPurged:       {},
	OccurrenceUpdated:   {"occurrence", "sequence"},
	OccurrenceCancelled: {"occurrence", "sequence"},
	InviteeResponded:    {"invitee", "occurrence", "answer"},
	SessionEnded:        {"reason"},
	ParticipantJoined:   {"participant", "kind", "role"},
	ParticipantLeft:     {"participant"},
	ParticipantWaiting:  {"ticket", "kind"},
	ParticipantAdmitted: {"ticket"},
	ParticipantDenied:   {"ticket"},
}

// Compose writes a message. Every later attempt sends these bytes.
func Compose(h Happening) (Type, []byte, error) {
	t, _ := TypeOf(h.Event.Type)
	data := map[string]any{}
	for _, name := range told[t] {
		if v, ok := h.Event.Data[name]; ok {
			data[name] = v
		}
	}
	if h.Room != "" {
		data["room"] = h.Room
	}
	body, err := json.Marshal(envelope{
		ID: h.Event.ID, Type: t, OccurredAt: h.Event.At.UTC(), Tenant: h.Event.OrgID,
		MeetingID: h.MeetingID, SessionID: h.SessionID, Seq: h.Seq, Data: data,
	})
	return t, body, err
}

// own is a message of ours to one endpoint, about nothing that happened.
func own(w Webhook, t Type, data map[string]any, now time.Time) (Delivery, error) {
	id := newID()
	body, err := json.Marshal(envelope{ID: id, Type: t, OccurredAt: now.UTC(), Tenant: w.OrgID, Data: data})
	return Delivery{ID: newID(), WebhookID: w.ID, MessageID: id, Type: t, Body: body, State: Queued, NextAt: now, CreatedAt: now}, err
}
