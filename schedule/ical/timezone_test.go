package ical_test

import (
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
	"github.com/teambition/rrule-go"

	"parvis/schedule/ical"
)

// TestAReaderOfTheZoneInAFileComesToTheSameTimes reads the VTIMEZONE as RFC 5545 says, with the rule library, and asks
// it for the offset of every few hours of the series.
func TestAReaderOfTheZoneInAFileComesToTheSameTimes(t *testing.T) {
	for _, name := range []string{
		"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Asia/Kolkata", "Asia/Kathmandu", "UTC",
		"Africa/Casablanca", "Africa/Cairo", "Asia/Jerusalem", "Asia/Gaza", "America/Santiago", "Pacific/Apia", "America/Nuuk",
		"Antarctica/Troll", "Asia/Tehran", "Etc/GMT+5", "America/Noronha", "Pacific/Chatham",
	} {
		for _, start := range []string{"2010-10-13T09:00:00", "2026-10-13T09:00:00", "2044-03-01T09:00:00"} {
			e := meeting(t)
			e.Series = series(t, start, name, "FREQ=WEEKLY")
			comparesOffsets(t, name, e)
		}
	}
}

func comparesOffsets(t *testing.T, name string, e ical.Event) {
	t.Helper()
	file := written(t, ical.Calendar{Events: []ical.Event{e}})
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	reader := read(t, decode(t, file))
	last, _ := e.Series.Last()
	for at := e.Series.Start.In(zone); at.Before(last.In(zone).Add(90 * time.Minute)); at = at.Add(5 * time.Hour) {
		_, want := at.In(zone).Zone()
		if got := reader.offset(at); got != want {
			t.Errorf("%s at %s: offset %d, want %d\n%s", name, at, got, want, file[:min(len(file), 3000)])
			return
		}
	}
}

type observance struct {
	onsets []time.Time
	to     int
}

type zoneReader []observance

func read(t *testing.T, calendar *goical.Calendar) (z zoneReader) {
	t.Helper()
	for _, c := range calendar.Children {
		if c.Name != "VTIMEZONE" {
			continue
		}
		for _, o := range c.Children {
			z = append(z, readObservance(t, o))
		}
	}
	return z
}

func readObservance(t *testing.T, c *goical.Component) observance {
	t.Helper()
	start, err := time.Parse("20060102T150405", c.Props.Get("DTSTART").Value)
	if err != nil {
		t.Fatal(err)
	}
	from := seconds(t, c.Props.Get("TZOFFSETFROM").Value)
	o := observance{to: seconds(t, c.Props.Get("TZOFFSETTO").Value)}
	utc := func(local time.Time) time.Time { return local.Add(-time.Duration(from) * time.Second) }
	option, err := c.Props.RecurrenceRule()
	if err != nil {
		t.Fatal(err)
	}
	if option == nil {
		o.onsets = []time.Time{utc(start)}
		return o
	}
	until := option.Until
	option.Dtstart, option.Until = start, start.AddDate(20, 0, 0)
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		t.Fatal(err)
	}
	for _, local := range rule.All() {
		if until.IsZero() || !utc(local).After(until) {
			o.onsets = append(o.onsets, utc(local))
		}
	}
	return o
}

func (z zoneReader) offset(at time.Time) int {
	var last time.Time
	offset := -1
	for _, o := range z {
		for _, onset := range o.onsets {
			if !onset.After(at) && !onset.Before(last) {
				last, offset = onset, o.to
			}
		}
	}
	return offset
}

func seconds(t *testing.T, text string) int {
	t.Helper()
	format := "-0700"
	if len(text) == 7 {
		format = "-070000"
	}
	at, err := time.Parse(format, text)
	if err != nil {
		t.Fatal(err)
	}
	_, offset := at.Zone()
	return offset
}

// TestAChangedZoneIsWrittenAsItIsNow: the zone in the file is that of the caller, not of the machine.
func TestAChangedZoneIsWrittenAsItIsNow(t *testing.T) {
	var out strings.Builder
	steady := func(string) (*time.Location, error) { return time.FixedZone("CET", 3600), nil }
	if err := (ical.Calendar{Events: []ical.Event{meeting(t)}}).Write(&out, steady); err != nil {
		t.Fatal(err)
	}
	if file := out.String(); strings.Contains(file, "DAYLIGHT") || !strings.Contains(file, "TZOFFSETTO:+0100") {
		t.Errorf("is written as\n%s", file)
	}
}
