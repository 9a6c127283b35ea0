package inbox

import "bytes"

// wellNamed tells whether the name of each header is one of RFC 5322 (§3.6.8, ftext), with its colon right behind it. A
// message passes through two readers: net/mail says who its From is, and the reader of DKIM what was signed. To the first
// "From :" is another header than "From:", to the second it is the same one: an old mail, its own From hidden so and
// another put on top, would still be signed. With names of one form alone they read the same headers.
func wellNamed(raw []byte) bool {
	first := true
	for line := range bytes.Lines(raw) {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(line) == 0 {
			return true // the body begins
		}
		folded := line[0] == ' ' || line[0] == '\t'
		if folded && first || !folded && !named(line) {
			return false
		}
		first = false
	}
	return true
}

// named tells whether a line begins with a name and its colon.
func named(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte(":"))
	if !found || len(name) == 0 {
		return false
	}
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
