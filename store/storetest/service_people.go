package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/fault"
	"parvis/rooms"
)

// ServicePeopleStore is what software acts in: rooms, and the names of people.
type ServicePeopleStore interface {
	service.Store
	directory.Store
	RoomKeeper
	CreateGroup(ctx context.Context, id, orgID, name string, now time.Time) error
	ChangeGroup(ctx context.Context, groupID string, add, remove []string, now time.Time) error
	DeactivatePerson(ctx context.Context, id string, at time.Time) error
	Prune(ctx context.Context, now time.Time) error
}

// ServicePeople is the suite of service.Store where it touches rooms and people.
func ServicePeople(t *testing.T, newStore func(*testing.T) ServicePeopleStore) {
	t.Run("nobody is found who is not there", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense"} {
			_, err := s.Subject(t.Context(), id)
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("a person is found as they are now, with the groups of their organization", func(t *testing.T) {
		s := newStore(t)
		p := createPerson(t, s, "jeanne")
		groups := []string{NewID(), NewID()}
		for _, g := range groups {
			if err := s.CreateGroup(t.Context(), g, p.OrgID, "cabinet", Nine); err != nil {
				t.Fatal(err)
			}
			if err := s.ChangeGroup(t.Context(), g, []string{p.ID}, nil, Nine); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(groups)
		want := service.Person{ID: p.ID, OrgID: p.OrgID, OrgName: p.OrgName, Name: p.DisplayName(), Email: p.Email, Groups: groups}
		got, err := s.Subject(t.Context(), p.ID)
		mustSame(t, want, got, err)
		if err := s.ChangeGroup(t.Context(), groups[0], nil, []string{p.ID}, Nine); err != nil {
			t.Fatal(err)
		}
		want.Groups = groups[1:]
		got, err = s.Subject(t.Context(), p.ID)
		mustSame(t, want, got, err)
	})
	t.Run("a deactivated person is closed at once", func(t *testing.T) {
		s := newStore(t)
		p := createPerson(t, s, "jeanne")
		if err := s.DeactivatePerson(t.Context(), p.ID, Nine); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Subject(t.Context(), p.ID); err != nil || !got.Closed {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("what an account was admitted to ends with it, and nobody else's", func(t *testing.T) {
		s := newStore(t)
		room := createRoom(t, s, "aaa-bbbb-ccc")
		a := createAccount(t, s, ServiceAccount())
		own, other := Admission(room), Admission(room)
		own.WhoID = a.ID
		own, other = admit(t, s, own), admit(t, s, other)
		changeAccount(t, s, a, func(a *service.Account) { a.Name = "another" })
		if got, err := s.Admission(t.Context(), own.ID); err != nil || got.Admission.State == rooms.Ended {
			t.Errorf("renamed: %v, %v", got.Admission.State, err)
		}
		at := Nine.Add(time.Minute)
		changeAccount(t, s, a, func(a *service.Account) { a.RevokedAt = &at })
		if got, err := s.Admission(t.Context(), own.ID); err != nil || got.Admission.State != rooms.Ended || got.Admission.Reason != rooms.EndRevoked {
			t.Errorf("its own: %v %v, %v", got.Admission.State, got.Admission.Reason, err)
		}
		if got, err := s.Admission(t.Context(), other.ID); err != nil || got.Admission.State == rooms.Ended {
			t.Errorf("another's: %v, %v", got.Admission.State, err)
		}
	})
	t.Run("what has run out is pruned, and nothing before", func(t *testing.T) {
		s := newStore(t)
		p := createPerson(t, s, "jeanne")
		a := createAccount(t, s, ServiceAccount())
		old := service.Token{Hash: make([]byte, 32), AccountID: a.ID, CredentialID: NewID(), PersonID: p.ID, Scopes: auth.Scopes(), CreatedAt: Nine, ExpiresAt: Nine.Add(time.Minute)}
		young := old
		young.Hash, young.ExpiresAt = slices.Repeat([]byte{1}, 32), Nine.Add(time.Hour)
		for _, token := range []service.Token{old, young} {
			if err := s.CreateToken(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			if _, err := s.UseAssertion(t.Context(), a.ID, token.ExpiresAt.String(), token.ExpiresAt); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Prune(t.Context(), Nine.Add(2*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Token(t.Context(), young.Hash); err != nil || got.PersonID != p.ID {
			t.Errorf("got %+v, %v", got, err)
		}
		_, err := s.Token(t.Context(), old.Hash)
		mustBe(t, err, fault.NotFound)
		for _, step := range []struct {
			until time.Time
			used  bool
		}{{old.ExpiresAt, false}, {young.ExpiresAt, true}} {
			if used, err := s.UseAssertion(t.Context(), a.ID, step.until.String(), step.until); err != nil || used != step.used {
				t.Errorf("got %v, %v", used, err)
			}
		}
	})
}
