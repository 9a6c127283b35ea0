package recur

import (
	"fmt"
	"time"
)

// Local is a date and time of day on the wall, without a zone, to the second. It compares with < and ==.
type Local int64 // seconds since 0001-01-01T00:00:00, so that the zero value is the zero time

const (
	localFormat = "2006-01-02T15:04:05"
	basicFormat = "20060102T150405"
	dateFormat  = "20060102"
	day         = Local(24 * 60 * 60)
)

var epoch = time.Time{}.Unix()

// NewLocal is the local time of these parts; what overflows is carried, as by time.Date.
func NewLocal(year int, month time.Month, dayOfMonth, hour, minute, second int) Local {
	return floating(time.Date(year, month, dayOfMonth, hour, minute, second, 0, time.UTC))
}

// LocalOf is what a clock on the wall shows at t, in t's own location.
func LocalOf(t time.Time) Local {
	_, offset := t.Zone()
	return Local(t.Unix() - epoch + int64(offset))
}

// ParseLocal reads the text form, 2026-11-10T09:00:00.
func ParseLocal(text string) (Local, error) {
	if l, ok := parseExactly(localFormat, text); ok {
		return l, nil
	}
	return 0, fmt.Errorf("is not a local date and time; write it as 2026-11-10T09:00:00, without a zone")
}

// ParseID reads the basic form, 20261110T090000, which names an occurrence.
func ParseID(text string) (Local, error) {
	if l, ok := parseExactly(basicFormat, text); ok {
		return l, nil
	}
	return 0, fmt.Errorf("is not the name of an occurrence; write its first planned start as 20261110T090000")
}

// parseExactly refuses what time.Parse lets pass, such as fractions of a second.
func parseExactly(format, text string) (Local, bool) {
	t, err := time.Parse(format, text)
	if err != nil || len(text) != len(format) || t.Year() < 1 {
		return 0, false
	}
	return floating(t), true
}

func floating(t time.Time) Local { return Local(t.Unix() - epoch) }

// UTC is the local time as though it were UTC: the floating form in which rules are expanded.
func (l Local) UTC() time.Time { return time.Unix(int64(l)+epoch, 0).UTC() }

// IsZero tells that there is no date.
func (l Local) IsZero() bool { return l == 0 }

// ID is the basic form, 20261110T090000: the occurrence's name and its RECURRENCE-ID.
func (l Local) ID() string { return l.UTC().Format(basicFormat) }

func (l Local) String() string { return l.UTC().Format(localFormat) }

// MarshalText writes the text form.
func (l Local) MarshalText() ([]byte, error) { return l.UTC().AppendFormat(nil, localFormat), nil }

// UnmarshalText reads the text form.
func (l *Local) UnmarshalText(text []byte) error {
	parsed, err := ParseLocal(string(text))
	if err == nil {
		*l = parsed
	}
	return err
}

func (l Local) midnight() Local { return l - l%day }

func (l Local) add(d time.Duration) Local { return l + Local(d/time.Second) }
