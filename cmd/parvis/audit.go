package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/config"
)

type auditCommands struct {
	Verify auditVerify `cmd:"" help:"Judge the whole trail: what was changed, removed, moved, inserted or cut off. Exit code 1 when it does not hold."`
	Show   auditShow   `cmd:"" help:"Search the trail, the newest first."`
	Export auditExport `cmd:"" help:"Write the trail as JSON lines, as syslog, or sealed for somebody who verifies it elsewhere."`
	Key    auditKey    `cmd:"" help:"Print the public key by which anybody verifies the trail."`
	Forget auditForget `cmd:"" help:"Destroy the key of a person's names in the trail. It cannot be taken back; the trail still verifies."`
}

// withAudit opens the database and what reads its trail.
func (p *process) withAudit(do func(*database, *audit.Service) error) error {
	return p.withDatabase(func(d *database) error {
		service, err := auditService(d.config, d.store, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return do(d, service)
	})
}

type auditKey struct{ output }

type keyWire struct {
	ID  string `json:"id"`
	PEM string `json:"publicKey"`
}

// Run prints the public key. The database is not asked: an auditor trusts nothing that stands in it.
func (c auditKey) Run(p *process) error {
	cfg, err := config.Load(p.environ, config.Database)
	if err != nil {
		return err
	}
	keys, _, err := auditKeys(cfg)
	if err != nil {
		return err
	}
	public := keys.Public()
	return c.answer(p, keyWire{public.ID(), public.PEM()}, func() error {
		_, err := fmt.Fprintf(p.stdout, "%s", public.PEM())
		return err
	})
}

type auditVerify struct {
	output
	Anchor []string `help:"A batch and its root as the log said them, NUMBER:ROOT; may be repeated. Without one nobody can see that the newest batches were cut off."`
	Key    []string `help:"A file with public keys, as parvis audit key prints them; may be repeated. With it no secret is needed, and names are not opened." type:"existingfile"`
	File   string   `help:"A sealed export to judge in the place of the database; - reads from standard input."`
	Kept   int      `name:"kept-days" help:"For how many days rows had to stay at least: what was taken away before is reported. Without it PARVIS_AUDIT_DAYS, and one day of a file."`
}

type reportWire struct {
	Holds  bool   `json:"holds"`
	Anchor string `json:"anchor,omitempty"` // of the newest batch, to be remembered
	audit.Report
}

// Run judges the trail.
func (c auditVerify) Run(p *process) error {
	if c.Kept < 0 || c.Kept > config.MaxAuditDays {
		return fmt.Errorf("--kept-days is a number of days from 1 to %d", config.MaxAuditDays)
	}
	by := audit.Trust{Kept: inDays(c.Kept)}
	for _, text := range c.Anchor {
		a, err := audit.ParseAnchor(text)
		if err != nil {
			return err
		}
		by.Anchors = append(by.Anchors, a)
	}
	for _, path := range c.Key {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		some, err := audit.ParsePublicKeys(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		by.Keys = append(by.Keys, some...)
	}
	report, err := c.judge(p, by)
	if err != nil {
		return err
	}
	return c.tell(p, report, len(by.Anchors) > 0)
}

func (c auditVerify) judge(p *process, by audit.Trust) (report audit.Report, err error) {
	switch {
	case c.File != "" && len(by.Keys) == 0:
		return report, errors.New("an export is judged with public keys alone: add --key")
	case c.File == "-":
		return audit.VerifySealed(os.Stdin, by)
	case c.File != "":
		in, err := os.Open(c.File)
		if err != nil {
			return report, err
		}
		defer func() { _ = in.Close() }()
		return audit.VerifySealed(in, by)
	case len(by.Keys) > 0:
		err = p.withDatabase(func(d *database) error {
			report, err = audit.VerifyWith(p.ctx, d.store, keptBy(d, by))
			return err
		})
		return report, err
	}
	err = p.withAudit(func(d *database, s *audit.Service) error {
		report, err = s.Verify(p.ctx, keptBy(d, by))
		return err
	})
	return report, err
}

// keptBy is how long rows had to stay by the settings, where nobody said it.
func keptBy(d *database, by audit.Trust) audit.Trust {
	by.Kept = cmp.Or(by.Kept, inDays(d.config.AuditDays))
	return by
}

func inDays(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// tell answers what was found, and ends with 1 when the trail does not hold.
func (c auditVerify) tell(p *process, r audit.Report, anchored bool) error {
	wire := reportWire{Holds: r.Holds(), Report: r}
	if r.Newest.Batch > 0 {
		wire.Anchor = r.Newest.String()
	}
	err := c.answer(p, wire, func() error {
		for _, f := range r.Findings {
			fmt.Fprintln(p.stdout, f)
		}
		if r.More > 0 {
			fmt.Fprintf(p.stdout, "and %d findings more\n", r.More)
		}
		verdict := "the trail holds"
		if !r.Holds() {
			verdict = "THE TRAIL DOES NOT HOLD"
		}
		fmt.Fprintf(p.stdout, "%s: %d batches, %d rows, %d expired, %d names erased\n", verdict, r.Batches, r.Rows, r.Expired, r.Erased)
		if wire.Anchor != "" {
			fmt.Fprintf(p.stdout, "newest: --anchor %s (sealed %s)\n", wire.Anchor, r.SealedAt.Local().Format(time.DateTime))
		}
		if !anchored {
			fmt.Fprintln(p.stdout, "no anchor was given: that the newest batches were cut off would not show")
		}
		return nil
	})
	if err == nil && !r.Holds() {
		return exitCode(1)
	}
	return err
}

// auditSearch is what commands search by.
type auditSearch struct {
	From    string `help:"Since this moment: 2026-03-02 or 2026-03-02T09:00:00Z."`
	To      string `help:"Before this moment."`
	Org     string `help:"Of an organization, by its id."`
	Actor   string `help:"Done by: kind:id, such as person:0190…"`
	Subject string `help:"Done to: kind:id, such as room:0190…"`
	Action  string `help:"Of one action, such as room.moderated."`
	Result  string `help:"done or refused." enum:",done,refused" default:""`
}

func (c auditSearch) query() (audit.Query, error) {
	q := audit.Query{Actor: c.Actor, Subject: c.Subject, Action: c.Action, Result: audit.Result(c.Result)}
	for _, of := range []struct {
		name, text string
		into       *time.Time
	}{{"--from", c.From, &q.From}, {"--to", c.To, &q.To}} {
		if of.text == "" {
			continue
		}
		at, _, err := momentIn(of.name, of.text)
		if err != nil {
			return q, err
		}
		*of.into = at
	}
	return q, nil
}

type auditShow struct {
	output
	auditSearch
	Most int `default:"50" help:"How many, at most 200."`
}

// Run lists rows.
func (c auditShow) Run(p *process) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	if q.PageSize = c.Most; c.Most < 1 || c.Most > audit.MaxPage {
		return fmt.Errorf("--most is a number from 1 to %d", audit.MaxPage)
	}
	return p.withAudit(func(_ *database, s *audit.Service) error {
		found, err := s.Search(p.ctx, audit.Operator(), c.Org, q)
		if err != nil {
			return err
		}
		if c.Output == "json" {
			return audit.WriteJSON(p.stdout, found.Rows)
		}
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "AT\tACTION\tRESULT\tWHO\tNAME\tON\tFROM")
		for _, r := range found.Rows {
			name := cmp.Or(r.Personal.Name, "-")
			if r.Erased {
				name = "(erased)"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.At.Local().Format(time.DateTime), r.Action, cmp.Or(r.Code, string(r.Result)), r.Actor, name, r.Subject, cmp.Or(r.Personal.Network, "-"))
		}
		return table.Flush()
	})
}

type auditExport struct {
	auditSearch
	Format string `enum:"jsonl,syslog,sealed" default:"jsonl" help:"jsonl: JSON lines with names. syslog: RFC 5424, a message a line. sealed: the whole trail with its seals and without names, for parvis audit verify --file."`
}

// Run writes rows to standard output, the newest first; a sealed export the oldest first.
func (c auditExport) Run(p *process) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.stdout)
	if c.Format == "sealed" {
		if c.auditSearch != (auditSearch{}) {
			return errors.New("a sealed export is the whole trail: leave the other options out")
		}
		err = p.withDatabase(func(d *database) error { return audit.WriteSealed(p.ctx, d.store, out) })
		return errors.Join(err, out.Flush())
	}
	err = p.withAudit(func(d *database, s *audit.Service) error {
		host := ""
		if d.config.URL != nil {
			host = d.config.URL.Hostname()
		}
		pages, err := s.Export(p.ctx, audit.Operator(), c.Org, q)
		if err != nil {
			return err
		}
		for {
			rows, err := pages.Next(p.ctx)
			if err != nil || len(rows) == 0 {
				return err
			}
			if err := c.write(out, host, rows); err != nil {
				return err
			}
		}
	})
	return errors.Join(err, out.Flush())
}

func (c auditExport) write(w io.Writer, host string, rows []audit.Shown) error {
	if c.Format == "syslog" {
		return audit.WriteSyslog(w, host, rows)
	}
	return audit.WriteJSON(w, rows)
}

type auditForget struct {
	output
	Person string `arg:"" help:"The person: an id, or an address with --org."`
	Org    string `help:"The organization of an address: its id, siret or exact name."`
	Yes    bool   `required:"" help:"Say that you mean it: nobody can bring the names back."`
}

// Run destroys the key of somebody's names.
func (c auditForget) Run(p *process) error {
	return p.withAudit(func(d *database, s *audit.Service) error {
		person, err := d.person(p.ctx, c.Person, c.Org)
		if err != nil {
			return err
		}
		if err := s.Forget(p.ctx, audit.ActorOf(audit.Operator()), cmp.Or(person.OrgID, auth.DefaultOrgID), person.ID); err != nil {
			return err
		}
		if c.Output == "json" {
			return json.NewEncoder(p.stdout).Encode(map[string]any{"person": person.ID, "namesDestroyed": true})
		}
		_, err = fmt.Fprintf(p.stdout, "The names of %s in the audit trail are destroyed.\n", person.ID)
		return err
	})
}
