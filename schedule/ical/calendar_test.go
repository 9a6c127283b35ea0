package ical_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	goical "github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"

	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

var update = flag.Bool("update", false, "write what the tests compare with instead of comparing")

func local(t testing.TB, text string) recur.Local {
	t.Helper()
	l, err := recur.ParseLocal(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func series(t testing.TB, start, zone string, rules ...string) recur.Series {
	t.Helper()
	s := recur.Series{Start: local(t, start), Zone: zone, Duration: recur.Duration(90 * time.Minute)}
	for _, words := range rules {
		r, err := recur.ParseRule(words, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Rules = append(s.Rules, r)
	}
	return s
}

func meeting(t testing.TB) ical.Event {
	return ical.Event{
		UID: "0197-committee@parvis.example", Sequence: 3,
		Series: series(t, "2026-10-13T09:00:00", "Europe/Paris", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630"),
		Title:  "Comité de pilotage", Description: "Ordre du jour :\n- budget, suivi; divers", Location: "Salle 3",
		URL: "https://parvis.example/r/abc-defg-hij", Class: ical.Private,
		Organizer: ical.Person{Name: "Préfecture, cabinet", Email: "cabinet@min.example", SentBy: "deputy@min.example"},
		Attendees: []ical.Attendee{{Name: `Anne "Nan" Petit`, Email: "anne@min.example", RSVP: true}},
		Created:   time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC), Modified: time.Date(2026, 9, 2, 8, 0, 0, 0, time.UTC),
	}
}

func written(t testing.TB, c ical.Calendar) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Write(&out, time.LoadLocation); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFilesAreAsTheyWere(t *testing.T) {
	moved := meeting(t)
	moved.Overrides = []ical.Override{
		{ID: local(t, "2026-10-27T09:00:00"), Start: local(t, "2026-10-27T14:00:00"), Title: "Comité (décalé)"},
		{ID: local(t, "2026-11-10T09:00:00"), Cancelled: true},
		{ID: local(t, "2026-11-11T09:00:00"), Title: "A date that the series does not have"},
	}
	moved.Series.ExDates = []recur.Local{local(t, "2026-12-22T09:00:00")}
	moved.Series.RDates = []recur.Local{local(t, "2026-12-23T09:00:00")}
	once := meeting(t)
	once.Series.Rules = nil
	stamp := time.Date(2026, 9, 3, 8, 0, 0, 0, time.UTC)
	cases := map[string]ical.Calendar{
		"weekly.ics":      {Events: []ical.Event{moved}},
		"single.ics":      {Method: ical.Request, Stamp: stamp, Events: []ical.Event{once}},
		"cancelled.ics":   {Method: ical.Cancel, Stamp: stamp, Events: []ical.Event{meeting(t)}},
		"cancel-date.ics": {Method: ical.Cancel, Stamp: stamp, Events: []ical.Event{moved}, Only: []recur.Local{local(t, "2026-11-10T09:00:00")}},
		"move-date.ics":   {Method: ical.Request, Stamp: stamp, Events: []ical.Event{moved}, Only: []recur.Local{local(t, "2026-10-27T09:00:00")}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { golden(t, name, written(t, c)) })
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got (-update writes it anew):\n%s", diff)
	}
}

// TestNothingThatSomebodyTypesBecomesAProperty writes hostile words everywhere and looks at what a parser sees.
func TestADateWhoseDescriptionWasEmptiedHasNone(t *testing.T) {
	e, none := meeting(t), ""
	e.Overrides = []ical.Override{{ID: local(t, "2026-10-27T09:00:00"), Description: &none}, {ID: local(t, "2026-11-03T09:00:00"), Title: "Comité élargi"}}
	// The series, the date without a description, and the one that has that of the series.
	events := strings.Split(written(t, ical.Calendar{Events: []ical.Event{e}}), "BEGIN:VEVENT")[1:]
	for i, told := range []bool{true, false, true} {
		if strings.Contains(events[i], "DESCRIPTION:Ordre du jour") != told {
			t.Errorf("event %d:\n%s", i, events[i])
		}
	}
	var out strings.Builder
	if err := ical.WriteJSCalendar(&out, e, ical.File); err != nil || !strings.Contains(out.String(), `"2026-10-27T09:00:00":{"description":""}`) {
		t.Errorf("%v in\n%s", err, out.String())
	}
}

func TestNothingThatSomebodyTypesBecomesAProperty(t *testing.T) {
	hostile := "x\r\nATTACH:evil\nX-A:1\rX-B:2\u2028X-C:3\x00\x1b\x7f\";:,\\^n^'\r\n BEGIN:VALARM"
	e := meeting(t)
	e.UID, e.Title, e.Description, e.Location = hostile, hostile, hostile, hostile
	e.Organizer.Name, e.Attendees[0].Name = hostile, hostile
	file := written(t, ical.Calendar{Name: hostile, Events: []ical.Event{e}})
	for _, line := range strings.Split(file, "\r\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) || len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("line %q", line)
		}
	}
	event := decode(t, file).Events()[0]
	for name := range event.Props {
		if strings.HasPrefix(name, "X-") || name == "ATTACH" {
			t.Errorf("has %s", name)
		}
	}
	if len(event.Children) > 0 {
		t.Errorf("has %s", event.Children[0].Name)
	}
	description, err := event.Props.Text("DESCRIPTION")
	if want := "x\nATTACH:evil\nX-A:1\nX-B:2\nX-C:3\";:,\\^n^'\n BEGIN:VALARM"; err != nil || description != want {
		t.Errorf("the description reads as %q, %v", description, err)
	}
	if name := event.Props.Get("ORGANIZER").Params.Get("CN"); strings.ContainsAny(name, "\"\r\n") || !strings.Contains(name, "^';:,\\^^n^^'") {
		t.Errorf("the organizer is called %q", name)
	}
}

func TestAnAddressThatIsNoneIsNotWritten(t *testing.T) {
	for _, email := range []string{"", "nobody", "@x", "a@", "a b@x", "a@x\r\nX-A:1", "a@x\nb", "<a@x>", "a@x,b@x", "a@x;b", `"a"@x`, "mailto:a@x", "a\u0085b@x"} {
		e := meeting(t)
		e.Attendees = []ical.Attendee{{Email: email}}
		if err := (ical.Calendar{Events: []ical.Event{e}}).Write(io.Discard, time.LoadLocation); err == nil {
			t.Errorf("%q is taken for an address", email)
		}
	}
	for _, address := range []string{"javascript:alert(1)", "parvis.example/r/a", "https:///r", "https://parvis.example/\r\nX-A:1"} {
		e := meeting(t)
		e.URL = address
		if err := (ical.Calendar{Events: []ical.Event{e}}).Write(io.Discard, time.LoadLocation); err == nil {
			t.Errorf("%q is taken for a link", address)
		}
	}
}

func TestAZoneThatNobodyKnowsIsNotWritten(t *testing.T) {
	lenient := func(string) (*time.Location, error) { return time.UTC, nil }
	for _, name := range []string{"", "Local", "Europe/Paris\r\nX-A:1", "Europe/Paris;X=1", "Europe/Paris\""} {
		e := meeting(t)
		e.Series.Zone = name
		if err := (ical.Calendar{Events: []ical.Event{e}}).Write(io.Discard, lenient); err == nil {
			t.Errorf("%q is written", name)
		}
	}
}

func TestAnEventWithoutAnIdentityIsNotWritten(t *testing.T) {
	nameless, timeless := meeting(t), meeting(t)
	nameless.UID, timeless.Modified = "\r\n", time.Time{}
	for _, e := range []ical.Event{nameless, timeless} {
		if err := (ical.Calendar{Events: []ical.Event{e}}).Write(io.Discard, time.LoadLocation); err == nil {
			t.Error("is written")
		}
	}
}

func TestLongWordsAreFoldedBetweenCharacters(t *testing.T) {
	e := meeting(t)
	e.Title = strings.Repeat("é€😀", 60)
	file := written(t, ical.Calendar{Events: []ical.Event{e}})
	for line := range strings.SplitSeq(file, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
	}
	if title, err := decode(t, file).Events()[0].Props.Text("SUMMARY"); err != nil || title != e.Title {
		t.Errorf("the title reads as %q, %v", title, err)
	}
}

func TestAFileSaysEachZoneOnce(t *testing.T) {
	a, b, c := meeting(t), meeting(t), meeting(t)
	b.Series.Zone = "America/New_York"
	file := written(t, ical.Calendar{Name: "Agenda", Refresh: time.Hour, Events: []ical.Event{a, b, c}})
	if n := strings.Count(file, "BEGIN:VTIMEZONE"); n != 2 {
		t.Errorf("has %d zones:\n%s", n, file)
	}
	if n := len(decode(t, file).Events()); n != 3 {
		t.Errorf("has %d events", n)
	}
}

func TestAFeedWithoutMeetingsIsACalendar(t *testing.T) {
	calendar := decode(t, written(t, ical.Calendar{Name: "Agenda"}))
	if name, _ := calendar.Props.Text("X-WR-CALNAME"); name != "Agenda" || len(calendar.Events()) > 0 {
		t.Errorf("is called %q and has %d events", name, len(calendar.Events()))
	}
}

// TestSecondRulesAndRulesThatOthersMisreadBecomeDates: an event has one rule at most, and one that ends.
func TestSecondRulesAndRulesThatOthersMisreadBecomeDates(t *testing.T) {
	for _, rules := range [][]string{
		{"FREQ=WEEKLY;BYDAY=TU;COUNT=5", "FREQ=WEEKLY;BYDAY=WE;COUNT=5"},
		{"FREQ=MONTHLY;BYDAY=TU,-1FR;COUNT=5"},
		{"FREQ=YEARLY;BYWEEKNO=20"},
		{"FREQ=WEEKLY"},
		{"FREQ=WEEKLY;BYDAY=WE"},
	} {
		e := meeting(t)
		e.Series = series(t, "2026-10-13T09:00:00", "Europe/Paris", rules...)
		props := decode(t, written(t, ical.Calendar{Events: []ical.Event{e}})).Events()[0].Props
		rule := ""
		if p := props.Get("RRULE"); p != nil {
			rule = p.Value
		}
		if n := len(props.Values("RRULE")); n > 1 || strings.Contains(rule, "BYWEEKNO") || (rule != "" && !strings.Contains(rule, "COUNT=") && !strings.Contains(rule, "UNTIL=")) {
			t.Errorf("%s is written as %d rules, %s", rules, n, rule)
		}
		first, _ := e.Series.First()
		if start := props.Get("DTSTART").Value; start != first.ID() {
			t.Errorf("%s starts at %s, want %s", rules, start, first.ID())
		}
	}
}

func decode(t testing.TB, file string) *goical.Calendar {
	t.Helper()
	calendar, err := goical.NewDecoder(strings.NewReader(file)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, file)
	}
	return calendar
}

func feed(t testing.TB) ical.Calendar {
	rules := []string{"FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=40", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20281231"}
	c := ical.Calendar{Name: "Agenda"}
	for i := range 500 {
		e := meeting(t)
		e.UID = fmt.Sprint(i)
		e.Series = series(t, "2026-10-13T09:00:00", []string{"Europe/Paris", "America/New_York"}[i%2])
		if i%3 == 0 {
			e.Series = series(t, "2026-10-13T09:00:00", "Europe/Paris", rules[i/3%3])
		}
		c.Events = append(c.Events, e)
	}
	return c
}

func BenchmarkFeedOf500Meetings(b *testing.B) {
	c := feed(b)
	for b.Loop() {
		if err := c.Write(io.Discard, time.LoadLocation); err != nil {
			b.Fatal(err)
		}
	}
}

// TestASeriesMayStartWhereClocksJump: its other dates are written one by one, since some count on from where that start landed,
// and its first is an instant.
func TestASeriesMayStartWhereClocksJump(t *testing.T) {
	e := meeting(t)
	e.Series = series(t, "2027-03-28T02:30:00", "Europe/Paris", "FREQ=WEEKLY;COUNT=2")
	events := decode(t, written(t, ical.Calendar{Events: []ical.Event{e}})).Events()
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	main, first := events[0].Props, events[1].Props
	got := []string{main.Get("DTSTART").Value, main.Get("DURATION").Value, first.Get("RECURRENCE-ID").Value, first.Get("DTSTART").Value, first.Get("DTEND").Value}
	if diff := cmp.Diff([]string{"20270328T023000", "PT1H30M", "20270328T023000", "20270328T013000Z", "20270328T030000Z"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if dates := main.Values("RDATE"); main.Get("RRULE") != nil || len(dates) != 2 || dates[1].Value != "20270404T023000" {
		t.Errorf("the others are written as %v %v", main.Get("RRULE"), dates)
	}
	e.Series.Rules = nil
	alone := decode(t, written(t, ical.Calendar{Events: []ical.Event{e}})).Events()
	if len(alone) != 1 || alone[0].Props.Get("DTSTART").Value != "20270328T013000Z" {
		t.Errorf("alone it is written as %v", alone)
	}
}

func TestAMessageIsFromSomebodyToSomebody(t *testing.T) {
	stamp := time.Date(2026, 9, 3, 8, 0, 0, 0, time.UTC)
	alone, unsent := meeting(t), meeting(t)
	alone.Attendees, unsent.Organizer = nil, ical.Person{}
	for name, c := range map[string]ical.Calendar{
		"to nobody":             {Method: ical.Request, Stamp: stamp, Events: []ical.Event{alone}},
		"from nobody":           {Method: ical.Request, Stamp: stamp, Events: []ical.Event{unsent}},
		"at no time":            {Method: ical.Cancel, Events: []ical.Event{meeting(t)}},
		"about nothing":         {Method: ical.Cancel, Stamp: stamp},
		"about two things":      {Method: ical.Request, Stamp: stamp, Events: []ical.Event{meeting(t), meeting(t)}},
		"an answer":             {Method: ical.Reply, Stamp: stamp, Events: []ical.Event{meeting(t)}},
		"dates of two meetings": {Only: []recur.Local{1}, Events: []ical.Event{meeting(t), meeting(t)}},
	} {
		if err := c.Write(io.Discard, time.LoadLocation); err == nil {
			t.Errorf("a message %s is written", name)
		}
	}
}
