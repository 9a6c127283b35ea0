package auth_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/fault"
)

// holding is somebody of the organization "one" who has proved anew who they are and holds what is given.
func holding(appointments ...auth.Appointment) auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", OrgID: "one", Elevated: true, Appointments: appointments}
}

var (
	nobodys   = holding()
	platform  = holding(auth.Appointment{Role: auth.PlatformAdmin})
	orgAdmin  = holding(auth.Appointment{Role: auth.OrgAdmin, OrgID: "one"})
	auditor   = holding(auth.Appointment{Role: auth.Auditor})
	auditsOne = holding(auth.Appointment{Role: auth.Auditor, OrgID: "one"})
	support   = holding(auth.Appointment{Role: auth.Support})
	helpsOne  = holding(auth.Appointment{Role: auth.Support, OrgID: "one"})
)

func TestWhoMayAdministerWhat(t *testing.T) {
	const (
		ok        = fault.Code("")
		forbidden = fault.CodeForbidden
		noOrg     = fault.CodeOrganizationNotFound
		noPerson  = fault.CodePersonNotFound
		absent    = fault.CodeNotFound
	)
	one, two, below := auth.Resource{OrgID: "one"}, auth.Resource{OrgID: "two"}, auth.Resource{OrgID: "agency", Above: []string{"office", "one"}}
	stale, delegated := orgAdmin, platform
	stale.Elevated, delegated.OnBehalfOf, delegated.Scopes = false, "s", auth.Scopes()
	software := auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one", Scopes: auth.Scopes()}
	adrift, nowhere := auth.Identity{Kind: auth.Service, ID: "s", OrgID: auth.DefaultOrgID, Scopes: auth.Scopes()}, auth.Resource{OrgID: auth.DefaultOrgID}
	for _, c := range []struct {
		name  string
		who   auth.Identity
		right auth.Right
		on    auth.Resource
		want  fault.Code
	}{
		{"nobody reads organizations", auth.Identity{}, auth.OrganizationsRead, one, fault.CodeSignInRequired},
		{"a guest reads organizations", auth.Identity{Kind: auth.Guest, ID: "g"}, auth.OrganizationsRead, one, fault.CodeSignInRequired},
		{"somebody without a role reads their own organization", nobodys, auth.OrganizationsRead, one, noOrg},
		{"somebody without a role makes an organization", nobodys, auth.OrganizationsWrite, auth.Resource{}, forbidden},
		{"an org-admin reads the organization", orgAdmin, auth.OrganizationsRead, one, ok},
		{"an org-admin reads what is below", orgAdmin, auth.PeopleRead, below, ok},
		{"an org-admin reads another", orgAdmin, auth.OrganizationsRead, two, noOrg},
		{"an org-admin changes another", orgAdmin, auth.OrganizationsWrite, two, noOrg},
		{"an org-admin closes an account of another", orgAdmin, auth.PeopleWrite, two, noPerson},
		{"an org-admin reads the audit trail of another", orgAdmin, auth.AuditRead, two, absent},
		{"an org-admin makes an organization anywhere", orgAdmin, auth.OrganizationsWrite, auth.Resource{}, forbidden},
		{"an org-admin makes one below", orgAdmin, auth.OrganizationsWrite, one, ok},
		{"an org-admin says whose sign-ins are of the organization", orgAdmin, auth.OrganizationsPlace, one, forbidden},
		{"an org-admin gives roles without a fresh sign-in", stale, auth.RolesWrite, one, fault.CodeElevationRequired},
		{"an org-admin asks about another without a fresh sign-in", stale, auth.RolesWrite, two, noOrg},
		{"an org-admin renames without a fresh sign-in", stale, auth.OrganizationsWrite, one, ok},
		{"a platform-admin places another", platform, auth.OrganizationsPlace, two, ok},
		{"a platform-admin makes an organization", platform, auth.OrganizationsWrite, auth.Resource{}, ok},
		{"software for a platform-admin makes an organization", delegated, auth.OrganizationsWrite, auth.Resource{}, forbidden},
		{"an auditor reads the trail of everybody", auditor, auth.AuditRead, auth.Resource{}, ok},
		{"an auditor of one reads the trail of everybody", auditsOne, auth.AuditRead, auth.Resource{}, forbidden},
		{"an auditor of one reads its trail", auditsOne, auth.AuditRead, one, ok},
		{"an auditor writes policies", auditor, auth.PoliciesWrite, one, forbidden},
		{"an auditor gives roles", auditor, auth.RolesWrite, one, forbidden},
		{"support reads people", support, auth.PeopleRead, two, ok},
		{"support closes an account", support, auth.PeopleWrite, two, forbidden},
		{"support reads the audit trail", support, auth.AuditRead, two, forbidden},
		{"support of one reads people of another", helpsOne, auth.PeopleRead, two, noPerson},
		{"software reads its organization", software, auth.OrganizationsRead, one, ok},
		{"software reads what is below", software, auth.OrganizationsRead, below, ok},
		{"software reads another organization", software, auth.OrganizationsRead, two, noOrg},
		{"software makes an organization anywhere", software, auth.OrganizationsWrite, auth.Resource{}, forbidden},
		{"an org-admin merges accounts", orgAdmin, auth.PeopleMerge, one, ok},
		{"an org-admin merges accounts without a fresh sign-in", stale, auth.PeopleMerge, one, fault.CodeElevationRequired},
		{"an auditor merges accounts", auditor, auth.PeopleMerge, one, forbidden},
		{"software merges accounts", software, auth.PeopleMerge, one, forbidden},
		{"software for a platform-admin merges accounts", delegated, auth.PeopleMerge, one, forbidden},
		{"software of no organization reads people of none", adrift, auth.PeopleRead, nowhere, forbidden},
		{"software of no organization reads the platform's own audit rows", adrift, auth.AuditRead, nowhere, forbidden},
		{"software of no organization closes accounts of none", adrift, auth.PeopleWrite, nowhere, forbidden},
		{"software of no organization without the scope", auth.Identity{Kind: auth.Service, ID: "s", OrgID: auth.DefaultOrgID}, auth.PeopleRead, nowhere, fault.CodeScopeMissing},
		{"software of no organization makes a room", adrift, auth.RoomCreate, nowhere, ok},
		{"an auditor counts who meets", auditor, auth.LiveRead, two, ok},
		{"an auditor reads who meets", auditor, auth.LivePeople, two, forbidden},
		{"support reads who meets", support, auth.LivePeople, two, ok},
		{"support ends a meeting", support, auth.LiveAct, two, forbidden},
		{"support of one reads who meets in another", helpsOne, auth.LivePeople, two, fault.CodeRoomNotFound},
		{"an org-admin enters a meeting without a fresh sign-in", stale, auth.LiveEnter, one, fault.CodeElevationRequired},
		{"an org-admin enters a meeting", orgAdmin, auth.LiveEnter, one, ok},
		{"software enters a meeting", software, auth.LiveEnter, one, forbidden},
		{"an org-admin reads how the platform stands", orgAdmin, auth.HealthRead, auth.Resource{}, forbidden},
		{"an auditor reads how the platform stands", auditor, auth.HealthRead, auth.Resource{}, forbidden},
		{"support of one reads how the platform stands", helpsOne, auth.HealthRead, auth.Resource{}, forbidden},
		{"support reads how the platform stands", support, auth.HealthRead, auth.Resource{}, ok},
		{"software gives roles", software, auth.RolesWrite, one, forbidden},
	} {
		if got := codeOf(auth.Allowed(c.who, c.right, c.on)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhoReadsWritesNothing(t *testing.T) {
	for _, rule := range auth.Rules() {
		for _, who := range []auth.Identity{auditor, support} {
			reads := slices.Contains([]auth.Right{
				auth.OrganizationsRead, auth.PeopleRead, auth.RolesRead, auth.AuditRead, auth.PoliciesRead, auth.TemplatesRead,
				auth.PrivacyRead, auth.PrivacyReport, auth.UsageRead, auth.ServiceAccountRead, auth.WebhookRead,
				auth.PrivacyRead, auth.PrivacyReport, auth.UsageRead, auth.LiveRead, auth.LivePeople, auth.HealthRead,
			}, rule.Right)
			if len(rule.Roles) > 0 && !reads && auth.Allowed(who, rule.Right, auth.Resource{}) == nil {
				t.Errorf("%s: held by %s", rule.Right, who.Appointments[0].Role)
			}
		}
	}
}

func TestAnAdministrativeRightIsHeldByNoRoleInARoom(t *testing.T) {
	for _, rule := range auth.Rules() {
		if len(rule.Roles) > 0 && auth.Allowed(nobodys, rule.Right, auth.Resource{Relation: auth.Owner, Lasting: auth.Owner, OrgID: "one"}) == nil {
			t.Errorf("%s: held by the owner of a room", rule.Right)
		}
	}
}

func TestNobodyGivesMoreThanTheyHold(t *testing.T) {
	for name, c := range map[string]struct {
		who  auth.Identity
		give auth.Appointment
		want fault.Code
	}{
		"an org-admin makes a platform-admin":     {orgAdmin, auth.Appointment{Role: auth.PlatformAdmin}, fault.CodeForbidden},
		"an org-admin makes an auditor of all":    {orgAdmin, auth.Appointment{Role: auth.Auditor}, fault.CodeForbidden},
		"an org-admin makes one of another":       {orgAdmin, auth.Appointment{Role: auth.OrgAdmin, OrgID: "two"}, fault.CodeOrganizationNotFound},
		"an org-admin makes another":              {orgAdmin, auth.Appointment{Role: auth.OrgAdmin, OrgID: "one"}, ""},
		"an org-admin makes an auditor":           {orgAdmin, auth.Appointment{Role: auth.Auditor, OrgID: "one"}, ""},
		"an auditor makes an auditor":             {auditor, auth.Appointment{Role: auth.Auditor}, fault.CodeForbidden},
		"a platform-admin makes a platform-admin": {platform, auth.Appointment{Role: auth.PlatformAdmin}, ""},
		"a platform-admin makes an org-admin":     {platform, auth.Appointment{Role: auth.OrgAdmin, OrgID: "two"}, ""},
	} {
		if got := codeOf(auth.MayGive(c.who, c.give, nil)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAnAppointmentIsOfThePlatformOrOfAnOrganization(t *testing.T) {
	for _, wrong := range []auth.Appointment{
		{}, {Role: "root"}, {Role: auth.PlatformAdmin, OrgID: "one"}, {Role: auth.OrgAdmin}, {Role: auth.Auditor, OrgID: auth.DefaultOrgID},
	} {
		if codeOf(wrong.Valid()) != fault.CodeInvalid {
			t.Errorf("%+v is taken", wrong)
		}
	}
	for _, right := range []auth.Appointment{
		{Role: auth.PlatformAdmin}, {Role: auth.OrgAdmin, OrgID: "one"}, {Role: auth.Auditor}, {Role: auth.Support, OrgID: "one"},
	} {
		if err := right.Valid(); err != nil {
			t.Errorf("%+v: %v", right, err)
		}
	}
}

func TestAListIsOfWhatOneAdministers(t *testing.T) {
	software := auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one", Scopes: []auth.Scope{auth.ScopePeopleManage}}
	for name, c := range map[string]struct {
		who   auth.Identity
		right auth.Right
		want  auth.Reach
		code  fault.Code
	}{
		"nobody":                                    {auth.Identity{}, auth.PeopleRead, auth.Reach{}, fault.CodeSignInRequired},
		"somebody without a role":                   {nobodys, auth.PeopleRead, auth.Reach{}, fault.CodeForbidden},
		"an org-admin":                              {orgAdmin, auth.PeopleRead, auth.Reach{OrgIDs: []string{"one"}}, ""},
		"a platform-admin":                          {platform, auth.PeopleRead, auth.Reach{All: true}, ""},
		"support, of the audit trail":               {helpsOne, auth.AuditRead, auth.Reach{}, fault.CodeForbidden},
		"software":                                  {software, auth.PeopleRead, auth.Reach{OrgIDs: []string{"one"}}, ""},
		"software of no organization":               {auth.Identity{Kind: auth.Service, ID: "s", OrgID: auth.DefaultOrgID, Scopes: auth.Scopes()}, auth.PeopleRead, auth.Reach{}, fault.CodeForbidden},
		"software without the scope":                {software, auth.AuditRead, auth.Reach{}, fault.CodeScopeMissing},
		"a right that is of no administrator":       {platform, auth.RoomList, auth.Reach{}, fault.CodeForbidden},
		"somebody with a role in two organizations": {holding(helpsOne.Appointments[0], auth.Appointment{Role: auth.Auditor, OrgID: "two"}), auth.AuditRead, auth.Reach{OrgIDs: []string{"two"}}, ""},
	} {
		got, err := auth.ReachOf(c.who, c.right)
		if diff := cmp.Diff(c.want, got); diff != "" || codeOf(err) != c.code {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}
