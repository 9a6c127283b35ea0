package auth

import (
	"slices"
	"time"

	"parvis/fault"
)

// AdminRole is what somebody administers for. It is apart from the roles in a room.
type AdminRole string

// The administrative roles.
const (
	PlatformAdmin AdminRole = "platform-admin" // everything, of every organization
	OrgAdmin      AdminRole = "org-admin"      // everything of one organization and of those below it
	Auditor       AdminRole = "auditor"        // reads all that there is, the audit trail too, and writes nothing
	Support       AdminRole = "support"        // reads who and what there is; neither the audit trail nor what was met about
)

// AdminRoles lists them, the one that may most first.
func AdminRoles() []AdminRole { return []AdminRole{PlatformAdmin, OrgAdmin, Auditor, Support} }

// Appointment is an administrative role that somebody holds. Without OrgID it is for the whole platform: platform-admin
// always, org-admin never, the others either way.
type Appointment struct {
	Role  AdminRole
	OrgID string
}

// Valid says what is wrong with the pair.
func (a Appointment) Valid() error {
	switch {
	case !slices.Contains(AdminRoles(), a.Role):
		return fault.New(fault.CodeInvalid, "there is no such role").At("body.role", "give platform-admin, org-admin, auditor or support")
	case a.Role == PlatformAdmin && a.OrgID != "":
		return fault.New(fault.CodeInvalid, "a platform-admin is of the whole platform").At("body.organization", "leave it out")
	case a.Role == OrgAdmin && a.OrgID == "":
		return fault.New(fault.CodeInvalid, "an org-admin is of one organization").At("body.organization", "name an organization")
	case a.OrgID == DefaultOrgID:
		return fault.New(fault.CodeInvalid, "people of no organization have nothing in common: nobody administers them alone").At("body.organization", "name another organization")
	}
	return nil
}

// covers tells whether the appointment reaches a resource: everything for one of the platform, else what belongs to its
// organization or to one below. What belongs to no organization, the platform itself, only the former reaches.
func (a Appointment) covers(on Resource) bool {
	return a.OrgID == "" || (on.OrgID != "" && (a.OrgID == on.OrgID || slices.Contains(on.Above, a.OrgID)))
}

// ElevationLasts is for how long after somebody has proved anew who they are dangerous acts need no other proof.
const ElevationLasts = 10 * time.Minute

// MayGive answers nil when who may give or take the appointment: the right to give roles there, and to give no more than
// they hold. above names the organizations above the appointment's own.
func MayGive(who Identity, a Appointment, above []string) error {
	on := Resource{OrgID: a.OrgID, Above: above}
	if err := Allowed(who, RolesWrite, on); err != nil {
		return err
	}
	if a.Role == PlatformAdmin && !slices.ContainsFunc(who.Appointments, func(h Appointment) bool { return h.Role == PlatformAdmin }) {
		return fault.New(fault.CodeForbidden, "nobody gives a role that they do not hold")
	}
	return nil
}

// Reach is for which organizations a caller holds an administrative right: all, or those of OrgIDs and what stands below.
type Reach struct {
	All    bool
	OrgIDs []string
}

// ReachOf answers where who holds the right; the failure to give to the caller when it is nowhere. A list shows what is
// within it.
func ReachOf(who Identity, right Right) (Reach, error) {
	rule, ok := ruleOf(right)
	if !ok || len(rule.Roles) == 0 {
		return Reach{}, fault.New(fault.CodeForbidden, "this right is held by no administrator")
	}
	var reach Reach
	for _, a := range who.Appointments {
		switch {
		case !slices.Contains(rule.Roles, a.Role):
		case a.OrgID == "":
			reach.All = true
		default:
			reach.OrgIDs = append(reach.OrgIDs, a.OrgID)
		}
	}
	if who.Kind == Service {
		reach = Reach{OrgIDs: []string{who.OrgID}}
	}
	on := Resource{}
	if !reach.All && len(reach.OrgIDs) > 0 {
		on.OrgID = reach.OrgIDs[0]
	}
	if err := Allowed(who, right, on); err != nil {
		return Reach{}, err
	}
	return reach, nil
}

// OfficeFor is the administrative role by which somebody has a right on a resource, the one that may most first; empty when
// they have none.
func OfficeFor(who Identity, right Right, on Resource) AdminRole {
	rule, ok := ruleOf(right)
	if !ok || who.Kind != Person {
		return ""
	}
	for _, role := range AdminRoles() {
		held := slices.ContainsFunc(who.Appointments, func(a Appointment) bool { return a.Role == role && a.covers(on) })
		if held && slices.Contains(rule.Roles, role) {
			return role
		}
	}
	return ""
}

// allowedAdministrator judges a rule of Roles for a person.
func allowedAdministrator(who Identity, rule Rule, on Resource) error {
	if who.Delegated() {
		return fault.New(fault.CodeForbidden, "administrators do this themselves: no software does it for them")
	}
	covered := false
	for _, a := range who.Appointments {
		if !a.covers(on) {
			continue
		}
		if covered = true; slices.Contains(rule.Roles, a.Role) {
			if rule.Elevated && !who.Elevated {
				return fault.New(fault.CodeElevationRequired, "prove anew who you are: this needs a fresh sign-in")
			}
			return nil
		}
	}
	if rule.Hidden && !covered && on.OrgID != "" {
		return rule.missing()
	}
	return fault.New(fault.CodeForbidden, "this needs an administrative role that you do not hold here")
}
