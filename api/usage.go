package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/auth"
	"parvis/fault"
	"parvis/usage"
)

// UsageCount is what happened in a span of time, without names; exported for Huma, which reads embedded fields so.
type UsageCount struct {
	Sessions     int   `json:"sessions" doc:"That began in the span."`
	Participants int   `json:"participants" doc:"Whoever was in a session counts once for it, on each of its days."`
	Minutes      int64 `json:"minutes" doc:"Of all participants together, two tabs of somebody counted once."`
	Peak         int   `json:"peak" doc:"How many were in meetings at the same time at most. Peaks do not add up."`
}

func wireCount(c usage.Count) UsageCount {
	return UsageCount{c.Sessions, c.Participants, int64(c.Time.Round(time.Minute) / time.Minute), c.Peak}
}

func (c UsageCount) cells() []string {
	return []string{strconv.Itoa(c.Sessions), strconv.Itoa(c.Participants), strconv.FormatInt(c.Minutes, 10), strconv.Itoa(c.Peak)}
}

type usageSpan struct {
	Date string `json:"date" format:"date" example:"2026-11-20" doc:"The first of its days in the report."`
	UsageCount
}

type usageShare struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	UsageCount
}

type usageReport struct {
	From             string       `json:"from" format:"date"`
	To               string       `json:"to" format:"date"`
	By               string       `json:"by" enum:"day,week,month"`
	Organization     string       `json:"organization,omitempty" doc:"By id; left out of a report of the whole platform."`
	OrganizationName string       `json:"organizationName,omitempty"`
	Total            UsageCount   `json:"total"`
	Items            []usageSpan  `json:"items" doc:"One for each day, week or month, also where nothing happened. Days are of UTC, a week begins on Monday."`
	Organizations    []usageShare `json:"organizations,omitempty" doc:"Of a report of the platform: the 200 that met most, most minutes first; all of them with rows=organizations."`
}

func wireUsage(r usage.Report) usageReport {
	w := usageReport{
		From: r.From.Format(time.DateOnly), To: r.To.Format(time.DateOnly), By: string(r.By), Organization: r.OrgID, OrganizationName: r.OrgName,
		Total: wireCount(r.Total), Items: make([]usageSpan, len(r.Spans)),
	}
	for i, s := range r.Spans {
		w.Items[i] = usageSpan{s.Date.Format(time.DateOnly), wireCount(s.Count)}
	}
	for _, s := range r.Shares {
		w.Organizations = append(w.Organizations, usageShare{s.OrgID, s.OrgName, wireCount(s.Count)})
	}
	return w
}

// usageColumns are the first row of the table.
var usageColumns = map[string][]string{
	"fr": {"Date", "Réunions", "Participants", "Minutes", "Pic"},
	"en": {"Date", "Meetings", "Participants", "Minutes", "Peak"},
}

func (r usageReport) table(lang string) []byte {
	rows := [][]string{usageColumns[lang]}
	for _, s := range r.Items {
		rows = append(rows, append([]string{s.Date}, s.cells()...))
	}
	return csvFile(rows)
}

// organizationColumns come before the counts, where each row is an organization.
var organizationColumns = map[string][]string{"fr": {"Identifiant", "Organisme"}, "en": {"Id", "Organization"}}

func (r usageReport) organizationTable(lang string) []byte {
	rows := [][]string{append(slices.Clone(organizationColumns[lang]), usageColumns[lang][1:]...)}
	for _, o := range r.Organizations {
		rows = append(rows, append([]string{o.ID, o.Name}, o.cells()...))
	}
	return csvFile(rows)
}

var exampleUsage = usageReport{
	From: "2026-11-19", To: "2026-11-20", By: "day", Total: UsageCount{1830, 9400, 312_000, 2120},
	Items:         []usageSpan{{"2026-11-19", UsageCount{910, 4600, 155_000, 2050}}, {"2026-11-20", UsageCount{920, 4800, 157_000, 2120}}},
	Organizations: []usageShare{{"0198a5c2-7c11-7d05-9b3e-5a1f7e2c8d46", "Ministry of Example", UsageCount{1830, 9400, 312_000, 2120}}},
}

type usageInput struct {
	Organization string `query:"organization" maxLength:"36" doc:"By id. The whole platform when left out, for who administers all of it; of software its own organization."`
	From         string `query:"from" maxLength:"10" format:"date" example:"2026-11-01" doc:"The first day, in UTC. 29 days before the last when left out."`
	To           string `query:"to" maxLength:"10" format:"date" example:"2026-11-30" doc:"The last day. Today when left out."`
	By           string `query:"by" enum:"day,week,month" default:"day"`
	Rows         string `query:"rows" enum:"spans,organizations" default:"spans" doc:"Of a table: a row for each span, or for each organization that met, over all days. The second is of the whole platform; in JSON it lists all organizations, too."`
	Format       string `query:"format" enum:"json,csv" doc:"Decides before Accept does, for links."`
	Accept       string `header:"Accept" doc:"text/csv for a table; application/json else."`
	Language     string `header:"Accept-Language" doc:"Of the table's first row: fr or en."`
}

// usualDays is how long a report is that says nothing about it.
const usualDays = 30

func (in usageInput) query(who auth.Identity, now time.Time) (usage.Query, error) {
	q := usage.Query{OrgID: in.Organization, By: usage.Step(in.By), AllShares: in.Rows == "organizations", To: now.UTC().Truncate(24 * time.Hour)}
	if who.Kind == auth.Service && q.OrgID == "" {
		q.OrgID = who.OrgID
	}
	var err error
	if in.To != "" {
		if q.To, err = time.Parse(time.DateOnly, in.To); err != nil {
			return q, noDay("query.to")
		}
	}
	q.From = q.To.AddDate(0, 0, 1-usualDays)
	if in.From != "" {
		if q.From, err = time.Parse(time.DateOnly, in.From); err != nil {
			return q, noDay("query.from")
		}
	}
	return q, nil
}

func noDay(at string) error {
	return fault.New(fault.CodeInvalid, "a day is written 2026-11-30").At(at, "give a day such as 2026-11-30")
}

type usageOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name of the file, of a table."`
	Vary        string `header:"Vary"`
	Body        any
}

var opUsage = operation{
	id: "get-usage", method: http.MethodGet, path: "/usage", tag: "Usage", callers: signedIn, scope: auth.ScopeUsageRead,
	summary: "How much was met", detail: "Sessions, participants, minutes and peaks, of an organization or of the whole platform, without names: these counts stay when attendance is gone. Today's are at most " +
		"ten minutes old. As a table: RFC 4180 in UTF-8 with a byte order mark.",
	answer: exampleUsage, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid, fault.CodeOrganizationNotFound},
}

// usageForms documents both representations, which Huma cannot tell from the type of the body.
func (s *server) usageForms(op *huma.Operation) {
	content := op.Responses["200"].Content
	content["application/json"].Schema = s.doc.Components.Schemas.Schema(reflect.TypeFor[usageReport](), true, "Usage")
	content[csvType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}, Example: string(exampleUsage.table("en"))}
}

func (s *server) usage(ctx context.Context, in *usageInput) (*usageOutput, error) {
	q, err := in.query(of(ctx).who, s.Now())
	if err != nil {
		return nil, err
	}
	found, err := s.Usage.Report(ctx, of(ctx).who, q)
	if err != nil {
		return nil, err
	}
	out := &usageOutput{Vary: "Accept, Accept-Language"}
	report := wireUsage(found)
	if in.Format == "json" || in.Format == "" && !prefers(in.Accept, csvType, "application/json") {
		out.Body = report
		return out, nil
	}
	out.ContentType = csvType + "; charset=utf-8"
	out.Disposition = `attachment; filename="usage-` + report.From + "-" + report.To + `.csv"`
	out.Body = report.table(languageOf(in.Language))
	if q.AllShares {
		out.Disposition = `attachment; filename="usage-organizations-` + report.From + "-" + report.To + `.csv"`
		out.Body = report.organizationTable(languageOf(in.Language))
	}
	return out, nil
}
