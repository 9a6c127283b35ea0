package main

import (
	"context"
	"log/slog"
	netmail "net/mail"
	"time"

	"parvis/api"
	"parvis/auth/emailproof"
	"parvis/config"
	"parvis/job"
	"parvis/jobs"
	"parvis/mail"
	"parvis/mail/invitation"
	"parvis/schedule"
)

// mailer is what brings mail on its way.
type mailer interface {
	Send(ctx context.Context, m mail.Message) error
	Deliver(ctx context.Context, l mail.Letter) error
}

// newMailer is the one that the settings name; nil when they name none.
func newMailer(cfg config.Config, logger *slog.Logger) (mailer, error) {
	switch {
	case cfg.Mail != nil:
		return newSMTP(cfg, logger)
	case cfg.MailFolder != "":
		return mail.NewFolder(cfg.MailFolder, cfg.MailFrom, time.Now, logger)
	default:
		return nil, nil
	}
}

// sendsMail reports whether the settings name one.
func sendsMail(cfg config.Config) bool { return cfg.Mail != nil || cfg.MailFolder != "" }

func newSMTP(cfg config.Config, logger *slog.Logger) (*mail.SMTP, error) {
	return mail.NewSMTP(mail.Options{
		Host: cfg.Mail.Host, Port: cfg.Mail.Port, Security: mail.Security(cfg.Mail.Security), User: cfg.Mail.User, Password: cfg.Mail.Password.Reveal(),
		From: cfg.MailFrom, Hello: cfg.URL.Hostname(), Now: time.Now, Logger: logger,
	})
}

// postbox says in the words of mail what auth/emailproof sends: two packages that do not see each other.
type postbox struct{ mailer }

// Send implements emailproof.Sender.
func (p postbox) Send(ctx context.Context, m emailproof.Mail) error {
	return p.mailer.Send(ctx, mail.Message(m))
}

// readsMail reports whether answers to what is sent are read.
func readsMail(cfg config.Config) bool { return cfg.Mailbox != nil || cfg.MailIngest }

// mailboxOf is the address of mails about meetings.
func mailboxOf(cfg config.Config) schedule.Mailbox {
	from, err := netmail.ParseAddress(cfg.MailFrom)
	if err != nil || !sendsMail(cfg) {
		return schedule.Mailbox{}
	}
	return schedule.Mailbox{Address: from.Address, Read: readsMail(cfg)}
}

// posting sends the letters about meetings, and tells organizers of answers, where mail is sent. It has connections of its own: a code that somebody waits for
// does not stand behind a thousand invitations.
func (p *platform) posting() (map[job.Kind]jobs.Worker, error) {
	sends, err := newMailer(p.config, p.logger)
	if err != nil || sends == nil {
		return nil, err
	}
	post, err := invitation.New(invitation.Options{
		Letters: p.schedule, Notices: p.schedule, Sender: sends, Zones: p.zones, Platform: p.config.Name, BaseURL: p.config.URL.String(), From: p.config.MailFrom,
		Reads: readsMail(p.config), Now: time.Now, Logger: p.logger,
	})
	if err != nil {
		return nil, err
	}
	return map[job.Kind]jobs.Worker{
		job.SendLetter:  {Do: post.Send, Timeout: 30 * time.Second, AtOnce: lettersAtOnce, Tries: job.MostTries, Pause: invitation.Pause},
		job.TellAnswers: {Do: post.TellAnswers, Timeout: 30 * time.Second, AtOnce: 1, Tries: job.MostTries, Pause: invitation.Pause},
	}, nil
}

const lettersAtOnce = 8 // as many as there are connections to the server

// offerProofs lets guests prove addresses where mail is sent.
func (p *platform) offerProofs(o *api.Options, key [32]byte) error {
	sends, err := newMailer(p.config, p.logger)
	if err != nil || sends == nil {
		return err
	}
	o.Proofs = emailproof.New(p.store, postbox{sends}, emailproof.Options{Platform: p.config.Name, Key: key, Now: time.Now})
	return nil
}
