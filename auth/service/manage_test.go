package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
	"parvis/fault"
)

// places is where a failure says that the request is wrong.
func places(err error) []string {
	var at []string
	for _, f := range fault.Of(err).Fields {
		at = append(at, f.Location)
	}
	return at
}

func TestAnAccountThatCannotBeMadeSaysWhy(t *testing.T) {
	good := service.NewAccount{Org: interior, Name: "x", Scopes: []auth.Scope{auth.ScopeRoomsRead}}
	for name, c := range map[string]struct {
		change   func(*service.NewAccount)
		at, says string
	}{
		"an unknown scope":       {func(in *service.NewAccount) { in.Scopes = []auth.Scope{"rooms.destroy"} }, "body.scopes", "rooms.destroy"},
		"no scope":               {func(in *service.NewAccount) { in.Scopes = nil }, "body.scopes", "rooms.read, rooms.write"},
		"no name":                {func(in *service.NewAccount) { in.Name = " \u200b" }, "body.name", "visible"},
		"a long name":            {func(in *service.NewAccount) { in.Name = strings.Repeat("x", 121) }, "body.name", "120"},
		"an expiry in the past":  {func(in *service.NewAccount) { in.ExpiresAt = &time.Time{} }, "body.expiresAt", "to come"},
		"a word for a network":   {func(in *service.NewAccount) { in.Networks = []string{"office"} }, "body.networks", "office"},
		"a network with a slip":  {func(in *service.NewAccount) { in.Networks = []string{"192.0.2.7/24"} }, "body.networks", "192.0.2.7/24"},
		"a zone":                 {func(in *service.NewAccount) { in.Networks = []string{"fe80::1%eth0"} }, "body.networks", "fe80"},
		"half a mapped network":  {func(in *service.NewAccount) { in.Networks = []string{"::ffff:0.0.0.0/90"} }, "body.networks", "/90"},
		"too many networks":      {func(in *service.NewAccount) { in.Networks = make([]string, 51) }, "body.networks", "50"},
		"an organization gone":   {func(in *service.NewAccount) { in.ActsFor = []string{"Guerre"} }, "body.actsFor", "not there"},
		"people of nowhere":      {func(in *service.NewAccount) { in.ActsFor = []string{auth.DefaultOrgID} }, "body.actsFor", "no organization"},
		"too many organizations": {func(in *service.NewAccount) { in.ActsFor = make([]string, 51) }, "body.actsFor", "50"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			in := good
			c.change(&in)
			_, err := d.Create(t.Context(), admin, in)
			if got := fault.Of(err); !slices.Equal(places(err), []string{c.at}) || !strings.Contains(got.Fields[0].Message, c.says) {
				t.Errorf("got %+v", got)
			}
			if len(d.store.Events()) != 0 {
				t.Error("something happened")
			}
		})
	}
	good.Org = "Guerre"
	if _, err := newDesk().Create(t.Context(), admin, good); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown organization: %v", err)
	}
}

func TestNetworksAreKeptAsRequestsAreRead(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t, func(in *service.NewAccount) {
		in.Networks = []string{"192.0.2.7", "::ffff:198.51.100.0/120", " 2001:db8::/32", "192.0.2.7/32"}
	})
	if got := fmt.Sprint(a.Networks); got != "[192.0.2.7/32 198.51.100.0/24 2001:db8::/32]" {
		t.Errorf("got %s", got)
	}
}

// manager is a service account of the interior ministry that manages others.
func (d *desk) manager(t *testing.T, change ...func(*service.NewAccount)) auth.Identity {
	t.Helper()
	a, secret := d.account(t, append([]func(*service.NewAccount){func(in *service.NewAccount) {
		in.Scopes = []auth.Scope{auth.ScopeServiceAccountsManage, auth.ScopeRoomsRead}
	}}, change...)...)
	return d.who(t, d.token(t, bySecret(a, secret)))
}

func TestSoftwareManagesNoAccountsWithoutTheScopeNorForAPerson(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t, actsForInterior)
	for name, who := range map[string]auth.Identity{
		"nobody": {}, "a person": {Kind: auth.Person, ID: "camille", PersonID: "camille", OrgID: interior},
		"software without the scope": d.who(t, d.token(t, bySecret(a, secret))), "software for a person": d.who(t, d.token(t, forPerson(bySecret(a, secret), "camille"))),
	} {
		acts := map[string]error{}
		_, acts["create"] = d.Create(t.Context(), who, service.NewAccount{Name: "x", Scopes: []auth.Scope{auth.ScopeRoomsRead}})
		_, acts["list"] = d.List(t.Context(), who, "", service.Query{})
		_, acts["get"] = d.Get(t.Context(), who, a.ID)
		_, acts["change"] = d.Change(t.Context(), who, a.ID, a.Version, service.Change{})
		_, acts["revoke"] = d.Revoke(t.Context(), who, a.ID)
		_, _, _, acts["add a secret"] = d.AddSecret(t.Context(), who, a.ID, service.NewSecret{})
		_, acts["remove a secret"] = d.RemoveSecret(t.Context(), who, a.ID, a.Secrets[0].ID)
		_, _, acts["put a key"] = d.PutKey(t.Context(), who, a.ID, "k", edwards(t, "k").jwk(t))
		_, acts["remove a key"] = d.RemoveKey(t.Context(), who, a.ID, "k")
		for act, err := range acts {
			hidden := name == "a person" && fault.HasCode(err, fault.CodeAccountNotFound)
			if !hidden && !fault.Is(err, fault.Forbidden) && !fault.HasCode(err, fault.CodeSignInRequired) {
				t.Errorf("%s may %s: %v", name, act, err)
			}
		}
	}
	if got, _ := d.Get(t.Context(), admin, a.ID); got.Version != a.Version {
		t.Error("something changed")
	}
}

func TestAManagerSeesNoOtherOrganization(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t, func(in *service.NewAccount) { in.Org, in.Scopes = justice, []auth.Scope{auth.ScopeRoomsRead} })
	d.register(t, a, edwards(t, "k"))
	who, name := d.manager(t), "x"
	acts := map[string]error{}
	_, acts["get"] = d.Get(t.Context(), who, a.ID)
	_, acts["change"] = d.Change(t.Context(), who, a.ID, service.AnyVersion, service.Change{Name: &name})
	_, acts["revoke"] = d.Revoke(t.Context(), who, a.ID)
	_, _, _, acts["add a secret"] = d.AddSecret(t.Context(), who, a.ID, service.NewSecret{})
	_, acts["remove a secret"] = d.RemoveSecret(t.Context(), who, a.ID, a.Secrets[0].ID)
	_, _, acts["put a key"] = d.PutKey(t.Context(), who, a.ID, "k", edwards(t, "k").jwk(t))
	_, acts["remove a key"] = d.RemoveKey(t.Context(), who, a.ID, "k")
	_, nowhere := d.Get(t.Context(), who, "0198a5c2-3c0f-7b02-8f3d-00000000ffff")
	for act, err := range acts {
		if !fault.HasCode(err, fault.CodeAccountNotFound) || fault.Of(err).Detail != fault.Of(nowhere).Detail {
			t.Errorf("%s: %v", act, err)
		}
	}
	if page, err := d.List(t.Context(), who, justice, service.Query{}); !fault.HasCode(err, fault.CodeAccountNotFound) {
		t.Errorf("lists those of another: %v, %v", page, err)
	}
	if page, err := d.List(t.Context(), who, "", service.Query{}); err != nil || len(page.Accounts) != 1 || page.Accounts[0].ID != who.ID {
		t.Errorf("got %v, %v", page, err)
	}
	scopes := []auth.Scope{auth.ScopeRoomsRead}
	if made, err := d.Create(t.Context(), who, service.NewAccount{Org: justice, Name: "x", Scopes: scopes}); !fault.HasCode(err, fault.CodeAccountNotFound) {
		t.Errorf("makes one in another: %v, %v", made.OrgID, err)
	}
	if made, err := d.Create(t.Context(), who, service.NewAccount{Name: "x", Scopes: scopes}); err != nil || made.OrgID != interior {
		t.Errorf("an account is made in one's own: %v, %v", made.OrgID, err)
	}
}

func TestAManagerGivesNothingThatItDoesNotHold(t *testing.T) {
	d := newDesk()
	strong, _ := d.account(t) // has rooms.write
	acting, _ := d.account(t, actsForInterior, func(in *service.NewAccount) { in.Scopes = []auth.Scope{auth.ScopeRoomsRead} })
	weak, _ := d.account(t, func(in *service.NewAccount) { in.Scopes = []auth.Scope{auth.ScopeRoomsRead} })
	who, more := d.manager(t), []auth.Scope{auth.ScopeRoomsRead, auth.ScopeRoomsWrite}
	read := []auth.Scope{auth.ScopeRoomsRead}
	acts := map[string]error{}
	_, acts["make one with another scope"] = d.Create(t.Context(), who, service.NewAccount{Name: "x", Scopes: more})
	_, acts["make one that acts for people"] = d.Create(t.Context(), who, service.NewAccount{Name: "x", Scopes: read, ActsFor: []string{interior}})
	_, acts["add a scope"] = d.Change(t.Context(), who, weak.ID, weak.Version, service.Change{Scopes: &more})
	_, acts["add people"] = d.Change(t.Context(), who, weak.ID, weak.Version, service.Change{ActsFor: &[]string{interior}})
	_, _, _, acts["add a secret to a stronger one"] = d.AddSecret(t.Context(), who, strong.ID, service.NewSecret{})
	_, _, acts["put a key on a stronger one"] = d.PutKey(t.Context(), who, strong.ID, "k", edwards(t, "k").jwk(t))
	_, _, _, acts["add a secret to one that acts for people"] = d.AddSecret(t.Context(), who, acting.ID, service.NewSecret{})
	_, acts["change a stronger one"] = d.Change(t.Context(), who, strong.ID, strong.Version, service.Change{Networks: &[]string{}})
	_, acts["weaken a stronger one in order to have it"] = d.Change(t.Context(), who, strong.ID, strong.Version, service.Change{Scopes: &read})
	for act, err := range acts {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("may %s: %v", act, err)
		}
	}
	if _, _, _, err := d.AddSecret(t.Context(), who, weak.ID, service.NewSecret{}); err != nil {
		t.Errorf("manages one that has no more: %v", err)
	}
	if _, err := d.Revoke(t.Context(), who, strong.ID); err != nil {
		t.Errorf("takes away from one that has more: %v", err)
	}
	narrow := who
	narrow.Scopes = []auth.Scope{auth.ScopeServiceAccountsManage}
	if _, err := d.Create(t.Context(), narrow, service.NewAccount{Name: "x", Scopes: read}); !fault.HasCode(err, fault.CodeScopeMissing) {
		t.Errorf("a narrowed token gives what it does not hold: %v", err)
	}
}

func TestARotatedSecretGoesOnForAWhile(t *testing.T) {
	d := newDesk()
	a, old := d.account(t)
	overlap := time.Hour
	_, _, young, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{Overlap: &overlap})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{old, young} {
		d.token(t, bySecret(a, secret))
	}
	d.now = d.now.Add(overlap)
	d.refuses(t, service.InvalidClient, bySecret(a, old))
	d.token(t, bySecret(a, young))
	later := 2 * time.Hour
	if _, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{Overlap: &later}); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.Get(t.Context(), admin, a.ID); len(got.Secrets) != 2 || !got.Secrets[0].ExpiresAt.Equal(d.now.Add(later)) {
		t.Errorf("what has ended is gone, what goes on has an end: %v", got.Secrets)
	}
}

func TestSecretsAreFewAndTheirTextIsKeptNowhere(t *testing.T) {
	d := newDesk()
	a, text := d.account(t)
	for range 4 {
		if _, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a sixth: %v", err)
	}
	got, err := d.Get(t.Context(), admin, a.ID)
	if kept := fmt.Sprintf("%+v %v", got, d.store.Events()); err != nil || strings.Contains(kept, text[len(text)-43:]) || len(got.Secrets[0].Hash) != 32 {
		t.Errorf("got %s, %v", kept, err)
	}
	for _, overlap := range []time.Duration{-1, 31 * 24 * time.Hour} {
		if _, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{Overlap: &overlap}); !slices.Equal(places(err), []string{"body.overlapMinutes"}) {
			t.Errorf("%s: %v", overlap, err)
		}
	}
	if _, err := d.RemoveSecret(t.Context(), admin, a.ID, a.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a secret that is not there: %v", err)
	}
}

func TestAChangeNamesTheVersionAndARevokedAccountStaysRevoked(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	name, never := "Payroll", time.Time{}
	if _, err := d.Change(t.Context(), admin, a.ID, a.Version-1, service.Change{Name: &name}); !fault.Is(err, fault.PreconditionFailed) {
		t.Errorf("got %v", err)
	}
	changed, err := d.Change(t.Context(), admin, a.ID, a.Version, service.Change{Name: &name, ExpiresAt: &never})
	if err != nil || changed.Name != name || changed.Version != a.Version+1 || changed.ExpiresAt != nil || len(changed.Scopes) != 2 {
		t.Errorf("got %+v, %v", changed, err)
	}
	for range 2 {
		if _, err := d.Revoke(t.Context(), admin, a.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Change(t.Context(), admin, a.ID, service.AnyVersion, service.Change{Name: &name}); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	if _, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
}

func TestEveryActOnAnAccountIsTold(t *testing.T) {
	d := newDesk()
	a, _ := d.account(t)
	key := edwards(t, "k")
	d.register(t, a, key)
	d.register(t, a, key) // changes nothing, and is nothing that happened
	if _, err := d.RemoveKey(t.Context(), admin, a.ID, "k"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Revoke(t.Context(), admin, a.ID); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range d.store.Events() {
		if e.Subject != "service-account:"+a.ID || e.Actor != "system:command" || e.OrgID != interior {
			t.Errorf("got %+v", e)
		}
		got = append(got, strings.TrimSuffix(fmt.Sprintf("%s %v", e.Type, e.Data["act"]), " <nil>"))
	}
	want := []string{
		string(event.ServiceAccountCreated), string(event.ServiceAccountChanged) + " secret-added", string(event.ServiceAccountChanged) + " key-put",
		string(event.ServiceAccountChanged) + " key-removed", string(event.ServiceAccountRevoked),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
