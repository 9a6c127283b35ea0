package ical_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

func TestAMeetingAsJSCalendarIsAsItWas(t *testing.T) {
	e := meeting(t)
	e.Series = series(t, "2026-10-12T09:00:00", "Europe/Paris", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630", "FREQ=MONTHLY;BYDAY=-1FR;WKST=SU;COUNT=3")
	e.Series.RDates = []recur.Local{local(t, "2026-12-23T09:00:00")}
	e.Series.ExDates = []recur.Local{local(t, "2026-12-22T09:00:00")}
	e.Overrides = []ical.Override{
		{ID: local(t, "2026-10-27T09:00:00"), Start: local(t, "2026-10-27T14:00:00"), Title: "Comité (décalé)", Location: "Salle 4"},
		{ID: local(t, "2026-11-10T09:00:00"), Cancelled: true},
		{ID: local(t, "2026-11-11T09:00:00"), Title: "A date that the series does not have"},
	}
	var out, indented bytes.Buffer
	if err := ical.WriteJSCalendar(&out, e, ical.File); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&indented, out.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "weekly.json", indented.String())
}

func TestJSCalendarTakesNoAddressThatIsNone(t *testing.T) {
	e := meeting(t)
	e.Organizer.Email = "cabinet@min.example\r\nX-A:1"
	if err := ical.WriteJSCalendar(io.Discard, e, ical.File); err == nil {
		t.Error("is written")
	}
	e = meeting(t)
	e.URL = "javascript:alert(1)"
	if err := ical.WriteJSCalendar(io.Discard, e, ical.File); err == nil {
		t.Error("is written")
	}
}
