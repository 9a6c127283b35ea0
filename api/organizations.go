package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/once"
)

// OrganizationPath is the address of an organization.
type OrganizationPath struct {
	ID string `path:"id" maxLength:"64" example:"0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25"`
}

type administered struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Kind      string      `json:"kind" enum:"ministry,agency,other"`
	State     string      `json:"state" enum:"active,pending,refused" doc:"pending: it waits for an administrator, and its people stand in no organization; refused: its people do not sign in."`
	Parent    string      `json:"parent,omitempty" doc:"The organization above, by id."`
	Contact   string      `json:"contact,omitempty" doc:"Whom its people ask."`
	Siret     string      `json:"siret,omitempty"`
	IdPIDs    []string    `json:"idpIds" doc:"Identity providers (idp_id) whose people belong to it."`
	Domains   []string    `json:"domains" doc:"Domains of e-mail whose people belong to it, where the provider answers for the address."`
	Claims    []claimRule `json:"claims" doc:"Claims of sign-ins whose people belong to it."`
	CreatedAt time.Time   `json:"createdAt"`
}

type claimRule struct {
	Claim string `json:"claim" enum:"provider,organization_label,organizational_unit,roles"`
	Value line   `json:"value" minLength:"1" maxLength:"200"`
}

func wireOrganization(o directory.Organization) administered {
	w := administered{
		ID: o.ID, Name: o.Name, Kind: string(o.Kind), State: string(o.State), Parent: o.ParentID, Contact: o.Contact, Siret: o.Siret,
		IdPIDs: append([]string{}, o.IdPIDs...), Domains: append([]string{}, o.Domains...), Claims: []claimRule{}, CreatedAt: at(o.CreatedAt),
	}
	for _, c := range o.Claims {
		w.Claims = append(w.Claims, claimRule{c.Claim, line(c.Value)})
	}
	return w
}

func claimRules(rules []claimRule) []directory.ClaimRule {
	out := make([]directory.ClaimRule, len(rules))
	for i, r := range rules {
		out[i] = directory.ClaimRule{Claim: r.Claim, Value: string(r.Value)}
	}
	return out
}

var exampleOrganization = administered{
	ID: "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25", Name: "Ministère des Finances", Kind: "ministry", State: "active", Contact: "dsi@finances.example",
	Siret: "11001401600015", IdPIDs: []string{"71144ab3-ee1a-4401-b7b3-79b44f7daeeb"}, Domains: []string{"finances.example"}, Claims: []claimRule{}, CreatedAt: exampleTime,
}

// onOrganizations describes an operation of those who administer organizations.
func onOrganizations(o operation) operation {
	o.tag, o.callers, o.scope = "Organizations", signedIn, auth.ScopeOrganizationsManage
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

// onOrganization describes one on an organization that is there.
func onOrganization(o operation) operation {
	o.codes = append(o.codes, fault.CodeOrganizationNotFound)
	return onOrganizations(o)
}

type organizationOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body administered
}

func organizationAnswer(o directory.Organization) *organizationOutput {
	return &organizationOutput{ETag: etag(o.Version), Body: wireOrganization(o)}
}

type listOrganizationsInput struct {
	Query    line   `query:"q" maxLength:"100" doc:"A part of the name, or the beginning of the siret."`
	State    string `query:"state" enum:"active,pending,refused"`
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type organizationList struct {
	Items []administered `json:"items"`
	Paged
}

type listOrganizationsOutput struct {
	Body organizationList
}

var opListOrganizations = onOrganizations(operation{
	id: "list-organizations", method: http.MethodGet, path: "/organizations", summary: "The organizations that you administer",
	detail: "By name: those for which you hold a role, and those below them.", answer: organizationList{Items: []administered{exampleOrganization}},
	codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listOrganizations(ctx context.Context, in *listOrganizationsInput) (*listOrganizationsOutput, error) {
	page, err := s.Administration.Organizations(ctx, of(ctx).who, directory.OrganizationQuery{
		Query: string(in.Query), State: directory.OrganizationState(in.State), PageSize: in.PageSize, Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	list := organizationList{Items: make([]administered, len(page.Organizations)), Paged: Paged{page.Next}}
	for i, o := range page.Organizations {
		list.Items[i] = wireOrganization(o)
	}
	return &listOrganizationsOutput{list}, nil
}

type newOrganization struct {
	Name    line        `json:"name" minLength:"1" maxLength:"200" example:"Agence du numérique"`
	Kind    string      `json:"kind,omitempty" enum:"ministry,agency,other" default:"other"`
	Parent  string      `json:"parent,omitempty" maxLength:"64" doc:"The organization above, by id. An org-admin names one of their own."`
	Contact line        `json:"contact,omitempty" maxLength:"254"`
	Siret   string      `json:"siret,omitempty" maxLength:"14"`
	IdPIDs  []string    `json:"idpIds,omitempty" maxItems:"200" maxLength:"200"`
	Domains []string    `json:"domains,omitempty" maxItems:"200" maxLength:"253"`
	Claims  []claimRule `json:"claims,omitempty" maxItems:"200"`
}

type createOrganizationInput struct {
	Body newOrganization
}

type createdOrganization struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new organization."`
	Body     administered
}

var opCreateOrganization = onOrganization(operation{
	id: "create-organization", method: http.MethodPost, path: "/organizations", status: http.StatusCreated, summary: "Make an organization",
	detail:  "Rules that say who belongs to it (siret, idpIds, domains, claims) are for a platform-admin after a fresh sign-in.",
	request: newOrganization{Name: "Agence du numérique", Kind: "agency", Parent: exampleOrganization.ID}, answer: exampleOrganization,
	codes: []fault.Code{fault.CodeConflict, fault.CodeElevationRequired},
})

func (s *server) createOrganization(ctx context.Context, in *createOrganizationInput) (*createdOrganization, error) {
	who, b := of(ctx).who, in.Body
	made, err := madeOnce(ctx, once.Organization, func(id string) (directory.Organization, error) { return s.Administration.Organization(ctx, who, id) }, func() (directory.Organization, error) {
		return s.Administration.CreateOrganization(ctx, who, directory.Organization{
			Name: string(b.Name), Kind: directory.OrganizationKind(b.Kind), ParentID: b.Parent, Contact: string(b.Contact), Siret: b.Siret,
			IdPIDs: b.IdPIDs, Domains: b.Domains, Claims: claimRules(b.Claims),
		})
	})
	if err != nil {
		return nil, err
	}
	return &createdOrganization{ETag: etag(made.Version), Location: basePath + "/organizations/" + made.ID, Body: wireOrganization(made)}, nil
}

var opGetOrganization = onOrganization(operation{
	id: "get-organization", method: http.MethodGet, path: "/organizations/{id}", summary: "An organization", answer: exampleOrganization,
})

func (s *server) getOrganization(ctx context.Context, in *OrganizationPath) (*organizationOutput, error) {
	o, err := s.Administration.Organization(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return organizationAnswer(o), nil
}

type organizationChange struct {
	Name    patch[line]        `json:"name,omitzero" minLength:"1" maxLength:"200"`
	Kind    patch[string]      `json:"kind,omitzero" enum:"ministry,agency,other"`
	Contact patch[line]        `json:"contact,omitzero" maxLength:"254" nullable:"true"`
	Parent  patch[string]      `json:"parent,omitzero" maxLength:"64" nullable:"true"`
	State   patch[string]      `json:"state,omitzero" enum:"active,pending,refused"`
	Siret   patch[string]      `json:"siret,omitzero" maxLength:"14" nullable:"true"`
	IdPIDs  patch[[]string]    `json:"idpIds,omitzero" maxItems:"200" maxLength:"200" nullable:"true"`
	Domains patch[[]string]    `json:"domains,omitzero" maxItems:"200" maxLength:"253" nullable:"true"`
	Claims  patch[[]claimRule] `json:"claims,omitzero" maxItems:"200" nullable:"true"`
}

func (c organizationChange) change() (directory.OrganizationChange, error) {
	wrong := fault.New(fault.CodeInvalid, "an organization cannot be without this")
	text := func(l line) string { return string(l) }
	none, empty := "", []string{}
	change := directory.OrganizationChange{
		Name:     patched(c.Name, "body.name", text, nil, wrong),
		Kind:     patched(c.Kind, "body.kind", func(k string) directory.OrganizationKind { return directory.OrganizationKind(k) }, nil, wrong),
		Contact:  patched(c.Contact, "body.contact", text, &none, wrong),
		ParentID: patched(c.Parent, "body.parent", same[string], &none, wrong),
		State:    patched(c.State, "body.state", func(k string) directory.OrganizationState { return directory.OrganizationState(k) }, nil, wrong),
		Siret:    patched(c.Siret, "body.siret", same[string], &none, wrong),
		IdPIDs:   patched(c.IdPIDs, "body.idpIds", same[[]string], &empty, wrong),
		Domains:  patched(c.Domains, "body.domains", same[[]string], &empty, wrong),
		Claims:   patched(c.Claims, "body.claims", claimRules, &[]directory.ClaimRule{}, wrong),
	}
	if wrong.Fields != nil {
		return directory.OrganizationChange{}, wrong
	}
	return change, nil
}

type updateOrganizationInput struct {
	OrganizationPath
	Precondition
	Body organizationChange `contentType:"application/merge-patch+json"`
}

var opUpdateOrganization = onOrganization(operation{
	id: "update-organization", method: http.MethodPatch, path: "/organizations/{id}", summary: "Change an organization",
	detail:  "A merge patch (RFC 7396). Where it stands, its state and the rules that say who belongs to it are for a platform-admin after a fresh sign-in; people move at their next sign-in.",
	request: organizationChange{Contact: given(line("dsi@finances.example"))}, answer: exampleOrganization,
	codes: []fault.Code{fault.CodeConflict, fault.CodeElevationRequired, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
})

func (s *server) updateOrganization(ctx context.Context, in *updateOrganizationInput) (*organizationOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	change, err := in.Body.change()
	if err != nil {
		return nil, err
	}
	o, err := s.Administration.UpdateOrganization(ctx, of(ctx).who, in.ID, version, change)
	if err != nil {
		return nil, err
	}
	return organizationAnswer(o), nil
}
