package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that have no decomposition, as people without them on their keyboard write them.
var plainLetters = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// Fold is a text as two of them are compared in a search: lower case, without accents and compatibility forms.
func Fold(s string) string {
	var out strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			out.WriteRune(r)
		}
	}
	return plainLetters.Replace(norm.NFC.String(out.String()))
}

// Words are the folded words of a text, each once: what lies between signs and spaces.
func Words(s string) []string {
	var words []string
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
		if !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}
