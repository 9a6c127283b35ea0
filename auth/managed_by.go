package auth

import (
	"strings"

	"parvis/fault"
)

// MaxManagedBy is how long the mark of software, or of files, may be.
const MaxManagedBy = 60

// CheckManagedBy refuses, at body.managedBy, a mark that could not be told again, or that is not said by software: files know by it
// what they made, and so what they may take away.
func CheckManagedBy(who Identity, by string) error {
	wrong := fault.New(fault.CodeInvalid, "some fields are not valid: see errors")
	switch {
	case by == "":
		return nil
	case who.Kind != Service:
		return wrong.At("body.managedBy", "only a service account says by what it keeps a thing: leave it out")
	case len(by) > MaxManagedBy || strings.ContainsFunc(by, func(r rune) bool { return r <= ' ' || r > '~' }):
		return wrong.At("body.managedBy", "at most 60 visible ASCII characters without blanks")
	}
	return nil
}
