// Command parsetest writes calendar files with the instants that they mean, for readers other than ours to be held to:
//
//	go run ./schedule/ical/parsetest -out DIRECTORY
//
// For each case there are NNN.ics and NNN.json, {"name", "expected": [{"start", "end"}]}: instants in UTC and in order.
// The cases are the same at every run.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata"

	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

const cases = 200

func main() {
	out := flag.String("out", "", "directory to write to")
	flag.Parse()
	if err := write(*out); err != nil {
		log.Fatal(err)
	}
}

func write(dir string) error {
	random := rand.New(rand.NewPCG(5545, 8984))
	for n := 0; n < cases; {
		event := draw(random, n)
		if _, any := event.Series.First(); !any {
			continue
		}
		if err := writeCase(filepath.Join(dir, fmt.Sprintf("%03d", n)), event); err != nil {
			return err
		}
		n++
	}
	return nil
}

type span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

func writeCase(path string, event ical.Event) error {
	var file bytes.Buffer
	if err := (ical.Calendar{Events: []ical.Event{event}}).Write(&file, time.LoadLocation); err != nil {
		return err
	}
	expected, err := instants(event)
	if err != nil {
		return err
	}
	meaning, err := json.Marshal(map[string]any{"name": event.Title, "expected": expected})
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".ics", file.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path+".json", meaning, 0o644)
}

// instants are when the event takes place, what its overrides change included.
func instants(event ical.Event) ([]span, error) {
	zone, err := time.LoadLocation(event.Series.Zone)
	if err != nil {
		return nil, err
	}
	spans := []span{}
	for o := range event.Series.Occurrences(zone, time.Time{}, time.Time{}) {
		s := span{o.Start, o.End}
		i := slices.IndexFunc(event.Overrides, func(v ical.Override) bool { return v.ID == o.ID })
		if i >= 0 {
			if event.Overrides[i].Cancelled {
				continue
			}
			s.Start = event.Overrides[i].Start.In(zone)
			s.End = s.Start.Add(event.Series.Duration.Std())
		}
		spans = append(spans, s)
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.Start.Unix(), b.Start.Unix()) })
	return spans, nil
}

var (
	zones = []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe"}
	// When the clocks of each zone change, in the middle of the change.
	changes = map[string][]recur.Local{
		"Europe/Paris":        {recur.NewLocal(2026, 3, 29, 2, 30, 0), recur.NewLocal(2026, 10, 25, 2, 30, 0)},
		"America/New_York":    {recur.NewLocal(2026, 3, 8, 2, 30, 0), recur.NewLocal(2026, 11, 1, 1, 30, 0)},
		"Australia/Lord_Howe": {recur.NewLocal(2026, 4, 5, 1, 45, 0), recur.NewLocal(2026, 10, 4, 2, 15, 0)},
	}
	hours  = []int{0, 1, 2, 8, 9, 11, 14, 16, 19, 23}
	days   = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	shapes = []string{
		"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY={day},{day}",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY={day},{day}", "FREQ=WEEKLY;INTERVAL=2;BYDAY={day},SU;WKST=SU", "FREQ=MONTHLY",
		"FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=-1{day}", "FREQ=MONTHLY;BYDAY=2{day}",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1{day}",
		"FREQ=MONTHLY;BYDAY={day},-1SU", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=YEARLY;BYWEEKNO=20",
		"FREQ=YEARLY;BYYEARDAY=100,-1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=1,7;BYDAY=2{day}",
	}
	ends = []string{"", ";COUNT=7", ";COUNT=40", ";UNTIL=20271231", ";UNTIL=20270329T120000"}
)

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

func draw(random *rand.Rand, n int) ical.Event {
	start := recur.NewLocal(2026, 1, 1+random.IntN(365), pick(random, hours), pick(random, []int{0, 30}), 0)
	zone := zones[n%len(zones)]
	if random.IntN(6) == 0 {
		start = pick(random, changes[zone]) - recur.Local(random.IntN(3)*3600)
	}
	series := recur.Series{Start: start, Zone: zone, Duration: recur.Duration(90 * time.Minute)}
	for range 1 + random.IntN(6)/5 {
		shape := pick(random, shapes)
		for strings.Contains(shape, "{day}") {
			shape = strings.Replace(shape, "{day}", pick(random, days), 1)
		}
		rule, err := recur.ParseRule(shape+pick(random, ends), nil)
		if err != nil {
			panic(err) // a shape above is wrong
		}
		series.Rules = append(series.Rules, rule)
	}
	if random.IntN(3) == 0 {
		series.RDates = append(series.RDates, start+recur.Local(86400*(1+random.IntN(300))))
	}
	event := drawn{ical.Event{UID: fmt.Sprintf("case-%03d@example.org", n), Title: fmt.Sprint(series.Start, " ", series.Zone, " ", series.Rules),
		Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	event.Series, event.Overrides = change(random, series)
	if n%16 == 15 {
		event.once()
	}
	return event.Event
}

type drawn struct{ ical.Event }

// once makes of a series what takes place once, and at another time than its own.
func (e *drawn) once() {
	e.Series.Rules, e.Series.RDates, e.Series.ExDates = nil, nil, nil
	e.Overrides = []ical.Override{{ID: e.Series.Start, Start: e.Series.Start + 5*3600}}
}

// change excludes a date, moves one and cancels one.
func change(random *rand.Rand, series recur.Series) (recur.Series, []ical.Override) {
	dates := slices.Collect(series.Dates())
	if len(dates) < 5 {
		return series, nil
	}
	at := random.IntN(len(dates) - 3)
	series.ExDates = []recur.Local{dates[at]}
	return series, []ical.Override{
		{ID: dates[at+1], Start: dates[at+1] + 5*3600},
		{ID: dates[at+2], Cancelled: true},
	}
}
