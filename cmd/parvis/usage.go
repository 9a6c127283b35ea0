package main

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/text"
	"parvis/usage"
)

type usageCommand struct {
	Org             string `help:"Of one organization: its id, siret or exact name; without it, of the platform."`
	From            string `help:"The first day, such as 2026-11-01; without it, 29 days before the last."`
	To              string `help:"The last day; without it, today. Days are of UTC."`
	By              string `enum:"day,week,month" default:"day" help:"day, week or month."`
	PerOrganization bool   `help:"A row for each organization that met, over all days, in place of a row for each span. Of the whole platform."`

	Output string `short:"o" enum:"table,json,csv" default:"table" help:"table, json or csv."`
}

type usageWire struct {
	Date         string `json:"date,omitempty"`
	Sessions     int    `json:"sessions"`
	Participants int    `json:"participants"`
	Minutes      int64  `json:"minutes"`
	Peak         int    `json:"peak"`
}

func wireUsage(date string, c usage.Count) usageWire {
	return usageWire{date, c.Sessions, c.Participants, int64(c.Time.Round(time.Minute) / time.Minute), c.Peak}
}

func (w usageWire) cells() []string {
	return []string{w.Date, strconv.Itoa(w.Sessions), strconv.Itoa(w.Participants), strconv.FormatInt(w.Minutes, 10), strconv.Itoa(w.Peak)}
}

// Run reports. What happened today stands as the platform counted it last.
func (c usageCommand) Run(p *process) error {
	q, err := c.query(time.Now())
	if err != nil {
		return err
	}
	return p.withDatabase(func(d *database) error {
		if c.Org != "" {
			if q.OrgID, _, err = d.store.OrgByKey(p.ctx, c.Org); err != nil {
				return err
			}
		}
		r, err := usage.New(d.store, time.Now).Read(p.ctx, q)
		if err != nil {
			return err
		}
		if c.PerOrganization {
			return c.organizations(p, r)
		}
		list := make([]usageWire, len(r.Spans))
		for i, s := range r.Spans {
			list[i] = wireUsage(s.Date.Format(time.DateOnly), s.Count)
		}
		return c.answer(p, list, wireUsage("total", r.Total))
	})
}

type usageOfWire struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	usageWire
}

// organizations answers a row for each.
func (c usageCommand) organizations(p *process, r usage.Report) error {
	list, rows := make([]usageOfWire, len(r.Shares)), make([][]string, len(r.Shares))
	for i, s := range r.Shares {
		list[i] = usageOfWire{s.OrgID, s.OrgName, wireUsage("", s.Count)}
		rows[i] = append([]string{s.OrgID, text.Inert(s.OrgName)}, list[i].cells()[1:]...)
	}
	switch c.Output {
	case "csv":
		return csv.NewWriter(p.stdout).WriteAll(append([][]string{{"id", "organization", "sessions", "participants", "minutes", "peak"}}, rows...))
	case "json":
		return output{Output: "json"}.answer(p, list, nil)
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tORGANIZATION\tSESSIONS\tPARTICIPANTS\tMINUTES\tPEAK")
	for _, row := range rows {
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}

func (c usageCommand) query(now time.Time) (q usage.Query, err error) {
	q = usage.Query{By: usage.Step(c.By), AllShares: c.PerOrganization, To: now.UTC().Truncate(24 * time.Hour)}
	for flag, at := range map[string]struct {
		text string
		into *time.Time
	}{"--to": {c.To, &q.To}, "--from": {c.From, &q.From}} {
		if at.text == "" {
			continue
		}
		if *at.into, err = time.Parse(time.DateOnly, at.text); err != nil {
			return q, fmt.Errorf("%s is a day such as 2026-11-30", flag)
		}
	}
	if c.From == "" {
		q.From = q.To.AddDate(0, 0, -29)
	}
	return q, nil
}

func (c usageCommand) answer(p *process, list []usageWire, total usageWire) error {
	switch c.Output {
	case "csv":
		w := csv.NewWriter(p.stdout)
		rows := [][]string{{"date", "sessions", "participants", "minutes", "peak"}}
		for _, s := range list {
			rows = append(rows, s.cells())
		}
		return w.WriteAll(rows)
	case "json":
		return output{Output: "json"}.answer(p, list, nil)
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...string) {
		for _, cell := range cells {
			fmt.Fprint(table, cell, "\t")
		}
		fmt.Fprintln(table)
	}
	row("DATE", "SESSIONS", "PARTICIPANTS", "MINUTES", "PEAK")
	for _, s := range list {
		row(s.cells()...)
	}
	row(total.cells()...)
	return table.Flush()
}
