package auth_test

import (
	"testing"

	"parvis/auth"
	"parvis/fault"
)

func TestNobodyGivesSoftwareWhatTheyMayNotDoThemselves(t *testing.T) {
	holding := func(elevated bool, held ...auth.Appointment) auth.Identity {
		return auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", OrgID: "one", Elevated: elevated, Appointments: held}
	}
	chief := auth.Appointment{Role: auth.OrgAdmin, OrgID: "one"}
	delegated := holding(true, chief)
	delegated.OnBehalfOf, delegated.Scopes = "s", auth.Scopes()
	own, below, other := auth.Resource{OrgID: "one"}, auth.Resource{OrgID: "two", Above: []string{"one"}}, auth.Resource{OrgID: "three"}
	for _, c := range []struct {
		name string
		who  auth.Identity
		on   auth.Resource
		may  bool
	}{
		{"nobody", auth.Identity{}, own, false},
		{"somebody without a role", holding(true), own, false},
		{"an auditor of all", holding(true, auth.Appointment{Role: auth.Auditor}), own, false},
		{"support", holding(true, auth.Appointment{Role: auth.Support, OrgID: "one"}), own, false},
		{"an org-admin of another", holding(true, auth.Appointment{Role: auth.OrgAdmin, OrgID: "three"}), own, false},
		{"an org-admin, elsewhere", holding(true, chief), other, false},
		{"an org-admin, to the platform", holding(true, chief), auth.Resource{}, false},
		{"an org-admin without a fresh sign-in", holding(false, chief), own, false},
		{"software for an org-admin", delegated, own, false},
		{"an org-admin", holding(true, chief), own, true},
		{"an org-admin, below", holding(true, chief), below, true},
		{"a platform-admin", holding(true, auth.Appointment{Role: auth.PlatformAdmin}), own, true},
	} {
		for _, s := range auth.Scopes() {
			if err := auth.MayGiveScope(c.who, s, c.on); (err == nil) != c.may || err != nil && !fault.HasCode(err, fault.CodeForbidden) {
				t.Errorf("%s gives %s: %v", c.name, s, err)
			}
		}
		if auth.MayGiveScope(c.who, "rooms.burn", c.on) == nil {
			t.Errorf("%s gives a scope that there is not", c.name)
		}
	}
}
