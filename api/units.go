package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"parvis/directory"
	"parvis/fault"
	"parvis/once"
)

// UnitPath is the address of a unit of an organization.
type UnitPath struct {
	OrganizationPath
	UnitID string `path:"unitId" maxLength:"64" example:"0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a31"`
}

type unit struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Parent    string    `json:"parent,omitempty" doc:"The unit above, by id."`
	Version   string    `json:"etag" doc:"For If-Match."`
	CreatedAt time.Time `json:"createdAt"`
}

func wireUnit(u directory.Unit) unit {
	return unit{ID: u.ID, Name: u.Name, Parent: u.ParentID, Version: etag(u.Version), CreatedAt: at(u.CreatedAt)}
}

var exampleUnit = unit{ID: "0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a31", Name: "Direction du budget", Version: `"1"`, CreatedAt: exampleTime}

type unitList struct {
	Items []unit `json:"items"`
}

type unitsOutput struct {
	Body unitList
}

type unitOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body unit
}

// onUnit describes an operation on a unit that is there.
func onUnit(o operation) operation {
	o.codes = append(o.codes, fault.CodeUnitNotFound)
	return onOrganization(o)
}

var opListUnits = onOrganization(operation{
	id: "list-units", method: http.MethodGet, path: "/organizations/{id}/units", summary: "The units of an organization",
	detail: "All of them, by name; each names the one above.", answer: unitList{[]unit{exampleUnit}},
})

func (s *server) listUnits(ctx context.Context, in *OrganizationPath) (*unitsOutput, error) {
	units, err := s.Administration.Units(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	list := unitList{Items: make([]unit, len(units))}
	for i, u := range units {
		list.Items[i] = wireUnit(u)
	}
	return &unitsOutput{list}, nil
}

type newUnit struct {
	Name   line   `json:"name" minLength:"1" maxLength:"200" example:"Direction du budget"`
	Parent string `json:"parent,omitempty" maxLength:"64" doc:"The unit above, by id; left out, it stands at the top."`
}

type createUnitInput struct {
	OrganizationPath
	Body newUnit
}

type createdUnit struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new unit."`
	Body     unit
}

var opCreateUnit = onOrganization(operation{
	id: "create-unit", method: http.MethodPost, path: "/organizations/{id}/units", status: http.StatusCreated, summary: "Make a unit",
	request: newUnit{Name: "Direction du budget"}, answer: exampleUnit, codes: []fault.Code{fault.CodeConflict},
})

func (s *server) createUnit(ctx context.Context, in *createUnitInput) (*createdUnit, error) {
	who := of(ctx).who
	u, err := madeOnce(ctx, once.Unit, func(id string) (directory.Unit, error) { return s.unit(ctx, in.ID, id) }, func() (directory.Unit, error) {
		return s.Administration.CreateUnit(ctx, who, directory.Unit{OrgID: in.ID, Name: string(in.Body.Name), ParentID: in.Body.Parent})
	})
	if err != nil {
		return nil, err
	}
	return &createdUnit{ETag: etag(u.Version), Location: basePath + "/organizations/" + in.ID + "/units/" + u.ID, Body: wireUnit(u)}, nil
}

func (s *server) unit(ctx context.Context, orgID, id string) (directory.Unit, error) {
	units, err := s.Administration.Units(ctx, of(ctx).who, orgID)
	at := slices.IndexFunc(units, func(u directory.Unit) bool { return u.ID == id })
	if err == nil && at < 0 {
		err = fault.New(fault.CodeUnitNotFound, "the unit that this request made is no more")
	}
	if err != nil {
		return directory.Unit{}, err
	}
	return units[at], nil
}

type unitChange struct {
	Name   patch[line]   `json:"name,omitzero" minLength:"1" maxLength:"200"`
	Parent patch[string] `json:"parent,omitzero" maxLength:"64" nullable:"true"`
}

type updateUnitInput struct {
	UnitPath
	Precondition
	Body unitChange `contentType:"application/merge-patch+json"`
}

var opUpdateUnit = onUnit(operation{
	id: "update-unit", method: http.MethodPatch, path: "/organizations/{id}/units/{unitId}", summary: "Rename or move a unit",
	detail: "A merge patch (RFC 7396). A unit cannot stand below itself, nor more than 20 deep. Null for parent: at the top. Where it, or one above, has a policy, moving it needs the right to change policies too (scope policies.manage), and of a person a fresh sign-in.", request: unitChange{Name: given(line("Direction du budget"))}, answer: exampleUnit,
	codes: []fault.Code{fault.CodeConflict, fault.CodePreconditionFailed, fault.CodePreconditionRequired, fault.CodeElevationRequired},
})

func (s *server) updateUnit(ctx context.Context, in *updateUnitInput) (*unitOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	wrong, top := fault.New(fault.CodeInvalid, "a unit cannot be without this"), ""
	change := directory.UnitChange{
		Name:     patched(in.Body.Name, "body.name", func(l line) string { return string(l) }, nil, wrong),
		ParentID: patched(in.Body.Parent, "body.parent", same[string], &top, wrong),
	}
	if wrong.Fields != nil {
		return nil, wrong
	}
	u, err := s.Administration.UpdateUnit(ctx, of(ctx).who, in.ID, in.UnitID, version, change)
	if err != nil {
		return nil, err
	}
	return &unitOutput{ETag: etag(u.Version), Body: wireUnit(u)}, nil
}

var opDeleteUnit = onUnit(operation{
	id: "delete-unit", method: http.MethodDelete, path: "/organizations/{id}/units/{unitId}", status: http.StatusNoContent, summary: "Delete a unit",
	detail: "Not while units stand below it. Where it, or one above, has a policy, it needs the right to change policies too (scope policies.manage), and of a person a fresh sign-in. It takes no If-Match.", codes: []fault.Code{fault.CodeConflict, fault.CodeElevationRequired},
})

func (s *server) deleteUnit(ctx context.Context, in *UnitPath) (*none, error) {
	return nil, s.Administration.DeleteUnit(ctx, of(ctx).who, in.ID, in.UnitID)
}
