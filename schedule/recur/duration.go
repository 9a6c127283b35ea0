package recur

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is how long a meeting lasts: elapsed time, whatever the clocks on the wall do meanwhile. Its text is that of
// ISO 8601 in hours, minutes and seconds. Days and weeks are refused: in JSCalendar (RFC 8984, section 1.4.6) a day is
// as long as the calendar makes it, 23 or 25 hours twice a year, which is not what anybody means by a meeting's length.
type Duration time.Duration

var durationText = regexp.MustCompile(`^PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?$`)

// ParseDuration reads PT1H30M. Bounds are Judge's.
func ParseDuration(text string) (Duration, error) {
	if strings.HasPrefix(text, "P") && strings.ContainsAny(text, "DW") {
		return 0, errors.New("counts days, which are not all of one length; write hours and minutes, as PT24H")
	}
	parts := durationText.FindStringSubmatch(text)
	if parts == nil || text == "PT" {
		return 0, errors.New("is not a duration; write hours and minutes as PT1H30M")
	}
	var d time.Duration
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		if n, err := strconv.Atoi(parts[i+1]); err == nil {
			d += time.Duration(n) * unit
		}
	}
	return Duration(d), nil
}

// Std is the duration as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

func (d Duration) String() string {
	seconds := int64(time.Duration(d) / time.Second)
	if seconds <= 0 {
		return "PT0S"
	}
	var b strings.Builder
	b.WriteString("PT")
	for _, unit := range []struct {
		letter string
		n      int64
	}{{"H", seconds / 3600}, {"M", seconds / 60 % 60}, {"S", seconds % 60}} {
		if unit.n > 0 {
			fmt.Fprintf(&b, "%d%s", unit.n, unit.letter)
		}
	}
	return b.String()
}

// MarshalText writes the ISO 8601 form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO 8601 form.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := ParseDuration(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}
