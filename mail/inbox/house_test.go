package inbox_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"parvis/fault"
	"parvis/mail/inbox"
	"parvis/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ours = "mx.parvis.example"

var key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// dns is what a resolver knows.
type dns map[string]string

func (d dns) lookup(_ context.Context, domain string) ([]string, error) {
	if d == nil {
		return nil, &net.DNSError{Err: "server misbehaving", Name: domain, IsTemporary: true}
	}
	if text, ok := d[domain]; ok {
		return []string{text}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: domain, IsNotFound: true}
}

func keyOf(domain string) dns {
	return dns{"s1._domainkey." + domain: "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))}
}

// kept is who keeps answers: of one meeting, to which zoe is invited.
type kept struct {
	mu     sync.Mutex
	said   []schedule.MailedAnswer
	fails  error
	faulty string // the UID of a meeting that cannot be read
}

const uid = "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58@parvis.example"

func (k *kept) InvitedByMail(_ context.Context, of, email string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.invited(of, email)
}

func (k *kept) invited(of, email string) error {
	switch {
	case k.fails != nil:
		return k.fails
	case of == k.faulty:
		return errors.New("a zone that is gone")
	case of != uid:
		return fault.New(fault.CodeMeetingNotFound, "none")
	case !strings.HasPrefix(email, "zoe@ailleurs"):
		return fault.New(fault.CodeNotInvited, "no")
	}
	return nil
}

func (k *kept) AnswerByMail(_ context.Context, a schedule.MailedAnswer) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.invited(a.UID, a.Email); err != nil {
		return false, err
	}
	switch {
	case a.Sequence < 1:
		return false, fault.New(fault.CodeAnswerOutdated, "old")
	}
	for _, before := range k.said {
		if !a.Stamp.After(before.Stamp) {
			return false, nil
		}
	}
	k.said = append(k.said, a)
	return true, nil
}

func (k *kept) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.said)
}

func newReader(t testing.TB, k *kept, resolver dns) (*inbox.Reader, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	r, err := inbox.NewReader(inbox.Options{
		Answers: k, AuthservID: ours, LookupTXT: resolver.lookup, Logger: slog.New(slog.DiscardHandler), Metrics: registry,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, registry
}

// reply is an answer as a calendar program mails it.
type reply struct {
	from, attendee, method, uid, stamp string
	sequence                           int
	more                               string // lines of the event
	headers                            string // above the others
}

func accepts() reply {
	return reply{from: "Zoé Martin <zoe@ailleurs.example>", attendee: "zoe@ailleurs.example", method: "REPLY", uid: uid, stamp: "20261120T090000Z", sequence: 1}
}

func (r reply) calendar() string {
	return strings.ReplaceAll(fmt.Sprintf(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
METHOD:%s
BEGIN:VEVENT
UID:%s
SEQUENCE:%d
DTSTAMP:%s
ATTENDEE;PARTSTAT=ACCEPTED:mailto:%s
%sEND:VEVENT
END:VCALENDAR
`, r.method, r.uid, r.sequence, r.stamp, r.attendee, r.more), "\n", "\r\n")
}

func (r reply) String() string {
	return strings.ReplaceAll(r.headers+fmt.Sprintf(`From: %s
To: parvis@parvis.example
Subject: Accepted
Date: Fri, 20 Nov 2026 10:00:00 +0100
Message-ID: <1@ailleurs.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Yes
--b
Content-Type: text/calendar; charset=utf-8; method=%s
Content-Transfer-Encoding: base64

%s
--b--
`, r.from, r.method, base64.StdEncoding.EncodeToString([]byte(r.calendar()))), "\n", "\r\n")
}

// vouched is the message as our own server hands it over.
func (r reply) vouched() string {
	_, domain, _ := strings.Cut(r.attendee, "@")
	r.headers = "Authentication-Results: " + ours + "; dmarc=pass header.from=" + domain + "\n" + r.headers
	return r.String()
}

// signed is the message with a signature of a domain.
func signed(t testing.TB, message, domain string) string {
	t.Helper()
	return signedOver(t, message, domain, "From", "Subject", "Date", "Content-Type")
}

// signedOver has a signature over some headers alone.
func signedOver(t testing.TB, message, domain string, headers ...string) string {
	t.Helper()
	var b strings.Builder
	err := dkim.Sign(&b, strings.NewReader(message), &dkim.SignOptions{
		Domain: domain, Selector: "s1", Signer: key, HeaderKeys: headers,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed, Expiration: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// counted is how many messages had an outcome.
func counted(t *testing.T, registry *prometheus.Registry, outcome inbox.Outcome) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "parvis_mail_read_total" && m.GetLabel()[0].GetValue() == string(outcome) {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}
