package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parvis/config"
)

const mailFrom = "PARVIS_MAIL_FROM=Parvis <parvis@example.org>"

func TestAMailServerThatCannotBeMeantIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{"mail.example.org", "smtp://"}, {"https://mail.example.org", "smtp://"}, {"smtp://", "smtp://"}, {"smtp://mail.example.org/path", "smtp://"},
		{"smtp://u:s3cr3t%@mail.example.org", "smtp://"}, {"smtp://mail.example.org?tls=maybe", "?tls=starttls"}, {"smtp://mail.example.org?tls=tls&tls=none", "?tls=starttls"},
		{"smtp://mail.example.org?insecure=true", "?tls=starttls"}, {"smtp://mail.example.org:70000", "port"}, {"smtp://u@mail.example.org", "neither"},
		{"smtp://:s3cr3t@mail.example.org", "neither"}, {"smtp://u:s3cr3t@mail.example.org?tls=none", "in the clear"},
	} {
		_, err := config.Load(append(production(), "PARVIS_SMTP_URL="+c.url, mailFrom), config.Serve)
		if err == nil || !strings.Contains(err.Error(), "PARVIS_SMTP_URL") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: got %v", c.url, err)
		}
	}
}

func TestMailHasASenderAndAServerOrNeither(t *testing.T) {
	for _, settings := range [][]string{
		{"PARVIS_SMTP_URL=smtp://mail.example.org"}, {mailFrom}, {"PARVIS_SMTP_URL=smtp://mail.example.org", "PARVIS_MAIL_FROM=parvis"},
		{"PARVIS_SMTP_URL=smtp://mail.example.org", "PARVIS_MAIL_FROM=Parvis\nBcc: a@b.example <parvis@example.org>"},
	} {
		if _, err := config.Load(append(production(), settings...), config.Serve); err == nil || !strings.Contains(err.Error(), "PARVIS_MAIL_FROM") {
			t.Errorf("%v: got %v", settings, err)
		}
	}
	if c, err := config.Load(production(), config.Serve); err != nil || c.Mail != nil {
		t.Errorf("without mail: %v, %v", c.Mail, err)
	}
}

func TestAMailServerIsRead(t *testing.T) {
	for url, want := range map[string]config.MailServer{
		"smtp://mail.example.org":                            {Host: "mail.example.org", Port: 587, Security: "starttls"},
		"smtp://mail.example.org?tls=tls":                    {Host: "mail.example.org", Port: 465, Security: "tls"},
		"smtp://relay:2525?tls=none":                         {Host: "relay", Port: 2525, Security: "none"},
		"smtp://u:p%40ss@127.0.0.1:25?tls=none":              {Host: "127.0.0.1", Port: 25, Security: "none", User: "u", Password: "p@ss"},
		"smtp://parvis:pw@mail.example.org:587?tls=starttls": {Host: "mail.example.org", Port: 587, Security: "starttls", User: "parvis", Password: "pw"},
	} {
		c, err := config.Load(append(production(), "PARVIS_SMTP_URL="+url, mailFrom), config.Serve)
		if err != nil || c.Mail == nil || *c.Mail != want {
			t.Errorf("%s: got %+v, %v", url, c.Mail, err)
		}
	}
	path := filepath.Join(t.TempDir(), "smtp")
	if err := os.WriteFile(path, []byte("smtp://u:pw@mail.example.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := config.Load(append(production(), "PARVIS_SMTP_URL_FILE="+path, mailFrom), config.Serve); err != nil || c.Mail.Password.Reveal() != "pw" {
		t.Errorf("from a file: %v", err)
	}
}
