package api

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/fault"
	"parvis/text"
)

// line is text of one line on the wire: cleaned when it is read.
type line string

// UnmarshalText cleans.
func (l *line) UnmarshalText(b []byte) error {
	*l = line(text.Line(string(b)))
	return nil
}

// block is text of several lines on the wire: cleaned when it is read.
type block string

// UnmarshalText cleans.
func (b *block) UnmarshalText(given []byte) error {
	*b = block(text.Block(string(given)))
	return nil
}

// patch is a member of a merge patch (RFC 7396): left out, removed (null) or given.
type patch[T any] struct {
	set, removed bool
	value        T
}

// UnmarshalJSON is called for null too.
func (p *patch[T]) UnmarshalJSON(b []byte) error {
	p.set, p.removed = true, string(b) == "null"
	if p.removed {
		return nil
	}
	return json.Unmarshal(b, &p.value)
}

// MarshalJSON writes the value, for examples.
func (p patch[T]) MarshalJSON() ([]byte, error) { return json.Marshal(p.value) }

// Schema is that of the value.
func (p patch[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// IsZero leaves members that are not set out of examples.
func (p patch[T]) IsZero() bool { return !p.set }

// given is a member with a value, for examples.
func given[T any](v T) patch[T] { return patch[T]{set: true, value: v} }

// patched converts a member to what a domain takes: nil when it is left out. Null takes the default where there is
// one; a member that a room cannot be without is refused.
func patched[T, V any](p patch[T], location string, convert func(T) V, byDefault *V, wrong *fault.Error) *V {
	switch {
	case !p.set:
		return nil
	case !p.removed:
		v := convert(p.value)
		return &v
	case byDefault != nil:
		return byDefault
	default:
		wrong.At(location, "cannot be removed")
		return nil
	}
}

// at is a time on the wire: RFC 3339 in UTC, to the millisecond.
func at(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

func atOrNever(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := at(*t)
	return &utc
}
