package recur_test

import (
	"testing"

	"parvis/schedule/recur"
)

// FuzzARuleFromAnybody: what is read expands, in order, within the bounds, and reads back.
func FuzzARuleFromAnybody(f *testing.F) {
	for _, rule := range append(hopeless, "FREQ=YEARLY;BYMONTH=12;BYDAY=5MO", "FREQ=YEARLY;BYDAY=-53MO,TU", "FREQ=WEEKLY;INTERVAL=1826;BYDAY=SU;BYSETPOS=-7;WKST=SU") {
		f.Add(rule, int64(0))
	}
	f.Fuzz(func(t *testing.T, text string, offset int64) {
		rule, err := recur.ParseRule(text, nil)
		if err != nil {
			return
		}
		start := recur.NewLocal(1970, 1, 1, 9, 0, 0) + recur.Local(uint64(offset)%(124*365*86400))
		n, last := 0, start-1
		for l := range (recur.Series{Start: start, Rules: []recur.Rule{rule}}).Dates() {
			if n++; l <= last || n > recur.MaxOccurrences || l.UTC().After(start.UTC().AddDate(recur.MaxYears, 0, 0)) {
				t.Fatalf("%s from %s: date %d is %s after %s", rule, start, n, l, last)
			}
			last = l
		}
		if again, err := recur.ParseRule(rule.String(), nil); err != nil || again.String() != rule.String() {
			t.Fatalf("%s reads back as %s, %v", rule, again, err)
		}
	})
}
