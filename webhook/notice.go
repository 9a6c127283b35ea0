package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parvis/fault"
)

// Notice is what is still to be told of an endpoint that was disabled: ID names it however often it is tried, Status and
// Failure are of the attempt that decided, Since is when the failures began.
type Notice struct {
	ID      string     `json:"id"`
	Status  int        `json:"status,omitempty"`
	Failure Failure    `json:"failure,omitempty"`
	Since   *time.Time `json:"since,omitempty"`
}

// NewNotice is one that says nothing of attempts.
func NewNotice() *Notice { return &Notice{ID: newID()} }

// noticePatience is how long a mail is tried, while servers take nothing or ask to come again.
const noticePatience = 3 * 24 * time.Hour

// ErrRefused is the answer of a Mailer whose server will never take this mail.
var ErrRefused = errors.New("the mail is refused for good")

// Mailer tells the contact of an endpoint by mail that it was disabled. ErrRefused when that mail will never arrive, another
// error when it may later.
type Mailer interface {
	MailDisabled(ctx context.Context, w Webhook) error
}

// Notifier tells people, or software where there are none, of endpoints that were disabled. Mail is nil where none is sent.
type Notifier struct {
	Store  Store
	Mail   Mailer
	Now    func() time.Time
	Logger *slog.Logger
}

// TellDisabled tells the contact of an endpoint that it was disabled; where no mail reaches anybody, the other endpoints of
// its organization. It may tell twice, when this process ends between the mail server's answer and our note of it: then under
// the same id. An error asks to come again.
func (n *Notifier) TellDisabled(ctx context.Context, id string) error {
	w, err := n.Store.Webhook(ctx, id)
	if fault.Is(err, fault.NotFound) || (err == nil && !w.owesNotice()) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read webhook: %w", err)
	}
	mailed, err := n.mail(ctx, w)
	if err != nil {
		return fmt.Errorf("tell of webhook %s: %w", w.ID, err)
	}
	return wrap(n.settle(ctx, w, mailed), "note what was told")
}

// owesNotice tells whether somebody is still to hear of it. Who enabled an endpoint again knows already.
func (w Webhook) owesNotice() bool { return w.State == Disabled && w.Notice != nil }

func (n *Notifier) mail(ctx context.Context, w Webhook) (mailed bool, err error) {
	if w.Contact == "" || n.Mail == nil {
		return false, nil
	}
	err = n.Mail.MailDisabled(ctx, w)
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, ErrRefused) && (ctx.Err() != nil || n.Now().Sub(*w.DisabledAt) < noticePatience) {
		return false, err
	}
	n.Logger.WarnContext(ctx, "nobody could be told by mail of a disabled webhook", "webhook", w.ID, "organization", w.OrgID, "error", err)
	return false, nil
}

// settle notes that a notice is given, with the messages to others in the same transaction.
func (n *Notifier) settle(ctx context.Context, told Webhook, mailed bool) error {
	_, err := n.Store.UpdateWebhook(ctx, told.ID, func(w *Webhook) (act Act, err error) {
		if !w.owesNotice() || w.Notice.ID != told.Notice.ID {
			return Act{}, nil
		}
		if !mailed {
			act.Others, err = disabledMessage(*w, n.Now().UTC())
		}
		w.Notice = nil
		return act, err
	})
	if fault.Is(err, fault.NotFound) { // it was deleted meanwhile
		return nil
	}
	return err
}

func disabledMessage(w Webhook, now time.Time) (*Delivery, error) {
	data := map[string]any{"webhook": w.ID, "reason": string(w.Reason), "disabledAt": w.DisabledAt.UTC()}
	if w.Notice.Failure != NoFailure {
		data["failure"] = string(w.Notice.Failure)
	}
	if w.Notice.Status != 0 {
		data["status"] = w.Notice.Status
	}
	d, err := own(w, WebhookDisabled, data, now)
	return &d, err
}
