package config_test

import (
	"strings"
	"testing"

	"parvis/config"
)

func TestAMailboxThatCannotBeMeantIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{"mail.example.org", "imaps://"}, {"https://u:s3cr3t@mail.example.org", "imaps://"}, {"imaps://u:s3cr3t@", "imaps://"}, {"imaps://mail.example.org", "imaps://"},
		{"imaps://u:s3cr3t%@mail.example.org", "imaps://"}, {"imaps://u:s3cr3t@mail.example.org?tls=no", "imaps://"}, {"imaps://u@mail.example.org", "password"},
		{"imaps://:s3cr3t@mail.example.org", "password"}, {"imap://u:s3cr3t@mail.example.org", "in the clear"},
	} {
		_, err := config.Load(append(production(), "PARVIS_IMAP_URL="+c.url), config.Serve)
		if err == nil || !strings.Contains(err.Error(), "PARVIS_IMAP_URL") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: got %v", c.url, err)
		}
	}
	for _, id := range []string{"mx.example.org; dmarc=pass", "mx example", "mx\nexample"} {
		if _, err := config.Load(append(production(), "PARVIS_MAIL_AUTHSERV_ID="+id), config.Serve); err == nil || !strings.Contains(err.Error(), "PARVIS_MAIL_AUTHSERV_ID") {
			t.Errorf("%q: got %v", id, err)
		}
	}
}

func TestAMailboxIsRead(t *testing.T) {
	for url, want := range map[string]config.Mailbox{
		"imaps://parvis:p%40ss@mail.example.org":            {Address: "mail.example.org:993", TLS: true, User: "parvis", Password: "p@ss", Folder: "INBOX"},
		"imaps://u:pw@mail.example.org:1993/Invitations":    {Address: "mail.example.org:1993", TLS: true, User: "u", Password: "pw", Folder: "Invitations"},
		"imap://u:pw@127.0.0.1/Shared/Parvis":               {Address: "127.0.0.1:143", User: "u", Password: "pw", Folder: "Shared/Parvis"},
		"imaps://parvis%40example.org:pw@mail.example.org/": {Address: "mail.example.org:993", TLS: true, User: "parvis@example.org", Password: "pw", Folder: "INBOX"},
	} {
		c, err := config.Load(append(production(), "PARVIS_IMAP_URL="+url), config.Serve)
		if err != nil || c.Mailbox == nil || *c.Mailbox != want {
			t.Errorf("%s: got %+v, %v", url, c.Mailbox, err)
		}
	}
	if c, err := config.Load(production(), config.Serve); err != nil || c.Mailbox != nil {
		t.Errorf("without one: %v, %v", c.Mailbox, err)
	}
}
