package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/directory"
	"parvis/fault"
)

// Directory is the suite of directory.Store.
func Directory(t *testing.T, newStore func(*testing.T) directory.Store) {
	t.Run("an unknown person is not found", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense"} {
			_, err := s.Person(t.Context(), id)
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("whom no rule places is of the default organization", func(t *testing.T) {
		s := newStore(t)
		for _, c := range []directory.Claims{{}, {IdPID: "unknown"}, {OrganizationLabel: "Ministère"}} {
			org, err := s.PlaceOrganization(t.Context(), c, Nine)
			if err != nil || org.ID != directory.DefaultOrgID || org.Name == "" {
				t.Errorf("%+v: got %+v, %v", c, org, err)
			}
		}
	})
	t.Run("a new siret makes one organization, however many come at once", func(t *testing.T) { newSiret(t, newStore(t)) })
	t.Run("two first sign-ins at once make one person", func(t *testing.T) { onePerson(t, newStore(t)) })
	t.Run("one subject at two providers is two people, whatever the address", func(t *testing.T) {
		s := newStore(t)
		c := claims("x")
		first, err := s.UpsertPerson(t.Context(), c, directory.DefaultOrgID, Nine)
		if err != nil {
			t.Fatal(err)
		}
		c.Issuer = "https://other.example"
		second, err := s.UpsertPerson(t.Context(), c, directory.DefaultOrgID, Nine)
		if err != nil || first.ID == second.ID {
			t.Errorf("got %s and %s, %v", first.ID, second.ID, err)
		}
	})
	t.Run("what the provider says is brought up to date, what it leaves out stays", func(t *testing.T) { upToDate(t, newStore(t)) })
	t.Run("an organization that does not exist is refused", func(t *testing.T) {
		if _, err := newStore(t).UpsertPerson(t.Context(), claims("x"), NewID(), Nine); err == nil {
			t.Error("it was written")
		}
	})
}

func newSiret(t *testing.T, s directory.Store) {
	c := directory.Claims{Siret: "13002526500013", OrganizationLabel: "Direction"}
	ids := make(chan string, 10)
	var wg sync.WaitGroup
	for range cap(ids) {
		wg.Go(func() {
			org, err := s.PlaceOrganization(t.Context(), c, Nine)
			if err != nil || org.Name != "Direction" || org.Siret != c.Siret {
				t.Errorf("got %+v, %v", org, err)
			}
			ids <- org.ID
		})
	}
	wg.Wait()
	first := <-ids
	for range cap(ids) - 1 {
		if other := <-ids; other != first {
			t.Fatalf("two organizations: %s, %s", first, other)
		}
	}
	c.OrganizationLabel = "Another label"
	if org, err := s.PlaceOrganization(t.Context(), c, Nine); err != nil || org.Name != "Direction" {
		t.Errorf("a provider's label renames nobody: %+v, %v", org, err)
	}
	unnamed, err := s.PlaceOrganization(t.Context(), directory.Claims{Siret: "11000201100044"}, Nine)
	if err != nil || unnamed.Name != "SIRET 11000201100044" {
		t.Errorf("got %+v, %v", unnamed, err)
	}
}

func onePerson(t *testing.T, s directory.Store) {
	ids := make(chan string, 20)
	var wg sync.WaitGroup
	for range cap(ids) {
		wg.Go(func() {
			p, err := s.UpsertPerson(t.Context(), claims("x"), directory.DefaultOrgID, Nine)
			if err != nil {
				t.Errorf("sign-in: %v", err)
			}
			ids <- p.ID
		})
	}
	wg.Wait()
	first := <-ids
	for range cap(ids) - 1 {
		if other := <-ids; other != first {
			t.Fatalf("two people: %q, %q", first, other)
		}
	}
}

func upToDate(t *testing.T, s directory.Store) {
	first := createPerson(t, s, "x")
	want := directory.Person{
		ID: first.ID, OrgID: directory.DefaultOrgID, OrgName: first.OrgName, GivenName: "Jeanne", FamilyName: "d’Arc",
		Email: "Jeanne@Example.fr", Locale: "fr", CreatedAt: kept(Nine),
	}
	if diff := cmp.Diff(want, first); diff != "" || first.OrgName == "" {
		t.Error(diff)
	}
	org, err := s.PlaceOrganization(t.Context(), directory.Claims{Siret: "13002526500013", OrganizationLabel: "Direction"}, Nine)
	if err != nil {
		t.Fatal(err)
	}
	c := directory.Claims{Issuer: "https://op.example", Subject: "x", FamilyName: "Darc", Email: "jeanne.darc@example.fr"}
	got, err := s.UpsertPerson(t.Context(), c, org.ID, Nine.Add(time.Hour))
	want.OrgID, want.OrgName, want.FamilyName, want.Email = org.ID, "Direction", "Darc", c.Email
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	read, err := s.Person(t.Context(), first.ID)
	if diff := cmp.Diff(want, read); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
