package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/policy"
	"parvis/rooms"
)

// roomTemplate is what rooms of an organization begin with.
type roomTemplate struct {
	ID           string                    `json:"id"`
	Organization string                    `json:"organization" doc:"Its id."`
	Name         string                    `json:"name"`
	Prefix       string                    `json:"prefix" doc:"Comes before the name of a room."`
	Settings     map[string]decidedSetting `json:"settings" doc:"What is locked binds the rooms that were made by it, too."`
	CreatedAt    time.Time                 `json:"createdAt"`
	UpdatedAt    time.Time                 `json:"updatedAt"`
	ManagedBy    string                    `json:"managedBy,omitempty" doc:"The software, or the files, by which it is kept. Absent: people made it."`
}

func wireTemplate(t policy.RoomTemplate) roomTemplate {
	return roomTemplate{t.ID, t.OrgID, t.Name, t.Prefix, wireDecided(t.Settings), at(t.CreatedAt), at(t.UpdatedAt), t.ManagedBy}
}

var exampleTemplate = roomTemplate{
	ID: "0198a5c2-9a11-7c42-a1d7-3e5f6a7b8c90", Organization: "0198a5c2-3c0f-7b02-8f3d-2b9d4c5e6f70", Name: "Hearings", Prefix: "Hearing",
	Settings: map[string]decidedSetting{"opensWithHost": {true, true}}, CreatedAt: exampleTime, UpdatedAt: exampleTime,
}

type templateOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body roomTemplate
}

func templateAnswer(t policy.RoomTemplate) *templateOutput {
	return &templateOutput{etag(t.Version), wireTemplate(t)}
}

// TemplatePath is the address of a room template.
type TemplatePath struct {
	ID string `path:"id" maxLength:"36" example:"0198a5c2-9a11-7c42-a1d7-3e5f6a7b8c90" doc:"The template."`
}

// onTemplates describes an operation on room templates.
func onTemplates(o operation) operation {
	o.tag, o.callers, o.scope = "Policies", signedIn, auth.ScopePoliciesManage
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

type templateList struct {
	Items []roomTemplate `json:"items"`
}

type listTemplatesOutput struct {
	Body templateList
}

var opListTemplates = onTemplates(operation{
	id: "list-room-templates", method: http.MethodGet, path: "/organizations/{id}/templates", summary: "The room templates of an organization",
	detail: "By name, at most 100. For those who make rooms in it, too.", answer: templateList{[]roomTemplate{exampleTemplate}}, codes: []fault.Code{fault.CodeNotFound},
})

func (s *server) listTemplates(ctx context.Context, in *OrganizationPath) (*listTemplatesOutput, error) {
	list, err := s.Rooms.ListTemplates(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	out := &listTemplatesOutput{templateList{make([]roomTemplate, len(list))}}
	for i, t := range list {
		out.Body.Items[i] = wireTemplate(t)
	}
	return out, nil
}

type newTemplate struct {
	Name      line           `json:"name" minLength:"1" maxLength:"60" example:"Hearings"`
	Prefix    line           `json:"prefix,omitempty" maxLength:"40" example:"Hearing"`
	Settings  map[string]any `json:"settings,omitempty" doc:"As in a policy."`
	ManagedBy string         `json:"managedBy,omitempty" maxLength:"60" doc:"By which software or files it is kept: its mark, by which it knows again what it made. For service accounts only; it never changes."`
}

type createTemplateInput struct {
	OrganizationPath
	Body newTemplate
}

type createdTemplate struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new template."`
	Body     roomTemplate
}

var opCreateTemplate = onTemplates(operation{
	id: "create-room-template", method: http.MethodPost, path: "/organizations/{id}/templates", status: http.StatusCreated, summary: "Make a room template",
	detail: "It asks for nothing that a policy above forbids.", request: newTemplate{Name: "Hearings", Prefix: "Hearing", Settings: map[string]any{"opensWithHost": map[string]any{"value": true, "locked": true}}},
	answer: exampleTemplate, codes: []fault.Code{fault.CodeNotFound, fault.CodePolicyLocked, fault.CodeConflict},
})

func (s *server) createTemplate(ctx context.Context, in *createTemplateInput) (*createdTemplate, error) {
	who := of(ctx).who
	settings, err := settingsOf(in.Body.Settings)
	if err != nil {
		if err := s.Rooms.MayChangePolicy(ctx, who, rooms.PolicyPlace{OrgID: in.ID}); err != nil {
			return nil, err
		}
		return nil, err
	}
	name, prefix := string(in.Body.Name), string(in.Body.Prefix)
	t, err := madeOnce(ctx, once.Template, func(id string) (policy.RoomTemplate, error) { return s.Rooms.GetTemplate(ctx, who, id) }, func() (policy.RoomTemplate, error) {
		return s.Rooms.CreateTemplate(ctx, who, in.ID, rooms.TemplateChange{Name: &name, Prefix: &prefix, Settings: settings, ManagedBy: in.Body.ManagedBy})
	})
	if err != nil {
		return nil, err
	}
	return &createdTemplate{etag(t.Version), basePath + "/templates/" + t.ID, wireTemplate(t)}, nil
}

var opGetTemplate = onTemplates(operation{
	id: "get-room-template", method: http.MethodGet, path: "/templates/{id}", summary: "A room template", answer: exampleTemplate, codes: []fault.Code{fault.CodeTemplateNotFound},
})

func (s *server) getTemplate(ctx context.Context, in *TemplatePath) (*templateOutput, error) {
	t, err := s.Rooms.GetTemplate(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return templateAnswer(t), nil
}

type templateChange struct {
	Name     patch[line]    `json:"name,omitzero" minLength:"1" maxLength:"60"`
	Prefix   patch[line]    `json:"prefix,omitzero" maxLength:"40" nullable:"true"`
	Settings map[string]any `json:"settings,omitempty" doc:"As in a policy."`
}

type changeTemplateInput struct {
	TemplatePath
	Precondition
	Body templateChange `contentType:"application/merge-patch+json"`
}

var opChangeTemplate = onTemplates(operation{
	id: "change-room-template", method: http.MethodPatch, path: "/templates/{id}", summary: "Change a room template", detail: "What it locks binds the rooms that it made at once.",
	request: templateChange{Name: given[line]("Hearings")}, answer: exampleTemplate, codes: append(slices.Clone(changeCodes), fault.CodeTemplateNotFound, fault.CodeConflict),
})

func (s *server) changeTemplate(ctx context.Context, in *changeTemplateInput) (*templateOutput, error) {
	who := of(ctx).who
	wrong := fault.New(fault.CodeInvalid, "a template cannot be without this")
	text, none := func(l line) string { return string(l) }, ""
	change := rooms.TemplateChange{Name: patched(in.Body.Name, "body.name", text, nil, wrong), Prefix: patched(in.Body.Prefix, "body.prefix", text, &none, wrong)}
	version, err := versionOf(in.IfMatch)
	if err == nil && wrong.Fields != nil {
		err = wrong
	}
	if err == nil {
		change.Settings, err = settingsOf(in.Body.Settings)
	}
	if err != nil {
		if _, err := s.Rooms.GetTemplate(ctx, who, in.ID); err != nil {
			return nil, err
		}
		return nil, err
	}
	t, err := s.Rooms.ChangeTemplate(ctx, who, in.ID, version, change)
	if err != nil {
		return nil, err
	}
	return templateAnswer(t), nil
}

type deleteTemplateInput struct {
	TemplatePath
	Precondition
}

var opDeleteTemplate = onTemplates(operation{
	id: "delete-room-template", method: http.MethodDelete, path: "/templates/{id}", status: http.StatusNoContent, summary: "Delete a room template",
	detail: "The rooms that it made keep their settings, and are bound by it no more. One that locks something needs a fresh sign-in.", codes: []fault.Code{fault.CodeTemplateNotFound, fault.CodeElevationRequired, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
})

func (s *server) deleteTemplate(ctx context.Context, in *deleteTemplateInput) (*none, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		if _, err := s.Rooms.GetTemplate(ctx, of(ctx).who, in.ID); err != nil {
			return nil, err
		}
		return nil, err
	}
	return nil, s.Rooms.DeleteTemplate(ctx, of(ctx).who, in.ID, version)
}
