package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"parvis/config"
	"parvis/mail/inbox"
	"parvis/schedule"
	"parvis/store"
)

type mailCommands struct {
	Ingest mailIngest `cmd:"" help:"Read one mail from standard input: an answer to an invitation, from a pipe of the mail server."`
}

type mailIngest struct {
	Refused string `help:"A folder that takes mails that are not taken, as .eml; then the command ends well, and the mail server sends nothing back." type:"path"`

	from io.Reader // standard input, but in tests
}

// The codes by which a mail server knows what to do with a mail that it piped (sysexits.h).
const (
	exitData  exitCode = 65
	exitLater exitCode = 75
)

// Run reads one message. Whatever goes wrong on our side is to be tried again, wrong settings too: no mail is lost for them.
func (c mailIngest) Run(p *process) error {
	var outcome inbox.Outcome
	raw, err := readAll(c.source())
	if err == nil {
		err = p.withDatabase(func(d *database) (err error) {
			outcome, err = d.ingest(p.ctx, raw, slog.New(slog.NewTextHandler(p.stderr, nil)))
			return err
		})
	}
	if err == nil && !outcome.Taken() && c.Refused != "" {
		err = keepApart(c.Refused, raw)
	}
	switch {
	case err != nil:
		fmt.Fprintf(p.stderr, "parvis: %s\n", explain(err))
		return exitLater
	case outcome.Taken() || c.Refused != "":
		return nil
	default:
		return exitData
	}
}

// readAll reads as much as is looked at, and lets the rest pass: a mail server does not like a pipe that closes.
func readAll(from io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(from, inbox.MaxMessage+1))
	if err == nil {
		_, err = io.Copy(io.Discard, from)
	}
	return raw, err
}

func (c mailIngest) source() io.Reader {
	if c.from != nil {
		return c.from
	}
	return os.Stdin
}

// ingest takes a message as the platform would. The command counts into a registry that nobody reads: the log says what
// became of the mail.
func (d *database) ingest(ctx context.Context, raw []byte, logger *slog.Logger) (inbox.Outcome, error) {
	reader, err := newInboxReader(d.config, d.planned(logger), logger, prometheus.NewRegistry())
	if err != nil {
		return "", err
	}
	return reader.Take(ctx, bytes.NewReader(raw))
}

// planned is planning as far as answers need it: neither rooms nor passcodes.
func (d *database) planned(logger *slog.Logger) *schedule.Service {
	return schedule.New(schedule.Ports{Store: d.store, SendsMail: sendsMail(d.config), Zones: time.LoadLocation, Now: time.Now, Logger: logger})
}

// keepApart writes a mail for an administrator to look at.
func keepApart(folder string, raw []byte) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("folder for refused mail: %w", err)
	}
	name := filepath.Join(folder, time.Now().UTC().Format("20060102T150405")+"-"+uuid.NewString()[:8]+".eml")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		return fmt.Errorf("keep refused mail: %w", err)
	}
	return nil
}

func newInboxReader(cfg config.Config, answers inbox.Answers, logger *slog.Logger, metrics prometheus.Registerer) (*inbox.Reader, error) {
	return inbox.NewReader(inbox.Options{
		Answers: answers, AuthservID: cfg.AuthservID, LookupTXT: net.DefaultResolver.LookupTXT, Logger: logger, Metrics: metrics,
	})
}

// newMailbox is the mailbox of the settings. Its reader may be nil for who only looks whether it can be opened.
func newMailbox(cfg config.Config, reader *inbox.Reader, db *store.DB, replica string, logger *slog.Logger) *inbox.Mailbox {
	o := inbox.MailboxOptions{
		Address: cfg.Mailbox.Address, User: cfg.Mailbox.User, Password: cfg.Mailbox.Password.Reveal(), Folder: cfg.Mailbox.Folder,
		Reader: reader, Leases: db, Replica: replica, Now: time.Now, Logger: logger,
	}
	if cfg.Mailbox.TLS {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return inbox.NewMailbox(o)
}

const (
	mailboxLeast = 15 * time.Second // a server that was away, or another replica's lease
	mailboxMost  = 45 * time.Second
)

// readMail makes the loop that reads the mailbox; none without one.
func (p *platform) readMail() ([]loop, error) {
	if p.config.Mailbox == nil {
		return nil, nil
	}
	reader, err := newInboxReader(p.config, p.schedule, p.logger, p.metrics)
	if err != nil {
		return nil, err
	}
	box := newMailbox(p.config, reader, p.store, p.replica, p.logger)
	return []loop{{name: "mailbox", least: mailboxLeast, most: mailboxMost, do: box.Read, logger: p.logger}}, nil
}

// mailboxPing asks for the mailbox, where there is one.
func mailboxPing(cfg config.Config) (func(context.Context) error, bool) {
	if cfg.Mailbox == nil {
		return nil, false
	}
	return newMailbox(cfg, nil, nil, "doctor", newLogger(discard{}, "error")).Ping, true
}
