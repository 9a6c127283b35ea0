package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/job"
)

type jobsCommands struct {
	List   jobsList   `cmd:"" help:"List background work, the newest first."`
	Retry  jobsRetry  `cmd:"" help:"Have a task begun at once, also one that was given up or cancelled."`
	Cancel jobsCancel `cmd:"" help:"Have a task not begun any more; one that runs is not tried again."`
}

type jobWire struct {
	ID        int64     `json:"id"`
	Kind      job.Kind  `json:"kind"`
	Subject   string    `json:"subject,omitempty"`
	State     job.State `json:"state"`
	Tries     int       `json:"tries"`
	Due       time.Time `json:"dueAt"`
	LastError string    `json:"lastError,omitempty"`
}

func wireJob(s job.Standing) jobWire {
	return jobWire{s.ID, s.Task.Kind, s.Task.Subject, s.State, s.Tries, s.Task.At.UTC(), s.LastError}
}

func writeJobs(p *process, list []jobWire) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tKIND\tSUBJECT\tSTATE\tTRIES\tDUE\tLAST ERROR")
	for _, w := range list {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%d\t%s\t%s\n",
			w.ID, w.Kind, cmp.Or(w.Subject, "-"), w.State, w.Tries, w.Due.Local().Format(time.DateTime), cmp.Or(w.LastError, "-"))
	}
	return table.Flush()
}

type jobsList struct {
	output
	Kind  string `help:"Of one kind, such as send-letter."`
	State string `help:"In one state: later, waiting, running, retrying, done, given-up or cancelled."`
	Most  int    `default:"100" help:"How many, at most 10000."`
}

// Run lists tasks.
func (c jobsList) Run(p *process) error {
	state := job.State(c.State)
	if state != "" && !slices.Contains(job.States(), state) {
		return fmt.Errorf("there is no state %q; there are %s", c.State, strings.Join(stateNames(), ", "))
	}
	if c.Most < 1 || c.Most > 10_000 {
		return errors.New("--most is a number from 1 to 10000")
	}
	return p.withDatabase(func(d *database) error {
		list, err := d.store.Tasks(p.ctx, job.Query{Kind: job.Kind(c.Kind), State: state, Most: c.Most})
		if err != nil {
			return err
		}
		wire := make([]jobWire, len(list))
		for i, s := range list {
			wire[i] = wireJob(s)
		}
		return c.answer(p, wire, func() error { return writeJobs(p, wire) })
	})
}

func stateNames() []string {
	var names []string
	for _, s := range job.States() {
		names = append(names, string(s))
	}
	return names
}

// jobID names the task of a command.
type jobID struct {
	output
	ID int64 `arg:"" help:"The task's number, as parvis jobs list shows it."`
}

// on runs an act on the task and answers how it stands.
func (c jobID) on(p *process, act func(*database) (job.Standing, error)) error {
	return p.withDatabase(func(d *database) error {
		now, err := act(d)
		if err != nil {
			return err
		}
		wire := wireJob(now)
		return c.answer(p, wire, func() error { return writeJobs(p, []jobWire{wire}) })
	})
}

type jobsRetry struct{ jobID }

// Run has a task begun at once.
func (c jobsRetry) Run(p *process) error {
	return c.on(p, func(d *database) (job.Standing, error) { return d.store.RetryTask(p.ctx, c.ID) })
}

type jobsCancel struct{ jobID }

// Run has a task not begun any more.
func (c jobsCancel) Run(p *process) error {
	return c.on(p, func(d *database) (job.Standing, error) { return d.store.CancelTask(p.ctx, c.ID) })
}
