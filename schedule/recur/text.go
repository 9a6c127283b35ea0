package recur

import (
	"fmt"
	"regexp"
	"time"
)

// Text is a series as it comes in: words that nobody has judged.
type Text struct {
	Start, TimeZone, Duration string
	Rules, RDates, ExDates    []string
}

// Where each part stands in a request.
const (
	atStart    = "start"
	atZone     = "timeZone"
	atDuration = "duration"
	atRules    = "recurrence.rules"
	atRDates   = "recurrence.rdates"
	atExDates  = "recurrence.exdates"
)

// Parse reads a series and judges it. The series is to be used only when the report has no problems.
func Parse(text Text, terms Terms) (Series, Report) {
	var r reader
	zone := r.zone(text.TimeZone, terms.Zones)
	s := Series{Zone: text.TimeZone}
	s.Start = read(&r, atStart, text.Start, ParseLocal)
	s.Duration = read(&r, atDuration, text.Duration, ParseDuration)
	s.Rules = readAll(&r, atRules, text.Rules, MaxRules, func(word string) (Rule, error) { return ParseRule(word, zone) })
	s.RDates = readAll(&r, atRDates, text.RDates, MaxOccurrences, ParseLocal)
	s.ExDates = readAll(&r, atExDates, text.ExDates, MaxOccurrences, ParseLocal)
	if len(r.problems) > 0 {
		return s, Report{Problems: r.problems}
	}
	return s, s.Judge(terms)
}

// maxProblems are said of lists at once; who sends a thousand dates in another format learns it from the first.
const maxProblems = 20

// reader collects what is wrong with each part.
type reader struct{ problems []Finding }

func (r *reader) add(code Code, location, message string) {
	r.problems = append(r.problems, Finding{Code: code, Location: location, Message: message})
}

func (r *reader) zone(name string, zones Zones) *time.Location {
	zone, err := FindZone(zones, name)
	if err != nil {
		r.add(CodeUnknownZone, atZone, err.Error())
		return time.UTC
	}
	return zone
}

func read[T any](r *reader, location, word string, parse func(string) (T, error)) T {
	value, err := parse(word)
	if err != nil {
		r.add(CodeInvalid, location, err.Error())
	}
	return value
}

func readAll[T any](r *reader, location string, words []string, most int, parse func(string) (T, error)) []T {
	if len(words) > most {
		r.add(CodeTooMany, location, fmt.Sprintf("has more than %d entries", most))
		return nil
	}
	var values []T
	for i, word := range words {
		if len(r.problems) >= maxProblems {
			break
		}
		values = append(values, read(r, fmt.Sprintf("%s[%d]", location, i), word, parse))
	}
	return values
}

// zoneName is what the names of the tz database are made of; they are written into files as they are.
var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+/-]{0,63}$`)

// FindZone finds a zone by its IANA name. The words that stand for the machine's own zone are refused.
func FindZone(zones Zones, name string) (*time.Location, error) {
	if zoneName.MatchString(name) && name != "Local" {
		if zone, err := zones(name); err == nil {
			return zone, nil
		}
	}
	return nil, fmt.Errorf("is not a time zone; write its name in the IANA tz database, such as Europe/Paris")
}
