package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/textproto"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
	"golang.org/x/sync/semaphore"

	"parvis/fault"
)

// Security is how the connection to the server is protected.
type Security string

// The ways. StartTLS is never done without when the server does not offer it.
const (
	StartTLS Security = "starttls"
	TLS      Security = "tls" // from the first byte
	Bare     Security = "none"
)

const (
	patience   = 10 * time.Second // for the whole of one mail
	atOnce     = 8                // connections to the server
	retryAfter = 30 * time.Second
)

// Options is what an SMTP needs to know. User and Password may be empty, and so may RootCAs: then the system's count.
type Options struct {
	Host     string
	Port     int
	Security Security
	User     string
	Password string
	From     string // "Parvis <parvis@example.org>", or the address alone
	Hello    string // the name by which this client presents itself
	RootCAs  *x509.CertPool
	Now      func() time.Time
	Logger   *slog.Logger
}

// SMTP sends by a server. It is safe for concurrent use; each mail has a connection of its own.
type SMTP struct {
	Options
	from  netmail.Address
	slots *semaphore.Weighted
}

// NewSMTP makes an SMTP. It connects to nothing yet.
func NewSMTP(o Options) (*SMTP, error) {
	from, err := sender(o.From)
	if err != nil {
		return nil, err
	}
	s := &SMTP{Options: o, from: from, slots: semaphore.NewWeighted(atOnce)}
	if _, err := s.client(nil); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return s, nil
}

// Send hands a message to the server. That the server refuses the address is logged, without it, and is no error: who asked
// for a mail must not learn which addresses exist. fault.CodeMailUnavailable when the server took no mail at all.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := compose(s.from, m, s.Now())
	if err != nil {
		return err
	}
	err = s.connected(ctx, func(c *gomail.Client, to *smtp.Client) error { return c.SendWithSMTPClient(to, msg) })
	var failed *gomail.SendError
	switch {
	case err == nil || msg.IsDelivered():
		return nil
	case errors.As(err, &failed) && ofAddress(failed):
		s.Logger.WarnContext(ctx, "the mail server refused a mail", "step", failed.Reason.String(), "code", failed.ErrorCode())
		return nil
	default:
		return fault.New(fault.CodeMailUnavailable, "the mail server takes no mail for the moment").Because(unnamed(err)).After(retryAfter)
	}
}

// Refused is the answer of a server that will never take this mail.
type Refused struct{ Code int }

func (r Refused) Error() string {
	return fmt.Sprintf("the mail server refuses this mail for good: code %d", r.Code)
}

// Unsent is an error before which nothing of a mail went to the server, or after which the server said no to it.
type Unsent struct{ Err error }

func (u Unsent) Error() string { return u.Err.Error() }

func (u Unsent) Unwrap() error { return u.Err }

// Deliver hands a letter to the server, and tells what became of it: a Refused when this mail will never arrive, an Unsent when
// it did not arrive now, another error when nobody knows.
func (s *SMTP) Deliver(ctx context.Context, l Letter) error {
	msg, err := composeLetter(s.from, l, s.Now())
	if err != nil {
		return err
	}
	err = s.connected(ctx, func(c *gomail.Client, to *smtp.Client) error { return c.SendWithSMTPClient(to, msg) })
	var failed *gomail.SendError
	switch {
	case err == nil || msg.IsDelivered():
		return nil
	case errors.As(err, &failed) && ofAddress(failed) && failed.ErrorCode() >= 500:
		return Refused{failed.ErrorCode()}
	}
	later := fault.New(fault.CodeMailUnavailable, "the mail server takes this mail later").Because(unnamed(err)).After(retryAfter)
	if failed != nil && !beforeContent(failed) {
		return later
	}
	return Unsent{later}
}

// Ping connects, presents itself and signs in as for a mail, and sends none. Its error names no address.
func (s *SMTP) Ping(ctx context.Context) error {
	return unnamed(s.connected(ctx, func(_ *gomail.Client, to *smtp.Client) error { return to.Noop() }))
}

// connected does something with a connection, which ends with it and with ctx.
func (s *SMTP) connected(ctx context.Context, do func(*gomail.Client, *smtp.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.slots.Release(1)
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialing, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() }) // the library's own deadlines start anew at each step
		}
		return conn, err
	}
	client, err := s.client(dial)
	if err != nil {
		return err
	}
	to, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.CloseWithSMTPClient(to) }() // QUIT: whatever the answer, the mail is where it is
	return do(client, to)
}

func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	plain := &net.Dialer{}
	if s.Security != TLS {
		return plain.DialContext(ctx, network, address)
	}
	return (&tls.Dialer{NetDialer: plain, Config: s.tls()}).DialContext(ctx, network, address)
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12}
}

func (s *SMTP) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	policy := gomail.NoTLS
	if s.Security == StartTLS {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(patience), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(s.tls()), gomail.WithoutNoop(),
	}
	if dial != nil {
		options = append(options, gomail.WithDialContextFunc(dial))
	}
	if s.Hello != "" {
		options = append(options, gomail.WithHELO(s.Hello))
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.Host, options...)
}

// beforeContent tells an error after which the server has no mail: it came before the content, or is the server's no to it.
func beforeContent(e *gomail.SendError) bool {
	switch e.Reason {
	case gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrConnCheck:
		return true
	default:
		return e.ErrorCode() != 0
	}
}

// ofAddress tells that the server answered no, and that another address might have fared better.
func ofAddress(e *gomail.SendError) bool {
	switch e.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		return e.ErrorCode() != 0
	default:
		return false
	}
}

// unnamed keeps of an error what names nobody: servers repeat addresses in their answers.
func unnamed(err error) error {
	var failed *gomail.SendError
	var answer *textproto.Error
	switch {
	case errors.As(err, &failed):
		return fmt.Errorf("%s: code %d", failed.Reason, failed.ErrorCode())
	case errors.As(err, &answer):
		return fmt.Errorf("the server answered with code %d", answer.Code)
	default:
		return err
	}
}
