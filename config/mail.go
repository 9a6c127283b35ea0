package config

import (
	"errors"
	netmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// MailServer is where mail is handed over.
type MailServer struct {
	Host     string
	Port     int
	Security string // starttls, tls or none
	User     string
	Password Secret
}

// ports are those of RFC 6409 §3.1, RFC 8314 §3.3 and RFC 5321 §4.5.4.2.
var ports = map[string]int{"starttls": 587, "tls": 465, "none": 25}

// parseMailServer reads smtp://user:password@host:587?tls=starttls. Its errors are for a sentence about the setting and
// hold nothing of it.
func parseMailServer(text string) (*MailServer, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, errors.New("is written as smtp://user:password@host:587?tls=starttls; what is special in the password is percent-encoded")
	}
	query := u.Query()
	m := &MailServer{Host: u.Hostname(), Security: "starttls"}
	for name, values := range query {
		if name != "tls" || len(values) != 1 || !slices.Contains([]string{"starttls", "tls", "none"}, values[0]) {
			return nil, errors.New("may end in ?tls=starttls, ?tls=tls or ?tls=none, and in nothing else")
		}
		m.Security = values[0]
	}
	m.Port = ports[m.Security]
	if u.Port() != "" {
		if m.Port, err = strconv.Atoi(u.Port()); err != nil || m.Port < 1 || m.Port > 65535 {
			return nil, errors.New("names a port that there is not")
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		m.User, m.Password = u.User.Username(), Secret(password)
	}
	switch {
	case (m.User == "") != (m.Password == ""):
		return nil, errors.New("has both a user and a password, or neither")
	case m.User != "" && m.Security == "none" && !IsLoopback(m.Host):
		return nil, errors.New("would send the password in the clear: use tls=starttls or tls=tls")
	}
	return m, nil
}

func (c *Config) checkMail(say func(bool, string, ...any)) {
	say(strings.ContainsFunc(c.Name, unicode.IsControl), "PARVIS_NAME is one line")
	if c.SMTPURL != "" {
		server, err := parseMailServer(c.SMTPURL.Reveal())
		say(err != nil, "PARVIS_SMTP_URL %v", err)
		say(c.MailFrom == "", "PARVIS_MAIL_FROM is missing: the address that mail comes from, such as Parvis <parvis@example.org>")
		c.Mail = server
	}
	if c.IMAPURL != "" {
		box, err := parseMailbox(c.IMAPURL.Reveal())
		say(err != nil, "PARVIS_IMAP_URL %v", err)
		c.Mailbox = box
	}
	say(strings.ContainsFunc(c.AuthservID, func(r rune) bool { return r <= ' ' || r == ';' || r > '~' }), "PARVIS_MAIL_AUTHSERV_ID is one word, as your mail server writes it into Authentication-Results, such as mx.example.org")
	if c.MailFrom != "" {
		_, err := netmail.ParseAddress(c.MailFrom)
		say(err != nil || strings.ContainsFunc(c.MailFrom, unicode.IsControl), "PARVIS_MAIL_FROM is an address, such as Parvis <parvis@example.org>")
	}
}
