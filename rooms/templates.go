package rooms

import (
	"context"
	"strings"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
)

const (
	maxTemplates      = 100 // of an organization
	maxTemplateName   = 60
	maxTemplatePrefix = 40
)

// TemplateChange is what somebody says of a template; nil leaves a field.
type TemplateChange struct {
	Name     *string
	Prefix   *string
	Settings PolicyChange
	// ManagedBy is said by the service account that makes one, and stays.
	ManagedBy string
}

// ListTemplates answers the templates of an organization, to those who make rooms in it and to those who administer it.
func (s *Service) ListTemplates(ctx context.Context, who auth.Identity, orgID string) ([]policy.RoomTemplate, error) {
	if err := s.mayTemplates(ctx, who, auth.TemplatesRead, orgID); err != nil {
		return nil, err
	}
	return s.Templates.Templates(ctx, orgID)
}

// GetTemplate answers one; see ListTemplates.
func (s *Service) GetTemplate(ctx context.Context, who auth.Identity, id string) (policy.RoomTemplate, error) {
	return s.template(ctx, who, auth.TemplatesRead, id)
}

// template finds one on whose organization the caller holds a right. One that does not exist is answered as one of another
// organization.
func (s *Service) template(ctx context.Context, who auth.Identity, right auth.Right, id string) (policy.RoomTemplate, error) {
	t, err := s.Templates.Template(ctx, id)
	if fault.Is(err, fault.NotFound) && who.Kind != auth.System {
		if refusal := hidden(auth.Allowed(who, right, auth.Resource{OrgID: id})); refusal != nil { // of an organization that nobody is of
			return policy.RoomTemplate{}, refusal
		}
	}
	if err != nil {
		return policy.RoomTemplate{}, err
	}
	return t, hidden(s.mayTemplates(ctx, who, right, t.OrgID))
}

// mayTemplates is nil for who administers an organization; to read its templates it is enough to belong to it.
func (s *Service) mayTemplates(ctx context.Context, who auth.Identity, right auth.Right, orgID string) error {
	if right == auth.TemplatesRead && who.OrgID == orgID && auth.Allowed(who, auth.RoomCreate, auth.Resource{OrgID: orgID}) == nil {
		return nil
	}
	return s.mayPolicy(ctx, who, right, orgID)
}

// hidden tells somebody without a right that there is no such template: which there are is nothing to others.
func hidden(err error) error {
	if fault.Is(err, fault.NotFound) || fault.HasCode(err, fault.CodeForbidden) {
		return fault.New(fault.CodeTemplateNotFound, "there is no such room template")
	}
	return err
}

// CreateTemplate makes a template for an organization.
func (s *Service) CreateTemplate(ctx context.Context, who auth.Identity, orgID string, in TemplateChange) (policy.RoomTemplate, error) {
	if err := s.mayTemplates(ctx, who, auth.TemplatesWrite, orgID); err != nil {
		return policy.RoomTemplate{}, err
	}
	above, err := s.Policies.Effective(ctx, orgID, "")
	if err != nil {
		return policy.RoomTemplate{}, err
	}
	now := s.Now().UTC()
	t := policy.RoomTemplate{ID: newID(), OrgID: orgID, Version: 1, CreatedAt: now, ManagedBy: in.ManagedBy}
	if err := auth.CheckManagedBy(who, in.ManagedBy); err != nil {
		return policy.RoomTemplate{}, err
	}
	if err := s.retemplate(&t, who, in, above); err != nil {
		return policy.RoomTemplate{}, err
	}
	return t, s.Templates.CreateTemplate(ctx, t, maxTemplates, []event.Event{s.templated(who, event.TemplateCreated, t, said(in.Settings))})
}

// ChangeTemplate changes one whose version the caller has seen. What it locks binds the rooms that it made at once; what it only
// says is for those to come.
func (s *Service) ChangeTemplate(ctx context.Context, who auth.Identity, id string, version int64, in TemplateChange) (policy.RoomTemplate, error) {
	t, err := s.template(ctx, who, auth.TemplatesWrite, id)
	if err != nil {
		return policy.RoomTemplate{}, err
	}
	mayLoosen := s.mayPolicy(ctx, who, auth.PoliciesLoosen, t.OrgID)
	above, err := s.Policies.Effective(ctx, t.OrgID, "")
	if err != nil {
		return policy.RoomTemplate{}, err
	}
	return s.Templates.UpdateTemplate(ctx, id, func(t *policy.RoomTemplate) ([]event.Event, error) {
		if t.Version != version {
			return nil, changedSince()
		}
		before := t.Settings
		err := s.retemplate(t, who, in, above)
		if err == nil && loosens(before, t.Settings) {
			err = mayLoosen
		}
		return []event.Event{s.templated(who, event.TemplateUpdated, *t, said(in.Settings))}, err
	})
}

// DeleteTemplate takes a template away. The rooms that it made keep their settings, and are bound by it no more.
func (s *Service) DeleteTemplate(ctx context.Context, who auth.Identity, id string, version int64) error {
	found, err := s.template(ctx, who, auth.TemplatesWrite, id)
	if err != nil {
		return err
	}
	mayLoosen := s.mayPolicy(ctx, who, auth.PoliciesLoosen, found.OrgID)
	return s.Templates.DeleteTemplate(ctx, id, func(t policy.RoomTemplate) ([]event.Event, error) {
		if t.Version != version {
			return nil, changedSince()
		}
		if loosens(t.Settings, nil) && mayLoosen != nil {
			return nil, mayLoosen
		}
		return []event.Event{s.templated(who, event.TemplateDeleted, t, nil)}, nil
	})
}

func changedSince() error {
	return fault.New(fault.CodePreconditionFailed, "somebody changed this template since you read it")
}

// retemplate brings a change into a template.
func (s *Service) retemplate(t *policy.RoomTemplate, who auth.Identity, in TemplateChange, above policy.Effective) error {
	var wrong check
	if in.Name != nil {
		t.Name = strings.TrimSpace(*in.Name)
	}
	if in.Prefix != nil {
		t.Prefix = strings.TrimSpace(*in.Prefix)
	}
	wrong.that(t.Name != "" && length(t.Name) <= maxTemplateName, "body.name", "give a name of 1 to 60 visible characters")
	wrong.that(length(t.Prefix) <= maxTemplatePrefix, "body.prefix", "at most 40 characters")
	if err := wrong.err(); err != nil {
		return err
	}
	settings, err := changed(t.Settings, in.Settings, policy.Template, above)
	t.Settings, t.UpdatedAt, t.UpdatedBy = settings, s.Now().UTC(), actor(who)
	return err
}

func (s *Service) templated(who auth.Identity, what event.Type, t policy.RoomTemplate, data map[string]any) event.Event {
	return event.Event{
		ID: newID(), Type: what, OrgID: t.OrgID, Subject: "template:" + t.ID, Actor: actor(who), OnBehalfOf: who.OnBehalfOf, At: s.Now().UTC(), Data: data,
	}
}

// templateOf is the template by which somebody makes a room: one of their own organization.
func (s *Service) templateOf(ctx context.Context, who auth.Identity, id string) (policy.RoomTemplate, error) {
	if id == "" {
		return policy.RoomTemplate{}, nil
	}
	t, err := s.Templates.Template(ctx, id)
	if err == nil && t.OrgID != who.OrgID || fault.Is(err, fault.NotFound) {
		return policy.RoomTemplate{}, fault.New(fault.CodeTemplateNotFound, "there is no such room template").At("body.template", "one of your organization's templates")
	}
	return t, err
}
