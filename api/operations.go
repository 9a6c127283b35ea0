package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/schedule"
)

// longWork is work that somebody asked for and does not wait for.
type longWork struct {
	ID        string     `json:"id"`
	State     string     `json:"state" enum:"queued,done,failed"`
	Meeting   string     `json:"meeting"`
	Invited   int        `json:"invited" doc:"Who was not invited before."`
	Changed   int        `json:"changed" doc:"Who was, and whose name or role is another one now."`
	Code      string     `json:"code,omitempty" doc:"Why it failed; then nobody was invited."`
	Detail    string     `json:"detail,omitempty" doc:"The same in English, for developers."`
	CreatedAt time.Time  `json:"createdAt"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`
}

func wireOperation(o schedule.Operation) longWork {
	return longWork{
		ID: o.ID, State: string(o.State), Meeting: o.MeetingID, Invited: o.Invited, Changed: o.Changed, Code: string(o.Code), Detail: o.Detail,
		CreatedAt: at(o.CreatedAt), EndedAt: atOrNever(o.EndedAt),
	}
}

var exampleOperation = longWork{
	ID: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58", State: string(schedule.Queued), Meeting: exampleMeeting.ID, CreatedAt: exampleTime,
}

type importInput struct {
	MeetingPath
	TellQuery
	ContentType string `header:"Content-Type"`
}

type importOutput struct {
	Location string `header:"Location" doc:"The address of the operation."`
	Body     longWork
}

var opImportInvitees = operation{
	id: "import-invitees", method: http.MethodPost, path: "/meetings/{id}/invitees/import", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Invite people from a table",
	detail: "A table (text/csv in UTF-8, commas or semicolons, the first line names its columns: email, user, name, role, required, language) or a JSON object a line (application/jsonl). " +
		"Each line is looked at first: where one is wrong, nobody is invited, and errors names the lines, counted from one. Then it is done in the background: read the operation. Who is invited already takes the name and role that are given.",
	status: http.StatusAccepted, answer: exampleOperation,
	codes: []fault.Code{
		fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeMeetingCancelled, fault.CodeMalformed, fault.CodeInvalid, fault.CodeTooLarge, fault.CodeUnsupportedMedia,
	},
}

// tableForms documents the bodies, which no type of ours describes: readBody has taken what came.
func (s *server) tableForms(op *huma.Operation) {
	text := &huma.Schema{Type: huma.TypeString}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		csvForm:       {Schema: text, Example: "email,name,role\nc.martin@justice.example,Camille Martin,moderator\n"},
		jsonLinesForm: {Schema: text, Example: `{"email": "c.martin@justice.example", "name": "Camille Martin", "role": "moderator"}` + "\n"},
	}}
}

func (s *server) importInvitees(ctx context.Context, in *importInput) (*importOutput, error) {
	who := of(ctx).who
	o, err := madeOnce(ctx, once.Operation, func(id string) (schedule.Operation, error) { return s.Schedule.Operation(ctx, who, id) }, func() (schedule.Operation, error) {
		form, _, _ := strings.Cut(in.ContentType, ";")
		list, wrong := importedInvitees(strings.ToLower(strings.TrimSpace(form)), of(ctx).body)
		return s.telling(in.TellQuery).ImportInvitees(ctx, who, in.ID, list, wrong)
	})
	if err != nil {
		return nil, err
	}
	return &importOutput{basePath + "/operations/" + o.ID, wireOperation(o)}, nil
}

// OperationPath is the address of an operation.
type OperationPath struct {
	ID string `path:"id" maxLength:"36" example:"0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58" doc:"The operation."`
}

type operationOutput struct {
	Body longWork
}

var opGetOperation = operation{
	id: "get-operation", method: http.MethodGet, path: "/operations/{id}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "How far an operation is", detail: "For who asked for it, for a week.", answer: exampleOperation, codes: []fault.Code{fault.CodeOperationNotFound},
}

func (s *server) getOperation(ctx context.Context, in *OperationPath) (*operationOutput, error) {
	o, err := s.Schedule.Operation(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return &operationOutput{wireOperation(o)}, nil
}
