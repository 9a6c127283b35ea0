package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// PeopleImport is what a file is to do to the people of an organization. A Trial changes nothing.
type PeopleImport struct {
	OrgID string
	Lines []PersonLine
	Trial bool
	By    string
	At    time.Time
	// Refuses tells why the caller may not close the account of somebody with these roles; nil when they may.
	Refuses func(personID string, held []AppointmentBelow) error
	// Told makes the event of the whole.
	Told func(map[string]any) event.Event
}

// AppointmentBelow is a role with the organizations above that for which it is held.
type AppointmentBelow struct {
	auth.Appointment
	Above []string
}

// ImportAct is what a line does to a person.
type ImportAct string

// The acts. Linked is a person who has signed in already and whom a file names for the first time.
const (
	ImportMade      ImportAct = "made"
	ImportLinked    ImportAct = "linked"
	ImportChanged   ImportAct = "changed"
	ImportClosed    ImportAct = "closed"
	ImportReopened  ImportAct = "reopened"
	ImportUnchanged ImportAct = "unchanged"
	ImportRefused   ImportAct = "refused"
)

// ImportedLine is what came, or would come, of a line. Changed are the columns that say something new. StaysClosed tells that the file
// says active, and that an administrator has closed the account.
type ImportedLine struct {
	PersonLine
	Act         ImportAct
	PersonID    string
	Changed     []string
	StaysClosed bool
}

// ImportReport is what came of a file, line by line. It was written unless it is a trial or Refused is more than none.
type ImportReport struct {
	Trial bool
	Lines []ImportedLine
}

// Count is how many lines have the act.
func (r ImportReport) Count(act ImportAct) int {
	n := 0
	for _, l := range r.Lines {
		if l.Act == act {
			n++
		}
	}
	return n
}

// Wrong is the refusal of a file with wrong lines: all of it, since a file is written whole or not at all.
func (r ImportReport) Wrong() error {
	var fields []fault.Field
	for _, l := range r.Lines {
		fields = append(fields, l.Wrong...)
	}
	if len(fields) == 0 {
		return nil
	}
	refused := fault.Newf(fault.CodeInvalid, "%d lines are refused, and nothing was written", r.Count(ImportRefused))
	refused.Fields = fields[:min(len(fields), maxWrong)]
	return refused
}

// ImportStore writes people by a file, by the same steps as provisioning.
type ImportStore interface {
	// ImportPeople does all lines or none: it writes nothing for a trial, or where a line is refused. fault.Conflict where software
	// provisions the people of the provider.
	ImportPeople(ctx context.Context, in PeopleImport) (ImportReport, error)
}

// Providers are the names of those by whom people sign in; a file names them. Without any every name is taken, and each line names one.
func (a *Administration) Providers(names ...string) *Administration {
	a.providers = names
	return a
}

// ImportPeople does to the people of an organization what a file says, or tells what it would do. A trial needs no fresh sign-in.
func (a *Administration) ImportPeople(ctx context.Context, who auth.Identity, orgID string, file []byte, trial bool) (ImportReport, error) {
	asking := who
	asking.Elevated = who.Elevated || trial
	if err := a.may(ctx, asking, auth.PeopleWrite, orgID); err != nil {
		return ImportReport{}, err
	}
	if orgID == DefaultOrgID {
		return ImportReport{}, fault.New(fault.CodeForbidden, "people of no organization are not told of in a file: name an organization")
	}
	if _, err := a.store.Organization(ctx, orgID); err != nil {
		return ImportReport{}, err
	}
	lines, err := ReadPeople(file)
	if err != nil {
		return ImportReport{}, err
	}
	a.checkLines(lines)
	return a.store.ImportPeople(ctx, PeopleImport{
		OrgID: orgID, Lines: lines, Trial: trial, By: string(who.Kind) + ":" + who.ID, At: a.now(),
		Refuses: func(personID string, held []AppointmentBelow) error { return mayClose(asking, personID, held) },
		Told: func(data map[string]any) event.Event {
			return a.happened(who, event.PeopleImported, orgID, "organization:"+orgID, data)
		},
	})
}

// checkLines names the provider where there is one alone, and finds what two lines say of the same person.
func (a *Administration) checkLines(lines []PersonLine) {
	first := map[[3]string]int{}
	for i := range lines {
		l := &lines[i]
		if l.Provider == "" && len(a.providers) == 1 {
			l.Provider = a.providers[0]
		}
		switch {
		case len(l.Wrong) > 0:
			continue
		case l.Provider == "":
			l.wrong("provider", "the name of the provider by whom the person signs in, as the settings have it")
		case len(a.providers) > 0 && !slices.Contains(a.providers, l.Provider):
			l.wrong("provider", "one of "+strings.Join(a.providers, ", "))
		}
		key := [3]string{l.Provider, l.IdPID, l.Key}
		if at := first[key]; at > 0 {
			l.wrong("uid", fmt.Sprintf("line %d tells of the same person: leave one", at))
		} else {
			first[key] = l.Line
		}
	}
}

// mayClose is what mayActOn asks, of somebody in a file.
func mayClose(who auth.Identity, personID string, held []AppointmentBelow) error {
	if who.Kind == auth.System {
		return nil
	}
	if personID == who.PersonID {
		return fault.New(fault.CodeForbidden, "nobody closes their own account: ask another administrator")
	}
	for _, h := range held {
		if err := auth.MayGive(who, h.Appointment, h.Above); err != nil {
			return fault.New(fault.CodeForbidden, "the person administers more than you do: leave the line out")
		}
	}
	return nil
}
