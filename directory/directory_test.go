package directory_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parvis/directory"
	"parvis/fault"
)

// shelf is a Store that answers what a test puts into it; the database's own behavior is store's to hold.
type shelf struct {
	person directory.Person
	err    error
	placed directory.Claims
	org    string
	limit  int
}

func (s *shelf) PlaceOrganization(_ context.Context, c directory.Claims, _ time.Time) (directory.Organization, error) {
	s.placed = c
	return directory.Organization{ID: "org"}, s.err
}

func (s *shelf) UpsertPerson(_ context.Context, _ directory.Claims, orgID string, _ time.Time) (directory.Person, error) {
	s.org = orgID
	return s.person, s.err
}

func (s *shelf) SearchPeople(_ context.Context, orgID, _ string, limit int) ([]directory.Person, error) {
	s.org, s.limit = orgID, limit
	return []directory.Person{s.person}, s.err
}

func (s *shelf) Person(context.Context, string) (directory.Person, error) { return s.person, s.err }

func TestSomebodyWithoutSubjectIsNobody(t *testing.T) {
	for _, c := range []directory.Claims{{Issuer: "https://op.example"}, {Subject: "1"}} {
		s := &shelf{}
		if _, err := directory.New(s, time.Now).SignedIn(t.Context(), c); !fault.Is(err, fault.Invalid) || s.placed.Issuer != "" {
			t.Errorf("got %v, and asked the store %+v", err, s.placed)
		}
	}
}

func TestADeactivatedPersonIsRefused(t *testing.T) {
	gone := time.Now()
	s := &shelf{person: directory.Person{ID: "p", DeactivatedAt: &gone}}
	_, err := directory.New(s, time.Now).SignedIn(t.Context(), directory.Claims{Issuer: "i", Subject: "s"})
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("got %v", err)
	}
}

func TestAPersonIsPlacedInTheOrganizationOfTheClaims(t *testing.T) {
	s := &shelf{person: directory.Person{ID: "p"}}
	p, err := directory.New(s, time.Now).SignedIn(t.Context(), directory.Claims{Issuer: "i", Subject: "s", Siret: "11001401600015"})
	if err != nil || p.ID != "p" || s.org != "org" || s.placed.Siret != "11001401600015" {
		t.Errorf("got %+v, %v, org %q", p, err, s.org)
	}
}

func TestADatabaseThatIsDownIsSaidAsSuch(t *testing.T) {
	s := &shelf{err: fault.New(fault.CodeDatabaseUnavailable, "down").Because(errors.New("refused"))}
	_, err := directory.New(s, time.Now).SignedIn(t.Context(), directory.Claims{Issuer: "i", Subject: "s"})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestANameIsWhatThereIs(t *testing.T) {
	for want, p := range map[string]directory.Person{
		"Jeanne Morel": {GivenName: "Jeanne", FamilyName: "Morel"}, "Jeanne": {GivenName: "Jeanne"}, "Morel": {FamilyName: "Morel"},
	} {
		if got := p.DisplayName(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
