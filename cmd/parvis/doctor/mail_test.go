package doctor

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"parvis/mail"
	"parvis/mail/mailtest"
)

func TestAMailServerIsExamined(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{StartTLS: true, Auth: true})
	right := mail.Options{
		Host: "127.0.0.1", Port: server.Port, Security: mail.StartTLS, User: mailtest.User, Password: mailtest.Password, From: "parvis@example.org",
		RootCAs: server.Roots, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}
	examine := func(spoil func(*mail.Options)) error {
		o := right
		spoil(&o)
		smtp, err := mail.NewSMTP(o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Mail(smtp.Ping).Run(t.Context())
		return err
	}
	says(t, examine(func(o *mail.Options) { o.Password = "wrong" }), "PARVIS_SMTP_URL", "code 535")
	says(t, examine(func(o *mail.Options) { o.RootCAs = nil }), "certificate")
	bare := mailtest.Start(t, mailtest.Options{})
	says(t, examine(func(o *mail.Options) { o.Port = bare.Port }), "STARTTLS")
	if err := examine(func(*mail.Options) {}); err != nil {
		t.Error(err)
	}
	if len(server.Letters()) != 0 {
		t.Error("an examination sent mail")
	}
	server.Stop()
	says(t, examine(func(*mail.Options) {}), "does not take mail")
}

func TestAMailboxIsExamined(t *testing.T) {
	says(t, must(Mailbox(func(context.Context) error { return errors.New("no such folder") }).Run(t.Context())), "PARVIS_IMAP_URL", "no such folder")
	if err := must(Mailbox(func(context.Context) error { return nil }).Run(t.Context())); err != nil {
		t.Error(err)
	}
}

func must(_ string, err error) error { return err }
