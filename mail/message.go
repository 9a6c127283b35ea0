// Package mail sends the platform's mail: by an SMTP server, or, in the demonstration, into a folder.
//
// It owns the connection to the server with its TLS and its time-outs, and the form of a message (RFC 5322, MIME). It refuses
// what would be more than one line of a header, to decide what a mail says, and to tell a log to whom one goes.
package mail

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one address. Text and HTML say the same; HTML may be empty.
type Message struct {
	To       string // an address alone, without a name
	Language string // of the text, a tag such as "fr"
	Subject  string
	Text     string
	HTML     string
}

// Letter is a message that belongs to a thread and may carry a calendar. ID is its Message-ID without angle brackets; the same
// one again is the same mail to whoever gets it twice. Thread is what its mails refer to, a message that never was: nobody
// learns which mails others got. Sender is a name in place of the platform's own.
type Letter struct {
	Message
	ID       string
	Thread   string
	Sender   string
	Calendar *Calendar
}

// Calendar is a message of iMIP (RFC 6047): Method is that which Data names.
type Calendar struct {
	Method string
	Data   []byte
}

// errHeader says nothing of what came: it may hold an address.
var errHeader = errors.New("a header of this mail would not be one line with one address")

// compose makes the message as it travels. Its Message-ID names the sender's domain instead of this machine.
func compose(from netmail.Address, m Message, now time.Time) (*gomail.Msg, error) {
	_, domain, _ := strings.Cut(from.Address, "@")
	return composeLetter(from, Letter{Message: m, ID: rand.Text() + "@" + domain}, now)
}

func composeLetter(from netmail.Address, l Letter, now time.Time) (*gomail.Msg, error) {
	m := l.Message
	if !isMessageID(l.ID) || (l.Thread != "" && !isMessageID(l.Thread)) || !oneLine(l.Sender) {
		return nil, errHeader
	}
	if l.Sender != "" {
		from.Name = l.Sender
	}
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Address != m.To || !oneLine(m.To) || !oneLine(m.Subject) || !oneLine(m.Language) {
		return nil, errHeader
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(l.ID)
	if l.Thread != "" {
		msg.SetGenHeaderPreformatted("In-Reply-To", "<"+l.Thread+">")
		msg.SetGenHeaderPreformatted("References", "<"+l.Thread+">")
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notice comes back
	if m.Language != "" {
		msg.SetGenHeader("Content-Language", m.Language)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	if l.Calendar == nil {
		return msg, nil
	}
	return msg, l.Calendar.into(msg)
}

// into adds the calendar twice: as the alternative that mail programs with a calendar act upon, the last and so the best of
// them (RFC 6047 section 2.4), and as a file for all others. Base64 keeps the line ends that RFC 5545 asks for.
func (c Calendar) into(msg *gomail.Msg) error {
	if c.Method != "REQUEST" && c.Method != "CANCEL" {
		return errors.New("we send no such method")
	}
	kind := gomail.ContentType("text/calendar; method=" + c.Method)
	msg.AddAlternativeString(kind, string(c.Data), gomail.WithPartEncoding(gomail.EncodingB64))
	return msg.AttachReader("invite.ics", bytes.NewReader(c.Data), gomail.WithFileContentType("application/ics"))
}

// isMessageID tells what can stand between angle brackets (RFC 5322 section 3.6.4), more strictly than that.
func isMessageID(id string) bool {
	left, right, found := strings.Cut(id, "@")
	return found && left != "" && right != "" && len(id) <= 255 && !strings.ContainsFunc(id, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune("<>()[]\\,;:\"", r)
	}) && !strings.Contains(right, "@")
}

func oneLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

// sender reads the address that mail comes from, with or without a name: "Parvis <parvis@example.org>".
func sender(from string) (netmail.Address, error) {
	a, err := netmail.ParseAddress(from)
	if err != nil || !oneLine(from) {
		return netmail.Address{}, fmt.Errorf("the sender of mail is not an address")
	}
	return *a, nil
}
