package webhook

import (
	"context"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/event"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Query asks for a page of endpoints, newest first: those of an organization, or of all within a reach where OrgID is empty. Cursor
// is Next of the page before.
type Query struct {
	OrgID    string
	Reach    auth.Reach
	PageSize int
	Cursor   string
}

// Page is a part of a list. Next is empty on the last one.
type Page struct {
	Webhooks []Webhook
	Next     string
}

// DeliveryQuery asks for a page of an endpoint's deliveries, newest first.
type DeliveryQuery struct {
	WebhookID string
	State     DeliveryState // empty: all
	Type      Type          // empty: all
	PageSize  int
	Cursor    string
}

// DeliveryPage is a part of a list.
type DeliveryPage struct {
	Deliveries []Delivery
	Next       string
}

// Act is what follows from a change of an endpoint, in the same transaction. Events are said of what somebody did, and move
// the version; Asides are said too, and leave it.
type Act struct {
	Events []event.Event
	Asides []event.Event
	Send   []Delivery
	Others *Delivery // a message to the other active endpoints of the organization, whatever they asked for
	Notify bool      // a Notifier is to be asked
	Bury   bool      // what is queued is given up
	Delete bool
}

// Store keeps endpoints and what was sent to them.
type Store interface {
	// CreateWebhook writes an endpoint and its challenge. fault.Conflict when the organization has most of them already.
	CreateWebhook(ctx context.Context, w Webhook, most int, first Delivery, events []event.Event) error
	// Webhook finds one. fault.NotFound (webhook-not-found) when there is none, or it was deleted.
	Webhook(ctx context.Context, id string) (Webhook, error)
	Webhooks(ctx context.Context, q Query) (Page, error)
	// UpdateWebhook changes one in a transaction that holds it; change may run more than once.
	UpdateWebhook(ctx context.Context, id string, change func(*Webhook) (Act, error)) (Webhook, error)
	Deliveries(ctx context.Context, q DeliveryQuery) (DeliveryPage, error)
	// UpdateDelivery changes one delivery of an endpoint. fault.NotFound (delivery-not-found) when there is none.
	UpdateDelivery(ctx context.Context, webhookID, id string, change func(Webhook, *Delivery) ([]event.Event, error)) (Delivery, error)
}

// Directory knows the organizations of those who administer, and the service accounts to which endpoints belong. Software asks
// for neither.
type Directory interface {
	// Above answers the organizations above one, nearest first; fault.NotFound when there is none.
	Above(ctx context.Context, orgID string) ([]string, error)
	// Owner is the organization of a service account, and whether it may still act; fault.NotFound when there is none.
	Owner(ctx context.Context, accountID string, now time.Time) (orgID string, acts bool, err error)
}

// Batch is what came of some messages to an endpoint. It counts for who holds the endpoint, and keeps it for them until a
// moment.
type Batch struct {
	WebhookID string
	Holder    string
	Results   []Delivery
	Now       time.Time
	Until     time.Time
}

// Queue is what waits to be told. One holder at a time sends to an endpoint, by a lease in its row.
type Queue interface {
	// Publish turns events that somebody wants to hear of into deliveries, the oldest first, at most so many; it answers how
	// many it has looked at. Endpoints that get something are drained after the commit.
	Publish(ctx context.Context, most int, now time.Time, compose func(Happening) (Type, []byte, error)) (int, error)
	// WakeWebhooks has those drained that have something due, that nobody drains and that no task waits for: their process died.
	WakeWebhooks(ctx context.Context, now time.Time) error
	// LeaseWebhook takes an endpoint; false when somebody else has it, or there is none.
	LeaseWebhook(ctx context.Context, id, holder string, now, until time.Time) (Webhook, bool, error)
	// DueDeliveries answers what may be sent to an endpoint now, the oldest first. One that is pending gets its challenge alone.
	// Nothing may where its address is another one by now: a challenge goes to the address alone that it is to prove.
	DueDeliveries(ctx context.Context, w Webhook, most int, now time.Time) ([]Delivery, error)
	// SettleDeliveries writes what came of messages and lets judge say what follows for their endpoint, which it answers. held
	// is false when the lease was lost meanwhile: then the next holder goes on.
	SettleDeliveries(ctx context.Context, b Batch, judge func(*Webhook) Act) (w Webhook, held bool, err error)
	// ReleaseWebhook gives an endpoint back, and has it drained again when the next message is due.
	ReleaseWebhook(ctx context.Context, id, holder string, now time.Time) error
}

// Request is one attempt.
type Request struct {
	URL    string
	Header map[string]string
	Body   []byte
	Answer bool // the body of the answer is wanted
}

// Response is what the receiver said. RetryAfter is zero where it said nothing about it.
type Response struct {
	Status     int
	RetryAfter time.Duration
	Body       []byte
}

// Failure is why an attempt did not come through, in a word that its owner may read: it tells nothing of our networks.
type Failure string

// The failures.
const (
	NoFailure Failure = ""
	// Refused is an address, port or scheme to which nothing is sent, or a name that leads nowhere: which of them, would tell what
	// names our networks have.
	Refused    Failure = "address-refused"
	Unreached  Failure = "no-connection"
	BadTLS     Failure = "tls"
	TimedOut   Failure = "timeout"
	TooLong    Failure = "answer-too-long"
	Redirected Failure = "redirect"
	BadStatus  Failure = "status"
	BadAnswer  Failure = "challenge-answer"
	Unsigned   Failure = "key-unreadable" // the secret of the installation was changed
	GivenUp    Failure = "webhook-disabled"
)

// Sender makes one attempt. Without an answer it says why not; the error itself never leaves the sender.
type Sender interface {
	Send(ctx context.Context, r Request) (Response, Failure)
}
