// Package fault names what went wrong, in words that a transport can answer and a person may read.
//
// It owns the kinds of failure, the public codes and the sentence that goes with each. It refuses to know any
// transport: package api turns a Kind into a status, the client turns a Code into a sentence in the reader's language.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an error is. The zero value is Internal: an error that nobody classified tells nothing.
type Kind uint8

// The kinds. Package api maps each to one status.
const (
	Internal Kind = iota
	Invalid
	Malformed
	Unauthenticated
	Forbidden
	NotFound
	Conflict
	Gone
	Locked
	TooLarge
	Unsupported
	PreconditionFailed
	PreconditionRequired
	TooMany
	Unavailable
	Misdirected
)

// Field is one place of a request that is wrong. Location is a path such as "body.name" or "query.pageSize".
type Field struct {
	Location string
	Message  string
}

// Error is a failure that somebody outside may hear about. Detail is safe to show to a developer and never repeats a
// value that came in; Err is for the log alone.
type Error struct {
	Kind       Kind
	Code       Code
	Detail     string
	Fields     []Field
	RetryAfter time.Duration
	OpensAt    time.Time // of what is not open yet
	Err        error
}

func (e *Error) Error() string {
	text := string(e.Code) + ": " + e.Detail
	if e.Err != nil {
		return text + ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// New makes an error of the code's own kind with a public detail.
func New(code Code, detail string) *Error {
	return &Error{Kind: code.Kind(), Code: code, Detail: detail}
}

// Newf is New with a formatted detail. Never pass it what a request brought.
func Newf(code Code, format string, args ...any) *Error {
	return New(code, fmt.Sprintf(format, args...))
}

// Because attaches the cause, which is logged and never shown.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// At adds a place of the request that is wrong.
func (e *Error) At(location, message string) *Error {
	e.Fields = append(e.Fields, Field{Location: location, Message: message})
	return e
}

// After says when a new attempt makes sense.
func (e *Error) After(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// Until says when what is shut opens.
func (e *Error) Until(opensAt time.Time) *Error {
	e.OpensAt = opensAt
	return e
}

// Of finds the public failure inside err, or an internal one that says nothing.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: CodeInternal, Detail: "an unexpected error; the request id finds it in the log", Err: err}
}

// Is reports whether err is a failure of the given kind.
func Is(err error, kind Kind) bool {
	return err != nil && Of(err).Kind == kind
}

// HasCode reports whether err carries the given code.
func HasCode(err error, code Code) bool {
	return err != nil && Of(err).Code == code
}
