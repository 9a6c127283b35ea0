package jobs

import (
	"context"
	"errors"
	"time"

	"parvis/fault"
)

type notYet struct{ after time.Duration }

func (n notYet) Error() string { return "not yet, but in " + n.after.String() }

// After is the answer of a worker whose time has not come: it is asked again in d, and this was no try.
func After(d time.Duration) error { return notYet{max(d, 0)} }

type never struct{ error }

func (n never) Unwrap() error { return n.error }

// Give is the answer of a worker who knows that err will stay: the task is given up.
func Give(err error) error { return never{err} }

// classOf is what the queue and the log's reader may know of an error in a word: what the error calls itself, else the
// code of a fault. Its text may hold an address.
func classOf(err error) string {
	var named interface{ Class() string }
	switch {
	case errors.As(err, &named):
		return named.Class()
	case errors.Is(err, context.DeadlineExceeded) && fault.Is(err, fault.Internal):
		return "timeout"
	default:
		return string(fault.Of(err).Code)
	}
}
