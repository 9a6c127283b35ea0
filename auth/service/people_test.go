package service_test

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
)

// holding is somebody of the interior ministry who has proved anew who they are.
func holding(role auth.AdminRole, org string) auth.Identity {
	return auth.Identity{
		Kind: auth.Person, ID: "chief", PersonID: "chief", OrgID: interior, Elevated: true, Appointments: []auth.Appointment{{Role: role, OrgID: org}},
	}
}

func TestAPersonGivesAnAccountNoMoreThanTheyAdminister(t *testing.T) {
	d := newDesk()
	who, read := holding(auth.OrgAdmin, interior), []auth.Scope{auth.ScopeRoomsRead}
	theirs, _ := d.account(t, func(in *service.NewAccount) { in.Scopes = read })
	shared, _ := d.account(t, func(in *service.NewAccount) { in.Scopes, in.ActsFor = read, []string{justice} })
	foreign, _ := d.account(t, func(in *service.NewAccount) { in.Org = justice })
	stale := who
	stale.Elevated = false
	all := auth.Scopes()
	acts := map[string]struct {
		err  error
		want fault.Code
	}{}
	try := func(name string, want fault.Code, act func() error) {
		acts[name] = struct {
			err  error
			want fault.Code
		}{act(), want}
	}
	create := func(who auth.Identity, in service.NewAccount) func() error {
		return func() error { _, err := d.Create(t.Context(), who, in); return err }
	}
	change := func(who auth.Identity, id string, in service.Change) func() error {
		return func() error { _, err := d.Change(t.Context(), who, id, service.AnyVersion, in); return err }
	}
	secret := func(who auth.Identity, id string) func() error {
		return func() error { _, _, _, err := d.AddSecret(t.Context(), who, id, service.NewSecret{}); return err }
	}
	later := d.now.Add(time.Hour)
	try("make one of another ministry", fault.CodeAccountNotFound, create(who, service.NewAccount{Org: justice, Name: "x", Scopes: read}))
	try("make one of no ministry that there is", fault.CodeAccountNotFound, create(who, service.NewAccount{Org: "0198a5c2-3c0f-7b02-8f3d-00000000ffff", Name: "x", Scopes: read}))
	try("make one without saying where", fault.CodeInvalid, create(who, service.NewAccount{Name: "x", Scopes: read}))
	try("make one for another's people", fault.CodeInvalid, create(who, service.NewAccount{Org: interior, Name: "x", Scopes: read, ActsFor: []string{justice}}))
	try("make one for nobody's people", fault.CodeInvalid, create(who, service.NewAccount{Org: interior, Name: "x", Scopes: read, ActsFor: []string{"Guerre"}}))
	try("make one without a fresh sign-in", fault.CodeElevationRequired, create(stale, service.NewAccount{Org: interior, Name: "x", Scopes: read}))
	try("widen one without a fresh sign-in", fault.CodeElevationRequired, change(stale, theirs.ID, service.Change{Scopes: &all}))
	try("lengthen one's life without a fresh sign-in", "", change(stale, theirs.ID, service.Change{ExpiresAt: &later}))
	try("take its end away again", fault.CodeElevationRequired, change(stale, theirs.ID, service.Change{ExpiresAt: &time.Time{}}))
	try("add a secret without a fresh sign-in", fault.CodeElevationRequired, secret(stale, theirs.ID))
	try("add a secret to one that acts for others' people", fault.CodeForbidden, secret(who, shared.ID))
	try("widen one that acts for others' people", fault.CodeForbidden, change(who, shared.ID, service.Change{Scopes: &all}))
	try("add a secret to one of another ministry", fault.CodeAccountNotFound, secret(who, foreign.ID))
	try("widen as an auditor", fault.CodeForbidden, change(holding(auth.Auditor, interior), theirs.ID, service.Change{Scopes: &all}))
	try("rename as support", fault.CodeForbidden, change(holding(auth.Support, ""), theirs.ID, service.Change{Name: &theirs.OrgName}))
	for name, c := range acts {
		if got := fault.Of(c.err).Code; c.err == nil && c.want != "" || c.err != nil && got != c.want {
			t.Errorf("%s: got %v, want %q", name, c.err, c.want)
		}
	}
}

func TestAPersonManagesTheSoftwareOfTheirMinistry(t *testing.T) {
	d := newDesk()
	who := holding(auth.OrgAdmin, interior)
	a, err := d.Create(t.Context(), who, service.NewAccount{
		Org: interior, Name: "HR", Contact: "hr@interior.example", Scopes: auth.Scopes(), ActsFor: []string{interior}, Networks: []string{"192.0.2.0/24"},
	})
	if err != nil || a.OrgName != "Intérieur" || a.Contact != "hr@interior.example" {
		t.Fatalf("got %+v, %v", a, err)
	}
	if _, _, text, err := d.AddSecret(t.Context(), who, a.ID, service.NewSecret{}); err != nil || text == "" {
		t.Fatal(err)
	}
	calm := who
	calm.Elevated = false
	name, contact, fewer := "HR agenda", "", []auth.Scope{auth.ScopeRoomsRead}
	changed, err := d.Change(t.Context(), calm, a.ID, a.Version+1, service.Change{Name: &name, Contact: &contact, Scopes: &fewer, Networks: &[]string{"192.0.2.7"}, ActsFor: &[]string{}})
	if err != nil || changed.Name != name || len(changed.Scopes) != 1 || changed.Contact != "" {
		t.Fatalf("taking away gives nothing: %+v, %v", changed, err)
	}
	for _, networks := range [][]string{{"192.0.2.8"}, {}} {
		if _, err := d.Change(t.Context(), calm, a.ID, service.AnyVersion, service.Change{Networks: &networks}); !fault.HasCode(err, fault.CodeElevationRequired) {
			t.Errorf("from elsewhere: %v", err)
		}
	}
	for _, reader := range []auth.Identity{holding(auth.Auditor, ""), holding(auth.Support, interior), calm} {
		page, err := d.List(t.Context(), reader, "", service.Query{})
		got, err2 := d.Get(t.Context(), reader, a.ID)
		if err != nil || err2 != nil || len(page.Accounts) != 1 || got.ID != a.ID {
			t.Errorf("reads: %v, %v, %v", page, err, err2)
		}
	}
	if revoked, err := d.Revoke(t.Context(), calm, a.ID); err != nil || revoked.RevokedAt == nil {
		t.Errorf("got %v", err)
	}
	bad := "hr"
	if _, err := d.Create(t.Context(), who, service.NewAccount{Org: interior, Name: "HR", Contact: bad, Scopes: fewer}); len(places(err)) != 1 || places(err)[0] != "body.contact" {
		t.Errorf("got %v", err)
	}
	for _, e := range d.store.Events() {
		if e.Actor != "person:chief" {
			t.Errorf("%s by %s", e.Type, e.Actor)
		}
	}
}
