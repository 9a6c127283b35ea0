package recur_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"

	"parvis/schedule/recur"
)

// What is drawn is the same each time, so that a change is judged and not the luck of the draw: -rapid.seed=0 draws anew.
func init() {
	for name, value := range map[string]string{"rapid.seed": "20261121", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
}

// TestARuleGivesTheDatesThatTheStandardSays compares with an expander that looks at every day.
func TestARuleGivesTheDatesThatTheStandardSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := anyStart().Draw(t, "start")
		rule := anyRule(t, start)
		got := slices.Collect(recur.Series{Start: start, Rules: []recur.Rule{rule}}.Dates())
		want := naive(rule, start)
		if diff := cmp.Diff(texts(want[:min(len(want), recur.MaxOccurrences)]), texts(got)); diff != "" {
			t.Fatalf("%s from %s\n-naive +got:\n%s", rule, start, diff)
		}
	})
}

// TestARuleGivesTheDatesOfTheLibrary compares with the library used directly, where it is right; numbered, implied
// and sifted say where it is not.
func TestARuleGivesTheDatesOfTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := anyStart().Draw(t, "start")
		rule := anyRule(t, start)
		if rule.UntilDate || mixesDays(rule) || len(rule.ByWeekNo) > 0 || (rule.Freq == recur.Weekly && len(rule.BySetPos) > 0) {
			t.SkipNow()
		}
		got := slices.Collect(recur.Series{Start: start, Rules: []recur.Rule{rule}}.Dates())
		if diff := cmp.Diff(texts(byLibrary(t, rule, start)), texts(got)); diff != "" {
			t.Fatalf("%s from %s\n-library +got:\n%s", rule, start, diff)
		}
	})
}

func mixesDays(r recur.Rule) bool {
	plain := func(d recur.Day) bool { return d.N == 0 }
	numbered := func(d recur.Day) bool { return d.N != 0 }
	return slices.ContainsFunc(r.ByDay, plain) && slices.ContainsFunc(r.ByDay, numbered)
}

func byLibrary(t *rapid.T, r recur.Rule, start recur.Local) []recur.Local {
	option, err := rrule.StrToROption(r.String())
	if err != nil {
		t.Fatalf("%s: %v", r, err)
	}
	option.Dtstart = start.UTC()
	end := start.UTC().AddDate(recur.MaxYears, 0, 0)
	if option.Until.IsZero() || option.Until.After(end) {
		option.Until = end
	}
	library, err := rrule.NewRRule(*option)
	if err != nil {
		t.Fatalf("%s: %v", r, err)
	}
	var dates []recur.Local
	next := library.Iterator()
	for at, ok := next(); ok && len(dates) < recur.MaxOccurrences; at, ok = next() {
		dates = append(dates, recur.LocalOf(at))
	}
	return dates
}

func TestARuleReadsBackWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := anyRule(t, anyStart().Draw(t, "start"))
		again, err := recur.ParseRule(rule.String(), nil)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		if diff := cmp.Diff(rule, again); diff != "" {
			t.Fatalf("-first +again:\n%s", diff)
		}
	})
}

func TestBothSidesOfASplitAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := anySeries(t)
		dates := slices.Collect(whole.Dates())
		if len(dates) < 2 {
			t.SkipNow()
		}
		at := dates[rapid.IntRange(1, len(dates)-1).Draw(t, "at")]
		before, after, err := whole.Split(at)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.AppendSeq(slices.Collect(before.Dates()), after.Dates())
		if diff := cmp.Diff(texts(dates), texts(got)); diff != "" {
			t.Fatalf("%v at %s\nbefore %v\nafter %v\n-whole +parts:\n%s", whole, at, before, after, diff)
		}
		if first, _ := after.First(); first != at || after.Start != at {
			t.Fatalf("the second part starts at %s with %s, want %s", after.Start, first, at)
		}
	})
}

func TestAnchoringKeepsTheDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := anySeries(t)
		if _, any := whole.First(); !any {
			t.SkipNow()
		}
		one, dates := whole.OneRule(func(recur.Rule) bool { return rapid.Bool().Draw(t, "accept") })
		if len(one.Rules) > 1 {
			t.Fatalf("has %d rules", len(one.Rules))
		}
		want := texts(slices.Collect(whole.Dates()))
		if diff := cmp.Diff(want, texts(dates)); diff != "" {
			t.Fatalf("%v\n-dates +those told with one rule:\n%s", whole, diff)
		}
		for name, s := range map[string]recur.Series{"anchored": whole.Anchored(), "one rule": one} {
			if diff := cmp.Diff(want, texts(slices.Collect(s.Dates()))); diff != "" {
				t.Fatalf("%s: %v becomes %v\n-whole +%s:\n%s", name, whole, s, name, diff)
			}
		}
	})
}

// TestASliceOfTimeIsASliceOfTheSeries compares what takes place between two instants with a filter over everything.
func TestASliceOfTimeIsASliceOfTheSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySeries(t)
		zone := load(t, rapid.SampledFrom([]string{"Europe/Paris", "Pacific/Apia", "Australia/Lord_Howe"}).Draw(t, "zone"))
		from := s.Start.UTC().Add(time.Duration(rapid.IntRange(-1000, 50000).Draw(t, "from")) * time.Hour)
		to := from.Add(time.Duration(rapid.IntRange(0, 20000).Draw(t, "to")) * time.Hour)
		var want []recur.Occurrence
		for id := range s.Dates() {
			if o := s.At(id, zone); o.End.After(from) && o.Start.Before(to) {
				want = append(want, o)
			}
		}
		if diff := cmp.Diff(want, slices.Collect(s.Occurrences(zone, from, to))); diff != "" {
			t.Fatalf("%v from %s to %s\n-want +got:\n%s", s, from, to, diff)
		}
	})
}

func anySeries(t *rapid.T) recur.Series {
	s := recur.Series{Start: anyStart().Draw(t, "start"), Zone: "Europe/Paris", Duration: recur.Duration(time.Hour)}
	for range rapid.IntRange(0, 3).Draw(t, "rules") {
		s.Rules = append(s.Rules, anyRule(t, s.Start))
	}
	for range rapid.IntRange(0, 4).Draw(t, "rdates") {
		s.RDates = append(s.RDates, s.Start+recur.Local(rapid.IntRange(0, 2000*24).Draw(t, "hours")*3600))
	}
	dates := slices.Collect(s.Dates())
	for range rapid.IntRange(0, 4).Draw(t, "exdates") {
		if len(dates) > 0 {
			s.ExDates = append(s.ExDates, rapid.SampledFrom(dates).Draw(t, "exdate"))
		}
	}
	return s
}

func anyStart() *rapid.Generator[recur.Local] {
	return rapid.Custom(func(t *rapid.T) recur.Local {
		return recur.NewLocal(rapid.SampledFrom([]int{1999, 2011, 2024, 2026, 2027, 2028, 2094, 2098}).Draw(t, "year"),
			time.January, rapid.IntRange(1, 366).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"),
			rapid.SampledFrom([]int{0, 30}).Draw(t, "minute"), 0)
	})
}

// anyRule draws the text of a rule that RFC 5545 allows.
func anyRule(t *rapid.T, start recur.Local) recur.Rule {
	freq := rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
	parts := []string{"FREQ=" + freq}
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	some := func(name string, odds int) bool { return rapid.IntRange(1, odds).Draw(t, name) == 1 }
	if some("interval?", 2) {
		add("INTERVAL=%d", rapid.IntRange(1, 5).Draw(t, "interval"))
	}
	by := byParts(t, freq, some)
	parts = append(parts, by...)
	if len(by) > 0 && !strings.Contains(strings.Join(by, ";"), "BYWEEKNO") && some("setpos?", 4) {
		most := map[string]int{"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[freq]
		add("BYSETPOS=%s", list(t, "setpos", min(most, 12)))
	}
	if some("wkst?", 3) {
		add("WKST=%s", rapid.SampledFrom(dayNames).Draw(t, "wkst"))
	}
	until := start.UTC().AddDate(0, 0, rapid.IntRange(0, 3000).Draw(t, "until"))
	switch rapid.IntRange(1, 4).Draw(t, "end") {
	case 1:
		add("COUNT=%d", rapid.IntRange(1, 60).Draw(t, "count"))
	case 2:
		add("UNTIL=%s", until.Format("20060102"))
	case 3:
		add("UNTIL=%s", until.Format("20060102T150405"))
	}
	rule, err := recur.ParseRule(strings.Join(parts, ";"), nil)
	if err != nil {
		t.Fatalf("%v: %v", parts, err)
	}
	return rule
}

var dayNames = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func byParts(t *rapid.T, freq string, some func(string, int) bool) []string {
	var parts []string
	months := some("bymonth?", 4)
	weeks := freq == "YEARLY" && !months && some("byweekno?", 4)
	if months {
		parts = append(parts, "BYMONTH="+strings.ReplaceAll(list(t, "month", 12), "-", ""))
	}
	if weeks {
		parts = append(parts, "BYWEEKNO="+list(t, "week", 53))
	}
	if freq != "WEEKLY" && some("bymonthday?", 3) {
		parts = append(parts, "BYMONTHDAY="+list(t, "monthday", 31))
	}
	if freq == "YEARLY" && some("byyearday?", 5) {
		parts = append(parts, "BYYEARDAY="+list(t, "yearday", 366))
	}
	if some("byday?", 2) {
		most := map[string]int{"MONTHLY": 5, "YEARLY": 53}[freq]
		if months {
			most = min(most, 5)
		}
		if weeks {
			most = 0
		}
		parts = append(parts, "BYDAY="+strings.Join(rapid.SliceOfN(anyDay(most), 1, 4).Draw(t, "byday"), ","))
	}
	return parts
}

func anyDay(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		day := rapid.SampledFrom(dayNames).Draw(t, "day")
		if n := rapid.IntRange(-most, most).Draw(t, "nth"); n != 0 {
			return fmt.Sprintf("%d%s", n, day)
		}
		return day
	})
}

func list(t *rapid.T, name string, most int) string {
	number := rapid.Custom(func(t *rapid.T) string {
		n := rapid.IntRange(1, most).Draw(t, name)
		if rapid.Bool().Draw(t, "from end") {
			n = -n
		}
		return fmt.Sprint(n)
	})
	return strings.Join(rapid.SliceOfN(number, 1, 4).Draw(t, name), ",")
}

func texts(dates []recur.Local) []string {
	var words []string
	for _, l := range dates {
		words = append(words, l.UTC().Format("Mon 2006-01-02T15:04:05"))
	}
	return words
}

func load(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
