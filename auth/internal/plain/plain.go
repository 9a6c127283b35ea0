// Package plain makes text from outside safe to keep and to show on one line.
//
// It owns the cleaning of what browsers and identity providers say of themselves. It refuses to judge: an empty answer
// is the caller's to refuse.
package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line is s in NFC on one line: without control, format (zero-width, bidi) and other invisible characters, white space
// drawn together, at most max characters. What is not UTF-8 is dropped.
func Line(s string, max int) string {
	// An upper bound in bytes first, so that a hostile megabyte is never normalized.
	if limit := max * utf8.UTFMax * 4; len(s) > limit {
		s = s[:limit]
	}
	s = strings.Map(visible, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:max]))
}

// zeroWidthJoiner holds emoji of several parts together; it shows nothing by itself and turns no text around.
const zeroWidthJoiner = '\u200d'

func visible(r rune) rune {
	switch {
	case r == zeroWidthJoiner:
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
		return -1
	case r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0': // Hangul fillers: letters without a shape
		return -1
	default:
		return r
	}
}
