package main

import (
	"encoding/json"
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

func day(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Local().Format(time.DateOnly)
}
