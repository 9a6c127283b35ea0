package store_test

import (
	"testing"

	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// A join does not wait for a sign-out that is under way: what it wrote is worth nothing at the gate. SQLite has one
// writer, so there the join comes before or after.
func TestASignInThatEndsDuringItsJoinLetsNobodyThroughTheGate(t *testing.T) {
	url := withSchema(t, "postgres")
	db := open(t, store.Options{URL: url})
	r, s := storetest.Room("aaa-bbbb-ccc"), storetest.Guest("g")
	if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateSignIn(t.Context(), s, ""); err != nil {
		t.Fatal(err)
	}
	signOut, err := look(t, url).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signOut.ExecContext(t.Context(), "UPDATE sign_ins SET ended_at = now() WHERE id = $1", s.ID); err != nil {
		t.Fatal(err)
	}
	wanted := storetest.AdmissionOf(r, s)
	a, err := db.Admit(t.Context(), wanted, storetest.Created(wanted))
	if err != nil {
		t.Fatalf("the sign-out is not committed: %v", err)
	}
	if err := signOut.Commit(); err != nil {
		t.Fatal(err)
	}
	relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: storetest.Nine}
	_, err = db.Enter(t.Context(), relay, func(in rooms.Entered) error { return in.Holds(s.ID) })
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("the gate: %v", err)
	}
}

// Whichever comes first, nobody is left in a call after signing out.
func TestASignOutFindsWhoEntersAtTheSameMoment(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			s := storetest.Guest(storetest.NewID())
			if err := db.CreateSignIn(t.Context(), s, ""); err != nil {
				t.Fatal(err)
			}
			a, err := db.Admit(t.Context(), storetest.AdmissionOf(r, s), nil)
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: storetest.Nine}
			_, entered := db.Enter(t.Context(), relay, func(in rooms.Entered) error {
				go func() {
					_, err := db.EndSignIns(t.Context(), signin.Selection{ID: s.ID}, storetest.Nine)
					done <- err
				}()
				return in.Holds(s.ID)
			})
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			in, err := db.Admission(t.Context(), a.ID)
			if err != nil || in.Admission.Live() {
				t.Fatalf("still in the call: %+v, %v (entered: %v)", in.Admission, err, entered)
			}
		}
	})
}
