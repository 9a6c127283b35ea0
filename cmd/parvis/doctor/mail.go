package doctor

import "context"

// Mail examines the mail server: ping connects to it as for a mail, with TLS and password, and sends none.
func Mail(ping func(context.Context) error) Check {
	return Check{"mail", func(ctx context.Context) (string, error) {
		if err := ping(ctx); err != nil {
			return "", named("mail-refuses", failing(err, "Check PARVIS_SMTP_URL: host and port, ?tls=, user and password; guests cannot prove an e-mail address meanwhile",
				"The mail server does not take mail from us"))
		}
		return "the server answers and lets us in", nil
	}}
}

// Mailbox examines where answers to invitations come to: ping opens it, and reads nothing.
func Mailbox(ping func(context.Context) error) Check {
	return Check{"mailbox", func(ctx context.Context) (string, error) {
		if err := ping(ctx); err != nil {
			return "", named("mailbox-closed", failing(err, "Check PARVIS_IMAP_URL: host and port, user, password and folder; answers by mail wait meanwhile",
				"The mailbox of invitations cannot be opened"))
		}
		return "can be opened", nil
	}}
}
