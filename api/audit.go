package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
)

// AuditEntry is a row of the audit trail, exported as Paged is.
type AuditEntry struct {
	ID         string         `json:"id"`
	At         time.Time      `json:"at"`
	Org        string         `json:"organization" doc:"Of what was acted upon."`
	Action     string         `json:"action" doc:"Such as room.moderated. New ones come with new versions."`
	Actor      string         `json:"actor" doc:"Who acted: kind and id, such as person:0198…; nobody: is a request without a sign-in."`
	OnBehalfOf string         `json:"onBehalfOf,omitempty" doc:"The service account that acted for the person."`
	Subject    string         `json:"subject" doc:"On what: kind and id."`
	Result     string         `json:"result" enum:"done,refused"`
	Code       string         `json:"code,omitempty" doc:"Of the problem, where it was refused."`
	RequestID  string         `json:"requestId,omitempty" doc:"Finds the request in the log."`
	Name       string         `json:"name,omitempty" doc:"Of the person who acted, as it was then."`
	Email      string         `json:"email,omitempty"`
	Network    string         `json:"network,omitempty" doc:"From where: cut to /24 or /48."`
	Erased     bool           `json:"erased,omitempty" doc:"The name was destroyed."`
	Data       map[string]any `json:"data" doc:"More about it, by action; ids and settings. count: how many times, where a row stands for several."`
	Batch      int64          `json:"batch" doc:"Under which number it is sealed."`
	Position   int            `json:"position"`
}

func wireAudit(r audit.Shown) AuditEntry {
	wire := AuditEntry{
		ID: r.ID, At: at(r.At), Org: r.OrgID, Action: r.Action, Actor: r.Actor, OnBehalfOf: r.OnBehalfOf, Subject: r.Subject, Result: string(r.Result), Code: r.Code,
		RequestID: r.RequestID, Name: r.Personal.Name, Email: r.Personal.Email, Network: r.Personal.Network, Erased: r.Erased,
		Data: map[string]any{}, Batch: r.Batch, Position: r.Position,
	}
	if json.Unmarshal(r.Data, &wire.Data) != nil || wire.Data == nil {
		wire.Data = map[string]any{} // somebody was at the row: verify says so
	}
	return wire
}

var exampleAudit = AuditEntry{
	ID: "0198a5c2-b001-7d2e-9b31-6f0c4e8d2a17", At: exampleTime, Org: "0198a5c2-7e01-7d10-9c1f-2f6f1a2b3c4d", Action: "room.moderated", Actor: "person:0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80",
	Subject: "room:0198a5c2-8d3e-7a21-b4c5-6d7e8f901234", Result: "done", RequestID: "MFRGGZDFMZTWQ2LKNNWG23TPOA", Name: "Camille Durand", Email: "camille.durand@example.gouv.fr",
	Network: "192.0.2.0/24", Data: map[string]any{"act": "lock"}, Batch: 4711, Position: 3,
}

// onAudit describes an operation of those who read the trail.
func onAudit(o operation) operation {
	o.tag, o.method, o.callers, o.scope = "Audit", http.MethodGet, signedIn, auth.ScopeAuditRead
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

// AuditSearch is what the trail is searched by, exported as Paged is.
type AuditSearch struct {
	Org     string    `query:"organization" maxLength:"64" doc:"Of one organization. Left out: of all that you may read."`
	From    time.Time `query:"from" doc:"Since this moment."`
	To      time.Time `query:"to" doc:"Before this moment."`
	Actor   string    `query:"actor" maxLength:"100" example:"person:0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80"`
	Action  string    `query:"action" maxLength:"100" example:"room.moderated"`
	Subject string    `query:"subject" maxLength:"100" example:"room:0198a5c2-8d3e-7a21-b4c5-6d7e8f901234"`
	Result  string    `query:"result" enum:"done,refused"`
}

func (in AuditSearch) query() audit.Query {
	return audit.Query{From: in.From, To: in.To, Actor: in.Actor, Action: in.Action, Subject: in.Subject, Result: audit.Result(in.Result)}
}

type searchAuditInput struct {
	AuditSearch
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type auditList struct {
	Items []AuditEntry `json:"items"`
	Paged
}

type searchAuditOutput struct{ Body auditList }

var opSearchAudit = onAudit(operation{
	id: "search-audit", path: "/audit", summary: "Search the audit trail",
	detail: "The newest first. Platform administrators and auditors read all of it, those of an organization its own. What happened in the last second is not sealed yet and not shown. That you looked is written in the trail.",
	answer: auditList{Items: []AuditEntry{exampleAudit}, Paged: Paged{"MDE5OGE1YzItOGQzZQ"}}, codes: []fault.Code{fault.CodeInvalid, fault.CodeNotFound},
})

func (s *server) searchAudit(ctx context.Context, in *searchAuditInput) (*searchAuditOutput, error) {
	q := in.query()
	q.PageSize, q.Cursor = in.PageSize, in.Cursor
	found, err := s.Audit.Search(ctx, of(ctx).who, in.Org, q)
	if err != nil {
		return nil, err
	}
	list := auditList{Items: make([]AuditEntry, len(found.Rows)), Paged: Paged{found.Next}}
	for i, r := range found.Rows {
		list.Items[i] = wireAudit(r)
	}
	return &searchAuditOutput{list}, nil
}

const linesType = "application/x-ndjson"

type exportAuditInput struct{ AuditSearch }

type exportAuditOutput struct{ Body func(huma.Context) }

var opExportAudit = onAudit(operation{
	id: "export-audit", path: "/audit/export", summary: "Export the audit trail",
	detail: "As JSON lines, the newest first, however many. When something fails in the middle the connection is cut: a whole export ends as HTTP says. " +
		"The seals, and syslog, are exported by the command parvis audit export.",
	codes: []fault.Code{fault.CodeInvalid, fault.CodeNotFound},
})

// auditLines documents the answer, which is no JSON document.
func (s *server) auditLines(op *huma.Operation) {
	op.Responses["200"].Content = map[string]*huma.MediaType{linesType: {Schema: &huma.Schema{Type: huma.TypeString}, Example: `{"id":"0198a5c2-b001-7d2e-9b31-6f0c4e8d2a17","action":"room.moderated"}` + "\n"}}
}

// pageTime is how long one page of an export may take, to be read and to be sent.
const pageTime = 30 * time.Second

func (s *server) exportAudit(ctx context.Context, in *exportAuditInput) (*exportAuditOutput, error) {
	x := of(ctx)
	pages, err := s.Audit.Export(ctx, x.who, in.Org, in.query())
	if err != nil {
		return nil, err
	}
	return &exportAuditOutput{func(hc huma.Context) {
		hc.SetHeader("Content-Type", linesType)
		hc.SetHeader("Content-Disposition", `attachment; filename="audit.jsonl"`)
		for {
			_ = http.NewResponseController(x.writer).SetWriteDeadline(time.Now().Add(pageTime)) // a recorder in a test has none
			rows, err := pages.Next(hc.Context())
			if err == nil && len(rows) > 0 {
				err = audit.WriteJSON(hc.BodyWriter(), rows)
			}
			if err != nil {
				x.failure = fault.Of(err)
				panic(http.ErrAbortHandler) // who asked must not take a part for the whole
			}
			if len(rows) == 0 {
				return
			}
		}
	}}, nil
}

type auditSeal struct {
	Batch     int64      `json:"batch" doc:"The number of the newest batch; 0 before the first."`
	Root      string     `json:"root,omitempty" doc:"Its root. With the number before it, and a colon between, it is an anchor."`
	SealedAt  *time.Time `json:"sealedAt,omitempty"`
	Waiting   int        `json:"waiting" doc:"Entries that are not sealed yet, counted up to 10000. A few are usual; many mean that no replica seals."`
	KeyID     string     `json:"keyId"`
	PublicKey string     `json:"publicKey" doc:"By which anybody verifies the trail, in PEM. Compare it with one that you had by another way."`
}

type auditSealOutput struct{ Body auditSeal }

var opAuditSeal = onAudit(operation{
	id: "get-audit-seal", path: "/audit/seal", summary: "How the seal of the audit trail stands", detail: "Remember root and batch outside: parvis audit verify --anchor finds whether the trail still reaches it.",
	answer: auditSeal{Batch: 4711, Root: "9f2c8d…", SealedAt: &exampleTime, KeyID: "8b1d6a0c55e3f791", PublicKey: "-----BEGIN PUBLIC KEY-----…"},
})

func (s *server) auditSeal(ctx context.Context, _ *struct{}) (*auditSealOutput, error) {
	state, err := s.Audit.State(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	wire := auditSeal{Batch: state.Newest.ID, Waiting: state.Waiting, KeyID: state.Key.ID(), PublicKey: state.Key.PEM()}
	if state.Newest.ID > 0 {
		wire.Root, wire.SealedAt = state.Newest.Root.String(), atOrNever(&state.Newest.SealedAt)
	}
	return &auditSealOutput{wire}, nil
}
