package recur_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/schedule/recur"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func plan(change func(*recur.Text)) recur.Text {
	text := recur.Text{Start: "2026-11-10T09:00:00", TimeZone: "Europe/Paris", Duration: "PT1H"}
	change(&text)
	return text
}

func TestASeriesThatCannotTakePlaceIsRefused(t *testing.T) {
	cases := []struct {
		name   string
		change func(*recur.Text)
		want   string // code at location: message, in part
	}{
		{"no start", func(p *recur.Text) { p.Start = "" }, "invalid at start: write it as 2026-11-10T09:00:00"},
		{"a start with a zone", func(p *recur.Text) { p.Start = "2026-11-10T09:00:00Z" }, "invalid at start: without a zone"},
		{"a start before computers", func(p *recur.Text) { p.Start = "1969-11-10T09:00:00" }, "out-of-range at start: between the years 1970 and 2093"},
		{"a zone that nobody knows", func(p *recur.Text) { p.TimeZone = "Europe/Pariss" }, "unknown-zone at timeZone: IANA tz database"},
		{"the zone of the machine", func(p *recur.Text) { p.TimeZone = "Local" }, "unknown-zone at timeZone: IANA tz database"},
		{"no zone", func(p *recur.Text) { p.TimeZone = "" }, "unknown-zone at timeZone: IANA tz database"},
		{"no time at all", func(p *recur.Text) { p.Duration = "PT0S" }, "out-of-range at duration: between PT10M and PT24H"},
		{"two days", func(p *recur.Text) { p.Duration = "PT48H" }, "out-of-range at duration: between PT10M and PT24H"},
		{"a day", func(p *recur.Text) { p.Duration = "P1D" }, "invalid at duration: write hours and minutes, as PT24H"},
		{"a rule too often", func(p *recur.Text) { p.Rules = []string{"FREQ=DAILY", "FREQ=SECONDLY"} }, "invalid at recurrence.rules[1]: FREQ=SECONDLY is too often"},
		{"a count of a million", func(p *recur.Text) { p.Rules = []string{"FREQ=DAILY;COUNT=1000000"} }, "invalid at recurrence.rules[0]: from 1 to 1826"},
		{"eleven rules", func(p *recur.Text) { p.Rules = make([]string, 11) }, "too-many at recurrence.rules: more than 10"},
		{"an end before the start", func(p *recur.Text) { p.Rules = []string{"FREQ=DAILY;UNTIL=20261109"} }, "until-before-start at recurrence.rules[0]: move UNTIL or the start"},
		{"February 30", func(p *recur.Text) { p.Rules = []string{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"} }, "never-occurs at recurrence.rules[0]: gives no date"},
		{"all dates excluded", func(p *recur.Text) { p.ExDates = []string{"2026-11-10T09:00:00"} }, "never-occurs at recurrence.exdates: leave no date"},
		{"a date before the start", func(p *recur.Text) { p.RDates = []string{"2026-11-09T09:00:00"} }, "rdate-outside at recurrence.rdates: before the start"},
		{"a date in six years", func(p *recur.Text) { p.RDates = []string{"2032-11-09T09:00:00"} }, "rdate-outside at recurrence.rdates: more than 5 years after"},
		{"a date that is none", func(p *recur.Text) { p.ExDates = []string{"2026-11-10T09:00:00", "soon"} }, "invalid at recurrence.exdates[1]: is not a local date"},
		{"a meeting that was", func(p *recur.Text) { p.Start = "2026-10-10T09:00:00" }, "wholly-in-the-past at start: is in the past"},
		{"a series that was", func(p *recur.Text) {
			p.Start, p.Rules = "2026-09-01T09:00:00", []string{"FREQ=WEEKLY;COUNT=3"}
		}, "wholly-in-the-past at start: is in the past"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, report := recur.Parse(plan(c.change), recur.Terms{Zones: time.LoadLocation, Now: now})
			if got := lines(report.Problems); len(got) != 1 || !says(got[0], c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, report := recur.Parse(recur.Text{Start: "x", TimeZone: "y", Duration: "z", Rules: []string{"r"}, RDates: []string{"d"}}, recur.Terms{Zones: time.LoadLocation, Now: now})
	var where []string
	for _, f := range report.Fields() {
		where = append(where, f.Location)
	}
	if diff := cmp.Diff([]string{"timeZone", "start", "duration", "recurrence.rules[0]", "recurrence.rdates[0]"}, where); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatTheAuthorShouldKnowIsAWarning(t *testing.T) {
	cases := []struct {
		name   string
		change func(*recur.Text)
		want   string // code at location: message, in part
		dates  string
	}{
		{"nothing", func(*recur.Text) {}, "", ""},
		{"no end", func(p *recur.Text) { p.Rules = []string{"FREQ=WEEKLY"} }, "unbounded at recurrence.rules[0]: here with 2031-11-04T09:00:00", "2031-11-04T09:00:00"},
		{"an end beyond the bound", func(p *recur.Text) { p.Rules = []string{"FREQ=YEARLY;COUNT=20"} }, "cut-short at recurrence.rules[0]: ends with 2031-11-10T09:00:00", "2031-11-10T09:00:00"},
		{"until beyond the bound", func(p *recur.Text) { p.Rules = []string{"FREQ=YEARLY;UNTIL=20400101"} }, "cut-short at recurrence.rules[0]: ends with 2031-11-10T09:00:00", "2031-11-10T09:00:00"},
		{"a start on another day", func(p *recur.Text) { p.Rules = []string{"FREQ=WEEKLY;BYDAY=WE;COUNT=2"} }, "start-not-in-rule at start: first takes place at 2026-11-11T09:00:00", "2026-11-10T09:00:00 2026-11-11T09:00:00"},
		{"an exclusion of nothing", func(p *recur.Text) { p.ExDates = []string{"2026-11-11T09:00:00"} }, "exdate-matches-nothing at recurrence.exdates: does not take place anyway", "2026-11-11T09:00:00"},
		{"a date twice", func(p *recur.Text) {
			p.RDates = []string{"2026-11-12T09:00:00", "2026-11-12T09:00:00", "2026-11-10T09:00:00"}
		}, "rdate-duplicate at recurrence.rdates: each counts once", "2026-11-10T09:00:00 2026-11-12T09:00:00"},
		{"a beginning in the past", func(p *recur.Text) {
			p.Start, p.Rules = "2026-10-27T09:00:00", []string{"FREQ=WEEKLY;COUNT=3"}
		}, "starts-in-the-past at start: nobody is invited", "2026-10-27T09:00:00"},
		{"a time that the clocks jump over", func(p *recur.Text) {
			p.Start, p.Rules = "2027-03-27T02:30:00", []string{"FREQ=DAILY;COUNT=3"}
		}, "gap at start: moved forward by the jump", "2027-03-28T02:30:00"},
		{"a time that clocks show twice", func(p *recur.Text) {
			p.Start, p.Rules = "2027-10-30T02:30:00", []string{"FREQ=DAILY;COUNT=3"}
		}, "overlap at start: the first is meant", "2027-10-31T02:30:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, report := recur.Parse(plan(c.change), recur.Terms{Zones: time.LoadLocation, Now: now})
			if len(report.Problems) > 0 || (c.want == "") != (len(report.Warnings) == 0) || len(report.Warnings) > 1 {
				t.Fatalf("problems %q, warnings %q; want %q", lines(report.Problems), lines(report.Warnings), c.want)
			}
			for _, w := range report.Warnings {
				if got := lines(report.Warnings)[0]; !says(got, c.want) || strings.Trim(fmt.Sprint(w.Dates), "[]") != c.dates {
					t.Errorf("got %q with %s, want %q with %s", got, w.Dates, c.want, c.dates)
				}
			}
		})
	}
}

func TestASeriesThatIsKeptMayLieInThePast(t *testing.T) {
	text := plan(func(p *recur.Text) { p.Start = "2020-11-10T09:00:00" })
	_, report := recur.Parse(text, recur.Terms{Zones: time.LoadLocation, Now: now, Kept: true})
	if len(report.Problems)+len(report.Warnings) > 0 {
		t.Errorf("problems %q, warnings %q", lines(report.Problems), lines(report.Warnings))
	}
}

// TestAZoneThatChangesItsRulesIsJudgedAsItIs: the zone comes from the caller, not from the machine.
func TestAZoneThatChangesItsRulesIsJudgedAsItIs(t *testing.T) {
	text := plan(func(p *recur.Text) { p.Start, p.Rules = "2027-03-28T02:30:00", []string{"FREQ=DAILY;COUNT=2"} })
	steady := func(string) (*time.Location, error) { return time.FixedZone("CET", 3600), nil }
	_, report := recur.Parse(text, recur.Terms{Zones: steady, Now: now})
	if len(report.Problems)+len(report.Warnings) > 0 {
		t.Errorf("problems %q, warnings %q", lines(report.Problems), lines(report.Warnings))
	}
}

func TestAnEndInUTCIsMeantInTheZoneOfTheMeeting(t *testing.T) {
	s, report := recur.Parse(plan(func(p *recur.Text) { p.Rules = []string{"FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630T215959Z"} }),
		recur.Terms{Zones: time.LoadLocation, Now: now})
	if len(report.Problems) > 0 || s.Rules[0].String() != "FREQ=WEEKLY;UNTIL=20270630T235959;BYDAY=TU" {
		t.Errorf("reads as %s, problems %q", s.Rules, lines(report.Problems))
	}
}

func TestASplitDividesWhatEndsARule(t *testing.T) {
	cases := []struct{ name, rule, at, before, after string }{
		{"a count", "FREQ=WEEKLY;COUNT=10", "2026-12-01T09:00:00", "[FREQ=WEEKLY;COUNT=3]", "[FREQ=WEEKLY;COUNT=7]"},
		{"an end", "FREQ=WEEKLY;UNTIL=20270630", "2026-12-01T09:00:00", "[FREQ=WEEKLY;UNTIL=20261124T090000]", "[FREQ=WEEKLY;UNTIL=20270630]"},
		{"no end", "FREQ=WEEKLY", "2026-12-01T09:00:00", "[FREQ=WEEKLY;UNTIL=20261124T090000]", "[FREQ=WEEKLY;UNTIL=20311104T090000]"},
		{"every second week", "FREQ=WEEKLY;INTERVAL=2;COUNT=4", "2026-12-08T09:00:00", "[FREQ=WEEKLY;INTERVAL=2;COUNT=2]", "[FREQ=WEEKLY;INTERVAL=2;COUNT=2]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before, after, err := series(t, "2026-11-10T09:00:00", "Europe/Paris", c.rule).Split(local(t, c.at))
			if err != nil || fmt.Sprint(before.Rules) != c.before || fmt.Sprint(after.Rules) != c.after {
				t.Errorf("%v\nbefore %s\nafter %s", err, before.Rules, after.Rules)
			}
		})
	}
}

func TestASplitNeedsADateThatSomethingPrecedes(t *testing.T) {
	s := series(t, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=WEEKLY;COUNT=3")
	if _, _, err := s.Split(s.Start); err != recur.ErrFirstDate {
		t.Errorf("at the start: %v", err)
	}
	if _, _, err := s.Split(s.Start + 1); err != recur.ErrNoSuchDate {
		t.Errorf("between: %v", err)
	}
}

func lines(findings []recur.Finding) []string {
	var list []string
	for _, f := range findings {
		list = append(list, fmt.Sprintf("%s at %s: %s", f.Code, f.Location, f.Message))
	}
	return list
}

// says compares the code and the location, and looks for the rest in the message.
func says(line, want string) bool {
	head, message, _ := strings.Cut(want, ": ")
	return strings.HasPrefix(line, head+": ") && strings.Contains(line, message)
}

func TestAThousandMistakesAreSaidTwentyTimes(t *testing.T) {
	text := plan(func(p *recur.Text) { p.RDates = slices.Repeat([]string{"tomorrow"}, 1000) })
	_, report := recur.Parse(text, recur.Terms{Zones: time.LoadLocation, Now: now})
	if len(report.Problems) != 20 {
		t.Errorf("%d problems", len(report.Problems))
	}
}
