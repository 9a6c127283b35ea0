package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parvis/directory"
	"parvis/fault"
)

// importedPerson is what came, or would come, of a line of a file.
type importedPerson struct {
	Line        int          `json:"line" doc:"Counted from one, the names of the columns not among them."`
	Act         string       `json:"act" enum:"made,linked,changed,closed,reopened,unchanged,refused" doc:"linked: the person has signed in already, and a file names them for the first time."`
	Person      string       `json:"person,omitempty" doc:"The account, by id. Of a trial, left out for somebody who would be made."`
	Name        string       `json:"name,omitempty" doc:"As the line has it."`
	Email       string       `json:"email,omitempty" doc:"As the line has it."`
	Changed     []string     `json:"changed" doc:"The columns that say something new."`
	StaysClosed bool         `json:"staysClosed,omitempty" doc:"The line says active, and an administrator has closed the account: an administrator opens it."`
	Errors      []fieldError `json:"errors,omitempty" doc:"Why the line is refused, and what to do."`
}

type peopleImport struct {
	Trial     bool             `json:"dryRun" doc:"Nothing was written."`
	Made      int              `json:"made"`
	Linked    int              `json:"linked"`
	Changed   int              `json:"changed"`
	Closed    int              `json:"closed"`
	Reopened  int              `json:"reopened"`
	Unchanged int              `json:"unchanged"`
	Refused   int              `json:"refused" doc:"More than none, of a trial alone: such a file is not written."`
	Lines     []importedPerson `json:"lines"`
}

func wireImport(r directory.ImportReport) peopleImport {
	out := peopleImport{
		Trial: r.Trial, Made: r.Count(directory.ImportMade), Linked: r.Count(directory.ImportLinked), Changed: r.Count(directory.ImportChanged),
		Closed: r.Count(directory.ImportClosed), Reopened: r.Count(directory.ImportReopened), Unchanged: r.Count(directory.ImportUnchanged),
		Refused: r.Count(directory.ImportRefused), Lines: make([]importedPerson, len(r.Lines)),
	}
	for i, l := range r.Lines {
		w := importedPerson{Line: l.Line, Act: string(l.Act), Person: l.PersonID, Name: l.Name(), Changed: append([]string{}, l.Changed...), StaysClosed: l.StaysClosed}
		if l.Email != nil {
			w.Email = *l.Email
		}
		if r.Trial && l.Act == directory.ImportMade {
			w.Person = "" // it went with the trial
		}
		for _, f := range l.Wrong {
			w.Errors = append(w.Errors, fieldError{Location: f.Location, Message: f.Message})
		}
		out.Lines[i] = w
	}
	return out
}

type importPeopleInput struct {
	OrganizationPath
	DryRun bool `query:"dryRun" doc:"Tells what would be done, line by line, and does nothing; it needs no fresh sign-in."`
}

type importPeopleOutput struct {
	Body peopleImport
}

var opImportPeople = onPeople(operation{
	id: "import-people", method: http.MethodPost, path: "/organizations/{id}/people/import", summary: "Tell of people in a file",
	detail: "For an organization without SCIM. A table (text/csv in UTF-8, commas or semicolons, up to 2000 lines); its first line names the columns: givenName, familyName, email, provider, idp_id, uid, sub, unit, groups, title, active. " +
		"People are found by the key of their provider, as by SCIM: uid with idp_id behind a broker, sub of a provider of the organization's own, and never by an address. provider may be left out where there is one alone; groups has a | between. " +
		"What has no column stays as it is, and whom the file does not name stays too. active false closes the account: sign-ins and calls end at once. It is all done or nothing; the same file again changes nothing. It needs a fresh sign-in.",
	answer: peopleImport{Trial: true, Made: 1, Lines: []importedPerson{{Line: 1, Act: "made", Name: "Camille Martin", Email: "camille.martin@finances.example", Changed: []string{}}}},
	codes: []fault.Code{
		fault.CodeElevationRequired, fault.CodeOrganizationNotFound, fault.CodePersonNotFound, fault.CodeConflict, fault.CodeMalformed, fault.CodeInvalid, fault.CodeTooLarge, fault.CodeUnsupportedMedia,
	},
})

// peopleForm documents the body, which no type of ours describes: readBody has taken what came.
func (s *server) peopleForm(op *huma.Operation) {
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		csvForm: {Schema: &huma.Schema{Type: huma.TypeString}, Example: "givenName,familyName,email,idp_id,uid,active\nCamille,Martin,camille.martin@finances.example,71144ab3-ee1a-4401-b7b3-79b44f7daeeb,cmartin,true\n"},
	}}
}

func (s *server) importPeople(ctx context.Context, in *importPeopleInput) (*importPeopleOutput, error) {
	report, err := s.Administration.ImportPeople(ctx, of(ctx).who, in.ID, of(ctx).body, in.DryRun)
	if err != nil {
		return nil, err
	}
	if !in.DryRun {
		if err := report.Wrong(); err != nil {
			return nil, err
		}
	}
	return &importPeopleOutput{wireImport(report)}, nil
}
