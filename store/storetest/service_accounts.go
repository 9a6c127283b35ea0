package storetest

import (
	"bytes"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
	"parvis/fault"
	"parvis/webhook"
)

// ServiceAccount is one of the default organization, with a secret and a key.
func ServiceAccount() service.Account {
	until := Nine.Add(time.Hour)
	return service.Account{
		ID: NewID(), OrgID: auth.DefaultOrgID, Name: "Agenda", Contact: "agenda@b.example", Scopes: auth.Scopes(),
		Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/48")}, ActsFor: []string{NewID()},
		Secrets: []service.Secret{{ID: NewID(), Hash: []byte{0, 1, 2}, CreatedAt: Nine, ExpiresAt: &until}},
		Keys:    []service.Key{{ID: NewID(), KID: "one", JWK: []byte(`{"z":1,"kty":"OKP"}`), CreatedAt: Nine}},
		Version: 1, CreatedAt: Nine, ExpiresAt: &until,
	}
}

func accountEvent(a service.Account, what event.Type) []event.Event {
	return []event.Event{{ID: NewID(), Type: what, OrgID: a.OrgID, Subject: "service-account:" + a.ID, Actor: "system:test", At: Nine}}
}

func createAccount(t *testing.T, s service.Store, a service.Account) service.Account {
	t.Helper()
	if err := s.CreateAccount(t.Context(), a, accountEvent(a, event.ServiceAccountCreated)); err != nil {
		t.Fatalf("create account: %v", err)
	}
	return a
}

// sameAccount compares as databases keep: moments by the microsecond, nothing as an empty list. Of a webhook they answer names that
// nobody writes.
var sameAccount = cmp.Options{
	cmpopts.EquateEmpty(), cmpopts.IgnoreFields(webhook.Webhook{}, "OrgName", "AccountName"), cmpopts.EquateComparable(netip.Prefix{}),
	cmp.Comparer(func(a, b time.Time) bool { return kept(a).Equal(kept(b)) }),
}

func mustSame(t *testing.T, want, got any, err error) {
	t.Helper()
	if diff := cmp.Diff(want, got, sameAccount); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func changeAccount(t *testing.T, s service.Store, a service.Account, change func(*service.Account)) service.Account {
	t.Helper()
	changed, err := s.UpdateAccount(t.Context(), a.ID, func(a *service.Account) ([]event.Event, error) {
		change(a)
		return accountEvent(*a, event.ServiceAccountChanged), nil
	})
	if err != nil {
		t.Fatalf("change account: %v", err)
	}
	return changed
}

// ServiceAccounts is the suite of service.Store.
func ServiceAccounts(t *testing.T, newStore func(*testing.T) service.Store) {
	t.Run("accounts are listed within a reach", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		for want, reach := range map[int][]auth.Reach{0: {{}, {OrgIDs: []string{NewID()}}}, 1: {{All: true}, {OrgIDs: []string{auth.DefaultOrgID}}}} {
			for _, r := range reach {
				page, err := s.Accounts(t.Context(), service.Query{Reach: r})
				if err != nil || len(page.Accounts) != want || want == 1 && page.Accounts[0].ID != a.ID {
					t.Errorf("%+v: %v, %v", r, page, err)
				}
			}
		}
	})
	t.Run("the organizations above one are asked for", func(t *testing.T) {
		s := newStore(t)
		if above, err := s.Above(t.Context(), auth.DefaultOrgID); err != nil || len(above) != 0 {
			t.Errorf("%v, %v", above, err)
		}
		_, err := s.Above(t.Context(), NewID())
		mustBe(t, err, fault.NotFound)
	})
	t.Run("an account of nobody is not found", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense", ""} {
			_, err := s.Account(t.Context(), id)
			mustBe(t, err, fault.NotFound)
			_, err = s.AccountNow(t.Context(), id)
			mustBe(t, err, fault.NotFound)
			_, err = s.UpdateAccount(t.Context(), id, func(*service.Account) ([]event.Event, error) {
				t.Error("nothing is there to change")
				return nil, nil
			})
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("an account comes back as it was written, and what a caller does to it stays with the caller", func(t *testing.T) {
		s := newStore(t)
		want := createAccount(t, s, ServiceAccount())
		_, want.OrgName, _ = s.OrgByKey(t.Context(), want.OrgID)
		for range 2 {
			got, err := s.Account(t.Context(), want.ID)
			mustSame(t, want, got, err)
			got.Scopes[0], got.Secrets[0].ID, got.Keys[0].KID = "changed", "changed", "changed"
			now, err := s.AccountNow(t.Context(), want.ID)
			mustSame(t, want, now, err)
		}
	})
	t.Run("a change that is refused, or none, changes nothing", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		before, _ := s.AccountNow(t.Context(), a.ID)
		no := errors.New("no")
		for _, refuse := range []error{no, nil} {
			_, err := s.UpdateAccount(t.Context(), a.ID, func(a *service.Account) ([]event.Event, error) {
				a.Name, a.Secrets[0].Hash, a.Keys = "another", nil, nil
				return nil, refuse
			})
			if !errors.Is(err, refuse) {
				t.Errorf("got %v, want %v", err, refuse)
			}
			got, err := s.AccountNow(t.Context(), a.ID)
			mustSame(t, before, got, err)
		}
	})
	t.Run("a change is seen at once, and moves the version", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		if _, err := s.Account(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		soon := Nine.Add(time.Minute)
		want := changeAccount(t, s, a, func(a *service.Account) {
			a.Name, a.Scopes, a.Networks, a.ActsFor, a.ExpiresAt = "Another", []auth.Scope{auth.ScopeRoomsRead}, nil, nil, nil
			a.Secrets[0].ExpiresAt = &soon
			a.Secrets = append(a.Secrets, service.Secret{ID: NewID(), Hash: []byte{3}, CreatedAt: soon})
			a.Keys = []service.Key{{ID: NewID(), KID: "one", JWK: []byte(`{}`), CreatedAt: soon}} // another by the same name
		})
		got, err := s.Account(t.Context(), a.ID)
		mustSame(t, want, got, err)
		if got.Version != 2 || got.Name != "Another" || len(got.Secrets) != 2 || string(got.Keys[0].JWK) != "{}" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a revoked account says so at once", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		if _, err := s.Account(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		changeAccount(t, s, a, func(a *service.Account) { a.RevokedAt = &a.CreatedAt })
		if got, err := s.Account(t.Context(), a.ID); err != nil || got.RevokedAt == nil {
			t.Errorf("got %v, %v", got.RevokedAt, err)
		}
	})
	t.Run("a use is noted, and moves no version", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		later := Nine.Add(time.Minute)
		for _, at := range []time.Time{later, Nine} {
			if err := s.TouchAccount(t.Context(), a.ID, at); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Account(t.Context(), a.ID); err != nil || !kept(*got.LastUsedAt).Equal(kept(later)) || got.Version != 1 {
				t.Errorf("got %v, %v", got.LastUsedAt, err)
			}
		}
	})
	t.Run("accounts are listed by organization, newest first, page by page", func(t *testing.T) {
		s := newStore(t)
		var want []service.Account
		for i := range 3 {
			a := ServiceAccount()
			a.CreatedAt = Nine.Add(time.Duration(-i) * time.Second)
			a = createAccount(t, s, a)
			_, a.OrgName, _ = s.OrgByKey(t.Context(), a.OrgID)
			want = append(want, a)
		}
		var got []service.Account
		q := service.Query{OrgID: auth.DefaultOrgID, PageSize: 2}
		for range 2 {
			page, err := s.Accounts(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page.Accounts...)
			q.Cursor = page.Next
		}
		mustSame(t, want, got, nil)
		if page, err := s.Accounts(t.Context(), service.Query{OrgID: NewID()}); err != nil || len(page.Accounts) != 0 || page.Next != "" {
			t.Errorf("got %v, %v", page, err)
		}
		_, err := s.Accounts(t.Context(), service.Query{OrgID: auth.DefaultOrgID, Cursor: "forged"})
		mustBe(t, err, fault.Invalid)
	})
	t.Run("a token is found by its hash, as it was written", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		want := service.Token{
			Hash: bytes.Repeat([]byte{7}, 32), AccountID: a.ID, CredentialID: a.Secrets[0].ID, Scopes: []auth.Scope{auth.ScopeRoomsRead},
			CreatedAt: Nine, ExpiresAt: Nine.Add(time.Minute),
		}
		if err := s.CreateToken(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := s.Token(t.Context(), want.Hash)
			mustSame(t, want, got, err)
			got.Scopes[0] = "changed"
		}
		for _, hash := range [][]byte{nil, bytes.Repeat([]byte{8}, 32)} {
			_, err := s.Token(t.Context(), hash)
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("an assertion is used once by each account, whatever its id", func(t *testing.T) {
		s := newStore(t)
		a, b := createAccount(t, s, ServiceAccount()), createAccount(t, s, ServiceAccount())
		for i, step := range []struct {
			account, jti string
			want         bool
		}{{a.ID, "1\x00", false}, {a.ID, "1\x00", true}, {b.ID, "1\x00", false}, {a.ID, "\xff", false}} {
			if used, err := s.UseAssertion(t.Context(), step.account, step.jti, Nine); err != nil || used != step.want {
				t.Errorf("step %d: %v, %v", i, used, err)
			}
		}
	})
	t.Run("of many who bring the same assertion one is heard", func(t *testing.T) {
		s := newStore(t)
		a := createAccount(t, s, ServiceAccount())
		var heard atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				used, err := s.UseAssertion(t.Context(), a.ID, "jti", Nine)
				if err != nil {
					t.Errorf("got %v", err)
				} else if !used {
					heard.Add(1)
				}
			})
		}
		wg.Wait()
		if heard.Load() != 1 {
			t.Errorf("%d were heard", heard.Load())
		}
	})
	t.Run("an organization is found by id and by exact name", func(t *testing.T) {
		s := newStore(t)
		_, name, err := s.OrgByKey(t.Context(), auth.DefaultOrgID)
		if err != nil || name == "" {
			t.Fatalf("got %q, %v", name, err)
		}
		if id, _, err := s.OrgByKey(t.Context(), name); err != nil || id != auth.DefaultOrgID {
			t.Errorf("got %q, %v", id, err)
		}
		for _, key := range []string{"", "autres", NewID()} {
			_, _, err := s.OrgByKey(t.Context(), key)
			mustBe(t, err, fault.NotFound)
		}
	})
}
