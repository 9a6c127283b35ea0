package store_test

import (
	"testing"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/scim"
	"parvis/store/storetest"
)

// behindBroker is an organization whose software provisions people behind one broker.
func behindBroker(t *testing.T, url string) *merging {
	t.Helper()
	w := mergers(t, url)
	org := storetest.NewID()
	write(t, url, w.now, "INSERT INTO organizations (id, name, created_at) VALUES ('"+org+"', 'Ministry A', $AT)")
	account := service.Account{ID: storetest.NewID(), OrgID: org, Name: "RH", Scopes: []auth.Scope{auth.ScopePeopleManage}, Version: 1, CreatedAt: w.now}
	if err := w.db.CreateAccount(t.Context(), account, nil); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.client, err = w.db.BindSCIM(t.Context(), account.ID, "agentconnect", "idp-a", "system:test", w.now); err != nil {
		t.Fatal(err)
	}
	w.by = scim.Act{By: "service:" + account.ID, At: w.now}
	return w
}

// comes is a sign-in by the broker, for the organization of the client or another one.
func (w *merging) comes(t *testing.T, subject, uid, org string) directory.Person {
	t.Helper()
	c := claimsOf(subject, "Camille", "camille@a.example")
	c.IdPID, c.UID = "idp-a", uid
	p, err := w.db.UpsertPerson(t.Context(), c, org, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOnlyTheFirstSignInUnderAProvisionedKeyIsThatPersons(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := behindBroker(t, url)
		_, provisioned := w.hires(t, "cmartin", true)
		if p := w.comes(t, "S1", "cmartin", w.client.OrgID); p.ID != provisioned {
			t.Fatalf("the first sign-in is of %s, not of %s", p.ID, provisioned)
		}
		second := w.comes(t, "S2", "cmartin", w.client.OrgID)
		if second.ID == provisioned {
			t.Error("whom the provider calls somebody else is the same person")
		}
		if again := w.comes(t, "S2", "cmartin", w.client.OrgID); again.ID != second.ID {
			t.Errorf("then they are %s", again.ID)
		}
		if again := w.comes(t, "S1", "cmartin", w.client.OrgID); again.ID != provisioned {
			t.Errorf("and the first one %s", again.ID)
		}
		w.merged(t, second.ID, provisioned)
		if again := w.comes(t, "S2", "cmartin", w.client.OrgID); again.ID != provisioned {
			t.Errorf("once an administrator has merged them, they are %s", again.ID)
		}
	})
}

func TestWhoIsPlacedWhereTheirAccountIsClosedAdministersNothingOfWhatTheyLeft(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := behindBroker(t, url)
		before := storetest.NewID()
		write(t, url, w.now, "INSERT INTO organizations (id, name, created_at) VALUES ('"+before+"', 'Ministry B', $AT)")
		p := w.comes(t, "S1", "cmartin", before)
		if _, _, err := w.admin.Appoint(t.Context(), commanding, p.ID, auth.Appointment{Role: auth.OrgAdmin, OrgID: before}); err != nil {
			t.Fatal(err)
		}
		seat, err := w.admin.CreateOffice(t.Context(), commanding, directory.Office{OrgID: before, Name: "Bureau"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.admin.SeatInOffice(t.Context(), commanding, before, seat.ID, directory.Seat{PersonID: p.ID, Kind: directory.Holds}); err != nil {
			t.Fatal(err)
		}
		w.hires(t, "cmartin", false)
		placed := w.comes(t, "S1", "cmartin", w.client.OrgID)
		if placed.ID != p.ID || placed.OrgID != w.client.OrgID || placed.DeactivatedAt == nil {
			t.Fatalf("got %+v", placed)
		}
		for what, query := range map[string]string{
			"roles":   "SELECT COUNT(*) FROM appointments WHERE person_id = '" + p.ID + "'",
			"offices": "SELECT COUNT(*) FROM office_holders WHERE person_id = '" + p.ID + "'",
		} {
			if got := w.says(t, query); got != "0" {
				t.Errorf("%s %s are left", got, what)
			}
		}
		for org, name := range map[string]string{before: "that was left", w.client.OrgID: "that has them now"} {
			if got := w.says(t, "SELECT COUNT(*) FROM events WHERE type = 'person.moved' AND org_id = '"+org+"'"); got != "1" {
				t.Errorf("the organization %s is told %s times", name, got)
			}
		}
	})
}
