package storetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/auth/emailproof"
	"parvis/auth/signin"
	"parvis/fault"
)

// EmailProofsStore is what the suite of proofs needs.
type EmailProofsStore interface {
	emailproof.Store
	SignInsStore
}

// EmailProofs is the suite of emailproof.Store.
func EmailProofs(t *testing.T, newStore func(*testing.T) EmailProofsStore) {
	t.Run("nobody but a guest who is there proves anything", func(t *testing.T) { proofsOfOthers(t, newStore(t)) })
	t.Run("what a change wrote is what the next one reads", func(t *testing.T) { proofRoundTrip(t, newStore(t)) })
	t.Run("a change that fails keeps nothing", func(t *testing.T) { failedProof(t, newStore(t)) })
	t.Run("changes of one proof come one after the other, the first ones too", func(t *testing.T) { proofsSideBySide(t, newStore(t)) })
	t.Run("a proved address is on the sign-in at once, and on no other", func(t *testing.T) { provedAtOnce(t, newStore(t)) })
}

func changeProof(t *testing.T, s emailproof.Store, signIn string, change func(*emailproof.Proof)) {
	t.Helper()
	if err := s.UpdateProof(t.Context(), signIn, Nine, func(p *emailproof.Proof) error { change(p); return nil }); err != nil {
		t.Fatalf("update proof: %v", err)
	}
}

func proofsOfOthers(t *testing.T, s EmailProofsStore) {
	person := createSignIn(t, s, SignedIn("p", createPerson(t, s, "x")))
	late := Guest("late")
	late.ExpiresAt = Nine
	late = createSignIn(t, s, late)
	ended := createSignIn(t, s, Guest("ended"))
	if _, err := s.EndSignIns(t.Context(), signin.Selection{ID: ended.ID}, Nine); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{person.ID, late.ID, ended.ID, NewID(), "", "no key"} {
		err := s.UpdateProof(t.Context(), id, Nine, func(*emailproof.Proof) error { t.Errorf("%s is let change something", id); return nil })
		mustBe(t, err, fault.NotFound)
	}
}

func proofRoundTrip(t *testing.T, s EmailProofsStore) {
	guest, other := createSignIn(t, s, Guest("g")), createSignIn(t, s, Guest("o"))
	want := emailproof.Proof{
		Address: "zoe@example.org", CodeHash: []byte("a hash"), Attempts: 2, ExpiresAt: kept(Nine.Add(time.Minute)),
		Asked: []time.Time{kept(Nine.Add(-time.Minute)), kept(Nine)},
	}
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) {
		if diff := cmp.Diff(emailproof.Proof{}, *p); diff != "" {
			t.Error(diff)
		}
		*p = want
	})
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) {
		if diff := cmp.Diff(want, *p); diff != "" {
			t.Error(diff)
		}
		p.CodeHash = nil
	})
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) {
		if len(p.CodeHash) != 0 || p.Attempts != 2 {
			t.Errorf("got %+v", *p)
		}
	})
	changeProof(t, s, other.ID, func(p *emailproof.Proof) {
		if p.Address != "" {
			t.Error("a guest reads another's proof")
		}
	})
}

func failedProof(t *testing.T, s EmailProofsStore) {
	guest := createSignIn(t, s, Guest("g"))
	no := errors.New("no")
	err := s.UpdateProof(t.Context(), guest.ID, Nine, func(p *emailproof.Proof) error {
		*p = emailproof.Proof{Address: "zoe@example.org", Proved: true}
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) {
		if p.Address != "" {
			t.Errorf("got %+v", *p)
		}
	})
	if got := found(t, s, guest); got.Assurance != auth.AssuranceUnknown || len(got.Emails) != 0 {
		t.Errorf("got %+v", got)
	}
}

func proofsSideBySide(t *testing.T, s EmailProofsStore) {
	guest := createSignIn(t, s, Guest("g"))
	const times = 8
	var all sync.WaitGroup
	for range times {
		all.Go(func() {
			err := s.UpdateProof(t.Context(), guest.ID, Nine, func(p *emailproof.Proof) error { p.Attempts++; return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) {
		if p.Attempts != times {
			t.Errorf("%d attempts were kept of %d", p.Attempts, times)
		}
	})
}

func provedAtOnce(t *testing.T, s EmailProofsStore) {
	guest, other := createSignIn(t, s, Guest("g")), createSignIn(t, s, Guest("o"))
	found(t, s, guest) // so that a cache holds it
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) { p.Address, p.Proved = "zoe@example.org", true })
	got := found(t, s, guest)
	if got.Assurance != auth.AssuranceEmail || !cmp.Equal(got.Emails, []string{"zoe@example.org"}) || got.Kind != auth.Guest {
		t.Errorf("got %+v", got)
	}
	if got := found(t, s, other); got.Assurance != auth.AssuranceUnknown || len(got.Emails) != 0 {
		t.Errorf("another guest has %+v", got)
	}
	changeProof(t, s, guest.ID, func(p *emailproof.Proof) {
		if p.Proved {
			t.Error("that an address was proved is read back")
		}
		p.Address, p.Proved = "lea@example.org", true
	})
	if got := found(t, s, guest); !cmp.Equal(got.Emails, []string{"lea@example.org"}) {
		t.Errorf("the second address did not take the place of the first: %v", got.Emails)
	}
}
