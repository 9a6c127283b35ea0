package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// output is how a command answers.
type output struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
}

// answer writes v for programs, or has table write it for people.
func (o output) answer(p *process, v any, table func() error) error {
	if o.Output == "json" {
		return json.NewEncoder(p.stdout).Encode(v)
	}
	return table()
}

// momentIn reads a day or a moment of an option. Of a day it is the beginning, by the clock of the server.
func momentIn(option, text string) (at time.Time, wholeDay bool, err error) {
	if at, err = time.Parse(time.RFC3339, text); err == nil {
		return at, false, nil
	}
	if at, err = time.ParseInLocation(time.DateOnly, text, time.Local); err != nil {
		return at, false, fmt.Errorf("%s is a day or a moment, such as 2026-03-02 or 2026-03-02T09:00:00Z", option)
	}
	return at, true, nil
}

func day(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Local().Format(time.DateOnly)
}
