package storetest

import (
	"fmt"
	"testing"
	"time"

	"parvis/auth/emailproof"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

// LeftoversStore keeps what people leave behind, and lets it go.
type LeftoversStore interface {
	HistoryStore
	emailproof.Store
}

const (
	day  = 24 * time.Hour // that an admission stays which nobody opened
	week = 7 * day        // that a sign-in stays which is over
)

// Leftovers is the suite of what Prune deletes of sign-ins and of admissions. Each call of newStore gives an empty store.
func Leftovers(t *testing.T, newStore func(*testing.T) LeftoversStore) {
	for name, test := range map[string]func(*testing.T, LeftoversStore){
		"a sign-in goes a week after it ran out":                                       runOutGoes,
		"a sign-in goes a week after it was ended, though it would have run out later": endedGoes,
		"a sign-in goes after the ticket and the proof that name it":                   goesAfterWhatNamesIt,
		"a sign-in goes when its call is over, though its admission is open":           goesAfterTheCall,
		"an admission that nobody opened goes a day after it was given last":           unopenedGoes,
		"an admission that ended before anybody opened it goes a day later":            endedUnopenedGoes,
		"an admission that was opened stays":                                           openedStays,
		"more sign-ins than a batch go at once":                                        manyGo,
	} {
		t.Run(name, func(t *testing.T) { test(t, newStore(t)) })
	}
}

func prune(t *testing.T, s HistoryStore, at time.Time) {
	t.Helper()
	if err := s.Prune(t.Context(), at); err != nil {
		t.Fatalf("prune: %v", err)
	}
}

// signInStays looks for a sign-in that was not ended.
func signInStays(t *testing.T, s signin.Store, row signin.SignIn) {
	t.Helper()
	if _, err := s.SignIn(t.Context(), row.SecretHash); err != nil {
		t.Errorf("the sign-in has gone: %v", err)
	}
}

// signInGone makes sure that the store has not even a cached answer to give: it is the last look at this sign-in.
func signInGone(t *testing.T, s signin.Store, row signin.SignIn) {
	t.Helper()
	if err := s.CreateSignIn(t.Context(), row, ""); err != nil {
		t.Errorf("the sign-in is still there: %v", err)
	}
}

func admissionStays(t *testing.T, s rooms.AdmissionStore, a rooms.Admission) {
	t.Helper()
	if _, err := s.Admission(t.Context(), a.ID); err != nil {
		t.Errorf("the admission has gone: %v", err)
	}
}

func admissionGone(t *testing.T, s rooms.AdmissionStore, a rooms.Admission) {
	t.Helper()
	_, err := s.Admission(t.Context(), a.ID)
	mustBe(t, err, fault.NotFound)
}

func runOutGoes(t *testing.T, s LeftoversStore) {
	guest := createSignIn(t, s, Guest("g"))
	prune(t, s, guest.ExpiresAt.Add(week-time.Second))
	signInStays(t, s, guest)
	prune(t, s, guest.ExpiresAt.Add(week))
	signInGone(t, s, guest)
}

func endedGoes(t *testing.T, s LeftoversStore) {
	p := createPerson(t, s, "x")
	early, late := createSignIn(t, s, SignedIn("early", p)), createSignIn(t, s, SignedIn("late", p))
	if _, err := s.EndSignIns(t.Context(), signin.Selection{PersonID: p.ID}, Nine); err != nil {
		t.Fatal(err)
	}
	prune(t, s, Nine.Add(week-time.Second))
	if token, err := s.IDTokenHint(t.Context(), early.ID); err != nil || len(token) == 0 {
		t.Errorf("too early: %q, %v", token, err)
	}
	prune(t, s, Nine.Add(week))
	signInGone(t, s, late)
}

func goesAfterWhatNamesIt(t *testing.T, s LeftoversStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	waits, proves := createSignIn(t, s, Guest("waits")), createSignIn(t, s, Guest("proves"))
	over := waits.ExpiresAt.Add(week)
	k := Knocking(r, waits)
	k.ExpiresAt = over
	knock(t, s, k)
	err := s.UpdateProof(t.Context(), proves.ID, Nine, func(p *emailproof.Proof) error {
		p.Address, p.ExpiresAt = "zoe@example.org", over.Add(time.Second)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	prune(t, s, over)
	signInStays(t, s, waits)
	signInStays(t, s, proves)
	prune(t, s, over.Add(time.Hour))
	signInGone(t, s, waits)
	signInGone(t, s, proves)
}

func goesAfterTheCall(t *testing.T, s LeftoversStore) {
	r, guest := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
	beat(t, s, "a", Nine)
	in, _ := enter(t, s, admit(t, s, AdmissionOf(r, guest)), "a", Nine)
	late := guest.ExpiresAt.Add(week)
	prune(t, s, late)
	signInStays(t, s, guest)
	over(t, s, in.Admission.SessionID, map[string]time.Time{in.Admission.ID: late}, late)
	prune(t, s, late)
	signInGone(t, s, guest)
	admissionStays(t, s, in.Admission) // it goes with the names of its session
}

func unopenedGoes(t *testing.T, s LeftoversStore) {
	r, guest := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g"))
	bearer, first := admit(t, s, Admission(r)), admit(t, s, AdmissionOf(r, guest))
	again := AdmissionOf(r, guest)
	again.CreatedAt = Nine.Add(time.Hour)
	if again = admit(t, s, again); again.ID != first.ID {
		t.Fatal("joining again answers the same admission")
	}
	prune(t, s, Nine.Add(day-time.Second))
	admissionStays(t, s, bearer)
	prune(t, s, Nine.Add(day))
	admissionGone(t, s, bearer)
	admissionStays(t, s, again)
	prune(t, s, Nine.Add(day+time.Hour))
	admissionGone(t, s, again)
}

func endedUnopenedGoes(t *testing.T, s LeftoversStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	a := admit(t, s, Admission(r))
	ended := Nine.Add(time.Hour)
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: a.ID}, rooms.EndSignedOut, ended); err != nil {
		t.Fatal(err)
	}
	prune(t, s, Nine.Add(day))
	admissionStays(t, s, a)
	prune(t, s, ended.Add(day))
	admissionGone(t, s, a)
}

func openedStays(t *testing.T, s LeftoversStore) {
	_, in, _ := inside(t, s)
	prune(t, s, Nine.Add(week))
	admissionStays(t, s, in.Admission)
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: in.Admission.ID}, rooms.EndLeft, Nine); err != nil {
		t.Fatal(err)
	}
	prune(t, s, Nine.Add(week))
	admissionStays(t, s, in.Admission)
}

func manyGo(t *testing.T, s LeftoversStore) {
	var last signin.SignIn
	for i := range 2001 { // a batch and one
		last = createSignIn(t, s, Guest(fmt.Sprint(i)))
	}
	prune(t, s, last.ExpiresAt.Add(week))
	prune(t, s, last.ExpiresAt.Add(week)) // again changes nothing
	signInGone(t, s, last)
}
