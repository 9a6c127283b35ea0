package recur

import (
	"fmt"
	"slices"
	"time"

	"parvis/fault"
)

// Code is the stable name of what a Finding says.
type Code string

// The codes. Those marked so are warnings; the others are problems.
const (
	CodeInvalid          Code = "invalid"
	CodeUnknownZone      Code = "unknown-zone"
	CodeOutOfRange       Code = "out-of-range"
	CodeTooMany          Code = "too-many"
	CodeUntilBeforeStart Code = "until-before-start"
	CodeNeverOccurs      Code = "never-occurs"
	CodePast             Code = "wholly-in-the-past"
	CodeRDateOutside     Code = "rdate-outside"          // before the start, or after the bound
	CodeStartsInPast     Code = "starts-in-the-past"     // warning
	CodeUnbounded        Code = "unbounded"              // warning
	CodeCutShort         Code = "cut-short"              // warning: the end named is beyond the bounds
	CodeStartNotInRule   Code = "start-not-in-rule"      // warning
	CodeGap              Code = "gap"                    // warning
	CodeOverlap          Code = "overlap"                // warning
	CodeExDateUnmatched  Code = "exdate-matches-nothing" // warning
	CodeRDateDuplicate   Code = "rdate-duplicate"        // warning
	CodeCoincide         Code = "dates-coincide"         // warning: of exceptions, which are not the series' own
)

// Finding is one thing that is wrong with a series, or that its author should know. Message says it to a developer and
// never repeats what came in.
type Finding struct {
	Code     Code
	Location string // such as "recurrence.rules[0]"
	Message  string
	Dates    []Local // those it is about, if it is about dates
}

// Report is what Judge found: with a problem the series is refused, with warnings it is not.
type Report struct {
	Problems, Warnings []Finding
}

// Fields are the problems as an error names them.
func (r Report) Fields() []fault.Field {
	var fields []fault.Field
	for _, p := range r.Problems {
		fields = append(fields, fault.Field{Location: p.Location, Message: p.Message})
	}
	return fields
}

// Terms are what a series is judged by.
type Terms struct {
	Zones Zones
	Now   time.Time
	Kept  bool // the series exists already: that it lies in the past is no news
}

// Judge finds what is wrong with a series, all at once, and what its author should know.
func (s Series) Judge(terms Terms) Report {
	j := judge{Series: s, Terms: terms}
	if j.form(); len(j.Problems) > 0 {
		return j.Report
	}
	if j.rules(); len(j.Problems) > 0 {
		return j.Report
	}
	j.plan = slices.Collect(s.planned())
	j.dates = slices.Collect(s.Dates())
	j.ends()
	j.rdates()
	if len(j.dates) == 0 && len(j.Problems) == 0 {
		j.problem(CodeNeverOccurs, atExDates, "leave no date; keep one, or do not plan the meeting")
	}
	if len(j.Problems) > 0 {
		return j.Report
	}
	j.exdates()
	j.start()
	j.time()
	return j.Report
}

type judge struct {
	Series
	Terms
	Report
	zoneFound   *time.Location
	plan, dates []Local
}

func (j *judge) problem(code Code, location, message string, dates ...Local) {
	j.Problems = append(j.Problems, Finding{Code: code, Location: location, Message: message, Dates: dates})
}

func (j *judge) warn(code Code, location, message string, dates ...Local) {
	j.Warnings = append(j.Warnings, Finding{Code: code, Location: location, Message: message, Dates: dates})
}

// form judges each part by itself.
func (j *judge) form() {
	if year := j.Start.UTC().Year(); year < FirstYear || year > LastYear {
		j.problem(CodeOutOfRange, atStart, fmt.Sprintf("is not between the years %d and %d", FirstYear, LastYear))
	}
	if d := j.Duration.Std(); d < MinDuration || d > MaxDuration {
		j.problem(CodeOutOfRange, atDuration, fmt.Sprintf("is not between %s and %s",
			Duration(MinDuration), Duration(MaxDuration)))
	}
	zone, err := FindZone(j.Zones, j.Zone)
	if err != nil {
		j.problem(CodeUnknownZone, atZone, err.Error())
	}
	j.zoneFound = zone
	for _, list := range []struct {
		at          string
		length, max int
	}{{atRules, len(j.Rules), MaxRules}, {atRDates, len(j.RDates), MaxOccurrences}, {atExDates, len(j.ExDates), MaxOccurrences}} {
		if list.length > list.max {
			j.problem(CodeTooMany, list.at, fmt.Sprintf("has more than %d entries", list.max))
		}
	}
	for i, r := range j.Rules {
		if err := r.check(); err != nil {
			j.problem(CodeInvalid, atRule(i), err.Error())
		}
	}
}

func atRule(i int) string { return fmt.Sprintf("%s[%d]", atRules, i) }

// rules judges whether each rule gives anything, before anything is made of them: one that gives nothing takes longest.
func (j *judge) rules() {
	for i, r := range j.Rules {
		until, bounded := r.Ends()
		if bounded && until < j.Start {
			j.problem(CodeUntilBeforeStart, atRule(i), "ends before the meeting starts; move UNTIL or the start")
			continue
		}
		if _, any := r.from(j.Start, windowEnd(j.Start))(); !any {
			j.problem(CodeNeverOccurs, atRule(i), fmt.Sprintf(
				"gives no date in the %d years after the start; correct its BY parts or its interval", MaxYears))
		}
	}
}

// ends warns where a series ends otherwise than its rules say.
func (j *judge) ends() {
	if len(j.plan) == 0 {
		return
	}
	last := j.plan[len(j.plan)-1]
	for i, r := range j.Rules {
		switch {
		case r.endless():
			j.warn(CodeUnbounded, atRule(i), fmt.Sprintf("has no end; the series ends after %d years or %d dates, here with %s",
				MaxYears, MaxOccurrences, last), last)
		case r.goesBeyond(j.Start, last, len(j.plan) == MaxOccurrences):
			j.warn(CodeCutShort, atRule(i), fmt.Sprintf("goes on beyond %d years or %d dates; the series ends with %s",
				MaxYears, MaxOccurrences, last), last)
		}
	}
}

// goesBeyond tells that the rule ends after the window, or, where the series is full, after its last date.
func (r Rule) goesBeyond(start, last Local, full bool) bool {
	end := windowEnd(start)
	given := r.all(start, end)
	until, bounded := r.Ends()
	return (bounded && until > end) || r.Count > len(given) || (full && len(given) > 0 && given[len(given)-1] > last)
}

func (j *judge) rdates() {
	var outside, twice []Local
	ruled, dates := j.ruled(), sorted(j.RDates)
	for i, l := range dates {
		switch {
		case l < j.Start || l > windowEnd(j.Start):
			outside = append(outside, l)
		case i > 0 && dates[i-1] == l, len(j.Rules) == 0 && l == j.Start, among(ruled, l):
			twice = append(twice, l)
		}
	}
	if len(outside) > 0 {
		j.problem(CodeRDateOutside, atRDates, fmt.Sprintf("has dates before the start or more than %d years after it; move the start, or leave them out", MaxYears), outside...)
	}
	if len(twice) > 0 {
		j.warn(CodeRDateDuplicate, atRDates, "has dates that the series has already; each counts once", slices.Compact(twice)...)
	}
}

// ruled are the dates that rules give by themselves.
func (j *judge) ruled() []Local {
	var sources []source
	for _, r := range j.Rules {
		sources = append(sources, r.from(j.Start, windowEnd(j.Start)))
	}
	return slices.Collect(merge(sources).seq())
}

func (j *judge) exdates() {
	var unmatched []Local
	for _, l := range slices.Compact(sorted(j.ExDates)) {
		if !among(j.plan, l) {
			unmatched = append(unmatched, l)
		}
	}
	if len(unmatched) > 0 {
		j.warn(CodeExDateUnmatched, atExDates, "has dates on which the meeting does not take place anyway; nothing is excluded by them", unmatched...)
	}
}

func (j *judge) start() {
	if !among(j.plan, j.Start) {
		j.warn(CodeStartNotInRule, atStart, fmt.Sprintf("is no date of the rules: the meeting first takes place at %s; add the start to recurrence.rdates if it is to count", j.dates[0]),
			j.Start, j.dates[0])
	}
}

// time judges the dates as instants: what is past, and what the zone's clocks jump over or show twice.
func (j *judge) time() {
	first, last := j.At(j.dates[0], j.zoneFound), j.At(j.dates[len(j.dates)-1], j.zoneFound)
	switch {
	case j.Kept:
	case !last.End.After(j.Now):
		j.problem(CodePast, atStart, "and all that follows is in the past; plan a date that is to come")
	case first.Start.Before(j.Now):
		j.warn(CodeStartsInPast, atStart, "is in the past; nobody is invited to what has been", j.dates[0])
	}
	j.clocks()
}

func (j *judge) clocks() {
	j.Warnings = append(j.Warnings, Clocks(j.dates, j.zoneFound, j.Now, atStart)...)
}

// Clocks warns of local times that are to come and that the clocks of a zone jump over, or show twice.
func Clocks(dates []Local, zone *time.Location, now time.Time, location string) (warnings []Finding) {
	var gaps, overlaps []Local
	for _, l := range dates {
		t, quirk := resolve(l, zone)
		switch {
		case t.Before(now):
		case quirk == skipped:
			gaps = append(gaps, l)
		case quirk == doubled:
			overlaps = append(overlaps, l)
		}
	}
	if len(gaps) > 0 {
		warnings = append(warnings, Finding{CodeGap, location, "does not exist on days on which the clocks jump over it; the meeting is moved forward by the jump", gaps})
	}
	if len(overlaps) > 0 {
		warnings = append(warnings, Finding{CodeOverlap, location, "exists twice on days on which the clocks are put back; the first is meant", overlaps})
	}
	return warnings
}
