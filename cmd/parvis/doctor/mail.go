package doctor

import "context"

// Mail examines the mail server: ping connects to it as for a mail, with TLS and password, and sends none.
func Mail(ping func(context.Context) error) Check {
	return Check{"mail", func(ctx context.Context) (string, error) {
		if err := ping(ctx); err != nil {
			return "", ailing("Check PARVIS_SMTP_URL: host and port, ?tls=, user and password; guests cannot prove an e-mail address meanwhile",
				"The mail server does not take mail from us (%v)", err)
		}
		return "the server answers and lets us in", nil
	}}
}
