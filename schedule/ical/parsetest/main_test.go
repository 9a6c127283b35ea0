package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
	"github.com/teambition/rrule-go"
)

// TestAReaderComesToTheSameDates reads each file as RFC 5545 says, with two libraries and nothing of ours.
func TestAReaderComesToTheSameDates(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.ics"))
	if err != nil || len(files) != cases {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		var meaning struct {
			Name     string
			Expected []span
		}
		if err := json.Unmarshal(contents(t, strings.TrimSuffix(file, ".ics")+".json"), &meaning); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(meaning.Expected, expand(t, string(contents(t, file)))); diff != "" {
			t.Errorf("%s: -ours +theirs:\n%s", meaning.Name, diff)
		}
	}
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func expand(t *testing.T, file string) []span {
	t.Helper()
	calendar, err := goical.NewDecoder(strings.NewReader(file)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	dates := map[time.Time]span{} // by the local start, as though it were UTC
	for _, event := range calendar.Events() {
		if id := event.Props.Get("RECURRENCE-ID"); id != nil {
			dates[wall(t, *id)] = spanOf(t, event.Props)
			continue
		}
		first := spanOf(t, event.Props)
		for _, l := range walls(t, event.Props) {
			start := time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, zoneOf(t, event.Props.Get("DTSTART")))
			if _, changed := dates[l]; !changed {
				dates[l] = span{start.UTC(), start.UTC().Add(first.End.Sub(first.Start))}
			}
		}
	}
	spans := []span{}
	for _, s := range dates {
		spans = append(spans, s)
	}
	slices.SortFunc(spans, func(a, b span) int { return a.Start.Compare(b.Start) })
	return spans
}

// walls are the local starts that the event's rule and dates give.
func walls(t *testing.T, props goical.Props) []time.Time {
	t.Helper()
	start := wall(t, *props.Get("DTSTART"))
	var set rrule.Set
	set.RDate(start)
	option, err := props.RecurrenceRule()
	if err != nil {
		t.Fatal(err)
	}
	if option != nil {
		until := option.Until.In(zoneOf(t, props.Get("DTSTART")))
		option.Dtstart = start
		if !option.Until.IsZero() {
			option.Until = time.Date(until.Year(), until.Month(), until.Day(), until.Hour(), until.Minute(), 0, 0, time.UTC)
		}
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			t.Fatal(err)
		}
		set.RRule(rule)
	}
	for _, p := range props.Values("RDATE") {
		set.RDate(wall(t, p))
	}
	for _, p := range props.Values("EXDATE") {
		set.ExDate(wall(t, p))
	}
	return set.All()
}

func wall(t *testing.T, p goical.Prop) time.Time {
	t.Helper()
	l, err := time.Parse("20060102T150405", strings.TrimSuffix(p.Value, "Z"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func spanOf(t *testing.T, props goical.Props) span {
	t.Helper()
	start, err := props.DateTime("DTSTART", nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := props.Get("DURATION"); p != nil {
		length, err := p.Duration()
		if err != nil {
			t.Fatal(err)
		}
		return span{start.UTC(), start.UTC().Add(length)}
	}
	end, err := props.DateTime("DTEND", nil)
	if err != nil {
		t.Fatal(err)
	}
	return span{start.UTC(), end.UTC()}
}

func zoneOf(t *testing.T, p *goical.Prop) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(p.Params.Get("TZID"))
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
