package storetest

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/oidc"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
	"parvis/policy"
	"parvis/rooms"
)

// Attempts is the suite of oidc.Attempts.
func Attempts(t *testing.T, newStore func(*testing.T) oidc.Attempts) {
	attempt := func(state string) oidc.Attempt {
		return oidc.Attempt{
			StateHash: []byte(state), BrowserHash: []byte{0, 1}, Provider: "p", Nonce: "n", PKCEVerifier: "v", ReturnTo: "/aaa-bbbb-ccc",
			ExpiresAt: Nine.Add(10 * time.Minute),
		}
	}
	begin := func(t *testing.T, s oidc.Attempts, a oidc.Attempt, now time.Time) {
		t.Helper()
		if err := s.BeginAttempt(t.Context(), a, now); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a state of nobody is not found", func(t *testing.T) {
		_, err := newStore(t).TakeAttempt(t.Context(), []byte("x"), Nine)
		mustBe(t, err, fault.NotFound)
	})
	t.Run("an attempt comes back as it was written, once", func(t *testing.T) {
		s := newStore(t)
		want := attempt("x")
		begin(t, s, want, Nine)
		want.ExpiresAt = kept(want.ExpiresAt)
		got, err := s.TakeAttempt(t.Context(), want.StateHash, Nine)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
		_, err = s.TakeAttempt(t.Context(), want.StateHash, Nine)
		mustBe(t, err, fault.NotFound)
	})
	t.Run("of two who bring the same state one is heard", func(t *testing.T) {
		s := newStore(t)
		begin(t, s, attempt("x"), Nine)
		var heard atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, err := s.TakeAttempt(t.Context(), []byte("x"), Nine); err == nil {
					heard.Add(1)
				} else if !fault.Is(err, fault.NotFound) {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if heard.Load() != 1 {
			t.Errorf("%d were heard", heard.Load())
		}
	})
	t.Run("an attempt is good for its time", func(t *testing.T) {
		s := newStore(t)
		begin(t, s, attempt("x"), Nine)
		_, err := s.TakeAttempt(t.Context(), []byte("x"), Nine.Add(10*time.Minute))
		mustBe(t, err, fault.NotFound)
		_, err = s.TakeAttempt(t.Context(), []byte("x"), Nine)
		mustBe(t, err, fault.NotFound) // it was used up by coming too late
	})
	t.Run("a new attempt leaves the others as they are", func(t *testing.T) {
		s := newStore(t)
		begin(t, s, attempt("x"), Nine)
		begin(t, s, attempt("y"), Nine.Add(time.Minute))
		if _, err := s.TakeAttempt(t.Context(), []byte("x"), Nine); err != nil {
			t.Error(err)
		}
	})
	t.Run("a logout token is used from its note until it expires, for each issuer", func(t *testing.T) {
		s := newStore(t)
		for i, step := range []struct {
			issuer string
			after  time.Duration
			want   bool
		}{{"a", 0, false}, {"a", time.Second, true}, {"b", time.Second, false}, {"a", time.Minute, false}, {"a", 90 * time.Second, true}} {
			now := Nine.Add(step.after)
			if got, err := s.LogoutTokenUsed(t.Context(), step.issuer, "jti", now); err != nil || got != step.want {
				t.Errorf("step %d: %v, %v", i, got, err)
			}
			if err := s.UseLogoutToken(t.Context(), step.issuer, "jti", now, now.Add(time.Minute)); err != nil {
				t.Errorf("step %d: %v", i, err)
			}
		}
	})
}

// Idempotency keeps the answers to creations (package api declares it).
type Idempotency interface {
	BeginIdempotent(ctx context.Context, principal, route, key string, requestHash []byte, now time.Time) (found bool, status int, header map[string]string, body []byte, err error)
	FinishIdempotent(ctx context.Context, principal, route, key string, status int, header map[string]string, body []byte) error
	ForgetIdempotent(ctx context.Context, principal, route, key string) error
	CreateTemplate(ctx context.Context, made policy.RoomTemplate, most int, events []event.Event) error
	CreateRoom(ctx context.Context, r rooms.Room, grants []access.Grant, events []event.Event) error
}

// Idempotent is the suite of Idempotency.
func Idempotent(t *testing.T, newStore func(*testing.T) Idempotency) {
	hash := []byte("hash")
	begin := func(t *testing.T, s Idempotency, key string, now time.Time) bool {
		t.Helper()
		found, _, _, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", key, hash, now)
		if err != nil {
			t.Fatalf("begin: %v", err)
		}
		return found
	}
	finish := func(t *testing.T, s Idempotency, key string) {
		t.Helper()
		if err := s.FinishIdempotent(t.Context(), "p", "POST /rooms", key, 201, map[string]string{"Location": "/x"}, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("the same request gets the same answer for a day", func(t *testing.T) {
		s := newStore(t)
		if begin(t, s, "k", Nine) {
			t.Fatal("found before it began")
		}
		finish(t, s, "k")
		found, status, header, body, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", hash, Nine.Add(23*time.Hour))
		if !found || status != 201 || header["Location"] != "/x" || string(body) != "{}" || err != nil {
			t.Errorf("got %v %d %v %q, %v", found, status, header, body, err)
		}
		if begin(t, s, "k", Nine.Add(24*time.Hour)) {
			t.Error("found after a day")
		}
	})
	t.Run("another request under the same key is refused", func(t *testing.T) {
		s := newStore(t)
		begin(t, s, "k", Nine)
		finish(t, s, "k")
		_, _, _, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", []byte("other"), Nine)
		if !fault.HasCode(err, fault.CodeIdempotencyReuse) {
			t.Errorf("got %v", err)
		}
		for _, c := range [][2]string{{"q", "POST /rooms"}, {"p", "POST /meetings"}} {
			if found, _, _, _, err := s.BeginIdempotent(t.Context(), c[0], c[1], "k", hash, Nine); err != nil || found {
				t.Errorf("the key of %v is its own: %v, %v", c, found, err)
			}
		}
	})
	t.Run("while the first runs the second waits, unless the first died", func(t *testing.T) {
		s := newStore(t)
		begin(t, s, "k", Nine)
		_, _, _, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", hash, Nine.Add(time.Minute))
		if !fault.HasCode(err, fault.CodeIdempotencyRunning) {
			t.Errorf("got %v", err)
		}
		if begin(t, s, "k", Nine.Add(3*time.Minute)) {
			t.Error("a request that never finished has no answer")
		}
	})
	t.Run("a request that failed may be tried again; one that succeeded is not forgotten", func(t *testing.T) {
		s := newStore(t)
		for range 2 {
			if begin(t, s, "k", Nine) {
				t.Error("found")
			}
			if err := s.ForgetIdempotent(t.Context(), "p", "POST /rooms", "k"); err != nil {
				t.Fatal(err)
			}
		}
		begin(t, s, "k", Nine)
		finish(t, s, "k")
		if err := s.ForgetIdempotent(t.Context(), "p", "POST /rooms", "k"); err != nil {
			t.Fatal(err)
		}
		if !begin(t, s, "k", Nine) {
			t.Error("forgotten")
		}
	})
	t.Run("what a request made before it died is known to the next run of it, and to no other request", func(t *testing.T) {
		s := newStore(t)
		in := func(n int) context.Context {
			return once.Part(once.With(t.Context(), once.Key{Principal: "p", Route: "POST /rooms", Key: "k"}), n)
		}
		again := func(at time.Time, want map[string]string) {
			t.Helper()
			found, _, made, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", hash, at)
			if err != nil || found || !maps.Equal(made, want) {
				t.Fatalf("found %v, made %v, want %v: %v", found, made, want, err)
			}
		}
		again(Nine, nil)
		one, two := Room("one-made-abc"), Room("two-made-abc")
		for n, r := range []rooms.Room{one, two} {
			if err := s.CreateRoom(in(n), r, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		both := map[string]string{"room 0": one.Slug, "room 1": two.Slug}
		_, _, _, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", hash, Nine.Add(time.Minute))
		if !fault.HasCode(err, fault.CodeIdempotencyRunning) {
			t.Errorf("while it may run: %v", err)
		}
		_, _, _, _, err = s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", []byte("other"), Nine.Add(3*time.Minute))
		if !fault.HasCode(err, fault.CodeIdempotencyReuse) {
			t.Errorf("another request: %v", err)
		}
		again(Nine.Add(3*time.Minute), both)
		if err := s.ForgetIdempotent(t.Context(), "p", "POST /rooms", "k"); err != nil {
			t.Fatal(err)
		}
		again(Nine.Add(3*time.Minute), both) // a run that failed gives it back at once
		finish(t, s, "k")
		if found, _, header, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", hash, Nine.Add(4*time.Minute)); !found || header["Location"] != "/x" || err != nil {
			t.Errorf("found %v, %v, %v", found, header, err)
		}
		again(Nine.Add(25*time.Hour), nil)
	})
	t.Run("what is written statement by statement is noted with it, or not at all", func(t *testing.T) {
		s := newStore(t)
		begin(t, s, "k", Nine)
		in := once.With(t.Context(), once.Key{Principal: "p", Route: "POST /rooms", Key: "k"})
		made := policy.RoomTemplate{ID: NewID(), OrgID: auth.DefaultOrgID, Name: "Audience", Version: 1}
		if err := s.CreateTemplate(in, made, 0, nil); !fault.Is(err, fault.Conflict) {
			t.Fatalf("one too many: %v", err)
		}
		again := func(want map[string]string) {
			t.Helper()
			found, _, noted, _, err := s.BeginIdempotent(t.Context(), "p", "POST /rooms", "k", hash, Nine.Add(3*time.Minute))
			if err != nil || found || !maps.Equal(noted, want) {
				t.Errorf("found %v, made %v, want %v: %v", found, noted, want, err)
			}
		}
		again(nil)
		if err := s.CreateTemplate(in, made, 1, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.ForgetIdempotent(t.Context(), "p", "POST /rooms", "k"); err != nil { // free at once
			t.Fatal(err)
		}
		again(map[string]string{"template": made.ID})
	})
	t.Run("of many at once one goes on", func(t *testing.T) {
		s := newStore(t)
		var going atomic.Int32
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				_, _, _, _, err := s.BeginIdempotent(t.Context(), "p", "r", "k", fmt.Append(nil, i), Nine)
				switch {
				case err == nil:
					going.Add(1)
				case !fault.HasCode(err, fault.CodeIdempotencyReuse):
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if going.Load() != 1 {
			t.Errorf("%d go on", going.Load())
		}
	})
}
