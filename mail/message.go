// Package mail sends the platform's mail: by an SMTP server, or, in the demonstration, into a folder.
//
// It owns the connection to the server with its TLS and its time-outs, and the form of a message (RFC 5322, MIME). It refuses
// what would be more than one line of a header, to decide what a mail says, and to tell a log to whom one goes.
package mail

import (
	"crypto/rand"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one address. Text and HTML say the same.
type Message struct {
	To       string // an address alone, without a name
	Language string // of the text, a tag such as "fr"
	Subject  string
	Text     string
	HTML     string
}

// errHeader says nothing of what came: it may hold an address.
var errHeader = errors.New("a header of this mail would not be one line with one address")

// compose makes the message as it travels. Its Message-ID names the sender's domain instead of this machine.
func compose(from netmail.Address, m Message, now time.Time) (*gomail.Msg, error) {
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Address != m.To || !oneLine(m.To) || !oneLine(m.Subject) || !oneLine(m.Language) {
		return nil, errHeader
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(now)
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.SetMessageIDWithValue(rand.Text() + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notice comes back
	if m.Language != "" {
		msg.SetGenHeader("Content-Language", m.Language)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
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
