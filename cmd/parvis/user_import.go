package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"parvis/config"
	"parvis/directory"
)

type userImport struct {
	output
	File   string `arg:"" help:"A table in CSV (UTF-8), or - for the standard input. The first line names the columns: givenName, familyName, email, provider, idp_id, uid, sub, unit, groups, title, active."`
	Org    string `required:"" help:"The organization: its id, siret or exact name."`
	DryRun bool   `help:"Tell what would be done, line by line, and do nothing."`
}

type importWire struct {
	DryRun bool             `json:"dryRun"`
	Counts map[string]int   `json:"counts"`
	Lines  []importLineWire `json:"lines"`
}

type importLineWire struct {
	Line        int      `json:"line"`
	Act         string   `json:"act"`
	Person      string   `json:"person,omitempty"`
	Name        string   `json:"name,omitempty"`
	Email       string   `json:"email,omitempty"`
	Changed     []string `json:"changed,omitempty"`
	StaysClosed bool     `json:"staysClosed,omitempty"`
	Wrong       []string `json:"wrong,omitempty"`
}

// maxFile is how much of a file is read: 2000 lines do not come near it.
const maxFile = 4 << 20

var errImportRefused = errors.New("lines are refused, and nothing was written: mend them and import the file again")

// providerNames are those by whom people sign in.
func providerNames(cfg config.Config) []string {
	var names []string
	for _, known := range cfg.Providers {
		names = append(names, known.Name)
	}
	return names
}

// Run tells of people. A file with a wrong line is not written, and the command fails.
func (c userImport) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		file, err := c.read(p)
		if err != nil {
			return err
		}
		org, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		report, err := d.administration().Providers(providerNames(d.config)...).ImportPeople(p.ctx, operator(), org, file, c.DryRun)
		if err != nil {
			return err
		}
		wire := wireImport(report)
		if err := c.answer(p, wire, func() error { return wire.write(p) }); err != nil {
			return err
		}
		if wire.Counts[string(directory.ImportRefused)] > 0 {
			return errImportRefused
		}
		return nil
	})
}

func (c userImport) read(p *process) ([]byte, error) {
	from := os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		from = f
	}
	file, err := io.ReadAll(io.LimitReader(from, maxFile+1))
	if err == nil && len(file) > maxFile {
		err = fmt.Errorf("the file has more than %d bytes: divide it", maxFile)
	}
	return file, err
}

func wireImport(r directory.ImportReport) importWire {
	w := importWire{DryRun: r.Trial, Counts: map[string]int{}, Lines: make([]importLineWire, len(r.Lines))}
	for i, l := range r.Lines {
		w.Counts[string(l.Act)]++
		one := importLineWire{Line: l.Line, Act: string(l.Act), Person: l.PersonID, Name: l.Name(), Changed: l.Changed, StaysClosed: l.StaysClosed}
		if l.Email != nil {
			one.Email = *l.Email
		}
		if r.Trial && l.Act == directory.ImportMade {
			one.Person = ""
		}
		for _, f := range l.Wrong {
			one.Wrong = append(one.Wrong, f.Location+": "+f.Message)
		}
		w.Lines[i] = one
	}
	return w
}

// write is the report for people: the lines that do something, and the counts.
func (w importWire) write(p *process) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LINE\tACT\tNAME\tE-MAIL\tWHAT")
	for _, l := range w.Lines {
		what := strings.Join(append(append([]string{}, l.Changed...), l.Wrong...), ", ")
		if l.StaysClosed {
			what = strings.TrimPrefix(what+", stays closed: an administrator closed the account", ", ")
		}
		if l.Act != string(directory.ImportUnchanged) || what != "" {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", l.Line, l.Act, l.Name, l.Email, what)
		}
	}
	for _, act := range []directory.ImportAct{
		directory.ImportMade, directory.ImportLinked, directory.ImportChanged, directory.ImportClosed, directory.ImportReopened, directory.ImportUnchanged, directory.ImportRefused,
	} {
		if n := w.Counts[string(act)]; n > 0 {
			fmt.Fprintf(table, "%s\t%d\n", act, n)
		}
	}
	if w.DryRun {
		fmt.Fprintln(table, "This was a trial: nothing was written.")
	}
	return table.Flush()
}
