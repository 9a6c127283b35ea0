package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
)

// PersonPath is the address of a person, for who administers them.
type PersonPath struct {
	ID string `path:"id" maxLength:"64" example:"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13"`
}

type adminPerson struct {
	ID            string       `json:"id"`
	Name          string       `json:"name"`
	Email         string       `json:"email,omitempty"`
	Organization  organization `json:"organization"`
	Unit          string       `json:"unit,omitempty" doc:"The part of the organization, as the identity provider says it."`
	CreatedAt     time.Time    `json:"createdAt"`
	DeactivatedAt *time.Time   `json:"deactivatedAt,omitempty"`
}

func wireAdminPerson(p directory.Person) adminPerson {
	return adminPerson{
		ID: p.ID, Name: p.DisplayName(), Email: p.Email, Organization: organization{p.OrgID, p.OrgName}, Unit: p.Unit,
		CreatedAt: at(p.CreatedAt), DeactivatedAt: atOrNever(p.DeactivatedAt),
	}
}

var exampleAdminPerson = adminPerson{
	ID: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", Name: "Camille Martin", Email: "camille.martin@finances.example",
	Organization: organization{"0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25", "Ministère des Finances"}, CreatedAt: exampleTime,
}

// onPeople describes an operation of those who administer people.
func onPeople(o operation) operation {
	o.tag, o.callers, o.scope = "Administration", signedIn, auth.ScopePeopleManage
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

// onMerge describes one on two accounts, which no software makes one.
func onMerge(o operation) operation {
	o.tag, o.callers = "Administration", browsers
	o.codes = append(o.codes, fault.CodePersonNotFound, fault.CodeForbidden)
	return o
}

// onAdminPerson describes one on somebody who is there.
func onAdminPerson(o operation) operation {
	o.codes = append(o.codes, fault.CodePersonNotFound)
	return onPeople(o)
}

type listAdminPeopleInput struct {
	Query        line   `query:"q" maxLength:"100" doc:"The beginnings of words of name or address; all of them have to be found."`
	Organization string `query:"organization" maxLength:"64" doc:"By id; left out: all that you administer."`
	Deactivated  string `query:"deactivated" enum:"true,false"`
	PageSize     int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor       string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type adminPersonList struct {
	Items []adminPerson `json:"items"`
	Paged
}

type adminPeopleOutput struct {
	Body adminPersonList
}

var opListAdminPeople = onPeople(operation{
	id: "list-people", method: http.MethodGet, path: "/admin/people", summary: "The people whom you administer", reads: audit.PeopleRead, detail: "By name.",
	answer: adminPersonList{Items: []adminPerson{exampleAdminPerson}}, codes: []fault.Code{fault.CodeInvalid, fault.CodePersonNotFound},
})

func (s *server) listAdminPeople(ctx context.Context, in *listAdminPeopleInput) (*adminPeopleOutput, error) {
	q := directory.PeopleQuery{OrgID: in.Organization, Query: string(in.Query), PageSize: in.PageSize, Cursor: in.Cursor}
	if in.Deactivated != "" {
		q.Deactivated = ptr(in.Deactivated == "true")
	}
	page, err := s.Administration.People(ctx, of(ctx).who, q)
	if err != nil {
		return nil, err
	}
	list := adminPersonList{Items: make([]adminPerson, len(page.People)), Paged: Paged{page.Next}}
	orgs := []string{in.Organization}
	for i, p := range page.People {
		list.Items[i], orgs = wireAdminPerson(p), append(orgs, p.OrgID)
	}
	audit.AboutAll(ctx, readOf(orgs...))
	return &adminPeopleOutput{list}, nil
}

// readOf are the organizations of whose people somebody read, with the one that was asked for: the auditors of each see it.
func readOf(orgIDs ...string) []audit.Matter {
	var matters []audit.Matter
	for _, id := range orgIDs {
		m := audit.Matter{Subject: "organization:" + id, OrgID: id}
		if id != "" && !slices.Contains(matters, m) {
			matters = append(matters, m)
		}
	}
	return matters
}

type personDetail struct {
	Person       adminPerson   `json:"person"`
	Appointments []appointment `json:"appointments" doc:"The administrative roles of the person."`
}

type adminPersonOutput struct {
	Body personDetail
}

var opGetPerson = onAdminPerson(operation{
	id: "get-person", method: http.MethodGet, path: "/admin/people/{id}", summary: "A person", reads: audit.PeopleRead, answer: personDetail{exampleAdminPerson, []appointment{}},
})

func (s *server) getPerson(ctx context.Context, in *PersonPath) (*adminPersonOutput, error) {
	p, err := s.Administration.Account(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	audit.About(ctx, "person:"+p.ID, p.OrgID)
	return s.personAnswer(ctx, p)
}

func (s *server) personAnswer(ctx context.Context, p directory.Person) (*adminPersonOutput, error) {
	held, err := s.Administration.RolesOf(ctx, of(ctx).who, p.ID)
	if err != nil {
		return nil, err
	}
	return &adminPersonOutput{personDetail{wireAdminPerson(p), wireAppointments(held)}}, nil
}

var opDeactivatePerson = onAdminPerson(operation{
	id: "deactivate-person", method: http.MethodPost, path: "/admin/people/{id}/deactivate", summary: "Close an account",
	detail: "Its sign-ins and the calls it is in end at once. Not one's own, nor that of somebody who administers more, nor that of the last platform-admin. It needs a fresh sign-in.",
	answer: personDetail{exampleAdminPerson, []appointment{}}, codes: []fault.Code{fault.CodeElevationRequired, fault.CodeLastAdministrator},
})

func (s *server) deactivatePerson(ctx context.Context, in *PersonPath) (*adminPersonOutput, error) {
	p, err := s.Administration.Deactivate(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return s.personAnswer(ctx, p)
}

var opReactivatePerson = onAdminPerson(operation{
	id: "reactivate-person", method: http.MethodPost, path: "/admin/people/{id}/reactivate", summary: "Open an account again",
	detail: "One that was merged into another, or whose erasure was asked for, stays closed. It needs a fresh sign-in.",
	answer: personDetail{exampleAdminPerson, []appointment{}}, codes: []fault.Code{fault.CodeElevationRequired, fault.CodeConflict, fault.CodePersonErased},
})

func (s *server) reactivatePerson(ctx context.Context, in *PersonPath) (*adminPersonOutput, error) {
	p, err := s.Administration.Reactivate(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return s.personAnswer(ctx, p)
}

var opSignPersonOut = onAdminPerson(operation{
	id: "end-sign-ins-of-person", method: http.MethodDelete, path: "/admin/people/{id}/sign-ins", status: http.StatusNoContent, summary: "Sign a person out everywhere",
	detail: "The calls they are in end too. It needs a fresh sign-in.", codes: []fault.Code{fault.CodeElevationRequired},
})

func (s *server) signPersonOut(ctx context.Context, in *PersonPath) (*none, error) {
	return nil, s.Administration.SignOut(ctx, of(ctx).who, in.ID)
}

type mergePreview struct {
	Person     adminPerson `json:"person" doc:"Whose account is closed."`
	Into       adminPerson `json:"into" doc:"Whose account has all afterwards."`
	Identities int         `json:"identities" doc:"Sign-ins at providers that lead to the other account."`
	Rooms      int         `json:"rooms" doc:"Roles in rooms."`
	Meetings   int         `json:"meetings" doc:"Meetings organized."`
	Agenda     int         `json:"agenda" doc:"Meetings in the agenda."`
	Offices    int         `json:"offices" doc:"Places in offices: they move within an organization, and end else."`
	Roles      []mergeRole `json:"roles" doc:"Administrative roles of the account that is closed, which end."`
}

// mergeRole is an administrative role that a merge ends.
type mergeRole struct {
	Role         string        `json:"role" enum:"platform-admin,org-admin,auditor,support"`
	Organization *organization `json:"organization,omitempty" doc:"Left out: the whole platform."`
}

func wireMerge(m directory.Merge) mergePreview {
	roles := make([]mergeRole, len(m.Roles))
	for i, h := range m.Roles {
		held := wireAppointment(h)
		roles[i] = mergeRole{held.Role, held.Organization}
	}
	return mergePreview{wireAdminPerson(m.Person), wireAdminPerson(m.Into), m.Identities, m.Rooms, m.Meetings, m.Agenda, m.Offices, roles}
}

type mergeOutput struct {
	ETag string `header:"ETag" doc:"What would be merged, for If-Match of the merge." example:"\"1\""`
	Body mergePreview
}

type previewMergeInput struct {
	PersonPath
	Into string `query:"into" required:"true" maxLength:"64" doc:"The person who has all afterwards, by id."`
}

var exampleMerge = mergePreview{Person: exampleAdminPerson, Into: exampleAdminPerson, Identities: 1, Rooms: 12, Meetings: 3, Agenda: 8, Roles: []mergeRole{}}

var opPreviewMerge = onMerge(operation{
	id: "preview-merge", method: http.MethodGet, path: "/admin/people/{id}/merge", summary: "What a merge would bring over", reads: audit.PeopleRead,
	detail: "For somebody who changed ministries and has two accounts. It changes nothing, and needs no fresh sign-in. No software asks for it.",
	answer: exampleMerge, codes: []fault.Code{fault.CodeInvalid, fault.CodeConflict, fault.CodeHeld, fault.CodePersonErased},
})

func (s *server) previewMerge(ctx context.Context, in *previewMergeInput) (*mergeOutput, error) {
	m, err := s.Administration.PreviewMerge(ctx, of(ctx).who, in.ID, in.Into)
	if err != nil {
		return nil, err
	}
	audit.AboutAll(ctx, []audit.Matter{{Subject: "person:" + m.Person.ID, OrgID: m.Person.OrgID}, {Subject: "person:" + m.Into.ID, OrgID: m.Into.OrgID}})
	return &mergeOutput{etag(m.Version), wireMerge(m)}, nil
}

type mergeRequest struct {
	Into string `json:"into" minLength:"1" maxLength:"64" doc:"The person who has all afterwards, by id."`
}

type mergeInput struct {
	PersonPath
	Precondition
	Body mergeRequest
}

type mergedOutput struct {
	Body mergePreview
}

var opMergePeople = onMerge(operation{
	id: "merge-people", method: http.MethodPost, path: "/admin/people/{id}/merge", summary: "Merge a person's account into another",
	detail:  "Identities, roles in rooms, meetings, agenda and what identity management says move; addresses keep their history; administrative roles end; the account is closed for good. If-Match has the ETag of the preview: what was not shown is not merged. Who merges administers both, and is neither; it needs a fresh sign-in, and no software does it.",
	request: mergeRequest{exampleAdminPerson.ID}, answer: exampleMerge,
	codes: []fault.Code{fault.CodeElevationRequired, fault.CodeConflict, fault.CodeLastAdministrator, fault.CodeHeld, fault.CodePersonErased, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
})

func (s *server) mergePeople(ctx context.Context, in *mergeInput) (*mergedOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	m, err := s.Administration.MergePeople(ctx, of(ctx).who, in.ID, in.Body.Into, version)
	if err != nil {
		return nil, err
	}
	return &mergedOutput{wireMerge(m)}, nil
}
