package storetest

import (
	"context"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/fault"
	"parvis/rooms"
	"parvis/scim"
)

// SCIMStore is what provisioning acts in: people, what they hold, and the accounts of software.
type SCIMStore interface {
	scim.Store
	directory.Store
	signin.Store
	RoomKeeper
	service.Store
	BindSCIM(ctx context.Context, accountID, provider, idpID, actor string, at time.Time) (scim.Client, error)
	SCIMClients(ctx context.Context, orgID string) ([]scim.Client, error)
}

// SCIM is the suite of what only shows behind the protocol. The protocol itself is tested through the router, on both databases.
func SCIM(t *testing.T, newStore func(*testing.T) SCIMStore) {
	t.Run("an account speaks for one provider of its own organization", func(t *testing.T) { bindings(t, newStore(t)) })
	t.Run("whoever is set inactive is signed out and out of the call", func(t *testing.T) { outOfTheCall(t, newStore(t)) })
	t.Run("of several new users all are written, or none", func(t *testing.T) { allOrNone(t, newStore(t)) })
	t.Run("pages join, and nobody stands on two", func(t *testing.T) { severalPages(t, newStore(t)) })
}

// scimClient is an account with the scope, bound to the provider of claims.
func scimClient(t *testing.T, s SCIMStore) scim.Client {
	t.Helper()
	org, err := s.PlaceOrganization(t.Context(), directory.Claims{Siret: "13002526500013", OrganizationLabel: "Direction"}, Nine)
	if err != nil {
		t.Fatal(err)
	}
	a := ServiceAccount()
	a.OrgID, a.Scopes = org.ID, []auth.Scope{auth.ScopePeopleManage}
	if err := s.CreateAccount(t.Context(), a, nil); err != nil {
		t.Fatal(err)
	}
	c, err := s.BindSCIM(t.Context(), a.ID, "agentconnect", "", "system:test", Nine)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func scimUser(c scim.Client, name, externalID string) scim.User {
	return scim.User{
		ID: NewID(), ClientID: c.ID, Active: true, Attributes: scim.Document{"userName": name, "externalId": externalID}, Version: 1,
		CreatedAt: kept(Nine), UpdatedAt: kept(Nine),
	}
}

func actOf(c scim.Client) scim.Act { return scim.Act{By: "service:" + c.AccountID, At: Nine} }

func bindings(t *testing.T, s SCIMStore) {
	c := scimClient(t, s)
	got, err := s.SCIMClient(t.Context(), c.AccountID)
	mustSame(t, c, got, err)
	for _, id := range []string{NewID(), "nonsense"} {
		_, err := s.SCIMClient(t.Context(), id)
		mustBe(t, err, fault.NotFound)
		_, err = s.BindSCIM(t.Context(), id, "agentconnect", "", "system:test", Nine)
		mustBe(t, err, fault.NotFound)
	}
	poor := ServiceAccount()
	poor.OrgID, poor.Scopes = c.OrgID, []auth.Scope{auth.ScopeRoomsRead}
	if err := s.CreateAccount(t.Context(), poor, nil); err != nil {
		t.Fatal(err)
	}
	_, err = s.BindSCIM(t.Context(), poor.ID, "other", "", "system:test", Nine)
	mustBe(t, err, fault.Invalid)
	list, err := s.SCIMClients(t.Context(), c.OrgID)
	mustSame(t, []scim.Client{c}, list, err)
}

func outOfTheCall(t *testing.T, s SCIMStore) {
	c := scimClient(t, s)
	p, err := s.UpsertPerson(t.Context(), claims("x"), c.OrgID, Nine)
	if err != nil {
		t.Fatal(err)
	}
	u := scimUser(c, "jeanne", "x")
	if err := s.CreateSCIMUsers(t.Context(), c, []scim.User{u}, actOf(c)); err != nil {
		t.Fatal(err)
	}
	room := createRoom(t, s, "aaa-bbbb-ccc")
	row := createSignIn(t, s, SignedIn("s", p))
	a := admit(t, s, AdmissionOf(room, row))
	held := Admission(room) // by software for her
	held.PersonID = p.ID
	held = admit(t, s, held)
	_, err = s.UpdateSCIMUser(t.Context(), c, u.ID, actOf(c), func(u *scim.User) error { u.Active = false; return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{a.ID, held.ID} {
		if got, err := s.Admission(t.Context(), id); err != nil || got.Admission.State != rooms.Ended || got.Admission.Reason != rooms.EndDeactivated {
			t.Errorf("got %v %v, %v", got.Admission.State, got.Admission.Reason, err)
		}
	}
	if _, err := s.SignIn(t.Context(), row.SecretHash); !fault.Is(err, fault.NotFound) {
		got, err := s.SignIn(t.Context(), row.SecretHash)
		if err != nil || got.EndedAt == nil {
			t.Errorf("the sign-in goes on: %+v, %v", got, err)
		}
	}
	if got, err := s.Person(t.Context(), p.ID); err != nil || got.DeactivatedAt == nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func allOrNone(t *testing.T, s SCIMStore) {
	c := scimClient(t, s)
	first, again := scimUser(c, "jeanne", "1"), scimUser(c, "JEANNE", "2")
	mustBe(t, s.CreateSCIMUsers(t.Context(), c, []scim.User{first, again}, actOf(c)), fault.Conflict)
	if _, total, err := s.SCIMUsers(t.Context(), c, scim.Query{Start: 1, Count: 10}); total != 0 || err != nil {
		t.Errorf("%d stay, %v", total, err)
	}
	found, err := s.SearchPeople(t.Context(), c.OrgID, "jeanne", 10)
	if len(found) != 0 || err != nil {
		t.Errorf("%v stay, %v", found, err)
	}
}

func severalPages(t *testing.T, s SCIMStore) {
	c := scimClient(t, s)
	var users []scim.User
	for range 250 {
		users = append(users, scimUser(c, NewID(), NewID()))
	}
	if err := s.CreateSCIMUsers(t.Context(), c, users, actOf(c)); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for start := 1; start <= 250; start += 100 {
		page, total, err := s.SCIMUsers(t.Context(), c, scim.Query{Start: start, Count: 100, WithParts: true})
		if err != nil || total != 250 {
			t.Fatalf("%d, %v", total, err)
		}
		for _, u := range page {
			seen[u.ID] = true
		}
	}
	if len(seen) != 250 {
		t.Errorf("%d seen", len(seen))
	}
}
