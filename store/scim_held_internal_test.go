package store

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/event"
	"parvis/privacy"
	"parvis/scim"
	"parvis/store/storetest"
)

func TestWhatAClientTakesAwayOfSomebodyUnderAHoldStaysUntilItEnds(t *testing.T) {
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
			by := scim.Act{By: "service:" + account.ID, At: now}
			made := []scim.User{{ID: newID(), ClientID: c.ID, Active: true, Version: 1, CreatedAt: now, UpdatedAt: now, Attributes: scim.Document{
				"userName": "odile", "externalId": "o", "title": "Adjointe", "name": scim.Document{"givenName": "Odile", "familyName": "Martin"},
				"emails": []any{scim.Document{"value": "odile@finances.example", "primary": true}, scim.Document{"value": "om@finances.example"}},
			}}}
			if err := d.CreateSCIMUsers(t.Context(), c, made, by); err != nil {
				t.Fatal(err)
			}
			if err := d.reader.sql.QueryRowContext(t.Context(), "SELECT person_id FROM scim_users WHERE id = '"+made[0].ID+"'").Scan(&made[0].PersonID); err != nil {
				t.Fatal(err)
			}
			put := func(active bool, said scim.Document) scim.User {
				t.Helper()
				u, err := d.UpdateSCIMUser(t.Context(), c, made[0].ID, by, func(u *scim.User) error { u.Active, u.Attributes = active, said; return nil })
				if err != nil {
					t.Fatal(err)
				}
				return u
			}
			about := func(e event.Type) event.Event {
				return event.Event{ID: newID(), Type: e, OrgID: org.ID, Subject: "person:" + made[0].PersonID, Actor: "system:test", At: now}
			}
			hold := privacy.Hold{ID: newID(), OrgID: org.ID, Kind: privacy.HeldPerson, SubjectID: made[0].PersonID, Reason: "Enquête 2026-114", PlacedBy: "system:test", PlacedAt: now}
			if err := d.PlaceHold(t.Context(), hold, about(event.HoldPlaced)); err != nil {
				t.Fatal(err)
			}
			emails := func() (n int) {
				t.Helper()
				if err := d.reader.sql.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM scim_emails WHERE user_id = '"+made[0].ID+"'").Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}

			u := put(true, scim.Document{"userName": "odile", "externalId": "o", "name": scim.Document{"givenName": "Odile", "familyName": "Durand"},
				"emails": []any{scim.Document{"value": "odile.durand@finances.example", "primary": true}, scim.Document{"value": "om@finances.example"}}})
			if name, _ := u.Attributes["name"].(scim.Document); name["familyName"] != "Durand" || u.Address() != "odile.durand@finances.example" || u.Text("title") != "Adjointe" {
				t.Errorf("corrected: %+v", u.Attributes)
			}
			u = put(false, scim.Document{"userName": "odile", "externalId": "o"})
			if name, _ := u.Attributes["name"].(scim.Document); u.Active || name["familyName"] != "Durand" || u.Text("title") != "Adjointe" || emails() != 2 {
				t.Errorf("emptied: %+v, %d addresses", u.Attributes, emails())
			}
			if p, err := d.Person(t.Context(), made[0].PersonID); err != nil || p.DeactivatedAt == nil || p.FamilyName != "Durand" || p.Email == "" {
				t.Errorf("the account: %+v, %v", p, err)
			}
			if _, err := d.ReleaseHold(t.Context(), hold.ID, "system:test", "Enquête close", now, about(event.HoldReleased)); err != nil {
				t.Fatal(err)
			}
			u = put(false, scim.Document{"userName": "odile", "externalId": "o"})
			if u.Attributes["name"] != nil || u.Text("title") != "" || emails() != 0 {
				t.Errorf("after the hold: %+v, %d addresses", u.Attributes, emails())
			}
		})
	}
}
