// Package invitation writes the mails about planned meetings, and brings them on their way: invitations, what changed,
// cancellations, reminders (iMIP, RFC 6047).
//
// It owns the words of these mails in each language, and what becomes of one letter. It refuses to decide who gets which
// letter (schedule) and how a mail travels (mail), and it tells a log neither names nor addresses.
package invitation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"

	"parvis/mail"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// Patience is how long a letter is tried, while servers take nothing or ask to come again.
const Patience = 3 * 24 * time.Hour

// Letters is what is to be sent, and where it is noted what became of it (schedule.Service).
type Letters interface {
	Mailing(ctx context.Context, letterID string) (m schedule.Mailing, due bool, err error)
	Settle(ctx context.Context, letterID string, state schedule.LetterState) error
	NotSent(ctx context.Context, m schedule.Mailing) error
}

// Sender brings a mail on its way (mail.SMTP, mail.Folder): a mail.Refused when it will never arrive, a
// mail.Unsent when it certainly did not now.
type Sender interface {
	Deliver(ctx context.Context, l mail.Letter) error
}

// Options is what a Post needs. All are needed.
type Options struct {
	Letters  Letters
	Notices  Notices
	Sender   Sender
	Zones    recur.Zones
	Platform string // its name, as mails say it
	BaseURL  string // of its pages, without a slash at the end
	From     string // the address that mail comes from, and that answers go to
	Reads    bool   // answers that come there are read
	Now      func() time.Time
	Logger   *slog.Logger
}

// Post sends letters. It is safe for concurrent use.
type Post struct {
	Options
	mailbox schedule.Mailbox
}

// New makes a Post.
func New(o Options) (*Post, error) {
	from, err := netmail.ParseAddress(o.From)
	if err != nil {
		return nil, errors.New("the sender of invitations is not an address")
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	return &Post{Options: o, mailbox: schedule.Mailbox{Address: from.Address, Read: o.Reads}}, nil
}

// Send sends one letter, if it is still to be sent. It may run twice for one letter, when this process ends between the
// server's answer and our note of it: then the same mail goes again, under the same Message-ID. An error asks to come again.
func (p *Post) Send(ctx context.Context, letterID string) error {
	m, due, err := p.Letters.Mailing(ctx, letterID)
	if err != nil || !due {
		return err
	}
	err = p.deliver(ctx, m)
	var refused mail.Refused
	if errors.As(err, &refused) || errors.As(err, new(mail.Unsent)) {
		if err := p.Letters.NotSent(context.WithoutCancel(ctx), m); err != nil {
			return fmt.Errorf("note that letter %s was not sent: %w", m.Letter.ID, err)
		}
	}
	switch {
	case err == nil:
		return p.Letters.Settle(ctx, m.Letter.ID, schedule.LetterSent)
	case errors.As(err, &refused):
		p.Logger.WarnContext(ctx, "the mail server refused an invitation", "letter", m.Letter.ID, "kind", m.Kind, "code", refused.Code)
		return p.Letters.Settle(ctx, m.Letter.ID, schedule.LetterRefused)
	case ctx.Err() == nil && p.Now().Sub(m.CreatedAt) >= Patience:
		p.Logger.WarnContext(ctx, "an invitation was given up", "letter", m.Letter.ID, "kind", m.Kind, "error", err)
		return p.Letters.Settle(ctx, m.Letter.ID, schedule.LetterRefused)
	default:
		return fmt.Errorf("send letter %s: %w", m.Letter.ID, err)
	}
}

// Pause is how long to wait after so many tries, the first being 1: from half a minute up to an hour.
func Pause(try int) time.Duration {
	return min(time.Hour, 30*time.Second<<min(max(try-1, 0), 7))
}

func (p *Post) deliver(ctx context.Context, m schedule.Mailing) error {
	letter, err := p.compose(m)
	if err != nil {
		return mail.Unsent{Err: err}
	}
	return p.Sender.Deliver(ctx, letter)
}
