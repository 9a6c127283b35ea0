package config

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// Mailbox is where answers to invitations come to.
type Mailbox struct {
	Address  string // host:port
	TLS      bool
	User     string
	Password Secret
	Folder   string
}

// parseMailbox reads imaps://user:password@host/INBOX. Its errors are for a sentence about the setting and hold nothing of
// it.
func parseMailbox(text string) (*Mailbox, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "imaps" && u.Scheme != "imap") || u.Hostname() == "" || u.User == nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("is written as imaps://user:password@host/INBOX; what is special in the password is percent-encoded")
	}
	password, _ := u.User.Password()
	b := &Mailbox{TLS: u.Scheme == "imaps", User: u.User.Username(), Password: Secret(password), Folder: strings.Trim(u.Path, "/")}
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "993", false: "143"}[b.TLS]
	}
	b.Address = net.JoinHostPort(u.Hostname(), port)
	if b.Folder == "" {
		b.Folder = "INBOX"
	}
	switch {
	case b.User == "" || password == "":
		return nil, errors.New("has both a user and a password")
	case !b.TLS && !IsLoopback(u.Hostname()):
		return nil, errors.New("would send the password in the clear: use imaps://")
	}
	return b, nil
}
