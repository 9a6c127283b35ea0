package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parvis/text"
)

func TestWhatNobodySeesIsRemoved(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"only spaces", "   \t ", ""},
		{"only invisible characters", "\u200b\u2060\ufeff\u200d", ""},
		{"only fillers", "\u3164\uffa0\u2800", ""},
		{"only a variation selector", "\ufe0f", ""},
		{"only a combining mark", " \u0301 ", ""},
		{"controls", "a\x00b\x07c\x7f", "abc"},
		{"bidirectional controls", "ab\u202egpj.exe\u202c\u2066x\u2069\u200f", "abgpj.exex"},
		{"zero width inside a word", "Mar\u200bti\u200dn\u200c", "Martin"},
		{"soft hyphen and byte order mark", "\ufeffré\u00adunion", "réunion"},
		{"tags without a flag", "a\U000e0061\U000e007f", "a"},
		{"invalid UTF-8", "a\xffb", "ab"},
		{"spaces around", "  Réunion\u00a0: budget \u2003", "Réunion\u00a0: budget"},
		{"line ends", "a\r\nb\u2028c\td", "a b c d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Line(c.in); got != c.want {
				t.Errorf("Line(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestNamesOfTheWorldStayAsTheyAre(t *testing.T) {
	for _, s := range []string{
		"Jean-François Œuvré", "محمد علي", "דוד", "می\u200cخواهم", "क्\u200dष", "日本語 会議",
		"👩\u200d👩\u200d👧 famille", "👁\ufe0f\u200d🗨\ufe0f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "👍🏽", "1\ufe0f\u20e3", "O'Neil & Ço <3",
	} {
		if got := text.Line(s); got != s {
			t.Errorf("Line(%q) = %q", s, got)
		}
	}
}

func TestTextIsComposed(t *testing.T) {
	if got := text.Line("e\u0301te\u0301"); got != "été" {
		t.Errorf("got %q", got)
	}
	if got := text.Line("e\u200b\u0301"); got != "é" {
		t.Errorf("what a removed character kept apart must compose, got %q", got)
	}
}

func TestABlockKeepsItsLines(t *testing.T) {
	if got, want := text.Block(" a\r\nb\n\n\tc\u2029 "), "a\nb\n\n c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlainTextCostsNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { text.Line("Weekly budget (finance)") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCleanTextStaysClean(f *testing.F) {
	f.Add("a\u202eb\u200d👩\u200d👧")
	f.Fuzz(func(t *testing.T, s string) {
		for _, clean := range []func(string) string{text.Line, text.Block} {
			got := clean(s)
			if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
				t.Errorf("%q is not NFC", got)
			}
			if again := clean(got); again != got {
				t.Errorf("cleaning twice: %q, then %q", got, again)
			}
			if strings.ContainsAny(got, "\x00\u202e\u2066\u200b\ufeff") {
				t.Errorf("%q holds what nobody sees", got)
			}
		}
	})
}
