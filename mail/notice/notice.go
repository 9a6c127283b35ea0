// Package notice writes the mails that tell an organization's technicians that a webhook of theirs was disabled.
//
// It owns their words in each language. It refuses to decide who hears of what, and when again (webhook), and how a mail
// travels (mail); nothing that a receiver answered but its status is in a mail.
package notice

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/template"
	"time"

	"parvis/mail"
	"parvis/text"
	"parvis/webhook"
)

// Sender brings a mail on its way (mail.SMTP, mail.Folder): a mail.Refused when it will never arrive.
type Sender interface {
	Deliver(ctx context.Context, l mail.Letter) error
}

// Options is what a Post needs. All are needed.
type Options struct {
	Sender   Sender
	Platform string // its name, as mails say it
	BaseURL  string // of its API, without a slash at the end
	Host     string // in the Message-ID
}

// Post sends notices. It is safe for concurrent use.
type Post struct{ options Options }

var _ webhook.Mailer = (*Post)(nil)

// New makes a Post.
func New(o Options) *Post {
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	return &Post{o}
}

// MailDisabled implements webhook.Mailer. The same notice has the same Message-ID, however often it is sent.
func (p *Post) MailDisabled(ctx context.Context, w webhook.Webhook) error {
	letter, err := p.compose(w)
	if err != nil {
		return err
	}
	err = p.options.Sender.Deliver(ctx, letter)
	if refused := (mail.Refused{}); errors.As(err, &refused) {
		return fmt.Errorf("%w: code %d", webhook.ErrRefused, refused.Code)
	}
	return err
}

func (p *Post) compose(w webhook.Webhook) (mail.Letter, error) {
	said := speak(w.Language)
	var body strings.Builder
	if err := said.body.Execute(&body, p.page(said, w)); err != nil {
		return mail.Letter{}, fmt.Errorf("write the mail: %w", err)
	}
	return mail.Letter{
		Message: mail.Message{To: w.Contact, Language: said.language, Subject: fmt.Sprintf(said.subject, p.options.Platform, host(w.URL)), Text: body.String()},
		ID:      w.Notice.ID + "@" + p.options.Host,
	}, nil
}

// page is what a mail says.
type page struct {
	Platform, Address, Description, Path string
	Disabled, Since                      string
	Reason, Last                         string
}

func (p *Post) page(said words, w webhook.Webhook) page {
	out := page{
		Platform: p.options.Platform, Address: address(w.URL), Description: text.Line(w.Description), Path: p.options.BaseURL + "/api/v1/webhooks/" + w.ID,
		Disabled: moment(w.DisabledAt), Since: moment(w.Notice.Since), Reason: said.reasons[w.Reason], Last: said.failures[w.Notice.Failure],
	}
	if out.Last == "" {
		out.Last = string(w.Notice.Failure)
	}
	if w.Notice.Status != 0 {
		out.Last = fmt.Sprintf(said.status, w.Notice.Status)
	}
	return out
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// address is where messages went, without its query: that may hold a token.
func address(of string) string {
	u, err := url.Parse(of)
	if err != nil {
		return ""
	}
	u.RawQuery, u.ForceQuery = "", false
	return u.String()
}

func host(of string) string {
	u, err := url.Parse(of)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// words are those of one language.
type words struct {
	language, subject string
	status            string // of the answer
	reasons           map[webhook.Reason]string
	failures          map[webhook.Failure]string // those that say nothing by themselves
	body              *template.Template
}

func speak(language string) words {
	if language == "en" {
		return english
	}
	return french
}
