package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/fault"
	"parvis/webhook"
)

type delivery struct {
	ID            string     `json:"id"`
	MessageID     string     `json:"messageId" doc:"The webhook-id, the same however often it is sent."`
	Type          string     `json:"type"`
	State         string     `json:"state" enum:"queued,delivered,dead" doc:"dead: given up; it can be sent again."`
	Attempts      int        `json:"attempts" doc:"Since it was queued, or asked for again."`
	CreatedAt     time.Time  `json:"createdAt"`
	AttemptedAt   *time.Time `json:"attemptedAt,omitempty"`
	NextAttemptAt *time.Time `json:"nextAttemptAt,omitempty"`
	Status        int        `json:"status,omitempty" doc:"Of the last answer."`
	Failure       string     `json:"failure,omitempty" enum:"address-refused,no-connection,tls,timeout,answer-too-long,redirect,status,challenge-answer,key-unreadable,webhook-disabled" doc:"Why the last attempt did not come through."`
}

func wireDelivery(d webhook.Delivery) delivery {
	w := delivery{
		ID: d.ID, MessageID: d.MessageID, Type: string(d.Type), State: string(d.State), Attempts: d.Attempts, CreatedAt: at(d.CreatedAt),
		AttemptedAt: atOrNever(d.AttemptedAt), Status: d.Status, Failure: failureWord(d.Failure),
	}
	if d.State == webhook.Queued {
		w.NextAttemptAt = atOrNever(&d.NextAt)
	}
	return w
}

// failureWord is one word for a refused address and a name that leads nowhere: deliveries of before tell them apart.
func failureWord(f webhook.Failure) string {
	if f == "name-unknown" {
		f = webhook.Refused
	}
	return string(f)
}

var exampleDelivery = delivery{
	ID: "0198a5c2-b101-7a4c-8f20-1d5e9c3b7f60", MessageID: "0198a5c2-b100-7e93-a6d4-5c8f2b0e1a39", Type: "meeting.updated", State: "queued",
	Attempts: 1, CreatedAt: exampleTime, AttemptedAt: &exampleTime, NextAttemptAt: &exampleTime, Status: 503, Failure: "status",
}

type deliveryOutput struct {
	Body delivery
}

var opTestHook = onHook(operation{
	id: "test-webhook", method: http.MethodPost, path: "/webhooks/{id}/test", status: http.StatusAccepted, summary: "Send a webhook a message about nothing",
	detail: "Of type webhook.test. Read its deliveries for what came of it.", answer: exampleDelivery, codes: []fault.Code{fault.CodeWebhookNotActive},
})

func (s *server) testHook(ctx context.Context, in *WebhookPath) (*deliveryOutput, error) {
	d, err := s.Webhooks.Test(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{wireDelivery(d)}, nil
}

type listDeliveriesInput struct {
	WebhookPath
	State    string `query:"state" enum:"queued,delivered,dead"`
	Type     string `query:"type" maxLength:"60"`
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type deliveryList struct {
	Items []delivery `json:"items"`
	Paged
}

type listDeliveriesOutput struct {
	Body deliveryList
}

var opListDeliveries = onHook(operation{
	id: "list-deliveries", method: http.MethodGet, path: "/webhooks/{id}/deliveries", summary: "What was sent to a webhook, or is to be",
	detail: "Newest first, for 30 days.", answer: deliveryList{Items: []delivery{exampleDelivery}}, codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listDeliveries(ctx context.Context, in *listDeliveriesInput) (*listDeliveriesOutput, error) {
	page, err := s.Webhooks.Deliveries(ctx, of(ctx).who, in.ID, webhook.DeliveryQuery{
		State: webhook.DeliveryState(in.State), Type: webhook.Type(in.Type), PageSize: in.PageSize, Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	list := deliveryList{Items: make([]delivery, len(page.Deliveries)), Paged: Paged{page.Next}}
	for i, d := range page.Deliveries {
		list.Items[i] = wireDelivery(d)
	}
	return &listDeliveriesOutput{list}, nil
}

// DeliveryPath is the address of a delivery.
type DeliveryPath struct {
	WebhookPath
	DeliveryID string `path:"deliveryId" maxLength:"64" example:"0198a5c2-b101-7a4c-8f20-1d5e9c3b7f60" doc:"The id of the delivery, which is not that of the message."`
}

var opRedeliver = onHook(operation{
	id: "redeliver", method: http.MethodPost, path: "/webhooks/{id}/deliveries/{deliveryId}/redeliver", status: http.StatusAccepted, summary: "Send a message again",
	detail: "Under the same webhook-id, whatever became of it, with all its attempts anew.", answer: exampleDelivery,
	codes: []fault.Code{fault.CodeDeliveryNotFound, fault.CodeWebhookNotActive},
})

func (s *server) redeliver(ctx context.Context, in *DeliveryPath) (*deliveryOutput, error) {
	d, err := s.Webhooks.Redeliver(ctx, of(ctx).who, in.ID, in.DeliveryID)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{wireDelivery(d)}, nil
}

// hookMessage is what receivers get: it stands in the document's own part for webhooks.
type hookMessage struct {
	ID         string         `json:"id" doc:"The webhook-id."`
	Type       string         `json:"type"`
	OccurredAt time.Time      `json:"occurredAt"`
	Tenant     string         `json:"tenant" doc:"The organization, by id."`
	MeetingID  string         `json:"meetingId,omitempty"`
	SessionID  string         `json:"sessionId,omitempty"`
	Seq        int64          `json:"seq,omitempty" doc:"Counts in the meeting, or in the room where there is no meeting, in the order of what happened; messages may come in another. A webhook that hears of some types alone sees gaps."`
	Data       map[string]any `json:"data" doc:"Ids and words alone: read the rest by REST. May grow."`
}

var exampleMessage = hookMessage{
	ID: exampleDelivery.MessageID, Type: "participant.joined", OccurredAt: exampleTime, Tenant: "0198a5c2-6d01-7f5b-9c42-8e1a3d7b5f06",
	MeetingID: "0198a5c2-8d3e-7c10-a5f2-4b9e6d1c8a73", SessionID: "0198a5c2-9a2b-7d84-b1c6-7f3e5a9d2c08", Seq: 7,
	Data: map[string]any{"room": "qpz-wkfm-jtx", "participant": "0198a5c2-9f10-7c3b-a2d4-5e8b1f6c3d97", "kind": "person", "role": "member"},
}

// messageDetails say of each type what its data holds.
var messageDetails = map[webhook.Type]string{
	webhook.MeetingCreated:      "A meeting was planned. data.splitFrom: the meeting of which it took over the later dates.",
	webhook.MeetingUpdated:      "A meeting was changed; of single dates occurrence.* tell besides. data.sequence: that of iCalendar.",
	webhook.MeetingCancelled:    "A meeting was cancelled.",
	webhook.MeetingPurged:       "A meeting was erased for good: there is nothing to read of it any more. One that took place still was cancelled first.",
	webhook.OccurrenceUpdated:   "One date of a meeting was changed. data.occurrence: its id.",
	webhook.OccurrenceCancelled: "One date of a meeting was left out. data.occurrence: its id.",
	webhook.InviteeResponded:    "Somebody invited answered. data.invitee, data.answer, and data.occurrence where it is about one date.",
	webhook.SessionStarted:      "Somebody is in a room where nobody was. data.room: its code.",
	webhook.SessionEnded:        "The last one left, or the session was ended. data.reason: ended-by-host, ended-by-time or ended-when-empty.",
	webhook.ParticipantJoined:   "Somebody came in. data.participant, data.kind, data.role. Who was connected twice at a time is told twice.",
	webhook.ParticipantLeft:     "Somebody left; up to two minutes later where a connection was lost.",
	webhook.ParticipantWaiting:  "Somebody waits before a room. data.ticket, data.kind, data.room.",
	webhook.ParticipantAdmitted: "A host let somebody in who waited.",
	webhook.ParticipantDenied:   "A host did not let somebody in who waited.",
	webhook.Challenge:           "Proves that an address is yours: answer 200 with {\"challenge\": the value of data.challenge}.",
	webhook.Test:                "You asked for it.",
	webhook.WebhookDisabled:     "Another webhook of your organization was disabled, and nobody could be told by mail. It comes whatever you asked for. data.webhook, data.reason, data.disabledAt, and data.status or data.failure of the last attempt.",
}

// describeMessages writes what receivers get into the document.
func (s *server) describeMessages() {
	schema := s.doc.Components.Schemas.Schema(reflect.TypeFor[hookMessage](), true, "HookMessage")
	header := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	s.doc.Webhooks = map[string]*huma.PathItem{}
	for t, detail := range messageDetails {
		s.doc.Webhooks[string(t)] = &huma.PathItem{Post: &huma.Operation{
			Tags: []string{"Webhooks"}, Summary: string(t), Description: detail,
			Parameters: []*huma.Param{
				header("webhook-id", "The same at every attempt: what you have seen before you need not do again."),
				header("webhook-timestamp", "Of the attempt, in seconds since 1970. Refuse what is more than five minutes away."),
				header("webhook-signature", "By Standard Webhooks 1.0, over id.timestamp.body; several are separated by spaces."),
			},
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema, Example: exampleOf(t)}}},
			Responses: map[string]*huma.Response{
				"2XX": {Description: "It came through."}, "410": {Description: "Never again: the webhook is disabled."},
				"default": {Description: "It is sent again later; Retry-After is heeded up to an hour."},
			},
		}}
	}
}

// exampleOf is a message of a type, with the data that it holds.
func exampleOf(t webhook.Type) hookMessage {
	m := exampleMessage
	m.Type = string(t)
	switch t {
	case webhook.ParticipantJoined:
	case webhook.Challenge:
		m.MeetingID, m.SessionID, m.Seq, m.Data = "", "", 0, map[string]any{"challenge": "MFRGGZDFMZTWQ2LKNNWG23TPOA"}
	case webhook.Test:
		m.MeetingID, m.SessionID, m.Seq, m.Data = "", "", 0, map[string]any{}
	case webhook.WebhookDisabled:
		m.MeetingID, m.SessionID, m.Seq = "", "", 0
		m.Data = map[string]any{"webhook": "0198a5c2-a0f1-7b6e-9d35-2c8e4f7a1b09", "reason": "failing", "disabledAt": exampleTime, "status": 503, "failure": "status"}
	case webhook.OccurrenceUpdated, webhook.OccurrenceCancelled:
		m.SessionID, m.Data = "", map[string]any{"occurrence": "20261124T090000", "sequence": 3}
	case webhook.MeetingCreated:
		m.SessionID, m.Data = "", map[string]any{"splitFrom": "0198a5c2-8d3c-7e52-b4a1-9d7f2c6e0b38"}
	case webhook.MeetingUpdated, webhook.MeetingCancelled:
		m.SessionID, m.Data = "", map[string]any{"sequence": 3}
	case webhook.MeetingPurged:
		m.SessionID, m.Data = "", map[string]any{}
	case webhook.InviteeResponded:
		m.SessionID, m.Data = "", map[string]any{"invitee": "0198a5c2-8d40-7b5a-9e13-6c2f8d4a1b75", "answer": "declined"}
	default:
		m.Data = map[string]any{"room": "qpz-wkfm-jtx"}
	}
	return m
}
