package emailproof_test

import (
	"regexp"
	"strings"
	"testing"
)

func TestTheMailIsInTheReadersLanguage(t *testing.T) {
	for accept, want := range map[string]string{
		"": "fr", "fr-CA, en;q=0.5": "fr", "en-GB, fr;q=0.5": "en", "de, en;q=0.3": "en", "de": "fr", "*": "fr", "nonsense;;q=": "fr", strings.Repeat("en,", 200): "fr",
	} {
		h := newHouse()
		if err := h.Ask(t.Context(), zoe, address, accept); err != nil {
			t.Fatal(err)
		}
		mail := h.Mails()[0]
		if mail.Language != want || strings.Contains(mail.Subject, "votre code") != (want == "fr") || !strings.Contains(mail.HTML, `lang="`+want+`"`) {
			t.Errorf("%.20q: got %s, %q", accept, mail.Language, mail.Subject)
		}
	}
}

func TestTheMailSaysTheCodeThePlatformAndNothingToFollow(t *testing.T) {
	h := newHouse()
	h.Platform = "Visio <b>"
	code := h.asks(t, zoe, address)
	mail := h.Mails()[0]
	if mail.To != address || mail.Subject != "Visio <b> : votre code est "+code {
		t.Errorf("got %q to %q", mail.Subject, mail.To)
	}
	for _, body := range []string{mail.Text, mail.HTML} {
		if !strings.Contains(body, code) || strings.Contains(body, address) || regexp.MustCompile(`(?i)https?:|href|src=|www\.`).MatchString(body) {
			t.Errorf("got\n%s", body)
		}
	}
	if strings.Contains(mail.HTML, "<b>") {
		t.Error("the platform's name is markup in the mail")
	}
}
