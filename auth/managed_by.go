package auth

import "strings"

// MaxManagedBy is how long the mark of software, or of files, may be.
const MaxManagedBy = 60

// CheckManagedBy tells what is wrong with the mark by which software knows again what it made; empty: nothing is.
func CheckManagedBy(who Identity, by string) string {
	switch {
	case by == "":
		return ""
	case who.Kind != Service:
		return "only a service account says by what it keeps a thing: leave it out"
	case len(by) > MaxManagedBy || strings.ContainsFunc(by, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "at most 60 visible ASCII characters without blanks"
	}
	return ""
}
