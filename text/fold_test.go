package text_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/text"
)

func TestASearchKnowsNoCaseAndNoAccent(t *testing.T) {
	for in, want := range map[string][]string{
		"Élodie d’Arc": {"elodie", "d", "arc"}, "Jean-Luc O'NEIL": {"jean", "luc", "o", "neil"}, "Re\u0301my Lœb": {"remy", "loeb"},
		"İstanbul Iğdır": {"istanbul", "igdir"}, "Zoë Zoé": {"zoe"}, "Straße": {"strasse"}, "%_\\": nil, "": nil, "李 小龍": {"李", "小龍"},
	} {
		if diff := cmp.Diff(want, text.Words(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestATitleNamesAFileWhateverIsInIt(t *testing.T) {
	for title, want := range map[string][2]string{
		"Comité de pilotage":       {"comite-de-pilotage", "Comité de pilotage"},
		`../..\a "b"` + "\r\nX: y": {"a-b-x-y", "a b X y"},
		"会議":                       {"", "会議"},
		"…":                        {"", "…"},
		"":                         {"", ""},
	} {
		if plain, whole := text.FileName(title); plain != want[0] || whole != want[1] {
			t.Errorf("%q: got %q and %q, want %q", title, plain, whole, want)
		}
	}
}
