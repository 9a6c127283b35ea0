// Package doctor examines an installation and says, one line each, what is well and what to do about the rest.
//
// It owns the examinations and their remedies. It refuses to mend anything, and knows databases and media servers only
// through the small functions that the command hands it.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// patience is how long one examination may take.
const patience = 10 * time.Second

// Check is one examination. Run answers what it saw, or an Ailment.
type Check struct {
	Name string
	Run  func(ctx context.Context) (seen string, err error)
}

// Ailment is something wrong, with what to do about it. Cause is for who may read hosts and users, and may be nil. Named is for
// pages, which say it in their reader's language; it is empty where no page shows it.
type Ailment struct {
	What   string
	Remedy string
	Cause  error
	Named  Name
}

// Name is what is wrong as a word for programs, with what its sentence holds: numbers, versions, times (RFC 3339).
type Name struct {
	Code   string
	Values map[string]string
}

func (a Ailment) Error() string {
	if a.Cause != nil {
		return fmt.Sprintf("%s (%v). %s", a.What, a.Cause, a.Remedy)
	}
	return a.What + ". " + a.Remedy
}

func (a Ailment) Unwrap() error { return a.Cause }

func failing(cause error, remedy, what string) error {
	return Ailment{What: what, Remedy: remedy, Cause: cause}
}

func ailing(remedy, format string, args ...any) error {
	return Ailment{What: fmt.Sprintf(format, args...), Remedy: remedy}
}

// named gives an ailment its name; values are pairs.
func named(code string, ailment error, values ...string) error {
	var a Ailment
	if !errors.As(ailment, &a) {
		return ailment
	}
	a.Named = Name{Code: code}
	for i := 0; i+1 < len(values); i += 2 {
		if a.Named.Values == nil {
			a.Named.Values = map[string]string{}
		}
		a.Named.Values[values[i]] = values[i+1]
	}
	return a
}

// Examine runs the checks in order, writes a line for each and reports whether all is well.
func Examine(ctx context.Context, out io.Writer, checks []Check) bool {
	well := true
	for _, c := range checks {
		one, cancel := context.WithTimeout(ctx, patience)
		seen, err := c.Run(one)
		cancel()
		mark, text := "ok   ", seen
		if err != nil {
			well, mark, text = false, "WRONG", err.Error()
		}
		fmt.Fprintf(out, "%s  %-14s %s\n", mark, c.Name, text)
	}
	return well
}
