package access_test

import (
	"strings"
	"testing"

	"parvis/access"
)

func TestWhatIsNoAddressIsNobodysSubject(t *testing.T) {
	for _, address := range []string{
		"", "jeanne", "@", "jeanne@", "@example.org", "jeanne@localhost", "jeanne@@example.org", "jeanne@example@org", "a b@example.org",
		"jeanne@exa mple.org", "Jeanne <jeanne@example.org>", "jeanne@example.org,b@example.org", "jeanne@example.org\n", `"a b"@example.org`,
		".jeanne@example.org", "jeanne.@example.org", "a..b@example.org", "jeanne@.org", "jeanne@example.", "jeanne@-example.org",
		"jeanne@192.0.2.1", "jeanne@[192.0.2.1]", "jean\x00ne@example.org", "jeanne\u202e@example.org", "\xff@example.org", "mailto:jeanne@example.org",
		strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("b", 64) + ".org", "a@" + strings.Repeat("b.", 130) + "org",
	} {
		if s, ok := access.EmailSubject(address); ok || s != (access.Subject{}) {
			t.Errorf("%q is taken as %+v", address, s)
		}
	}
}

func TestOneAddressIsOneSubjectHoweverItIsWritten(t *testing.T) {
	for address, want := range map[string]string{
		"Jeanne.MOREL@Example.Gouv.FR": "jeanne.morel@example.gouv.fr", "o'neil+visio@example.org": "o'neil+visio@example.org",
		"ÉLODIE@exemple-é.fr": "élodie@exemple-é.fr",
	} {
		if s, ok := access.EmailSubject(address); !ok || s != (access.Subject{Kind: access.SubjectEmail, ID: want}) {
			t.Errorf("%q is read as %+v, %v", address, s, ok)
		}
	}
	if got := access.DomainOf("Jeanne@Example.FR"); got != "example.fr" {
		t.Errorf("got %q", got)
	}
}
