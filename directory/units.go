package directory

import (
	"context"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// maxUnits is how many an organization has at most.
const maxUnits = 5000

// Unit is a part of an organization.
type Unit struct {
	ID        string
	OrgID     string
	ParentID  string // the unit above; empty at the top
	Name      string
	Version   int64
	CreatedAt time.Time
}

// UnitChange is what is to become of a unit; nil leaves a field.
type UnitChange struct {
	Name     *string
	ParentID *string
}

// Units answers the units of an organization, by name.
func (a *Administration) Units(ctx context.Context, who auth.Identity, orgID string) ([]Unit, error) {
	if err := a.may(ctx, who, auth.OrganizationsRead, orgID); err != nil {
		return nil, err
	}
	return a.store.Units(ctx, orgID)
}

// CreateUnit makes one.
func (a *Administration) CreateUnit(ctx context.Context, who auth.Identity, u Unit) (Unit, error) {
	if err := a.mayDivide(ctx, who, u.OrgID); err != nil {
		return Unit{}, err
	}
	if err := unitName(u.Name); err != nil {
		return Unit{}, err
	}
	u.ID, u.Version, u.CreatedAt = newID(), 1, a.now()
	made := a.happened(who, event.UnitCreated, u.OrgID, "unit:"+u.ID, map[string]any{"parent": u.ParentID})
	return u, a.store.CreateUnit(ctx, u, maxUnits, made)
}

func (a *Administration) mayDivide(ctx context.Context, who auth.Identity, orgID string) error {
	if err := a.may(ctx, who, auth.OrganizationsWrite, orgID); err != nil {
		return err
	}
	if orgID == DefaultOrgID {
		return fault.New(fault.CodeForbidden, "the organization of those whom no rule places has no units")
	}
	return nil
}

// UpdateUnit changes one of the version that its author has seen.
func (a *Administration) UpdateUnit(ctx context.Context, who auth.Identity, orgID, id string, version int64, c UnitChange) (Unit, error) {
	if err := a.mayDivide(ctx, who, orgID); err != nil {
		return Unit{}, err
	}
	return a.store.UpdateUnit(ctx, orgID, id, a.mayLift(ctx, who, orgID), func(u *Unit) ([]event.Event, error) {
		if err := checkVersion(u.Version, version); err != nil {
			return nil, err
		}
		changed := map[string]bool{}
		set(changed, "name", &u.Name, c.Name)
		set(changed, "parent", &u.ParentID, c.ParentID)
		if err := unitName(u.Name); err != nil || len(changed) == 0 {
			return nil, err
		}
		return []event.Event{a.happened(who, event.UnitUpdated, orgID, "unit:"+id, map[string]any{"changed": slices.Sorted(maps.Keys(changed))})}, nil
	})
}

// DeleteUnit takes one away that has nothing below.
func (a *Administration) DeleteUnit(ctx context.Context, who auth.Identity, orgID, id string) error {
	if err := a.mayDivide(ctx, who, orgID); err != nil {
		return err
	}
	return a.store.DeleteUnit(ctx, orgID, id, a.mayLift(ctx, who, orgID), a.happened(who, event.UnitDeleted, orgID, "unit:"+id, nil))
}

// mayLift is why the caller does not take rooms from under the policy of a unit; nil for who may loosen policies.
func (a *Administration) mayLift(ctx context.Context, who auth.Identity, orgID string) error {
	err := a.may(ctx, who, auth.PoliciesLoosen, orgID)
	if err == nil || fault.HasCode(err, fault.CodeElevationRequired) {
		return err
	}
	code := fault.CodeForbidden
	if fault.HasCode(err, fault.CodeScopeMissing) {
		code = fault.CodeScopeMissing
	}
	return fault.Newf(code, "this unit, or one above it, has a policy: to move or delete it needs the right to change policies too (scope %s)", auth.ScopePoliciesManage).Because(err)
}

func unitName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > maxName {
		return fault.New(fault.CodeInvalid, "the unit is not valid").At("body.name", "give a name of 1 to 200 characters")
	}
	return nil
}
