package notice_test

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"parvis/mail"
	"parvis/mail/mailtest"
	"parvis/mail/notice"
	"parvis/webhook"
)

var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// posting is a Post with a server of its own.
func posting(t *testing.T, o mailtest.Options) (*notice.Post, *mailtest.Server) {
	t.Helper()
	server := mailtest.Start(t, o)
	sends, err := mail.NewSMTP(mail.Options{
		Host: "127.0.0.1", Port: server.Port, Security: mail.Bare, From: "Parvis <parvis@example.org>", Hello: "meet.example.org",
		Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return notice.New(notice.Options{Sender: sends, Platform: "Parvis", BaseURL: "https://meet.example.org/", Host: "meet.example.org"}), server
}

func broken(language string) webhook.Webhook {
	since := noon.Add(-5 * 24 * time.Hour)
	return webhook.Webhook{
		ID: "0198a5c2-a001-7d2e-9b31-6f0c4e8d2a17", URL: "https://agenda.example.gouv.fr/hooks?token=s3cr3t", Description: "Agenda du cabinet",
		Contact: "exploitation@agenda.example.gouv.fr", Language: language, State: webhook.Disabled, Reason: webhook.Failing, DisabledAt: &noon,
		Notice: &webhook.Notice{ID: "0198a5c2-c001-7d2e-9b31-6f0c4e8d2a17", Status: 503, Failure: webhook.BadStatus, Since: &since},
	}
}

// read is a mail's subject and its one part.
func read(t *testing.T, l mailtest.Letter) (m *netmail.Message, subject, body string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(l.Data))
	if err != nil {
		t.Fatal(err)
	}
	if kind, _, err := mime.ParseMediaType(m.Header.Get("Content-Type")); err != nil || kind != "text/plain" {
		t.Errorf("it is %s, %v", kind, err)
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return m, subject, strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestTheContactReadsWhichWebhookSinceWhenWhyAndWhatToDo(t *testing.T) {
	for language, want := range map[string][]string{
		"fr": {"Parvis : le webhook vers agenda.example.gouv.fr est désactivé", "n’envoie plus rien", "En échec depuis le\n    2026-11-16 12:00 UTC", "réponse HTTP 503", "aucun message n’est arrivé"},
		"en": {"Parvis: the webhook to agenda.example.gouv.fr is disabled", "sends nothing more", "Failing since\n    2026-11-16 12:00 UTC", "HTTP answer 503", "nothing came through"},
	} {
		post, server := posting(t, mailtest.Options{})
		for range 2 { // the second time under the same id
			if err := post.MailDisabled(t.Context(), broken(language)); err != nil {
				t.Fatal(err)
			}
		}
		for _, l := range server.Letters() {
			m, subject, body := read(t, l)
			if l.To != "exploitation@agenda.example.gouv.fr" || m.Header.Get("Message-Id") != "<0198a5c2-c001-7d2e-9b31-6f0c4e8d2a17@meet.example.org>" || subject != want[0] {
				t.Errorf("%s: to %s, %v", language, l.To, m.Header)
			}
			for _, part := range append(want[1:], "    https://agenda.example.gouv.fr/hooks\n    Agenda du cabinet\n", "    2026-11-21 12:00 UTC\n",
				"    POST https://meet.example.org/api/v1/webhooks/0198a5c2-a001-7d2e-9b31-6f0c4e8d2a17/enable\n") {
				if !strings.Contains(body, part) {
					t.Errorf("%s: without %q:\n%s", language, part, body)
				}
			}
			if strings.Contains(body, "s3cr3t") || strings.Contains(body, "\n\n\n") {
				t.Errorf("%s:\n%s", language, body)
			}
		}
		if n := len(server.Letters()); n != 2 {
			t.Errorf("%s: %d mails", language, n)
		}
	}
}

func TestAMailOfARevokedAccountSaysNothingOfAttempts(t *testing.T) {
	post, server := posting(t, mailtest.Options{})
	w := broken("en")
	w.Reason, w.Description, w.Notice = webhook.AccountRevoked, "", &webhook.Notice{ID: "0198a5c2-c001-7d2e-9b31-6f0c4e8d2a17"}
	if err := post.MailDisabled(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	_, _, body := read(t, server.Letters()[0])
	if !strings.Contains(body, "was revoked") || strings.Contains(body, "Last attempt") || strings.Contains(body, "Failing since") || strings.Contains(body, "\n\n\n") {
		t.Error(body)
	}
}

func TestARefusedMailIsToldFromOneThatMayComeLater(t *testing.T) {
	for code, refused := range map[int]bool{550: true, 451: false} {
		post, _ := posting(t, mailtest.Options{Refuse: func(string) error { return &smtp.SMTPError{Code: code, Message: "no"} }})
		if err := post.MailDisabled(t.Context(), broken("fr")); err == nil || errors.Is(err, webhook.ErrRefused) != refused {
			t.Errorf("%d: %v", code, err)
		}
	}
}
