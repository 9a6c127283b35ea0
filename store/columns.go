package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"parvis/access"
)

// stampLayout is UTC with six decimals: PostgreSQL reads it as a timestamptz, and in SQLite it sorts as text.
const stampLayout = "2006-01-02T15:04:05.000000Z"

// stamp is a moment as both engines take it, for hot statements. What lies before the year 1 or after 9999 in UTC, which a caller's
// zone can make of a year that there is, is as far away as the layout says.
func stamp(t time.Time) string {
	switch t = t.UTC(); {
	case t.Year() < 1:
		t = time.Time{}
	case t.Year() > 9999:
		t = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_000, time.UTC)
	}
	return t.Format(stampLayout)
}

// moment is a point in time in a row: microseconds, UTC.
type moment time.Time

// Value implements driver.Valuer.
func (m moment) Value() (driver.Value, error) { return stamp(time.Time(m)), nil }

// Scan implements sql.Scanner.
func (m *moment) Scan(value any) error {
	switch v := value.(type) {
	case time.Time:
		*m = moment(v.UTC())
	case string:
		t, err := time.Parse(stampLayout, v)
		if err != nil {
			return fmt.Errorf("read a moment: %w", err)
		}
		*m = moment(t)
	default:
		return fmt.Errorf("read a moment: it comes as %T", value)
	}
	return nil
}

func (m moment) time() time.Time { return time.Time(m).UTC().Truncate(time.Microsecond) }

func momentOf(t *time.Time) *moment {
	if t == nil {
		return nil
	}
	m := moment(*t)
	return &m
}

// momentUnlessZero is NULL for no time at all.
func momentUnlessZero(t time.Time) *moment {
	if t.IsZero() {
		return nil
	}
	return momentOf(&t)
}

func timeOf(m *moment) *time.Time {
	if m == nil {
		return nil
	}
	t := m.time()
	return &t
}

// optional is a text or key that may be absent: the empty string is NULL.
type optional string

// Value implements driver.Valuer.
func (o optional) Value() (driver.Value, error) {
	if o == "" {
		return nil, nil
	}
	return string(o), nil
}

// Scan implements sql.Scanner.
func (o *optional) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*o = ""
	case string:
		*o = optional(v)
	case []byte:
		*o = optional(v)
	default:
		return fmt.Errorf("read a text: it comes as %T", value)
	}
	return nil
}

// optionalBytes is what may be absent: nothing is NULL, on SQLite too.
type optionalBytes []byte

// Value implements driver.Valuer.
func (o optionalBytes) Value() (driver.Value, error) {
	if len(o) == 0 {
		return nil, nil
	}
	return []byte(o), nil
}

// Scan implements sql.Scanner.
func (o *optionalBytes) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*o = nil
	case []byte:
		*o = append(optionalBytes(nil), v...)
	default:
		return fmt.Errorf("read bytes: they come as %T", value)
	}
	return nil
}

// document is a value that is written and read whole, as JSON. A nil slice is written as [], a nil map as {}.
type document[T any] struct{ v T }

func documentOf[T any](v T) document[T] { return document[T]{v} }

// listOf is a list in a row; nil and empty are the same.
func listOf[T any](v []T) document[[]T] {
	if v == nil {
		v = []T{}
	}
	return document[[]T]{v}
}

// abilitiesOf is a set of abilities in a row; nil and empty are the same.
func abilitiesOf(s access.Abilities) document[access.Abilities] {
	return documentOf(append(access.Abilities{}, s...))
}

// Value implements driver.Valuer.
func (d document[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(d.v)
	return string(b), err
}

// Scan implements sql.Scanner.
func (d *document[T]) Scan(value any) error {
	var empty T
	d.v = empty
	switch v := value.(type) {
	case string:
		return json.Unmarshal([]byte(v), &d.v)
	case []byte:
		return json.Unmarshal(v, &d.v)
	default:
		return fmt.Errorf("read a document: it comes as %T", value)
	}
}
