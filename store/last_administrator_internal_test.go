package store

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/fault"
	"parvis/scim"
	"parvis/store/storetest"
)

func TestWhomOthersDependOnNoSoftwareCloses(t *testing.T) {
	for engine, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			d, err := Open(t.Context(), Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
			org, err := d.PlaceOrganization(t.Context(), directory.Claims{Siret: "13002526500013"}, now)
			if err != nil {
				t.Fatal(err)
			}
			account := service.Account{ID: newID(), OrgID: org.ID, Name: "HR", Scopes: []auth.Scope{auth.ScopePeopleManage}, Version: 1, CreatedAt: now}
			if err := d.CreateAccount(t.Context(), account, nil); err != nil {
				t.Fatal(err)
			}
			c, err := d.BindSCIM(t.Context(), account.ID, "op", "", "system:test", now)
			if err != nil {
				t.Fatal(err)
			}
			admin, err := d.UpsertPerson(t.Context(), directory.Claims{Provider: "op", Issuer: "https://op.example", Subject: "x"}, org.ID, now)
			if err != nil {
				t.Fatal(err)
			}
			second, err := d.UpsertPerson(t.Context(), directory.Claims{Provider: "op", Issuer: "https://op.example", Subject: "y"}, org.ID, now)
			if err != nil {
				t.Fatal(err)
			}
			appoint := func(p directory.Person, a auth.Appointment) directory.Holder {
				held, _, err := d.Appoint(t.Context(), directory.Holder{ID: newID(), Person: p, Appointment: a, GivenBy: "system:test", GivenAt: now})
				if err != nil {
					t.Fatal(err)
				}
				return held
			}
			role := appoint(admin, auth.Appointment{Role: auth.PlatformAdmin})
			appoint(second, auth.Appointment{Role: auth.PlatformAdmin}) // who is not the last one is not closed either
			by := scim.Act{By: "service:" + account.ID, At: now}
			u := scim.User{ID: newID(), ClientID: c.ID, Active: true, Attributes: scim.Document{"userName": "x", "externalId": "x"}, Version: 1, CreatedAt: now, UpdatedAt: now}
			closed := u
			closed.ID, closed.Active = newID(), false
			if err := d.CreateSCIMUsers(t.Context(), c, []scim.User{closed}, by); !fault.HasCode(err, fault.CodeForbidden) {
				t.Errorf("made inactive: %v", err)
			}
			if err := d.CreateSCIMUsers(t.Context(), c, []scim.User{u}, by); err != nil {
				t.Fatal(err)
			}
			inactive := func() error {
				_, err := d.UpdateSCIMUser(t.Context(), c, u.ID, by, func(u *scim.User) error { u.Active = false; return nil })
				return err
			}
			remove := func() error { return d.DeleteSCIMUser(t.Context(), c, u.ID, by, func(scim.User) error { return nil }) }
			refused := func(who string, code fault.Code) {
				t.Helper()
				for what, act := range map[string]func() error{"set inactive": inactive, "deleted": remove} {
					if err := act(); !fault.HasCode(err, code) {
						t.Errorf("%s, %s: %v", who, what, err)
					}
				}
				if p, err := d.Person(t.Context(), admin.ID); err != nil || p.DeactivatedAt != nil {
					t.Errorf("%s: %+v, %v", who, p, err)
				}
			}
			refused("who administers the platform", fault.CodeForbidden)
			if err := d.Dismiss(t.Context(), role.ID); err != nil {
				t.Fatal(err)
			}
			appoint(admin, auth.Appointment{Role: auth.OrgAdmin, OrgID: org.ID})
			refused("the only one who administers the organization", fault.CodeLastAdministrator)
			appoint(second, auth.Appointment{Role: auth.OrgAdmin, OrgID: org.ID})
			if err := d.DeactivatePerson(t.Context(), second.ID, now); err != nil {
				t.Fatal(err)
			}
			refused("the only one whose account is open", fault.CodeLastAdministrator)
			if err := d.OpenPerson(t.Context(), second.ID, now); err != nil {
				t.Fatal(err)
			}
			if err := remove(); err != nil {
				t.Fatal(err)
			}
			for action, want := range map[string]int{"scim.bound": 1, "person.provisioned": 1, "person.deactivated": 1, "person.unlinked": 1} {
				var n int
				if err := d.reader.sql.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM audit WHERE action = '"+action+"'").Scan(&n); err != nil || n != want {
					t.Errorf("%s: %d rows in the audit, %v", action, n, err)
				}
			}
		})
	}
}

func TestWhoAdministersThePlatformSignsInThoughAClientSaidInactiveBefore(t *testing.T) {
	for engine, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			d, err := Open(t.Context(), Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
			org, err := d.PlaceOrganization(t.Context(), directory.Claims{Siret: "13002526500013"}, now)
			if err != nil {
				t.Fatal(err)
			}
			account := service.Account{ID: newID(), OrgID: org.ID, Name: "HR", Scopes: []auth.Scope{auth.ScopePeopleManage}, Version: 1, CreatedAt: now}
			if err := d.CreateAccount(t.Context(), account, nil); err != nil {
				t.Fatal(err)
			}
			c, err := d.BindSCIM(t.Context(), account.ID, "op", "", "system:test", now)
			if err != nil {
				t.Fatal(err)
			}
			claims := directory.Claims{Provider: "op", Issuer: "https://op.example", Subject: "x"}
			admin, err := d.UpsertPerson(t.Context(), claims, auth.DefaultOrgID, now) // of another organization until they sign in again
			if err != nil {
				t.Fatal(err)
			}
			held := directory.Holder{ID: newID(), Person: admin, Appointment: auth.Appointment{Role: auth.PlatformAdmin}, GivenBy: "system:test", GivenAt: now}
			if _, _, err := d.Appoint(t.Context(), held); err != nil {
				t.Fatal(err)
			}
			u := scim.User{ID: newID(), ClientID: c.ID, Attributes: scim.Document{"userName": "x", "externalId": "x"}, Version: 1, CreatedAt: now, UpdatedAt: now}
			if err := d.CreateSCIMUsers(t.Context(), c, []scim.User{u}, scim.Act{By: "service:" + account.ID, At: now}); err != nil {
				t.Fatal(err)
			}
			signed, err := d.UpsertPerson(t.Context(), claims, org.ID, now)
			if err != nil || signed.ID != admin.ID || signed.OrgID != org.ID || signed.DeactivatedAt != nil {
				t.Fatalf("got %+v, %v", signed, err)
			}
			var closedBy *string
			if err := d.reader.sql.QueryRowContext(t.Context(), "SELECT closed_by_client FROM people WHERE id = '"+admin.ID+"'").Scan(&closedBy); err != nil || closedBy != nil {
				t.Errorf("an account that is open is closed by %v, %v", closedBy, err)
			}
			if u, err := d.SCIMUser(t.Context(), c, u.ID); err != nil || u.PersonID != admin.ID {
				t.Errorf("the client's user is of %s, %v", u.PersonID, err)
			}
		})
	}
}
