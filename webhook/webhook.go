package webhook

import (
	"slices"
	"time"

	"parvis/fault"
)

// State is whether an endpoint gets messages.
type State string

// The states. Only who has answered the challenge hears of anything.
const (
	Pending  State = "pending"
	Active   State = "active"
	Disabled State = "disabled"
)

// Reason is why an endpoint is disabled, or pending for longer than it should be.
type Reason string

// The reasons.
const (
	Gone           Reason = "gone"            // it answered 410
	Failing        Reason = "failing"         // nothing came through for too long
	Unanswered     Reason = "unanswered"      // of a pending one: the challenge was tried for a day
	AccountRevoked Reason = "account-revoked" // who made it acts no more
)

// Signature is how messages are signed.
type Signature string

// The signatures of Standard Webhooks 1.0: with a secret that both know, or with a key of which the receiver knows half.
const (
	HMAC    Signature = "hmac-sha256"
	Ed25519 Signature = "ed25519"
)

// Webhook is an endpoint of an organization. Version counts what somebody changed; what becomes of messages moves it not.
type Webhook struct {
	ID          string
	OrgID       string
	OrgName     string // where a store answers it; never written
	AccountID   string // the service account to which it belongs: whose end ends it
	AccountName string // as OrgName
	URL         string
	Types       []Type // none: all
	Description string
	Contact     string // an address of mail, for whom to tell when it is disabled; may be empty
	Language    string // of that mail: fr or en
	Signature   Signature
	Keys        []Key // newest first
	State       State
	Reason      Reason
	Challenge   string // the message whose answer proves the address
	ManagedBy   string // the software, or the files, by which it is kept; empty: people keep it
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time

	DisabledAt   *time.Time
	DeliveredAt  *time.Time // last
	FailingSince *time.Time // since nothing came through
	Dead         int        // messages given up since something came through
	PausedUntil  *time.Time // the receiver asked for it
	Notice       *Notice    // of one that is disabled: what nobody was told yet
}

// Key signs messages. Sealed is the secret, or the private half; Public the other half, as text.
type Key struct {
	ID        string     `json:"id"`
	Sealed    []byte     `json:"sealed"`
	Public    string     `json:"public,omitempty"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

func (k Key) counts(now time.Time) bool { return k.ExpiresAt == nil || now.Before(*k.ExpiresAt) }

// Wants tells whether an endpoint asked for a type.
func (w Webhook) Wants(t Type) bool { return len(w.Types) == 0 || slices.Contains(w.Types, t) }

// Clone is a copy that shares nothing.
func (w Webhook) Clone() Webhook {
	w.Types, w.Keys = slices.Clone(w.Types), slices.Clone(w.Keys)
	if w.Notice != nil {
		copied := *w.Notice
		w.Notice = &copied
	}
	return w
}

// DeliveryState is what became of a message to one endpoint.
type DeliveryState string

// The states of a delivery.
const (
	Queued    DeliveryState = "queued"
	Delivered DeliveryState = "delivered"
	Buried    DeliveryState = "dead"
)

// Delivery is one message to one endpoint. MessageID is its webhook-id, the same however often it is sent.
type Delivery struct {
	ID          string
	WebhookID   string
	MessageID   string
	Type        Type
	Body        []byte
	State       DeliveryState
	Attempts    int
	NextAt      time.Time // of one that is queued
	CreatedAt   time.Time
	AttemptedAt *time.Time
	Status      int     // of the last answer; 0 without one
	Failure     Failure // of the last attempt
}

func noWebhook() error {
	return fault.New(fault.CodeWebhookNotFound, "there is no such webhook in the organization of this token")
}

// NoDelivery is told who asks for a delivery that is not there.
func NoDelivery() error {
	return fault.New(fault.CodeDeliveryNotFound, "there is no such delivery of this webhook")
}
