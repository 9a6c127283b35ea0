package main

import (
	"context"
	"log/slog"
	"time"

	"parvis/api"
	"parvis/auth/emailproof"
	"parvis/config"
	"parvis/mail"
)

// mailer is what brings mail on its way.
type mailer interface {
	Send(ctx context.Context, m mail.Message) error
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

// offerProofs lets guests prove addresses where mail is sent.
func (p *platform) offerProofs(o *api.Options, key [32]byte) error {
	sends, err := newMailer(p.config, p.logger)
	if err != nil || sends == nil {
		return err
	}
	o.Proofs = emailproof.New(p.store, postbox{sends}, emailproof.Options{Platform: p.config.Name, Key: key, Now: time.Now})
	return nil
}
