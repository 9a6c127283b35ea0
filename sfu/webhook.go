package sfu

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/webhook"
	"google.golang.org/protobuf/encoding/protojson"

	"parvis/fault"
	"parvis/rooms"
)

const (
	webhookLimit   = 1 << 20
	webhookTimeout = 3 * time.Second
	webhookType    = "application/webhook+json"
)

// Inbox keeps a verified event before it is worked off; rooms.Inbox has it.
type Inbox interface {
	Keep(ctx context.Context, e rooms.MediaEvent, now time.Time) (isNew bool, err error)
}

// Webhook receives what the SFU tells. It verifies, keeps and answers; nothing is worked off here, since the SFU's queue
// of the room waits for the answer.
type Webhook struct {
	keys    auth.KeyProvider
	inbox   Inbox
	now     func() time.Time
	logger  *slog.Logger
	metrics *metrics
}

var _ http.Handler = (*Webhook)(nil)

// NewWebhook makes the handler for events signed with the client's key.
func NewWebhook(c *Client, inbox Inbox) *Webhook {
	return &Webhook{
		keys:  auth.NewSimpleKeyProvider(c.signer.key, string(c.signer.secret)),
		inbox: inbox, now: c.now, logger: c.logger, metrics: c.metrics,
	}
}

func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	isNew, err := h.receive(w, r)
	var no *refusal
	switch {
	case errors.As(err, &no):
		h.metrics.webhooks.WithLabelValues("refused").Inc()
		no.write(w)
	case err != nil: // the SFU repeats after a 5xx
		h.metrics.webhooks.WithLabelValues("failed").Inc()
		h.logger.WarnContext(r.Context(), "webhook not kept", "error", err)
		no = refuse(http.StatusServiceUnavailable, fault.CodeUnavailable, "not kept: send it again")
		no.retryAfter = retryAfter
		no.write(w)
	default:
		outcome := "kept"
		if !isNew {
			outcome = "known"
		}
		h.metrics.webhooks.WithLabelValues(outcome).Inc()
		w.WriteHeader(http.StatusOK)
	}
}

func (h *Webhook) receive(w http.ResponseWriter, r *http.Request) (isNew bool, err error) {
	if r.Method != http.MethodPost {
		no := refuse(http.StatusMethodNotAllowed, fault.CodeMethodNotAllowed, "use POST")
		no.header = map[string]string{"Allow": http.MethodPost}
		return false, no
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != webhookType {
		return false, refuse(http.StatusUnsupportedMediaType, fault.CodeUnsupportedMedia, "send "+webhookType)
	}
	r.Body = http.MaxBytesReader(w, r.Body, webhookLimit)
	body, err := webhook.Receive(r, h.keys)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return false, refuse(http.StatusRequestEntityTooLarge, fault.CodeTooLarge, "an event has at most 1 MiB")
	case err != nil:
		return false, refuse(http.StatusUnauthorized, fault.CodeSignatureInvalid, "the signature of the event is not valid")
	}
	e, ok := parseEvent(body)
	if !ok {
		return false, refuse(http.StatusBadRequest, fault.CodeMalformed, "this is not an event of LiveKit")
	}
	ctx, cancel := context.WithTimeout(r.Context(), webhookTimeout)
	defer cancel()
	return h.inbox.Keep(ctx, e, h.now())
}

func parseEvent(body []byte) (rooms.MediaEvent, bool) {
	var e livekit.WebhookEvent
	// Newer servers send fields that this protocol does not know.
	err := protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, &e)
	if err != nil || e.GetId() == "" || e.GetEvent() == "" {
		return rooms.MediaEvent{}, false
	}
	return rooms.MediaEvent{
		ID:       e.GetId(),
		Type:     e.GetEvent(),
		Room:     e.GetRoom().GetName(),
		Sid:      e.GetRoom().GetSid(),
		Identity: e.GetParticipant().GetIdentity(),
		At:       time.Unix(e.GetCreatedAt(), 0).UTC(),
	}, true
}
