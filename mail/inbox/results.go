package inbox

import "strings"

// result is what a server found by one method (RFC 8601 §2.2): "dmarc=pass header.from=example.org".
type result struct {
	method, value string
	properties    map[string]string
}

// readResults reads an Authentication-Results: who says so, and what. Servers repeat in it what senders gave them, in
// comments and in quoted strings, so that a semicolon in either is no end of a result. What can be read in two ways is not
// read at all: then DKIM decides.
func readResults(field string) (by string, all []result, ok bool) {
	plain, ok := unquoted(field)
	if !ok {
		return "", nil, false
	}
	first, rest, _ := strings.Cut(plain, ";")
	words := strings.Fields(first)
	if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "1" {
		return "", nil, false
	}
	for one := range strings.SplitSeq(rest, ";") {
		said := strings.Fields(one)
		if len(said) == 0 || len(said) == 1 && strings.EqualFold(said[0], "none") {
			continue
		}
		found, ok := readResult(said)
		if !ok {
			return "", nil, false
		}
		all = append(all, found)
	}
	return words[0], all, true
}

func readResult(words []string) (result, bool) {
	r := result{properties: map[string]string{}}
	for n, word := range words {
		name, value, found := strings.Cut(word, "=")
		name = strings.ToLower(name)
		if _, twice := r.properties[name]; !found || name == "" || twice {
			return r, false
		}
		if n > 0 {
			r.properties[name] = value
			continue
		}
		r.method, _, _ = strings.Cut(name, "/") // and its version
		r.value = strings.ToLower(value)
		if !keyword(r.method) || !keyword(r.value) {
			return r, false
		}
	}
	return r, true
}

// keyword tells whether a word is one of those that name methods and results.
func keyword(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// unquoted is a header without its comments, and with the text of its quoted strings as plain words.
func unquoted(field string) (string, bool) {
	var out strings.Builder
	for rest := field; rest != ""; {
		at := strings.IndexAny(rest, `()"\`)
		if at < 0 {
			out.WriteString(rest)
			break
		}
		out.WriteString(rest[:at])
		before, open := out.String(), rest[at]
		rest = rest[at:]
		var text string
		var ok bool
		switch open {
		case '(':
			rest, ok = afterComment(rest)
			text = " "
		case '"':
			text, rest, ok = quotedString(rest)
			ok = ok && strings.HasSuffix(before, "=")
		}
		if !ok {
			return "", false
		}
		out.WriteString(text)
	}
	return out.String(), true
}

// afterComment is what follows a comment. A quote or a backslash in one is an address that was put there as it came: it may
// end the comment where its sender likes.
func afterComment(s string) (string, bool) {
	depth := 0
	for n, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case '"', '\\':
			return "", false
		}
		if depth == 0 {
			rest := s[n+1:]
			return rest, rest == "" || strings.ContainsRune(" \t;(", rune(rest[0]))
		}
	}
	return "", false
}

// quotedString is the text of a quoted string, where whatever could mean something stands as "_", and what follows it: the
// end of a value, or the domain of an address.
func quotedString(s string) (text, rest string, ok bool) {
	text, rest, ok = strings.Cut(s[1:], `"`)
	if !ok || strings.Contains(text, `\`) || rest != "" && !strings.ContainsRune(" \t;@(", rune(rest[0])) {
		return "", "", false
	}
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t;=()", c) {
			return '_'
		}
		return c
	}, text), rest, true
}
