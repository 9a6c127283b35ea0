// Package text cleans what people type: names, descriptions, messages.
//
// It owns one form for all text that others will read: Unicode NFC, trimmed, without the characters that nobody sees
// and that make one text look like another (controls, zero-width characters, bidirectional controls, fillers). It
// refuses to judge: bounds and required fields are their owners'.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line cleans text of one line. What breaks lines becomes a space. A text of which nothing visible is left is empty.
func Line(s string) string { return clean(s, false) }

// Block cleans text of several lines. Line ends become "\n".
func Block(s string) string { return clean(s, true) }

func clean(s string, lines bool) string {
	if plain(s) {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var out strings.Builder
	out.Grow(len(s))
	var before rune
	visible := false
	for i, r := range s {
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if r = keep(r, before, after, lines); r == drop {
			continue
		}
		visible = visible || seen(r)
		out.WriteRune(r)
		before = r
	}
	if !visible {
		return ""
	}
	// What was dropped may have kept two characters from composing.
	return norm.NFC.String(strings.TrimFunc(out.String(), blank))
}

// plain reports whether s is printable ASCII that needs no trimming, which most text is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s == "" || (s[0] != ' ' && s[len(s)-1] != ' ')
}

const drop rune = -1

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	blackFlag          = '\U0001f3f4'
)

// keep answers what to write for r: itself, a space or line end in its place, or drop.
func keep(r, before, after rune, lines bool) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || unicode.In(r, unicode.Zl, unicode.Zp):
		if lines {
			return '\n'
		}
		return ' '
	case r == '\t':
		return ' '
	case r == zeroWidthJoiner && emoji(before) && emoji(after), tag(r) && (before == blackFlag || tag(before)):
		return r
	case (r == zeroWidthJoiner || r == zeroWidthNonJoiner) && joins(before) && joins(after):
		return r
	case variation(r):
		if before == 0 || blank(before) {
			return drop
		}
		return r
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // format characters that are seen: Arabic number signs
		return r
	case unicode.In(r, unicode.C, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point), r == '\u2800':
		return drop
	default:
		return r
	}
}

// seen reports whether a character alone makes a text visible.
func seen(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Prepended_Concatenation_Mark)
}

func blank(r rune) bool { return unicode.IsSpace(r) }

// emoji reports whether a zero-width joiner may stand beside r in a sequence such as a family.
func emoji(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk) || r == '\ufe0f' || r == '\u20e3'
}

// tag reports whether r spells a region in a flag sequence.
func tag(r rune) bool { return r >= '\U000e0020' && r <= '\U000e007f' }

// variation reports whether r chooses the form of the character before it.
func variation(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) }

// joins reports whether r belongs to a script that is written with joiners: leaving them out changes the word.
func joins(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari,
		unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
		unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Tibetan, unicode.Myanmar, unicode.Khmer)
}
