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

// FileName is what a text makes of the name of a file, in two forms: of letters, digits and hyphens alone, which every system
// takes, and as it stands but for signs that some do not take. Either may be empty.
func FileName(s string) (plain, whole string) {
	ascii := func(r rune) bool { return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	plain = strings.Join(strings.FieldsFunc(Fold(s), func(r rune) bool { return !ascii(r) }), "-")
	whole = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return plain, strings.Trim(strings.Join(strings.Fields(whole), " "), ". ")
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
