package plain_test

import (
	"strings"
	"testing"

	"parvis/auth/internal/plain"
)

func TestALineFromOutsideIsMadeSafe(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"only spaces", " \t\n ", ""},
		{"only invisible characters", "\u200b\u2060\ufeff\u3164", ""},
		{"bidi controls are stripped", "Ada\u202egnirts", "Adagnirts"},
		{"new lines become spaces", "Ada\r\nBy", "Ada By"},
		{"accents are composed", "e\u0301", "é"},
		{"an emoji of several parts stays whole", "👩\u200d🚀", "👩\u200d🚀"},
		{"right-to-left names stay", "عبد الله", "عبد الله"},
		{"broken UTF-8 is dropped", "a\xffb", "ab"},
		{"long text is cut by characters", strings.Repeat("é", 12), strings.Repeat("é", 10)},
		{"a megabyte is cut", strings.Repeat("x", 1<<20), strings.Repeat("x", 10)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := plain.Line(c.in, 10); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
