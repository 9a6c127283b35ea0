package recur_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/schedule/recur"
)

func TestRulesGiveTheDatesThatPeopleExpect(t *testing.T) {
	cases := []struct {
		name, start, rule string
		want              string
	}{
		{"February 29 is every fourth year", "2024-02-29T09:00:00", "FREQ=YEARLY", "2024-02-29 2028-02-29"},
		{"the 31st skips short months", "2026-01-31T09:00:00", "FREQ=MONTHLY;COUNT=4", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"},
		{"the last day of each month", "2026-01-31T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2026-01-31 2026-02-28 2026-03-31"},
		{"the last Friday", "2026-11-27T09:00:00", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-11-27 2026-12-25 2027-01-29"},
		{"the last working day", "2026-10-30T09:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2026-10-30 2026-11-30 2026-12-31"},
		{"every second week has its own start of the week", "1997-08-05T09:00:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"},
		{"and another with weeks from Monday", "1997-08-05T09:00:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"},
		{"Friday the 13th", "2026-02-13T09:00:00", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "2026-02-13 2026-03-13 2026-11-13"},
		{"Mondays and each second Tuesday of the month", "2026-11-02T09:00:00", "FREQ=MONTHLY;BYDAY=MO,2TU;COUNT=4", "2026-11-02 2026-11-09 2026-11-10 2026-11-16"},
		{"the first of Monday and Friday, from a Friday", "2026-11-13T09:00:00", "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1;COUNT=2", "2026-11-16 2026-11-23"},
		{"the week 53 from the end", "1999-01-01T09:00:00", "FREQ=YEARLY;BYWEEKNO=-53;WKST=WE;COUNT=1", "1999-12-31"},
		{"a week by its number, on the weekday of the start", "2026-05-13T09:00:00", "FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "2026-05-13 2027-05-19"},
		{"until a day means until its end", "2026-11-10T09:00:00", "FREQ=WEEKLY;UNTIL=20261117", "2026-11-10 2026-11-17"},
		{"until a time means until then", "2026-11-10T09:00:00", "FREQ=WEEKLY;UNTIL=20261117T085959", "2026-11-10"},
		{"a start between the rule's days waits for the first", "2026-11-09T09:00:00", "FREQ=WEEKLY;BYDAY=TU;COUNT=2", "2026-11-10 2026-11-17"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := series(t, c.start, "Europe/Paris", c.rule)
			var got []string
			for l := range s.Dates() {
				got = append(got, strings.TrimSuffix(l.String(), "T09:00:00"))
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSeveralRulesAndDatesGiveEachDateOnce(t *testing.T) {
	s := series(t, "2026-11-09T09:00:00", "Europe/Paris", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "FREQ=WEEKLY;BYDAY=MO,TU;COUNT=3")
	s.RDates = []recur.Local{local(t, "2026-11-11T14:00:00"), local(t, "2026-11-10T09:00:00")}
	s.ExDates = []recur.Local{local(t, "2026-11-16T09:00:00")}
	want := []string{"2026-11-09T09:00:00", "2026-11-10T09:00:00", "2026-11-11T14:00:00", "2026-11-23T09:00:00"}
	if diff := cmp.Diff(want, words(s)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestASeriesIsBoundedHoweverItsRuleGoesOn(t *testing.T) {
	daily := slices.Collect(series(t, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=DAILY").Dates())
	if len(daily) != recur.MaxOccurrences || daily[len(daily)-1].String() != "2031-11-09T09:00:00" {
		t.Errorf("daily: %d dates up to %s", len(daily), daily[len(daily)-1])
	}
	weekly, _ := series(t, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=WEEKLY").Last()
	if weekly.String() != "2031-11-04T09:00:00" {
		t.Errorf("weekly: up to %s", weekly)
	}
	excluded := series(t, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=DAILY")
	excluded.ExDates = []recur.Local{excluded.Start}
	if last, _ := excluded.Last(); last != daily[len(daily)-1] {
		t.Errorf("a date excluded adds another: %s", last)
	}
}

// TestARuleThatNeverGivesADateIsSoonThrough holds the work, not the time: see the benchmark of the same rules.
func TestARuleThatNeverGivesADateIsSoonThrough(t *testing.T) {
	for _, rule := range hopeless {
		for _, start := range []string{"2026-11-10T09:00:00", "2098-11-11T09:00:00", "2199-11-11T09:00:00"} {
			if l, any := series(t, start, "Europe/Paris", rule).First(); any {
				t.Errorf("%s from %s gives %s", rule, start, l)
			}
		}
	}
}

var hopeless = []string{
	"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
	"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
	"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=31",
	"FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=366",
	"FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
	"FREQ=MONTHLY;INTERVAL=12;BYMONTH=1",
}

func TestTheZoneDecidesWhenALocalTimeIs(t *testing.T) {
	cases := []struct{ name, zone, local, want string }{
		{"in winter", "Europe/Paris", "2026-11-10T09:00:00", "2026-11-10T08:00:00Z"},
		{"in summer", "Europe/Paris", "2026-07-10T09:00:00", "2026-07-10T07:00:00Z"},
		{"in the gap of Paris", "Europe/Paris", "2027-03-28T02:30:00", "2027-03-28T01:30:00Z"},
		{"at the beginning of the gap", "Europe/Paris", "2027-03-28T02:00:00", "2027-03-28T01:00:00Z"},
		{"just after the gap", "Europe/Paris", "2027-03-28T03:00:00", "2027-03-28T01:00:00Z"},
		{"in the overlap of Paris", "Europe/Paris", "2027-10-31T02:30:00", "2027-10-31T00:30:00Z"},
		{"at the end of the overlap", "Europe/Paris", "2027-10-31T03:00:00", "2027-10-31T02:00:00Z"},
		{"in the gap of New York", "America/New_York", "2027-03-14T02:30:00", "2027-03-14T07:30:00Z"},
		{"in the overlap of New York", "America/New_York", "2027-11-07T01:30:00", "2027-11-07T05:30:00Z"},
		{"in the gap of half an hour", "Australia/Lord_Howe", "2027-10-03T02:15:00", "2027-10-02T15:45:00Z"},
		{"in the overlap of half an hour", "Australia/Lord_Howe", "2027-04-04T01:45:00", "2027-04-03T14:45:00Z"},
		{"on the day that Samoa left out", "Pacific/Apia", "2011-12-30T09:00:00", "2011-12-30T19:00:00Z"},
		{"on the day after", "Pacific/Apia", "2011-12-31T09:00:00", "2011-12-30T19:00:00Z"},
		{"at the end of a leap year far ahead", "Australia/Lord_Howe", "2048-12-31T12:00:00", "2048-12-31T01:00:00Z"},
		{"without summer time", "UTC", "2026-11-10T09:00:00", "2026-11-10T09:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := local(t, c.local).In(load(t, c.zone)).Format(time.RFC3339); got != c.want {
				t.Errorf("is %s, want %s", got, c.want)
			}
		})
	}
}

func TestAMeetingLastsAsLongAcrossAChangeOfClocks(t *testing.T) {
	s := series(t, "2027-03-28T01:30:00", "Europe/Paris")
	o := s.At(s.Start, load(t, "Europe/Paris"))
	if o.End.Sub(o.Start) != time.Hour || o.Start.Location() != time.UTC {
		t.Errorf("lasts from %s to %s", o.Start, o.End)
	}
}

// TestAMeetingMovesWithTheRulesOfItsZone: the same series, read with two editions of the tz database.
func TestAMeetingMovesWithTheRulesOfItsZone(t *testing.T) {
	s := series(t, "2027-07-06T09:00:00", "Europe/Nowhere", "FREQ=WEEKLY;COUNT=2")
	before, after := load(t, "Europe/Paris"), time.FixedZone("CET", 3600) // summer time is given up
	for zone, want := range map[*time.Location]string{before: "07:00", after: "08:00"} {
		for o := range s.Occurrences(zone, time.Time{}, time.Time{}) {
			if got := o.Start.Format("15:04"); got != want || !strings.HasSuffix(o.ID.ID(), "T090000") {
				t.Errorf("%s takes place at %s, want %s", o.ID.ID(), got, want)
			}
		}
	}
}

func TestWhatIsUnderWayIsAmongTheNext(t *testing.T) {
	s := series(t, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=DAILY")
	now := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	var next []string
	for o := range s.Occurrences(load(t, "Europe/Paris"), now, time.Time{}) {
		if next = append(next, o.ID.ID()); len(next) == 2 {
			break
		}
	}
	if diff := cmp.Diff([]string{"20261120T090000", "20261121T090000"}, next); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func series(t testing.TB, start, zone string, rules ...string) recur.Series {
	t.Helper()
	s := recur.Series{Start: local(t, start), Zone: zone, Duration: recur.Duration(time.Hour)}
	for _, text := range rules {
		rule, err := recur.ParseRule(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Rules = append(s.Rules, rule)
	}
	return s
}

func local(t testing.TB, text string) recur.Local {
	t.Helper()
	l, err := recur.ParseLocal(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func words(s recur.Series) []string {
	var list []string
	for l := range s.Dates() {
		list = append(list, l.String())
	}
	return list
}

func BenchmarkExpandDailyForFiveYears(b *testing.B) {
	s, zone := series(b, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=DAILY"), load(b, "Europe/Paris")
	for b.Loop() {
		n := 0
		for range s.Occurrences(zone, time.Time{}, time.Time{}) {
			n++
		}
		if n != recur.MaxOccurrences {
			b.Fatal(n)
		}
	}
}

func BenchmarkNextTenFromNow(b *testing.B) {
	s, zone := series(b, "2026-11-10T09:00:00", "Europe/Paris", "FREQ=WEEKLY"), load(b, "Europe/Paris")
	now := time.Date(2027, 11, 10, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		n := 0
		for range s.Occurrences(zone, now, time.Time{}) {
			if n++; n == 10 {
				break
			}
		}
	}
}

func BenchmarkRulesThatNeverGiveADate(b *testing.B) {
	for _, rule := range hopeless {
		s := series(b, "2026-11-10T09:00:00", "Europe/Paris", rule)
		b.Run(rule, func(b *testing.B) {
			for b.Loop() {
				s.First()
			}
		})
	}
}

func BenchmarkJudgeTenRulesThatNeverGiveADate(b *testing.B) {
	s := series(b, "2026-11-10T09:00:00", "Europe/Paris", slices.Repeat([]string{"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, recur.MaxRules)...)
	for b.Loop() {
		if report := s.Judge(recur.Terms{Zones: time.LoadLocation, Now: s.Start.UTC()}); len(report.Problems) != recur.MaxRules {
			b.Fatal(report)
		}
	}
}

func BenchmarkJudgeTheMostThatIsRead(b *testing.B) {
	s := series(b, "2026-11-10T09:00:00", "Europe/Paris", slices.Repeat([]string{"FREQ=DAILY"}, recur.MaxRules)...)
	for i := range recur.MaxOccurrences {
		s.RDates = append(s.RDates, s.Start+recur.Local(3600*i))
		s.ExDates = append(s.ExDates, s.Start+recur.Local(3600*i+60))
	}
	for b.Loop() {
		if report := s.Judge(recur.Terms{Zones: time.LoadLocation, Now: s.Start.UTC()}); len(report.Problems) > 0 {
			b.Fatal(report)
		}
	}
}
