package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"parvis/fault"
	"parvis/mail"
	"parvis/mail/mailtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var code = mail.Message{
	To: "zoe@example.org", Language: "fr", Subject: "Réunion : votre code est 042137", Text: "Votre code\n\n    042137\n\nÀ bientôt\n", HTML: "<p>Votre code <strong>042137</strong></p>",
}

// to is a sender to a server of a test, and what it logs.
func to(t *testing.T, s *mailtest.Server, o mail.Options) (*mail.SMTP, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	o.Host, o.Port, o.RootCAs, o.Now = "127.0.0.1", s.Port, s.Roots, func() time.Time { return nine }
	o.From, o.Hello, o.Logger = "Parvis <parvis@meet.example.org>", "meet.example.org", slog.New(slog.NewJSONHandler(log, nil))
	sender, err := mail.NewSMTP(o)
	if err != nil {
		t.Fatal(err)
	}
	return sender, log
}

func unavailable(t *testing.T, err error) {
	t.Helper()
	if !fault.HasCode(err, fault.CodeMailUnavailable) || fault.Of(err).RetryAfter == 0 {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "@") {
		t.Errorf("the error names an address: %v", err)
	}
}

func TestAHeaderThatWouldBeTwoIsRefused(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender, _ := to(t, server, mail.Options{Security: mail.Bare})
	folder, err := mail.NewFolder(t.TempDir(), "parvis@localhost", time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []mail.Message{
		{To: ""}, {To: "nobody"}, {To: "zoe@example.org\r\nBcc: lea@example.org"}, {To: "zoe@example.org, lea@example.org"}, {To: "Zoé <zoe@example.org>"},
		{To: "\"zoe\r\nBcc: lea@example.org\"@example.org"}, {To: "zoe@example.org\n"}, {To: "zoe@example.org\x00"},
		{To: "zoe@example.org", Subject: "code\r\nBcc: lea@example.org"}, {To: "zoe@example.org", Subject: "code\nX: y"}, {To: "zoe@example.org", Language: "fr\r\nX: y"},
	} {
		for _, send := range []func(context.Context, mail.Message) error{sender.Send, folder.Send} {
			err := send(t.Context(), bad)
			if err == nil {
				t.Errorf("%+v was sent", bad)
			} else if strings.Contains(err.Error(), "@") {
				t.Errorf("the error names an address: %v", err)
			}
		}
	}
	if got := server.Letters(); len(got) != 0 {
		t.Errorf("mail came: %+v", got)
	}
	for _, from := range []string{"", "parvis", "a@b.example, c@d.example", "Parvis\r\nBcc: x@y.example <parvis@example.org>"} {
		if _, err := mail.NewSMTP(mail.Options{Host: "127.0.0.1", Port: 25, Security: mail.Bare, From: from}); err == nil {
			t.Errorf("%q is taken as a sender", from)
		}
	}
}

func TestAServerThatDoesNotSpeakTLSGetsNoMailWhereItMust(t *testing.T) {
	bare := mailtest.Start(t, mailtest.Options{})
	for _, security := range []mail.Security{mail.StartTLS, mail.TLS} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // a TLS client and an SMTP server wait for each other
		sender, _ := to(t, bare, mail.Options{Security: security})
		unavailable(t, sender.Send(ctx, code))
		cancel()
	}
	if got := bare.Letters(); len(got) != 0 {
		t.Errorf("mail came in the clear: %+v", got)
	}
}

func TestACertificateThatNobodyVouchesForIsRefused(t *testing.T) {
	stranger := mailtest.Start(t, mailtest.Options{})
	for _, o := range []mailtest.Options{{StartTLS: true}, {TLS: true}} {
		server := mailtest.Start(t, o)
		server.Roots = stranger.Roots
		security := mail.StartTLS
		if o.TLS {
			security = mail.TLS
		}
		sender, _ := to(t, server, mail.Options{Security: security})
		unavailable(t, sender.Send(t.Context(), code))
		if got := server.Letters(); len(got) != 0 {
			t.Errorf("mail came: %+v", got)
		}
	}
}

func TestAPasswordThatIsWrong(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{StartTLS: true, Auth: true})
	for _, o := range []mail.Options{{}, {User: mailtest.User, Password: "wrong"}} {
		o.Security = mail.StartTLS
		sender, log := to(t, server, o)
		unavailable(t, sender.Send(t.Context(), code))
		if log.Len() != 0 {
			t.Errorf("logged twice: %s", log)
		}
	}
}

func TestAnAddressThatTheServerRefusesIsToldToNobody(t *testing.T) {
	for _, refusal := range []*smtp.SMTPError{
		{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<zoe@example.org>: nobody here"}, {Code: 450, Message: "zoe@example.org: later"},
	} {
		server := mailtest.Start(t, mailtest.Options{Refuse: func(string) error { return refusal }})
		sender, log := to(t, server, mail.Options{Security: mail.Bare})
		if err := sender.Send(t.Context(), code); err != nil {
			t.Errorf("got %v", err)
		}
		if said := log.String(); !strings.Contains(said, "refused a mail") || strings.Contains(said, "zoe") || strings.Contains(said, "example.org") {
			t.Errorf("the log says %s", said)
		}
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	server.Stop()
	sender, _ := to(t, server, mail.Options{Security: mail.Bare})
	unavailable(t, sender.Send(t.Context(), code))
	if err := sender.Ping(t.Context()); err == nil {
		t.Error("a server that is not there answers")
	}
}

func TestAServerThatSaysNothingHoldsNobody(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	sender, _ := to(t, &mailtest.Server{Port: silent.Addr().(*net.TCPAddr).Port}, mail.Options{Security: mail.Bare})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	unavailable(t, sender.Send(ctx, code))
	if ctx.Err() == nil {
		t.Error("it was given up before its time")
	}
}

func TestAMailArrivesInEachWayOfProtection(t *testing.T) {
	for _, c := range []struct {
		name   string
		server mailtest.Options
		send   mail.Options
		tls    bool
	}{
		{"in the clear", mailtest.Options{}, mail.Options{Security: mail.Bare}, false},
		{"by STARTTLS", mailtest.Options{StartTLS: true}, mail.Options{Security: mail.StartTLS}, true},
		{"by STARTTLS with a password", mailtest.Options{StartTLS: true, Auth: true}, mail.Options{Security: mail.StartTLS, User: mailtest.User, Password: mailtest.Password}, true},
		{"by TLS with a password", mailtest.Options{TLS: true, Auth: true}, mail.Options{Security: mail.TLS, User: mailtest.User, Password: mailtest.Password}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := mailtest.Start(t, c.server)
			sender, log := to(t, server, c.send)
			if err := sender.Ping(t.Context()); err != nil {
				t.Errorf("ping: %v", err)
			}
			if err := sender.Send(t.Context(), code); err != nil {
				t.Fatal(err)
			}
			got := server.Letters()
			if len(got) != 1 || got[0].From != "parvis@meet.example.org" || got[0].To != code.To || got[0].TLS != c.tls || got[0].User != c.send.User {
				t.Fatalf("got %+v", got)
			}
			read(t, got[0].Data)
			if log.Len() != 0 {
				t.Errorf("logged %s", log)
			}
		})
	}
}

func TestManyMailsAtOnceAllArrive(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender, _ := to(t, server, mail.Options{Security: mail.Bare})
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := sender.Send(t.Context(), code); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(server.Letters()); got != 30 {
		t.Errorf("%d of 30 came", got)
	}
}

// read holds that a mail is well formed and says the same in both forms, and nothing of this machine.
func read(t *testing.T, data string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"To": "<zoe@example.org>", "From": `"Parvis" <parvis@meet.example.org>`, "Auto-Submitted": "auto-generated", "Content-Language": "fr",
		"Date": "Fri, 20 Nov 2026 09:00:00 +0000", "Subject": "=?UTF-8?q?R=C3=A9union_:_votre_code_est_042137?=", "Bcc": "", "User-Agent": "", "X-Mailer": "",
	} {
		if got := msg.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if id := msg.Header.Get("Message-Id"); !strings.HasSuffix(id, "@meet.example.org>") {
		t.Errorf("Message-ID %q", id)
	}
	_, boundary, _ := strings.Cut(msg.Header.Get("Content-Type"), "boundary=")
	parts := multipart.NewReader(msg.Body, strings.Trim(boundary, "\r\n\t \""))
	for _, want := range []string{code.Text, code.HTML} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil || strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")) != strings.TrimSpace(want) {
			t.Errorf("got %q, %v", text, err)
		}
	}
}

func TestALetterThatWouldNotBeOneIsRefused(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender, _ := to(t, server, mail.Options{Security: mail.Bare})
	for name, change := range map[string]func(*mail.Letter){
		"no id":                   func(l *mail.Letter) { l.ID = "" },
		"an id of two lines":      func(l *mail.Letter) { l.ID = "a@b\r\nBcc: c@d.example" },
		"an id that closes early": func(l *mail.Letter) { l.ID = "a@b> <c@d" },
		"a thread of two lines":   func(l *mail.Letter) { l.Thread = "a@b\nX: y" },
		"a sender of two lines":   func(l *mail.Letter) { l.Sender = "Camille\r\nBcc: c@d.example" },
		"another method":          func(l *mail.Letter) { l.Calendar = &mail.Calendar{Method: "REPLY"} },
		"a subject of two lines":  func(l *mail.Letter) { l.Subject = "a\r\nBcc: c@d.example" },
	} {
		l := mail.Letter{Message: code, ID: "1@meet.example.org"}
		change(&l)
		if err := sender.Deliver(t.Context(), l); err == nil {
			t.Errorf("%s: it was sent", name)
		}
	}
	if got := server.Letters(); len(got) != 0 {
		t.Errorf("mail came: %+v", got)
	}
}

func TestALetterTellsWhatBecameOfIt(t *testing.T) {
	var answer *smtp.SMTPError
	server := mailtest.Start(t, mailtest.Options{Refuse: func(string) error {
		if answer == nil {
			return nil
		}
		return answer
	}})
	sender, log := to(t, server, mail.Options{Security: mail.Bare})
	l := mail.Letter{Message: code, ID: "1@meet.example.org", Thread: "meeting-1@meet.example.org", Sender: "Camille \"Zoé\" <x>"}

	answer = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<zoe@example.org>: nobody here"}
	var refused mail.Refused
	if err := sender.Deliver(t.Context(), l); !errors.As(err, &refused) || refused.Code != 550 || strings.Contains(err.Error(), "zoe") {
		t.Errorf("for good: %v", err)
	}
	answer = &smtp.SMTPError{Code: 450, Message: "zoe@example.org: later"}
	unavailable(t, sender.Deliver(t.Context(), l))
	answer = nil
	if err := sender.Deliver(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", log)
	}
	m, err := netmail.ReadMessage(strings.NewReader(server.Letters()[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != l.Sender || from[0].Address != "parvis@meet.example.org" ||
		m.Header.Get("Message-Id") != "<1@meet.example.org>" || m.Header.Get("References") != "<meeting-1@meet.example.org>" {
		t.Errorf("got %+v, %v", m.Header, err)
	}
	server.Stop()
	unavailable(t, sender.Deliver(t.Context(), l))
}

func TestAMailThatDidNotArriveIsToldFromOneThatMayHave(t *testing.T) {
	l := mail.Letter{Message: code, ID: "1@meet.example.org"}
	var cut *mailtest.Server
	cut = mailtest.Start(t, mailtest.Options{Read: func() { cut.Stop() }})
	away := mailtest.Start(t, mailtest.Options{})
	away.Stop()
	busy := mailtest.Start(t, mailtest.Options{Refuse: func(string) error { return &smtp.SMTPError{Code: 450, Message: "later"} }})
	for name, c := range map[string]struct {
		server *mailtest.Server
		unsent bool
	}{
		"the connection ends before the answer": {cut, false}, "nobody answers": {away, true}, "the server says later": {busy, true},
	} {
		sender, _ := to(t, c.server, mail.Options{Security: mail.Bare})
		err := sender.Deliver(t.Context(), l)
		if unavailable(t, err); errors.As(err, new(mail.Unsent)) != c.unsent {
			t.Errorf("%s: %v", name, err)
		}
	}
}
